/** How the loops of a nest cut one axis into tiles, down to what every PE holds; equal pieces are one object. */
import type { ProgramWindow } from "../schedule/program.ts";

/** Where a nest cuts an axis, outermost first. */
export type AxisCut =
  /** Steps over tiles of `step` elements. */
  | { readonly kind: "for"; readonly step: number }
  /** Contiguous shares for `rows` × `columns` PEs, those of a PE row together. */
  | { readonly kind: "spread"; readonly rows: number; readonly columns: number }
  /** A buffer that is filled in pieces of what the innermost steps need: what counts as new begins anew with its tile. */
  | { readonly kind: "fill" };

/** Elements of a piece, or input positions that it touches. */
export interface Amount {
  /** Of the PE that has most. */
  readonly pe: number;
  /** Of all PEs' pieces together, each distinct piece once. */
  readonly total: number;
  /** Of the PE row, and of the PE column, that has most. */
  readonly rowBus: number;
  readonly columnBus: number;
}

/** A piece of an axis: one interval of it, or, once it is spread, one for each PE. */
export interface AxisNode {
  readonly id: number;
  readonly size: Amount;
  /** Input positions under the window that slides over the axis; equals `size` where nothing slides. */
  readonly touched: Amount;
  /** By fill: positions that no earlier innermost piece of the fill's tile has touched. Of innermost pieces. */
  readonly fresh: readonly Amount[];
  /** Pieces of this piece, in order: so many equal ones, then so many others. Empty for innermost pieces. */
  readonly runs: readonly { readonly count: number; readonly node: AxisNode }[];
  readonly trips: number;
}

interface Span {
  readonly start: number;
  readonly size: number;
}

/** The pieces of all PEs; PE row × columns + PE column. */
interface Spans {
  readonly spans: readonly Span[];
  readonly columns: number;
}

/** Cuts [0, extent); with `window`, output positions that slide over an input axis. */
export function cutAxis(extent: number, cuts: readonly AxisCut[], window?: ProgramWindow): AxisNode {
  const whole = { spans: [{ start: 0, size: extent }], columns: 1 };
  return new AxisBuilder(cuts, window).build(0, whole);
}

/** Builds nodes from the inside out, so that equal ones can be made one. */
class AxisBuilder {
  private readonly cuts: readonly AxisCut[];
  private readonly window: ProgramWindow | undefined;
  private readonly interned = new Map<string, AxisNode>();
  private readonly plain = new Map<string, AxisNode>();
  private readonly fills: number;
  /** By fill and PE: positions that were touched since the fill's tile began. */
  private readonly seen: Set<number>[][] = [];

  constructor(cuts: readonly AxisCut[], window: ProgramWindow | undefined) {
    this.cuts = cuts;
    this.window = window;
    this.fills = cuts.filter(({ kind }) => kind === "fill").length;
  }

  build(position: number, pieces: Spans): AxisNode {
    // Where nothing slides, pieces of equal sizes are equal wherever they lie.
    if (this.window !== undefined) return this.cut(position, pieces);
    const key = `${position}/${pieces.columns}/${pieces.spans.map(({ size }) => size).join()}`;
    const known = this.plain.get(key);
    if (known !== undefined) return known;
    const made = this.cut(position, pieces);
    this.plain.set(key, made);
    return made;
  }

  private cut(position: number, pieces: Spans): AxisNode {
    const cut = this.cuts[position];
    if (cut === undefined) return this.intern(pieces, []);
    switch (cut.kind) {
      case "spread":
        return this.build(position + 1, spread(pieces, cut));
      case "fill": {
        const fill = this.cuts.slice(0, position).filter(({ kind }) => kind === "fill").length;
        this.seen[fill] = pieces.spans.map(() => new Set());
        return this.build(position + 1, pieces);
      }
      case "for":
        return this.intern(pieces, this.pieces(position, pieces, cut.step));
    }
  }

  private pieces(position: number, { spans, columns }: Spans, step: number): AxisNode["runs"] {
    const trips = Math.max(1, ...spans.map(({ size }) => Math.ceil(size / step)));
    const runs: { count: number; node: AxisNode }[] = [];
    for (let trip = 0; trip < trips;) {
      const inside = spans.map((span) => part(span, trip * step, step));
      const node = this.build(position + 1, { spans: inside, columns });
      const count = this.window === undefined ? equalTrips(spans, trip, step) : 1;
      const last = runs.at(-1);
      if (last?.node === node) last.count += count;
      else runs.push({ count, node });
      trip += count;
    }
    return runs;
  }

  private intern(pieces: Spans, runs: AxisNode["runs"]): AxisNode {
    const size = amountOf(
      pieces,
      pieces.spans.map((span) => span.size),
    );
    const touched = this.window === undefined ? size : this.touchedBy(pieces, this.window);
    const fresh = runs.length > 0 ? [] : this.freshOf(pieces, size);
    const text = [size, touched, ...fresh].map(({ pe, total, rowBus, columnBus }) => [pe, total, rowBus, columnBus]);
    const key = `${text.join(";")}|${runs.map(({ count, node }) => `${count}x${node.id}`).join()}`;
    const known = this.interned.get(key);
    if (known !== undefined) return known;
    const trips = runs.reduce((sum, { count }) => sum + count, 0);
    const made: AxisNode = { id: this.interned.size, size, touched, fresh, runs, trips };
    this.interned.set(key, made);
    return made;
  }

  private touchedBy(pieces: Spans, window: ProgramWindow): Amount {
    const counts = pieces.spans.map((span) => {
      const positions = new Set<number>();
      forEachTouched(span, window, (position) => positions.add(position));
      return positions.size;
    });
    return amountOf(pieces, counts);
  }

  /** Without a window innermost pieces are disjoint: all of a piece is new. */
  private freshOf(pieces: Spans, size: Amount): readonly Amount[] {
    const { window } = this;
    if (window === undefined) return Array.from({ length: this.fills }, () => size);
    return this.seen.map((owners) => {
      const isShared = owners.length < pieces.spans.length;
      const counts = pieces.spans.map((span, pe) => {
        const seen = (isShared ? owners[0] : owners[pe]) ?? new Set<number>();
        const before = seen.size;
        forEachTouched(span, window, (position) => seen.add(position));
        return seen.size - before;
      });
      return amountOf(pieces, counts);
    });
  }
}

/** How many trips from `trip` on cut pieces of the same sizes. */
function equalTrips(spans: readonly Span[], trip: number, step: number): number {
  const whole = spans.filter(({ size }) => size > trip * step).map(({ size }) => Math.floor(size / step) - trip);
  return Math.max(1, Math.min(...whole));
}

function part(span: Span, offset: number, size: number): Span {
  return { start: span.start + offset, size: Math.max(0, Math.min(size, span.size - offset)) };
}

/** A range is spread once: what a PE before it holds is one interval. */
function spread({ spans }: Spans, { rows, columns }: { readonly rows: number; readonly columns: number }): Spans {
  const [whole = { start: 0, size: 0 }] = spans;
  const share = Math.ceil(whole.size / (rows * columns));
  return { spans: Array.from({ length: rows * columns }, (_unused, pe) => part(whole, pe * share, share)), columns };
}

function forEachTouched({ start, size }: Span, window: ProgramWindow, visit: (position: number) => void): void {
  const { kernel, stride, dilation, padBefore, inputExtent } = window;
  for (let output = start; output < start + size; output++) {
    for (let tap = 0; tap < kernel; tap++) {
      const position = output * stride - padBefore + tap * dilation;
      if (position >= 0 && position < inputExtent) visit(position);
    }
  }
}

function amountOf({ columns }: Spans, counts: readonly number[]): Amount {
  const rows = new Array<number>(counts.length / columns).fill(0);
  const sums = new Array<number>(columns).fill(0);
  let [pe, total] = [0, 0];
  counts.forEach((count, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    rows[row] = (rows[row] ?? 0) + count;
    sums[column] = (sums[column] ?? 0) + count;
    pe = Math.max(pe, count);
    total += count;
  });
  return { pe, total, rowBus: Math.max(...rows), columnBus: Math.max(...sums) };
}
