/** Explicit padding that convolutions and pooling can add by themselves. */
import type { Value } from "../../ir/core.ts";
import { fusedLocation } from "../../ir/location.ts";
import { conv2d } from "../../ir/ops/convolution.ts";
import { clip, relu, sigmoid } from "../../ir/ops/elementwise-unary.ts";
import { averagePool2d, maxPool2d } from "../../ir/ops/pooling.ts";
import { pad } from "../../ir/ops/shape.ts";
import type { NoMatch } from "../../ir/rewrite/pattern.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";

type Pads = readonly [number, number, number, number];

/** A `nn.pad` of rows and columns with a constant. */
interface BorderPad {
  readonly view: NonNullable<ReturnType<typeof pad.match>>;
  readonly value: number;
  readonly pads: Pads;
}

/** The padding of rows and columns that makes a value, or why there is none that can be folded. */
function borderPad(value: Value): BorderPad | NoMatch {
  const view = definingOp(value, pad);
  if (view === undefined) return noMatch("input is not a pad");
  if (view.attrs.mode !== "constant") return noMatch(`the padding is of mode ${view.attrs.mode}`);
  const [[n = 0, c = 0, top = 0, left = 0], [endN = 0, endC = 0, bottom = 0, right = 0]] = [
    view.attrs.low,
    view.attrs.high,
  ];
  if (n !== 0 || c !== 0 || endN !== 0 || endC !== 0) return noMatch("samples or channels are padded");
  if (Math.min(top, left, bottom, right) < 0) return noMatch("it cuts rows or columns off");
  return { view, value: view.attrs.value, pads: [top, left, bottom, right] };
}

function isRefusal(result: BorderPad | NoMatch): result is NoMatch {
  return "reason" in result;
}

function sum(a: Pads, b: Pads): Pads {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}

/** conv2d(pad(x), w) -> conv2d(x, w) with the two paddings added. Saves one DRAM round trip of x. */
export const foldPadIntoConvolution = pattern({
  name: "fold-pad-into-conv",
  root: conv2d,
  rewrite({ op, operands, attrs }, rw) {
    const source = borderPad(operands.input);
    if (isRefusal(source)) return source;
    if (source.value !== 0) return noMatch(`the padding is ${source.value}, not 0`);
    const { input } = source.view.operands;
    const location = fusedLocation([source.view.op.location, op.location]);
    const pads = sum(source.pads, attrs.pads);
    rw.replace(op, conv2d.build({ input, weight: operands.weight }, { ...attrs, pads }, location));
    return undefined;
  },
});

/**
 * max_pool2d(pad(x)) -> max_pool2d(x) with the two paddings added, where a padded element is never larger than those of x:
 * it is -inf, or 0 and x is not negative. Saves one DRAM round trip of x.
 */
export const foldPadIntoMaxPool = pattern({
  name: "fold-pad-into-max-pool",
  root: maxPool2d,
  rewrite({ op, operands, attrs }, rw) {
    const source = borderPad(operands.input);
    if (isRefusal(source)) return source;
    const { input } = source.view.operands;
    const isNeverLargest = source.value === -Infinity || (source.value <= 0 && isNonNegative(input));
    if (!isNeverLargest) return noMatch(`the padding of ${source.value} can be the largest in a window`);
    const pads = sum(source.pads, attrs.pads);
    if (!everyWindowHasInside(pads, attrs)) return noMatch("a window could lie in the padding alone");
    rw.replace(
      op,
      maxPool2d.build({ input }, { ...attrs, pads }, fusedLocation([source.view.op.location, op.location])),
    );
    return undefined;
  },
});

/** average_pool2d(pad(x)) -> average_pool2d(x) with the two paddings added, counted as zeros. */
export const foldPadIntoAveragePool = pattern({
  name: "fold-pad-into-average-pool",
  root: averagePool2d,
  rewrite({ op, operands, attrs }, rw) {
    const source = borderPad(operands.input);
    if (isRefusal(source)) return source;
    if (source.value !== 0) return noMatch(`the padding is ${source.value}, not 0`);
    const hasUncounted = !attrs.count_include_pad && attrs.pads.some((amount) => amount > 0);
    if (hasUncounted) return noMatch("the pool's own padding does not count but the explicit one does");
    const pads = sum(source.pads, attrs.pads);
    if (!everyWindowHasInside(pads, attrs)) return noMatch("a window could lie in the padding alone");
    const { input } = source.view.operands;
    const location = fusedLocation([source.view.op.location, op.location]);
    rw.replace(op, averagePool2d.build({ input }, { ...attrs, pads, count_include_pad: true }, location));
    return undefined;
  },
});

/** Sufficient: no side is padded by a whole undilated kernel. */
function everyWindowHasInside(
  pads: Pads,
  window: { readonly kernel: readonly [number, number]; readonly dilations: readonly [number, number] },
): boolean {
  const [rows, columns] = window.kernel;
  const isUndilated = window.dilations.every((dilation) => dilation === 1);
  return isUndilated && Math.max(pads[0], pads[2]) < rows && Math.max(pads[1], pads[3]) < columns;
}

/** True when the operation that makes a value gives no negative numbers. */
function isNonNegative(value: Value): boolean {
  const clipped = definingOp(value, clip);
  return (
    definingOp(value, relu) !== undefined || definingOp(value, sigmoid) !== undefined || (clipped?.attrs.min ?? -1) >= 0
  );
}
