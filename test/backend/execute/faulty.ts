/** A small network whose program has everything that can go wrong: tiles at two levels, partial sums that leave, neighbours. */
import { decide } from "../../../src/backend/compile.ts";
import { isInfeasible } from "../../../src/backend/evaluation.ts";
import { compilerPresets } from "../../../src/backend/options.ts";
import { lowerProgram } from "../../../src/backend/schedule/lower.ts";
import type { Program, RegionProgram, Statement } from "../../../src/backend/schedule/program.ts";
import { buildWorkload } from "../../../src/backend/workload.ts";
import type { HardwareDesign } from "../../../src/hardware/design.ts";
import { freeze } from "../../../src/ir/frozen.ts";
import { add } from "../../../src/ir/ops/elementwise-binary.ts";
import { relu, sigmoid } from "../../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../../src/ir/ops/matmul.ts";
import { softmax } from "../../../src/ir/ops/normalisation.ts";
import { program } from "../../support/pass-harness.ts";
import { shippedDesigns } from "../support/models.ts";
import type { CompiledProgram } from "./run-program.ts";

/** Two PEs with 1 KiB of everything, beside 1 MiB of global memory. */
export const smallDesign: HardwareDesign = {
  ...shippedDesigns.get("eyeriss-like")!,
  name: "small",
  peGrid: { rows: 1, columns: 2 },
  systolicArray: { rows: 4, columns: 4 },
  l1: { config: "private", inputKiB: 1, weightKiB: 1, outputKiB: 1 },
  globalMemoryMiB: 1,
};

/** relu(sigmoid(x) · w + b), its softmax, and that times v; the reduction of the first product stands outermost. */
export function faultyNetwork(): CompiledProgram {
  const module = program([[24, 96], [96, 40], [40], [40, 16]], (b, x, w, bias, v) => {
    const gate = b.op((at) => sigmoid.build({ input: x }, {}, at));
    const product = b.op((at) => matmul.build({ lhs: gate, rhs: w }, {}, at));
    const sum = b.op((at) => add.build({ lhs: product, rhs: bias }, {}, at));
    const active = b.op((at) => relu.build({ input: sum }, {}, at));
    const shares = b.op((at) => softmax.build({ input: active }, { axis: 1 }, at));
    return b.op((at) => matmul.build({ lhs: shares, rhs: v }, {}, at));
  });
  const frozen = freeze(module);
  const workload = buildWorkload(frozen, { name: "faulty", sha256: "", batch: 1, hasSymbolicBatch: false });
  const compiled = decide(workload, smallDesign, { ...compilerPresets.fastc, placement: "none" });
  if (isInfeasible(compiled)) throw new Error("infeasible");
  const { decisions } = compiled;
  const mappings = decisions.mappings.map((mapping, index) => {
    if (index !== 0) return mapping;
    const tile = (m: number, n: number, k: number) => ({ m, n, k });
    const levels = [
      { level: "gm" as const, tile: tile(24, 40, 96), order: [] },
      { level: "l1" as const, tile: tile(6, 10, 24), order: ["k", "m", "n"] },
    ];
    return { ...mapping, spatial: { peRows: {}, peColumns: { m: 2 } }, levels };
  });
  const lowered = lowerProgram({
    ...{ workload, design: smallDesign, specs: workload.regions.xla },
    decisions: { ...decisions, mappings },
  });
  return { frozen, program: lowered, design: smallDesign };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };
export type Draft = Mutable<Program>;

/** The program with a change made to a copy of it. */
export function changed(compiled: CompiledProgram, change: (draft: Draft) => void): CompiledProgram {
  const draft = JSON.parse(JSON.stringify(compiled.program)) as Draft;
  change(draft);
  return { ...compiled, program: draft };
}

/** Lists of statements of a region, from the outermost. */
function* bodiesOf(body: Statement[]): Generator<Statement[]> {
  yield body;
  for (const statement of body) {
    if (statement.op === "for" || statement.op === "spread") yield* bodiesOf(statement.body as Statement[]);
  }
}

/** Replaces every statement by what `edit` makes of it; nothing where it gives undefined. Returns how many it changed. */
export function editStatements(region: RegionProgram, edit: (statement: Statement) => Statement | undefined): number {
  let count = 0;
  for (const body of bodiesOf(region.body as Statement[])) {
    for (let index = body.length - 1; index >= 0; index--) {
      const before = body[index]!;
      const after = edit(before);
      if (after === before) continue;
      count++;
      body.splice(index, 1, ...(after === undefined ? [] : [after]));
    }
  }
  return count;
}

/** Exchanges two statements that stand beside each other in the list where both are. */
export function exchange(
  region: RegionProgram,
  isFirst: (s: Statement) => boolean,
  isSecond: (s: Statement) => boolean,
): void {
  for (const body of bodiesOf(region.body as Statement[])) {
    const [first, second] = [body.findIndex(isFirst), body.findIndex(isSecond)];
    if (first < 0 || second < 0) continue;
    [body[first], body[second]] = [body[second]!, body[first]!];
    return;
  }
  throw new Error("the statements do not stand in one list");
}
