/** Generated tensors, transforms, losses and what puts images back together: results worked out by hand. */
import { describe, expect, it } from "vitest";
import { floats, int64s } from "../encode-message.ts";
import type { NodeDraft } from "../outcome.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";
import { refusal } from "../testing.ts";

const result = (draft: NodeDraft) => rounded(outcomeOf(draft).results[0]);
const shapeOf = (draft: NodeDraft) => outcomeOf(draft).results[0]?.type.shape;
const scalar = (name: string, value: number) => int64s(name, [value], []);

describe("generated tensors", () => {
  it("are windows", () => {
    const window = (op: string, periodic: number) => result({ op, inputs: [scalar("n", 4)], values: { periodic } });
    expect(window("HannWindow", 1)).toEqual([0, 0.5, 1, 0.5]);
    expect(window("HannWindow", 0)).toEqual([0, 0.75, 0.75, 0]);
    // 25/46 ± 21/46 at the ends and in the middle.
    expect(window("HammingWindow", 1)).toEqual([0.08696, 0.54348, 1, 0.54348]);
    expect(window("BlackmanWindow", 1)).toEqual([0, 0.34, 1, 0.34]);
  });

  it("are triangles over the bins of a spectrum", () => {
    // Two bands up to 700 Hz in 10 bins of 16 points at 1600 Hz; corners are bins 0, 1, 3, 5 (mel steps of 195.3).
    const inputs = [
      scalar("bands", 2),
      scalar("length", 16),
      scalar("rate", 1600),
      floats("low", [], [0]),
      floats("high", [], [700]),
    ];
    const columns = result({ op: "MelWeightMatrix", inputs });
    expect(columns.length).toBe(18);
    expect(columns.slice(0, 10)).toEqual([0, 0, 1, 0, 0.5, 0.5, 0, 1, 0, 0.5]);
  });

  it("are ones on a diagonal", () => {
    const eye = (k: number) =>
      result({ op: "EyeLike", inputs: [given("x", [2, 3], [9, 9, 9, 9, 9, 9])], values: { k } });
    expect(eye(0)).toEqual([1, 0, 0, 0, 1, 0]);
    expect(eye(1)).toEqual([0, 1, 0, 0, 0, 1]);
    expect(eye(-1)).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it("are steps", () => {
    const steps = [floats("from", [], [1]), floats("to", [], [2]), floats("by", [], [0.4])];
    expect(result({ op: "Range", inputs: steps })).toEqual([1, 1.4, 1.8]);
  });

  it("are places in an image under a matrix", () => {
    const twice = floats("m", [1, 2, 3], [2, 0, 0, 0, 1, 5]);
    const grid = (align_corners: number) =>
      result({ op: "AffineGrid", inputs: [twice, int64s("size", [1, 1, 1, 2])], values: { align_corners } });
    // x = ±1/2 (or ±1 for centers at the corners), y = 0 (or -1): (2x, y + 5).
    expect(grid(0)).toEqual([-1, 5, 1, 5]);
    expect(grid(1)).toEqual([-2, 4, 2, 4]);
  });
});

describe("Fourier transforms", () => {
  const signal = given("x", [1, 4, 1], [1, 2, 3, 4]);
  const spectrum = [10, 0, -2, 2, -2, 0, -2, -2];

  it("of four points", () => {
    const dft = (values: NodeDraft["values"]) =>
      result({ op: "DFT", opset: 17, inputs: [signal], values: values ?? {} });
    expect(dft({})).toEqual(spectrum);
    expect(dft({ onesided: 1 })).toEqual(spectrum.slice(0, 6));
    expect(outcomeOf({ op: "DFT", opset: 17, inputs: [signal] }).ops).toEqual([
      "nn.reshape",
      "nn.matmul",
      "nn.reshape",
    ]);
  });

  it("go back, also from half of the bins", () => {
    const bins = given("x", [1, 4, 2], spectrum);
    expect(result({ op: "DFT", opset: 20, inputs: [bins], values: { inverse: 1 } })).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
    const half = given("x", [1, 3, 2], spectrum.slice(0, 6));
    const real = { op: "DFT", opset: 20, inputs: [half], values: { inverse: 1, onesided: 1 } };
    expect(result(real)).toEqual([1, 2, 3, 4]);
    expect(shapeOf(real)).toEqual([1, 4, 1]);
  });

  it("take another number of points, along another axis", () => {
    const rows = given("x", [2, 1, 1], [3, 5]);
    const over = (length: number) =>
      result({ op: "DFT", opset: 20, inputs: [rows, scalar("n", length), scalar("axis", 0)] });
    expect(over(1)).toEqual([3, 0]);
    expect(over(2)).toEqual([8, 0, -2, 0]);
    // Padded with zeros: 3 + 5 e^(-πi k / 2).
    expect(over(4)).toEqual([8, 0, 3, -5, -2, 0, 3, 5]);
    expect(refusal(() => outcomeOf({ op: "DFT", opset: 17, inputs: [signal], values: { axis: 2 } }))).toContain(
      "DFT: axis 2 is that of the real and imaginary part",
    );
  });

  it("of overlapping frames, each under a window", () => {
    const stft = { op: "STFT", opset: 17, inputs: [signal, scalar("step", 1), floats("w", [2], [1, 10])] };
    // Frames [1, 20], [2, 30], [3, 40]: sum and difference.
    expect(result(stft)).toEqual([21, 0, -19, 0, 32, 0, -28, 0, 43, 0, -37, 0]);
    expect(shapeOf(stft)).toEqual([1, 3, 2, 2]);
    const far = [signal, scalar("step", 1), "" as const, scalar("length", 5)];
    expect(refusal(() => outcomeOf({ op: "STFT", opset: 17, inputs: far }))).toContain("do not fit 4 samples");
  });
});

describe("losses", () => {
  // Two samples of three classes.
  const scores = given("x", [2, 3], [-1, -2, -3, -4, -5, -6]);
  const labels = int64s("labels", [2, 0]);
  const weights = floats("w", [3], [1, 10, 2]);
  const loss = (values: NodeDraft["values"], ...more: readonly (typeof weights)[]) =>
    result({ op: "NegativeLogLikelihoodLoss", inputs: [scores, labels, ...more], values: values ?? {} });

  it("are added up, averaged, or left", () => {
    expect(loss({ reduction: "none" })).toEqual([3, 4]);
    expect(loss({ reduction: "sum" })).toEqual([7]);
    expect(loss({})).toEqual([3.5]);
  });

  it("are weighted by class, and some labels count for nothing", () => {
    expect(loss({ reduction: "none" }, weights)).toEqual([6, 4]);
    // (6 + 4) / (2 + 1)
    expect(loss({}, weights)).toEqual([3.33333]);
    expect(loss({ ignore_index: 2 })).toEqual([4]);
    expect(loss({ reduction: "none", ignore_index: 0 }, weights)).toEqual([6, 0]);
  });

  it("may come from scores that are no probabilities yet", () => {
    const odds = given("x", [1, 2], [0, Math.log(3)]);
    const { results } = outcomeOf({ op: "SoftmaxCrossEntropyLoss", inputs: [odds, int64s("l", [1])], outputs: 2 });
    // Probabilities 1/4 and 3/4.
    expect(results.map(rounded)).toEqual([[0.28768], [-1.38629, -0.28768]]);
  });
});

describe("images put together", () => {
  it("have the maxima at their places", () => {
    const inputs = [given("x", [1, 1, 1, 2], [5, 6]), int64s("at", [1, 2], [1, 1, 1, 2])];
    const values = { kernel_shape: [1, 2], strides: [1, 2] };
    expect(result({ op: "MaxUnpool", inputs, values })).toEqual([0, 5, 6, 0]);
    const wider = [...inputs, int64s("shape", [1, 1, 1, 5])];
    expect(result({ op: "MaxUnpool", inputs: wider, values })).toEqual([0, 5, 6, 0, 0]);
  });

  it("are sums where blocks overlap", () => {
    // Blocks of two of a row of three: (1, 3) at 0 and (2, 4) at 1.
    const inputs = [given("x", [1, 2, 2], [1, 2, 3, 4]), int64s("image", [1, 3]), int64s("block", [1, 2])];
    expect(result({ op: "Col2Im", inputs })).toEqual([1, 5, 4]);
    const bordered = [given("x", [1, 2, 2], [1, 2, 3, 4]), int64s("image", [1, 2]), int64s("block", [1, 2])];
    expect(result({ op: "Col2Im", inputs: bordered, values: { pads: [0, 1, 0, 0] } })).toEqual([5, 4]);
  });

  it("are one at the first largest element", () => {
    const hard = (opset: number) =>
      result({ op: "Hardmax", opset, inputs: [given("x", [1, 2, 2], [1, 3, 3, 2])], values: { axis: 1 } });
    expect(hard(13)).toEqual([0, 1, 1, 0]);
    expect(hard(11)).toEqual([0, 1, 0, 0]);
  });
});
