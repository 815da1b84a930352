/** The law that more of a resource never lowers area, TDP or the energy of an access, for one design and one growth. */
import { expect } from "vitest";
import { areaOf } from "../../src/hardware/area.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { energyPerEvent, l1PjPerByteByOperand, l2PjPerByteByOperand } from "../../src/hardware/energy.ts";
import { tdpOf } from "../../src/hardware/tdp.ts";
import type { Growth } from "./random-designs.ts";

const growing = [
  ...(["macPj", "vectorOpPj", "arrayEdgePjPerByte", "gmPjPerByte"] as const),
  ...(["busPjPerByte", "dramPjPerByte", "idleWatts"] as const),
];

/** At least, but for rounding: a sum in another order may differ in the last digits. */
export function atLeast(more: number, less: number): void {
  expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-12));
}

/** Checks the law; a design without the resource passes. */
export function checkGrowth(design: HardwareDesign, grow: Growth, factor: number): void {
  const grown = grow(design, factor);
  if (grown === undefined) return;
  atLeast(areaOf(grown).totalMm2, areaOf(design).totalMm2);
  atLeast(tdpOf(grown).totalWatts, tdpOf(design).totalWatts);
  const [before, after] = [energyPerEvent(design), energyPerEvent(grown)];
  for (const key of growing) atLeast(after[key], before[key]);
  // `l1PjPerByte` is a mean over scratchpads weighted by array edges, which wider arrays change: each scratchpad is compared.
  for (const energies of [l1PjPerByteByOperand, l2PjPerByteByOperand]) {
    const [less, more] = [energies(design), energies(grown)];
    for (const operand of ["input", "weight", "output"] as const) atLeast(more[operand], less[operand]);
  }
}
