/** All op kinds by name. */
import type { Operation } from "../core.ts";
import type { OpKind, Trait } from "../op-kind.ts";
import * as builtin from "./builtin.ts";
import { constant } from "./constant.ts";
import { conv2d } from "./convolution.ts";
import { conv3d } from "./convolution3d.ts";
import * as binary from "./elementwise-binary.ts";
import * as unary from "./elementwise-unary.ts";
import { fastRegion, fastYield } from "./fast.ts";
import { gather, gatherNd } from "./gather.ts";
import { matmul } from "./matmul.ts";
import * as normalisation from "./normalisation.ts";
import { averagePool2d, maxPool2d } from "./pooling.ts";
import * as quantization from "./quantization.ts";
import * as reduction from "./reduction.ts";
import { where } from "./selection.ts";
import { gridSample } from "./sampling/grid-sample.ts";
import { maxPoolIndices } from "./sampling/max-pool-indices.ts";
import { maxRoiPool, roiAlign } from "./sampling/region-pooling.ts";
import { resample } from "./sampling/resample.ts";
import { schedOps } from "./sched.ts";
import * as shape from "./shape.ts";
import { bitcast } from "./tensors/bitcast.ts";
import * as bits from "./tensors/bits.ts";
import * as functions from "./tensors/functions.ts";
import { determinant } from "./tensors/matrix-functions.ts";
import { argMax, argMin, topKIndices } from "./tensors/ordering.ts";
import * as running from "./tensors/running.ts";
import * as scatter from "./tensors/scatter.ts";

const kinds: readonly OpKind[] = [
  ...builtin.structureOps,
  constant,
  conv2d,
  conv3d,
  matmul,
  ...Object.values(binary),
  ...Object.values(unary),
  where,
  ...Object.values(normalisation),
  quantization.quantize,
  quantization.dequantize,
  ...Object.values(reduction),
  maxPool2d,
  maxPoolIndices,
  resample,
  gridSample,
  roiAlign,
  maxRoiPool,
  averagePool2d,
  ...Object.values(shape),
  gather,
  gatherNd,
  ...Object.values(bits),
  ...Object.values(functions),
  ...Object.values(running),
  ...Object.values(scatter),
  argMax,
  argMin,
  topKIndices,
  determinant,
  bitcast,
  fastRegion,
  fastYield,
  ...schedOps,
];

const byName = new Map(kinds.map((kind) => [kind.name, kind]));

/** Every op kind, ordered by name. */
export const allOpKinds: readonly OpKind[] = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

/** The names of all ops, sorted. */
export const opNames: readonly string[] = allOpKinds.map(({ name }) => name);

/** The kind of an operation or of an op name; undefined when there is none of this name. */
export function kindOf(op: Operation | string): OpKind | undefined {
  return byName.get(typeof op === "string" ? op : op.name);
}

/** True when the operation's kind is known and has the trait. */
export function hasTrait(op: Operation, trait: Trait): boolean {
  return kindOf(op)?.traits.has(trait) ?? false;
}
