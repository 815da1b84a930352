/** Model and tensor files to messages, with an error that names the cause when they are something else. */
import type { ByteSource } from "../../../support/byte-source.ts";
import { memorySource } from "../../../support/byte-source.ts";
import { fail } from "../../../support/diagnostics.ts";
import type { GraphProto, ModelProto, TensorProto } from "./schema.ts";
import { modelSchema, tensorSchema } from "./schema.ts";
import { decodeMessage } from "./decode-message.ts";
import { WireFormatError } from "./wire-reader.ts";

/** Newest operator set whose definitions were read for this importer. */
const newestOpset = 28;

/** A model file that has the parts every ONNX model must have. */
export interface DecodedModel {
  readonly model: ModelProto;
  readonly graph: GraphProto;
  /** Version of the standard operators (domain ""). */
  readonly opset: number;
  /** Version of each imported operator domain. */
  readonly opsets: ReadonlyMap<string, number>;
  /** What the user should know although it is no error. */
  readonly warnings: readonly string[];
}

/**
 * Reads a model file.
 * @throws DiagnosticError `onnx-not-a-model`
 */
export function decodeModel(source: ByteSource, fileName: string): DecodedModel {
  if (source.size === 0) notAModel(fileName, "the file is empty");
  const model = decodeOr(
    () => decodeMessage(modelSchema, source),
    (problem) => notAModel(fileName, problem),
  );
  const { graph, irVersion } = model;
  if (graph === undefined) notAModel(fileName, "it has no graph");
  if (irVersion === undefined || irVersion === 0) notAModel(fileName, "it has no ir_version");
  if (model.opsetImport.length === 0) notAModel(fileName, "it imports no operator set (opset_import)");
  const opsets = new Map(model.opsetImport.map(({ domain, version }) => [standardDomain(domain), version ?? 0]));
  const opset = opsets.get("") ?? 0;
  if (opset < 1 && graph.node.some(({ domain }) => standardDomain(domain) === "")) {
    notAModel(fileName, "it uses standard operators but imports no version of them (opset_import)");
  }
  return { model, graph, opset, opsets, warnings: opset > newestOpset ? [tooNew(opset)] : [] };
}

/**
 * Reads a tensor file (`.pb`), as they stand beside ONNX's test models.
 * @throws DiagnosticError `onnx-not-a-tensor`
 */
export function decodeTensor(bytes: Uint8Array, fileName: string): TensorProto {
  return decodeOr(
    () => decodeMessage(tensorSchema, memorySource(bytes)),
    (problem) => fail({ code: "onnx-not-a-tensor", message: `${fileName} is not an ONNX tensor`, notes: [problem] }),
  );
}

/** The standard domain has two spellings. */
export function standardDomain(domain: string | undefined): string {
  return domain === undefined || domain === "ai.onnx" ? "" : domain;
}

function tooNew(opset: number): string {
  return `operator set ${opset} is newer than ${newestOpset}, the newest known; its operators are read as those of ${newestOpset}`;
}

function decodeOr<T>(decode: () => T, refuse: (problem: string) => never): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof WireFormatError) return refuse(`protobuf: ${error.message}`);
    throw error;
  }
}

function notAModel(fileName: string, why: string): never {
  return fail({
    code: "onnx-not-a-model",
    message: `${fileName} is not a complete ONNX model`,
    notes: [why],
    help: [
      "give the path of a model in ONNX's binary format (.onnx); if it is one, it may be damaged: copy or export it again",
    ],
  });
}
