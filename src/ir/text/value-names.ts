/** Names of values in printed IR. */
import type { Block, Operation, Value } from "../core.ts";
import { func, sourceNames } from "../ops/builtin.ts";

/** Gives every value its printed name, `%` included. */
export type ValueNamer = (value: Value) => string;

/**
 * Names for all values under an operation. In each function, results are numbered `%0`, `%1`, ... in program order (the
 * results of an operation with several are `%3#0`, `%3#1`, ...) and block arguments `%arg0`, ...; a function's arguments
 * keep the names that the source model gave them, as far as MLIR's grammar allows. Values that are defined elsewhere are
 * `%outer0`, ... in the order in which they are asked for.
 */
export function valueNamer(root: Operation): ValueNamer {
  const names = new Map<Value, string>();
  nameWithin(root, { names, results: 0, args: 0 });
  let outside = 0;
  return (value) => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = `%outer${outside++}`;
    names.set(value, name);
    return name;
  };
}

interface Scope {
  readonly names: Map<Value, string>;
  results: number;
  args: number;
}

function nameWithin(op: Operation, scope: Scope): void {
  if (op.results.length > 0) {
    const name = `%${scope.results++}`;
    op.results.forEach((result, index) => scope.names.set(result, op.results.length === 1 ? name : `${name}#${index}`));
  }
  if (op.regions.length === 0) return;
  // Functions are isolated from above: each numbers its own values.
  const inner = op.name === func.name ? { names: scope.names, results: 0, args: 0 } : scope;
  for (const block of op.regions.flatMap((region) => region.blocks)) {
    nameArguments(block, op, inner);
    for (const child of block.operations()) nameWithin(child, inner);
  }
}

function nameArguments(block: Block, parent: Operation, scope: Scope): void {
  const wanted = parent.name === func.name ? sourceNames(parent, "inputs").map(identifier) : [];
  block.args.forEach((arg, index) => {
    const number = scope.args++;
    const name = wanted[index] ?? "";
    const isUsable = name !== "" && !/^(arg|outer)\d+$/.test(name) && wanted.indexOf(name) === wanted.lastIndexOf(name);
    scope.names.set(arg, isUsable ? `%${name}` : `%arg${number}`);
  });
}

/** A name as an MLIR identifier: other characters become underscores; empty stays empty. */
function identifier(name: string): string {
  const plain = name.replace(/[^\w$.-]/g, "_");
  return /^\d/.test(plain) ? `_${plain}` : plain;
}
