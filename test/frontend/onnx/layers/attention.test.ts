/** Attention with queries of zeros, which looks at all it may see alike, and rotation by a right angle: by hand. */
import { describe, expect, it } from "vitest";
import { floats } from "../encode-message.ts";
import type { NodeDraft, Values } from "../outcome.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";

const bool = (name: string, dims: readonly number[], values: readonly number[]) => ({
  name,
  dims,
  dataType: 9,
  int32Data: values,
});

describe("attention", () => {
  const [query, key] = [given("q", [1, 1, 3, 1], [0, 0, 0]), floats("k", [1, 1, 3, 1], [1, 2, 3])];
  const value = given("v", [1, 1, 3, 1], [3, 6, 12]);
  const run = (values: Values, more: NodeDraft["inputs"] = [], outputs = 1) =>
    outcomeOf({ op: "Attention", opset: 25, inputs: [query, key, value, ...more], values, outputs });

  it("looks at what came before, at a window, or at what the mask shows", () => {
    expect(rounded(run({}).results[0])).toEqual([7, 7, 7]);
    expect(rounded(run({ is_causal: 1 }).results[0])).toEqual([3, 4.5, 7]);
    expect(rounded(run({ left_window_size: 0, right_window_size: 1 }).results[0])).toEqual([4.5, 9, 12]);
    // The second query sees nothing.
    const mask = bool("m", [3, 3], [1, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect(rounded(run({}, [mask]).results[0])).toEqual([3, 0, 9]);
    const { results } = run({ is_causal: 1 }, [floats("m", [3], [0, -Infinity, 0])]);
    expect(rounded(results[0])).toEqual([3, 3, 7.5]);
  });

  it("is two products and a softmax", () => {
    const { ops } = run({});
    expect(ops.filter((op) => /matmul|softmax/.test(op))).toEqual(["nn.matmul", "nn.softmax", "nn.matmul"]);
  });

  it("puts what was before in front, and hands it on", () => {
    const past = [floats("pk", [1, 1, 1, 1], [5]), floats("pv", [1, 1, 1, 1], [1])];
    const { results } = run({ is_causal: 1 }, ["", ...past], 3);
    // Queries see 2, 3 and 4 of the values 1, 3, 6, 12.
    expect(rounded(results[0])).toEqual([2, Number((10 / 3).toFixed(5)), 5.5]);
    expect(rounded(results[1])).toEqual([5, 1, 2, 3]);
    expect(rounded(results[2])).toEqual([1, 3, 6, 12]);
  });

  it("shares keys between heads of queries without copying them", () => {
    const { results, ops } = outcomeOf({
      op: "Attention",
      opset: 23,
      inputs: [given("q", [1, 1, 2], [0, 1]), floats("k", [1, 2, 1], [Math.log(3), 0]), floats("v", [1, 2, 1], [4, 8])],
      values: { q_num_heads: 2, kv_num_heads: 1 },
      outputs: 4,
    });
    // Weights 1/2, 1/2 and 3/4, 1/4.
    expect(rounded(results[0])).toEqual([6, 5]);
    expect(rounded(results[3])).toEqual([0, 0, Number(Math.log(3).toFixed(5)), 0]);
    expect(ops).not.toContain("nn.broadcast_to");
    expect(ops).not.toContain("nn.gather");
  });
});

describe("a rotary embedding", () => {
  // Angles 0 and a right one.
  const caches = [floats("c", [2, 1], [1, 0]), floats("s", [2, 1], [0, 1])];
  const rotate = (values: Values, numbers: readonly number[]) =>
    rounded(
      outcomeOf({
        op: "RotaryEmbedding",
        opset: 23,
        inputs: [
          given("x", [1, 1, 2, numbers.length / 2], numbers),
          ...caches,
          { name: "p", dims: [1, 2], dataType: 7, int64Data: [0, 1] },
        ],
        values,
      }).results[0],
    );

  it("turns pairs of numbers by the angle of their place", () => {
    expect(rotate({}, [1, 2, 3, 4])).toEqual([1, 2, -4, 3]);
    expect(rotate({ interleaved: 1 }, [1, 2, 3, 4])).toEqual([1, 2, -4, 3]);
    expect(rotate({ rotary_embedding_dim: 2 }, [1, 2, 9, 3, 4, 8])).toEqual([1, 2, 9, -4, 3, 8]);
  });
});
