/** Regions: groups of operations that run as one. The decisions about a region are attributes on it. */
import { attr } from "../attribute-specs.ts";
import type { Attribute } from "../attributes.ts";
import { Block, Operation, Region } from "../core.ts";
import { unknownAttributes } from "../define-op.ts";
import type { Value } from "../core.ts";
import type { Engine } from "../decisions.ts";
import type { Location } from "../location.ts";
import type { OpKind } from "../op-kind.ts";
import type { Type } from "../types.ts";
import { typeText } from "../types.ts";

/** Names of the engines that a region can run on, as they are spelled in IR. */
export const engines = ["systolic-array", "vector-unit", "dma"] as const satisfies readonly Engine[];

const identity = { id: attr.int, anchor: attr.int, engine: attr.word(...engines), operations: attr.ints } as const;

/** Attributes that passes add to a region: what it reads and writes, then how it runs. */
const written = ["operand_buffers", "operand_values", "result_values", "padding", "mapping", "placement"] as const;

/**
 * `fast.region`: reads its operands through its block's arguments and nothing else from outside. `operations` are the ids
 * in the frozen module of the operations in its body, in order, and `anchor` is one of them; `operand_values` and
 * `result_values` are the frozen module's names of what it reads and writes. `padding`, `mapping` and `placement` are
 * added by the passes that write those decisions.
 */
export const fastRegion: OpKind = {
  name: "fast.region",
  summary: "Operations that run as one on an engine.",
  operandSpecs: { inputs: { variadic: true } },
  attributeSpecs: identity,
  docs: {
    id: "its place in the schedule, from 0",
    anchor: "the operation whose loop nest the others follow, by its id in the frozen module",
    engine: "what runs it",
    operations: "ids in the frozen module of what is in its body, in order",
    result: "what `fast.yield` gives",
  },
  traits: new Set(["pure", "isolated"]),
  verify: (op) => {
    const problems = attributeProblems(op);
    const [block, second] = op.regions.flatMap((region) => region.blocks);
    if (block === undefined || second !== undefined) return [...problems, "needs one region with one block"];
    const yielded = block.last?.name === fastYield.name ? block.last.operands : undefined;
    if (yielded === undefined) return [...problems, `its body must end in ${fastYield.name}`];
    return [
      ...problems,
      ...typeProblems("operands", op.operands, { what: "its block takes", values: block.args }),
      ...typeProblems("results", op.results, { what: `${fastYield.name} gives`, values: yielded }),
    ];
  },
  inferTypes: () => undefined,
  loopNest: () => undefined,
  evaluate: () => undefined,
};

/** `fast.yield`: ends the body of a region and names its results. */
export const fastYield: OpKind = {
  name: "fast.yield",
  summary: "Results of a region.",
  operandSpecs: { values: { variadic: true } },
  attributeSpecs: {},
  traits: new Set(["terminator"]),
  verify: (op) =>
    op.parentOp?.name === fastRegion.name
      ? []
      : [`stands in ${op.parentOp?.name ?? "nothing"}, not in ${fastRegion.name}`],
  inferTypes: () => undefined,
  loopNest: () => undefined,
  evaluate: () => undefined,
};

/** What a region is made from. */
export interface FastRegionParts {
  readonly operands: readonly Value[];
  readonly attributes: Iterable<readonly [string, Attribute]>;
  /** What stands in the body, given its arguments (one per operand), and which of its values the region yields. */
  readonly body: (args: readonly Value[]) => {
    readonly operations: readonly Operation[];
    readonly results: readonly Value[];
  };
  readonly location: Location;
}

/** A detached `fast.region` with its terminator. */
export function createFastRegion(parts: FastRegionParts): Operation {
  const { operands, attributes, location } = parts;
  const block = new Block(operands.map((operand) => operand.type));
  const { operations, results: yielded } = parts.body(block.args);
  for (const op of operations) block.append(op);
  block.append(new Operation({ name: fastYield.name, operands: yielded, location }));
  const resultTypes = yielded.map((value) => value.type);
  return new Operation({
    name: fastRegion.name,
    operands,
    resultTypes,
    attributes,
    regions: [new Region([block])],
    location,
  });
}

function attributeProblems(op: Operation): readonly string[] {
  const problems = Object.entries(identity).flatMap(([name, spec]) => {
    const attribute = op.attributes.get(name);
    return attribute === undefined || spec.decode(attribute) === undefined
      ? [`attribute ${name} should be ${spec.expects}`]
      : [];
  });
  problems.push(...unknownAttributes([...Object.keys(identity), ...written], op));
  if (problems.length > 0) return problems;
  const anchor = readAttribute(op, "anchor");
  return readAttribute(op, "operations").includes(anchor) ? [] : [`its anchor ${anchor} is not one of its operations`];
}

type Identity = {
  readonly [K in keyof typeof identity]: Exclude<ReturnType<(typeof identity)[K]["decode"]>, undefined>;
};

/** One of a valid region's own attributes. */
export function readAttribute<K extends keyof Identity>(op: Operation, name: K): Identity[K] {
  const attribute = op.attributes.get(name);
  const value = attribute === undefined ? undefined : identity[name].decode(attribute);
  if (value === undefined) throw new Error(`bug: ${op.name} has no valid attribute ${name}`);
  // The specification under `name` decodes to the type under `name`.
  return value as Identity[K];
}

function typeProblems(
  what: string,
  values: readonly Value[],
  inner: { readonly what: string; readonly values: readonly Value[] },
): readonly string[] {
  const text = (types: readonly Type[]): string => `(${types.map(typeText).join(", ")})`;
  const [have, want] = [text(values.map((value) => value.type)), text(inner.values.map((value) => value.type))];
  return have === want ? [] : [`${what} are ${have} but ${inner.what} ${want}`];
}
