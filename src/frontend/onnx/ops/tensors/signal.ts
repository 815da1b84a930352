/** Importers of signal processing: windows, mel filters, Fourier transforms as products with constant matrices. */
import { indexList } from "../../../../ir/numbers/indexing.ts";
import { convertNumber } from "../../../../ir/numbers/number-formats.ts";
import type { ScalarName } from "../../../../ir/types.ts";
import { elementCount, scalar } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { ImportNode, OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { dataTypeName, scalarOfDataType } from "../../read/data-types.ts";
import { normalAxis } from "../axes.ts";
import { composer, numbersOf } from "../composer.ts";

/** A known scalar input. */
function knownScalar(node: NodeContext, index: number, name: string): number | undefined {
  return node.known(index, name)?.data[0];
}

function outputType(node: NodeContext): ScalarName {
  const dataType = node.attributes.int("output_datatype") ?? 1;
  return scalarOfDataType(dataType) ?? node.unsupported(`element type ${dataTypeName(dataType)} is not supported`);
}

function rounded(shape: readonly number[], element: ScalarName, numbers: readonly number[]): Tensor {
  return numbersOf(
    shape,
    element,
    numbers.map((item) => convertNumber(item, scalar(element))),
  );
}

/** Σ coefficient[i] · cos(2πi n / period), the period being one less for a symmetric window. */
const cosineWindow =
  (coefficients: readonly number[]): ImportNode =>
  (node) => {
    const size = knownScalar(node, 0, "size") ?? node.invalid("size is missing");
    const period = node.attributes.int("periodic") === 0 ? size - 1 : size;
    const numbers = indexList(size).map((n) =>
      coefficients.reduce((sum, coefficient, i) => sum + coefficient * Math.cos((2 * Math.PI * i * n) / period), 0),
    );
    return rounded([size], outputType(node), numbers);
  };

/** Hertz to mel and back: mel(f) = 2595 log10(1 + f / 700). */
const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Triangles with peaks evenly spaced on the mel scale, as columns over the bins of a spectrum. */
function importMelWeightMatrix(node: NodeContext): Tensor {
  const [bands = 0, length = 0, rate = 1, low = 0, high = 0] = [
    "num_mel_bins",
    "dft_length",
    "sample_rate",
    "lower_edge_hertz",
    "upper_edge_hertz",
  ].map((name, index) => knownScalar(node, index, name) ?? node.invalid(`${name} is missing`));
  const bins = Math.floor(length / 2) + 1;
  const step = (melOf(high) - melOf(low)) / (bands + 2);
  const corners = indexList(bands + 2).map((n) => Math.floor(((length + 1) * hertzOf(n * step + melOf(low))) / rate));
  const numbers = indexList(bins).flatMap((bin) =>
    indexList(bands).map((band) => triangle(bin, corners.slice(band, band + 3))),
  );
  return rounded([bins, bands], outputType(node), numbers);
}

/** Height over a bin of the triangle that rises from `left` to `peak` and falls to `right`. */
function triangle(bin: number, [left = 0, peak = 0, right = 0]: readonly number[]): number {
  if (bin === peak && (left === peak || right === peak)) return 1;
  if (bin >= left && bin <= peak) return (bin - left) / (peak - left);
  return bin > peak && bin < right ? (right - bin) / (right - peak) : 0;
}

/** Matrices of more numbers than this are not made. */
const matrixLimit = 2 ** 22;

/**
 * What a transform does to one axis.
 *
 * @property points   length of the transform
 * @property kind     `complex` bins from a signal, `inverse` the signal from them, or the real signal from half of them
 * @property outputs  bins or samples that are given
 */
interface Transform {
  readonly points: number;
  readonly kind: "complex" | "inverse" | "inverse-real";
  readonly outputs: number;
}

/**
 * The transform over one axis of `[..., axis, ..., parts]`, where parts are the real one, or it and the imaginary one: a
 * product with the matrix of `matrixOf`, of both parts at once.
 */
function transformed(node: NodeContext, input: Tensor, axis: number, transform: Transform): Tensor {
  const make = composer(node);
  const { kind, points, outputs } = transform;
  const used = kind === "inverse-real" ? Math.floor(points / 2) + 1 : points;
  const fitted = fittedAxis(node, input, axis, used);
  const rank = fitted.type.shape.length;
  const others = indexList(rank - 1).filter((dim) => dim !== axis);
  const last = make.transpose(fitted, [...others, axis, rank - 1]);
  const outer = others.map((dim) => fitted.type.shape[dim] ?? 1);
  const [parts = 1] = fitted.type.shape.slice(-1);
  const resultParts = kind === "inverse-real" ? 1 : 2;
  if (used * parts * outputs * resultParts > matrixLimit)
    node.unsupported(`a transform of ${points} points is not supported`);
  const matrix = matrixOf(transform, { used, parts, element: input.type.element.name });
  const product = make.matmul(make.reshape(last, [elementCount(outer), used * parts]), matrix);
  const apart = make.reshape(product, [...outer, outputs, resultParts]);
  const back = indexList(rank - 1).map((dim) => (dim === axis ? rank - 2 : others.indexOf(dim)));
  return make.transpose(apart, [...back, rank - 1]);
}

/** The axis cut or filled up with zeros to `extent`. */
function fittedAxis(node: NodeContext, input: Tensor, axis: number, extent: number): Tensor {
  const make = composer(node);
  const { shape } = input.type;
  const cut = make.slice(input, axis, [0, Math.min(extent, shape[axis] ?? 0)]);
  const missing = shape.map((own, dim) => (dim === axis ? Math.max(0, extent - own) : 0));
  return make.pad(
    cut,
    shape.map(() => 0),
    missing,
  );
}

/**
 * Rows are input n (real part, imaginary part), columns are output k (likewise): of the angle a = ∓2πkn / points, a real
 * part gives cos a and sin a, an imaginary one -sin a and cos a. Half of the bins of a real signal stand for their
 * conjugates too, but for the first and, of an even number, the last.
 */
function matrixOf(
  { points, kind, outputs }: Transform,
  input: { readonly used: number; readonly parts: number; readonly element: ScalarName },
): Tensor {
  const isInverse = kind !== "complex";
  const numbers: number[] = [];
  for (let n = 0; n < input.used; n++) {
    const isAlone = kind !== "inverse-real" || n === 0 || 2 * n === points;
    const scale = (isInverse ? 1 / points : 1) * (isAlone ? 1 : 2);
    for (let part = 0; part < input.parts; part++) {
      for (let k = 0; k < outputs; k++) {
        const angle = ((isInverse ? 2 : -2) * Math.PI * ((k * n) % points)) / points;
        const [real, imaginary] = part === 0 ? [Math.cos(angle), Math.sin(angle)] : [-Math.sin(angle), Math.cos(angle)];
        numbers.push(scale * real);
        if (kind !== "inverse-real") numbers.push(scale * imaginary);
      }
    }
  }
  const columns = outputs * (kind === "inverse-real" ? 1 : 2);
  return rounded([input.used * input.parts, columns], input.element, numbers);
}

/** Bins of a transform of a signal; those of a real one above the middle are the conjugates of the ones below. */
function binCount(points: number, isOnesided: boolean): number {
  return isOnesided ? Math.floor(points / 2) + 1 : points;
}

function dft(node: NodeContext, axis: number): Tensor {
  const input = node.input(0);
  const [isInverse, isOnesided] = [node.attributes.flag("inverse"), node.attributes.flag("onesided")];
  const extent = input.type.shape[axis] ?? 0;
  const fallback = isInverse && isOnesided ? 2 * (extent - 1) : extent;
  const points = knownScalar(node, 1, "dft_length") ?? fallback;
  if (points < 1) node.invalid(`the transform has ${points} points`);
  const kind = !isInverse ? "complex" : isOnesided ? "inverse-real" : "inverse";
  return transformed(node, input, axis, { points, kind, outputs: isInverse ? points : binCount(points, isOnesided) });
}

/** The last dimension is that of the real and imaginary part, and so no axis. */
function dftAxis(node: NodeContext, given: number): number {
  const { shape } = node.input(0).type;
  const axis = normalAxis(node, given, shape.length);
  if (axis === shape.length - 1) node.invalid(`axis ${given} is that of the real and imaginary part`);
  if (shape.at(-1) !== 1 && shape.at(-1) !== 2)
    node.invalid(`the last dimension is ${shape.at(-1)} but should be 1 or 2`);
  return axis;
}

/** Frames of the signal `[batch, samples, parts]`, each under a window, and the transform of each. */
function importStft(node: NodeContext): Tensor {
  const signal = node.input(0);
  const make = composer(node);
  const [, samples = 0] = signal.type.shape;
  const step = knownScalar(node, 1, "frame_step") ?? node.invalid("frame_step is missing");
  const window = node.inputs[2];
  const length = knownScalar(node, 3, "frame_length") ?? window?.type.shape[0] ?? samples;
  if (signal.type.shape.length !== 3) node.invalid(`signal has rank ${signal.type.shape.length} but needs rank 3`);
  if (step < 1 || length < 1 || length > samples)
    node.invalid(`frames of ${length} samples every ${step} do not fit ${samples} samples`);
  const frames = Math.floor((samples - length) / step) + 1;
  const places = indexList(frames).flatMap((frame) => indexList(length, frame * step));
  const cut = make.gather(signal, numbersOf([frames, length], "i64", places), 1);
  const weighed = window === undefined ? cut : make.mul(cut, make.reshape(window, [length, 1]));
  const outputs = binCount(length, node.attributes.int("onesided") !== 0);
  return transformed(node, weighed, 2, { points: length, kind: "complex", outputs });
}

/** Positions from -1 to 1 along an axis: of the outermost pixels' centers, or of their outer edges. */
function positions(extent: number, isCenters: boolean): readonly number[] {
  return indexList(extent).map((at) =>
    isCenters ? (extent === 1 ? -1 : -1 + (2 * at) / (extent - 1)) : -1 + (2 * at + 1) / extent,
  );
}

/** Every pixel's position (x, y, 1), or (x, y, z, 1), times the matrices. */
function importAffineGrid(node: NodeContext): Tensor {
  const theta = node.input(0);
  const [batch, , ...spatial] = node.knownInts(1, "size") ?? node.invalid("size is missing");
  const dims = spatial.length;
  const [matrices, rows, columns] = theta.type.shape;
  if (matrices !== batch || rows !== dims || columns !== dims + 1 || theta.type.shape.length !== 3)
    return node.invalid(`theta [${theta.type.shape.join(", ")}] does not fit ${dims} spatial dimensions`);
  const isCenters = node.attributes.flag("align_corners");
  const along = spatial.map((extent) => positions(extent, isCenters));
  const count = elementCount(spatial);
  const points = indexList(count).flatMap((at) => {
    let rest = at;
    const indices = along.toReversed().map((list) => {
      const position = list[rest % list.length] ?? 0;
      rest = Math.floor(rest / list.length);
      return position;
    });
    return [...indices, 1];
  });
  const { matmul, reshape } = composer(node);
  const grid = rounded([1, count, dims + 1], theta.type.element.name, points);
  return reshape(matmul(grid, theta, { transpose_rhs: true }), [matrices ?? 1, ...spatial, dims]);
}

export const signalOperators: OperatorTable = {
  // 25/46 is the Hamming window's exact coefficient.
  HammingWindow: [since(17, [1, 1], cosineWindow([25 / 46, -21 / 46]))],
  HannWindow: [since(17, [1, 1], cosineWindow([0.5, -0.5]))],
  BlackmanWindow: [since(17, [1, 1], cosineWindow([0.42, -0.5, 0.08]))],
  MelWeightMatrix: [since(17, [5, 5], importMelWeightMatrix)],
  DFT: [
    since(17, [1, 2], (node) => dft(node, dftAxis(node, node.attributes.int("axis") ?? 1))),
    since(20, [1, 3], (node) => dft(node, dftAxis(node, knownScalar(node, 2, "axis") ?? -2))),
  ],
  STFT: [since(17, [2, 4], importStft)],
  AffineGrid: [since(20, [2, 2], importAffineGrid)],
};
