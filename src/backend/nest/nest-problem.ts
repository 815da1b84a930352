/** The problem of a nest: one convolution, matrix product or depthwise convolution as loop extents, with its three operands. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";

/** Loops of a problem: group, batch, output row and column, output channel, input channel, kernel row and column. */
export const nestDims = ["g", "b", "p", "q", "k", "c", "r", "s"] as const;
export type NestDim = (typeof nestDims)[number];

/** The tensors of a problem. */
export const nestOperands = ["input", "weight", "output"] as const;
export type NestOperand = (typeof nestOperands)[number];

/** One number per loop. */
export type Extents = Readonly<Record<NestDim, number>>;

const count = Type.Integer({ minimum: 1, maximum: 2 ** 31 });
const trips = Type.Optional(count);
const pair = Type.Tuple([count, count]);

/** A `problem.json`. */
export const nestProblemSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    name: Type.String({ minLength: 1 }),
    extents: Type.Object(
      { g: trips, b: trips, p: trips, q: trips, k: trips, c: trips, r: trips, s: trips },
      {
        additionalProperties: false,
        description: "Trip counts; a loop that is left out has one trip. c is per group.",
      },
    ),
    strides: Type.Optional(pair),
    dilations: Type.Optional(pair),
  },
  { additionalProperties: false, title: "fastc map problem" },
);

/** A problem as its file says it. The input is unpadded: (p − 1) · stride + (r − 1) · dilation + 1 rows. */
export type NestProblemFile = Readonly<Static<typeof nestProblemSchema>>;

/** A problem with every extent said. */
export interface NestProblem {
  readonly name: string;
  readonly extents: Extents;
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/** Fills in what the file may leave out. */
export function nestProblem(
  file: Pick<NestProblem, "name"> & {
    readonly extents: Partial<Extents>;
    readonly strides?: NestProblem["strides"];
    readonly dilations?: NestProblem["dilations"];
  },
): NestProblem {
  const { extents, strides = [1, 1], dilations = [1, 1] } = file;
  const { g = 1, b = 1, p = 1, q = 1, k = 1, c = 1, r = 1, s = 1 } = extents;
  return { name: file.name, extents: { g, b, p, q, k, c, r, s }, strides, dilations };
}

const relevant: Readonly<Record<NestOperand, ReadonlySet<NestDim>>> = {
  input: new Set<NestDim>(["g", "b", "p", "q", "c", "r", "s"]),
  weight: new Set<NestDim>(["g", "k", "c", "r", "s"]),
  output: new Set<NestDim>(["g", "b", "p", "q", "k"]),
};

/** Whether the tile of an operand depends on a loop. */
export const isRelevant = (operand: NestOperand, dim: NestDim): boolean => relevant[operand].has(dim);

/** Multiply-accumulates of the problem. */
export const problemMacs = ({ extents }: NestProblem): number =>
  nestDims.reduce((product, dim) => product * extents[dim], 1);

/** The sliding axis of the input that a loop moves along: 0 rows, 1 columns. */
export function inputAxis(dim: NestDim): 0 | 1 | undefined {
  if (dim === "p" || dim === "r") return 0;
  return dim === "q" || dim === "s" ? 1 : undefined;
}

/** Rows (axis 0) or columns (axis 1) of the box of input that a tile reads, holes of a stride included. */
export function inputLength({ strides, dilations }: NestProblem, axis: 0 | 1, tile: Extents): number {
  const [outputs, kernel] = axis === 0 ? [tile.p, tile.r] : [tile.q, tile.s];
  return (outputs - 1) * strides[axis] + (kernel - 1) * dilations[axis] + 1;
}

/** Words of an operand that a tile of the loops touches. */
export function tileWords(problem: NestProblem, operand: NestOperand, tile: Extents): number {
  const { g, b, p, q, k, c, r, s } = tile;
  switch (operand) {
    case "input":
      return g * b * c * inputLength(problem, 0, tile) * inputLength(problem, 1, tile);
    case "weight":
      return g * k * c * r * s;
    case "output":
      return g * b * p * q * k;
  }
}
