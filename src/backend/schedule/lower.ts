/** Decisions → the program that carries them out. */
import type { HardwareDesign } from "../../hardware/design.ts";
import type { Decisions } from "../../ir/decisions.ts";
import { present } from "../../support/bug.ts";
import type { Architecture } from "../architecture.ts";
import { expandDesign } from "../architecture.ts";
import type { RegionSpec } from "../fusion/region-spec.ts";
import type { Workload } from "../workload.ts";
import { lowerMatrix } from "./lower-matrix.ts";
import { lowerVector } from "./lower-vector.ts";
import { tensorHomes } from "./tensor-homes.ts";
import type { Program, ProgramTensor, RegionProgram } from "./program.ts";

/** What is lowered: the regions that were mapped, in schedule order, and the decisions about them. */
export interface LoweringInput {
  readonly workload: Workload;
  readonly design: HardwareDesign;
  readonly decisions: Decisions;
  readonly specs: readonly RegionSpec[];
}

/** What lowering a region needs to know. */
export interface RegionContext {
  readonly workload: Workload;
  readonly architecture: Architecture;
  readonly spec: RegionSpec;
  readonly mapping: Decisions["mappings"][number];
  readonly engine: RegionProgram["engine"];
  readonly homes: ReadonlyMap<number, ProgramTensor>;
}

/** What a region's problem and mapping say of its program, and tensors that only it uses: partial sums that leave for DRAM. */
export interface RegionBody extends Pick<RegionProgram, "nest" | "buffers" | "body"> {
  readonly scratch: readonly ProgramTensor[];
}

/** The program of a workload under decisions. */
export function lowerProgram({ workload, design, decisions, specs }: LoweringInput): Program {
  const architecture = expandDesign(design);
  const homes = tensorHomes(workload, { decisions, specs, architecture });
  const lowered = specs.map((spec) => {
    const context: RegionContext = {
      workload,
      architecture,
      spec,
      mapping: present(decisions.mappings[spec.id], "mapping"),
      engine: present(decisions.partition.regions[spec.id], "region choice").engine,
      homes,
    };
    return lowerRegion(context);
  });
  const tensors = [...homes.values(), ...lowered.flatMap(({ scratch }) => scratch)];
  return { tensors: withDramOffsets(tensors), regions: lowered.map(({ region }) => region) };
}

function lowerRegion(context: RegionContext): {
  readonly region: RegionProgram;
  readonly scratch: RegionBody["scratch"];
} {
  const { spec, engine, mapping } = context;
  const { problem } = spec;
  const { scratch, ...body } =
    problem.kind === "matrix" ? lowerMatrix(context, problem) : lowerVector(context, problem);
  const { id, name, anchor, operations, onnxNodes } = spec;
  return { region: { id, name, engine, dataflow: mapping.dataflow, anchor, operations, onnxNodes, ...body }, scratch };
}

/** Lays tensors out in DRAM one behind the other. */
function withDramOffsets(tensors: readonly ProgramTensor[]): readonly ProgramTensor[] {
  let next = 0;
  return tensors.map((tensor) => {
    if (tensor.memory !== "dram") return tensor;
    const offsetBytes = next;
    next += Math.ceil(tensor.sizeBytes / dramAlignmentBytes) * dramAlignmentBytes;
    return { ...tensor, offsetBytes };
  });
}

/** A burst of every DRAM kind that the design template has is at most this long. */
const dramAlignmentBytes = 64;
