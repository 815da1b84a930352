/** Random small problems, machines and nests, by seed. */
import type { NestArchitecture } from "../../../src/backend/nest/nest-architecture.ts";
import type { NestItem, NestMapping } from "../../../src/backend/nest/nest-mapping.ts";
import type { Extents, NestDim, NestOperand, NestProblem } from "../../../src/backend/nest/nest-problem.ts";
import { nestDims, nestOperands } from "../../../src/backend/nest/nest-problem.ts";

/** Integers from 0 to `below` − 1, the same for the same seed (mulberry32). */
export function randomInts(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A problem, a machine and a nest that fits it. */
export interface RandomNest {
  readonly problem: NestProblem;
  readonly architecture: NestArchitecture;
  readonly mapping: NestMapping;
}

/** A machine of three memories, the innermost below two spatial levels, whose rules are drawn. */
export function randomNest(seed: number): RandomNest {
  const below = randomInts(seed);
  const size = (limit: number): number => 1 + below(limit);
  const kinds: readonly [() => Extents, ...(() => Extents)[]] = [
    () => ({ g: 1, b: size(7), p: 1, q: 1, k: size(8), c: size(8), r: 1, s: 1 }),
    () => ({ g: size(2), b: 1, p: size(5), q: size(3), k: size(3), c: size(3), r: size(4), s: size(2) }),
    // Few loops besides those that slide, so that windows do.
    () => ({ g: 1, b: 1, p: 3 + below(6), q: size(2), k: size(2), c: 1, r: 2 + below(4), s: 1 }),
  ];
  const extents = (kinds[below(3)] ?? kinds[0])();
  const problem: NestProblem = {
    name: `random-${seed}`,
    extents,
    strides: [size(3), size(2)],
    dilations: [size(2), size(2)],
  };
  const architecture = randomArchitecture(below);
  return { problem, architecture, mapping: { schemaVersion: 1, nest: randomItems(problem, architecture, below) } };
}

function randomArchitecture(below: (limit: number) => number): NestArchitecture {
  const memory = (name: string, pj: number): NestArchitecture["memories"][number] => ({
    name,
    capacityBytes: "unlimited",
    keeps: ["input", "weight", "output"],
    readPjPerWord: pj,
    writePjPerWord: pj + 1,
    wordsPerCycle: below(2) === 0 ? { shared: 2 + below(3) } : { read: 1 + below(3), write: 2 },
    isDoubleBuffered: false,
  });
  const spatial = (name: string): NestArchitecture["spatial"][number] => ({
    name,
    fanout: 8,
    dims: [...nestDims],
    multicast: (["input", "weight"] as const).filter(() => below(2) === 0),
    reducesOutputs: below(2) === 0,
  });
  return {
    schemaVersion: 1,
    name: "random",
    memories: [memory("outer", 100), memory("middle", 10), memory("inner", 1)],
    spatial: [spatial("x"), spatial("y")],
    compute: { energyPj: 1, macsPerCycle: 1 },
    wordBits: { input: 8, weight: 8, output: 16 },
    accounting: { drainReads: below(2) === 0, halo: below(4) === 0 ? "refetch" : "reuse" },
  };
}

/** Loops in any order, with stores at any place, down to single steps. */
function randomItems(
  problem: NestProblem,
  architecture: NestArchitecture,
  below: (limit: number) => number,
): NestItem[] {
  const left: Record<NestDim, number> = { ...problem.extents };
  const items: NestItem[] = [];
  const stored: Record<NestOperand, number> = { input: 0, weight: 0, output: 0 };
  const used: Record<string, number> = {};
  const open = (): NestDim[] => nestDims.filter((dim) => left[dim] > 1);
  while (open().length > 0) {
    if (below(3) === 0) addStore(items, { architecture, stored, below });
    const dims = open();
    const dim = dims[below(dims.length)] ?? "g";
    const level = architecture.spatial[below(2)]?.name ?? "x";
    const factor = 2 + below(left[dim] - 1);
    if (below(3) === 0 && (used[level] ?? 1) * factor <= 8) {
      used[level] = (used[level] ?? 1) * factor;
      items.push({ kind: "spatial", level, dim, factor });
      left[dim] = Math.ceil(left[dim] / factor);
      continue;
    }
    const tile = 1 + below(left[dim]);
    items.push({ kind: "temporal", dim, tile });
    left[dim] = tile;
  }
  if (below(2) === 0) addStore(items, { architecture, stored, below });
  return items;
}

interface Storing {
  readonly architecture: NestArchitecture;
  readonly stored: Record<NestOperand, number>;
  readonly below: (limit: number) => number;
}

function addStore(items: NestItem[], { architecture, stored, below }: Storing): void {
  const operand = nestOperands[below(3)] ?? "input";
  const at = stored[operand] + 1 + below(2);
  const memory = architecture.memories[at];
  if (memory === undefined) return;
  stored[operand] = at;
  items.push({ kind: "store", level: memory.name, operand });
}
