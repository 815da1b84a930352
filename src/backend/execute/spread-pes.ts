/** The PEs of a spread, and which part of each loop's range every one of them has. */
import type { Architecture } from "../architecture.ts";
import type { Spread } from "../schedule/program.ts";

export interface SpreadLoop {
  readonly loop: string;
  /** Parts of its range, over both axes of the grid. */
  readonly ways: number;
}

export interface SpreadPes {
  readonly loops: readonly SpreadLoop[];
  /** Part number of each loop, by PE. */
  readonly pes: readonly { readonly pe: number; readonly parts: readonly number[] }[];
}

/** Loops of an axis in their order, the last one fastest; a loop over both axes is cut by rows first. */
export function spreadPes(
  { peRows, peColumns }: Spread,
  { peColumns: width }: Pick<Architecture, "peColumns">,
): SpreadPes {
  const names = [...new Set([...Object.keys(peRows), ...Object.keys(peColumns)])];
  const loops = names.map((loop) => ({ loop, ways: (peRows[loop] ?? 1) * (peColumns[loop] ?? 1) }));
  const [rows, columns] = [positions(peRows), positions(peColumns)];
  const pes = rows.flatMap((row, rowNumber) =>
    columns.map((column, columnNumber) => ({
      pe: rowNumber * width + columnNumber,
      parts: names.map((name) => (row[name] ?? 0) * (peColumns[name] ?? 1) + (column[name] ?? 0)),
    })),
  );
  return { loops, pes };
}

/** Every combination of parts along one axis. */
function positions(ways: Readonly<Record<string, number>>): readonly Readonly<Record<string, number>>[] {
  return Object.entries(ways).reduce<readonly Readonly<Record<string, number>>[]>(
    (before, [name, count]) =>
      before.flatMap((position) => Array.from({ length: count }, (_unused, part) => ({ ...position, [name]: part }))),
    [{}],
  );
}
