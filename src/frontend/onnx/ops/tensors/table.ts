/** Operators on tensors as such: arithmetic, types, shapes, indices, order. */
import type { OperatorTable } from "../../operator.ts";
import { arithmeticOperators } from "./arithmetic.ts";
import { castOperators } from "./casts.ts";
import { constantOperators } from "./constant.ts";
import { dataDependentOperators } from "./data-dependent.ts";
import { indexingOperators } from "./indexing.ts";
import { lossOperators } from "./losses.ts";
import { mathOperators } from "./math.ts";
import { ngramOperators } from "./ngrams.ts";
import { orderingOperators } from "./ordering.ts";
import { reductionOperators } from "./reduction.ts";
import { shapeOperators } from "./shape.ts";
import { signalOperators } from "./signal.ts";
import { slicingOperators } from "./slicing.ts";
import { unfoldingOperators } from "./unfolding.ts";

/** The standard operators of this folder by name. */
export const tensorOperators: OperatorTable = {
  ...arithmeticOperators,
  ...castOperators,
  ...constantOperators,
  ...dataDependentOperators,
  ...indexingOperators,
  ...lossOperators,
  ...mathOperators,
  ...ngramOperators,
  ...orderingOperators,
  ...reductionOperators,
  ...shapeOperators,
  ...signalOperators,
  ...slicingOperators,
  ...unfoldingOperators,
};
