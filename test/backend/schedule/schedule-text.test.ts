/** `schedule.json` and `schedule.mlir` hold the same: each is made from the other, byte for byte. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonAttribute, jsonOfAttribute } from "../../../src/backend/schedule/json-attribute.ts";
import { readSchedule, scheduleJson } from "../../../src/backend/schedule/schedule-file.ts";
import { scheduleText } from "../../../src/backend/schedule/schedule-text.ts";
import { compileModel } from "../../../src/index.ts";
import { attributeText } from "../../../src/ir/attributes.ts";
import { schedOps } from "../../../src/ir/ops/sched.ts";
import { walk } from "../../../src/ir/core.ts";
import { parseModule } from "../../../src/ir/text/parse.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { compilerPresets } from "../../../src/backend/options.ts";
import { mlirOpt, mlirOptNote, throughMlirOpt } from "../../ir/text/mlir-opt.ts";
import { shippedDesigns } from "../support/models.ts";
import { present } from "../../../src/support/bug.ts";

function scheduleOf(model: string, designName: string) {
  const design = present(shippedDesigns.get(designName), "design");
  const bytes = readFileSync(`models/${model}.onnx`);
  return compileModel(bytes, design, { fileName: `${model}.onnx`, compile: compilerPresets.fastc }).schedule;
}

describe("a schedule's two forms", () => {
  it.each([
    ["efficientnet-b0", "fast-large"],
    ["efficientnet-b0", "eyeriss-like"],
    ["bert-base-128", "tpu-v3"],
  ])("of %s on %s are made from each other byte for byte", async (model, design) => {
    const schedule = scheduleOf(model, design);
    const [json, text] = [scheduleJson(schedule), scheduleText(schedule)];
    expect(scheduleText(await readSchedule(json, "schedule.json"))).toBe(text);
    expect(scheduleJson(await readSchedule(text, "schedule.mlir"))).toBe(json);
  });

  it("are IR that verifies and is read back in the generic form, with every op of the dialect", async () => {
    // BERT's row ops are cut on a small machine, so that sweeps and partial sums occur.
    const text = scheduleText(scheduleOf("bert-base-128", "eyeriss-like"));
    const { module } = await parseModule(text, { fileName: "schedule.mlir" });
    const generic = printModule(module, { generic: true });
    const again = await parseModule(generic, { fileName: "generic.mlir" });
    expect(printModule(again.module)).toBe(text);
    const used = new Set([...walk(module)].map((op) => op.name));
    expect(schedOps.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });

  it("say where a text is no schedule", async () => {
    const text = scheduleText(scheduleOf("efficientnet-b0", "fast-large"));
    await expect(readSchedule("module {\n}\n", "x.mlir")).rejects.toThrow("one sched.schedule");
    await expect(readSchedule(text.replace("sched.wait {buffer", "sched.wait {bufer"), "x.mlir")).rejects.toThrow(
      "did you mean buffer?",
    );
    await expect(readSchedule(text.replace("schema_version = 1", "schema_version = 7"), "x.mlir")).rejects.toThrow(
      "schema version 7 is newer",
    );
    await expect(readSchedule(text.slice(0, text.length / 2), "x.mlir")).rejects.toThrow("x.mlir:");
    await expect(readSchedule(text.replace(/slots = \d+/, "slots = 0"), "x.mlir")).rejects.toThrow(
      "x.mlir /program/regions/0/buffers/0/slots",
    );
  });
});

describe("JSON as attributes", () => {
  it("is the same after both ways", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(jsonOfAttribute(jsonAttribute(value))).toEqual(value);
      }),
    );
  });

  it("tells integers from other numbers", () => {
    expect([1, 1.5, 1e300].map((value) => attributeText(jsonAttribute(value)))).toEqual(["1", "1.5", "1.0e+300"]);
  });
});

describe.skipIf(mlirOpt === undefined)(`a stock mlir-opt${mlirOptNote}`, () => {
  it("hands a schedule on unchanged", async () => {
    const schedule = scheduleOf("efficientnet-b0", "fast-large");
    const { module } = await parseModule(scheduleText(schedule), { fileName: "schedule.mlir" });
    const back = throughMlirOpt(printModule(module, { generic: true }));
    expect(scheduleJson(await readSchedule(back, "back.mlir"))).toBe(scheduleJson(schedule));
  });
});
