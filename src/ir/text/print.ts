/**
 * IR as MLIR text. The generic form is what a stock `mlir-opt --allow-unregistered-dialect` accepts; the pretty form is
 * shorter. Both are deterministic: the same IR gives the same bytes.
 */
import type { Attribute } from "../attributes.ts";
import { entriesText, sortedEntries, symbolText } from "../attributes.ts";
import type { Block, Operation, Region, Value } from "../core.ts";
import { locationText } from "../location.ts";
import { builtinModule, func, funcReturn, functionBody, functionName, sourceNames } from "../ops/builtin.ts";
import { resultsText, typeText } from "../types.ts";

/**
 * How to print. `generic`: MLIR's generic form; `locations`: with a trailing `loc(...)` on every operation; `nameOf`: other
 * names for values than the usual ones.
 */
export interface PrintOptions {
  readonly generic?: boolean;
  readonly locations?: boolean;
  readonly nameOf?: ValueNamer;
}

/** The text of an operation with all it holds, ending in a line break. */
export function printModule(root: Operation, options: PrintOptions = {}): string {
  const context: Context = {
    nameOf: options.nameOf ?? valueNamer(root),
    locations: options.locations === true,
    lines: [],
  };
  const print = options.generic === true ? printGeneric : printPretty;
  print(root, context, "");
  return `${context.lines.join("\n")}\n`;
}

interface Context {
  readonly nameOf: ValueNamer;
  readonly locations: boolean;
  readonly lines: string[];
}

type PrintOperation = (op: Operation, context: Context, indent: string) => void;

/**
 * Attributes that belong to the definition of MLIR's own ops; in the generic form they are printed as properties,
 * `<{...}>`. Everything else is discardable.
 */
const properties: Readonly<Record<string, readonly string[]>> = {
  [builtinModule.name]: ["sym_name", "sym_visibility"],
  [func.name]: ["arg_attrs", "function_type", "no_inline", "res_attrs", "sym_name", "sym_visibility"],
};

function printGeneric(op: Operation, context: Context, indent: string): void {
  const own = properties[op.name] ?? [];
  const inherent = braced(entriesOf(op, (name) => own.includes(name)));
  const discardable = braced(entriesOf(op, (name) => !own.includes(name)));
  const head = `${indent}${resultsPrefix(op, context)}"${op.name}"(${operandsText(op, context)})`;
  const propertyText = inherent === "" ? "" : ` <${inherent}>`;
  const tail = `${discardable === "" ? "" : ` ${discardable}`} : ${signatureText(op)}${locationSuffix(op, context)}`;
  if (op.regions.length === 0) {
    context.lines.push(head + propertyText + tail);
    return;
  }
  context.lines.push(`${head}${propertyText} ({`);
  op.regions.forEach((region, index) => {
    if (index > 0) context.lines.push(`${indent}}, {`);
    printRegion(region, context, { indent, print: printGeneric });
  });
  context.lines.push(`${indent}})${tail}`);
}

function printPretty(op: Operation, context: Context, indent: string): void {
  if (op.name === builtinModule.name) printModuleOp(op, context, indent);
  else if (op.name === func.name) printFunction(op, context, indent);
  else if (op.name === funcReturn.name) printReturn(op, context, indent);
  else printPlain(op, context, indent);
}

function printModuleOp(op: Operation, context: Context, indent: string): void {
  const name = functionName(op);
  const symbol = name === "" ? "" : ` @${symbolText(name)}`;
  context.lines.push(`${indent}module${symbol}${attributesClause(op, ["sym_name"])} {`);
  for (const region of op.regions) printRegion(region, context, { indent, print: printPretty });
  context.lines.push(`${indent}}${locationSuffix(op, context)}`);
}

function printFunction(op: Operation, context: Context, indent: string): void {
  const body = functionBody(op);
  const type = op.attributes.get("function_type");
  const resultTypes = type?.kind === "type" && type.type.kind === "function" ? type.type.results : [];
  const args = body.args.map(
    (arg, index) => `${context.nameOf(arg)}: ${typeText(arg.type)}${positionAttributes(op, "arg_attrs", index)}`,
  );
  const results = resultTypes.map((result, index) => typeText(result) + positionAttributes(op, "res_attrs", index));
  const [only] = resultTypes;
  const isBare = results.length === 1 && only?.kind !== "function" && !op.attributes.has("res_attrs");
  const arrow = results.length === 0 ? "" : isBare ? ` -> ${results.join("")}` : ` -> (${results.join(", ")})`;
  const clause = attributesClause(op, ["sym_name", "function_type", "arg_attrs", "res_attrs"]);
  context.lines.push(`${indent}func.func @${symbolText(functionName(op))}(${args.join(", ")})${arrow}${clause} {`);
  for (const child of body.operations()) printPretty(child, context, `${indent}  `);
  context.lines.push(`${indent}}${locationSuffix(op, context)}`);
}

function printReturn(op: Operation, context: Context, indent: string): void {
  const attributes = braced(entriesOf(op, () => true));
  const types = op.operands.map((operand) => typeText(operand.type)).join(", ");
  const values = op.operands.length === 0 ? "" : ` ${operandsText(op, context)} : ${types}`;
  const clause = attributes === "" ? "" : ` ${attributes}`;
  context.lines.push(`${indent}${op.name}${clause}${values}${locationSuffix(op, context)}`);
}

/** Every other op: `%0 = nn.add %a, %b {attributes} : (types) -> type`, then its regions. */
function printPlain(op: Operation, context: Context, indent: string): void {
  const operands = op.operands.length === 0 ? "" : ` ${operandsText(op, context)}`;
  const attributes = braced(entriesOf(op, () => true));
  const clause = attributes === "" ? "" : ` ${attributes}`;
  const line = `${indent}${resultsPrefix(op, context)}${op.name}${operands}${clause} : ${signatureText(op)}`;
  if (op.regions.length === 0) {
    context.lines.push(line + locationSuffix(op, context));
    return;
  }
  context.lines.push(`${line} {`);
  op.regions.forEach((region, index) => {
    if (index > 0) context.lines.push(`${indent}}, {`);
    printRegion(region, context, { indent, print: printPretty });
  });
  context.lines.push(`${indent}}${locationSuffix(op, context)}`);
}

function printRegion(region: Region, context: Context, style: { indent: string; print: PrintOperation }): void {
  region.blocks.forEach((block, index) => {
    // In the generic form, a region without any line would have no block at all.
    const isEmpty = block.first === undefined && style.print === printGeneric;
    if (block.args.length > 0 || region.blocks.length > 1 || isEmpty) {
      context.lines.push(`${style.indent}${blockHeader(block, index, context)}`);
    }
    for (const op of block.operations()) style.print(op, context, `${style.indent}  `);
  });
}

function blockHeader(block: Block, index: number, context: Context): string {
  const args = block.args.map((arg) => `${context.nameOf(arg)}: ${typeText(arg.type)}`);
  return args.length === 0 ? `^bb${index}:` : `^bb${index}(${args.join(", ")}):`;
}

/** `%0 = `, `%1:2 = ` for two results, or nothing. */
function resultsPrefix(op: Operation, context: Context): string {
  const [first] = op.results;
  if (first === undefined) return "";
  const name = context.nameOf(first).replace(/#0$/, "");
  return op.results.length === 1 ? `${name} = ` : `${name}:${op.results.length} = `;
}

function operandsText(op: Operation, context: Context): string {
  return op.operands.map(context.nameOf).join(", ");
}

function signatureText(op: Operation): string {
  const operands = op.operands.map((operand) => typeText(operand.type)).join(", ");
  return `(${operands}) -> ${resultsText(op.results.map((result) => result.type))}`;
}

function locationSuffix(op: Operation, context: Context): string {
  return context.locations ? ` loc(${locationText(op.location)})` : "";
}

function entriesOf(op: Operation, isWanted: (name: string) => boolean): readonly (readonly [string, Attribute])[] {
  return sortedEntries(op.attributes).filter(([name]) => isWanted(name));
}

/** `{a = 1, b}`, or nothing when there are no entries. */
function braced(entries: readonly (readonly [string, Attribute])[]): string {
  return entries.length === 0 ? "" : `{${entriesText(entries)}}`;
}

/** ` attributes {...}` with what the op's own syntax does not say. */
function attributesClause(op: Operation, said: readonly string[]): string {
  const text = braced(entriesOf(op, (name) => !said.includes(name)));
  return text === "" ? "" : ` attributes ${text}`;
}

/** The dictionary of one argument or result of a function, with a blank before it. */
function positionAttributes(op: Operation, list: "arg_attrs" | "res_attrs", index: number): string {
  const attribute = op.attributes.get(list);
  const item = attribute?.kind === "array" ? attribute.items[index] : undefined;
  if (item?.kind !== "dictionary" || item.entries.size === 0) return "";
  return ` ${braced([...item.entries])}`;
}

/** Gives every value its printed name, `%` included. */
export type ValueNamer = (value: Value) => string;

/**
 * Names for all values under an operation. In each function, results are numbered `%0`, `%1`, ... in program order (the
 * results of an operation with several are `%3#0`, `%3#1`, ...) and block arguments `%arg0`, ...; a function's arguments
 * keep the names that the source model gave them, as far as MLIR's grammar allows. Values that are defined elsewhere are
 * `%outer0`, ... in the order in which they are asked for.
 */
export function valueNamer(root: Operation): ValueNamer {
  const names = new Map<Value, string>();
  nameWithin(root, { names, results: 0, args: 0 });
  let outside = 0;
  return (value) => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = `%outer${outside++}`;
    names.set(value, name);
    return name;
  };
}

interface Scope {
  readonly names: Map<Value, string>;
  results: number;
  args: number;
}

function nameWithin(op: Operation, scope: Scope): void {
  if (op.results.length > 0) {
    const name = `%${scope.results++}`;
    op.results.forEach((result, index) => scope.names.set(result, op.results.length === 1 ? name : `${name}#${index}`));
  }
  // Functions are isolated from above: each numbers its own values.
  const inner = op.name === func.name ? { names: scope.names, results: 0, args: 0 } : scope;
  for (const block of op.regions.flatMap((region) => region.blocks)) {
    nameArguments(block, op, inner);
    for (const child of block.operations()) nameWithin(child, inner);
  }
}

function nameArguments(block: Block, parent: Operation, scope: Scope): void {
  const wanted = parent.name === func.name ? sourceNames(parent, "inputs").map(identifier) : [];
  block.args.forEach((arg, index) => {
    const number = scope.args++;
    const name = wanted[index] ?? "";
    const isUsable = name !== "" && !/^(arg|outer)\d+$/.test(name) && wanted.indexOf(name) === wanted.lastIndexOf(name);
    scope.names.set(arg, isUsable ? `%${name}` : `%arg${number}`);
  });
}

/** A name as an MLIR identifier: other characters become underscores; empty stays empty. */
function identifier(name: string): string {
  const plain = name.replace(/[^\w$.-]/g, "_");
  return /^\d/.test(plain) ? `_${plain}` : plain;
}
