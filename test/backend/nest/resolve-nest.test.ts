/** Mappings that do not fit are refused with what is wrong and where. */
import { expect, test } from "vitest";
import type { NestItem } from "../../../src/backend/nest/nest-mapping.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { peerMachine, shippedProblem } from "./peer-data.ts";

function refused(nest: readonly NestItem[]): string {
  try {
    resolveNest(shippedProblem("p4"), peerMachine(16, { drainReads: true }), { schemaVersion: 1, nest: [...nest] });
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "taken";
}

const steps: readonly NestItem[] = (["p", "q", "k", "c", "r", "s"] as const).map((dim) => ({
  kind: "temporal",
  dim,
  tile: 1,
}));

test("a nest of single steps fits", () => {
  expect(refused(steps)).toBe("taken");
});

test("a tile that is too large is named with its bytes", () => {
  // 64 · 64 · 3 · 3 weights of two bytes are 73,728 bytes; the buffer has 16,384.
  expect(refused([{ kind: "store", level: "GB", operand: "weight" }, ...steps])).toBe(
    `error[mapping-overflow]: GB: tiles take 73728 bytes of 16384, 57344 too many (weight 73728)
  help: make a tile of this memory smaller`,
  );
});

test("every other mistake is told with its place", () => {
  expect(
    refused([
      { kind: "store", level: "L2", operand: "input" },
      { kind: "store", level: "REG", operand: "input" },
      { kind: "store", level: "DRAM", operand: "weight" },
      { kind: "temporal", dim: "k", tile: 65 },
      { kind: "spatial", level: "columns", dim: "c", factor: 2 },
      { kind: "spatial", level: "mesh", dim: "c", factor: 2 },
      { kind: "spatial", level: "columns", dim: "k", factor: 33 },
      { kind: "spatial", level: "rows", dim: "c", factor: 65 },
    ]),
  ).toBe(`error[mapping-invalid]: no memory 'L2' in peers-32x32-16k
  at nest[0]
error[mapping-invalid]: REG does not keep the input, only weight
  at nest[1]
error[mapping-invalid]: DRAM: the weight stays in DRAM above, which is not further out
  at nest[2]
error[mapping-invalid]: loop k: tile 65 is larger than the tile above, 64
  at nest[3]
error[mapping-invalid]: columns does not unroll c, only k
  at nest[4]
error[mapping-invalid]: no spatial level 'mesh' in peers-32x32-16k
  at nest[5]
error[mapping-invalid]: columns: 33 instances are unrolled, it has 32
  at nest[6]
error[mapping-invalid]: rows: factor 65 is more than the tile above has, 64
  at nest[7]`);
});

test("a nest that does not end in single steps is refused", () => {
  expect(refused([{ kind: "temporal", dim: "k", tile: 1 }])).toBe(
    `error[mapping-invalid]: the nest ends with a tile of more than one step: p 56, q 56, c 64, r 3, s 3
  at nest[1]`,
  );
});
