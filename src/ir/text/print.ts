/**
 * IR as MLIR text. The generic form is what a stock `mlir-opt --allow-unregistered-dialect` accepts; the pretty form is
 * shorter. Both are deterministic: the same IR gives the same bytes, and `parseModule` reads them back.
 */
import type { Attribute } from "../attributes.ts";
import { entriesText, sortedEntries, symbolText } from "../attributes.ts";
import type { Operation, Region, Value } from "../core.ts";
import { Block } from "../core.ts";
import type { Location } from "../location.ts";
import { locationText } from "../location.ts";
import { functionName, functionTypeOf } from "../ops/builtin.ts";
import { kindOf } from "../ops/registry.ts";
import type { FunctionType } from "../types.ts";
import { resultsText, typesText, typeText } from "../types.ts";
import type { OpForm } from "./op-forms.ts";
import { formOf } from "./op-forms.ts";
import { resourcesText } from "./resources.ts";
import type { ResourceSections } from "./grammar/syntax.ts";
import { valueNamer } from "./value-names.ts";
import type { ValueNamer } from "./value-names.ts";

/** How to print. */
export interface PrintOptions {
  /** MLIR's generic form. */
  readonly generic?: boolean;
  /** A trailing `loc(...)` on every operation, and on block arguments that have a location. */
  readonly locations?: boolean;
  /** Other names for values than the usual ones. */
  readonly nameOf?: ValueNamer;
  /** What to print between `{-#` and `#-}` behind the operation. */
  readonly resources?: ResourceSections;
}

/** The text of an operation with all it holds, ending in a line break. */
export function printModule(root: Operation, options: PrintOptions = {}): string {
  const context: Context = {
    nameOf: options.nameOf ?? valueNamer(root),
    generic: options.generic === true,
    locations: options.locations === true,
    lines: [],
  };
  printOperation(root, context, "");
  const { resources } = options;
  if (resources !== undefined && resources.size > 0) context.lines.push(resourcesText(resources));
  return `${context.lines.join("\n")}\n`;
}

interface Context {
  readonly nameOf: ValueNamer;
  readonly generic: boolean;
  readonly locations: boolean;
  readonly lines: string[];
}

function printOperation(op: Operation, context: Context, indent: string): void {
  const form = context.generic ? undefined : prettyFormOf(op);
  switch (form) {
    case "module":
      return printModuleOp(op, context, indent);
    case "function":
      return printFunction(op, context, indent);
    case "terminator":
      return printTerminator(op, context, indent);
    case "plain":
      return printPlain(op, context, indent);
    case undefined:
      return printGeneric(op, context, indent);
  }
}

/** The pretty form; undefined for what can only be written in the generic one: unknown ops, branches, broken IR. */
function prettyFormOf(op: Operation): OpForm | undefined {
  const kind = kindOf(op);
  if (kind === undefined || op.successors.length > 0) return undefined;
  const form = formOf(kind);
  const isSimple = op.operands.length === 0 && op.results.length === 0 && op.regions.length === 1;
  const [first, second] = op.regions[0]?.blocks ?? [];
  switch (form) {
    case "module":
      return isSimple && first?.args.length === 0 && second === undefined ? form : undefined;
    case "function":
      return isSimple && functionPartsOf(op) !== undefined ? form : undefined;
    case "terminator":
      return op.results.length === 0 && op.regions.length === 0 ? form : undefined;
    case "plain":
      return form;
  }
}

function printGeneric(op: Operation, context: Context, indent: string): void {
  const own = kindOf(op)?.properties ?? [];
  const inherent = own.length === 0 ? "" : braced(entriesOf(op, (name) => own.includes(name)));
  const discardable = braced(entriesOf(op, (name) => !own.includes(name)));
  const successors = op.successors.length === 0 ? "" : `[${op.successors.map(blockName).join(", ")}]`;
  const head = `${indent}${resultsPrefix(op, context)}"${op.name}"(${operandsText(op, context)})${successors}`;
  const propertyText = inherent === "" ? "" : ` <${inherent}>`;
  const tail = `${clause(discardable)} : ${signatureText(op)}${locationSuffix(op.location, context)}`;
  if (op.regions.length === 0) {
    context.lines.push(head + propertyText + tail);
    return;
  }
  context.lines.push(`${head}${propertyText} ({`);
  printRegions(op, context, indent);
  context.lines.push(`${indent}})${tail}`);
}

function printModuleOp(op: Operation, context: Context, indent: string): void {
  const name = op.attributes.get("sym_name");
  const hasName = name?.kind === "string";
  const symbol = hasName ? ` @${symbolText(name.value)}` : "";
  context.lines.push(`${indent}module${symbol}${attributesClause(op, hasName ? ["sym_name"] : [])} {`);
  for (const region of op.regions) printBlocks(region, context, { indent, hasHeader: false });
  context.lines.push(`${indent}}${locationSuffix(op.location, context)}`);
}

/** What the pretty form of a function says beside its body. */
interface FunctionParts {
  readonly type: FunctionType;
  readonly entry: Block | undefined;
  readonly said: readonly string[];
}

/** undefined when the function contradicts itself, so that the pretty form would hide something. */
function functionPartsOf(op: Operation): FunctionParts | undefined {
  const type = functionTypeOf(op);
  const entry = op.regions[0]?.blocks[0];
  if (type === undefined || op.attributes.get("sym_name")?.kind !== "string") return undefined;
  if (entry !== undefined && typesText(entry.args.map((arg) => arg.type)) !== typesText(type.inputs)) return undefined;
  if (!isDictionaryList(op.attributes.get("arg_attrs"), type.inputs.length)) return undefined;
  if (!isDictionaryList(op.attributes.get("res_attrs"), type.results.length)) return undefined;
  const visibility = op.attributes.get("sym_visibility");
  const hasKeyword = visibility?.kind === "string" && ["public", "private", "nested"].includes(visibility.value);
  const said = ["sym_name", "function_type", "arg_attrs", "res_attrs", ...(hasKeyword ? ["sym_visibility"] : [])];
  return { type, entry, said };
}

/** True for a list of as many dictionaries, at least one of which is not empty, and for nothing. */
function isDictionaryList(attribute: Attribute | undefined, count: number): boolean {
  if (attribute === undefined) return true;
  if (attribute.kind !== "array" || attribute.items.length !== count) return false;
  const sizes = attribute.items.map((item) => (item.kind === "dictionary" ? item.entries.size : Number.NaN));
  return sizes.every((size) => !Number.isNaN(size)) && sizes.some((size) => size > 0);
}

function printFunction(op: Operation, context: Context, indent: string): void {
  const parts = functionPartsOf(op);
  if (parts === undefined) return;
  const { type, entry, said } = parts;
  const args = type.inputs.map((input, index) => {
    const attributes = positionAttributes(op, "arg_attrs", index);
    const arg = entry?.args[index];
    return arg === undefined ? `${typeText(input)}${attributes}` : argumentText(arg, context, attributes);
  });
  const results = type.results.map((result, index) => typeText(result) + positionAttributes(op, "res_attrs", index));
  const [only] = type.results;
  const isBare = results.length === 1 && only?.kind !== "function" && !op.attributes.has("res_attrs");
  const arrow = results.length === 0 ? "" : isBare ? ` -> ${results.join("")}` : ` -> (${results.join(", ")})`;
  const visibility = op.attributes.get("sym_visibility");
  const keyword = visibility?.kind === "string" && said.includes("sym_visibility") ? ` ${visibility.value}` : "";
  const head = `${indent}${op.name}${keyword} @${symbolText(functionName(op))}(${args.join(", ")})${arrow}${attributesClause(op, said)}`;
  const suffix = locationSuffix(op.location, context);
  if (entry === undefined) {
    context.lines.push(head + suffix);
    return;
  }
  context.lines.push(`${head} {`);
  for (const region of op.regions) printBlocks(region, context, { indent, hasHeader: false });
  context.lines.push(`${indent}}${suffix}`);
}

function printTerminator(op: Operation, context: Context, indent: string): void {
  const types = typesText(op.operands.map((operand) => operand.type));
  const values = op.operands.length === 0 ? "" : ` ${operandsText(op, context)} : ${types}`;
  const attributes = clause(braced(entriesOf(op, () => true)));
  context.lines.push(`${indent}${op.name}${attributes}${values}${locationSuffix(op.location, context)}`);
}

function printPlain(op: Operation, context: Context, indent: string): void {
  const operands = op.operands.length === 0 ? "" : ` ${operandsText(op, context)}`;
  const attributes = clause(braced(entriesOf(op, () => true)));
  const line = `${indent}${resultsPrefix(op, context)}${op.name}${operands}${attributes} : ${signatureText(op)}`;
  const suffix = locationSuffix(op.location, context);
  if (op.regions.length === 0) {
    context.lines.push(line + suffix);
    return;
  }
  context.lines.push(`${line} {`);
  printRegions(op, context, indent);
  context.lines.push(`${indent}}${suffix}`);
}

/** Regions between the first brace and the last one. */
function printRegions(op: Operation, context: Context, indent: string): void {
  op.regions.forEach((region, index) => {
    if (index > 0) context.lines.push(`${indent}}, {`);
    const [first, second] = region.blocks;
    // A region without any line would have no block at all.
    const hasHeader =
      first !== undefined && (first.args.length > 0 || second !== undefined || first.first === undefined);
    printBlocks(region, context, { indent, hasHeader });
  });
}

/** Blocks of a region; `hasHeader`: the first one shows its label and arguments. */
function printBlocks(
  region: Region,
  context: Context,
  style: { readonly indent: string; readonly hasHeader: boolean },
): void {
  const inner = `${style.indent}  `;
  region.blocks.forEach((block, index) => {
    if (index > 0 || style.hasHeader) context.lines.push(`${style.indent}${blockHeader(block, context)}`);
    for (let op = block.first; op !== undefined; op = op.next) printOperation(op, context, inner);
  });
}

function blockHeader(block: Block, context: Context): string {
  const args = block.args.map((arg) => argumentText(arg, context, ""));
  return args.length === 0 ? `${blockName(block)}:` : `${blockName(block)}(${args.join(", ")}):`;
}

/** `^bb1`: blocks are numbered in their region. */
function blockName(block: Block): string {
  return `^bb${block.parent?.blocks.indexOf(block) ?? 0}`;
}

/** `%x: type {attributes} loc(...)`; arguments of unknown origin show no location. */
function argumentText(arg: Value, context: Context, attributes: string): string {
  const location = arg.owner instanceof Block ? arg.owner.argumentLocations[arg.index] : undefined;
  const suffix = location === undefined || location.kind === "unknown" ? "" : locationSuffix(location, context);
  return `${context.nameOf(arg)}: ${typeText(arg.type)}${attributes}${suffix}`;
}

/** `%0 = `, `%1:2 = ` for two results, or nothing. */
function resultsPrefix(op: Operation, context: Context): string {
  const [first] = op.results;
  if (first === undefined) return "";
  const name = context.nameOf(first);
  return op.results.length === 1 ? `${name} = ` : `${name.replace(/#0$/, "")}:${op.results.length} = `;
}

function operandsText(op: Operation, context: Context): string {
  return op.operands.map(context.nameOf).join(", ");
}

function signatureText(op: Operation): string {
  const operands = typesText(op.operands.map((operand) => operand.type));
  return `(${operands}) -> ${resultsText(op.results.map((result) => result.type))}`;
}

function locationSuffix(location: Location, context: Context): string {
  return context.locations ? ` loc(${locationText(location)})` : "";
}

function entriesOf(op: Operation, isWanted: (name: string) => boolean): readonly (readonly [string, Attribute])[] {
  return op.attributes.size === 0 ? [] : sortedEntries(op.attributes).filter(([name]) => isWanted(name));
}

/** `{a = 1, b}`, or nothing when there are no entries. */
function braced(entries: readonly (readonly [string, Attribute])[]): string {
  return entries.length === 0 ? "" : `{${entriesText(entries)}}`;
}

/** A part of a line with a blank before it, when there is one. */
function clause(text: string): string {
  return text === "" ? "" : ` ${text}`;
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
