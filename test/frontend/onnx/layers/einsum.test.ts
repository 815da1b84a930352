/** Einsum, and attention whose state is a matrix: small cases by hand. */
import { describe, expect, it } from "vitest";
import { floats } from "../encode-message.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";

const matrix = given("a", [2, 2], [1, 2, 3, 4]);
const other = floats("b", [2, 2], [1, 10, 100, 1000]);

function einsum(equation: string, inputs: Parameters<typeof outcomeOf>[0]["inputs"]) {
  const { results, ops } = outcomeOf({ op: "Einsum", inputs, values: { equation } });
  return { numbers: rounded(results[0]), shape: results[0]?.type.shape, ops };
}

describe("Einsum", () => {
  it("multiplies matrices, read as they are stored", () => {
    expect(einsum("ij,jk->ik", [matrix, other])).toEqual({
      numbers: [201, 2010, 403, 4030],
      shape: [2, 2],
      ops: ["nn.matmul"],
    });
    expect(einsum("ij,kj->ik", [matrix, other])).toMatchObject({ numbers: [21, 2100, 43, 4300], ops: ["nn.matmul"] });
    expect(einsum("ij,jk", [matrix, other]).numbers).toEqual([201, 2010, 403, 4030]);
  });

  it("keeps batches apart, and stretches those of the ellipsis", () => {
    const batch = given("a", [2, 1, 2], [1, 2, 3, 4]);
    expect(einsum("bij,bjk->bik", [batch, floats("b", [2, 2, 1], [1, 10, 100, 1000])])).toMatchObject({
      numbers: [21, 4300],
      shape: [2, 1, 1],
    });
    expect(einsum("...ij,jk->...ik", [batch, other]).numbers).toEqual([201, 2010, 403, 4030]);
  });

  it("takes diagonals, sums and outer products", () => {
    expect(einsum("ii->i", [matrix]).numbers).toEqual([1, 4]);
    expect(einsum("ii", [matrix])).toMatchObject({ numbers: [5], shape: [] });
    expect(einsum("ij->j", [matrix]).numbers).toEqual([4, 6]);
    expect(einsum("ij->ji", [matrix])).toMatchObject({ numbers: [1, 3, 2, 4], ops: ["nn.transpose"] });
    const [left, right] = [given("a", [2], [1, 2]), floats("b", [2], [10, 20])];
    expect(einsum("i,j->ji", [left, right]).numbers).toEqual([10, 20, 20, 40]);
    expect(einsum("i,i", [left, right]).numbers).toEqual([50]);
  });

  it("takes any number of operands", () => {
    const third = floats("c", [2], [1, 1]);
    expect(einsum("ij,jk,k->i", [matrix, other, third]).numbers).toEqual([2211, 4433]);
  });

  it("refuses an equation that does not fit", () => {
    expect(() => einsum("ij,jk->iz", [matrix, other])).toThrow("has an output that its operands do not make");
    expect(() => einsum("ijk->i", [matrix])).toThrow("term 'ijk' does not fit an operand of rank 2");
  });
});

describe("linear attention", () => {
  it("adds products of keys and values to a state that fades", () => {
    const inputs = (values: readonly number[]) => [
      given("q", [1, 2, 1], [1, 1]),
      floats("k", [1, 2, 1], [2, 1]),
      floats("v", [1, 2, 1], values),
    ];
    const run = (update_rule: string, more: Parameters<typeof outcomeOf>[0]["inputs"]) =>
      outcomeOf({
        op: "LinearAttention",
        opset: 27,
        inputs: [...inputs([3, 5]), ...more],
        values: { update_rule, q_num_heads: 1, kv_num_heads: 1 },
        outputs: 2,
      }).results.map(rounded);
    expect(run("linear", [])).toEqual([[6, 11], [11]]);
    const decay = floats("g", [1, 2, 1], [0, Math.log(0.5)]);
    expect(run("gated", ["", decay])).toEqual([[6, 8], [8]]);
    // 1/2 · 2 · 3 = 3; then 3 + 1/2 · 1 · (5 - 3).
    const beta = floats("b", [1, 2, 1], [0.5, 0.5]);
    expect(run("delta", ["", "", beta])).toEqual([[3, 4], [4]]);
  });
});

describe("SwiGLU", () => {
  it("gates its second input", () => {
    const { results } = outcomeOf({
      op: "SwiGLU",
      opset: 28,
      inputs: [given("a", [2], [0, 2]), floats("b", [2], [5, 10])],
      values: { alpha: { f: 0.5 } },
    });
    expect(rounded(results[0])).toEqual([0, Number((20 / (1 + Math.exp(-1))).toFixed(5))]);
  });
});
