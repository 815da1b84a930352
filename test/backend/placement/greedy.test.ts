/** What stays in global memory is sound: on the shipped models and designs, on random networks, and in cases by hand. */
import { describe, expect, test } from "vitest";
import { expandDesign } from "../../../src/backend/architecture.ts";
import type { Compiled } from "../../../src/backend/compile.ts";
import { decide } from "../../../src/backend/compile.ts";
import { isInfeasible } from "../../../src/backend/evaluation.ts";
import type { CompileOptions } from "../../../src/backend/options.ts";
import { compilerPresets } from "../../../src/backend/options.ts";
import { SolverCache } from "../../../src/backend/solve.ts";
import type { Workload } from "../../../src/backend/workload.ts";
import type { HardwareDesign } from "../../../src/hardware/design.ts";
import type { ResidentTensor } from "../../../src/ir/decisions.ts";
import { modelNames, shippedDesigns, shippedWorkload } from "../support/models.ts";
import { randomWorkload } from "../support/random-networks.ts";
import { replayResidency } from "../support/residency-replay.ts";
import { seedsFrom } from "../support/traffic-comparison.ts";

const cache = new SolverCache();

function compiledOn(workload: Workload, design: HardwareDesign, options: CompileOptions): Compiled {
  const compiled = decide(workload, design, { ...options, cache });
  if (isInfeasible(compiled)) throw new Error(`no mapping: ${JSON.stringify(compiled)}`);
  return compiled;
}

/** The others come with the corpus. */
const designs = [...shippedDesigns].filter(([name]) => /^(fast|tpu-v3-7nm|edge)/.test(name));

describe.each(modelNames)("%s", (model) => {
  test.each(designs)("residency on %s is sound, and pays", (_name, design) => {
    const workload = shippedWorkload(model, design.nativeBatch);
    const { decisions, evaluation } = compiledOn(workload, design, compilerPresets.fastc);
    const architecture = expandDesign(design);
    const { problems, peakBytes } = replayResidency(workload, workload.regions.xla, { decisions, architecture });
    expect(problems).toEqual([]);
    expect(decisions.residency.tensors.length).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThanOrEqual(decisions.residency.capacityBytes);
    const without = compiledOn(workload, design, { ...compilerPresets.fastc, placement: "none" }).evaluation;
    expect(evaluation.totals.steady.cycles).toBeLessThanOrEqual(without.totals.steady.cycles);
    expect(evaluation.totals.steady.dramBytes).toBeLessThan(without.totals.steady.dramBytes);
    expect(evaluation.totals.cold.cycles).toBeGreaterThanOrEqual(evaluation.totals.steady.cycles);
  });
});

/** A design with one MiB, which the larger random networks overfill. */
function tightDesign(): HardwareDesign {
  const small = shippedDesigns.get("fast-small");
  if (small === undefined) throw new Error("no design fast-small");
  return { ...small, globalMemoryMiB: 1, dram: { ...small.dram, channels: 1 } };
}

test("residency is sound on 24 random networks that overfill global memory", () => {
  const design = tightDesign();
  const architecture = expandDesign(design);
  let [kept, left] = [0, 0];
  for (const seed of seedsFrom(0, 24)) {
    const workload = randomWorkload(seed, { side: 40, channels: 64 });
    const fusion = seed % 2 === 0 ? "xla" : "none";
    const { decisions } = compiledOn(workload, design, { ...compilerPresets.fastc, fusion });
    const { problems } = replayResidency(workload, workload.regions[fusion], { decisions, architecture });
    expect(problems, `seed ${seed}`).toEqual([]);
    kept += decisions.residency.tensors.length;
    left += workload.tensors.length - decisions.residency.tensors.length;
  }
  expect(kept).toBeGreaterThan(90);
  expect(left).toBeGreaterThan(90);
});

test("the replay finds planted errors", () => {
  const design = tightDesign();
  const workload = randomWorkload(7, { side: 40, channels: 64 });
  const { decisions } = compiledOn(workload, design, compilerPresets.fastc);
  const architecture = expandDesign(design);
  const problemsWith = (change: (tensor: ResidentTensor, at: number) => ResidentTensor): number => {
    const residency = { ...decisions.residency, tensors: decisions.residency.tensors.map(change) };
    const changed = { ...decisions, residency };
    return replayResidency(workload, workload.regions.xla, { decisions: changed, architecture }).problems.length;
  };
  expect(problemsWith((tensor) => tensor)).toBe(0);
  expect(problemsWith((tensor) => ({ ...tensor, offsetBytes: 0 }))).toBeGreaterThan(0);
  expect(problemsWith((tensor) => ({ ...tensor, offsetBytes: tensor.offsetBytes + 2 ** 20 }))).toBeGreaterThan(0);
  expect(problemsWith((tensor) => ({ ...tensor, lastRegion: tensor.lastRegion - 1 }))).toBeGreaterThan(0);
  expect(problemsWith((tensor) => ({ ...tensor, isPinned: !tensor.isPinned }))).toBeGreaterThan(0);
});

test("without global memory nothing stays", () => {
  const design = { ...tightDesign(), globalMemoryMiB: 0 };
  const { decisions } = compiledOn(randomWorkload(3), design, compilerPresets.fastc);
  expect(decisions.residency).toEqual({ capacityBytes: 0, tensors: [] });
});
