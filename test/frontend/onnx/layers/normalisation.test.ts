/** Normalisations: small cases by hand. */
import { describe, expect, it } from "vitest";
import { floats } from "../encode-message.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";

describe("normalisation", () => {
  const x = given("x", [1, 2, 2], [1, 3, 10, 30]);
  const [two, none] = [floats("s", [2], [1, 2]), floats("b", [2], [0, 5])];
  const tiny = { epsilon: { f: 0 } };

  it("of every channel, of groups, and of samples", () => {
    const instances = outcomeOf({ op: "InstanceNormalization", inputs: [x, two, none], values: tiny });
    expect(rounded(instances.results[0])).toEqual([-1, 1, 3, 7]);
    expect(instances.ops).toContain("nn.layer_norm");
    const groups = outcomeOf({
      op: "GroupNormalization",
      inputs: [given("x", [1, 4, 1], [1, 3, 10, 30]), floats("s", [4], [1, 2, 3, 4]), floats("b", [4], [0, 0, 0, 1])],
      values: { num_groups: 2, ...tiny },
    });
    expect(rounded(groups.results[0])).toEqual([-1, 2, -3, 5]);
    // One number a group before version 21.
    const old = outcomeOf({
      op: "GroupNormalization",
      opset: 18,
      inputs: [given("x", [1, 4, 1], [1, 3, 10, 30]), two, none],
      values: { num_groups: 2, ...tiny },
    });
    expect(rounded(old.results[0])).toEqual([-1, 1, 3, 7]);
  });

  it("of rows also tells mean and inverse deviation", () => {
    const { results } = outcomeOf({
      op: "LayerNormalization",
      inputs: [x, two, none],
      values: tiny,
      outputs: 3,
    });
    expect(results.map(rounded)).toEqual([
      [-1, 7, -1, 7],
      [2, 20],
      [1, 0.1],
    ]);
  });

  it("by the root of the mean square", () => {
    const { results, ops } = outcomeOf({
      op: "RMSNormalization",
      opset: 23,
      inputs: [given("x", [2, 2], [1, 7, 3, 4]), floats("s", [2], [5, 10])],
      values: tiny,
    });
    expect(rounded(results[0])).toEqual(
      [1, 14, 15, 40].map((n, at) => Number((at < 2 ? n : n / Math.sqrt(12.5)).toFixed(5))),
    );
    expect(ops).toEqual(["nn.rms_norm"]);
  });

  it("by a norm leaves rows of zeros alone", () => {
    const norm = (p: number) =>
      rounded(
        outcomeOf({ op: "LpNormalization", inputs: [given("x", [2, 2], [3, -4, 0, 0])], values: { p } }).results[0],
      );
    expect(norm(2)).toEqual([0.6, -0.8, 0, 0]);
    expect(norm(1)).toEqual([0.42857, -0.57143, 0, 0]);
  });

  it("of a batch in training mode moves the running statistics", () => {
    const { results } = outcomeOf({
      op: "BatchNormalization",
      inputs: [
        given("x", [2, 1], [1, 3]),
        floats("s", [1], [1]),
        floats("b", [1], [0]),
        floats("m", [1], [10]),
        floats("v", [1], [5]),
      ],
      values: { training_mode: 1, momentum: { f: 0.5 }, ...tiny },
      outputs: 3,
    });
    expect(results.map(rounded)).toEqual([[-1, 1], [6], [3]]);
  });

  it("by the hardest maximum keeps the first of equal ones", () => {
    const { results } = outcomeOf({ op: "Hardmax", inputs: [given("x", [2, 3], [1, 3, 3, 2, 0, 1])] });
    expect(rounded(results[0])).toEqual([0, 1, 0, 1, 0, 0]);
  });
});
