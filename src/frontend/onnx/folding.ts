/** Computes ops of known operands while importing, within limits that no model can talk it out of. */
import type { Operation } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { LoopNest } from "../../ir/loop-nest.ts";
import { pointCount } from "../../ir/loop-nest.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { elementCount } from "../../ir/types.ts";

/** Tensors with more elements than this are never computed by the importer: they become ops. */
export const knownLimit = 65536;

/**
 * Elements that one import reads, writes or goes over while computing. Above, only small tensors are computed, which shapes
 * are made of; above the second limit none. At some 20 ns an element this is less than a second, and 256 MB.
 */
const workLimit = 2 ** 25;
const smallWorkLimit = 2 ** 26;
const smallTensor = 1024;

/** An op whose operands are known. */
export interface Folded {
  readonly kind: {
    readonly loopNest: (op: Operation) => LoopNest | undefined;
    readonly evaluate: (op: Operation, operands: readonly TensorValue[]) => readonly TensorValue[] | undefined;
  };
  readonly op: Operation;
  readonly operands: readonly TensorValue[];
}

/** Runs references of ops and counts what that took. */
export class Folder {
  private work = 0;

  /** The op's result; undefined when it is too large or too much work, or when the op has no reference. */
  fold({ kind, op, operands }: Folded): TensorValue | undefined {
    const size = elementCount(tensorTypeOf(op.result).shape);
    if (size > knownLimit) return undefined;
    const nest = kind.loopNest(op);
    const read = operands.reduce((sum, { data }) => sum + data.length, 0);
    const work = this.work + size + read + (nest === undefined ? 0 : pointCount(nest));
    if (work > (size <= smallTensor ? smallWorkLimit : workLimit)) return undefined;
    const [result] = kind.evaluate(op, operands) ?? [];
    if (result !== undefined) this.work = work;
    return result;
  }
}
