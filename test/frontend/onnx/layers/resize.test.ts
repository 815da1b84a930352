/** Resizing: small cases by hand, in every mode. */
import { describe, expect, it } from "vitest";
import { floats, int64s } from "../encode-message.ts";
import type { Values } from "../outcome.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";

const row = given("x", [1, 1, 1, 4], [0, 10, 20, 30]);

function widened(values: Values, scale = 2): ReturnType<typeof outcomeOf> {
  return outcomeOf({ op: "Resize", inputs: [row, "", floats("s", [4], [1, 1, 1, scale])], values });
}

describe("Resize", () => {
  it("repeats elements by a broadcast where the scale is whole", () => {
    const { ops, results } = widened({ coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" });
    expect(ops).toEqual(["nn.reshape", "nn.broadcast_to", "nn.reshape"]);
    expect(rounded(results[0])).toEqual([0, 0, 10, 10, 20, 20, 30, 30]);
  });

  it("takes the nearest element", () => {
    // Places 1/6, 5/6, 1.5, 13/6, 17/6: 1.5 is as near to 1 as to 2.
    const at = (nearest_mode: string) =>
      rounded(widened({ nearest_mode, coordinate_transformation_mode: "asymmetric" }, 0.75).results[0]);
    expect(at("round_prefer_floor")).toEqual([0, 10, 30]);
    expect(at("floor")).toEqual([0, 10, 20]);
    expect(at("ceil")).toEqual([0, 20, 30]);
  });

  it("draws lines between elements", () => {
    const at = (coordinate_transformation_mode: string) =>
      rounded(widened({ mode: "linear", coordinate_transformation_mode }).results[0]);
    expect(at("half_pixel")).toEqual([0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30]);
    expect(at("asymmetric")).toEqual([0, 5, 10, 15, 20, 25, 30, 30]);
    expect(at("align_corners").at(1)).toBeCloseTo(30 / 7, 4);
  });

  it("draws cubic curves, with or without what lies outside", () => {
    const at = (values: Values) =>
      rounded(widened({ mode: "cubic", coordinate_transformation_mode: "asymmetric", ...values }).results[0]);
    // Halfway the weights are -3/32, 19/32, 19/32, -3/32 with a = -0.75.
    expect(at({})[1]).toBeCloseTo((19 * 10 - 3 * 20) / 32, 4);
    expect(at({ exclude_outside: 1 })[1]).toBeCloseTo((19 * 10 - 3 * 20) / (19 + 19 - 3), 4);
  });

  it("counts every element when it shrinks with antialias", () => {
    const { results } = widened({ mode: "linear", antialias: 1 }, 0.5);
    // Around 0.5 with weights 1, 3, 3, 1: the border's element counts twice more.
    expect(rounded(results[0])).toEqual([(0 + 0 + 30 + 20) / 8, (10 + 60 + 90 + 30) / 8]);
  });

  it("shows a region, and a value beyond the border", () => {
    const { results } = outcomeOf({
      op: "Resize",
      inputs: [row, floats("r", [2], [0.5, 1.5]), "", int64s("z", [3])],
      values: {
        mode: "linear",
        coordinate_transformation_mode: "tf_crop_and_resize",
        axes: [3],
        extrapolation_value: { f: -1 },
      },
    });
    // Places 1.5, 3 and 4.5.
    expect(rounded(results[0])).toEqual([15, 30, -1]);
  });

  it("keeps the aspect ratio", () => {
    const shape = (keep_aspect_ratio_policy: string) =>
      outcomeOf({
        op: "Resize",
        inputs: [given("x", [2, 4], [0, 1, 2, 3, 4, 5, 6, 7]), "", "", int64s("z", [6, 8])],
        values: { keep_aspect_ratio_policy },
      }).results[0]?.type.shape;
    expect(["stretch", "not_larger", "not_smaller"].map(shape)).toEqual([
      [6, 8],
      [4, 8],
      [6, 12],
    ]);
  });
});
