/** Every model of the corpus on every shipped design: regions, residency and bookkeeping hold on real graphs of all styles. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expandDesign } from "../../src/backend/architecture.ts";
import { decide } from "../../src/backend/compile.ts";
import { isInfeasible } from "../../src/backend/evaluation.ts";
import { totalDramBytes } from "../../src/backend/mapping/cost.ts";
import { compilerPresets, fusionModes } from "../../src/backend/options.ts";
import { regionDramBytes } from "../../src/backend/region-time.ts";
import { SolverCache } from "../../src/backend/solve.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { shippedDesigns, workloadOfFile } from "./support/models.ts";
import { partitionProblems } from "./support/partition-oracle.ts";
import { replayResidency } from "./support/residency-replay.ts";

const corpus = join(process.env["FASTC_SHARED"] ?? "../shared", "corpus/models");
const isAbsent = !existsSync(corpus);
// Two kinds cannot be imported with a batch alone: one has a symbolic sequence length, the other holds LSTMs.
const models = isAbsent
  ? []
  : readdirSync(corpus).filter((file) => file.endsWith(".onnx") && !/dynseq|crnn/.test(file));
const cache = new SolverCache();
/** At a small scale every model meets some of the designs, and every design some of the models. */
const isLarge = Number(process.env["FASTC_TEST_SCALE"] ?? 1) >= 10;
const designsOf = (file: string): readonly (readonly [string, HardwareDesign])[] =>
  [...shippedDesigns].filter((_design, at) => isLarge || (at + models.indexOf(file)) % 5 === 0);

describe.skipIf(isAbsent)(isAbsent ? `skipped: ${corpus} is absent` : "corpus models", () => {
  test.each(models)("%s", (file) => {
    const workload = workloadOfFile(join(corpus, file), 2);
    for (const mode of fusionModes) expect(partitionProblems(workload, mode)).toEqual([]);
    for (const [name, design] of designsOf(file)) {
      const architecture = expandDesign(design);
      const options = compilerPresets.fastc;
      const compiled = decide(workload, design, { ...options, cache });
      if (isInfeasible(compiled)) throw new Error(`${name}: ${JSON.stringify(compiled)}`);
      const { decisions, evaluation } = compiled;
      const regions = workload.regions[options.fusion];
      expect(replayResidency(workload, regions, { decisions, architecture }).problems, name).toEqual([]);
      const { cold, steady } = evaluation.totals;
      expect(cold.cycles, name).toBeGreaterThanOrEqual(steady.cycles);
      expect(steady.dramBytes * (1 + 1e-9), name).toBeGreaterThanOrEqual(steady.compulsoryDramBytes);
      for (const spec of regions) {
        const solved = cache.solve(spec, architecture, options.depthwise);
        if (isInfeasible(solved)) throw new Error(`${name}: ${JSON.stringify(solved)}`);
        const moved = totalDramBytes(solved.cost.dramBytes);
        expect(regionDramBytes({ spec, ...solved }, architecture, () => false) / moved, spec.name).toBeCloseTo(1, 9);
      }
    }
  });
});
