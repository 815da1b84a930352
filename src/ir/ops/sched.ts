/**
 * The `sched` dialect: what runs on the hardware. A `sched.schedule` holds tensors with their homes and regions with their
 * buffers, loops, transfers, waits, array passes and vector work. It is the text of a schedule file: every attribute is a
 * field of it under another spelling (`slotBytes` is `slot_bytes`), and `backend/schedule/schedule-text.ts` turns one into the
 * other. What each statement means is said in `backend/schedule/program.ts`.
 */
import type { AttributeSpecs } from "../attribute-specs.ts";
import { attr } from "../attribute-specs.ts";
import type { Attribute } from "../attributes.ts";
import { Block, Operation, Region } from "../core.ts";
import { unknownAttributes } from "../define-op.ts";
import { unknownLocation } from "../location.ts";
import type { OpKind } from "../op-kind.ts";
import { createModule } from "./builtin.ts";

interface Directive {
  readonly name: string;
  readonly summary: string;
  readonly attributes: AttributeSpecs;
  /** Attributes that may be absent. */
  readonly optional?: readonly string[];
  /** Ops that its only block may hold; absent: it has no region. */
  readonly holds?: readonly string[];
  readonly docs: Readonly<Record<string, string>>;
}

/** An op without operands and results: it orders hardware to do something, or says what there is. */
function directive({ name, summary, attributes, optional = [], holds, docs }: Directive): OpKind {
  return {
    name,
    summary,
    operandSpecs: {},
    attributeSpecs: attributes,
    docs,
    traits: new Set(),
    verify: (op) => [
      ...(op.operands.length + op.results.length > 0 ? ["takes no operands and gives no results"] : []),
      ...attributeProblems(op, attributes, optional),
      ...bodyProblems(op, holds),
    ],
    inferTypes: () => undefined,
    loopNest: () => undefined,
    evaluate: () => undefined,
  };
}

function attributeProblems(op: Operation, specs: AttributeSpecs, optional: readonly string[]): readonly string[] {
  const problems = Object.entries(specs).flatMap(([name, spec]) => {
    const attribute = op.attributes.get(name);
    if (attribute === undefined) return optional.includes(name) ? [] : [`attribute ${name} is missing`];
    return spec.decode(attribute) === undefined ? [`attribute ${name} should be ${spec.expects}`] : [];
  });
  return [...problems, ...unknownAttributes(Object.keys(specs), op)];
}

function bodyProblems(op: Operation, holds: readonly string[] | undefined): readonly string[] {
  if (holds === undefined) return op.regions.length > 0 ? ["has no region"] : [];
  const [block, second] = op.regions.flatMap((region) => region.blocks);
  if (block === undefined || second !== undefined || op.regions.length !== 1 || block.args.length > 0)
    return ["needs one region with one block without arguments"];
  return [...block.operations()]
    .filter((inner) => !holds.includes(inner.name))
    .map((inner) => `${inner.name} cannot stand in it`);
}

const statements = ["sched.for", "sched.spread", "sched.dma", "sched.wait", "sched.pass", "sched.vector"];
const onChip = attr.word("gm", "l2", "l1");
const operand = attr.word("input", "weight", "output");
const dataflow = attr.word("weight-stationary", "output-stationary", "input-stationary", "vector", "copy");

/** Every op of the dialect. */
export const schedOps: readonly OpKind[] = [
  directive({
    name: "sched.schedule",
    summary: "A compiled model: its tensors, its regions in the order in which they run, and records about it.",
    attributes: { schema_version: attr.int, model: attr.raw, design: attr.raw, options: attr.raw },
    holds: ["sched.tensor", "sched.region", "sched.record"],
    docs: {
      schema_version: "of the schedule file",
      model: "name, hash and batch of the model",
      design: "the hardware design and its hash",
      options: "what the back end was allowed",
    },
  }),
  directive({
    name: "sched.tensor",
    summary: "A tensor in DRAM or global memory.",
    attributes: {
      name: attr.string,
      value: attr.raw,
      origin: attr.word("input", "weight", "activation"),
      is_output: attr.bool,
      shape: attr.ints,
      element: attr.string,
      words: attr.int,
      memory: attr.word("dram", "gm"),
      offset_bytes: attr.int,
      size_bytes: attr.int,
      first_region: attr.int,
      last_region: attr.int,
      is_pinned: attr.bool,
    },
    docs: {
      name: "how statements call it",
      value: "the value of the frozen module: number of the operation and of its result",
      origin: "where it comes from",
      is_output: "an output of the model",
      shape: "extents, outermost first",
      element: "element type in the model",
      words: "operand words that it takes",
      memory: "where regions read and write it",
      offset_bytes: "where it begins there",
      size_bytes: "how much it takes",
      first_region: "first region in which it occupies its place",
      last_region: "last one",
      is_pinned: "stays for all inferences",
    },
  }),
  directive({
    name: "sched.region",
    summary: "Operations that run as one, with their buffers and what is done.",
    attributes: {
      id: attr.int,
      name: attr.string,
      engine: attr.word("systolic-array", "vector-unit", "dma"),
      dataflow,
      anchor: attr.int,
      operations: attr.ints,
      onnx_nodes: attr.raw,
      nest: attr.raw,
    },
    holds: ["sched.buffer", ...statements],
    docs: {
      id: "place in the schedule",
      name: "the anchor's ONNX node",
      engine: "what runs it",
      dataflow: "how",
      anchor: "the operation whose loops the others follow",
      operations: "operations of the frozen module",
      onnx_nodes: "where they come from",
      nest: "extents of the loops and windows that slide",
    },
  }),
  directive({
    name: "sched.buffer",
    summary: "A queue of tiles in an on-chip memory.",
    attributes: {
      name: attr.string,
      memory: onChip,
      operand,
      per_pe: attr.bool,
      slots: attr.int,
      slot_bytes: attr.int,
    },
    docs: {
      name: "level and operand",
      memory: "memory level",
      operand: "what its tiles are tiles of",
      per_pe: "every PE has one",
      slots: "tiles that it holds at once: 2 is double buffering",
      slot_bytes: "bytes of its largest tile",
    },
  }),
  directive({
    name: "sched.for",
    summary: "Steps over a loop's range in tiles; the last one may be smaller.",
    attributes: { loop: attr.string, level: onChip, step: attr.int },
    holds: statements,
    docs: { loop: "whose range is cut", level: "memory whose tiles it steps over", step: "elements in a tile" },
  }),
  directive({
    name: "sched.spread",
    summary: "Gives every PE of the grid a contiguous share of loops' ranges.",
    attributes: { pe_rows: attr.raw, pe_columns: attr.raw },
    holds: statements,
    docs: { pe_rows: "ways of each loop over the grid's rows", pe_columns: "ways over its columns" },
  }),
  directive({
    name: "sched.dma",
    summary: "Moves the tile at hand, once for each tile.",
    attributes: {
      from: attr.raw,
      to: attr.raw,
      ahead: attr.int,
      when: attr.word("needed", "revisited", "left"),
      partials_to: attr.string,
      multicast: attr.bool,
      indexed: attr.bool,
    },
    optional: ["partials_to"],
    docs: {
      from: "buffers or tensors",
      to: "buffers or tensors",
      ahead: "tiles that it starts early",
      when: "for each tile, for partial sums that come back, or when a tile is left",
      partials_to: "where sums go that leave before they are complete",
      multicast: "PEs of a bus that need the same word take it at once",
      indexed: "which words move depends on data",
    },
  }),
  directive({
    name: "sched.wait",
    summary: "Waits until a buffer's next tile is there.",
    attributes: { buffer: attr.string },
    docs: { buffer: "a buffer" },
  }),
  directive({
    name: "sched.pass",
    summary: "All array passes of one tile.",
    attributes: {
      input: attr.string,
      weight: attr.string,
      output: attr.string,
      dataflow,
      groups_per_pass: attr.int,
    },
    docs: {
      input: "buffer",
      weight: "buffer",
      output: "buffer of accumulators",
      dataflow: "what stays in the array",
      groups_per_pass: "groups that share the array, block-diagonally",
    },
  }),
  directive({
    name: "sched.vector",
    summary: "What the vector unit does with one tile.",
    attributes: {
      stage: attr.word("prologue", "epilogue", "rows"),
      operations: attr.ints,
      reads: attr.string,
      writes: attr.string,
      streams: attr.raw,
      copies: attr.raw,
    },
    optional: ["reads", "writes"],
    docs: {
      stage: "on input tiles, on complete output tiles, or the whole work of a strip",
      operations: "operations of the frozen module, in order",
      reads: "buffer",
      writes: "buffer",
      streams: "tensors that pass without staying",
      copies: "further tensors that get the output",
    },
  }),
  directive({
    name: "sched.record",
    summary: "What is known about the schedule beside its program: decisions, evaluation.",
    attributes: { name: attr.string, content: attr.raw },
    docs: { name: "what it is about", content: "as in the schedule file" },
  }),
];

/** A detached op of the dialect; with a body where it holds others. */
export function createDirective(
  name: string,
  attributes: Iterable<readonly [string, Attribute]>,
  body?: readonly Operation[],
): Operation {
  const regions = body === undefined ? [] : [new Region([blockOf(body)])];
  return new Operation({ name, attributes, regions, location: unknownLocation });
}

/** The module that holds one schedule. */
export function createScheduleModule(schedule: Operation): Operation {
  const module = createModule(undefined, unknownLocation);
  module.regions[0]?.block.append(schedule);
  return module;
}

function blockOf(body: readonly Operation[]): Block {
  const block = new Block([]);
  for (const op of body) block.append(op);
  return block;
}
