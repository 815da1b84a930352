/** Operators that move, find and choose elements: results worked out by hand. */
import { describe, expect, it } from "vitest";
import { dataType, floats, int64s } from "../encode-message.ts";
import type { NodeDraft } from "../outcome.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";
import { refusal } from "../testing.ts";

const result = (draft: NodeDraft) => rounded(outcomeOf(draft).results[0]);
const shapeOf = (draft: NodeDraft) => outcomeOf(draft).results[0]?.type.shape;
const row = (...numbers: readonly number[]) => given("x", [numbers.length], numbers);
const indices = (name: string, shape: readonly number[], numbers: readonly number[]) => ({
  ...given(name, shape, numbers),
  type: { onnx: dataType.int64, scalar: "i64" } as const,
});

describe("borders", () => {
  const pad = (mode: string, pads: readonly number[], opset = 19) =>
    result({ op: "Pad", opset, inputs: [row(1, 2, 3), int64s("pads", pads)], values: { mode } });

  it("show the other side, or are mirrored more than once", () => {
    expect(pad("wrap", [2, 4])).toEqual([2, 3, 1, 2, 3, 1, 2, 3, 1]);
    expect(pad("reflect", [3, 3])).toEqual([2, 3, 2, 1, 2, 3, 2, 1, 2]);
  });

  it("do not show what is cut off on the other side", () => {
    expect(pad("wrap", [-1, 2])).toEqual([2, 3, 2, 3]);
    expect(pad("edge", [-1, 1])).toEqual([2, 3, 3]);
    expect(pad("constant", [-1, 1])).toEqual([2, 3, 0]);
  });

  it("come by other names in old operator sets, and only along some axes in new ones", () => {
    expect(result({ op: "Pad", opset: 1, inputs: [row(5)], values: { paddings: [1, 0] } })).toEqual([0, 5]);
    const x = given("x", [1, 2], [1, 2]);
    const inputs = [x, int64s("pads", [1, 0]), floats("v", [], [9]), int64s("axes", [-1])];
    expect(result({ op: "Pad", inputs })).toEqual([9, 1, 2]);
  });

  it("make an image the size asked for, about its center", () => {
    const crop = (shape: readonly number[], axes: readonly number[]) =>
      result({ op: "CenterCropPad", inputs: [row(1, 2, 3, 4, 5), int64s("shape", shape)], values: { axes } });
    expect(crop([2], [0])).toEqual([2, 3]);
    expect(crop([8], [-1])).toEqual([0, 1, 2, 3, 4, 5, 0, 0]);
  });
});

describe("blocks of pixels", () => {
  // Channels 1..4 of one pixel, and 10..40 of the next.
  const deep = given("x", [1, 4, 1, 2], [1, 10, 2, 20, 3, 30, 4, 40]);

  it("come from depth, and go back", () => {
    expect(result({ op: "DepthToSpace", inputs: [deep], values: { blocksize: 2 } })).toEqual([
      1, 2, 10, 20, 3, 4, 30, 40,
    ]);
    const flat = given("x", [1, 1, 2, 4], [1, 2, 10, 20, 3, 4, 30, 40]);
    expect(result({ op: "SpaceToDepth", inputs: [flat], values: { blocksize: 2 } })).toEqual([
      1, 10, 2, 20, 3, 30, 4, 40,
    ]);
  });

  it("are ordered by depth or by column first", () => {
    const twice = given("x", [1, 8, 1, 1], [0, 1, 2, 3, 4, 5, 6, 7]);
    const depth = (mode: string) => result({ op: "DepthToSpace", inputs: [twice], values: { blocksize: 2, mode } });
    expect(depth("DCR")).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
    expect(depth("CRD")).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const image = given("x", [1, 2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
    const space = (mode: string) =>
      result({ op: "SpaceToDepth", opset: 28, inputs: [image], values: { blocksize: 2, mode } });
    expect(space("DCR")).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
    expect(space("CRD")).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe("dropout", () => {
  it("keeps all, and says so", () => {
    const { results } = outcomeOf({ op: "Dropout", opset: 13, inputs: [row(1, 2)], outputs: 2 });
    expect(results.map(rounded)).toEqual([
      [1, 2],
      [1, 1],
    ]);
    expect(results[1]?.type.element.name).toBe("i1");
    const old = outcomeOf({ op: "Dropout", opset: 7, inputs: [row(1, 2)], outputs: 2 });
    expect(old.results[1]?.type.element.name).toBe("f32");
  });

  it("does nothing in training with a ratio of 0, and is refused with another", () => {
    const training = { name: "t", dims: [], dataType: dataType.bool, int32Data: [1] };
    const train = (ratio: number): NodeDraft => ({
      op: "Dropout",
      inputs: [row(1, 2), floats("r", [], [ratio]), training],
    });
    expect(result(train(0))).toEqual([1, 2]);
    expect(refusal(() => outcomeOf(train(0.1)))).toContain("Dropout: training_mode is true");
  });
});

describe("repetition and parts, as old operator sets give them", () => {
  it("along one axis", () => {
    const inputs = [row(1, 2), int64s("tiles", [2]), int64s("axis", [0])];
    expect(result({ op: "Tile", opset: 1, inputs })).toEqual([1, 2, 1, 2]);
    expect(shapeOf({ op: "Reshape", opset: 1, inputs: [row(1, 2)], values: { shape: [2, -1] } })).toEqual([2, 1]);
    const split = outcomeOf({ op: "Split", opset: 2, inputs: [row(1, 2, 3)], values: { split: [1, 2] }, outputs: 2 });
    expect(split.results.map(rounded)).toEqual([[1], [2, 3]]);
  });

  it("of which the last may be smaller", () => {
    const split = outcomeOf({ op: "Split", inputs: [row(1, 2, 3)], values: { num_outputs: 2 }, outputs: 2 });
    expect(split.results.map(rounded)).toEqual([[1, 2], [3]]);
  });
});

describe("elements by index", () => {
  it("are hot where the index says, from the end when negative, and nowhere when it is too large", () => {
    const inputs = [indices("x", [3], [1, -1, 3]), int64s("depth", [3], []), floats("values", [2], [5, 7])];
    expect(result({ op: "OneHot", inputs })).toEqual([5, 7, 5, 5, 5, 7, 5, 5, 5]);
    expect(result({ op: "OneHot", inputs, values: { axis: 0 } })).toEqual([5, 5, 5, 7, 5, 5, 5, 7, 5]);
  });

  it("are written into a cache, round its end", () => {
    const cache = given("x", [2, 3, 1], [1, 2, 3, 4, 5, 6]);
    const update = given("u", [2, 2, 1], [10, 20, 30, 40]);
    const write = (mode: string, starts: readonly number[]) =>
      result({ op: "TensorScatter", opset: 24, inputs: [cache, update, indices("at", [2], starts)], values: { mode } });
    expect(write("linear", [1, 0])).toEqual([1, 10, 20, 30, 40, 6]);
    expect(write("circular", [2, 1])).toEqual([20, 2, 10, 4, 30, 40]);
    expect(result({ op: "TensorScatter", opset: 24, inputs: [cache, update] })).toEqual([10, 20, 3, 30, 40, 6]);
  });

  it("are the largest or smallest, with their indices", () => {
    const top = (values: NodeDraft["values"]) =>
      outcomeOf({ op: "TopK", inputs: [row(3, 1, 2), int64s("k", [2])], values: values ?? {}, outputs: 2 });
    expect(top({}).results.map(rounded)).toEqual([
      [3, 2],
      [0, 2],
    ]);
    expect(top({ largest: 0 }).results.map(rounded)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const old = outcomeOf({ op: "TopK", opset: 1, inputs: [row(3, 1, 2)], values: { k: 1 }, outputs: 2 });
    expect(old.results.map(rounded)).toEqual([[3], [0]]);
  });
});

describe("shapes that depend on data", () => {
  const known = floats("x", [2, 3], [0, 5, 0, 6, 0, 7]);

  it("are known where the data is", () => {
    expect(result({ op: "NonZero", inputs: [known] })).toEqual([0, 1, 1, 1, 0, 2]);
    const condition = { name: "c", dims: [2], dataType: dataType.bool, int32Data: [0, 1] };
    const x = given("x", [2, 3], [1, 2, 3, 4, 5, 6]);
    expect(result({ op: "Compress", inputs: [x, condition], values: { axis: 1 } })).toEqual([2, 5]);
    expect(result({ op: "Compress", inputs: [x, condition] })).toEqual([2]);
  });

  it("and are refused where it is not", () => {
    expect(refusal(() => outcomeOf({ op: "NonZero", inputs: [row(1)] }))).toContain(
      "error[onnx-value-unknown]: NonZero: input 'X' is not known before the program runs",
    );
  });

  it("are those of the different elements or rows", () => {
    const unique = (shape: readonly number[], items: readonly number[], values: NodeDraft["values"] = {}) =>
      outcomeOf({ op: "Unique", inputs: [floats("x", shape, items)], values, outputs: 4 }).results.map(rounded);
    expect(unique([6], [2, 1, 1, 3, 4, 3])).toEqual([
      [1, 2, 3, 4],
      [1, 0, 3, 4],
      [1, 0, 0, 2, 3, 2],
      [2, 1, 2, 1],
    ]);
    expect(unique([6], [2, 1, 1, 3, 4, 3], { sorted: 0 })[0]).toEqual([2, 1, 3, 4]);
    expect(unique([3, 2], [2, 3, 1, 0, 2, 3], { axis: 0 })).toEqual([
      [1, 0, 2, 3],
      [1, 0],
      [1, 0, 1],
      [1, 2],
    ]);
  });

  it("are those of the boxes that are kept", () => {
    // Two boxes that share 8 of 12, and one apart.
    const boxes = floats("boxes", [1, 3, 4], [0, 0, 1, 10, 0, 2, 1, 12, 5, 5, 6, 6]);
    const scores = floats("scores", [1, 1, 3], [0.5, 0.9, 0.4]);
    const select = (most: number, overlap: number, least: number) =>
      result({
        op: "NonMaxSuppression",
        inputs: [boxes, scores, int64s("m", [most], []), floats("o", [], [overlap]), floats("s", [], [least])],
      });
    expect(select(3, 0.5, 0)).toEqual([0, 0, 1, 0, 0, 2]);
    expect(select(3, 0.7, 0)).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 2]);
    expect(select(1, 0.7, 0)).toEqual([0, 0, 1]);
    expect(select(3, 0.5, 0.45)).toEqual([0, 0, 1]);
  });
});
