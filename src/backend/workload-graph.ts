/** Run-time ops and the tensors between them: what regions are formed from. */
import type { ValueId } from "../ir/decisions.ts";
import type { LoopNest } from "../ir/loop-nest.ts";
import type { OpClass } from "./evaluation.ts";

/** A tensor that run-time ops read or write. Views (reshapes) of a tensor are the tensor itself. */
export interface WorkloadTensor {
  readonly id: number;
  readonly value: ValueId;
  readonly origin: "input" | "weight" | "activation";
  readonly isOutput: boolean;
  readonly shape: readonly number[];
  /** Name of the element type in the model. */
  readonly element: string;
  /**
   * Size in operand words of the hardware: elements of floating-point tensors, which run in the design's operand type;
   * other tensors keep their own width and count as many 2-byte words.
   */
  readonly words: number;
}

/** How an op takes part in a region. `view` moves nothing; `transpose` only changes addresses. */
export type OpRole = "matrix" | "elementwise" | "row" | "transpose" | "view" | "copy";

/** A run-time op. */
export interface WorkloadOp {
  readonly index: number;
  readonly operation: number;
  readonly opName: string;
  readonly onnxNodes: readonly string[];
  readonly role: OpRole;
  readonly kind: OpClass;
  readonly nest: LoopNest | undefined;
  /** Tensor of each operand, with its name in the op's declaration, its shape, and the words of it that are read. */
  readonly operands: readonly {
    readonly name: string;
    readonly tensor: number;
    readonly shape: readonly number[];
    readonly words: number;
  }[];
  readonly results: readonly number[];
  readonly outputElements: number;
  readonly macs: number;
}

/** Ops in program order, and the tensors that they name by index. */
export interface WorkloadGraph {
  readonly tensors: readonly WorkloadTensor[];
  readonly operations: readonly WorkloadOp[];
}
