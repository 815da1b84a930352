/** Tensors that the model file stores: small ones become known numbers, the others weights, whose numbers stay where they are. */
import type { WeightReader } from "../../ir/interpret.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { elementCount, isFloat } from "../../ir/types.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { errorDiagnostic, fail } from "../../support/diagnostics.ts";
import type { ExternalSpan } from "./read/external-data.ts";
import { externalSpan } from "./read/external-data.ts";
import type { Tensor } from "./module-builder.ts";
import { knownLimit } from "./folding.ts";
import { knownTensor } from "./module-builder.ts";
import { dataTypeName, isKnownDataType, scalarOfDataType } from "./read/data-types.ts";
import { isExternal, readRaw, readTensor, tensorProblem, typeOfTensor } from "./read/read-tensor.ts";
import type { TensorProto } from "./read/schema.ts";

/** Float tensors with more elements than this are weights. */
const weightThreshold = 64;

/** Reads `length` bytes at `offset` of a file beside the model; undefined when there is no such file. */
export type ReadExternal = (location: string, offset: number, length: number) => Uint8Array | undefined;

/** Numbers of the model's weights, read when asked for. */
export interface OnnxWeights extends WeightReader {
  /** Files beside the model that hold weights, in the order in which they are first named. */
  readonly externalFiles: readonly string[];
  /** The same weights with a way to read external files. */
  readonly withExternal: (readExternal: ReadExternal) => OnnxWeights;
}

/** Size in bytes of a file beside the model; undefined when there is no such file, which is no error. */
export type ExternalFileSize = (location: string) => number | undefined;

/** What is wrong with how a tensor is stored; undefined when it can be read. */
function storedTensorProblem(tensor: TensorProto, fileSize: ExternalFileSize | undefined): string | undefined {
  const problem = tensorProblem(tensor);
  if (problem !== undefined || !isExternal(tensor)) return problem;
  const span = externalSpan(tensor);
  if ("problem" in span) return span.problem;
  const [size, end] = [fileSize?.(span.location), span.offset + span.length];
  if (size === undefined || end <= size) return undefined;
  return `external data ends at byte ${end} of ${span.location}, which has ${size} bytes`;
}

/** Why a tensor of the file cannot be had although nothing is wrong with it; that matters only when it is read. */
export function refusedTensor({ dataType = 0 }: TensorProto): string | undefined {
  return isKnownDataType(dataType) && scalarOfDataType(dataType) === undefined
    ? `its element type is ${dataTypeName(dataType)}`
    : undefined;
}

/** Diagnostics for the initializers that cannot be read. */
export function initializerProblems(
  initializers: readonly TensorProto[],
  fileName: string,
  stored: StoredTensors,
): readonly Diagnostic[] {
  return initializers.flatMap((tensor) => {
    const problem = refusedTensor(tensor) === undefined ? stored.problem(tensor) : undefined;
    const at = [`initializer "${tensor.name ?? ""}" in ${fileName}`];
    return problem === undefined ? [] : [errorDiagnostic({ code: "onnx-invalid-tensor", message: problem, at })];
  });
}

/** What is known of the files beside the model. */
export interface ExternalFiles {
  readonly fileName: string;
  readonly externalSize?: ExternalFileSize | undefined;
  readonly readExternal?: ReadExternal | undefined;
}

/** The stored tensors of one model by the key that the module names them by. */
export class StoredTensors {
  private readonly byKey = new Map<string, TensorProto>();
  private readonly files: ExternalFiles;

  constructor(files: ExternalFiles) {
    this.files = files;
  }

  /** What is wrong with how a tensor is stored; undefined when it can be read. */
  problem(stored: TensorProto): string | undefined {
    return storedTensorProblem(stored, this.files.externalSize);
  }

  /** The tensor under a name; a weight's key is the name, made unique. It must have no `problem`. */
  tensor(stored: TensorProto, name: string): Tensor {
    const type = typeOfTensor(stored);
    const isSmall = elementCount(type.shape) <= (isFloat(type.element) ? weightThreshold : knownLimit);
    const numbers = isSmall ? this.numbersOf(stored, name) : undefined;
    return numbers === undefined ? { kind: "weight", type, key: this.register(stored, name) } : knownTensor(numbers);
  }

  /** undefined when they are in a file that is not there. */
  private numbersOf(stored: TensorProto, key: string): TensorValue | undefined {
    if (!isExternal(stored)) return readTensor(stored);
    const { fileName, readExternal } = this.files;
    const span = externalSpan(stored);
    if ("problem" in span || this.files.externalSize?.(span.location) === undefined) return undefined;
    return readExternal === undefined ? undefined : readFrom(stored, { key, fileName, readExternal });
  }

  private register(stored: TensorProto, name: string): string {
    let key = name;
    for (let number = 2; this.byKey.has(key) && this.byKey.get(key) !== stored; number++) key = `${name}#${number}`;
    this.byKey.set(key, stored);
    return key;
  }

  /** A reader of the weights registered so far and later. */
  weights(): OnnxWeights {
    return weightsOf(this.byKey, this.files.fileName, this.files.readExternal);
  }
}

function weightsOf(
  byKey: ReadonlyMap<string, TensorProto>,
  fileName: string,
  readExternal: ReadExternal | undefined,
): OnnxWeights {
  return {
    read(key) {
      const stored =
        byKey.get(key) ??
        fail({ code: "weights-missing", message: `the model has no weight '${key}'`, at: [fileName] });
      return isExternal(stored) ? readFrom(stored, { key, fileName, readExternal }) : readTensor(stored);
    },
    get externalFiles() {
      const spans = [...byKey.values()].filter(isExternal).map(externalSpan);
      return [...new Set(spans.flatMap((span) => ("problem" in span ? [] : [span.location])))];
    },
    withExternal: (read) => weightsOf(byKey, fileName, read),
  };
}

interface ExternalPlace {
  readonly key: string;
  readonly fileName: string;
  readonly readExternal: ReadExternal | undefined;
}

function readFrom(stored: TensorProto, place: ExternalPlace): TensorValue {
  const span = externalSpan(stored);
  if ("problem" in span) return fail({ code: "onnx-invalid-tensor", message: span.problem, at: [weightAt(place)] });
  const bytes = place.readExternal?.(span.location, span.offset, span.length);
  if (bytes === undefined) return missing(span, place);
  if (bytes.length !== span.length) {
    const message = `${span.location} has ${bytes.length} of the ${span.length} bytes at offset ${span.offset}`;
    return fail({ code: "weights-missing", message, at: [weightAt(place)] });
  }
  return readRaw(typeOfTensor(stored), bytes);
}

function weightAt({ key, fileName }: ExternalPlace): string {
  return `weight "${key}" in ${fileName}`;
}

function missing(span: ExternalSpan, place: ExternalPlace): never {
  return fail({
    code: "weights-missing",
    message: `the weights file ${span.location} is not there`,
    at: [weightAt(place)],
    help: [`put it beside the model, or generate numbers for it: fastc materialize ${place.fileName} --seed 1`],
  });
}
