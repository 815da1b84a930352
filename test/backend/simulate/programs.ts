/** Small programs written by hand, and compiled ones, to be simulated. */
import { decide } from "../../../src/backend/compile.ts";
import type { Architecture } from "../../../src/backend/architecture.ts";
import type { Evaluation } from "../../../src/backend/evaluation.ts";
import { compilerPresets } from "../../../src/backend/options.ts";
import { lowerProgram } from "../../../src/backend/schedule/lower.ts";
import type {
  MatrixNest,
  Program,
  ProgramTensor,
  RegionProgram,
  Statement,
} from "../../../src/backend/schedule/program.ts";
import { machineOf } from "../../../src/backend/simulate/machine.ts";
import type { RegionRun } from "../../../src/backend/simulate/simulate-region.ts";
import { simulateRegion } from "../../../src/backend/simulate/simulate-region.ts";
import type { HardwareDesign } from "../../../src/hardware/design.ts";
import { shippedDesigns, shippedWorkload } from "../support/models.ts";

const unit = { kernel: 1, stride: 1, dilation: 1, padBefore: 0, inputExtent: 1 };

/** A tensor in DRAM or global memory. */
export function tensor(name: string, words: number, memory: ProgramTensor["memory"] = "dram"): ProgramTensor {
  const value = { operation: 0, index: 0 };
  const life = { firstRegion: 0, lastRegion: 0, isPinned: false, offsetBytes: 0, sizeBytes: 2 * words };
  return { name, value, origin: "activation", isOutput: false, shape: [words], element: "f32", words, memory, ...life };
}

export interface MatrixParts {
  readonly extents: Readonly<Partial<Record<"g" | "b" | "p" | "q" | "k" | "c", number>>>;
  readonly windows?: Partial<Pick<MatrixNest, "rows" | "columns">>;
  readonly dataflow: "weight-stationary" | "output-stationary" | "input-stationary";
  readonly buffers: RegionProgram["buffers"];
  readonly body: readonly Statement[];
}

/** A region with a matrix nest and no neighbours. */
export function matrixRegion({ extents, windows = {}, dataflow, buffers, body }: MatrixParts): RegionProgram {
  const nest: MatrixNest = {
    kind: "matrix",
    extents: { g: 1, b: 1, p: 1, q: 1, k: 1, c: 1, ...extents },
    rows: unit,
    columns: unit,
    ...windows,
    loopNames: {},
    prologueOps: 0,
    epilogueOps: 0,
    extraWords: 0,
  };
  const names = { id: 0, name: "test", engine: "systolic-array", anchor: 0, operations: [0], onnxNodes: [] } as const;
  return { ...names, dataflow, nest, buffers, body };
}

/** Transfers and the pass of an innermost body; tiles come from and go to the named places. */
export function innermost(
  dataflow: MatrixParts["dataflow"],
  places: { readonly input: string; readonly weight: string; readonly output: string },
  ahead = 1,
): readonly Statement[] {
  const shared = { op: "dma", multicast: true, indexed: false } as const;
  return [
    { ...shared, from: [places.input], to: ["l1.input"], ahead, when: "needed" },
    { ...shared, from: [places.weight], to: ["l1.weight"], ahead, when: "needed" },
    { op: "wait", buffer: "l1.input" },
    { op: "wait", buffer: "l1.weight" },
    { op: "pass", input: "l1.input", weight: "l1.weight", output: "l1.output", dataflow, groupsPerPass: 1 },
    { ...shared, from: ["l1.output"], to: [places.output], ahead: 0, when: "left" },
  ];
}

/** The three buffers of L1. */
export function l1Buffers(slots: number): RegionProgram["buffers"] {
  return (["input", "weight", "output"] as const).map((operand) => ({
    name: `l1.${operand}`,
    memory: "l1" as const,
    operand,
    perPe: true,
    slots,
    slotBytes: 1,
  }));
}

/** Simulates one region. */
export function runRegion(
  region: RegionProgram,
  tensors: readonly ProgramTensor[],
  architecture: Architecture,
  fold = true,
): RegionRun {
  const byName = new Map(tensors.map((each) => [each.name, each]));
  return simulateRegion({ region, tensors: byName, fetched: new Set(), machine: machineOf(architecture) }, { fold });
}

export interface CompiledProgram {
  readonly program: Program;
  readonly design: HardwareDesign;
  readonly evaluation: Evaluation;
}

/** A shipped model compiled for a shipped design. */
export function compiledProgram(model: string, designName: string, batch: number): CompiledProgram {
  const design = shippedDesigns.get(designName);
  if (design === undefined) throw new Error(`no design ${designName}`);
  const workload = shippedWorkload(model, batch);
  const compiled = decide(workload, design, compilerPresets.fastc);
  if ("reason" in compiled) throw new Error(`${model} does not fit ${designName}`);
  const { decisions, evaluation } = compiled;
  const specs = workload.regions[compilerPresets.fastc.fusion];
  return { program: lowerProgram({ workload, design, decisions, specs }), design, evaluation };
}
