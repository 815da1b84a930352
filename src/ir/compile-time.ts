/** Values that are computed from constants alone: they cost nothing at run time and count as weights where they are read. */
import type { Operation, Value } from "./core.ts";
import { walk } from "./core.ts";
import { hasTrait } from "./ops/registry.ts";

/** The cache that `isCompileTime` uses while `withCompileTimeCache` runs. */
let currentCache: CompileTimeCache | undefined;

/** True when the value is a constant or is computed from constants by pure ops. Walks upwards: see `compileTimeValues`. */
export function isCompileTime(value: Value, known?: ReadonlySet<Value>): boolean {
  if (known !== undefined) return known.has(value);
  return (currentCache ?? new CompileTimeCache()).has(value);
}

/** Runs `work` with a cache for `isCompileTime`; who changes IR meanwhile tells the cache. */
export function withCompileTimeCache<T>(work: (cache: CompileTimeCache) => T): T {
  const outer = currentCache;
  currentCache = new CompileTimeCache();
  try {
    return work(currentCache);
  } finally {
    currentCache = outer;
  }
}

/** What is known of values so far. A pattern asks about the same ones again and again, each time up to the inputs. */
export class CompileTimeCache {
  private readonly known = new Map<Value, boolean>();

  has(value: Value): boolean {
    const stack = [value];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const unknown = this.known.has(top) ? undefined : this.settle(top);
      if (unknown === undefined) stack.pop();
      else stack.push(unknown);
    }
    return this.known.get(value) === true;
  }

  /** To be called when an operation reads other values than before. */
  changed(op: Operation): void {
    const pending = [op];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const result of next.results) {
        const before = this.known.get(result);
        if (before === undefined) continue;
        this.known.delete(result);
        if (this.has(result) !== before) pending.push(...result.users);
      }
    }
  }

  /** Notes whether a value is known at compile time; or returns the operand that must be known first. */
  private settle(value: Value): Value | undefined {
    const op = value.definingOp;
    let isKnown = op !== undefined && hasTrait(op, "pure") && op.regions.length === 0;
    if (op !== undefined && isKnown) {
      for (const operand of op.operands) {
        const isOperandKnown = this.known.get(operand);
        if (isOperandKnown === undefined) return operand;
        isKnown &&= isOperandKnown;
        if (!isKnown) break;
      }
    }
    this.known.set(value, isKnown);
    return undefined;
  }
}

/** All compile-time values under an operation, found in one walk. */
export function compileTimeValues(root: Operation): ReadonlySet<Value> {
  const found = new Set<Value>();
  for (const op of walk(root)) {
    if (!hasTrait(op, "pure") || op.regions.length > 0 || !op.operands.every((operand) => found.has(operand))) continue;
    for (const result of op.results) found.add(result);
  }
  return found;
}
