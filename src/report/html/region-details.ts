/** What the page shows about one region: figures, certificate, mapping, tensors, operations, ONNX nodes. */
import type { ProgramTensor, RegionProgram } from "../../backend/schedule/program.ts";
import type { WorkloadOp } from "../../backend/workload-graph.ts";
import { formatInteger, formatPercent, formatSi } from "../units.ts";
import { differenceText } from "./agreement.ts";
import { nestText } from "./nest-text.ts";
import type { RegionFacts } from "./region-facts.ts";
import { simulatedDifference } from "./region-facts.ts";
import { intensityText } from "./region-table.ts";
import type { ReportInput } from "./report-input.ts";

/** A label and its value. */
type Line = readonly [label: string, value: string];

/** Details of one region, as the page's script reads them. All are plain text. */
export interface RegionDetails {
  readonly name: string;
  readonly figures: readonly Line[];
  /** Empty without a simulation. */
  readonly simulation: readonly Line[];
  readonly certificate: readonly Line[];
  readonly nest: string;
  readonly buffers: readonly Line[];
  readonly tensors: readonly Line[];
  readonly operations: readonly string[];
  readonly nodes: readonly string[];
}

/** Details of all regions, in schedule order. */
export function regionDetails(
  facts: readonly RegionFacts[],
  { program, workload }: ReportInput,
): readonly RegionDetails[] {
  const shapes = workload?.tensors ?? [];
  const tensors = new Map(program.tensors.map((tensor) => [tensor.name, tensor]));
  const operations = new Map(workload?.operations.map((operation) => [operation.operation, operation]));
  return facts.map((entry) => ({
    name: entry.region.name,
    figures: figureLines(entry),
    simulation: simulationLines(entry),
    certificate: certificateLines(entry),
    nest: nestText(entry.program),
    buffers: entry.program.buffers.map(({ name, slots, slotBytes, perPe }): Line => [
      name,
      `${slots} × ${formatInteger(slotBytes)} bytes${perPe ? " in every PE" : ""}`,
    ]),
    tensors: tensorsOf(entry.program, tensors).map((tensor): Line => [tensor.name, tensorText(tensor)]),
    operations: entry.program.operations.flatMap((id) => {
      const operation = operations.get(id);
      return operation === undefined ? [] : [operationText(operation, shapes)];
    }),
    nodes: entry.region.onnxNodes,
  }));
}

function figureLines({ region, runs, utilization, program }: RegionFacts): readonly Line[] {
  const { steady, cold } = runs;
  return [
    ["class", region.kind],
    ["engine", `${region.engine}, ${program.dataflow}`],
    ["cycles", `${formatInteger(steady.cycles)} steady, ${formatInteger(cold.cycles)} cold`],
    ["time", `${formatSi(steady.seconds, "s")} steady, ${formatSi(cold.seconds, "s")} cold`],
    ["bound by", region.boundBy],
    ["MACs", `${formatInteger(region.macs)}, utilisation ${formatPercent(utilization)}`],
    ["DRAM traffic", `${formatSi(steady.dramBytes, "B")} steady, ${formatSi(cold.dramBytes, "B")} cold`],
    ["operational intensity", `${intensityText(steady.intensity)} operations per byte, steady`],
    ["energy", `${formatSi(region.energyJoules, "J")}, steady`],
  ];
}

function simulationLines(facts: RegionFacts): readonly Line[] {
  const { simulated } = facts;
  if (simulated === undefined) return [];
  const stalls = Object.entries(simulated.stallCycles).filter(([, cycles]) => cycles > 0);
  return [
    [
      "cycles",
      `${formatInteger(simulated.cycles)}, ${differenceText(simulatedDifference(facts) ?? 0)} against the model`,
    ],
    ["DRAM traffic", `${formatSi(simulated.dramBytes, "B")} of one core`],
    ...stalls.map(([cause, cycles]): Line => [
      `waits for ${cause}`,
      `${formatInteger(cycles)} cycles, ${formatPercent(cycles / simulated.cycles)}`,
    ]),
  ];
}

/** How each kind of certificate was come by. */
const proofs = {
  bound: "a bound that holds for every mapping of the space is met, to half a per cent",
  exhausted: "everything of the space that could be better by more than half a per cent was excluded",
  budget: "the search ended at its budget of mappings",
} as const;

function certificateLines({ region }: RegionFacts): readonly Line[] {
  const { lowerBoundCycles, gap, proof, space, nodes } = region.certificate;
  return [
    ["lower bound", `${formatInteger(lowerBoundCycles)} cycles`],
    ["gap", formatPercent(gap)],
    ["proof", `${proof}: ${proofs[proof]}`],
    ["mappings tried", formatInteger(nodes)],
    ["space", space],
  ];
}

/** Tensors that a region's statements name, in the order in which they do. */
function tensorsOf({ body }: RegionProgram, tensors: ReadonlyMap<string, ProgramTensor>): readonly ProgramTensor[] {
  const names = new Set<string>();
  const visit = (statements: RegionProgram["body"]): void => {
    for (const statement of statements) {
      if ("body" in statement) visit(statement.body);
      if (statement.op === "dma")
        for (const name of [...statement.from, ...statement.to, statement.partialsTo]) names.add(name ?? "");
      if (statement.op === "vector") for (const name of [...statement.streams, ...statement.copies]) names.add(name);
    }
  };
  visit(body);
  return [...names].flatMap((name) => tensors.get(name) ?? []);
}

function tensorText({ shape, element, origin, isOutput, memory, sizeBytes, ...life }: ProgramTensor): string {
  const kind = isOutput ? "model output" : origin === "input" ? "model input" : origin;
  const place =
    memory === "dram"
      ? "in DRAM"
      : life.isPinned
        ? "pinned in global memory"
        : `in global memory, regions ${life.firstRegion} to ${life.lastRegion}`;
  return `${shapeText(shape)} ${element}, ${kind}, ${formatSi(sizeBytes, "B")} ${place}`;
}

type Shapes = readonly { readonly shape: readonly number[] }[];

function operationText({ opName, operands, results, operation, role }: WorkloadOp, tensors: Shapes): string {
  const reads = operands.map(({ name, shape, tensor }) => `${name}: ${shapeText(shape)} t${tensor}`).join(", ");
  if (role === "view") return `%${operation} ${opName}(${reads})`;
  const writes = results.map((tensor) => `${shapeText(tensors[tensor]?.shape ?? [])} t${tensor}`).join(", ");
  return `%${operation} ${opName}(${reads}) -> ${writes}`;
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "scalar" : shape.join("×");
}
