/** Counted bytes: a small network by hand, and the shipped models against independent counts. */
import { describe, expect, it } from "vitest";
import type { Workload } from "../../../src/backend/workload.ts";
import { buildWorkload } from "../../../src/backend/workload.ts";
import { freeze } from "../../../src/ir/frozen.ts";
import {
  blockBytes,
  compulsoryBytes,
  everyNodeBytes,
  flopsOf,
  layerBytes,
  regionBytes,
} from "../../../src/report/reproduction/traffic-counts.ts";
import { shippedWorkload } from "../../backend/support/models.ts";
import { attributes, floats, valueInfo } from "../../frontend/onnx/encode-message.ts";
import { importDraft } from "../../frontend/onnx/testing.ts";

/** An MBConv block without expansion: depthwise 3×3, squeeze-and-excite scaling, projection with a residual addition. */
function block(): Workload {
  const weights = (name: string, dims: readonly number[]) =>
    floats(
      name,
      dims,
      Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_unused, index) => index % 3),
    );
  const { module, name, sha256, batch } = importDraft({
    inputs: [valueInfo("x", [2, 4, 6, 6])],
    outputs: ["y"],
    initializers: [weights("dw", [4, 1, 3, 3]), weights("se", [4, 4, 1, 1]), weights("pw", [4, 4, 1, 1])],
    nodes: [
      {
        opType: "Conv",
        name: "a",
        input: ["x", "dw"],
        output: ["a"],
        attribute: attributes({ group: 4, pads: [1, 1, 1, 1] }),
      },
      { opType: "GlobalAveragePool", name: "b", input: ["a"], output: ["b"] },
      { opType: "Conv", name: "c", input: ["b", "se"], output: ["c"] },
      { opType: "Sigmoid", name: "d", input: ["c"], output: ["d"] },
      { opType: "Mul", name: "e", input: ["a", "d"], output: ["e"] },
      { opType: "Conv", name: "f", input: ["e", "pw"], output: ["f"] },
      { opType: "Add", name: "g", input: ["f", "x"], output: ["y"] },
    ].map((node) => ({ ...node })),
  });
  return buildWorkload(freeze(module), { name, sha256, batch, hasSymbolicBatch: false });
}

describe("a block by hand", () => {
  const workload = block();
  // Words: a map of 2 × 4 × 6 × 6 = 288, a pooled one of 2 × 4 = 8; weights 36, 16 and 16.
  const map = 288;

  it("FLOPs: two for each multiply-accumulate", () => {
    // 288 × 9 + 8 × 4 + 288 × 4.
    expect(flopsOf(workload)).toBe(2 * (2592 + 32 + 1152));
  });

  it("every node reads and writes", () => {
    // a: 288+36+288, b: 288+8, c: 8+16+8, d: 8+8, e: 288+8+288, f: 288+16+288, g: 288+288+288.
    expect(everyNodeBytes(workload)).toBe(2 * (612 + 296 + 32 + 16 + 584 + 592 + 864));
  });

  it("regions: the pool is with the depthwise convolution, scaling and addition are with the projection", () => {
    // {a, b}: x, dw in; a, b out. {c, d}: b, se in; d out. {e, f, g}: a, d, pw, x in; y out.
    expect(regionBytes(workload)).toBe(2 * (map + 36 + map + 8 + (8 + 16 + 8) + (map + 8 + 16 + map + map)));
  });

  it("layers: activation functions are free, scaling and addition only where asked", () => {
    const plain = 612 + 296 + 32 + 592;
    expect(layerBytes(workload, { binaryLayers: false })).toBe(2 * plain);
    expect(layerBytes(workload, { binaryLayers: true })).toBe(2 * (plain + 584 + 864));
  });

  it("blocks: input, output and weights; compulsory: the same here", () => {
    expect(blockBytes(workload)).toBe(2 * (map + map + 36 + 16 + 16));
    expect(compulsoryBytes(workload)).toBe(2 * (map + map + 36 + 16 + 16));
  });
});

describe("shipped models, batch 8", () => {
  // Independent counts from the layers' shapes.
  it.each([
    ["efficientnet-b0", { binaryLayers: true, layers: 17.7, regions: 26.8, blocks: 139.3, compulsory: 477.9 }],
    ["bert-base-128", { binaryLayers: false, layers: 201.5, regions: 206, blocks: undefined, compulsory: undefined }],
  ])("%s", (name, expected) => {
    const workload = shippedWorkload(name, 8);
    const flops = flopsOf(workload);
    expect(Math.abs(flops / layerBytes(workload, expected) / expected.layers - 1)).toBeLessThan(0.05);
    expect(Math.abs(flops / regionBytes(workload) / expected.regions - 1)).toBeLessThan(0.01);
    if (expected.blocks !== undefined) {
      expect(Math.abs(flops / blockBytes(workload) / expected.blocks - 1)).toBeLessThan(0.05);
      expect(Math.abs(flops / compulsoryBytes(workload) / expected.compulsory - 1)).toBeLessThan(0.01);
    }
  });
});
