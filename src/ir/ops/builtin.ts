/** Structure ops: the module, its functions, and their return. */
import { bug } from "../../support/bug.ts";
import type { Attribute } from "../attributes.ts";
import { arrayAttribute, dictionaryAttribute, stringAttribute, typeAttribute } from "../attributes.ts";
import type { Value } from "../core.ts";
import { Block, Operation, Region } from "../core.ts";
import type { Location } from "../location.ts";
import type { OpKind, Trait } from "../op-kind.ts";
import type { FunctionType, TensorType, Type } from "../types.ts";
import { functionType, typesText } from "../types.ts";

/** The record of a structure op: it holds or ends a region, and computes nothing. */
export interface StructureRecord {
  readonly name: string;
  readonly summary: string;
  readonly traits: readonly Trait[];
  readonly form?: OpKind["form"];
  readonly properties?: readonly string[];
  readonly verify: (op: Operation) => readonly string[];
}

/** Makes an op kind that has no result types to infer, no loop nest and no reference. */
export function defineStructure(record: StructureRecord): OpKind {
  return {
    name: record.name,
    summary: record.summary,
    operandSpecs: {},
    attributeSpecs: {},
    traits: new Set(record.traits),
    ...(record.form === undefined ? {} : { form: record.form }),
    ...(record.properties === undefined ? {} : { properties: record.properties }),
    verify: record.verify,
    inferTypes: () => undefined,
    loopNest: () => undefined,
    evaluate: () => undefined,
  };
}

const moduleProperties: readonly string[] = ["sym_name", "sym_visibility"];

/** `builtin.module`: functions, one after the other. */
export const builtinModule = defineStructure({
  name: "builtin.module",
  summary: "A list of functions.",
  traits: ["isolated"],
  form: "module",
  properties: moduleProperties,
  verify(op) {
    const problems = bodyProblems(op);
    if (problems.length > 0) return problems;
    const blocks = op.regions[0]?.blocks.length ?? 0;
    if (blocks !== 1) return [`has ${blocks} blocks but takes 1`];
    // Stricter than for other ops, as in MLIR: only its own attributes go without a dialect's name.
    const bare = [...op.attributes.keys()].find((name) => !name.includes(".") && !moduleProperties.includes(name));
    if (bare !== undefined) return [`attribute ${bare} is not known`];
    const names = functionsOf(op).map(functionName);
    const double = names.find((name, index) => names.indexOf(name) !== index);
    return double === undefined ? [] : [`two functions are named @${double}`];
  },
});

/** `func.func`: the first block's arguments are the inputs, and `func.return` ends it. Without a block it is a declaration. */
export const func = defineStructure({
  name: "func.func",
  summary: "A function: a graph of ops from its inputs to its results.",
  traits: ["isolated"],
  form: "function",
  properties: ["arg_attrs", "function_type", "no_inline", "res_attrs", "sym_name", "sym_visibility"],
  verify(op) {
    const problems = bodyProblems(op);
    if (problems.length > 0) return problems;
    if (op.attributes.get("sym_name")?.kind !== "string") return ["attribute sym_name is missing"];
    const type = functionTypeOf(op);
    if (type === undefined) return ["attribute function_type is not a function type"];
    const blocks = op.regions.flatMap((region) => region.blocks);
    const [entry] = blocks;
    if (entry === undefined) {
      const visibility = op.attributes.get("sym_visibility");
      const isPrivate = visibility?.kind === "string" && visibility.value !== "public";
      return isPrivate ? [] : ["has no body but is not private"];
    }
    const [declared, have] = [type.inputs, entry.args.map((arg) => arg.type)].map(typesText);
    if (declared !== have) return [`inputs are declared as (${declared}) but the block has (${have})`];
    if (blocks.length === 1 && entry.last?.name !== "func.return") return ["does not end with func.return"];
    return blocks.flatMap((block) => returnProblems(block, type.results));
  },
});

function returnProblems(block: Block, declared: readonly Type[]): readonly string[] {
  if (block.last?.name !== "func.return") return [];
  const [results, returned] = [declared, block.last.operands.map((value) => value.type)].map(typesText);
  return results === returned ? [] : [`results are declared as (${results}) but (${returned}) are returned`];
}

/** `func.return`: its operands are the function's results. */
export const funcReturn = defineStructure({
  name: "func.return",
  summary: "Ends a function with its results.",
  traits: ["terminator"],
  verify(op) {
    const problems = op.results.length > 0 || op.regions.length > 0 ? ["has results or regions"] : [];
    const isInFunction = op.parentOp === undefined || op.parentOp.name === "func.func";
    return isInFunction ? problems : [...problems, `stands in ${op.parentOp?.name}, not in func.func`];
  },
});

/** All structure ops. */
export const structureOps: readonly OpKind[] = [builtinModule, func, funcReturn];

function bodyProblems(op: Operation): readonly string[] {
  if (op.operands.length > 0 || op.results.length > 0) return ["has operands or results"];
  return op.regions.length === 1 ? [] : [`has ${op.regions.length} regions but takes 1`];
}

/** What a function takes and gives; undefined when it does not say so. */
export function functionTypeOf(fn: Operation): FunctionType | undefined {
  const attribute = fn.attributes.get("function_type");
  return attribute?.kind === "type" && attribute.type.kind === "function" ? attribute.type : undefined;
}

/** An empty `builtin.module`, named when `name` is given. */
export function createModule(name: string | undefined, location: Location): Operation {
  return new Operation({
    name: builtinModule.name,
    attributes: name === undefined ? [] : [["sym_name", stringAttribute(name)]],
    regions: [new Region([new Block()])],
    location,
  });
}

/** What a function is made from. Its results become known when it is finished by `finishFunction`. */
export interface FunctionParts {
  readonly name: string;
  readonly inputTypes: readonly TensorType[];
  /** Names for people: an ONNX model's input names. */
  readonly inputNames?: readonly string[];
  readonly location: Location;
}

/** A detached function without results, whose body is still empty. */
export function createFunction({ name, inputTypes, inputNames, location }: FunctionParts): Operation {
  const attributes: [string, Attribute][] = [];
  if (inputNames !== undefined && inputNames.length > 0) attributes.push(["arg_attrs", nameDictionaries(inputNames)]);
  attributes.push(["function_type", typeAttribute(functionType(inputTypes, []))]);
  attributes.push(["sym_name", stringAttribute(name)]);
  return new Operation({ name: func.name, attributes, regions: [new Region([new Block(inputTypes)])], location });
}

/** Ends a function with a return of the values and declares its result types and, when given, their names. */
export function finishFunction(
  fn: Operation,
  results: readonly Value[],
  options: { location: Location; names?: readonly string[] },
): void {
  functionBody(fn).append(createReturn(results, options.location));
  const { inputs } = functionTypeOf(fn) ?? bug("func.func has no function type");
  fn.attributes.set(
    "function_type",
    typeAttribute(
      functionType(
        inputs,
        results.map((value) => value.type),
      ),
    ),
  );
  if (options.names !== undefined && options.names.length > 0)
    fn.attributes.set("res_attrs", nameDictionaries(options.names));
}

/** A detached `func.return`. */
export function createReturn(values: readonly Value[], location: Location): Operation {
  return new Operation({ name: funcReturn.name, operands: values, location });
}

/** The functions of a module, in order. */
export function functionsOf(module: Operation): readonly Operation[] {
  return [...module.regions].flatMap((region) =>
    region.blocks.flatMap((block) => [...block.operations()].filter((op) => op.name === func.name)),
  );
}

/** The function that stands for the whole model: the module's only one. */
export function mainFunction(module: Operation): Operation {
  const [only, second] = functionsOf(module);
  return only === undefined || second !== undefined ? bug("the module does not have exactly one function") : only;
}

/** The block of a function. */
export function functionBody(fn: Operation): Block {
  const [region] = fn.regions;
  return region === undefined ? bug("func.func has no region") : region.block;
}

/** The name of a module, a function, or another operation that has one; else empty. */
export function functionName(fn: Operation): string {
  const name = fn.attributes.get("sym_name");
  return name?.kind === "string" ? name.value : "";
}

/** Names that inputs or results had in the source model, by position; empty text where there is none. */
export function sourceNames(fn: Operation, which: "inputs" | "results"): readonly string[] {
  const list = fn.attributes.get(which === "inputs" ? "arg_attrs" : "res_attrs");
  if (list?.kind !== "array") return [];
  return list.items.map((item) => {
    const name = item.kind === "dictionary" ? item.entries.get("fast.name") : undefined;
    return name?.kind === "string" ? name.value : "";
  });
}

function nameDictionaries(names: readonly string[]): Attribute {
  return arrayAttribute(names.map((name) => dictionaryAttribute([["fast.name", stringAttribute(name)]])));
}
