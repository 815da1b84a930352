/** Names of values while a module is built: in scopes, and possibly read before they are made. */
import { present } from "../../support/bug.ts";
import type { Value } from "../core.ts";
import { Block } from "../core.ts";
import type { Type } from "../types.ts";
import { noneType, typeText } from "../types.ts";
import type { NameSyntax, SyntaxProblem } from "./grammar/syntax.ts";

/** A value that is read before it is made: an argument of no block, which the value replaces later. */
interface Forward {
  readonly placeholder: Value;
  readonly offset: number;
}

/** The names between two isolated regions. */
interface Scope {
  readonly values: Map<string, Value>;
  readonly forwards: Map<string, Forward>;
  /** Names that end with each open region. */
  readonly regions: string[][];
}

function emptyScope(): Scope {
  return { values: new Map(), forwards: new Map(), regions: [] };
}

/** See the file's comment. */
export class ValueScopes {
  private readonly outer: Scope[] = [];
  private current = emptyScope();
  private readonly report: (problem: SyntaxProblem) => void;
  private readonly skippedNames: ReadonlySet<string>;

  /** Names that stand in skipped text are not missed. */
  constructor(report: (problem: SyntaxProblem) => void, skippedNames: ReadonlySet<string>) {
    this.report = report;
    this.skippedNames = skippedNames;
  }

  /** Begins a region; nothing of outside is seen from an isolated one. */
  enter(isIsolated: boolean): void {
    if (isIsolated || this.outer.length === 0) {
      this.outer.push(this.current);
      this.current = emptyScope();
    }
    this.current.regions.push([]);
  }

  /** Ends the region that was begun last. */
  leave(): void {
    const { regions, values, forwards } = this.current;
    for (const name of regions.pop() ?? []) values.delete(name);
    if (regions.length > 0) return;
    for (const [name, { offset }] of forwards) {
      if (!this.skippedNames.has(name)) this.report({ offset, message: `value ${name} is not defined` });
    }
    this.current = present(this.outer.pop(), "a scope of values");
  }

  /** Gives the values of an operation or argument their name: `%0`; when there are several, also `%0#0`, `%0#1`, ... */
  define({ name, offset }: NameSyntax, values: readonly Value[]): void {
    const [first] = values;
    if (first === undefined) return;
    if (this.current.values.has(name)) this.report({ offset, message: `value ${name} is defined twice` });
    this.bind(name, first);
    if (values.length > 1) values.forEach((value, index) => this.bind(`${name}#${index}`, value));
  }

  /** The value of a name, read as a type; undefined when no type is known. */
  use({ name: written, offset }: NameSyntax, type: Type | undefined): Value {
    const { values, forwards } = this.current;
    // The only result of an operation may be called its first one, too.
    const name = written.endsWith("#0") && !values.has(written) ? written.slice(0, -2) : written;
    const known = values.get(name) ?? forwards.get(name)?.placeholder;
    if (known === undefined) {
      const placeholder = present(new Block([type ?? noneType]).args[0], "an argument");
      forwards.set(name, { placeholder, offset });
      return placeholder;
    }
    if (type !== undefined && known.type !== type) this.reportType(name, offset, { have: known.type, want: type });
    return known;
  }

  private bind(name: string, value: Value): void {
    const { values, forwards, regions } = this.current;
    values.set(name, value);
    regions.at(-1)?.push(name);
    const forward = forwards.get(name);
    if (forward === undefined) return;
    forwards.delete(name);
    const { placeholder, offset } = forward;
    if (placeholder.type !== value.type) this.reportType(name, offset, { have: value.type, want: placeholder.type });
    placeholder.replaceAllUsesWith(value);
  }

  private reportType(name: string, offset: number, types: { readonly have: Type; readonly want: Type }): void {
    const message = `value ${name} is ${typeText(types.have)} but is read as ${typeText(types.want)}`;
    this.report({ offset, message });
  }
}
