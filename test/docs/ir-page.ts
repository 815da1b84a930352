/** The part of docs/ir.md that is derived from the ops' records: an index, and a section for each op. */
import { attributeText } from "../../src/ir/attributes.ts";
import type { AnyAttributeSpec } from "../../src/ir/attribute-specs.ts";
import type { Operation } from "../../src/ir/core.ts";
import type { AffineIndex, LoopNest, Work } from "../../src/ir/loop-nest.ts";
import type { OperandSpec, OpKind } from "../../src/ir/op-kind.ts";
import { operandName } from "../../src/ir/op-kind.ts";
import { createFunction, createModule, finishFunction, functionBody } from "../../src/ir/ops/builtin.ts";
import { allOpKinds, kindOf } from "../../src/ir/ops/registry.ts";
import { unknownLocation } from "../../src/ir/location.ts";
import { tensorTypeOf } from "../../src/ir/define-op.ts";
import { printModule } from "../../src/ir/text/print.ts";
import { present } from "../../src/support/bug.ts";
import { regionModule } from "../ir/programs.ts";
import { scheduleModule } from "../ir/schedule-module.ts";
import { sampleOperations } from "../ir/samples.ts";

/** How an op runs, by the trait that says so, in the order of the page. */
const traitWords = [
  ["matrix", "on the arrays, depthwise also on the lanes"],
  ["elementwise", "on the vector lanes, mostly with neighbours"],
  ["reduction", "on the vector lanes"],
  ["normalisation", "on the vector lanes, row by row"],
  ["movement", "as a copy"],
  ["view", "not at all, another name of the same tensor"],
  ["constant", "not at all, known before the program runs"],
] as const;

/** A program that holds an op, and what the page shows of it. */
export interface OpExample {
  readonly kind: OpKind;
  readonly module: Operation;
  /** The lines of the pretty form that belong to the op. */
  readonly text: string;
  /** The op itself, for ops that have a loop nest. */
  readonly sample?: Operation;
}

/** An example of every op. */
export function opExamples(): readonly OpExample[] {
  const samples = new Map(sampleOperations().map((op) => [op.name, op]));
  return allOpKinds.map((kind) => {
    const sample = samples.get(kind.name);
    if (sample !== undefined) return sampleExample(kind, sample);
    const module = kind.name.startsWith("sched.") ? scheduleModule() : regionModule();
    return { kind, module, text: linesOf(kind.name, printModule(module)) };
  });
}

/** A function around an operation, whose inputs are named after the op's operands. */
function sampleExample(kind: OpKind, sample: Operation): OpExample {
  const names = sample.operands.map((_operand, index) => {
    const name = operandName(kind, index);
    const isVariadic = kind.operandSpecs[name]?.variadic === true;
    return isVariadic ? `${name}_${index - Object.keys(kind.operandSpecs).indexOf(name)}` : name;
  });
  const inputTypes = sample.operands.map(tensorTypeOf);
  const fn = createFunction({ name: "example", inputTypes, inputNames: names, location: unknownLocation });
  const block = functionBody(fn);
  sample.operands.forEach((_operand, index) => sample.setOperand(index, present(block.args[index], "an argument")));
  block.append(sample);
  finishFunction(fn, sample.results, { location: unknownLocation });
  const module = createModule(undefined, unknownLocation);
  present(module.regions[0], "a region").block.append(fn);
  return { kind, module, text: linesOf(kind.name, printModule(module)), sample };
}

/** The lines of an op in a printed module, up to the brace that closes it. */
function linesOf(name: string, text: string): string {
  const lines = text.trimEnd().split("\n");
  const spelling = name === "builtin.module" ? "module" : name;
  const first = lines.findIndex((line) => new RegExp(`^\\s*(%\\S+ = )?${spelling}\\b`).test(line));
  const indent = /^ */.exec(lines[first] ?? "")?.[0] ?? "";
  const isOpen = lines[first]?.endsWith("{") === true;
  const last = isOpen ? lines.indexOf(`${indent}}`, first) : first;
  return lines
    .slice(first, last + 1)
    .map((line) => line.slice(indent.length))
    .join("\n");
}

/** The generated part of the page, in Markdown. */
export function irPage(): string {
  const sections = opExamples().map(opSection);
  return ["## All ops", "", indexText(), "", ...sections].join("\n");
}

function indexText(): string {
  const groups = traitWords.map(([trait, words]) => {
    const kinds = allOpKinds.filter(({ name, traits }) => name.startsWith("nn.") && traits.has(trait));
    return `- \`${trait}\`, ${words}: ${kinds.map(linkTo).join(" ")}`;
  });
  const structure = allOpKinds.filter(({ name }) => !name.startsWith("nn."));
  const holders = `- structure, which runs nothing by itself: ${structure.map(linkTo).join(" ")}`;
  return ["How an op runs is said by a trait:", "", ...groups, holders].join("\n");
}

function linkTo({ name }: OpKind): string {
  return `[\`${name.replace("nn.", "")}\`](#${name.replace(".", "")})`;
}

function opSection({ kind, text, sample }: OpExample): string {
  const nest = sample === undefined ? undefined : kindOf(sample)?.loopNest(sample);
  const items = [
    ...Object.entries(kind.operandSpecs).map(([name, spec]) => operandItem(name, spec, kind)),
    ...Object.entries(kind.attributeSpecs).map(([name, spec]) => attributeItem(name, spec, kind)),
    ...(kind.docs?.["result"] === undefined ? [] : [`- result: ${kind.docs["result"]}`]),
    ...(kind.traits.size === 0 ? [] : [`- traits: ${[...kind.traits].map((trait) => `\`${trait}\``).join(", ")}`]),
    ...(nest === undefined ? [] : [`- loop nest: ${nestText(nest)}`]),
  ];
  return [`### \`${kind.name}\``, "", kind.summary, "", ...items, "", "```mlir", text, "```", ""].join("\n");
}

function operandItem(name: string, { rank, optional, variadic }: OperandSpec, { docs }: OpKind): string {
  const facts = [
    ...(rank === undefined ? [] : [`rank ${rank}`]),
    ...(optional === true ? ["optional"] : []),
    ...(variadic === true ? ["any number"] : []),
  ];
  return `- operand \`${name}\`${wordsBehind([...facts, docs?.[name]])}`;
}

function attributeItem(name: string, spec: AnyAttributeSpec, { docs }: OpKind): string {
  return `- attribute \`${name}\`${wordsBehind([spec.expects, defaultText(spec), docs?.[name]])}`;
}

function wordsBehind(words: readonly (string | undefined)[]): string {
  const known = words.filter((word) => word !== undefined);
  return known.length === 0 ? "" : `: ${known.join("; ")}`;
}

function defaultText({ fallback, encode }: AnyAttributeSpec): string | undefined {
  if (fallback === undefined) return undefined;
  if (typeof fallback.value === "number" && !Number.isFinite(fallback.value)) {
    return `${fallback.value < 0 ? "-" : ""}infinity when left out`;
  }
  // The default is a value of the attribute's own type.
  return `\`${attributeText(encode(fallback.value as never))}\` when left out`;
}

/** `(n 2, k 6)` is the example's extents; then what a point reads and writes, and what it costs. */
function nestText({ extents, access, work, rowLoops }: LoopNest): string {
  const loops = Object.entries(extents).map(([name, extent]) => `${name} ${extent}`);
  const accesses = Object.entries(access).map(([name, indices]) => `${name}[${indices.map(indexOf).join(", ")}]`);
  const rows = rowLoops === undefined ? "" : `; rows along ${rowLoops.join(", ")}`;
  return `\`(${loops.join(", ")})\`, \`${accesses.join("`, `")}\`; ${workText(work)}${rows}`;
}

function indexOf({ terms, offset }: AffineIndex): string {
  const parts = Object.entries(terms).map(([loop, factor]) =>
    factor === 1 ? loop : factor === -1 ? `-${loop}` : `${factor}*${loop}`,
  );
  if (offset !== 0 || parts.length === 0) parts.push(`${offset}`);
  return parts.join(" + ").replaceAll("+ -", "- ");
}

function workText(work: Work): string {
  switch (work.kind) {
    case "mac":
      return "a MAC at each point";
    case "vector": {
      const ops = work.opsPerPoint === 1 ? "one lane operation" : `${work.opsPerPoint} lane operations`;
      return `${ops} at each point${work.sweeps === undefined ? "" : `, ${work.sweeps} sweeps over a row`}`;
    }
    case "move":
      return "a copy at each point";
  }
}
