/** The search's door to the back end: limits are tried in order, refusals say why, batches follow the design. */
import { describe, expect, test } from "vitest";
import type { EvaluateOptions, WorkloadSource } from "../../src/backend/evaluator.ts";
import { evaluate, isInfeasible, overBudget } from "../../src/backend/evaluator.ts";
import { compilerPresets } from "../../src/backend/options.ts";
import { areaOf } from "../../src/hardware/area.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { tdpOf } from "../../src/hardware/tdp.ts";
import { present } from "../../src/support/bug.ts";
import { shippedDesigns } from "./support/models.ts";
import { randomWorkload } from "./support/random-networks.ts";

const design: HardwareDesign = present(shippedDesigns.get("fast-small"), "fast-small");
const asked: number[] = [];
const source: WorkloadSource = {
  name: "random",
  forBatch(batch) {
    asked.push(batch);
    return randomWorkload(5);
  },
};
const run = (limits: Partial<EvaluateOptions>): ReturnType<typeof evaluate> =>
  evaluate([source, source], design, { compile: compilerPresets.fastc, ...limits });

describe("evaluate", () => {
  test("gives one evaluation for each model, at the design's native batch", () => {
    asked.length = 0;
    const result = run({});
    if (isInfeasible(result)) throw new Error(result.reason);
    expect(result.evaluations.length).toBe(2);
    expect(result.evaluations[0]).toEqual(result.evaluations[1]);
    expect(asked).toEqual([design.nativeBatch, design.nativeBatch]);
  });

  test("tries area before TDP, and both before any workload", () => {
    asked.length = 0;
    const [area, watts] = [areaOf(design).totalMm2, tdpOf(design).totalWatts];
    expect(run({ areaLimitMm2: area / 2, tdpLimitWatts: watts / 2 })).toEqual({
      reason: "area",
      value: area,
      limit: area / 2,
    });
    expect(run({ areaLimitMm2: area, tdpLimitWatts: watts / 2 })).toEqual({
      reason: "tdp",
      value: watts,
      limit: watts / 2,
    });
    expect(asked).toEqual([]);
    expect(overBudget(design, { areaLimitMm2: area, tdpLimitWatts: watts })).toBeUndefined();
  });

  test("refuses what is too slow, and takes what is just fast enough", () => {
    const result = run({});
    if (isInfeasible(result)) throw new Error(result.reason);
    const latency = result.evaluations[0]?.totals.steady.latencySeconds ?? 0;
    expect(run({ latencyLimitSeconds: latency / 2 })).toEqual({
      reason: "latency",
      value: latency,
      limit: latency / 2,
    });
    expect(isInfeasible(run({ latencyLimitSeconds: latency }))).toBe(false);
  });
});
