/** Rewrite patterns, and the driver that applies them until none matches. */
import { bug } from "../../support/bug.ts";
import type { AttributeSpecs } from "../attribute-specs.ts";
import type { Operation, Value } from "../core.ts";
import { walk } from "../core.ts";
import type { OpView, TypedOpKind } from "../define-op.ts";
import type { OpKind, OperandSpecs } from "../op-kind.ts";
import { kindOf } from "../ops/registry.ts";
import { Rewriter } from "./rewriter.ts";

/** A pattern's refusal, with the reason in words. */
export interface NoMatch {
  readonly reason: string;
}

/** One rewrite: it either changes the IR and returns undefined, or leaves it as it is and says why. */
export interface Pattern {
  readonly name: string;
  /** True for the op kinds that the pattern looks at. */
  readonly isRoot: (kind: OpKind) => boolean;
  readonly rewrite: (op: Operation, rewriter: Rewriter) => NoMatch | undefined;
}

/** A pattern that looked at an operation and refused. */
export interface Refusal {
  readonly pattern: string;
  readonly op: Operation;
  readonly reason: string;
}

/** Why a pattern does not apply. */
export function noMatch(reason: string): NoMatch {
  return { reason };
}

/** A pattern on operations of one kind, or of several that are declared alike. */
export function pattern<O extends OperandSpecs, A extends AttributeSpecs>(parts: {
  readonly name: string;
  readonly root: TypedOpKind<O, A> | readonly TypedOpKind<O, A>[];
  readonly rewrite: (view: OpView<O, A>, rewriter: Rewriter) => NoMatch | undefined;
}): Pattern {
  const roots = "name" in parts.root ? [parts.root] : parts.root;
  const byName = new Map(roots.map((kind) => [kind.name, kind]));
  return {
    name: parts.name,
    isRoot: (kind) => byName.has(kind.name),
    rewrite(op, rewriter) {
      const view = byName.get(op.name)?.match(op);
      return view === undefined ? noMatch(`${op.name} is not a root`) : parts.rewrite(view, rewriter);
    },
  };
}

/** The typed view of the operation that makes a value, when it is of the kind. */
export function definingOp<O extends OperandSpecs, A extends AttributeSpecs>(
  value: Value,
  kind: TypedOpKind<O, A>,
): OpView<O, A> | undefined {
  return kind.match(value.definingOp);
}

/**
 * Applies patterns to all operations under `root`, in program order and again where something changed, until none matches.
 * Deterministic: of several patterns that match an operation, the first in the list is applied.
 *
 * @returns how often each pattern was applied, those that never were left out
 */
export function applyPatterns(
  root: Operation,
  patterns: readonly Pattern[],
  onRefusal?: (refusal: Refusal) => void,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const waiting = new Set<Operation>();
  const rewriter = new Rewriter(waitingListener(waiting));
  const patternsOf = patternIndex(patterns);
  let limit = 0;
  let isSettled = false;
  while (!isSettled) {
    for (const op of walk(root)) waiting.add(op);
    // Ten rewrites for each operation is far above what any converging set does; tiny functions get some slack.
    if (limit === 0) limit = 10 * waiting.size + 100;
    const before = rewriter.changes;
    for (const op of waiting) {
      waiting.delete(op);
      // Gone with the operation whose region it stood in.
      if (op !== root && op.parent === undefined) continue;
      const applied = rewriteOnce(op, { patterns: patternsOf(op), rewriter, onRefusal });
      if (applied === undefined) continue;
      counts[applied] = (counts[applied] ?? 0) + 1;
      if (--limit < 0) bug(`patterns do not converge: ${JSON.stringify(counts)}`);
    }
    isSettled = rewriter.changes === before;
  }
  return counts;
}

interface Attempt {
  readonly patterns: readonly Pattern[];
  readonly rewriter: Rewriter;
  readonly onRefusal: ((refusal: Refusal) => void) | undefined;
}

/** The name of the pattern that was applied to the operation. */
function rewriteOnce(op: Operation, { patterns, rewriter, onRefusal }: Attempt): string | undefined {
  for (const { name, rewrite } of patterns) {
    const before = rewriter.changes;
    const refusal = rewrite(op, rewriter);
    const hasChanged = rewriter.changes !== before;
    if (refusal === undefined)
      return hasChanged ? name : bug(`${name} says that it rewrote ${op.name} but changed nothing`);
    if (hasChanged) bug(`${name} changed ${op.name} and then refused: ${refusal.reason}`);
    onRefusal?.({ pattern: name, op, reason: refusal.reason });
  }
  return undefined;
}

/** Looks again at what changed, at its readers, and at what lost a reader and at the readers it still has. */
function waitingListener(waiting: Set<Operation>): ConstructorParameters<typeof Rewriter>[0] {
  const addReaders = (op: Operation): void =>
    op.results.forEach((result) => result.users.forEach((user) => waiting.add(user)));
  const addWithReaders = (op: Operation): void => {
    waiting.add(op);
    addReaders(op);
  };
  return {
    inserted: addWithReaders,
    changed: addWithReaders,
    erased: (op) => {
      waiting.delete(op);
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
