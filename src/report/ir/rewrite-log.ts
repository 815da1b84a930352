/** Which patterns looked at which operations, and why they refused: the answer to "why was this not fused?". */
import type { Operation } from "../../ir/core.ts";
import { describeLocation } from "../../ir/location.ts";
import type { RewriteObserver } from "../../ir/rewrite/pattern.ts";

/** What one pattern said last about an operation; undefined: it was applied. */
type Verdicts = Map<string, string | undefined>;

/** Listens to one run of a pass, and tells afterwards. */
export class RewriteLog {
  private readonly verdicts = new Map<Operation, Verdicts>();
  private readonly wanted: ReadonlySet<string>;

  /** `wanted`: names of patterns and of ops (`nn.mul`); none for all. */
  constructor(wanted: readonly string[]) {
    this.wanted = new Set(wanted);
  }

  readonly observer: RewriteObserver = {
    refused: ({ pattern, op, reason }) => this.note(pattern, op, reason),
    applied: ({ pattern, op }) => this.note(pattern, op, undefined),
  };

  /** What was noted since the last call, in the order in which operations were first looked at. */
  takeText(): string {
    const lines: string[] = [];
    for (const [op, verdicts] of this.verdicts) {
      const isApplied = [...verdicts.values()].includes(undefined);
      // What went with its only reader is not there any more to ask about.
      if (op.parent === undefined && !isApplied) continue;
      lines.push(
        [
          op.name,
          ...describeLocation(op.location)
            .slice(0, 1)
            .map((place) => `at ${place}`),
        ].join(" "),
      );
      for (const [pattern, reason] of verdicts)
        lines.push(reason === undefined ? `  ${pattern}: applied` : `  ${pattern}: refused, ${reason}`);
    }
    this.verdicts.clear();
    return lines.map((line) => `${line}\n`).join("");
  }

  private note(pattern: string, op: Operation, reason: string | undefined): void {
    if (this.wanted.size > 0 && !this.wanted.has(pattern) && !this.wanted.has(op.name)) return;
    const known = this.verdicts.get(op) ?? new Map<string, string | undefined>();
    // The last word counts, at the place of the last word.
    known.delete(pattern);
    known.set(pattern, reason);
    this.verdicts.set(op, known);
  }
}
