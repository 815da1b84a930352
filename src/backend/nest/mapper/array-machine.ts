/** The machines that the mapper searches: outer memory, one buffer for all operands, an array with one weight in each PE. */
import type { NestArchitecture, NestMemory, NestSpatial } from "../nest-architecture.ts";
import { memoryAbove } from "../nest-architecture.ts";

/** The parts of such a machine. */
export interface ArrayMachine {
  readonly architecture: NestArchitecture;
  readonly outer: NestMemory;
  readonly buffer: NestMemory;
  readonly register: NestMemory;
  /** Adds partial sums: reduction loops unroll here. */
  readonly rows: NestSpatial;
  /** Shares inputs: output channels unroll here. */
  readonly columns: NestSpatial;
}

/** The machine in these terms; undefined where it is another one, which is searched in general terms. */
export function arrayMachine(architecture: NestArchitecture): ArrayMachine | undefined {
  const [outer, buffer, register] = architecture.memories;
  const rows = architecture.spatial.find(
    ({ dims, reducesOutputs }) => reducesOutputs && dims.every((dim) => "crs".includes(dim)),
  );
  const columns = architecture.spatial.find(
    ({ dims, multicast }) => dims.join() === "k" && multicast.includes("input"),
  );
  const isSimple =
    architecture.memories.length === 3 &&
    architecture.spatial.length === 2 &&
    architecture.spatial.every((level) => memoryAbove(architecture, level) === 1) &&
    outer?.keeps.length === 3 &&
    buffer?.keeps.length === 3 &&
    (buffer.mayBypass ?? []).length === 0 &&
    buffer.operandBytes === undefined &&
    !buffer.isDoubleBuffered &&
    register?.keeps.join() === "weight" &&
    (register.mayBypass ?? []).length === 0 &&
    !register.isDoubleBuffered &&
    register.wordsPerCycle === "unlimited" &&
    architecture.accounting.halo === "reuse";
  const holdsOneWord = register?.capacityBytes === architecture.wordBits.weight / 8;
  if (!isSimple || !holdsOneWord || rows === undefined || columns === undefined) return undefined;
  return { architecture, outer, buffer, register, rows, columns };
}
