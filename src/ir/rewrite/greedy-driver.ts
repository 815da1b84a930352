/** Applies patterns until none matches, from a list of operations that are worth another look. */
import { bug } from "../../support/bug.ts";
import type { CompileTimeCache } from "../compile-time.ts";
import { withCompileTimeCache } from "../compile-time.ts";
import type { Operation } from "../core.ts";
import { walk } from "../core.ts";
import { describeLocation } from "../location.ts";
import { kindOf } from "../ops/registry.ts";
import type { Application, Pattern, RewriteObserver } from "./pattern.ts";
import type { RewriteListener } from "./rewriter.ts";
import { Rewriter } from "./rewriter.ts";

/** How patterns are applied. */
export interface GreedyOptions {
  /** Makes the changes; a new one when not given. */
  readonly rewriter?: Rewriter;
  readonly observer?: RewriteObserver;
  /** Replaces an operation by the operand that it always equals, where its record has a `fold`. Off when not given. */
  readonly isFolding?: boolean;
  /** How often all operations are looked at before the patterns count as not converging. 10 when not given. */
  readonly maxIterations?: number;
}

/**
 * Applies patterns to all operations under `root`, in program order and again where something changed. When nothing is left
 * to look at, all operations are looked at once more, since a pattern may look further up than its neighbours; the end is
 * reached when that changes nothing. Deterministic: of several patterns that match an operation, the first in the list is
 * applied; folding comes before all patterns.
 *
 * @returns how often each pattern was applied, those that never were left out; `fold` counts foldings
 */
export function applyPatterns(
  root: Operation,
  patterns: readonly Pattern[],
  options: GreedyOptions = {},
): Readonly<Record<string, number>> {
  return new GreedyDriver(root, patterns, options).run();
}

/** Ten rewrites for each operation is far above what any converging set does; tiny functions get some slack. */
const rewritesPerOperation = 10;
const rewriteSlack = 100;
/** Rewrites that are remembered, to name those that go round in circles. */
const memory = 32;

class GreedyDriver {
  private readonly root: Operation;
  private readonly patternsOf: (op: Operation) => readonly Pattern[];
  private readonly rewriter: Rewriter;
  private readonly observer: RewriteObserver;
  private readonly isFolding: boolean;
  private readonly maxIterations: number;
  /** Operations to look at, first come first served. */
  private readonly waiting = new Set<Operation>();
  private readonly counts: Record<string, number> = {};
  private readonly recent: Application[] = [];
  private rewritesLeft = 0;

  constructor(root: Operation, patterns: readonly Pattern[], options: GreedyOptions) {
    this.root = root;
    this.patternsOf = patternIndex(patterns);
    this.rewriter = options.rewriter ?? new Rewriter();
    this.observer = options.observer ?? {};
    this.isFolding = options.isFolding ?? false;
    this.maxIterations = options.maxIterations ?? 10;
  }

  run(): Readonly<Record<string, number>> {
    withCompileTimeCache((cache) =>
      this.rewriter.listening(listenerOf(this.waiting, cache), () => {
        for (let iteration = 0; this.sweep(); iteration++)
          if (iteration === this.maxIterations) this.failToConverge(`after ${iteration} iterations`);
      }),
    );
    return this.counts;
  }

  /** Looks at all operations, and at what changes meanwhile until nothing is left. True when something changed. */
  private sweep(): boolean {
    for (const op of walk(this.root)) if (this.isFolding || this.patternsOf(op).length > 0) this.waiting.add(op);
    if (this.rewritesLeft === 0) this.rewritesLeft = rewritesPerOperation * this.waiting.size + rewriteSlack;
    const before = this.rewriter.changes;
    for (const op of this.waiting) {
      this.waiting.delete(op);
      // Gone with the operation whose region it stood in.
      if (op !== this.root && op.parent === undefined) continue;
      const applied = this.rewriteOnce(op);
      if (applied !== undefined) this.count(applied, op);
    }
    return this.rewriter.changes !== before;
  }

  /** The name of the pattern that was applied to the operation. */
  private rewriteOnce(op: Operation): string | undefined {
    if (this.isFolding && this.fold(op)) return "fold";
    for (const pattern of this.patternsOf(op)) {
      const { name } = pattern;
      const before = this.rewriter.changes;
      const refusal = pattern.rewrite(op, this.rewriter);
      const hasChanged = this.rewriter.changes !== before;
      if (refusal === undefined)
        return hasChanged ? name : bug(`${name} says that it rewrote ${op.name} but changed nothing`);
      if (hasChanged) bug(`${name} changed ${op.name} and then refused: ${refusal.reason}`);
      this.observer.refused?.({ pattern: name, op, reason: refusal.reason });
    }
    return undefined;
  }

  private fold(op: Operation): boolean {
    const [result] = op.results;
    const value = kindOf(op)?.fold?.(op);
    if (value === undefined || result === undefined) return false;
    if (value.type !== result.type) bug(`${op.name} folds to a value of another type`);
    this.rewriter.replace(op, [value]);
    return true;
  }

  private count(pattern: string, op: Operation): void {
    this.counts[pattern] = (this.counts[pattern] ?? 0) + 1;
    this.observer.applied?.({ pattern, op });
    this.recent.push({ pattern, op });
    if (this.recent.length > memory) this.recent.shift();
    if (--this.rewritesLeft < 0) {
      const total = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
      this.failToConverge(`after ${total} rewrites`);
    }
  }

  private failToConverge(when: string): never {
    const times = new Map<string, number>();
    for (const { pattern, op } of this.recent) {
      const rewrite = `${pattern} on ${placedName(op)}`;
      times.set(rewrite, (times.get(rewrite) ?? 0) + 1);
    }
    const last = [...times].map(([rewrite, count]) => `\n  ${rewrite} (${count} of the last ${this.recent.length})`);
    const counts = Object.entries(this.counts).map(([pattern, count]) => `${pattern}: ${count}`);
    return bug(`patterns do not converge ${when} (${counts.join(", ")})${last.join("")}`);
  }
}

function placedName(op: Operation): string {
  const places = describeLocation(op.location);
  return places.length === 0 ? op.name : `${op.name} at ${places.join(", ")}`;
}

/** Looks again at what changed, at its readers, and at what lost a reader and at the readers it still has. */
function listenerOf(waiting: Set<Operation>, cache: CompileTimeCache): RewriteListener {
  const addReaders = (op: Operation): void => {
    for (const result of op.results) for (const user of result.users) waiting.add(user);
  };
  const addWithReaders = (op: Operation): void => {
    waiting.add(op);
    addReaders(op);
  };
  return {
    inserted: addWithReaders,
    changed: (op) => {
      cache.changed(op);
      addWithReaders(op);
    },
    erased: (op) => {
      for (const operand of op.operands) {
        if (operand.definingOp !== undefined) addWithReaders(operand.definingOp);
      }
      // The readers just added may include the operation itself, which is about to go.
      waiting.delete(op);
    },
  };
}

/** For each op name the patterns that look at it, in the order given. */
function patternIndex(patterns: readonly Pattern[]): (op: Operation) => readonly Pattern[] {
  const index = new Map<string, readonly Pattern[]>();
  return (op) => {
    const known = index.get(op.name);
    if (known !== undefined) return known;
    const kind = kindOf(op.name);
    const found = kind === undefined ? [] : patterns.filter((candidate) => candidate.isRoot(kind));
    index.set(op.name, found);
    return found;
  };
}
