/** Element-wise ops of one operand. */
import { attr, withDefault } from "../attribute-specs.ts";
import { defineOp } from "../define-op.ts";
import { erf as errorFunction } from "../numbers/error-function.ts";
import { castNumber } from "../numbers/casting.ts";
import { roundHalfEven } from "../numbers/number-formats.ts";
import { tensorType } from "../types.ts";
import { domainProblem, mapElements, pointwise, unary } from "./pointwise.ts";

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const linearSigmoid = (x: number, alpha: number, beta: number): number => clamp(alpha * x + beta, 0, 1);
const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

export const relu = unary({
  name: "nn.relu",
  summary: "max(x, 0).",
  domain: "numbers",
  compute: (x) => Math.max(x, 0),
});
export const sigmoid = unary({ name: "nn.sigmoid", summary: "1 / (1 + e^-x).", domain: "floats", compute: logistic });
export const silu = unary({
  name: "nn.silu",
  summary: "x * sigmoid(x), also called swish.",
  domain: "floats",
  opsPerPoint: 2,
  compute: (x) => x * logistic(x),
});
export const gelu = unary({
  name: "nn.gelu",
  summary: "x / 2 * (1 + erf(x / sqrt 2)).",
  domain: "floats",
  opsPerPoint: 5,
  compute: (x) => x * 0.5 * (1 + errorFunction(x * Math.SQRT1_2)),
});
export const tanh = unary({ name: "nn.tanh", summary: "Hyperbolic tangent.", domain: "floats", compute: Math.tanh });
export const erf = unary({ name: "nn.erf", summary: "Error function.", domain: "floats", compute: errorFunction });
export const exp = unary({ name: "nn.exp", summary: "e^x.", domain: "floats", compute: Math.exp });
export const log = unary({ name: "nn.log", summary: "Natural logarithm.", domain: "floats", compute: Math.log });
export const sqrt = unary({ name: "nn.sqrt", summary: "Square root.", domain: "floats", compute: Math.sqrt });
export const rsqrt = unary({
  name: "nn.rsqrt",
  summary: "1 / sqrt(x).",
  domain: "floats",
  compute: (x) => 1 / Math.sqrt(x),
});
export const neg = unary({ name: "nn.neg", summary: "-x.", domain: "numbers", compute: (x) => -x });
export const abs = unary({ name: "nn.abs", summary: "|x|.", domain: "numbers", compute: Math.abs });
export const reciprocal = unary({ name: "nn.reciprocal", summary: "1 / x.", domain: "floats", compute: (x) => 1 / x });
export const ceil = unary({
  name: "nn.ceil",
  summary: "Least integer not below x.",
  domain: "floats",
  compute: Math.ceil,
});
export const floor = unary({
  name: "nn.floor",
  summary: "Greatest integer not above x.",
  domain: "floats",
  compute: Math.floor,
});
export const round = unary({
  name: "nn.round",
  summary: "Nearest integer, halves to the even one.",
  domain: "floats",
  compute: roundHalfEven,
});
export const not = unary({
  name: "nn.not",
  summary: "The other truth value.",
  domain: "truth-values",
  compute: (x) => 1 - x,
});
export const hardSwish = unary({
  name: "nn.hard_swish",
  summary: "x * clip(x / 6 + 1/2, 0, 1).",
  domain: "floats",
  opsPerPoint: 3,
  compute: (x) => x * linearSigmoid(x, 1 / 6, 0.5),
});

export const hardSigmoid = defineOp({
  name: "nn.hard_sigmoid",
  summary: "clip(alpha * x + beta, 0, 1).",
  operands: { input: {} },
  attributes: { alpha: attr.float, beta: attr.float },
  traits: ["pure", "elementwise"],
  verify: ({ input }) => domainProblem(input, "floats"),
  inferTypes: ({ input }) => input,
  // One less than nn.hard_swish, which multiplies by x besides.
  loopNest: ({ input }) => pointwise(input, 2),
  reference: ({ input }, { alpha, beta }, [type]) => mapElements(input, type!, (x) => linearSigmoid(x, alpha, beta)),
});

export const leakyRelu = defineOp({
  name: "nn.leaky_relu",
  summary: "x where x >= 0, else alpha * x.",
  operands: { input: {} },
  attributes: { alpha: attr.float },
  traits: ["pure", "elementwise"],
  verify: ({ input }) => domainProblem(input, "floats"),
  inferTypes: ({ input }) => input,
  loopNest: ({ input }) => pointwise(input, 1),
  reference: ({ input }, { alpha }, [type]) => mapElements(input, type!, (x) => (x >= 0 ? x : alpha * x)),
});

export const clip = defineOp({
  name: "nn.clip",
  summary: "min(max(x, min), max).",
  operands: { input: {} },
  attributes: { min: withDefault(attr.float, -Infinity), max: withDefault(attr.float, Infinity) },
  traits: ["pure", "elementwise"],
  verify: ({ input }) => domainProblem(input, "numbers"),
  inferTypes: ({ input }) => input,
  fold: ({ operands, attrs }) => (attrs.min === -Infinity && attrs.max === Infinity ? operands.input : undefined),
  loopNest: ({ input }) => pointwise(input, 2),
  // ONNX: when min is above max, every element becomes max.
  reference: ({ input }, { min, max }, [type]) => mapElements(input, type!, (x) => clamp(x, min, max)),
});

export const cast = defineOp({
  name: "nn.cast",
  summary: "The same numbers in another element type; to integers: truncated towards zero, to i1: whether not zero.",
  operands: { input: {} },
  attributes: {
    to: attr.scalarType,
    saturate: withDefault(attr.bool, true),
    rounding: withDefault(attr.word("up", "down", "nearest"), "up"),
  },
  traits: ["pure", "elementwise"],
  inferTypes: ({ input }, { to }) => tensorType(input.shape, to),
  fold: ({ operands }) => operands.input,
  loopNest: ({ input }) => pointwise(input, 1),
  reference: ({ input }, { to, ...rules }, [type]) => mapElements(input, type!, (x) => castNumber(x, to, rules)),
});
