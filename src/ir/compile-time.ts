/** Values that are computed from constants alone: they cost nothing at run time and count as weights where they are read. */
import type { Operation, Value } from "./core.ts";
import { walk } from "./core.ts";
import { hasTrait } from "./ops/registry.ts";

/** True when the value is a constant or is computed from constants by pure ops. Walks upwards: see `compileTimeValues`. */
export function isCompileTime(value: Value, known?: ReadonlySet<Value>): boolean {
  if (known !== undefined) return known.has(value);
  const pending = [value];
  const seen = new Set(pending);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const op = next.definingOp;
    if (op === undefined || !hasTrait(op, "pure") || op.regions.length > 0) return false;
    for (const operand of op.operands) {
      if (seen.has(operand)) continue;
      seen.add(operand);
      pending.push(operand);
    }
  }
  return true;
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
