/** Whole models: traffic against the cost model's, and the trace. */
import { describe, expect, test } from "vitest";
import { simulateProgram } from "../../../src/backend/simulate/simulate-program.ts";
import { traceOf } from "../../../src/backend/simulate/trace/trace.ts";
import { present } from "../../../src/support/bug.ts";
import type { CompiledProgram } from "./programs.ts";
import { compiledProgram } from "./programs.ts";

const model = { name: "efficientnet-b0", sha256: "", batch: 1 };
const compiledFor = (name: string): CompiledProgram => present(cases.get(name), name);
const cases = new Map(
  ["fast-large", "eyeriss-like", "tpu-v4i"].map((design) => [design, compiledProgram("efficientnet-b0", design, 1)]),
);

describe.each([...cases.keys()])("efficientnet-b0 on %s", (name) => {
  const compiled = compiledFor(name);
  const simulation = simulateProgram({ model, ...compiled });

  test("moves what the cost model counts, region by region, steady and cold", () => {
    const { regions, totals } = compiled.evaluation;
    for (const region of simulation.regions) {
      const want = regions[region.id]?.dramBytes ?? Number.NaN;
      expect(Math.abs(compiled.design.cores * region.dramBytes - want), region.name).toBeLessThan(0.5);
    }
    expect(Math.abs(simulation.totals.cold.dramBytes - totals.cold.dramBytes)).toBeLessThan(0.5);
  });

  test("takes as long as the cost model says, within a few percent", () => {
    const { steady } = simulation.totals;
    expect(Math.abs(steady.cycles / simulation.analyticCycles.steady - 1)).toBeLessThan(0.06);
  });

  test("never keeps a resource busy for longer than it runs, nor a buffer fuller than it is", () => {
    for (const { cycles, busyCycles, occupancy } of simulation.regions) {
      for (const busy of Object.values(busyCycles)) expect(busy).toBeLessThanOrEqual(cycles);
      for (const { slots, mostTiles } of occupancy) expect(mostTiles).toBeLessThanOrEqual(slots);
    }
  });
});

test("slices of a trace lie inside each other or apart, on named tracks, up to the end of the run", () => {
  const { program, design, evaluation } = compiledFor("fast-large");
  const { traceEvents } = traceOf({ program, design, modelName: "b0" });
  const names = new Set(traceEvents.filter(({ ph }) => ph === "M").map(({ args }) => args["name"]));
  expect([...names]).toEqual(expect.arrayContaining(["b0 on fast-large", "region", "array", "input-bus", "gm"]));
  const tracks = new Map<number, { readonly begin: number; readonly end: number }[]>();
  let last = 0;
  for (const { ph, tid = 0, ts = 0, dur = 0 } of traceEvents) {
    if (ph !== "X") continue;
    expect(dur).toBeGreaterThanOrEqual(0);
    // Perfetto counts whole nanoseconds.
    const [begin, length] = [Math.floor(ts * 1000), Math.floor(dur * 1000)];
    tracks.set(tid, [...(tracks.get(tid) ?? []), { begin, end: begin + length }]);
    last = Math.max(last, ts + dur);
  }
  for (const [tid, slices] of tracks) {
    const open: number[] = [];
    for (const { begin, end } of slices.sort((a, b) => a.begin - b.begin || b.end - a.end)) {
      while ((open.at(-1) ?? Number.POSITIVE_INFINITY) <= begin) open.pop();
      expect(end, `track ${tid} at ${begin}`).toBeLessThanOrEqual(open.at(-1) ?? Number.POSITIVE_INFINITY);
      open.push(end);
    }
  }
  const { cycles } = simulateProgram({ model, program, design, evaluation }).totals.steady;
  expect(last).toBeCloseTo(cycles / 1000, 2);
});
