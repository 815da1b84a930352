/** The ranges of a nest's loops while a program is run: loops step over them, a spread gives every PE its share. */
import { present } from "../../support/bug.ts";
import type { Architecture } from "../architecture.ts";
import type { ForLoop, Spread } from "../schedule/program.ts";

type Run = () => void;

/** Ranges by slot: from `low` to before `high`. */
export class LoopRanges {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The PE whose share is being worked on; 0 outside of a spread. */
  pe = 0;
  /** Slot of each loop by its name. */
  private readonly slotOf: Readonly<Record<string, number>>;

  constructor(extents: readonly number[], slotOf: Readonly<Record<string, number>>) {
    this.low = new Int32Array(extents.length);
    this.high = Int32Array.from(extents);
    this.slotOf = slotOf;
  }

  /** Does `inside` for every tile of a loop's range. */
  stepping({ loop, step }: Pick<ForLoop, "loop" | "step">, inside: Run): Run {
    const slot = present(this.slotOf[loop], loop);
    const { low, high } = this;
    return () => {
      const [first, end] = [low[slot]!, high[slot]!];
      for (let from = first; from < end; from += step) {
        low[slot] = from;
        high[slot] = Math.min(from + step, end);
        inside();
      }
      low[slot] = first;
      high[slot] = end;
    };
  }

  /** Does `inside` for every PE that has a share of all ranges, one after the other. */
  spreading(spread: Spread, architecture: Pick<Architecture, "peColumns">, inside: Run): Run {
    const { loops, pes } = spreadPes(spread, architecture);
    const slots = loops.map(({ loop }) => present(this.slotOf[loop], loop));
    const { low, high } = this;
    return () => {
      const [before, after] = [low.slice(), high.slice()];
      for (const { pe, parts } of pes) {
        let isIdle = false;
        for (let index = 0; index < slots.length; index++) {
          const slot = slots[index]!;
          const [first, end] = [before[slot]!, after[slot]!];
          const share = Math.ceil((end - first) / loops[index]!.ways);
          low[slot] = first + parts[index]! * share;
          high[slot] = Math.min(end, low[slot] + share);
          isIdle ||= low[slot] >= high[slot];
        }
        this.pe = pe;
        if (!isIdle) inside();
      }
      low.set(before);
      high.set(after);
      this.pe = 0;
    };
  }
}

interface SpreadLoop {
  readonly loop: string;
  /** Parts of its range, over both axes of the grid. */
  readonly ways: number;
}

/** The PEs of a spread, and which part of each loop's range every one of them has. */
interface SpreadPes {
  readonly loops: readonly SpreadLoop[];
  /** Part number of each loop, by PE. */
  readonly pes: readonly { readonly pe: number; readonly parts: readonly number[] }[];
}

/** Loops of an axis in their order, the last one fastest; a loop over both axes is cut by rows first. */
function spreadPes({ peRows, peColumns }: Spread, { peColumns: width }: Pick<Architecture, "peColumns">): SpreadPes {
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
