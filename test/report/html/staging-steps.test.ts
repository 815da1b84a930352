/** Tiles in global memory over time. */
import { describe, expect, it } from "vitest";
import type { SimulatedRegion } from "../../../src/report/html/report-input.ts";
import { stagingSteps } from "../../../src/report/html/staging-steps.ts";

/** Two buffers of global memory and one of L1, whose tiles do not count. */
const region: SimulatedRegion = {
  cycles: 100,
  dramBytes: 0,
  stallCycles: {},
  occupancy: [
    {
      buffer: "gm.input",
      slotBytes: 10,
      samples: [
        [0, 1],
        [20, 2],
        [60, 1],
        [100, 0],
      ],
    },
    {
      buffer: "gm.weight",
      slotBytes: 7,
      samples: [
        [20, 1],
        [25, 0],
      ],
    },
    { buffer: "l1.input", slotBytes: 1000, samples: [[0, 2]] },
  ],
};

const step = (fromCycle: number, toCycle: number, bytes: number) => ({ fromCycle, toCycle, bytes });

describe("stagingSteps", () => {
  it("adds the buffers of global memory up, from the first cycle to the last", () => {
    expect(stagingSteps(region, 1)).toEqual([step(0, 20, 10), step(20, 25, 27), step(25, 60, 20), step(60, 100, 10)]);
  });

  it("makes one step of those that are too short, as high as the highest", () => {
    expect(stagingSteps(region, 10)).toEqual([step(0, 20, 10), step(20, 60, 27), step(60, 100, 10)]);
    expect(stagingSteps(region, 1000)).toEqual([step(0, 100, 27)]);
  });

  it("has none where nothing is there", () => {
    expect(stagingSteps({ ...region, occupancy: [] }, 1)).toEqual([]);
    const late = [{ buffer: "gm.input", slotBytes: 10, samples: [[40, 1]] }];
    expect(stagingSteps({ ...region, occupancy: late }, 1)).toEqual([step(40, 100, 10)]);
  });
});
