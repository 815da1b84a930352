/** A design as the mapper sees it: memory levels, the PE grid, buses and rates, of one core. */
import {
  accumulatorBytes,
  busWidths,
  dramBytesPerCycle,
  globalMemoryBytes,
  globalMemoryBytesPerCycle,
  l1Bytes,
  l2Bytes,
  lanesPerPe,
  operandBytes,
} from "../hardware/derived.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import type { Dataflow, OnChipLevel } from "../ir/decisions.ts";
import { canonicalJson } from "../support/stable-json.ts";

/** Capacity of a level: one pool, or a part for each operand. Unit: bytes. */
export type Capacity =
  | { readonly kind: "pool"; readonly bytes: number }
  | { readonly kind: "split"; readonly input: number; readonly weight: number; readonly output: number };

/** One on-chip memory level. */
export interface MemoryLevel {
  readonly level: OnChipLevel;
  /** Of one instance. */
  readonly capacity: Capacity;
  /** One instance per PE, or one for the whole grid of a core. */
  readonly isPerPe: boolean;
}

/** One core of a design, expanded. Rates are bytes per cycle. */
export interface Architecture {
  /** Outermost first; the last is L1. */
  readonly levels: readonly MemoryLevel[];
  readonly peRows: number;
  readonly peColumns: number;
  readonly arrayRows: number;
  readonly arrayColumns: number;
  readonly lanesPerPe: number;
  readonly operandBytes: number;
  readonly accumulatorBytes: number;
  /** This core's share of DRAM. */
  readonly dramBytesPerCycle: number;
  readonly gmBytesPerCycle: number;
  readonly inputBusBytesPerCycle: number;
  readonly weightBusBytesPerCycle: number;
  readonly outputBusBytesPerCycle: number;
  readonly dataflows: readonly Exclude<Dataflow, "vector" | "copy">[];
  readonly packsGroups: boolean;
  readonly isPipelined: boolean;
  /** True when nothing passes DRAM: all tensors of the region are in global memory. */
  readonly isDramUnlimited?: boolean;
  /** Content without how large the memories are: where it is equal, every mapping that fits costs the same. */
  readonly key: string;
}

/** Expands a design into the architecture of one of its cores. */
export function expandDesign(design: HardwareDesign): Architecture {
  const bus = busWidths(design);
  const parts = {
    levels: memoryLevels(design),
    peRows: design.peGrid.rows,
    peColumns: design.peGrid.columns,
    arrayRows: design.systolicArray.rows,
    arrayColumns: design.systolicArray.columns,
    lanesPerPe: lanesPerPe(design),
    operandBytes: operandBytes(design),
    accumulatorBytes: accumulatorBytes(design),
    dramBytesPerCycle: dramBytesPerCycle(design) / design.cores,
    gmBytesPerCycle: globalMemoryBytesPerCycle(design),
    inputBusBytesPerCycle: bus.inputBytesPerCycle,
    weightBusBytesPerCycle: bus.weightBytesPerCycle,
    outputBusBytesPerCycle: bus.outputBytesPerCycle,
    dataflows: design.dataflows,
    packsGroups: design.overrides.blockDiagonal ?? true,
    isPipelined: (design.overrides.pipelining ?? "full") === "full",
  };
  return withKey(parts);
}

function withKey(parts: Omit<Architecture, "key">): Architecture {
  const { levels, ...rest } = parts;
  const shapes = levels.map(({ level, capacity, isPerPe }) => ({ level, capacity: capacity.kind, isPerPe }));
  return { ...parts, key: canonicalJson({ ...rest, levels: shapes }) };
}

function memoryLevels(design: HardwareDesign): readonly MemoryLevel[] {
  const levels: MemoryLevel[] = [];
  if (design.globalMemoryMiB > 0) {
    levels.push({ level: "gm", capacity: { kind: "pool", bytes: globalMemoryBytes(design) }, isPerPe: false });
  }
  const l2 = l2Bytes(design);
  if (l2 !== undefined && design.l2.config !== "disabled") {
    const isPerPe = design.l2.config === "private";
    const { input, weight, output } = isPerPe ? l2.perPe : l2;
    levels.push({ level: "l2", capacity: { kind: "split", input, weight, output }, isPerPe });
  }
  const l1 = l1Bytes(design);
  const { input, weight, output } = l1;
  const capacity: Capacity =
    design.l1.config === "shared"
      ? { kind: "pool", bytes: input + weight + output }
      : { kind: "split", input, weight, output };
  levels.push({ level: "l1", capacity, isPerPe: true });
  return levels;
}

/** Bytes of global memory; 0 when the design has none. */
export function gmCapacityBytes(architecture: Architecture): number {
  const [outer] = architecture.levels;
  return outer?.level === "gm" && outer.capacity.kind === "pool" ? outer.capacity.bytes : 0;
}

/** The same core with DRAM that never binds: what a region's mapping should be good at when its tensors stay on chip. */
export function withUnlimitedDram({ key: _key, ...parts }: Architecture): Architecture {
  return withKey({ ...parts, dramBytesPerCycle: Number.MAX_VALUE, isDramUnlimited: true });
}
