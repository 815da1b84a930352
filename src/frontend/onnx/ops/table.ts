/** Every standard ONNX operator that can be imported. */
import type { OperatorTable } from "../operator.ts";
import { constantOperators } from "./constant.ts";
import { controlFlowOperators } from "./control-flow.ts";
import { convolutionOperators } from "./convolution.ts";
import { elementwiseOperators } from "./elementwise.ts";
import { matrixOperators } from "./matrix.ts";
import { normalisationOperators } from "./normalisation.ts";
import { poolingOperators } from "./pooling.ts";
import { reductionOperators } from "./reduction.ts";
import { resizeOperators } from "./resize.ts";
import { shapeOperators } from "./shape.ts";
import { slicingOperators } from "./slicing.ts";

/** Operators of the standard domain by name. */
export const standardOperators: OperatorTable = {
  ...constantOperators,
  ...controlFlowOperators,
  ...convolutionOperators,
  ...elementwiseOperators,
  ...matrixOperators,
  ...normalisationOperators,
  ...poolingOperators,
  ...reductionOperators,
  ...resizeOperators,
  ...shapeOperators,
  ...slicingOperators,
};
