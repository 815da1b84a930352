/** Least squares for a handful of unknowns. */
import { bug, present } from "../../support/bug.ts";

/** Residuals at a point; their sum of squares is to be small. */
export type Residuals = (point: readonly number[]) => readonly number[];

const mostSteps = 50;
const smallestStep = 1e-9;

/**
 * A point where the sum of squares of the residuals is least: Gauss-Newton with numeric derivatives and a step that halves
 * until it helps (Nocedal and Wright, Numerical Optimization, 2006, section 10.3). Residuals must determine every unknown.
 */
export function leastSquares(residuals: Residuals, start: readonly number[]): readonly number[] {
  let point = start;
  for (let step = 0; step < mostSteps; step++) {
    const direction = gaussNewtonStep(residuals, point);
    const next = lineSearch(residuals, point, direction);
    if (next === undefined) return point;
    point = next;
  }
  return point;
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** The point on the way that is better; `undefined` when none is or the way is too short to matter. */
function lineSearch(
  residuals: Residuals,
  point: readonly number[],
  direction: readonly number[],
): readonly number[] | undefined {
  if (Math.max(...direction.map(Math.abs)) < smallestStep) return undefined;
  const now = sumOfSquares(residuals(point));
  for (let share = 1; share > smallestStep; share /= 2) {
    const next = point.map((value, j) => value + share * (direction[j] ?? 0));
    if (sumOfSquares(residuals(next)) < now) return next;
  }
  return undefined;
}

/** Solves (JᵀJ) d = −Jᵀr. */
function gaussNewtonStep(residuals: Residuals, point: readonly number[]): readonly number[] {
  const difference = 1e-6;
  const now = residuals(point);
  const columns = point.map((value, j) => {
    const moved = residuals(point.with(j, value + difference));
    return moved.map((residual, i) => (residual - (now[i] ?? 0)) / difference);
  });
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const matrix = columns.map((row) => columns.map((column) => dot(row, column)));
  return solve(
    matrix,
    columns.map((column) => -dot(column, now)),
  );
}

/** Gaussian elimination with row exchange. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const order = rows.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const best = column + order.indexOf(Math.max(...order));
    const pivotRow = present(rows[best], "a row of the equations");
    [rows[best], rows[column]] = [present(rows[column], "a row of the equations"), pivotRow];
    const pivot = pivotRow[column] ?? 0;
    if (pivot === 0) bug("an unknown that no residual depends on");
    rows.forEach((row, i) => {
      if (i === column) return;
      const factor = (row[column] ?? 0) / pivot;
      if (factor !== 0) rows[i] = row.map((value, j) => value - factor * (pivotRow[j] ?? 0));
    });
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}
