/** Weighted sums of a few elements along one dimension: what resizing by interpolation is. */
import { attr } from "../../attribute-specs.ts";
import { dimensionAccess, dimensionLoops, shapeText } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import { idx } from "../../loop-nest.ts";
import { zeros } from "../../tensor-value.ts";
import { elementCount, isFloat, tensorType } from "../../types.ts";
import { indexTypeProblem, resolved } from "../gather.ts";

/**
 * `nn.resample`. Which elements are read is not known here: as for `nn.gather`, the access says as many different ones as
 * there are indices, in the order of the input.
 */
export const resample = defineOp({
  name: "nn.resample",
  summary:
    "output[..., o, ...] = sum over t of weights[o, t] * input[..., indices[o, t], ...], with o and the index along the axis.",
  operands: { input: {}, indices: { rank: 2 }, weights: { rank: 2 } },
  attributes: { axis: attr.int },
  traits: ["pure", "reduction"],
  verify({ input, indices, weights }, { axis }) {
    const rank = input.shape.length;
    if (axis < 0 || axis >= rank) return `axis ${axis} is not a dimension of a tensor of rank ${rank}`;
    if (!isFloat(input.element)) return `element type is ${input.element.name} but should be a float type`;
    if (weights.element !== input.element)
      return `weights have element type ${weights.element.name} but input has ${input.element.name}`;
    if (indices.shape[0] !== weights.shape[0] || indices.shape[1] !== weights.shape[1])
      return `indices ${shapeText(indices.shape)} and weights ${shapeText(weights.shape)} differ in shape`;
    return indexTypeProblem(indices);
  },
  inferTypes: ({ input, indices }, { axis }) =>
    tensorType(
      input.shape.map((extent, dim) => (dim === axis ? indices.shape[0] : extent)),
      input.element,
    ),
  loopNest({ input: { shape }, indices }, { axis }) {
    const [count, taps] = indices.shape;
    const output = shape.map((extent, dim) => (dim === axis ? count : extent));
    const full = dimensionAccess(shape.length);
    const table = [idx({ [`d${axis}`]: 1 }), idx({ t: 1 })];
    const read = Math.min(shape[axis]!, count * taps);
    return {
      extents: { ...dimensionLoops(output), t: taps },
      access: {
        input: full.map((index, dim) => (dim === axis ? idx({ [`d${axis}`]: taps, t: 1 }) : index)),
        indices: table,
        weights: table,
        output: full,
      },
      // A multiplication and an addition.
      work: { kind: "vector", opsPerPoint: 2 },
      touchedElements: { input: (elementCount(shape) / shape[axis]!) * read },
    };
  },
  reference({ input, indices, weights }, { axis }, [type]) {
    const output = zeros(type!);
    const [count, taps] = indices.type.shape as readonly [number, number];
    const extent = input.type.shape[axis]!;
    const inner = elementCount(type!.shape.slice(axis + 1));
    const outer = elementCount(type!.shape.slice(0, axis));
    const sums = new Float64Array(inner);
    for (let line = 0; line < outer; line++) {
      for (let o = 0; o < count; o++) {
        sums.fill(0);
        for (let tap = o * taps; tap < (o + 1) * taps; tap++) {
          const from = (line * extent + resolved(indices.data[tap]!, extent)) * inner;
          const weight = weights.data[tap]!;
          for (let at = 0; at < inner; at++) sums[at]! += weight * input.data[from + at]!;
        }
        output.data.set(sums, (line * count + o) * inner);
      }
    }
    return output;
  },
});
