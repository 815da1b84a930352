/** Further element-wise ops of one operand: trigonometry, tests, signs, bits, and activations with parameters. */
import { attr, withDefault } from "../../attribute-specs.ts";
import { defineOp } from "../../define-op.ts";
import { zeros } from "../../tensor-value.ts";
import { bitWidth, tensorType } from "../../types.ts";
import { domainProblem, mapElements, pointwise, unary } from "../pointwise.ts";

export const sin = unary({ name: "nn.sin", summary: "Sine of radians.", domain: "floats", compute: Math.sin });
export const cos = unary({ name: "nn.cos", summary: "Cosine of radians.", domain: "floats", compute: Math.cos });
export const tan = unary({ name: "nn.tan", summary: "Tangent of radians.", domain: "floats", compute: Math.tan });
export const asin = unary({ name: "nn.asin", summary: "Inverse sine.", domain: "floats", compute: Math.asin });
export const acos = unary({ name: "nn.acos", summary: "Inverse cosine.", domain: "floats", compute: Math.acos });
export const atan = unary({ name: "nn.atan", summary: "Inverse tangent.", domain: "floats", compute: Math.atan });
export const sinh = unary({ name: "nn.sinh", summary: "Hyperbolic sine.", domain: "floats", compute: Math.sinh });
export const cosh = unary({ name: "nn.cosh", summary: "Hyperbolic cosine.", domain: "floats", compute: Math.cosh });
export const asinh = unary({
  name: "nn.asinh",
  summary: "Inverse hyperbolic sine.",
  domain: "floats",
  compute: Math.asinh,
});
export const acosh = unary({
  name: "nn.acosh",
  summary: "Inverse hyperbolic cosine.",
  domain: "floats",
  compute: Math.acosh,
});
export const atanh = unary({
  name: "nn.atanh",
  summary: "Inverse hyperbolic tangent.",
  domain: "floats",
  compute: Math.atanh,
});
export const sign = unary({ name: "nn.sign", summary: "-1, 0 or 1.", domain: "numbers", compute: Math.sign });
export const softplus = unary({
  name: "nn.softplus",
  summary: "ln(1 + e^x).",
  domain: "floats",
  opsPerPoint: 3,
  // e^x would overflow for large x.
  compute: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
});
export const isNan = unary({
  name: "nn.is_nan",
  summary: "Whether x is not a number.",
  domain: "floats",
  isTest: true,
  compute: (x) => Number(Number.isNaN(x)),
});
export const bitwiseNot = unary({
  name: "nn.bitwise_not",
  summary: "Every bit the other one.",
  domain: "integers",
  compute: (x, element) => (element.name.startsWith("u") ? 2 ** bitWidth(element) : 0) - 1 - x,
});

export const isInf = defineOp({
  name: "nn.is_inf",
  summary: "Whether x is infinite, of the signs asked for.",
  operands: { input: {} },
  attributes: { positive: withDefault(attr.bool, true), negative: withDefault(attr.bool, true) },
  traits: ["pure", "elementwise"],
  verify: ({ input }) => domainProblem(input, "floats"),
  inferTypes: ({ input }) => tensorType(input.shape, "i1"),
  loopNest: ({ input }) => pointwise(input, 1),
  reference: ({ input }, { positive, negative }, [type]) =>
    mapElements(input, type!, (x) => Number((positive && x === Infinity) || (negative && x === -Infinity))),
});

/** `nn.elu`: with `width` 1 ONNX's Elu, with `width = alpha` its Celu. */
export const elu = defineOp({
  name: "nn.elu",
  summary: "x where x > 0, else alpha * (e^(x / width) - 1).",
  operands: { input: {} },
  attributes: { alpha: attr.float, width: withDefault(attr.float, 1) },
  traits: ["pure", "elementwise"],
  verify: ({ input }, { width }) => (width === 0 ? "width is 0" : domainProblem(input, "floats")),
  inferTypes: ({ input }) => input,
  loopNest: ({ input }) => pointwise(input, 4),
  reference: ({ input }, { alpha, width }, [type]) =>
    mapElements(input, type!, (x) => (x > 0 ? x : alpha * Math.expm1(x / width))),
});

/** `nn.trilu`: a diagonal `d` holds the elements with column - row = d. */
export const trilu = defineOp({
  name: "nn.trilu",
  summary: "Matrices with zeros below (upper) or above (else) a diagonal, which is kept.",
  operands: { input: {} },
  attributes: { upper: withDefault(attr.bool, true), diagonal: withDefault(attr.int, 0) },
  traits: ["pure", "elementwise"],
  verify: ({ input }) =>
    input.shape.length < 2 ? `input has rank ${input.shape.length} but needs at least 2` : undefined,
  inferTypes: ({ input }) => input,
  loopNest: ({ input }) => pointwise(input, 1),
  reference({ input }, { upper, diagonal }, [type]) {
    const output = zeros(type!);
    const [rows, columns] = [type!.shape.at(-2)!, type!.shape.at(-1)!];
    for (let at = 0; at < output.data.length; at++) {
      const value = input.data[at]!;
      const offset = (at % columns) - (Math.floor(at / columns) % rows);
      output.data[at] = (upper ? offset >= diagonal : offset <= diagonal) ? value : 0;
    }
    return output;
  },
});
