/**
 * Shapes of all tensors of the corpus' models, at every export style, against those that ONNX's own shape inference finds.
 *
 * `test/data/onnx-shapes.json.gz` was written with onnx 1.23.2: `infer_shapes(model, check_type=True, data_prop=True)` of each
 * model with its symbolic dimensions bound as in `dims`, without the shapes that the file declares for its intermediate values
 * and outputs. `?` is an extent that it does not know.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { corpus, corpusNote, hasCorpus, projectPath } from "./testing.ts";

interface InferredModel {
  readonly dims: Readonly<Record<string, number>>;
  /** Extents joined by `x`, by the name of the tensor. */
  readonly shapes: Readonly<Record<string, string>>;
}

const inferred = JSON.parse(
  gunzipSync(readFileSync(projectPath("test/data/onnx-shapes.json.gz"))).toString(),
) as Readonly<Record<string, InferredModel>>;

function agrees(have: readonly number[], want: string): boolean {
  const extents = want === "" ? [] : want.split("x");
  return (
    extents.length === have.length && extents.every((extent, dim) => extent === "?" || Number(extent) === have[dim])
  );
}

describe.skipIf(!hasCorpus)(`shapes of the corpus' models${corpusNote}`, () => {
  it.each(Object.entries(inferred))("%s", (file, { dims, shapes }) => {
    const { tensors } = importOnnx(readFileSync(`${corpus}/${file}`), { fileName: file, dims });
    const differing = tensors
      .filter(({ name, tensor }) => shapes[name] !== undefined && !agrees(tensor.type.shape, shapes[name]))
      .map(({ name, tensor }) => `${name}: ${tensor.type.shape.join("x")} instead of ${shapes[name] ?? ""}`);
    expect(differing).toEqual([]);
    // Nearly all tensors were compared: the importer has each of them, and the inference most.
    const compared = tensors.filter(({ name }) => shapes[name] !== undefined).length;
    expect(compared).toBeGreaterThan(0.8 * tensors.length);
  });
});
