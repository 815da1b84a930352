/** Operators of network layers: convolutions, matrix products, normalisations, poolings, resampling. */
import type { OperatorTable } from "../../operator.ts";
import { convolutionTransposeOperators } from "./convolution-transpose.ts";
import { attentionOperators } from "./attention.ts";
import { convolutionOperators } from "./convolution.ts";
import { einsumOperators } from "./einsum.ts";
import { linearAttentionOperators } from "./linear-attention.ts";
import { matrixOperators } from "./matrix.ts";
import { normalisationOperators } from "./normalisation.ts";
import { poolingOperators } from "./pooling.ts";
import { quantizationOperators } from "./quantization.ts";
import { recurrentOperators } from "./recurrent.ts";
import { resizeOperators } from "./resize.ts";
import { samplingOperators } from "./sampling.ts";
import { softmaxOperators } from "./softmax.ts";

export const layerOperators: OperatorTable = {
  ...attentionOperators,
  ...convolutionOperators,
  ...convolutionTransposeOperators,
  ...einsumOperators,
  ...linearAttentionOperators,
  ...matrixOperators,
  ...normalisationOperators,
  ...poolingOperators,
  ...quantizationOperators,
  ...recurrentOperators,
  ...resizeOperators,
  ...samplingOperators,
  ...softmaxOperators,
};
