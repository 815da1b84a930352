/** Orders of the loops above the array, of which one is best for every choice of tiles. */
import type { NestOperand, NestProblem } from "../nest-problem.ts";
import { isRelevant, nestOperands } from "../nest-problem.ts";
import type { SearchDim, TileSpace } from "./tile-choices.ts";

/** A loop at its first or second place, or the place where an operand stays in the buffer. */
export type OrderItem =
  { readonly dim: SearchDim; readonly place: "outer" | "inner" } | { readonly operand: NestOperand };

/** An order, and the loop directly above the input, along which its window slides. */
export interface LoopOrder {
  readonly items: readonly OrderItem[];
  readonly slide: SearchDim | undefined;
}

const rowsAndColumns: readonly SearchDim[] = ["b", "p", "q"];
const reduction: readonly SearchDim[] = ["c", "r", "s"];

/** Loops along which windows of the input may overlap; one of any kind where none do. */
function slidesOf({ extents, strides, dilations }: NestProblem): readonly Slide[] {
  const overlaps = (axis: 0 | 1, outputs: number, kernel: number): boolean =>
    outputs > 1 &&
    kernel > 1 &&
    ((kernel - 1) * dilations[axis] + 1 > strides[axis] || (outputs - 1) * strides[axis] + 1 > dilations[axis]);
  const rows: readonly Slide[] = overlaps(0, extents.p, extents.r) ? ["p", "r"] : [];
  const columns: readonly Slide[] = overlaps(1, extents.q, extents.s) ? ["q", "s"] : [];
  return [...rows, ...columns];
}

type Slide = "p" | "q" | "r" | "s";

/** The orders of a space. */
export function loopOrders({ tiles }: TileSpace, problem: NestProblem): readonly LoopOrder[] {
  const slides = slidesOf(problem);
  if (tiles === "per-level") return perLevel(slides.length > 0 ? slides : ["p", "r"]);
  return perTensor(slides.length > 0 ? slides : ["p"]);
}

const last = (dims: readonly SearchDim[], slide: SearchDim): readonly SearchDim[] => [
  ...dims.filter((dim) => dim !== slide),
  slide,
];

/**
 * All operands stay at one place: which block of loops is innermost, and which loop slides. Loops of a block concern the same two
 * operands, so that their order among themselves matters to the slide only.
 */
function perLevel(slides: readonly Slide[]): readonly LoopOrder[] {
  const stores = nestOperands.map((operand) => ({ operand }));
  const orders: LoopOrder[] = [];
  for (const slide of slides) {
    const isOutput = slide === "p" || slide === "q";
    const own = last(isOutput ? rowsAndColumns : reduction, slide);
    const other = isOutput ? reduction : rowsAndColumns;
    // The sliding block directly above, or with the output channels, which do not move the input, below it.
    for (const dims of [
      [...other, "k" as const, ...own],
      ["k" as const, ...other, ...own],
      [...other, ...own, "k" as const],
    ]) {
      orders.push({ items: [...dims.map((dim) => ({ dim, place: "outer" as const })), ...stores], slide });
    }
  }
  return orders;
}

/**
 * One place each: six sequences of the operands; directly above each only loops that it depends on. Any other loop there can move
 * below it without a cost: its tile stays the same and is loaded less often.
 */
function perTensor(slides: readonly Slide[]): readonly LoopOrder[] {
  const orders: LoopOrder[] = [];
  for (const first of nestOperands) {
    for (const second of nestOperands.filter((operand) => operand !== first)) {
      const third = nestOperands.find((operand) => operand !== first && operand !== second) ?? first;
      for (const slide of slides) orders.push({ items: perTensorItems([first, second, third], slide), slide });
    }
  }
  return orders;
}

function perTensorItems(sequence: readonly NestOperand[], slide: SearchDim): readonly OrderItem[] {
  const placed = new Set<SearchDim>();
  return sequence.flatMap((operand) => {
    const loops = segment(operand, slide).map((dim) => {
      const place = placed.has(dim) ? ("inner" as const) : ("outer" as const);
      placed.add(dim);
      return { dim, place };
    });
    return [...loops, { operand }];
  });
}

/** Loops above an operand; those that do not change the weights go below the others, so that registers keep theirs. */
function segment(operand: NestOperand, slide: SearchDim): readonly SearchDim[] {
  const dims = [...reduction, "k" as const, ...rowsAndColumns].filter((dim) => isRelevant(operand, dim));
  return operand === "input" ? last(dims, slide) : dims;
}
