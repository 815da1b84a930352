/** How facts are put together and printed, with evaluations made up so that the answers are known. */
import { describe, expect, it } from "vitest";
import type { CompileOptions, Evaluation } from "../../../src/backend/evaluator.ts";
import { compilerPresets } from "../../../src/backend/options.ts";
import type { HardwareDesign } from "../../../src/hardware/design.ts";
import { tdpOf } from "../../../src/hardware/tdp.ts";
import { between, factCells, near } from "../../../src/report/reproduction/fact.ts";
import type { SpeedModel } from "../../../src/report/reproduction/speed-facts.ts";
import { speedFacts } from "../../../src/report/reproduction/speed-facts.ts";
import { preset } from "../../hardware/preset.ts";

describe("factCells", () => {
  const fact = { fact: "f", unit: "W", note: "n" };

  it("says target, error and whether it is met", () => {
    expect(factCells({ ...fact, target: near(200, 0.15), ours: 220 })).toEqual([
      "f",
      "200 W ± 15 %",
      "220 W",
      "+10.0 %",
      "yes",
      "n",
    ]);
    expect(factCells({ ...fact, target: near(200, 0.15), ours: 160 })).toEqual([
      "f",
      "200 W ± 15 %",
      "160 W",
      "−20.0 %",
      "**no**",
      "n",
    ]);
    expect(factCells({ ...fact, target: between(10, 17), ours: 9.9 })[4]).toBe("**no**");
    expect(factCells({ ...fact, target: between(80, Number.POSITIVE_INFINITY), ours: 97.5 }).slice(1, 5)).toEqual([
      "≥ 80.0 W",
      "97.5 W",
      "",
      "yes",
    ]);
  });

  it("reports without a target, and says when there is nothing to report", () => {
    expect(factCells({ ...fact, target: undefined, ours: 354 })).toEqual(["f", "–", "354 W", "", "", "n"]);
    expect(factCells({ ...fact, target: near(1, 0.1), ours: undefined })).toEqual([
      "f",
      "1.00 W ± 10 %",
      "none",
      "",
      "**no**",
      "n",
    ]);
  });
});

/** Samples per second that grow with the batch up to 32, and with global memory. */
function rateOf(model: SpeedModel, { name, nativeBatch, globalMemoryMiB }: HardwareDesign): number {
  const speed = { "ResNet-50": 3, "BERT-128": 5, "EfficientNet-B7": 7 }[model] * (name === "tpu-v4i" ? 2 : 1);
  const onBatch = nativeBatch <= 32 ? nativeBatch : 64 - nativeBatch / 2;
  return name === "tpu-v4i" ? speed * onBatch * (0.5 + globalMemoryMiB / 256) : speed * onBatch;
}

function evaluation(model: SpeedModel, design: HardwareDesign): Evaluation {
  const steady = { throughputPerSecond: rateOf(model, design), utilization: 0.12, macs: 1000 };
  const opClasses = [{ kind: "depthwise-convolution", regions: 1, macs: 50, cycles: 1, share: 0.6 }];
  // The facts read only these fields.
  return { totals: { steady }, opClasses } as unknown as Evaluation;
}

describe("speedFacts", () => {
  const compiled: CompileOptions[] = [];
  const facts = speedFacts({
    design: (name) => preset(name === "tpu-v4i" ? "tpu-v4i" : "tpu-v3"),
    evaluate: (model, design, compile) => {
      compiled.push(compile);
      // As if the largest batch had no mapping.
      return design.nativeBatch === 256 ? undefined : evaluation(model, design);
    },
    xla: compilerPresets.xla,
  });
  const factOf = (start: string) => facts.find(({ fact }) => fact.startsWith(start));

  it("takes the best batch", () => {
    expect(factOf("TPU-v3, ResNet-50")?.ours).toBe(96); // 3 × 32
    expect(factOf("TPU-v3, ResNet-50")?.note).toContain("batch 32 a core");
  });

  it("shows the depthwise share and utilisation", () => {
    expect(factOf("TPU-v3, EfficientNet-B7, depthwise share of FLOPs")?.ours).toBe(5);
    expect(factOf("TPU-v3, EfficientNet-B7, depthwise share of time")?.ours).toBe(60);
    expect(factOf("TPU-v3, EfficientNet-B7, utilisation")?.ours).toBe(12);
  });

  it("compares Perf/TDP: twice the speed on each model at 128 MiB, over the ratio of TDPs", () => {
    const tdp = tdpOf(preset("tpu-v3")).totalWatts / tdpOf(preset("tpu-v4i")).totalWatts;
    expect(factOf("Perf/TDP")?.ours).toBeCloseTo(2 * tdp, 9);
  });

  it("says speed with less global memory, of that with all", () => {
    const shares = [0, 16, 72, 112].map((mib) => factOf(`TPU v4i with ${mib} of`)?.ours);
    expect(shares.map((share) => Number(share?.toFixed(2)))).toEqual([50, 56.25, 78.13, 93.75]);
  });

  it("compiles as the facts say: XLA alone, or with greedy residency", () => {
    expect(new Set(compiled.map(({ placement }) => placement))).toEqual(new Set(["none", "greedy"]));
    expect(new Set(compiled.map(({ depthwise }) => depthwise))).toEqual(new Set(["array"]));
  });
});
