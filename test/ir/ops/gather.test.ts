/** `nn.gather` and `nn.gather_nd`: by hand; what they touch; refusals. */
import { describe, expect, it } from "vitest";
import { gather, gatherNd } from "../../../src/ir/ops/gather.ts";
import { tensorType } from "../../../src/ir/types.ts";
import { apply, counting, f32, here, nestOf, numbers, opInvalid, refusal, t, valueOf } from "../testing.ts";

const indicesOf = (...shape: readonly number[]) => valueOf(tensorType(shape, "i64"));

describe("nn.gather", () => {
  const run = (data: readonly number[], indices: ReturnType<typeof t>, axis: number) =>
    apply((d, i) => gather.build({ data: d, indices: i }, { axis }, here), counting(data), indices);

  it("chooses rows", () => {
    const result = run([3, 2], t([2, 2], [2, 0, -1, 1], "i64"), 0);
    expect(result.type.shape).toEqual([2, 2, 2]);
    expect(numbers(result)).toEqual([5, 6, 1, 2, 5, 6, 3, 4]);
  });

  it("chooses columns, and drops the axis for a scalar index", () => {
    expect(numbers(run([2, 3], t([2], [2, 0], "i32"), 1))).toEqual([3, 1, 6, 4]);
    const one = run([2, 3], t([], [1], "i64"), 1);
    expect(one.type.shape).toEqual([2]);
    expect(numbers(one)).toEqual([2, 5]);
  });

  it("touches the rows that it gathers, never more than the table", () => {
    const few = nestOf(gather.build({ data: f32(30000, 768), indices: indicesOf(1, 128) }, { axis: 0 }, here));
    expect(few.touchedElements).toEqual({ data: 128 * 768 });
    expect(few.extents).toEqual({ d0: 1, d1: 128, d2: 768 });
    const many = nestOf(gather.build({ data: f32(2, 768), indices: indicesOf(1, 128) }, { axis: 0 }, here));
    expect(many.touchedElements).toEqual({ data: 2 * 768 });
  });

  it("refuses what does not fit", () => {
    expect(refusal(() => run([3, 2], t([1], [3], "i64"), 0))).toBe(
      "error[index-out-of-range]: index 3 is outside of a dimension of extent 3",
    );
    expect(refusal(() => gather.build({ data: f32(3), indices: f32(1) }, { axis: 0 }, here))).toBe(
      opInvalid("nn.gather: indices have element type f32, not an integer type"),
    );
    expect(refusal(() => gather.build({ data: f32(3), indices: indicesOf(1) }, { axis: 1 }, here))).toBe(
      opInvalid("nn.gather: axis 1 is not a dimension of a tensor of rank 1"),
    );
  });
});

describe("nn.gather_nd", () => {
  const run = (data: readonly number[], indices: ReturnType<typeof t>, batch_dims = 0) =>
    apply((d, i) => gatherNd.build({ data: d, indices: i }, { batch_dims }, here), counting(data), indices);

  it("chooses elements and slices (examples of the ONNX specification, GatherND, on 1, 2, ...)", () => {
    expect(numbers(run([2, 2], t([2, 2], [0, 0, 1, 1], "i64")))).toEqual([1, 4]);
    expect(numbers(run([2, 2], t([2, 1], [1, 0], "i64")))).toEqual([3, 4, 1, 2]);
    expect(numbers(run([2, 2, 2], t([2, 2], [0, 1, 1, 0], "i64")))).toEqual([3, 4, 5, 6]);
    expect(numbers(run([2, 2, 2], t([2, 1], [1, 0], "i64"), 1))).toEqual([3, 4, 5, 6]);
    expect(numbers(run([2, 2], t([1, 2], [-1, -2], "i64")))).toEqual([3]);
  });

  it("refuses what does not fit", () => {
    const attempt = (data: readonly number[], indices: readonly number[], batch_dims = 0) =>
      refusal(() => gatherNd.build({ data: f32(...data), indices: indicesOf(...indices) }, { batch_dims }, here));
    expect(attempt([2, 3], [4, 3])).toBe(
      opInvalid("nn.gather_nd: tuples of 3 indices do not fit data of rank 2 with 0 batch dimensions"),
    );
    expect(attempt([2, 3], [4, 1], 1)).toBe(
      opInvalid("nn.gather_nd: data [2, 3] and indices [4, 1] do not share 1 batch dimensions"),
    );
    expect(attempt([2, 3], [])).toBe(opInvalid("nn.gather_nd: indices have rank 0 but need at least 1"));
  });
});
