/** Quantization: numbers as small integers or small floats, with a scale and a zero point. */
import { attr, withDefault } from "../attribute-specs.ts";
import { broadcastAccess, broadcastsTo, dimensionAccess, dimensionLoops, shapeText } from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import type { LoopNest } from "../loop-nest.ts";
import { broadcastStrides, stridedOffsets } from "../numbers/indexing.ts";
import { castNumber } from "../numbers/casting.ts";
import { convertNumber, roundHalfEven } from "../numbers/number-formats.ts";
import type { TensorValue } from "../tensor-value.ts";
import { zeros } from "../tensor-value.ts";
import type { ScalarType, TensorType } from "../types.ts";
import { bitWidth, isFloat, scalar, tensorType } from "../types.ts";

interface Operands {
  readonly input: TensorType;
  readonly scale: TensorType;
  readonly zero_point: TensorType | undefined;
}

/** Least and largest integer of a type. */
export function integerRange(type: ScalarType): readonly [least: number, most: number] {
  const width = bitWidth(type);
  return type.name.startsWith("u") ? [0, 2 ** width - 1] : [-(2 ** (width - 1)), 2 ** (width - 1) - 1];
}

function operandProblem({ input, scale, zero_point }: Operands, quantized: ScalarType): string | undefined {
  if (!isFloat(scale.element)) return `scale has element type ${scale.element.name} but should have a float type`;
  if (zero_point !== undefined && zero_point.element !== quantized)
    return `zero_point has element type ${zero_point.element.name} but should have ${quantized.name}`;
  for (const [name, type] of Object.entries({ scale, zero_point })) {
    if (type === undefined || broadcastsTo(type.shape, input.shape)) continue;
    return `${name} of shape ${shapeText(type.shape)} does not broadcast to input ${shapeText(input.shape)}`;
  }
  return undefined;
}

function nestOf({ input, scale, zero_point }: Operands, opsPerPoint: number): LoopNest {
  const full = dimensionAccess(input.shape.length);
  return {
    extents: dimensionLoops(input.shape),
    access: {
      input: full,
      scale: broadcastAccess(scale.shape, input.shape),
      ...(zero_point === undefined ? {} : { zero_point: broadcastAccess(zero_point.shape, input.shape) }),
      output: full,
    },
    work: { kind: "vector", opsPerPoint },
  };
}

/** Reads an operand that broadcasts to a shape, at each of its elements; 0 where the operand is left out. */
function reader(tensor: TensorValue | undefined, shape: readonly number[]): (at: number) => number {
  if (tensor === undefined) return () => 0;
  const offsets = stridedOffsets(shape, broadcastStrides(tensor.type.shape, shape));
  return (at) => tensor.data[offsets[at]!]!;
}

/** `nn.quantize`: scale and zero point broadcast as in NumPy; the importer gives them the shape of their axis. */
export const quantize = defineOp({
  name: "nn.quantize",
  summary:
    "input / scale, computed with the precision, rounded to the nearest (halves to even), plus zero_point, cut to the range " +
    "of the type; without saturate, a small float that is too large becomes infinity or NaN.",
  operands: { input: {}, scale: {}, zero_point: { optional: true } },
  attributes: {
    to: attr.scalarType,
    precision: withDefault(attr.scalarType, scalar("f32")),
    saturate: withDefault(attr.bool, true),
  },
  traits: ["pure", "elementwise"],
  verify: (operands, { to, precision }) => {
    if (!isFloat(precision)) return `precision is ${precision.name} but should be a float type`;
    return to.name === "i1" ? "numbers cannot be quantized to i1" : operandProblem(operands, to);
  },
  inferTypes: ({ input }, { to }) => tensorType(input.shape, to),
  // Multiply by the reciprocal, round, add, cut to the range.
  loopNest: (operands) => nestOf(operands, operands.zero_point === undefined ? 3 : 4),
  reference({ input, scale, zero_point }, { to, precision, saturate }, [type]) {
    const output = zeros(type!);
    const { shape } = input.type;
    const [scaleAt, zeroAt] = [reader(scale, shape), reader(zero_point, shape)];
    const [least, most] = integerRange(to);
    for (let at = 0; at < output.data.length; at++) {
      const ratio = convertNumber(input.data[at]! / scaleAt(at), precision);
      const moved = (isFloat(to) ? ratio : roundHalfEven(ratio)) + zeroAt(at);
      output.data[at] = isFloat(to)
        ? castNumber(moved, to, { saturate, rounding: "up" })
        : Math.min(Math.max(moved, least), most);
    }
    return output;
  },
});

export const dequantize = defineOp({
  name: "nn.dequantize",
  summary: "(input - zero_point) * scale.",
  operands: { input: {}, scale: {}, zero_point: { optional: true } },
  attributes: { to: attr.scalarType },
  traits: ["pure", "elementwise"],
  verify(operands, { to }) {
    if (!isFloat(to)) return `the result's type is ${to.name} but should be a float type`;
    return operandProblem(operands, operands.input.element);
  },
  inferTypes: ({ input }, { to }) => tensorType(input.shape, to),
  loopNest: (operands) => nestOf(operands, operands.zero_point === undefined ? 1 : 2),
  reference({ input, scale, zero_point }, _attributes, [type]) {
    const output = zeros(type!);
    const [scaleAt, zeroAt] = [reader(scale, type!.shape), reader(zero_point, type!.shape)];
    for (let at = 0; at < output.data.length; at++) {
      output.data[at] = (input.data[at]! - zeroAt(at)) * scaleAt(at);
    }
    return output;
  },
});
