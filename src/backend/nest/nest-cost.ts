/** Energy and time of a counted nest, as Timeloop and AccelForge define them: every port and the MACs overlap perfectly. */
import type { NestMemory } from "./nest-architecture.ts";
import type { NestCounts, StoreCounts } from "./nest-counts.ts";
import { problemMacs } from "./nest-problem.ts";
import type { ResolvedNest } from "./resolve-nest.ts";

/** What a nest costs. */
export interface NestCost {
  readonly energyPj: number;
  /** Largest of the ports' and the MACs' cycles: no fill, no drain. */
  readonly cycles: number;
  /** pJ × cycles. */
  readonly edp: number;
  /** Energy by memory, and of the MACs as `compute`. */
  readonly energyPjByLevel: Readonly<Record<string, number>>;
  /** Cycles that each port is busy, and the MACs as `compute`. */
  readonly cyclesByLevel: Readonly<Record<string, number>>;
}

/** Adds up a counted nest. */
export function costOfNest({ architecture, problem }: ResolvedNest, counts: NestCounts): NestCost {
  const { memories, compute } = architecture;
  const energy = memories.map((memory) => [memory.name, levelEnergy(memory, counts.stores)] as const);
  const busy = memories.map((memory) => [memory.name, levelCycles(memory, counts.busiest)] as const);
  const energyPjByLevel = Object.fromEntries([
    ...energy,
    ["compute", problemMacs(problem) * compute.energyPj] as const,
  ]);
  const cyclesByLevel = Object.fromEntries([...busy, ["compute", counts.computeSteps / compute.macsPerCycle] as const]);
  const energyPj = Object.values(energyPjByLevel).reduce((sum, part) => sum + part, 0);
  const cycles = Math.max(...Object.values(cyclesByLevel));
  return { energyPj, cycles, edp: energyPj * cycles, energyPjByLevel, cyclesByLevel };
}

function traffic(
  memory: NestMemory,
  stores: readonly StoreCounts[],
): { readonly reads: number; readonly writes: number } {
  const own = stores.filter(({ level }) => level === memory.name);
  const reads = own.reduce((sum, store) => sum + store.reads, 0);
  const writes = own.reduce((sum, store) => sum + store.fills + store.updates, 0);
  return { reads, writes };
}

function levelEnergy(memory: NestMemory, stores: readonly StoreCounts[]): number {
  const { reads, writes } = traffic(memory, stores);
  return reads * memory.readPjPerWord + writes * memory.writePjPerWord;
}

function levelCycles(memory: NestMemory, stores: readonly StoreCounts[]): number {
  const { reads, writes } = traffic(memory, stores);
  const port = memory.wordsPerCycle;
  if (port === "unlimited") return 0;
  return "shared" in port ? (reads + writes) / port.shared : Math.max(reads / port.read, writes / port.write);
}
