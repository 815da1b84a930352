/** Operators of network layers: convolutions, matrix products, normalisations, poolings, resampling. */
import type { OperatorTable } from "../../operator.ts";
import { convolutionTransposeOperators } from "./convolution-transpose.ts";
import { convolutionOperators } from "./convolution.ts";
import { matrixOperators } from "./matrix.ts";
import { normalisationOperators } from "./normalisation.ts";
import { poolingOperators } from "./pooling.ts";
import { quantizationOperators } from "./quantization.ts";
import { recurrentOperators } from "./recurrent.ts";
import { resizeOperators } from "./resize.ts";

export const layerOperators: OperatorTable = {
  ...convolutionOperators,
  ...convolutionTransposeOperators,
  ...matrixOperators,
  ...normalisationOperators,
  ...poolingOperators,
  ...quantizationOperators,
  ...recurrentOperators,
  ...resizeOperators,
};
