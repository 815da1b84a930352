/** Every weights file of the corpus has the bytes that its manifest gives; those of hundreds of MB at greater scales. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseInitFile } from "../../../../src/frontend/onnx/weights/init-file.ts";
import { weightFiles } from "../../../../src/frontend/onnx/weights/weight-files.ts";
import { present } from "../../../../src/support/bug.ts";
import { corpus, corpusNote, hasCorpus } from "../testing.ts";

interface ManifestModel {
  readonly name: string;
  readonly file: string;
  readonly weights_file?: string;
  readonly weights_sha256?: string;
}

const scale = Number(process.env["FASTC_TEST_SCALE"] ?? "1");
const largestBytes = scale >= 4 ? Infinity : 60e6;

const models = hasCorpus
  ? (JSON.parse(readFileSync(`${corpus}/manifest.json`, "utf8")) as { models: readonly ManifestModel[] }).models
  : [];
/** One model for each weights file, of which several share one. */
const owners = [
  ...new Map(
    models.flatMap((model) => (model.weights_file === undefined ? [] : [[model.weights_file, model] as const])),
  ).values(),
].filter((model) => initOf(model).file.bytes <= largestBytes);

function initOf({ file }: ManifestModel) {
  const fileName = `${corpus}/${file.replace(/\.onnx$/, ".init.json")}`;
  return { file: parseInitFile(readFileSync(fileName, "utf8"), fileName), fileName };
}

describe.skipIf(!hasCorpus)(`weights files${corpusNote}`, () => {
  it.each(owners.map((model) => [model.weights_file, model] as const))("%s", (_name, model) => {
    const bytes = readFileSync(`${corpus}/${model.file}`);
    const [file, second] = weightFiles(bytes, { fileName: model.file, seed: 1, init: initOf(model) });
    const { sizeBytes, stretches } = present(file, "a weights file");
    expect(second).toBeUndefined();
    const content = new Uint8Array(sizeBytes);
    for (const stretch of stretches()) content.set(stretch.bytes, stretch.offset);
    expect(createHash("sha256").update(content).digest("hex")).toBe(model.weights_sha256);
  });
});
