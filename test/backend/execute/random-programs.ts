/** The law of execution: whatever the mapper decides about a network, the program computes what the reference does. */
import fc from "fast-check";
import { compilerPresets, fusionModes } from "../../../src/backend/options.ts";
import { designs } from "../support/random-designs.ts";
import { randomNetwork } from "../support/random-networks.ts";
import { compileProgram, worstDifference } from "./run-program.ts";

/** Runs random networks on random designs. */
export function checkRandomPrograms(runs: number, seed: number): void {
  const cases = fc.record({
    network: fc.integer({ min: 0, max: 1e6 }),
    design: designs,
    fusion: fc.constantFrom(...fusionModes),
  });
  fc.assert(
    fc.property(cases, ({ network, design, fusion }) => {
      const options = { ...compilerPresets.fastc, fusion };
      const compiled = compileProgram(randomNetwork(network, { side: 8, channels: 20, steps: 8 }), design, options);
      if (compiled === undefined) return;
      const difference = worstDifference(compiled, network);
      if (!(difference <= 1e-4)) throw new Error(`differs by ${difference} of the scale`);
    }),
    { numRuns: runs, seed },
  );
}
