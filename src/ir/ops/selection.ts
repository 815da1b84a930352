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
import { broadcastRuns } from "../numbers/indexing.ts";
import { zeros } from "../tensor-value.ts";
import { tensorType } from "../types.ts";

export const where = defineOp({
  name: "nn.where",
  summary: "on_true where the condition holds, else on_false; all three broadcast.",
  operands: { condition: {}, on_true: {}, on_false: {} },
  attributes: {},
  docs: {
    condition: "where it is true, on_true is taken",
    result: "the three shapes broadcast as NumPy's",
  },
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
    const shapes = [condition, on_true, on_false].map((operand) => operand.type.shape);
    const { length, starts, steps } = broadcastRuns(type!.shape, shapes);
    let at = 0;
    for (let run = 0; at < output.data.length; run++) {
      let conditionAt = starts[0]![run]!;
      let trueAt = starts[1]![run]!;
      let falseAt = starts[2]![run]!;
      for (const end = at + length; at < end; at++) {
        output.data[at] = condition.data[conditionAt]! !== 0 ? on_true.data[trueAt]! : on_false.data[falseAt]!;
        conditionAt += steps[0]!;
        trueAt += steps[1]!;
        falseAt += steps[2]!;
      }
    }
    return output;
  },
});
