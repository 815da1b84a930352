/** Programs of real models: names that exist, tiles that fit, loops that the mapping has. Execution checks what they compute. */
import { describe, expect, it } from "vitest";
import { expandDesign } from "../../../src/backend/architecture.ts";
import { decide } from "../../../src/backend/compile.ts";
import { isInfeasible } from "../../../src/backend/evaluation.ts";
import { compilerPresets } from "../../../src/backend/options.ts";
import { lowerProgram } from "../../../src/backend/schedule/lower.ts";
import type { Program, RegionProgram, Statement } from "../../../src/backend/schedule/program.ts";
import { present } from "../../../src/support/bug.ts";
import { shippedDesigns, shippedWorkload } from "../support/models.ts";

function programOf(model: string, designName: string) {
  const design = present(shippedDesigns.get(designName), "design");
  const workload = shippedWorkload(model, 1);
  const compiled = decide(workload, design, compilerPresets.fastc);
  if (isInfeasible(compiled)) throw new Error("infeasible");
  const { decisions } = compiled;
  const program = lowerProgram({ workload, design, decisions, specs: workload.regions.xla });
  return { program, decisions, levels: expandDesign(design).levels };
}

function* statementsOf(body: readonly Statement[]): Generator<Statement> {
  for (const statement of body) {
    yield statement;
    if (statement.op === "for" || statement.op === "spread") yield* statementsOf(statement.body);
  }
}

function undefinedNames(program: Program, region: RegionProgram): readonly string[] {
  const known = new Set([...program.tensors, ...region.buffers].map(({ name }) => name));
  const used = [...statementsOf(region.body)].flatMap((statement) => {
    switch (statement.op) {
      case "dma":
        return [
          ...statement.from,
          ...statement.to,
          ...(statement.partialsTo === undefined ? [] : [statement.partialsTo]),
        ];
      case "wait":
        return [statement.buffer];
      case "pass":
        return [statement.input, statement.weight, statement.output];
      case "vector":
        return [
          ...[statement.reads, statement.writes].filter((name) => name !== undefined),
          ...statement.streams,
          ...statement.copies,
        ];
      default:
        return [];
    }
  });
  return used.filter((name) => !known.has(name));
}

const cases = ["efficientnet-b0", "bert-base-128"].flatMap((model) =>
  ["tpu-v3", "fast-large", "fast-small", "eyeriss-like"].map((design) => [model, design] as const),
);

describe("the program", () => {
  it.each(cases)("of %s on %s names only what there is, and steps over the mapping's loops", (model, design) => {
    const { program, decisions } = programOf(model, design);
    for (const region of program.regions) {
      expect(undefinedNames(program, region)).toEqual([]);
      const loops = [...statementsOf(region.body)].filter((statement) => statement.op === "for");
      const ordered = present(decisions.mappings[region.id], "mapping").levels.flatMap(({ order }) => order);
      expect(loops.filter(({ loop }) => loop !== "sweep" && loop !== "element")).toHaveLength(
        ordered.filter((name) => name !== "element").length,
      );
      for (const { loop, step } of loops) expect(step).toBeLessThan(present(region.nest.extents[loop], loop));
    }
  });

  it.each(cases)("of %s on %s gives tensors that live at once room of their own", (model, design) => {
    const { program } = programOf(model, design);
    for (const memory of ["dram", "gm"]) {
      const there = program.tensors.filter((tensor) => tensor.memory === memory);
      for (const a of there) {
        const clash = there.find(
          (b) =>
            a !== b &&
            a.offsetBytes < b.offsetBytes + b.sizeBytes &&
            b.offsetBytes < a.offsetBytes + a.sizeBytes &&
            a.firstRegion <= b.lastRegion &&
            b.firstRegion <= a.lastRegion,
        );
        expect(clash?.name).toBeUndefined();
      }
    }
  });

  it.each(cases)(
    "of %s on %s fits every memory: tiles in all slots, above what lives in global memory",
    (model, design) => {
      const { program, levels } = programOf(model, design);
      for (const region of program.regions) {
        for (const { level, capacity } of levels) {
          const bytes = (operand: string): number =>
            region.buffers
              .filter((buffer) => buffer.memory === level && buffer.operand === operand)
              .reduce((sum, { slots, slotBytes }) => sum + slots * slotBytes, 0);
          const residents = program.tensors.filter(
            ({ memory, firstRegion, lastRegion }) =>
              memory === level && firstRegion <= region.id && region.id <= lastRegion,
          );
          const top = Math.max(0, ...residents.map(({ offsetBytes, sizeBytes }) => offsetBytes + sizeBytes));
          const where = `region ${region.id} ${level}`;
          if (capacity.kind === "pool") {
            const tiles = bytes("input") + bytes("weight") + bytes("output");
            expect(top + tiles, where).toBeLessThanOrEqual(capacity.bytes);
          } else {
            for (const operand of ["input", "weight", "output"] as const) {
              expect(bytes(operand), `${where} ${operand}`).toBeLessThanOrEqual(capacity[operand]);
            }
          }
        }
      }
    },
  );

  it("brings a tile once, ahead of its use, and writes sums back when they are left", () => {
    const { program } = programOf("efficientnet-b0", "fast-large");
    const region = present(
      program.regions.find(({ nest }) => nest.kind === "matrix"),
      "matrix region",
    );
    const all = [...statementsOf(region.body)];
    const into = all.flatMap((statement) =>
      statement.op === "dma" && statement.to.includes("l1.input") ? [statement] : [],
    );
    expect(into).toHaveLength(1);
    const slots = present(
      region.buffers.find(({ name }) => name === "l1.input"),
      "buffer",
    ).slots;
    expect(into[0]?.ahead).toBe(slots - 1);
    expect(all.filter((statement) => statement.op === "dma" && statement.when === "left").length).toBeGreaterThan(0);
    expect(all.filter((statement) => statement.op === "pass")).toHaveLength(1);
  });
});
