/** A case of ZigZag in our terms: one nest for each operand, because its memories' boundaries differ by operand. */
import type { NestArchitecture, NestMemory } from "../../../src/backend/nest/nest-architecture.ts";
import type { NestCounts, StoreCounts } from "../../../src/backend/nest/nest-counts.ts";
import { countNest } from "../../../src/backend/nest/nest-counts.ts";
import type { NestItem } from "../../../src/backend/nest/nest-mapping.ts";
import type { NestDim, NestOperand, NestProblem } from "../../../src/backend/nest/nest-problem.ts";
import { isRelevant, nestProblem, tileWords } from "../../../src/backend/nest/nest-problem.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";

/** An operand's letter in ZigZag. */
export type ZigZagOperand = "I" | "W" | "O";

/** Words by direction; `low` is the side of the MACs. */
export interface ZigZagMoves {
  readonly rd_out_to_low: number;
  readonly wr_in_by_low: number;
  readonly rd_out_to_high: number;
  readonly wr_in_by_high: number;
}

/** As the file of the peer has it. */
export interface ZigZagCase {
  readonly id: string;
  readonly problem: {
    readonly operator_type: string;
    readonly dimension_relations: readonly string[];
    readonly loop_dims: readonly string[];
    readonly loop_sizes: readonly number[];
    readonly padding: readonly (readonly number[])[] | null;
  };
  readonly accelerator: string;
  readonly memory_levels_inner_to_outer: Readonly<Record<ZigZagOperand, readonly string[]>>;
  readonly spatial_mapping: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly temporal_mapping_outer_to_inner: readonly {
    readonly dim: string;
    readonly size: number;
    readonly level: Readonly<Record<ZigZagOperand, string>>;
  }[];
  readonly element_moves: Readonly<Record<ZigZagOperand, Readonly<Record<string, ZigZagMoves>>>>;
  readonly transfers: Readonly<
    Record<
      ZigZagOperand,
      Readonly<
        Record<string, { readonly amount_elems_per_period_per_unit: ZigZagMoves; readonly period_count: ZigZagMoves }>
      >
    >
  >;
}

/** The memories of an accelerator, with the dimensions of the array over which one instance is shared. */
export type ZigZagMemories = Readonly<Record<string, { readonly served_dimensions: readonly string[] }>>;

const operandOf: Readonly<Record<ZigZagOperand, NestOperand>> = { I: "input", W: "weight", O: "output" };
const convolution: Readonly<Record<string, NestDim>> = {
  B: "b",
  K: "k",
  G: "g",
  OX: "q",
  OY: "p",
  C: "c",
  FX: "s",
  FY: "r",
};
const product: Readonly<Record<string, NestDim>> = { D: "b", K: "k", C: "c", H: "g" };

const dimOf = ({ problem }: ZigZagCase, name: string): NestDim =>
  (problem.operator_type === "Conv" ? convolution : product)[name] ?? "g";

/** The problem, without its padding. */
function problemOf(one: ZigZagCase): NestProblem {
  const { loop_dims: dims, loop_sizes: sizes, dimension_relations: relations } = one.problem;
  const extents = Object.fromEntries(dims.map((name, index) => [dimOf(one, name), sizes[index] ?? 1]));
  const factors = (input: string): [number, number] => {
    const [, stride = "1", dilation = "1"] =
      new RegExp(`^${input}=(\\d+)\\*\\w+\\+(\\d+)\\*`).exec(relations.find((text) => text.startsWith(input)) ?? "") ??
      [];
    return [Number(stride), Number(dilation)];
  };
  const [rows, columns] = [factors("iy"), factors("ix")];
  return nestProblem({
    name: one.id,
    extents,
    strides: [rows[0], columns[0]],
    dilations: [rows[1], columns[1]],
  });
}

/** Counts of an operand's memories, inner to outer. */
export function zigZagCounts(one: ZigZagCase, memories: ZigZagMemories, letter: ZigZagOperand): readonly StoreCounts[] {
  const problem = problemOf(one);
  const operand = operandOf[letter];
  // A word that stays on at the inputs of a MAC is not read again there: one more place below all loops.
  const held = letter === "O" ? [] : ["mac"];
  const levels = [...one.memory_levels_inner_to_outer[letter].toReversed(), ...held];
  const nest = resolveNest(problem, machineOf(one, levels), {
    schemaVersion: 1,
    nest: nestOf(one, problem, { letter, levels, memories }),
  });
  const counts: NestCounts = countNest(nest);
  return counts.stores.filter((store) => store.operand === operand && store.level !== "mac").toReversed();
}

/** Whether spatial and temporal factors are whole parts of every loop: with others ZigZag counts fractions of a PE. */
export function isWhole(one: ZigZagCase): boolean {
  const products = new Map<string, number>();
  const put = (dim: string, factor: number): void => void products.set(dim, (products.get(dim) ?? 1) * factor);
  for (const factors of Object.values(one.spatial_mapping))
    for (const [dim, factor] of Object.entries(factors)) put(dim, factor);
  for (const { dim, size } of one.temporal_mapping_outer_to_inner) put(dim, size);
  return one.problem.loop_dims.every((dim, index) => (products.get(dim) ?? 1) === one.problem.loop_sizes[index]);
}

/** Instances of a memory that add to the same output. */
export function sumCopies(one: ZigZagCase, memories: ZigZagMemories, memory: string): number {
  const served = memories[memory]?.served_dimensions ?? [];
  return Object.entries(one.spatial_mapping)
    .filter(([axis]) => !served.includes(axis))
    .flatMap(([, factors]) => Object.entries(factors))
    .reduce((copies, [dim, factor]) => (isRelevant("output", dimOf(one, dim)) ? copies : copies * factor), 1);
}

/** Outputs of a case. */
export function outputWords(one: ZigZagCase): number {
  const problem = problemOf(one);
  return tileWords(problem, "output", problem.extents);
}

function machineOf(one: ZigZagCase, levels: readonly string[]): NestArchitecture {
  const memory = (name: string): NestMemory => ({
    name,
    capacityBytes: "unlimited",
    keeps: ["input", "weight", "output"],
    readPjPerWord: 1,
    writePjPerWord: 1,
    wordsPerCycle: "unlimited",
    isDoubleBuffered: false,
  });
  return {
    schemaVersion: 1,
    name: one.accelerator,
    memories: levels.map(memory),
    spatial: Object.keys(one.spatial_mapping).map((name) => ({
      name,
      fanout: 2 ** 20,
      dims: ["g", "b", "p", "q", "k", "c", "r", "s"],
      multicast: ["input", "weight"],
      reducesOutputs: true,
    })),
    compute: { energyPj: 0, macsPerCycle: 1 },
    wordBits: { input: 8, weight: 8, output: 8 },
    accounting: { drainReads: true, halo: "refetch" },
  };
}

interface OperandLevels {
  readonly letter: ZigZagOperand;
  /** Outer to inner. */
  readonly levels: readonly string[];
  readonly memories: ZigZagMemories;
}

/** Loops of ZigZag's nest in its order; a fan-out stands above the first memory that it has several instances of. */
function nestOf(
  one: ZigZagCase,
  problem: NestProblem,
  { letter, levels, memories }: OperandLevels,
): readonly NestItem[] {
  const items: NestItem[] = [];
  const left: Record<NestDim, number> = { ...problem.extents };
  const spread = new Set<string>();
  const spreadOver = (axes: readonly string[]): void => {
    for (const axis of axes.filter((name) => !spread.has(name))) {
      spread.add(axis);
      for (const [name, factor] of Object.entries(one.spatial_mapping[axis] ?? {})) {
        const dim = dimOf(one, name);
        if (factor > 1) items.push({ kind: "spatial", level: axis, dim, factor });
        left[dim] = Math.ceil(left[dim] / factor);
      }
    }
  };
  const axes = Object.keys(one.spatial_mapping);
  let depth = 0;
  const enter = (level: number): void => {
    while (depth < level) {
      depth++;
      const name = levels[depth] ?? "";
      const served = memories[name]?.served_dimensions ?? [];
      spreadOver(axes.filter((axis) => !served.includes(axis)));
      items.push({ kind: "store", level: name, operand: operandOf[letter] });
    }
  };
  for (const { dim: name, size, level } of one.temporal_mapping_outer_to_inner) {
    enter(levels.indexOf(level[letter]));
    const dim = dimOf(one, name);
    left[dim] = Math.ceil(left[dim] / size);
    items.push({ kind: "temporal", dim, tile: left[dim] });
  }
  enter(levels.length - (letter === "O" ? 1 : 2));
  spreadOver(axes);
  enter(levels.length - 1);
  return items;
}
