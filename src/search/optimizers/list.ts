/** The optimizers that `fastc search --optimizer` knows. The conformance suite runs on every one of them. */
import type { OptimizerKind } from "../optimizer.ts";
import { local } from "./local.ts";
import { random } from "./random.ts";

/** All optimizers, the default first. */
export const optimizers: readonly OptimizerKind[] = [local, random];
