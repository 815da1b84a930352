/** The weights files that a model expects beside it, and the numbers to fill them with. */
import { elementCount, scalar } from "../../../ir/types.ts";
import type { ByteSource } from "../../../support/byte-source.ts";
import { byteSource } from "../../../support/byte-source.ts";
import type { Diagnostic } from "../../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "../../../support/diagnostics.ts";
import { scalarOfDataType } from "../read/data-types.ts";
import { decodeModel } from "../read/decode.ts";
import { externalSpan } from "../read/external-data.ts";
import { isExternal, tensorProblem } from "../read/read-tensor.ts";
import type { GraphProto, TensorProto } from "../read/schema.ts";
import { tensorBytes } from "../tensor-files/tensor-bytes.ts";
import { defaultRanges } from "./default-ranges.ts";
import type { InitFile } from "./init-file.ts";
import type { UniformNumbers, UniformRange } from "./uniform-numbers.ts";
import { uniformNumbers } from "./uniform-numbers.ts";

/** Where a tensor stands in its file, and its numbers. */
interface PlacedTensor extends UniformNumbers {
  readonly offset: number;
  readonly count: number;
}

/** A weights file that can be written. Bytes between tensors are zero. */
export interface WeightFile {
  /** Path relative to the model's folder, inside it. */
  readonly location: string;
  readonly sizeBytes: number;
  readonly tensorCount: number;
  readonly elementCount: number;
  /** Its bytes in stretches of at most some MB, in the order of the model's tensors. */
  readonly stretches: () => Generator<{ readonly offset: number; readonly bytes: Uint8Array }>;
}

/** What decides the numbers. */
export interface WeightOptions {
  readonly fileName: string;
  /** For tensors by the default rule; an init file has a seed of its own. */
  readonly seed: number;
  readonly init?: { readonly file: InitFile; readonly fileName: string } | undefined;
}

/** Elements of a stretch. */
const stretchElements = 2 ** 20;

/**
 * The files that the model's external initializers are in, each once.
 *
 * @throws DiagnosticError `onnx-not-a-model`, `onnx-invalid-tensor`, or `init-invalid` when the init file is another model's
 */
export function weightFiles(content: Uint8Array | ByteSource, options: WeightOptions): readonly WeightFile[] {
  const { graph } = decodeModel(byteSource(content), options.fileName);
  const placed = graphsIn(graph).flatMap((inner) => placedTensors(inner, options));
  const locations = [...new Set(placed.map(({ location }) => location))];
  return locations.map((location) => {
    const tensors = placed.filter((tensor) => tensor.location === location);
    const declared = options.init?.file.location === location ? options.init.file.bytes : 0;
    return {
      location,
      sizeBytes: Math.max(declared, ...tensors.map(({ offset, length }) => offset + length)),
      tensorCount: tensors.length,
      elementCount: tensors.reduce((sum, { count }) => sum + count, 0),
      stretches: () => stretchesOf(tensors),
    };
  });
}

/** The graph and those inside of its nodes. */
function graphsIn(graph: GraphProto): readonly GraphProto[] {
  const inner = graph.node.flatMap((node) => node.attribute.flatMap(({ g }) => (g === undefined ? [] : [g])));
  return [graph, ...inner.flatMap(graphsIn)];
}

function placedTensors(
  graph: GraphProto,
  options: WeightOptions,
): readonly (PlacedTensor & { readonly location: string; readonly length: number })[] {
  const byRule = defaultRanges(graph);
  const problems: Diagnostic[] = [];
  const placed = graph.initializer.filter(isExternal).flatMap((tensor) => {
    const { name = "", dims, dataType = 0 } = tensor;
    const span = externalSpan(tensor);
    const problem = tensorProblem(tensor) ?? ("problem" in span ? span.problem : undefined);
    if (problem !== undefined || "problem" in span) {
      const at = [`initializer "${name}" in ${options.fileName}`];
      problems.push(errorDiagnostic({ code: "onnx-invalid-tensor", message: problem ?? "", at }));
      return [];
    }
    const element = scalar(scalarOfDataType(dataType) ?? "f32");
    const { low, high, seed } = rangeOf(tensor, byRule, options);
    return [{ ...span, name, element, count: elementCount(dims), low, high, seed }];
  });
  if (problems.length > 0) throw new DiagnosticError(problems);
  return placed;
}

function rangeOf(
  tensor: TensorProto,
  byRule: (tensor: TensorProto) => UniformRange,
  { init, seed, fileName }: WeightOptions,
): UniformRange & { readonly seed: number } {
  if (init === undefined) return { ...byRule(tensor), seed };
  const range = Object.hasOwn(init.file.tensors, tensor.name ?? "") ? init.file.tensors[tensor.name ?? ""] : undefined;
  if (range === undefined) {
    return fail({
      code: "init-invalid",
      message: `it has no range for the weight "${tensor.name ?? ""}" of ${fileName}`,
      at: [init.fileName],
      help: ["move it away to have the numbers made by the default rule"],
    });
  }
  return { low: range[0], high: range[1], seed: init.file.seed };
}

function* stretchesOf(
  tensors: readonly PlacedTensor[],
): Generator<{ readonly offset: number; readonly bytes: Uint8Array }> {
  for (const tensor of tensors) {
    let { offset } = tensor;
    for (let first = 0; first < tensor.count; first += stretchElements) {
      const count = Math.min(stretchElements, tensor.count - first);
      const bytes = tensorBytes(uniformNumbers(tensor, first, count));
      yield { offset, bytes };
      offset += bytes.length;
    }
  }
}
