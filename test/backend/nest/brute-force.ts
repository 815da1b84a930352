/** Every nest of a space, one by one, on small random machines: what the mapper's best is compared with. Shares nothing with it. */
import type { NestArchitecture, NestMemory, NestSpatial } from "../../../src/backend/nest/nest-architecture.ts";
import { memoryAbove } from "../../../src/backend/nest/nest-architecture.ts";
import type { NestCost } from "../../../src/backend/nest/nest-cost.ts";
import { costOfNest } from "../../../src/backend/nest/nest-cost.ts";
import { countNest } from "../../../src/backend/nest/nest-counts.ts";
import type { NestItem } from "../../../src/backend/nest/nest-mapping.ts";
import type { Extents, NestDim, NestOperand, NestProblem } from "../../../src/backend/nest/nest-problem.ts";
import { nestDims, nestOperands } from "../../../src/backend/nest/nest-problem.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";
import type { TileSpace } from "../../../src/backend/nest/mapper/tile-choices.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { randomInts } from "./random-nests.ts";

/** A problem on a machine. */
export interface SmallCase {
  readonly problem: NestProblem;
  readonly architecture: NestArchitecture;
}

type Below = (limit: number) => number;

/** GEMM, convolution or depthwise convolution on a machine of two to four memories. */
export function smallCase(seed: number): SmallCase {
  const below = randomInts(seed);
  const levels = 2 + below(3);
  // The number of nests grows with every level: fewer steps for more levels.
  const most = [0, 0, 6, 4, 3][levels] ?? 2;
  const size = (limit: number): number => 1 + below(Math.min(limit, most));
  const kinds: readonly [() => Extents, ...(() => Extents)[]] = [
    () => ({ g: 1, b: size(6), p: 1, q: 1, k: size(5), c: size(5), r: 1, s: 1 }),
    () => ({
      g: 1 + below(2),
      b: 1,
      p: 1 + below(levels === 2 ? 5 : most),
      q: 1,
      k: size(2),
      c: 1 + below(2),
      r: size(3),
      s: 1,
    }),
    () => ({ g: 2, b: 1, p: size(4), q: 1 + below(2), k: 1, c: 1, r: size(3), s: 1 }),
  ];
  const extents = (kinds[below(3)] ?? kinds[0])();
  const problem: NestProblem = {
    name: `small ${seed}`,
    extents,
    strides: [1 + below(2), 1 + below(2)],
    dilations: [1 + below(2), 1],
  };
  return { problem, architecture: below(4) === 0 ? arrayLike(below) : anyMachine(below, levels) };
}

const some = <T>(below: Below, values: readonly T[], least: number): T[] => {
  const kept = values.filter(() => below(3) > 0);
  return kept.length >= least ? kept : values.slice(0, least);
};

function port(below: Below): NestMemory["wordsPerCycle"] {
  const kinds: readonly NestMemory["wordsPerCycle"][] = [
    "unlimited",
    { shared: 1 + below(3) },
    { read: 1 + below(2), write: 1 + below(2) },
  ];
  return kinds[below(3)] ?? "unlimited";
}

function anyMachine(below: Below, levels: number): NestArchitecture {
  const memories = Array.from({ length: levels }, (_, index): NestMemory => {
    const keeps = index === 0 ? [...nestOperands] : some(below, nestOperands, 1);
    const mayBypass = index === 0 ? [] : keeps.filter(() => below(4) === 0);
    return {
      name: `m${index}`,
      capacityBytes: index === 0 || below(6) === 0 ? "unlimited" : 3 + below(index === 1 ? 24 : 10),
      ...(index > 0 && below(6) === 0 ? { operandBytes: { input: 2 + below(4) } } : {}),
      keeps,
      mayBypass,
      readPjPerWord: [50, 8, 3, 1][index] ?? 1,
      writePjPerWord: ([60, 7, 4, 1][index] ?? 1) + below(2),
      wordsPerCycle: port(below),
      isDoubleBuffered: index > 0 && below(5) === 0,
    };
  });
  const spatial = Array.from({ length: below(3) }, (_, index): NestSpatial => ({
    name: `s${index}`,
    fanout: 2 + below(3),
    below: `m${below(levels)}`,
    dims: some(below, nestDims, 2),
    multicast: some(below, ["input", "weight"] as const, 0),
    reducesOutputs: below(2) === 0,
  }));
  return machine(below, memories, spatial);
}

/** The peers' kind of machine, for which the mapper has a search of its own. */
function arrayLike(below: Below): NestArchitecture {
  const memory = (
    name: string,
    keeps: NestOperand[],
    capacityBytes: NestMemory["capacityBytes"],
    pj: number,
  ): NestMemory => ({
    name,
    capacityBytes,
    keeps,
    readPjPerWord: pj,
    writePjPerWord: pj,
    wordsPerCycle: capacityBytes === 1 ? "unlimited" : port(below),
    isDoubleBuffered: false,
  });
  const spatial = (
    name: string,
    dims: NestDim[],
    multicast: ("input" | "weight")[],
    reducesOutputs: boolean,
  ): NestSpatial => ({
    name,
    fanout: 1 + below(4),
    dims,
    multicast,
    reducesOutputs,
  });
  const made = machine(
    below,
    [
      memory("m0", [...nestOperands], "unlimited", 50),
      memory("m1", [...nestOperands], 4 + below(20), 6),
      memory("m2", ["weight"], 1, 0.2),
    ],
    [spatial("rows", ["c", "r", "s"], [], true), spatial("columns", ["k"], ["input"], false)],
  );
  return { ...made, accounting: { ...made.accounting, halo: "reuse" } };
}

function machine(below: Below, memories: NestMemory[], spatial: NestSpatial[]): NestArchitecture {
  return {
    schemaVersion: 1,
    name: "small",
    memories,
    spatial,
    compute: { energyPj: 1, macsPerCycle: 1 },
    wordBits: { input: 8, weight: 8, output: 8 },
    accounting: { drainReads: below(2) === 0, halo: below(3) === 0 ? "refetch" : "reuse" },
  };
}

/** The best cost per objective over every nest of a space. */
export interface BruteForce {
  readonly nests: number;
  readonly best: Readonly<Record<"energyPj" | "cycles" | "edp", number>> | undefined;
}

/** Tries every nest; undefined when there are more than `limit`. */
export function bruteForce(
  { problem, architecture }: SmallCase,
  space: TileSpace,
  limit: number,
): BruteForce | undefined {
  let nests = 0;
  const best = { energyPj: Infinity, cycles: Infinity, edp: Infinity };
  for (const nest of everyNest({ problem, architecture }, space)) {
    nests++;
    if (nests > limit) return undefined;
    const cost = costOf({ problem, architecture }, nest);
    if (cost === undefined) continue;
    for (const key of ["energyPj", "cycles", "edp"] as const) best[key] = Math.min(best[key], cost[key]);
  }
  return { nests, best: best.cycles === Infinity ? undefined : best };
}

function costOf({ problem, architecture }: SmallCase, nest: readonly NestItem[]): NestCost | undefined {
  try {
    const resolved = resolveNest(problem, architecture, { schemaVersion: 1, nest });
    return costOfNest(resolved, countNest(resolved));
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

interface Draft {
  readonly items: readonly NestItem[];
  readonly left: Extents;
}

export function* everyNest({ problem, architecture }: SmallCase, space: TileSpace): Generator<readonly NestItem[]> {
  const { memories, spatial } = architecture;
  const fanouts = (above: number): readonly NestSpatial[] =>
    spatial.filter((level) => memoryAbove(architecture, level) === above);
  function* from(draft: Draft, index: number): Generator<readonly NestItem[]> {
    const memory = memories[index];
    if (memory === undefined) {
      for (const spread of everySpread(draft, fanouts(index - 1), space)) yield finished(spread);
      return;
    }
    for (const stores of everyStores(memory, space)) {
      const [first = [], ...others] = stores;
      for (const loops of everyLoops(draft, space)) {
        for (const spread of everySpread(loops, fanouts(index - 1), space))
          yield* further(stored(spread, memory, first), memory, { others, index });
      }
    }
  }
  function* further(
    draft: Draft,
    memory: NestMemory,
    { others, index }: { readonly others: readonly (readonly NestOperand[])[]; readonly index: number },
  ): Generator<readonly NestItem[]> {
    const [next, ...rest] = others;
    if (next === undefined) {
      yield* from(draft, index + 1);
      return;
    }
    for (const loops of everyLoops(draft, space))
      yield* further(stored(loops, memory, next), memory, { others: rest, index });
  }
  yield* from({ items: [], left: problem.extents }, 1);
}

const stored = ({ items, left }: Draft, memory: NestMemory, operands: readonly NestOperand[]): Draft => ({
  items: [...items, ...operands.map((operand) => ({ kind: "store", level: memory.name, operand }) as const)],
  left,
});

/** Which operands stay, at one place or one after the other. */
function* everyStores(
  { keeps, mayBypass = [] }: NestMemory,
  { tiles }: TileSpace,
): Generator<readonly NestOperand[][]> {
  for (let bits = 0; bits < 2 ** mayBypass.length; bits++) {
    const kept = keeps.filter((operand) => {
      const at = mayBypass.indexOf(operand);
      return at < 0 || (bits & (1 << at)) === 0;
    });
    if (tiles === "per-level") yield [kept];
    else for (const order of everyOrder(kept)) yield order.map((operand) => [operand]);
  }
}

function* everyOrder<T>(things: readonly T[]): Generator<readonly T[]> {
  if (things.length <= 1) {
    yield things;
    return;
  }
  for (const [index, first] of things.entries())
    for (const rest of everyOrder(things.toSpliced(index, 1))) yield [first, ...rest];
}

const sizesOf = (size: number, { factors }: TileSpace): readonly number[] =>
  Array.from({ length: size }, (_, index) => index + 1).filter((tile) => factors === "ragged" || size % tile === 0);

function* everyLoops(draft: Draft, space: TileSpace): Generator<Draft> {
  const moving = nestDims.filter((dim) => draft.left[dim] > 1);
  function* tiles(at: number, left: Extents): Generator<Extents> {
    const dim = moving[at];
    if (dim === undefined) yield left;
    else for (const tile of sizesOf(left[dim], space)) yield* tiles(at + 1, { ...left, [dim]: tile });
  }
  for (const left of tiles(0, draft.left)) {
    const stepping = moving.filter((dim) => left[dim] < draft.left[dim]);
    for (const order of everyOrder(stepping)) {
      const loops = order.map((dim) => ({ kind: "temporal", dim, tile: left[dim] }) as const);
      yield { items: [...draft.items, ...loops], left };
    }
  }
}

function* everySpread(draft: Draft, levels: readonly NestSpatial[], space: TileSpace): Generator<Draft> {
  const [level, ...rest] = levels;
  if (level === undefined) {
    yield draft;
    return;
  }
  function* over({ items, left }: Draft, dims: readonly NestDim[], free: number): Generator<Draft> {
    const [dim, ...others] = dims;
    if (dim === undefined || level === undefined) {
      yield* everySpread({ items, left }, rest, space);
      return;
    }
    for (let factor = 1; factor <= Math.min(free, left[dim]); factor++) {
      if (space.factors === "perfect" && left[dim] % factor !== 0) continue;
      const spread = { kind: "spatial", level: level.name, dim, factor } as const;
      const next = {
        items: factor === 1 ? items : [...items, spread],
        left: { ...left, [dim]: Math.ceil(left[dim] / factor) },
      };
      yield* over(next, others, Math.floor(free / factor));
    }
  }
  yield* over(draft, level.dims, level.fanout);
}

const finished = ({ items, left }: Draft): readonly NestItem[] => [
  ...items,
  ...nestDims.filter((dim) => left[dim] > 1).map((dim) => ({ kind: "temporal", dim, tile: 1 }) as const),
];
