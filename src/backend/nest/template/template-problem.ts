/** A nest's problem and a design of the template, brought together: what the template's mapper is asked. */
import type { NestProblem } from "../nest-problem.ts";
import type { MatrixProblem, SlidingWindow } from "../../mapping/problem.ts";
import { matrixLoops } from "../../mapping/problem.ts";

/** The problem as the template's mapper takes it: kernel positions belong to the reduction, nothing is fused. */
export function templateProblem({ extents, strides, dilations }: NestProblem): MatrixProblem {
  const { g, b, p, q, k, c } = extents;
  const window = (axis: 0 | 1, outputs: number, kernel: number): SlidingWindow => ({
    kernel,
    stride: strides[axis],
    dilation: dilations[axis],
    padBefore: 0,
    inputExtent: (outputs - 1) * strides[axis] + (kernel - 1) * dilations[axis] + 1,
  });
  return {
    kind: "matrix",
    extents: [g, b, p, q, k, c],
    rows: window(0, p, extents.r),
    columns: window(1, q, extents.s),
    prologueOps: 0,
    epilogueOps: 0,
    extraElements: 0,
    outputCopies: 1,
    loopNames: [...matrixLoops],
    isDepthwise: g > 1 && k === 1 && c === 1,
  };
}
