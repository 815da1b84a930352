/** Every standard ONNX operator that can be imported. */
import type { OperatorTable } from "../operator.ts";
import { constantOperators } from "./constant.ts";
import { controlFlowOperators } from "./control-flow.ts";
import { elementwiseOperators } from "./elementwise.ts";
import { layerOperators } from "./layers/table.ts";
import { reductionOperators } from "./reduction.ts";
import { shapeOperators } from "./shape.ts";
import { slicingOperators } from "./slicing.ts";

/** Operators of the standard domain by name. */
export const standardOperators: OperatorTable = {
  ...constantOperators,
  ...controlFlowOperators,
  ...elementwiseOperators,
  ...layerOperators,
  ...reductionOperators,
  ...shapeOperators,
  ...slicingOperators,
};
