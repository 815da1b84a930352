/** Regions by hand: what a region takes, moves and waits for, with the arithmetic beside it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Statement } from "../../../src/backend/schedule/program.ts";
import { machineOf, roomyLevels } from "../support/random-nests.ts";
import type { MatrixParts } from "./programs.ts";
import { innermost, l1Buffers, matrixRegion, runRegion, tensor } from "./programs.ts";

const tensors = [tensor("x", 1), tensor("w", 1), tensor("y", 1)];
const places = { input: "x", weight: "w", output: "y" };
const direct = { levels: roomyLevels(1, 0) };

describe("one GEMM on one PE", () => {
  const body: readonly Statement[] = [
    { op: "for", loop: "b", level: "l1", step: 8, body: innermost("weight-stationary", places) },
  ];
  const region = matrixRegion({
    extents: { b: 32, k: 4, c: 4 },
    dataflow: "weight-stationary",
    buffers: l1Buffers(2),
    body,
  });

  test("is as fast as its input bus, behind the first tiles and before the last one leaves", () => {
    // Array 4×4, tiles of 8 positions × 4 words × 2 bytes = 64 bytes: 8 cycles on the input bus (8 bytes a cycle), 8 cycles in the
    // array. DRAM (16 bytes a cycle) is asked for two input tiles first, 8 cycles, then for the weights' 32 bytes: they are there at
    // 10, and 4 rows are loaded by 14. Four tiles of 8: at 46 the last word is in, and skew 6 later, at 52, the last sum is out. Its
    // tile follows the sums as they come.
    const run = runRegion(region, tensors, machineOf(direct));
    expect(run.cycles).toBe(52);
    expect(run.busyCycles["array"]).toBe(32);
    expect(run.busyCycles["input-bus"]).toBe(32);
    expect(run.busyCycles["weight-bus"]).toBe(4);
    // 32·4 + 4·4 + 32·4 words of 2 bytes.
    expect(run.dramBytes).toBe(2 * (128 + 16 + 128));
    expect(run.gmBytes).toBe(0);
  });

  test("waits for a slow DRAM, and says so", () => {
    // All 544 bytes pass DRAM at 1 byte a cycle.
    const run = runRegion(region, tensors, machineOf({ ...direct, dramBytesPerCycle: 1 }));
    expect(run.busyCycles["dram"]).toBe(544);
    expect(run.cycles).toBeGreaterThanOrEqual(544);
    const waits = Object.values(run.stallCycles).reduce((sum, each) => sum + each, 0);
    // Before the last of the array's 4 tiles begins, the inputs' 256 bytes and the weights' 32 must have come.
    expect(waits).toBeGreaterThan(288 - 3 * 8 - 1);
  });
});

test("padding is not moved, and halos are: a 3×3 convolution on 2×2 PEs through global memory", () => {
  const window = { kernel: 3, stride: 1, dilation: 1, padBefore: 1, inputExtent: 8 };
  const gm = (operand: "input" | "weight" | "output", slots: number) =>
    ({ name: `gm.${operand}`, memory: "gm", operand, perPe: false, slots, slotBytes: 1 }) as const;
  const fill = { op: "dma", ahead: 0, when: "needed", multicast: false, indexed: false } as const;
  const region = matrixRegion({
    extents: { p: 8, q: 8, k: 2, c: 4 },
    windows: { rows: window, columns: window },
    dataflow: "weight-stationary",
    buffers: [gm("input", 1), gm("weight", 1), gm("output", 1), ...l1Buffers(2)],
    body: [
      { ...fill, from: ["x"], to: ["gm.input"] },
      { ...fill, from: ["w"], to: ["gm.weight"] },
      {
        op: "spread",
        peRows: { p: 2 },
        peColumns: { q: 2 },
        body: [
          {
            op: "for",
            loop: "p",
            level: "l1",
            step: 2,
            body: innermost("weight-stationary", { input: "gm.input", weight: "gm.weight", output: "gm.output" }),
          },
        ],
      },
      { op: "dma", from: ["gm.output"], to: ["y"], ahead: 0, when: "left", multicast: false, indexed: false },
    ],
  });
  const run = runRegion(region, tensors, machineOf({ peRows: 2, peColumns: 2 }));
  // DRAM: each input element once (8·8·4), weights 2·4·9, outputs 8·8·2; of 2 bytes.
  expect(run.dramBytes).toBe(2 * (256 + 72 + 128));
  // To the grid: two output rows touch 4 input rows inside, 3 at the border: 3 + 4 + 4 + 3; four columns touch 5 of 8, twice.
  expect(run.gmBytes).toBe(run.dramBytes + 2 * (14 * 10 * 4 + 72 + 128));
});

test("partial sums leave in full width and come back, once for every part of the reduction but the first", () => {
  const [shared] = [{ op: "dma", multicast: false, indexed: false } as const];
  const region = matrixRegion({
    extents: { b: 8, k: 4, c: 12 },
    dataflow: "weight-stationary",
    buffers: l1Buffers(2),
    body: [
      {
        op: "for",
        loop: "c",
        level: "l1",
        step: 4,
        body: [
          {
            op: "for",
            loop: "b",
            level: "l1",
            step: 2,
            body: innermost("weight-stationary", places).map((statement) =>
              statement.op === "dma" && statement.when === "left" ? { ...statement, partialsTo: "s" } : statement,
            ),
          },
        ],
      },
    ],
  });
  const [outer] = region.body;
  if (outer?.op !== "for" || outer.body[0]?.op !== "for") throw new Error("two loops are expected");
  const returned: Statement = { ...shared, from: ["s"], to: ["l1.output"], ahead: 1, when: "revisited" };
  const inner = { ...outer.body[0], body: [returned, ...outer.body[0].body] };
  const run = runRegion(
    { ...region, body: [{ ...outer, body: [inner] }] },
    [...tensors, tensor("s", 64)],
    machineOf(direct),
  );
  // Inputs 8·12 and weights 12·4 once, outputs 8·4 once; 32 sums of 4 bytes twice out and twice in.
  expect(run.dramBytes).toBe(2 * (96 + 48 + 32) + 4 * 32 * 4);
});

interface ScaleSimCase {
  readonly id: string;
  readonly rows: number;
  readonly cols: number;
  readonly dataflow: "ws" | "os" | "is";
  readonly problem: Readonly<Record<string, number>>;
  readonly out?: { readonly total_cycles: number; readonly stall_cycles: number };
}

const dataflows = { ws: "weight-stationary", os: "output-stationary", is: "input-stationary" } as const;

/** SCALE-Sim's problem as one tile in L1, behind paths that take no time. */
function scaleSimCycles({ rows, cols, dataflow, problem }: ScaleSimCase): number {
  const size = (name: string): number => problem[name] ?? 1;
  const window = (extent: string, kernel: string) => {
    const found = {
      kernel: size(kernel),
      stride: size("stride"),
      dilation: 1,
      padBefore: 0,
      inputExtent: size(extent),
    };
    return { found, outputs: Math.floor((found.inputExtent - found.kernel) / found.stride) + 1 };
  };
  const [tall, wide] = [window("IH", "R"), window("IW", "S")];
  const parts: Pick<MatrixParts, "extents" | "windows"> =
    "M" in problem
      ? { extents: { b: size("M"), k: size("N"), c: size("K") } }
      : {
          extents: { p: tall.outputs, q: wide.outputs, k: size("K"), c: size("C") },
          windows: { rows: tall.found, columns: wide.found },
        };
  const flow = dataflows[dataflow];
  const region = matrixRegion({ ...parts, dataflow: flow, buffers: l1Buffers(1), body: innermost(flow, places, 0) });
  const free = Number.MAX_VALUE;
  const rates = { dramBytesPerCycle: free, inputBusBytesPerCycle: free };
  const buses = { weightBusBytesPerCycle: free, outputBusBytesPerCycle: free };
  const array = { arrayRows: rows, arrayColumns: cols, isPipelined: false };
  return runRegion(region, tensors, machineOf({ ...direct, ...array, ...rates, ...buses })).cycles;
}

/** Runs of SCALE-Sim 3.0.0, copied by hand; its printed total counts one cycle too few. */
test.each([
  { id: "s1", rows: 4, cols: 4, dataflow: "ws", problem: { M: 64, N: 64, K: 64 }, total: 18943 },
  { id: "s17", rows: 8, cols: 8, dataflow: "os", problem: { M: 33, N: 65, K: 31 }, total: 2024 },
  { id: "s32", rows: 8, cols: 4, dataflow: "is", problem: { M: 16, N: 100, K: 3 }, total: 471 },
] as const)("without pipelining cycles are SCALE-Sim's: $id", ({ total, ...given }) => {
  expect(scaleSimCycles(given)).toBe(total + 1);
});

const casesFile = join(process.env["FASTC_SHARED"] ?? "../shared", "reference/peers/scalesim_cases.json");
const isAbsent = !existsSync(casesFile);

describe.skipIf(isAbsent)(isAbsent ? `skipped: ${casesFile} is absent` : "all SCALE-Sim cases", () => {
  test("without pipelining cycles are SCALE-Sim's", () => {
    // The file is trusted reference data with these fields.
    const { cases } = JSON.parse(readFileSync(casesFile, "utf8")) as { readonly cases: readonly ScaleSimCase[] };
    const finished = cases.filter(({ out }) => out !== undefined);
    for (const given of finished) {
      const { total_cycles: total = 0, stall_cycles: stalls = 0 } = given.out ?? {};
      expect(scaleSimCycles(given), `${given.id} ${JSON.stringify(given.problem)}`).toBe(total - stalls + 1);
    }
    expect(finished.length).toBeGreaterThan(100);
  });
});
