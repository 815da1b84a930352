/** Weights that stand in the text itself, as blobs between `{-#` and `#-}`. */
import { fail } from "../../support/diagnostics.ts";
import type { Operation } from "../core.ts";
import { walk } from "../core.ts";
import type { WeightReader } from "../interpret.ts";
import type { TensorType } from "../types.ts";
import { denseTensor } from "./grammar/dense-literal.ts";
import { NumberProblem } from "./grammar/number-attributes.ts";
import type { ResourceSections } from "./grammar/syntax.ts";
import { unquoted } from "./quoted.ts";

/** Bytes before the numbers of a blob: its alignment, as a 32-bit integer. */
const alignmentBytes = 4;

/**
 * Reads the blobs of `dialect_resources: { builtin: { ... } }`, whose types are those of the module's constants.
 *
 * `read` throws DiagnosticError `weights-missing` or `weight-mismatch`.
 */
export function resourceWeights(module: Operation, resources: ResourceSections): WeightReader {
  const blobs = resources.get("dialect_resources")?.get("builtin");
  const types = new Map<string, TensorType>();
  for (const op of walk(module)) {
    const value = op.attributes.get("value");
    if (value?.kind === "resource") types.set(value.key, value.type);
  }
  return {
    read(key) {
      const [literal, type] = [blobs?.get(key), types.get(key)];
      const digits = literal === undefined ? undefined : unquoted(literal);
      if (digits === undefined || type === undefined)
        return fail({ code: "weights-missing", message: `resource "${key}" is not in the text` });
      const numbers = `0x${digits.slice(2 + 2 * alignmentBytes)}`;
      const tensor = denseTensor({ kind: "bytes", digits: numbers }, type);
      if (tensor === undefined || tensor instanceof NumberProblem) {
        const why = tensor === undefined ? "it cannot be held exactly" : tensor.message;
        return fail({ code: "weight-mismatch", message: `resource "${key}": ${why}` });
      }
      return tensor;
    },
  };
}
