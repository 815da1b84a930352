/** What is still to be looked at, best bound first. */

/** A part of the space: no mapping in it has a smaller value than its bound. */
export interface OpenPart {
  readonly bound: number;
  /** Looks at it: costs mappings, or adds smaller parts. */
  readonly open: () => void;
}

/**
 * A binary heap of open parts. Of equal bounds the last added comes first: it is the smaller part, and nearer to a mapping.
 */
export class Frontier {
  private readonly parts: OpenPart[] = [];
  private readonly numbers: number[] = [];
  private added = 0;

  /** The least bound of all parts; infinite when none is left. */
  get least(): number {
    return this.parts[0]?.bound ?? Number.POSITIVE_INFINITY;
  }

  add(bound: number, open: () => void): void {
    this.parts.push({ bound, open });
    this.numbers.push(this.added++);
    let child = this.parts.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.isBefore(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  /** Takes out the part with the least bound. */
  next(): OpenPart | undefined {
    const [first] = this.parts;
    const last = this.parts.length - 1;
    if (first === undefined) return undefined;
    this.swap(0, last);
    this.parts.pop();
    this.numbers.pop();
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      if (left >= last) return first;
      const child = left + 1 < last && this.isBefore(left + 1, left) ? left + 1 : left;
      if (!this.isBefore(child, parent)) return first;
      this.swap(child, parent);
      parent = child;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const [boundA, boundB] = [this.parts[a]?.bound ?? 0, this.parts[b]?.bound ?? 0];
    return boundA !== boundB ? boundA < boundB : (this.numbers[a] ?? 0) > (this.numbers[b] ?? 0);
  }

  private swap(a: number, b: number): void {
    const [partA, partB] = [this.parts[a], this.parts[b]];
    const [numberA, numberB] = [this.numbers[a], this.numbers[b]];
    if (partA === undefined || partB === undefined || numberA === undefined || numberB === undefined) return;
    [this.parts[a], this.parts[b]] = [partB, partA];
    [this.numbers[a], this.numbers[b]] = [numberB, numberA];
  }
}
