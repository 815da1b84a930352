/** Choosing between two tensors, element by element. */
import {
  broadcastAccess,
  broadcastShape,
  broadcastShapes,
  dimensionAccess,
  dimensionLoops,
  shapeText,
} from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import { broadcastStrides, stridedOffsets } from "../numbers/indexing.ts";
import { zeros } from "../tensor-value.ts";
import { tensorType } from "../types.ts";

export const where = defineOp({
  name: "nn.where",
  summary: "on_true where the condition holds, else on_false; all three broadcast.",
  operands: { condition: {}, on_true: {}, on_false: {} },
  attributes: {},
  traits: ["pure", "elementwise"],
  verify({ condition, on_true, on_false }) {
    if (condition.element.name !== "i1")
      return `condition has element type ${condition.element.name} but should have i1`;
    if (on_true.element !== on_false.element) {
      return `element types ${on_true.element.name} and ${on_false.element.name} differ`;
    }
    const shapes = [condition.shape, on_true.shape, on_false.shape];
    if (broadcastShapes(...shapes) !== undefined) return undefined;
    return `shapes ${shapes.map(shapeText).join(", ")} do not broadcast`;
  },
  inferTypes: ({ condition, on_true, on_false }) =>
    tensorType(broadcastShape(condition.shape, on_true.shape, on_false.shape), on_true.element),
  loopNest({ condition, on_true, on_false }) {
    const output = broadcastShape(condition.shape, on_true.shape, on_false.shape);
    return {
      extents: dimensionLoops(output),
      access: {
        condition: broadcastAccess(condition.shape, output),
        on_true: broadcastAccess(on_true.shape, output),
        on_false: broadcastAccess(on_false.shape, output),
        output: dimensionAccess(output.length),
      },
      work: { kind: "vector", opsPerPoint: 1 },
    };
  },
  reference({ condition, on_true, on_false }, _attributes, [type]) {
    const output = zeros(type!);
    const offsets = (shape: readonly number[]): Int32Array =>
      stridedOffsets(type!.shape, broadcastStrides(shape, type!.shape));
    const conditionAt = offsets(condition.type.shape);
    const [trueAt, falseAt] = [offsets(on_true.type.shape), offsets(on_false.type.shape)];
    for (let at = 0; at < output.data.length; at++) {
      const holds = condition.data[conditionAt[at]!]! !== 0;
      output.data[at] = holds ? on_true.data[trueAt[at]!]! : on_false.data[falseAt[at]!]!;
    }
    return output;
  },
});
