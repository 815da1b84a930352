/** Bench runs: reading, tables, CSV, and what counts as a regression. */
import { describe, expect, it } from "vitest";
import { benchCsv, benchMarkdown, benchReport } from "../../src/report/bench/bench-report.ts";
import type { BenchRow, BenchRun } from "../../src/report/bench/bench-run.ts";
import { compileTimeOf, parseBenchRun } from "../../src/report/bench/bench-run.ts";
import { parseBenchSuite } from "../../src/report/bench/bench-suite.ts";
import { regressionsOf } from "../../src/report/bench/compare-runs.ts";
import { plainStyle } from "../../src/report/table.ts";

const base: BenchRow = {
  name: "b0, large, fastc",
  model: "b0",
  design: "large",
  options: "fastc",
  batch: 8,
  cycles: 1000,
  latencySeconds: 1e-6,
  throughputPerSecond: 8e6,
  dramBytes: 2000,
  energyJoules: 0.5,
  utilization: 0.25,
  gap: 0.1,
};

function runOf(...rows: readonly Partial<BenchRow>[]): BenchRun {
  return { schemaVersion: 1, fastcVersion: "0", rows: rows.map((row) => ({ ...base, ...row })) };
}

describe("bench runs", () => {
  it("take the median of an odd and of an even number of times", () => {
    expect(compileTimeOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, repeats: 3 });
    expect(compileTimeOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, repeats: 4 });
  });

  it("come back from their JSON form", () => {
    const run = runOf({ compileSeconds: compileTimeOf([1]) }, { isReproduced: true });
    expect(parseBenchRun(JSON.stringify(run), "run.json")).toEqual(run);
  });

  it("are refused when they are something else", () => {
    expect(() => parseBenchRun("{}", "run.json")).toThrow("error[bench-run-invalid]");
    expect(() =>
      parseBenchSuite('{"schemaVersion": 1, "models": [], "designs": ["x"], "options": [{}]}', "s.json"),
    ).toThrow("error[bench-suite-invalid]");
  });

  it("show ratios to the first row", () => {
    // Twice the throughput with the same latency: 16 samples a run instead of 8.
    const other = { name: "other", throughputPerSecond: 16e6, dramBytes: 500, energyJoules: 1 };
    const text = benchReport(runOf({}, other, { model: "b1" }), plainStyle);
    expect(text.split("\n")[3]).toMatch(/^ {2}other .* 2\.000× .* 0\.125× .* 1\.000×/);
    expect(text.split("\n")[5]).toBe("b1");
  });

  it("show simulated cycles and ratios to an earlier run where there are any", () => {
    const run = runOf({ simulatedCycles: 1020 }, { options: "xla" });
    expect(benchReport(runOf({}), plainStyle)).not.toMatch(/simulated|vs before/);
    const [, head, first, second] = benchReport(run, plainStyle, runOf({ cycles: 800 })).split("\n");
    expect(head).toMatch(/ cycles +vs before +simulated +vs cycles +time /);
    expect(first).toMatch(/ 1,000 +1\.250× +1,020 +1\.020× +1\.00 µs /);
    expect(second).toMatch(/ 1,000 +1\.00 µs /);
  });

  it("become Markdown", () => {
    const run = runOf({ name: "a|b large" }, { name: "c large", throughputPerSecond: 16e6 }, { model: "b1" });
    const lines = benchMarkdown(run).split("\n");
    expect(lines[0]).toBe("### b0");
    expect(lines[2]).toBe(
      "|  | batch | compile | cycles | time | speed | DRAM | vs first | energy | vs first | util | gap |",
    );
    expect(lines[4]).toBe("| a\\|b large | 8 | - | 1,000 | 1.00 µs |  | 2.00 kB |  | 500 mJ |  | 25.0 % | 10.0 % |");
    expect(lines[5]).toContain("| c large | 8 | - | 1,000 | 1.00 µs | 2.000× |");
    expect(lines[7]).toBe("### b1");
    expect(lines.at(-2)).toMatch(/^speed and the two columns/);
  });

  it("become CSV with quoted names", () => {
    const [head, line] = benchCsv(runOf({ compileSeconds: compileTimeOf([0.5]) })).split("\n");
    expect(head?.split(",")).toHaveLength(17);
    expect(line).toBe('"b0, large, fastc",b0,large,fastc,8,1000,,0.000001,8000000,2000,0.5,0.25,0.1,0.5,0.5,0.5,1');
  });
});

describe("regressions", () => {
  it("are figures that grew by more than the threshold", () => {
    const before = runOf({});
    expect(regressionsOf(runOf({ cycles: 1010 }), before, 1)).toEqual([]);
    expect(regressionsOf(runOf({ cycles: 1011 }), before, 1)).toHaveLength(1);
    const all = regressionsOf(runOf({ cycles: 1011, dramBytes: 2100, energyJoules: 0.51 }), before, 1);
    expect(all.map(({ message }) => message.split(" grew")[0])).toEqual(["cycles", "DRAM bytes", "energy"]);
  });

  it("are not: better figures, compile time, a worse utilisation of fewer cycles, new rows", () => {
    const now = runOf({ cycles: 900, utilization: 0.1, compileSeconds: compileTimeOf([9]) }, { model: "new" });
    expect(regressionsOf(now, runOf({ compileSeconds: compileTimeOf([1]) }), 0)).toEqual([]);
  });

  it("include growth from zero", () => {
    const [grown] = regressionsOf(runOf({ dramBytes: 1 }), runOf({ dramBytes: 0 }), 5);
    expect(grown?.message).toBe("DRAM bytes grew from 0: 0 before, 1 now");
  });

  it("include simulated cycles where both runs were simulated", () => {
    const before = runOf({ simulatedCycles: 1000 });
    expect(regressionsOf(runOf({}), before, 0)).toEqual([]);
    expect(regressionsOf(runOf({ simulatedCycles: 1200 }), before, 5)[0]?.message).toContain("simulated cycles grew");
  });

  it("include rows that are gone", () => {
    expect(regressionsOf(runOf({ batch: 16 }), runOf({}), 5)).toEqual([
      { row: "b0 on large, batch 8, fastc", message: "is not measured any more" },
    ]);
  });
});
