/** Costs of given mappings, worked out by hand: DRAM bytes, bus cycles, staging, fill, energy events. */
import { describe, expect, test } from "vitest";
import type { Architecture } from "../../../src/backend/architecture.ts";
import { packedGroups } from "../../../src/backend/mapping/array-cycles.ts";
import type { MappingCost } from "../../../src/backend/mapping/cost.ts";
import { cyclesOf, totalDramBytes } from "../../../src/backend/mapping/cost.ts";
import { costOfMapping, firstOverflow } from "../../../src/backend/mapping/matrix-cost.ts";
import type { MatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import { ChainCache } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { MatrixProblem } from "../../../src/backend/mapping/problem.ts";
import { machineOf, problemOf, roomyLevels } from "../support/random-nests.ts";

const [G, B, P, K, C] = [0, 1, 2, 4, 5];
const alone = [1, 1, 1, 1, 1, 1];

function costOf(problem: MatrixProblem, architecture: Architecture, mapping: MatrixMapping): MappingCost {
  return costOfMapping({ problem, architecture, chains: new ChainCache(problem, architecture) }, mapping);
}

/** Buses as wide as the array's edges for 2-byte operands and 4-byte sums. */
function arrayOf(rows: number, columns: number): Partial<Architecture> {
  return {
    arrayRows: rows,
    arrayColumns: columns,
    inputBusBytesPerCycle: 2 * rows,
    weightBusBytesPerCycle: 2 * columns,
    outputBusBytesPerCycle: 4 * columns,
  };
}

describe("1×1 convolution, batch 2, 14×14, 64 to 128 channels, on 2×4 PEs of 64×32", () => {
  // b = 2·14·14 = 392 positions, k = 128, c = 64. Global memory holds 98 positions at a time (4 steps); PE rows take half of
  // them, PE columns a quarter of the output channels: 49 positions × 32 channels × 64 words in each PE.
  const problem = problemOf([1, 392, 1, 1, 128, 64], { epilogueOps: 2, extraElements: 128 });
  const machine = machineOf({
    ...arrayOf(64, 32),
    peRows: 2,
    peColumns: 4,
    lanesPerPe: 32,
    dramBytesPerCycle: 448,
    gmBytesPerCycle: 1024,
  });
  const cost = costOf(problem, machine, {
    dataflow: "weight-stationary",
    peRows: [1, 2, 1, 1, 1, 1],
    peColumns: [1, 1, 1, 1, 4, 1],
    tiles: [
      [1, 98, 1, 1, 128, 64],
      [1, 49, 1, 1, 32, 64],
    ],
    orders: [[B], []],
    groupsPerPass: 1,
  });

  test("DRAM: each tensor once", () => {
    expect(cost.dramBytes).toEqual({
      input: 392 * 64 * 2, // 50,176
      weight: 128 * 64 * 2, // 16,384: does not change with the positions
      output: 392 * 128 * 2, // 100,352
      partialSums: 0,
      extra: 128 * 2,
    });
  });

  test("buses: a PE row carries its half of the positions, a PE column its quarter of the channels", () => {
    // Input: 196 positions × 64 words × 2 B = 25,088 B at 128 B/cycle; the 256 B of bias are shared by the two rows: 1 cycle.
    expect(cost.busyCycles["input-bus"]).toBe(196 + 1);
    // Weights: 32 × 64 × 2 B = 4,096 B at 64 B/cycle, once, for both PEs of the column.
    expect(cost.busyCycles["weight-bus"]).toBe(64);
    // Outputs: 392 positions × 32 channels × 2 B = 25,088 B at 128 B/cycle.
    expect(cost.busyCycles["output-bus"]).toBe(196);
  });

  test("arrays and lanes of the busiest PE", () => {
    // 4 tiles of 49 positions with the same weights: one burst of 196, longer than a load of 64.
    expect(cost.busyCycles.compute).toBe(196);
    // 196 × 32 outputs × 2 operations on 32 lanes.
    expect(cost.busyCycles.vector).toBe(392);
  });

  test("global memory: bytes to the grid, and room for tiles (twice for those that change)", () => {
    // Input 25,088 + weights 8,192 + outputs 50,176 words × 2 B, and 256 B of bias.
    expect(cost.gmBytes).toBe((25_088 + 8_192 + 50_176) * 2 + 256);
    expect(cost.stagingBytes).toMatchObject({ input: 2 * 98 * 64 * 2, weight: 128 * 64 * 2, output: 2 * 98 * 128 * 2 });
  });

  test("fill and cycles", () => {
    // First tiles: input 49 × 64 × 2 B ÷ 128 = 49 cycles beside weights 4,096 ÷ 64 = 64; last outputs of the column's two
    // PEs: 2 × 49 × 32 × 2 B ÷ 128 = 49; array: 64 rows loaded, skew 64 + 32 - 2.
    expect(cost.fillCycles).toBe(64 + 49 + 64 + 94);
    // First and last grid step through DRAM: (98 × 64 + 128 × 64 + 98 × 128) × 2 B.
    expect(cost.fillDramBytes).toBe(54_016);
    // Busiest: the lanes, 392. DRAM 167,168 ÷ 448 = 373.1; global memory (167,168 + 167,168) ÷ 1,024 = 326.5.
    const dram = totalDramBytes(cost.dramBytes);
    expect(dram).toBe(167_168);
    expect(cyclesOf(cost, dram, machine)).toBe(Math.ceil(392 + 271 + 54_016 / 448));
  });

  test("energy events", () => {
    expect(cost.events.macs).toBe(392 * 128 * 64);
    // 2 operations for each of 392 × 128 outputs.
    expect(cost.events.vectorOps).toBe(2 * 392 * 128);
    // Buses: every word once.
    expect(cost.events.busBytes).toBe(cost.gmBytes);
    // Array edges: inputs once for each of 4 column folds; weights once into each of the two PE rows; sums in and out.
    const edge = (392 * 64 * 4 + 2 * 8_192) * 2 + 2 * 392 * 128 * 4;
    expect(cost.events.arrayEdgeBytes).toBe(edge);
    // L1: what the edges move, and every copy of what the buses bring: inputs in 4 PEs, weights in 2; outputs leave once.
    expect(cost.events.l1Bytes).toBe(edge + (4 * 25_088 + 2 * 8_192 + 50_176) * 2);
  });
});

describe("3×3 convolution, stride 2, padding 1, 8×8 to 4×4, 16 to 32 channels, on one PE of 16×16", () => {
  const window = { kernel: 3, stride: 2, dilation: 1, padBefore: 1, inputExtent: 8 };
  const problem = problemOf([1, 1, 4, 4, 32, 16], { rows: window, columns: window });
  const machine = machineOf(arrayOf(16, 16));
  // Two output rows in global memory; in L1 one output row and 16 channels, output channels outside, rows inside.
  const mapping: MatrixMapping = {
    dataflow: "weight-stationary",
    peRows: alone,
    peColumns: alone,
    tiles: [
      [1, 1, 2, 4, 32, 16],
      [1, 1, 1, 4, 16, 16],
    ],
    orders: [[P], [K, P]],
    groupsPerPass: 1,
  };
  const cost = costOf(problem, machine, mapping);

  test("DRAM: the first tile reads rows 0-3 (padding is not moved), the second rows 3-7", () => {
    expect(cost.dramBytes.input).toBe((4 + 5) * 8 * 16 * 2);
    expect(cost.dramBytes.weight).toBe(9 * 16 * 32 * 2);
    expect(cost.dramBytes.output).toBe(16 * 32 * 2);
  });

  test("buses: input rows come for both channel halves, weights for both tiles of rows", () => {
    // Output rows read 2, 3, 3, 3 input rows (0-1, 1-3, 3-5, 5-7) of 8 × 16 words; twice; 2 B, 32 B/cycle.
    expect(cost.busyCycles["input-bus"]).toBe((2 * 11 * 8 * 16 * 2) / 32);
    // 9 × 16 × 32 words, twice; 2 B, 32 B/cycle.
    expect(cost.busyCycles["weight-bus"]).toBe((2 * 9 * 16 * 32 * 2) / 32);
    expect(cost.busyCycles["output-bus"]).toBe((16 * 32 * 2) / 64);
  });

  test("arrays: 8 tiles of 9 row folds, 4 positions each, so that every pass waits for 16 cycles of loading", () => {
    expect(cost.busyCycles.compute).toBe(8 * 9 * 16);
  });

  test("staging: 5 input rows twice, all weights once, 2 output rows twice", () => {
    expect(cost.stagingBytes).toMatchObject({
      input: 2 * 5 * 8 * 16 * 2,
      weight: 9 * 16 * 32 * 2,
      output: 2 * 2 * 4 * 32 * 2,
    });
  });

  test("it fits a split L1 of exactly its tiles, and not one byte less", () => {
    // Input 3 rows × 8 × 16 words × 2 B, weights 9 × 16 × 16 × 2 B, twice each; 4 × 16 sums of 4 B, twice.
    const levels = (changes: { input?: number; weight?: number; output?: number }): Architecture["levels"] => [
      ...roomyLevels(2, 1).slice(0, 1),
      {
        level: "l1",
        isPerPe: true,
        capacity: { kind: "split", input: 1536, weight: 9216, output: 512, ...changes },
      },
    ];
    const overflow = (changes: { input?: number; weight?: number; output?: number }): number | undefined => {
      const architecture = { ...machine, levels: levels(changes) };
      return firstOverflow({ problem, architecture, chains: new ChainCache(problem, architecture) }, mapping)?.bytes;
    };
    expect(overflow({})).toBeUndefined();
    expect(overflow({ input: 1535 })).toBe(1);
    expect(overflow({ weight: 9215 })).toBe(1);
    expect(overflow({ output: 511 })).toBe(1);
  });
});

describe("depthwise 3×3 convolution, batch 4, 8×8, 28 channels, on one PE of 128×128", () => {
  const window = { kernel: 3, stride: 1, dilation: 1, padBefore: 1, inputExtent: 8 };
  const problem = problemOf([28, 4, 8, 8, 1, 1], { rows: window, columns: window, isDepthwise: true });
  const machine = machineOf(arrayOf(128, 128));
  const cost = costOf(problem, machine, {
    dataflow: "weight-stationary",
    peRows: alone,
    peColumns: alone,
    tiles: [problem.extents, [14, 4, 8, 8, 1, 1]],
    orders: [[], [G]],
    groupsPerPass: packedGroups(problem, machine),
  });

  test("floor(128 / 9) = 14 channels share a pass: two passes of 256 positions, 0.77 % of the array in use", () => {
    expect(packedGroups(problem, machine)).toBe(14);
    expect(cost.busyCycles.compute).toBe(2 * 256);
    expect(cost.events.macs).toBe(28 * 256 * 9);
    expect(cost.events.macs / (512 * 128 * 128)).toBeCloseTo(0.0077, 4);
  });

  test("without packing every channel has a pass of its own", () => {
    expect(packedGroups(problem, { ...machine, packsGroups: false })).toBe(1);
  });

  test("DRAM, buses and staging: everything once, nothing changes in global memory", () => {
    const [input, weight, output] = [28 * 256 * 2, 28 * 9 * 2, 28 * 256 * 2];
    expect(cost.dramBytes).toEqual({ input, weight, output, partialSums: 0, extra: 0 });
    expect(cost.busyCycles["input-bus"]).toBe(input / 256);
    expect(cost.busyCycles["weight-bus"]).toBe(weight / 256);
    expect(cost.busyCycles["output-bus"]).toBe(output / 512);
    expect(cost.stagingBytes).toMatchObject({ input, weight, output });
  });
});

describe("attention scores, 24 heads of 128×64 by 64×128, on 2×2 PEs of 64×64", () => {
  const problem = problemOf([24, 128, 1, 1, 128, 64]);
  const machine = machineOf({ ...arrayOf(64, 64), peRows: 2, peColumns: 2 });
  // Four heads in global memory. PE rows take two of them, one after the other; PE columns take half of the positions.
  const cost = costOf(problem, machine, {
    dataflow: "weight-stationary",
    peRows: [2, 1, 1, 1, 1, 1],
    peColumns: [1, 2, 1, 1, 1, 1],
    tiles: [
      [4, 128, 1, 1, 128, 64],
      [1, 64, 1, 1, 128, 64],
    ],
    orders: [[G], [G]],
    groupsPerPass: 1,
  });

  test("DRAM: queries, keys and scores once", () => {
    const operand = 24 * 128 * 64 * 2;
    expect(cost.dramBytes).toEqual({
      input: operand,
      weight: operand,
      output: 24 * 128 * 128 * 2,
      partialSums: 0,
      extra: 0,
    });
  });

  test("buses: a row has its 12 heads' queries, a column all heads' keys and half of the scores", () => {
    expect(cost.busyCycles["input-bus"]).toBe((12 * 128 * 64 * 2) / 128); // 1,536
    expect(cost.busyCycles["weight-bus"]).toBe((24 * 128 * 64 * 2) / 128); // 3,072
    expect(cost.busyCycles["output-bus"]).toBe((24 * 64 * 128 * 2) / 256); // 1,536
  });

  test("arrays: 12 heads × 2 column folds × 64 positions, as many as a load takes", () => {
    expect(cost.busyCycles.compute).toBe(12 * 2 * 64);
  });

  test("staging: four heads, twice", () => {
    expect(cost.stagingBytes).toMatchObject({
      input: 2 * 4 * 128 * 64 * 2,
      weight: 2 * 4 * 128 * 64 * 2,
      output: 2 * 4 * 128 * 128 * 2,
    });
  });
});

describe("a reduction that is cut in global memory", () => {
  // 8 positions × 8 channels × 128 words; global memory holds 4 positions and 64 words.
  const problem = problemOf([1, 8, 1, 1, 8, 128]);
  const machine = machineOf(arrayOf(64, 8));
  const cut = (order: readonly number[]): MappingCost =>
    costOf(problem, machine, {
      dataflow: "weight-stationary",
      peRows: alone,
      peColumns: alone,
      tiles: [
        [1, 4, 1, 1, 8, 64],
        [1, 4, 1, 1, 8, 64],
      ],
      orders: [order, []],
      groupsPerPass: 1,
    });

  test("reduction outside: 64 sums leave and come back, in accumulator width", () => {
    const cost = cut([C, B]);
    expect(cost.dramBytes.partialSums).toBe(2 * 64 * 4);
    expect(cost.dramBytes.output).toBe(64 * 2);
    // Sums are staged in accumulator width: 4 × 8, twice.
    expect(cost.stagingBytes.output).toBe(2 * 4 * 8 * 4);
    expect(cost.busyCycles["output-bus"]).toBe((64 * 2 + 2 * 64 * 4) / 32);
    // Between global memory and the grid: 8 × 128 inputs and weights, 64 results, and the sums there and back.
    expect(cost.gmBytes).toBe((1024 + 1024 + 64) * 2 + 2 * 64 * 4);
    expect(cost.events.busBytes).toBe(cost.gmBytes);
  });

  test("reduction inside: sums stay, weights come again for every tile of positions", () => {
    const cost = cut([B, C]);
    expect(cost.dramBytes.partialSums).toBe(0);
    expect(cost.dramBytes.weight).toBe(2 * 8 * 128 * 2);
    expect(cut([C, B]).dramBytes.weight).toBe(8 * 128 * 2);
  });
});
