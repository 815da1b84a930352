/** What the HTML report is made of. */
import type { Evaluation } from "../../backend/evaluation.ts";
import type { CompileOptions } from "../../backend/options.ts";
import type { Program } from "../../backend/schedule/program.ts";
import type { Workload } from "../../backend/workload.ts";
import type { HardwareDesign } from "../../hardware/design.ts";

export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly design: HardwareDesign;
  /** Absent where only the schedule is at hand: operations, and traffic that other schedules would have, are then left out. */
  readonly workload?: Workload;
  readonly program: Program;
  readonly compile: CompileOptions;
  /** Compiler options and settings, as the user would write them. */
  readonly options: string;
  readonly fastcVersion: string;
  /** What the simulator says of each region in the steady state, in schedule order, where it was asked. */
  readonly simulated?: readonly SimulatedRegion[];
}

/** A region's run by the simulator, on one core. */
export interface SimulatedRegion {
  readonly cycles: number;
  readonly dramBytes: number;
  /** Cycles in which the engine waits, by cause. */
  readonly stallCycles: Readonly<Record<string, number>>;
  /** Buffers over time: [cycle, tiles] where their number changed. */
  readonly occupancy: readonly BufferSamples[];
}

/** A buffer over the time of a region. */
export interface BufferSamples {
  readonly buffer: string;
  readonly slotBytes: number;
  readonly samples: readonly (readonly number[])[];
}

/** `steady` and `cold` by the cost model, inferences after the first and the first; `simulated`: steady by the simulator. */
export type RunState = "steady" | "cold" | "simulated";
