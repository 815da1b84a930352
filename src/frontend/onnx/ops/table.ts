/** Every standard ONNX operator that can be imported. */
import type { OperatorTable } from "../operator.ts";
import { controlFlowOperators } from "./control-flow.ts";
import { layerOperators } from "./layers/table.ts";
import { tensorOperators } from "./tensors/table.ts";

/** Operators of the standard domain by name. */
export const standardOperators: OperatorTable = { ...controlFlowOperators, ...layerOperators, ...tensorOperators };
