/** Rewrite patterns: what they look at, and how they say why they do not apply. */
import type { AttributeSpecs } from "../attribute-specs.ts";
import type { Operation, Value } from "../core.ts";
import type { OpView, TypedOpKind } from "../define-op.ts";
import type { OpKind, OperandSpecs } from "../op-kind.ts";
import type { Rewriter } from "./rewriter.ts";

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

/** A pattern that rewrote an operation. What it looked at may be gone by now: `op` tells its name and location. */
export interface Application {
  readonly pattern: string;
  readonly op: Operation;
}

/** Told of every pattern that looked at an operation. */
export interface RewriteObserver {
  readonly refused?: (refusal: Refusal) => void;
  readonly applied?: (application: Application) => void;
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
