/** The public API: the walk's stages and passes, and workloads for the search. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CompileStage } from "../src/index.ts";
import { compileModel, compilerPresets, compileStages, parseDesign, passNames, workloadSource } from "../src/index.ts";
import { tinyOnnx } from "./cli/tiny-onnx.ts";

const design = parseDesign(
  readFileSync(new URL("../designs/fast-small.json", import.meta.url), "utf8"),
  "fast-small.json",
);
const bytes = tinyOnnx({ opType: "Relu", shape: ["batch", 64] });

describe("compileModel", () => {
  it("goes through its stages in order, and numbers the passes of both pipelines on", () => {
    const stages: CompileStage[] = [];
    const events: { readonly index: number; readonly name: string }[] = [];
    const { passes, model } = compileModel(bytes, design, {
      fileName: "tiny.onnx",
      compile: compilerPresets.fastc,
      hooks: { afterPass: ({ index, pass: { name } }) => events.push({ index, name }) },
      onStage: (stage) => stages.push(stage),
    });
    expect(stages).toEqual(compileStages);
    expect(events.map(({ index }) => index)).toEqual(events.map((_event, index) => index));
    expect(passes.map(({ name }) => name)).toEqual(events.map(({ name }) => name));
    expect(events.every(({ name }) => passNames.includes(name))).toBe(true);
    expect(events.at(-1)?.name).toBe("place");
    expect(model.batch).toBe(design.nativeBatch);
  });

  it("times passes with the caller's clock only", () => {
    const options = { fileName: "tiny.onnx", compile: compilerPresets.xla };
    expect(compileModel(bytes, design, options).passes.every((pass) => pass.milliseconds === undefined)).toBe(true);
    const timed = compileModel(bytes, design, { ...options, hooks: { clock: () => 5 } });
    expect(timed.passes.every((pass) => pass.milliseconds === 0)).toBe(true);
  });

  it("records in the schedule what it takes to make it again", () => {
    const { schedule } = compileModel(bytes, design, {
      fileName: "models/tiny.onnx",
      batch: 3,
      dims: {},
      compile: compilerPresets.xla,
    });
    expect(schedule.model).toMatchObject({ name: "tiny", batch: 3, file: "models/tiny.onnx" });
    expect(schedule.design.content).toEqual(design);
    expect(schedule.options).toEqual(compilerPresets.xla);
  });
});

describe("workloadSource", () => {
  it("derives each batch once", () => {
    const source = workloadSource(bytes, { fileName: "tiny.onnx" });
    expect(source).toMatchObject({ name: "tiny", hasSymbolicBatch: true, batch: 1 });
    expect(source.forBatch(4)).toBe(source.forBatch(4));
    expect(source.forBatch(4).info.batch).toBe(4);
    expect(source.forBatch(1).info.batch).toBe(1);
  });

  it("knows a fixed batch, and refuses another", () => {
    const source = workloadSource(tinyOnnx({ opType: "Relu", shape: [2, 64] }), { fileName: "tiny.onnx" });
    expect(source).toMatchObject({ hasSymbolicBatch: false, batch: 2 });
    expect(() => source.forBatch(4)).toThrow("error[onnx-batch-fixed]");
  });
});
