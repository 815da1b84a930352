/** Folded against unfolded runs of a program's regions. */
import { expect } from "vitest";
import { expandDesign } from "../../../src/backend/architecture.ts";
import type { RegionProgram } from "../../../src/backend/schedule/program.ts";
import { machineOf } from "../../../src/backend/simulate/machine.ts";
import { simulateRegion } from "../../../src/backend/simulate/simulate-region.ts";
import { shippedDesigns } from "../support/models.ts";
import { compiledProgram } from "./programs.ts";

/** What a region's run depends on. */
function contentOf({ nest, buffers, body }: RegionProgram): string {
  return JSON.stringify([nest, buffers, body]).replace(/"t\d+"|"operations":\[[\d,]*\]/g, "");
}

/**
 * Runs every distinct region of a shipped model both ways, expects the same figures, and returns the events of each way. Regions
 * of more than `most` events, folded, are left out.
 */
export function compareFolding(
  model: string,
  designName: string,
  most: number,
): readonly [folded: number, whole: number] {
  const { program, design } = compiledProgram(model, designName, shippedDesigns.get(designName)?.nativeBatch ?? 1);
  const tensors = new Map(program.tensors.map((tensor) => [tensor.name, tensor]));
  const distinct = new Map(program.regions.map((region) => [contentOf(region), region]));
  let [ofFolded, ofWhole] = [0, 0];
  for (const region of distinct.values()) {
    const run = (fold: boolean) =>
      simulateRegion({ region, tensors, fetched: new Set(), machine: machineOf(expandDesign(design)) }, { fold });
    const folded = run(true);
    if (folded.events > most) continue;
    const whole = run(false);
    expect({ ...folded, events: 0 }, `${model} on ${designName}, region ${region.id}`).toEqual({ ...whole, events: 0 });
    ofFolded += folded.events;
    ofWhole += whole.events;
  }
  return [ofFolded, ofWhole];
}
