/**
 * onnxruntime, an independent execution of ONNX models to check ours against. An optional package, loaded when it is
 * needed. Runs on one thread and without optimisations, so that every tensor exists and is the same on every run.
 */
import type * as Ort from "onnxruntime-node";
import { Writer } from "protobufjs/minimal.js";
import type { ScalarName, TensorValue } from "../index.ts";
import { storedArray, tensorFromBytes } from "../index.ts";
import { DiagnosticError, fail } from "../support/diagnostics.ts";
import { readBytes } from "./files.ts";
import { openModel } from "./model-file.ts";

/** Version that fastc is tested with, as npm takes it. */
const testedVersion = "1.30";

/** onnxruntime's names of the element types that its JavaScript interface has. */
const typeNames: Readonly<Partial<Record<ScalarName, Ort.Tensor.Type>>> = {
  f64: "float64",
  f32: "float32",
  f16: "float16",
  i1: "bool",
  i8: "int8",
  i16: "int16",
  i32: "int32",
  i64: "int64",
  ui8: "uint8",
  ui16: "uint16",
  ui32: "uint32",
  ui64: "uint64",
};
const scalarNames = new Map(Object.entries(typeNames).map(([name, type]) => [type, name as ScalarName]));

/** True when tensors of this element type can be handed to onnxruntime and back. */
export function isExchangeable(name: ScalarName): boolean {
  return typeNames[name] !== undefined;
}

/** onnxruntime with one model. */
export interface Runtime {
  readonly version: string;
  /**
   * Tensors of the model by name, for inputs by name: outputs, or what a node makes.
   *
   * The model is loaded for each call: onnxruntime keeps every tensor that it can be asked for until the end of a run, so
   * that asking for all of them one after the other takes the memory of all.
   * @throws DiagnosticError `onnxruntime-failed`, `weights-missing`
   */
  readonly run: (
    inputs: ReadonlyMap<string, TensorValue>,
    names: readonly string[],
  ) => Promise<ReadonlyMap<string, TensorValue>>;
}

/** Which model. */
export interface RuntimeModel {
  readonly path: string;
  /** Names of the model's outputs. */
  readonly outputs: readonly string[];
  /** Weights files beside the model. */
  readonly externalFiles: readonly string[];
}

/**
 * onnxruntime for a model, which is not loaded yet.
 * @throws DiagnosticError `onnxruntime-missing`
 */
export async function openRuntime(model: RuntimeModel): Promise<Runtime> {
  const ort = await loadRuntime();
  return {
    version: ort.env.versions.node ?? testedVersion,
    async run(inputs, names) {
      const session = await orFail(model.path, () => load(ort, model, names));
      try {
        const feeds = Object.fromEntries(
          [...inputs].map(([name, { type, data }]) => {
            const { shape, element } = type;
            return [name, new ort.Tensor(typeNames[element.name] ?? "float32", storedArray(element.name, data), shape)];
          }),
        );
        const results = await orFail(model.path, () => session.run(feeds, names));
        return new Map(Object.entries(results).map(([name, tensor]) => [name, valueOf(tensor)]));
      } finally {
        await session.release();
      }
    },
  };
}

/** The model with the names among its outputs. */
function load(
  { InferenceSession }: typeof Ort,
  { path, outputs, externalFiles }: RuntimeModel,
  names: readonly string[],
): Promise<Ort.InferenceSession> {
  const options: Ort.InferenceSession.SessionOptions = {
    graphOptimizationLevel: "disabled",
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Errors only.
    logSeverityLevel: 3,
  };
  const intermediates = names.filter((name) => !outputs.includes(name));
  if (intermediates.length === 0) return InferenceSession.create(path, options);
  return InferenceSession.create(withOutputs(readBytes(path), intermediates), {
    ...options,
    externalData: externalFiles.map((file) => ({ path: file, data: externalContent(path, file) })),
  });
}

/** The package, if it is installed. */
async function loadRuntime(): Promise<typeof Ort> {
  try {
    return await import("onnxruntime-node");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail({
      code: "onnxruntime-missing",
      message: "onnxruntime-node is needed to check a model, but cannot be loaded",
      notes: [reason.split("\n")[0] ?? ""],
      help: [
        `npm install onnxruntime-node@${testedVersion}, beside fastc; ONNXRUNTIME_NODE_INSTALL=skip in the environment leaves out its CUDA libraries`,
      ],
    });
  }
}

async function orFail<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return fail({
      code: "onnxruntime-failed",
      message: "onnxruntime cannot run the model",
      at: [path],
      notes: [reason.trim().split("\n")[0] ?? ""],
    });
  }
}

/**
 * A model with further graph outputs. Protobuf merges messages that stand one after the other, so the outputs are written
 * behind the model as a second, almost empty one, and nothing of the first can get lost.
 */
export function withOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  // ModelProto.graph = 7, GraphProto.output = 12, ValueInfoProto.name = 1, all length-delimited.
  const writer = new Writer().uint32((7 << 3) | 2).fork();
  for (const name of names) {
    writer.uint32((12 << 3) | 2).fork();
    writer
      .uint32((1 << 3) | 2)
      .string(name)
      .ldelim();
  }
  const more = writer.ldelim().finish();
  const bytes = new Uint8Array(model.length + more.length);
  bytes.set(model);
  bytes.set(more, model.length);
  return bytes;
}

/** A model from memory has no folder: onnxruntime then wants its weights files from memory too. */
function externalContent(path: string, file: string): Uint8Array {
  const { externalSize, readExternal } = openModel(path);
  const content = readExternal(file, 0, externalSize(file) ?? 0);
  if (content !== undefined) return content;
  return fail({
    code: "weights-missing",
    message: `the weights file ${file} is not there`,
    at: [path],
    help: [`put it beside the model, or generate numbers for it: fastc materialize ${path} --seed 1`],
  });
}

function valueOf({ type, data, dims }: Ort.OnnxValue): TensorValue {
  const name = scalarNames.get(type);
  if (name === undefined || !ArrayBuffer.isView(data)) {
    return fail({ code: "onnxruntime-failed", message: `onnxruntime gives a result of type ${type}` });
  }
  return tensorFromBytes(dims, name, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
