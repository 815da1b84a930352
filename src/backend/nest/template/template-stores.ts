/** Words that a mapping of the template moves at each level, by operand; copies for several PEs count once. */
import type { Architecture } from "../../architecture.ts";
import { reductionSize } from "../../mapping/array-cycles.ts";
import { outputElements } from "../../mapping/bounds.ts";
import { occupiedBytes, parentTile, tileElements } from "../../mapping/matrix-cost.ts";
import type { MatrixMapping } from "../../mapping/matrix-mapping.ts";
import { ChainCache } from "../../mapping/matrix-mapping.ts";
import type { MatrixProblem } from "../../mapping/problem.ts";
import { movedElements } from "../../mapping/traffic.ts";
import type { StoreCounts } from "../nest-counts.ts";
import type { NestOperand } from "../nest-problem.ts";
import { nestOperands } from "../nest-problem.ts";

/** As of a nest, with the bytes that the tile takes: twice its words' where the next one comes while it is used. */
export interface TemplateStore extends StoreCounts {
  readonly tileBytes: number;
}

/** Words into one place: of outputs those that leave it, and those that come back as partial sums. */
type Moved = Readonly<Record<NestOperand | "partial", number>>;

/** Every level's row, outermost first. */
export function templateStores(
  problem: MatrixProblem,
  architecture: Architecture,
  mapping: MatrixMapping,
): readonly TemplateStore[] {
  const chains = new ChainCache(problem, architecture);
  const loops = chains.loops(mapping);
  const outputs = outputElements(problem);
  const sum = { kind: "sum" } as const;
  const into = architecture.levels.map((_level, depth): Moved => {
    const output = movedElements(loops, "output", depth, sum);
    const weight = reductionSize(problem, 1) * movedElements(loops, "weight", depth, sum);
    return { input: movedElements(loops, "input", depth, sum), weight, output, partial: output - outputs };
  });
  const places = [undefined, ...architecture.levels.keys()];
  const below = [...into, edgeWords(problem, architecture, { mapping, weight: into.at(-1)?.weight ?? 0 })];
  return places.flatMap((depth, index) => {
    const [own, next] = [depth === undefined ? undefined : into[depth], below[index]];
    const tile = depth === undefined ? problem.extents : (mapping.tiles[depth] ?? problem.extents);
    const context = { problem, architecture };
    const bytes = depth === undefined ? undefined : occupiedBytes(context, tile, parentTile(context, mapping, depth));
    const words = tileElements(problem, tile);
    return nestOperands.map((operand) => ({
      level: depth === undefined ? "dram" : (architecture.levels[depth]?.level ?? ""),
      operand,
      tileWords: words[operand],
      tileBytes: bytes?.[operand] ?? words[operand] * architecture.operandBytes,
      ...accesses(operand, own, next),
    }));
  });
}

function accesses(
  operand: NestOperand,
  own: Moved | undefined,
  next: Moved | undefined,
): Pick<StoreCounts, "reads" | "fills" | "updates"> {
  if (operand !== "output") return { reads: next?.[operand] ?? 0, fills: own?.[operand] ?? 0, updates: 0 };
  const drained = own?.output ?? 0;
  return { reads: (next?.partial ?? 0) + drained, fills: own?.partial ?? 0, updates: next?.output ?? 0 };
}

/** Over the array's edges: sums once in and out for every row fold. The vector unit's accesses are part of its operations. */
function edgeWords(
  problem: MatrixProblem,
  { arrayRows, arrayColumns }: Architecture,
  { mapping, weight }: { readonly mapping: MatrixMapping; readonly weight: number },
): Moved {
  if (mapping.dataflow === "vector") return { input: 0, weight: 0, output: 0, partial: 0 };
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = problem.extents;
  const words = reductionSize(problem, c);
  const output = g * b * p * q * k * Math.ceil(words / arrayRows);
  return { input: g * b * p * q * words * Math.ceil(k / arrayColumns), weight, output, partial: output };
}
