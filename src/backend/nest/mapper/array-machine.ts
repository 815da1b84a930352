/** The machines that the mapper searches: outer memory, one buffer for all operands, an array with one weight in each PE. */
import { fail } from "../../../support/diagnostics.ts";
import type { NestArchitecture, NestMemory, NestSpatial } from "../nest-architecture.ts";

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

/** Recognises the machine, or says what is searched. */
export function arrayMachine(architecture: NestArchitecture): ArrayMachine {
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
    outer?.keeps.length === 3 &&
    buffer?.keeps.length === 3 &&
    buffer.operandBytes === undefined &&
    !buffer.isDoubleBuffered &&
    register?.keeps.join() === "weight" &&
    register.wordsPerCycle === "unlimited" &&
    architecture.accounting.halo === "reuse";
  const holdsOneWord = register?.capacityBytes === architecture.wordBits.weight / 8;
  if (!isSimple || !holdsOneWord || rows === undefined || columns === undefined) {
    return fail({
      code: "mapper-unsupported",
      message: `the mapper does not search machines like ${architecture.name}`,
      notes: [
        "it searches an outer memory, one single-buffered memory for all three operands, and an array whose rows add up c, r or s, " +
          "whose columns share inputs over k, and whose PEs hold one weight each behind an unlimited port; halo reuse",
      ],
      help: ["give a mapping with --mapping: any machine can be evaluated"],
    });
  }
  return { architecture, outer, buffer, register, rows, columns };
}
