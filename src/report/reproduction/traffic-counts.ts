/** Bytes that a model moves by counting alone, without a machine: what operational intensities are quoted for. */
import type { RegionSpec } from "../../backend/fusion/region-spec.ts";
import type { Workload } from "../../backend/workload.ts";
import type { WorkloadOp } from "../../backend/workload-graph.ts";
import { present } from "../../support/bug.ts";

/** Operand words are bf16. */
const bytesPerWord = 2;

/** Two operations for each multiply-accumulate of the batch. */
export function flopsOf(workload: Workload): number {
  return 2 * workload.operations.reduce((sum, { macs }) => sum + macs, 0);
}

/** Every ONNX node reads its operands and writes its results; what nodes keep between them is not simplified first. */
export function everyNodeBytes(imported: Workload): number {
  return borderBytes(imported, ({ onnxNodes }) => onnxNodes.join(" "));
}

/**
 * Only what crosses the borders of regions: a matrix, softmax or normalisation op with its element-wise neighbours (`--fusion
 * xla`) and the pools of its result.
 */
export function regionBytes(workload: Workload): number {
  const regionOf = new Map<number, number>();
  const madeBy = new Map<number, number>();
  for (const { id, kind, operations, reads, writes } of workload.regions.xla) {
    const source = kind === "pooling" ? reads.map(({ tensor }) => madeBy.get(tensor)).find(isDefined) : undefined;
    for (const operation of operations) regionOf.set(operation, source ?? id);
    for (const { tensor } of writes) madeBy.set(tensor, source ?? id);
  }
  return borderBytes(workload, ({ operation }) => regionOf.get(operation));
}

/** Bytes that cross the borders of groups of ops: each tensor once for every group that reads it and once when written. */
function borderBytes(workload: Workload, groupOf: (op: WorkloadOp) => unknown): number {
  const working = workload.operations.filter(({ role }) => role !== "view");
  const makers = new Map(working.flatMap((op) => op.results.map((tensor) => [tensor, groupOf(op)] as const)));
  const reads = new Map<unknown, Map<number, number>>();
  const leaves = new Set(workload.tensors.filter(({ isOutput }) => isOutput).map(({ id }) => id));
  for (const op of workload.operations) {
    const group = groupOf(op);
    for (const { tensor, words } of op.operands) {
      if (makers.has(tensor) && makers.get(tensor) === group) continue;
      leaves.add(tensor);
      if (op.role === "view") continue;
      const ofGroup = reads.get(group) ?? new Map<number, number>();
      reads.set(group, ofGroup.set(tensor, Math.max(ofGroup.get(tensor) ?? 0, words)));
    }
  }
  const written = workload.tensors.filter(({ id }) => makers.has(id) && leaves.has(id)).map(({ words }) => words);
  return bytesPerWord * (sum([...reads.values()].flatMap((tensors) => [...tensors.values()])) + sum(written));
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** Model inputs, outputs and weights, each once. */
export function compulsoryBytes(workload: Workload): number {
  const kept = workload.tensors.filter(({ origin, isOutput }) => origin !== "activation" || isOutput);
  return bytesPerWord * sum(kept.map(({ words }) => words));
}

/**
 * Convolutions, fully connected layers, matrix products and pools read and write once; softmax reads its input three times
 * and normalisations theirs twice; activation functions and biases are free. Products and sums of two activations
 * (squeeze-and-excite scaling, residual additions) count as layers where `binaryLayers` says so.
 */
export function layerBytes(workload: Workload, { binaryLayers }: { readonly binaryLayers: boolean }): number {
  const binary = binaryLayers ? workload.regions.none.filter((region) => isBinary(workload, region)) : [];
  return bytesPerWord * sum([...layersOf(workload), ...binary].map(layerWords));
}

function isBinary(workload: Workload, { kind, reads }: RegionSpec): boolean {
  const activations = reads.filter(({ tensor }) => workload.tensors[tensor]?.origin !== "weight");
  return kind === "element-wise" && activations.length === 2;
}

/** As {@link layerBytes}, but of an MBConv block only its input, its output and its weights. */
export function blockBytes(workload: Workload): number {
  const layers = layersOf(workload);
  const words = blocksOf(workload, layers).map((block) => {
    const [first, last] = [present(block[0], "a layer"), present(block.at(-1), "a layer")];
    if (first === last) return layerWords(first);
    return activationWords(first) + sum(block.map(weightWords)) + sum(last.writes.map((write) => write.words));
  });
  return bytesPerWord * sum(words);
}

/** Kinds that count as layers, with the number of times that they read their input. */
const readsOfLayer: Readonly<Partial<Record<RegionSpec["kind"], number>>> = {
  ...{ convolution: 1, "depthwise-convolution": 1, matmul: 1, "attention-matmul": 1, pooling: 1 },
  ...{ softmax: 3, normalisation: 2 },
};

function layersOf({ regions }: Workload): readonly RegionSpec[] {
  return regions.none.filter(({ kind }) => readsOfLayer[kind] !== undefined);
}

function layerWords(layer: RegionSpec): number {
  const repeats = (readsOfLayer[layer.kind] ?? 1) - 1;
  return regionWords(layer) + repeats * activationWords(layer);
}

function regionWords({ reads, writes }: RegionSpec): number {
  return sum(reads.map(({ words }) => words)) + sum(writes.map(({ words }) => words));
}

function weightWords({ reads }: RegionSpec): number {
  return sum(reads.filter(({ role }) => role === "weight").map(({ words }) => words));
}

function activationWords(layer: RegionSpec): number {
  return sum(layer.reads.map(({ words }) => words)) - weightWords(layer);
}

/**
 * Layers in groups: an MBConv block goes from a 1×1 convolution before a depthwise one, or from a depthwise one, to the next
 * convolution that has more than one position (those of squeeze-and-excite have one); other layers stand alone.
 */
function blocksOf(workload: Workload, layers: readonly RegionSpec[]): readonly (readonly RegionSpec[])[] {
  const blocks: RegionSpec[][] = [];
  let open: RegionSpec[] | undefined;
  layers.forEach((layer, index) => {
    const { kernel, positions } = windowOf(workload, layer);
    const isDepthwise = layer.kind === "depthwise-convolution";
    const isExpansion = kernel === 1 && positions > 1 && layers[index + 1]?.kind === "depthwise-convolution";
    if (open === undefined) {
      blocks.push([layer]);
      if (isDepthwise || isExpansion) open = blocks.at(-1);
      return;
    }
    open.push(layer);
    if (layer.kind === "convolution" && positions > 1) open = undefined;
  });
  return blocks;
}

/** Kernel and output positions of one channel of a sample, of a convolution; 0 of another layer. */
function windowOf(workload: Workload, layer: RegionSpec): { readonly kernel: number; readonly positions: number } {
  const op = workload.operations.find(({ operation }) => operation === layer.anchor);
  if (layer.kind !== "convolution") return { kernel: 0, positions: 0 };
  const { r = 1, s = 1, p = 1, q = 1 } = op?.nest?.extents ?? {};
  return { kernel: r * s, positions: p * q };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
