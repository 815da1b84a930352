/** How full global memory is: residents by region, and the tiles that pass through it over time. */
import type { Program, RegionProgram } from "../../schedule/program.ts";

/** Bytes of tensors that are in global memory in a region. */
export function residentBytes({ tensors }: Program, region: number): number {
  return tensors
    .filter(({ memory, firstRegion, lastRegion }) => memory === "gm" && firstRegion <= region && region <= lastRegion)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Bytes of tiles in global memory, at most, whenever their number changes. */
export function accumulatedBytes(
  { buffers }: RegionProgram,
  changes: readonly { readonly time: number; readonly buffer: string; readonly tiles: number }[],
): readonly { readonly time: number; readonly bytes: number }[] {
  const sizes = new Map(
    buffers.filter(({ memory }) => memory === "gm").map(({ name, slotBytes }) => [name, slotBytes]),
  );
  const bytes = new Map<string, number>();
  let last = -1;
  return changes.flatMap(({ time, buffer, tiles }) => {
    const size = sizes.get(buffer);
    if (size === undefined) return [];
    bytes.set(buffer, tiles * size);
    const all = [...bytes.values()].reduce((sum, each) => sum + each, 0);
    if (all === last) return [];
    last = all;
    return [{ time, bytes: all }];
  });
}
