/** `NAME.init.json`: the seed and the range of each weight of a model whose weights are generated. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { readJson } from "../../../support/read-json.ts";

const initFileSchema = Type.Object({
  generator: Type.Literal("lowbias32-uniform-v1", { description: "how numbers follow from seed, name and index" }),
  seed: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
  location: Type.String({ minLength: 1, description: "the weights file, relative to the model" }),
  bytes: Type.Integer({ minimum: 0, description: "size of the weights file" }),
  tensors: Type.Record(Type.String(), Type.Tuple([Type.Number(), Type.Number()]), {
    description: "lowest and highest number of each tensor by name",
  }),
});

export type InitFile = Static<typeof initFileSchema>;

/**
 * The content of an init file.
 * @throws DiagnosticError `json-syntax` or `init-invalid`
 */
export function parseInitFile(text: string, fileName: string): InitFile {
  return readJson({ text, fileName, schema: initFileSchema, code: "init-invalid" });
}
