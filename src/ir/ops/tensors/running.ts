/** Ops that go along one axis in order: running sums and products, and sequences turned round. */
import { attr, withDefault } from "../../attribute-specs.ts";
import { dimensionAccess, dimensionLoops } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import type { LoopNest } from "../../loop-nest.ts";
import { idx } from "../../loop-nest.ts";
import { rowMajorStrides } from "../../numbers/indexing.ts";
import { zeros } from "../../tensor-value.ts";
import type { TensorType } from "../../types.ts";
import { forEachLine } from "./ordering.ts";

interface RunningRecord {
  readonly name: string;
  readonly summary: string;
  readonly start: number;
  readonly step: (sofar: number, x: number) => number;
}

function running({ name, summary, start, step }: RunningRecord) {
  return defineOp({
    name,
    summary,
    operands: { input: {} },
    attributes: { axis: attr.int, exclusive: withDefault(attr.bool, false), reverse: withDefault(attr.bool, false) },
    traits: ["pure", "normalisation"],
    verify({ input: { shape, element } }, { axis }) {
      if (axis < 0 || axis >= shape.length)
        return `axis ${axis} is not a dimension of a tensor of rank ${shape.length}`;
      return element.name === "i1" ? "element type is i1 but should be a number type" : undefined;
    },
    inferTypes: ({ input }) => input,
    loopNest({ input: { shape } }, { axis }): LoopNest {
      const full = dimensionAccess(shape.length);
      return {
        extents: dimensionLoops(shape),
        access: { input: full, output: full },
        work: { kind: "vector", opsPerPoint: 1 },
        rowLoops: [`d${axis}`],
      };
    },
    reference({ input }, { axis, exclusive, reverse }, [type]) {
      const output = zeros(type!);
      const extent = type!.shape[axis]!;
      forEachLine(type!.shape, axis, (first, stride) => {
        let sofar = start;
        for (let index = 0; index < extent; index++) {
          const at = first + (reverse ? extent - 1 - index : index) * stride;
          const next = step(sofar, input.data[at]!);
          output.data[at] = exclusive ? sofar : next;
          sofar = next;
        }
      });
      return output;
    },
  });
}

export const cumulativeSum = running({
  name: "nn.cumulative_sum",
  summary: "Sum of the elements up to each along the axis, with it or (exclusive) without it, from the end (reverse).",
  start: 0,
  step: (sum, x) => sum + x,
});
export const cumulativeProduct = running({
  name: "nn.cumulative_product",
  summary:
    "Product of the elements up to each along the axis, with it or (exclusive) without it, from the end (reverse).",
  start: 1,
  step: (product, x) => product * x,
});

export const reverseSequence = defineOp({
  name: "nn.reverse_sequence",
  summary: "The first lengths[b] elements along the time axis in reverse order, for each b of the batch axis.",
  operands: { input: {}, lengths: { rank: 1 } },
  attributes: { batch_axis: attr.int, time_axis: attr.int },
  traits: ["pure", "movement"],
  verify({ input: { shape }, lengths }, { batch_axis, time_axis }) {
    const isDimension = (axis: number): boolean => axis >= 0 && axis < shape.length;
    if (!isDimension(batch_axis) || !isDimension(time_axis) || batch_axis === time_axis) {
      return `axes ${batch_axis} and ${time_axis} are not two dimensions of a tensor of rank ${shape.length}`;
    }
    return lengths.shape[0] === shape[batch_axis]
      ? undefined
      : `there are ${lengths.shape[0]} lengths for a batch of ${shape[batch_axis]}`;
  },
  inferTypes: ({ input }): TensorType => input,
  loopNest({ input: { shape } }, { batch_axis }) {
    const full = dimensionAccess(shape.length);
    const access = { input: full, lengths: [idx({ [`d${batch_axis}`]: 1 })], output: full };
    return { extents: dimensionLoops(shape), access, work: { kind: "move" } };
  },
  reference({ input, lengths }, { batch_axis, time_axis }, [type]) {
    const output = zeros(type!);
    const { shape } = type!;
    const strides = rowMajorStrides(shape);
    const [batchStride, timeStride] = [strides[batch_axis]!, strides[time_axis]!];
    for (let at = 0; at < output.data.length; at++) {
      const length = lengths.data[Math.floor(at / batchStride) % shape[batch_axis]!]!;
      const time = Math.floor(at / timeStride) % shape[time_axis]!;
      const from = time < length ? length - 1 - time : time;
      output.data[at] = input.data[at + (from - time) * timeStride]!;
    }
    return output;
  },
});
