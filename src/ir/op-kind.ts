/** What every op kind offers to code that does not know the op: verifier, inference, loop nest, reference. */
import type { AttributeSpecs } from "./attribute-specs.ts";
import type { Attribute } from "./attributes.ts";
import type { Operation, Value } from "./core.ts";
import type { LoopNest } from "./loop-nest.ts";
import type { TensorValue } from "./tensor-value.ts";
import type { TensorType } from "./types.ts";

/**
 * What passes and the back end ask an op. `pure`: no effect but its results. `matrix`: MACs, may run on the arrays.
 * `elementwise`: each result element reads at most one element of each operand, after broadcasting. `reduction`: fewer
 * elements out than in. `normalisation`: whole rows in and out. `movement`: copies. `view`: renames, moves nothing.
 * `constant`: no operands, known before the program runs. `terminator`: ends its block. `commutative`: two operands may
 * be exchanged. `isolated`: its regions read nothing from outside.
 */
export type Trait =
  | "pure"
  | "matrix"
  | "elementwise"
  | "reduction"
  | "normalisation"
  | "movement"
  | "view"
  | "constant"
  | "terminator"
  | "commutative"
  | "isolated";

/** One operand of an op. An optional one must be the last; a variadic one takes all operands from its place on. */
export interface OperandSpec {
  readonly rank?: number;
  readonly optional?: true;
  readonly variadic?: true;
}

export type OperandSpecs = Readonly<Record<string, OperandSpec>>;

/** The untyped face of an op's one record. */
export interface OpKind {
  readonly name: string;
  readonly summary: string;
  /** For docs/ir.md: words about an operand, an attribute or the `result`, by name. */
  readonly docs?: Readonly<Record<string, string | undefined>>;
  readonly operandSpecs: OperandSpecs;
  readonly attributeSpecs: AttributeSpecs;
  readonly traits: ReadonlySet<Trait>;
  /** How the pretty form is written where that does not follow from the traits. */
  readonly form?: "module" | "function";
  /** Attributes that MLIR's own definition of the op has as properties: the generic form shows them as `<{...}>`. */
  readonly properties?: readonly string[];
  /** What is wrong with an operation of this kind; empty when it is valid. */
  readonly verify: (op: Operation) => readonly string[];
  /** Result types from operand types and attributes; the operation must be otherwise valid. undefined: not inferred. */
  readonly inferTypes: (op: Operation) => readonly TensorType[] | undefined;
  /** The operand that the only result always equals; the operation must be valid. undefined: there is none. */
  readonly fold?: (op: Operation) => Value | undefined;
  /** undefined for ops that neither compute nor move anything (constants, views, structure). */
  readonly loopNest: (op: Operation) => LoopNest | undefined;
  /** Result values from operand values: plain loops, slow and obviously right. undefined: has no reference. */
  readonly evaluate: (op: Operation, operands: readonly TensorValue[]) => readonly TensorValue[] | undefined;
}

/** The operand's name in the declaration that operand number `index` belongs to. */
export function operandName(kind: OpKind, index: number): string {
  const names = Object.keys(kind.operandSpecs);
  return names[Math.min(index, names.length - 1)] ?? "";
}

/** Attributes of an operation that its kind does not declare (written by later stages) are allowed and kept. */
export type AttributeMap = ReadonlyMap<string, Attribute>;
