/** How the loops of an innermost tile fold onto an array, by dataflow. */
import type { Architecture } from "../../architecture.ts";
import { reductionSize } from "../array-cycles.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import type { MatrixProblem } from "../problem.ts";
import type { Folding } from "./cut-table.ts";

type Dataflow = MatrixMapping["dataflow"];
type Foldings = readonly [g: Folding, b: Folding, p: Folding, q: Folding, k: Folding, c: Folding];

const numbers: Readonly<Record<Dataflow, number>> = {
  "weight-stationary": 0,
  "output-stationary": 1,
  "input-stationary": 2,
  vector: 3,
};

/** A small number for each dataflow: on one machine loops of one problem fold alike where it is equal. */
export function foldingKey(dataflow: Dataflow): number {
  return numbers[dataflow];
}

/** Array folds of each loop under a dataflow. */
export function foldings(
  problem: MatrixProblem,
  { arrayRows, arrayColumns }: Architecture,
  { dataflow, groupsPerPass }: Pick<MatrixMapping, "dataflow" | "groupsPerPass">,
): Foldings {
  const one: Folding = { unit: 1, folds: () => 1 };
  const of = (unit: number): Folding => ({ unit, folds: (size) => Math.ceil(size / unit) });
  const perChannel = reductionSize(problem, 1);
  const words: Folding = {
    unit: Math.max(1, Math.floor(arrayRows / perChannel)),
    folds: (size) => Math.ceil((size * perChannel) / arrayRows),
  };
  switch (dataflow) {
    case "weight-stationary":
      return [of(groupsPerPass), one, one, one, of(arrayColumns), words];
    case "input-stationary":
      return [of(1), one, one, one, of(1), words];
    case "output-stationary":
      return [of(1), one, one, one, of(arrayColumns), of(1)];
    case "vector":
      return [of(1), one, one, one, of(1), of(1)];
  }
}
