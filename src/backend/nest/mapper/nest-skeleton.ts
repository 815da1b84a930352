/** Nests without sizes: which loops stand above which stores, in which order. One of them is best for every choice of sizes. */
import type { NestArchitecture, NestSpatial } from "../nest-architecture.ts";
import { memoryAbove } from "../nest-architecture.ts";
import type { NestDim, NestOperand, NestProblem } from "../nest-problem.ts";
import { isRelevant, nestDims, nestOperands } from "../nest-problem.ts";
import type { TileSpace } from "./tile-choices.ts";

/** One line of a nest; sizes are chosen later. Below the last line every loop goes on in single steps. */
export type SkeletonItem =
  | { readonly kind: "temporal"; readonly dim: NestDim }
  | { readonly kind: "spatial"; readonly dim: NestDim; readonly level: NestSpatial }
  | { readonly kind: "store"; readonly operand: NestOperand; readonly memory: number };

/** Lines outer to inner. */
export type Skeleton = readonly SkeletonItem[];

/** Stores that stand at one place. */
interface StoreGroup {
  readonly memory: number;
  readonly operands: readonly NestOperand[];
  /** Fan-outs directly above, for the first group of a memory. */
  readonly spatial: readonly NestSpatial[];
}

/** Every skeleton of a problem on a machine. */
export function nestSkeletons(
  problem: NestProblem,
  architecture: NestArchitecture,
  tiles: TileSpace["tiles"],
): readonly Skeleton[] {
  const found = new Map<string, Skeleton>();
  for (const kept of bypassChoices(architecture)) {
    for (const groups of groupSequences(architecture, kept, tiles)) {
      for (const skeleton of withLoops(problem, architecture, groups)) found.set(JSON.stringify(skeleton), skeleton);
    }
  }
  return [...found.values()];
}

/** Operands that each memory keeps, for every choice of what bypasses it. */
function bypassChoices({ memories }: NestArchitecture): readonly (readonly (readonly NestOperand[])[])[] {
  return memories.slice(1).reduce<readonly (readonly (readonly NestOperand[])[])[]>(
    (choices, { keeps, mayBypass = [] }) => {
      const sets = mayBypass.reduce<readonly (readonly NestOperand[])[]>(
        (all, operand) => [...all, ...all.map((set) => set.filter((word) => word !== operand))],
        [nestOperands.filter((operand) => keeps.includes(operand))],
      );
      return choices.flatMap((choice) => sets.map((set) => [...choice, set]));
    },
    [[]],
  );
}

function groupSequences(
  architecture: NestArchitecture,
  kept: readonly (readonly NestOperand[])[],
  tiles: TileSpace["tiles"],
): readonly (readonly StoreGroup[])[] {
  let sequences: readonly (readonly StoreGroup[])[] = [[]];
  for (const [index, operands] of kept.entries()) {
    const memory = index + 1;
    const spatial = architecture.spatial.filter((level) => memoryAbove(architecture, level) === index);
    const orders =
      tiles === "per-level" ? [[operands]] : permutations(operands).map((order) => order.map((word) => [word]));
    sequences = sequences.flatMap((before) =>
      orders.map((groups) => {
        const all = groups.length === 0 ? [[]] : groups;
        return [...before, ...all.map((own, at) => ({ memory, operands: own, spatial: at === 0 ? spatial : [] }))];
      }),
    );
  }
  // Fan-outs below the innermost memory stand above nothing but the MACs.
  const last = architecture.spatial.filter((level) => memoryAbove(architecture, level) === kept.length);
  return sequences.map((groups) => [...groups, { memory: kept.length + 1, operands: [], spatial: last }]);
}

/** Any order of some things. */
export function permutations<T>(things: readonly T[]): readonly (readonly T[])[] {
  if (things.length <= 1) return [things];
  return things.flatMap((first, index) => permutations(things.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

function withLoops(
  problem: NestProblem,
  architecture: NestArchitecture,
  groups: readonly StoreGroup[],
): readonly Skeleton[] {
  const moving = nestDims.filter((dim) => problem.extents[dim] > 1);
  let skeletons: readonly Skeleton[] = [[]];
  for (const [index, group] of groups.entries()) {
    const deeper = groups.slice(index + 1).flatMap(({ operands }) => operands);
    const dims = moving.filter(
      (dim) =>
        group.operands.some((operand) => isRelevant(operand, dim)) ||
        group.spatial.some((level) => level.fanout > 1 && level.dims.includes(dim)),
    );
    const spatial = group.spatial.flatMap((level) =>
      level.fanout === 1
        ? []
        : moving.filter((dim) => level.dims.includes(dim)).map((dim) => ({ kind: "spatial", dim, level }) as const),
    );
    const stores = group.operands.map((operand) => ({ kind: "store", operand, memory: group.memory }) as const);
    const orders = segmentOrders(problem, architecture, { dims, own: group.operands, deeper });
    skeletons = skeletons.flatMap((before) =>
      orders.map((order) => [
        ...before,
        ...order.map((dim) => ({ kind: "temporal", dim }) as const),
        ...spatial,
        ...stores,
      ]),
    );
  }
  return skeletons;
}

const rowsAndColumns: readonly NestDim[] = ["b", "p", "q"];
const reduction: readonly NestDim[] = ["c", "r", "s"];

interface Segment {
  readonly dims: readonly NestDim[];
  /** Operands stored directly below, and further in. */
  readonly own: readonly NestOperand[];
  readonly deeper: readonly NestOperand[];
}

/** Most loops of a segment of which every order is tried; of more only those that keep loops of one kind together. */
const fewLoops = 3;

/** Orders of the loops between two places that may differ in what is loaded below. */
function segmentOrders(
  problem: NestProblem,
  { accounting }: NestArchitecture,
  { dims, own, deeper }: Segment,
): readonly (readonly NestDim[])[] {
  // Nothing below depends on the order.
  if (own.length === 0 && deeper.length === 0) return [dims];
  const groups: readonly NestDim[] = dims.filter((dim) => dim === "g");
  const rest: readonly NestDim[] = dims.filter((dim) => dim !== "g");
  if (rest.length <= fewLoops) return permutations(rest).map((order) => [...groups, ...order]);
  const kinds: readonly (readonly NestDim[])[] = [
    rest.filter((dim) => rowsAndColumns.includes(dim)),
    rest.filter((dim) => dim === "k"),
    rest.filter((dim) => reduction.includes(dim)),
  ];
  const slides = accounting.halo === "reuse" && [...own, ...deeper].includes("input");
  return permutations(kinds.filter((kind) => kind.length > 0)).flatMap((order) => {
    // The innermost kind that moves the input decides along which of its loops the window slides.
    const at = order.findLastIndex((kind) => kind[0] !== "k");
    const sliding = slides ? (order[at] ?? []).filter((dim) => isSliding(problem, dim)) : [];
    const variants = sliding.length === 0 ? [order[at] ?? []] : sliding.map((dim) => last(order[at] ?? [], dim));
    return variants.map((kind) => [...groups, ...order.with(at, kind).flat()]);
  });
}

const last = (dims: readonly NestDim[], slide: NestDim): readonly NestDim[] => [
  ...dims.filter((dim) => dim !== slide),
  slide,
];

/** Whether neighbouring windows along a loop may overlap. */
function isSliding({ extents, strides, dilations }: NestProblem, dim: NestDim): boolean {
  if (dim !== "p" && dim !== "q" && dim !== "r" && dim !== "s") return false;
  const axis = dim === "p" || dim === "r" ? 0 : 1;
  const [outputs, kernel] = axis === 0 ? [extents.p, extents.r] : [extents.q, extents.s];
  return (
    kernel > 1 &&
    ((kernel - 1) * dilations[axis] + 1 > strides[axis] || (outputs - 1) * strides[axis] + 1 > dilations[axis])
  );
}
