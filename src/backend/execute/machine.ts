/** What running a region needs to know of the machine and of the program around it. */
import type { FrozenModule } from "../../ir/frozen.ts";
import type { Architecture } from "../architecture.ts";
import type { ProgramTensor, RegionProgram, Statement } from "../schedule/program.ts";
import type { FaultCode, ProgramPlace } from "./fault.ts";
import { fault } from "./fault.ts";
import type { TensorMemory } from "./tensor-memory.ts";

/** The machine with its memories. */
export interface Machine {
  readonly frozen: FrozenModule;
  readonly architecture: Architecture;
  readonly memory: TensorMemory;
}

/** Where in a region something happens. */
export interface RegionPlace extends ProgramPlace {
  readonly region: RegionProgram;
}

/** A statement with its place. */
export interface Placed<S extends Statement> {
  readonly statement: S;
  readonly place: RegionPlace;
}

/** The place of a region itself. */
export function regionPlace({ frozen }: Pick<Machine, "frozen">, region: RegionProgram): RegionPlace {
  return { frozen, region };
}

/** The tensor of a name. @throws DiagnosticError `program-invalid` */
export function tensorNamed({ memory }: Machine, name: string, place: RegionPlace): ProgramTensor {
  return memory.named(name) ?? fault(place, "program-invalid", `there is no tensor ${name}`);
}

/** Throws unless a condition holds. */
export function require(condition: boolean, place: RegionPlace, problem: () => readonly [FaultCode, string]): void {
  if (condition) return;
  const [code, message] = problem();
  fault(place, code, message);
}
