/**
 * Names of values that stay the same from pass to pass: a value that a pass leaves alone, and one that takes the place of
 * another, is called the same before and after it, so that a difference between two texts is one between the programs.
 */
import type { Operation, Value } from "../../ir/core.ts";
import { walk } from "../../ir/core.ts";
import type { RewriteListener } from "../../ir/rewrite/rewriter.ts";
import type { ValueNamer } from "../../ir/text/value-names.ts";
import { valueNamer } from "../../ir/text/value-names.ts";

/** Keeps the names; ask it for the module as it is now, once before each print. */
export class StableNames {
  private names = new WeakMap<Value, string>();
  private module: Operation | undefined;
  /** Names in program order, as they were printed last. */
  private last: readonly string[] = [];
  private readonly used = new Set<string>();
  private next = 0;

  /** Has to hear what passes do. */
  readonly listener: RewriteListener = {
    replaced: (value, by) => {
      const name = this.names.get(value);
      if (name === undefined || this.names.has(by) || resultCount(value) !== resultCount(by)) return;
      this.names.set(by, name);
      this.names.delete(value);
    },
  };

  /** The names to print a module with. Another module than last time is taken for a copy of it where it has as many values. */
  namerFor(module: Operation): ValueNamer {
    const values = valuesOf(module);
    if (this.module !== module) this.adopt(module, values);
    for (const value of values) if (!this.names.has(value)) this.names.set(value, this.fresh(value));
    this.module = module;
    this.last = values.map((value) => this.names.get(value) ?? "");
    return (value) => this.names.get(value) ?? "%outer";
  }

  private adopt(module: Operation, values: readonly Value[]): void {
    const isCopy = values.length === this.last.length;
    const name = valueNamer(module);
    if (!isCopy) {
      this.names = new WeakMap();
      this.used.clear();
    }
    values.forEach((value, at) => {
      const given = isCopy ? (this.last[at] ?? "") : name(value);
      this.names.set(value, given);
      this.used.add(given.replace(/#\d+$/, ""));
    });
  }

  /** `%7`, or `%7#1` for the second result of an operation with several. */
  private fresh(value: Value): string {
    const { owner, index } = value;
    const isResult = "results" in owner;
    if (isResult && index > 0) {
      const [first] = owner.results;
      const known = first === undefined ? undefined : this.names.get(first);
      if (known !== undefined) return `${known.replace(/#0$/, "")}#${index}`;
    }
    const prefix = isResult ? "%" : "%arg";
    while (this.used.has(`${prefix}${this.next}`)) this.next++;
    const name = `${prefix}${this.next++}`;
    this.used.add(name);
    return isResult && owner.results.length > 1 ? `${name}#0` : name;
  }
}

function resultCount({ owner }: Value): number {
  return "results" in owner ? owner.results.length : 0;
}

/** All values under an operation, in program order: results, then arguments of its blocks. */
function valuesOf(root: Operation): readonly Value[] {
  const values: Value[] = [];
  for (const op of walk(root)) {
    values.push(...op.results);
    for (const region of op.regions) for (const block of region.blocks) values.push(...block.args);
  }
  return values;
}
