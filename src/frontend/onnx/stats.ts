/** Counts about a model as it was imported, before any pass. */
import type { Operation } from "../../ir/core.ts";
import { macCount } from "../../ir/loop-nest.ts";
import { functionBody } from "../../ir/ops/builtin.ts";
import { conv2d } from "../../ir/ops/convolution.ts";
import { kindOf } from "../../ir/ops/registry.ts";
import { elementCount } from "../../ir/types.ts";
import { scalarOfDataType } from "./read/data-types.ts";
import type { GraphProto } from "./read/schema.ts";

/**
 * Counts about an imported model.
 *
 * @property macs           multiply-accumulates of one run, from the ops' loop nests
 * @property macsPerSample  the same over the batch
 * @property depthwiseMacs  the part of `macs` in convolutions with one input channel a group
 * @property weightElements elements of all float initializers of the file, used or not
 * @property weightBytes    at 2 bytes each
 * @property onnxNodes      nodes of the file
 * @property operations     ops of the imported function, constants included
 * @property opHistogram    number of nodes of each ONNX operator, by name
 */
export interface ImportStats {
  readonly macs: number;
  readonly macsPerSample: number;
  readonly depthwiseMacs: number;
  readonly weightElements: number;
  readonly weightBytes: number;
  readonly onnxNodes: number;
  readonly operations: number;
  readonly opHistogram: Readonly<Record<string, number>>;
}

/** Bytes of a weight as the hardware keeps it. */
const bytesPerWeight = 2;

const floatTypes: ReadonlySet<string> = new Set(["f16", "bf16", "f32", "f64"]);

/** Counts of a graph and of the function it became. */
export function importStats(graph: GraphProto, fn: Operation, batch: number): ImportStats {
  let [macs, depthwiseMacs, operations] = [0, 0, 0];
  for (const op of functionBody(fn).operations()) {
    if (op.name !== "func.return") operations++;
    const nest = kindOf(op)?.loopNest(op);
    const own = nest === undefined ? 0 : macCount(nest);
    macs += own;
    if (isDepthwise(op)) depthwiseMacs += own;
  }
  const floats = graph.initializer.filter(({ dataType = 0 }) => floatTypes.has(scalarOfDataType(dataType) ?? ""));
  const weightElements = floats.reduce((sum, { dims }) => sum + elementCount(dims), 0);
  return {
    macs,
    macsPerSample: macs / batch,
    depthwiseMacs,
    weightElements,
    weightBytes: weightElements * bytesPerWeight,
    onnxNodes: graph.node.length,
    operations,
    opHistogram: histogram(graph),
  };
}

function isDepthwise(op: Operation): boolean {
  const conv = conv2d.match(op);
  return conv !== undefined && conv.attrs.groups > 1 && conv.types.weight.shape[1] === 1;
}

function histogram(graph: GraphProto): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { opType = "" } of graph.node) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
