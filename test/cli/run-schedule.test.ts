/** `fastc run` and `fastc verify` with a design or a schedule file: numbers that agree, and schedules that are refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import type { ModelDraft } from "../frontend/onnx/encode-message.ts";
import { floats, modelBytes, valueInfo } from "../frontend/onnx/encode-message.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

/** y [n, 6] = relu(x [n, 40] times a matrix, plus a bias); z its rows' softmax. */
const layers: ModelDraft = {
  nodes: [
    { name: "mm", opType: "MatMul", input: ["x", "w"], output: ["product"] },
    { name: "plus", opType: "Add", input: ["product", "b"], output: ["sum"] },
    { name: "act", opType: "Relu", input: ["sum"], output: ["y"] },
    { name: "soft", opType: "Softmax", input: ["y"], output: ["z"] },
  ],
  inputs: [valueInfo("x", ["n", 40])],
  outputs: ["y", "z"],
  initializers: [
    floats(
      "w",
      [40, 6],
      Array.from({ length: 240 }, (_unused, at) => Math.sin(at)),
    ),
    floats("b", [6], [1, 2, 3, 4, 5, 6]),
  ],
};

interface Schedule {
  schemaVersion: number;
  model: { sha256: string };
  program: { regions: { buffers: { slotBytes: number }[] }[] };
}

let model: string;
let scheduleText: string;

/** The schedule with a change, in a file. */
function changed(change: (schedule: Schedule) => void): string {
  const schedule = JSON.parse(scheduleText) as Schedule;
  change(schedule);
  const path = inFolder("changed.json");
  writeFileSync(path, JSON.stringify(schedule));
  return path;
}

beforeEach(async () => {
  model = inFolder("m.onnx");
  writeFileSync(model, modelBytes(layers));
  const compiled = await runCli(["compile", model, "--hw", "eyeriss-like", "--batch", "5", "-o", inFolder("out")]);
  expect(compiled.status).toBe(0);
  scheduleText = readFileSync(inFolder("out/schedule.json"), "utf8");
});

describe("fastc run with a schedule", () => {
  it("gives what the reference gives", async () => {
    const numbers = async (...options: readonly string[]) => {
      const run = await runCli(["run", model, "--batch", "5", "--format", "json", ...options]);
      expect(run).toMatchObject({ status: 0, stderr: "" });
      const { outputs } = JSON.parse(run.stdout) as { outputs: { name: string; mean: number; first: number[] }[] };
      return outputs;
    };
    const [want, have] = [await numbers("--reference"), await numbers("--hw", "eyeriss-like")];
    expect(have.map(({ name }) => name)).toEqual(["y", "z"]);
    have.forEach(({ mean }, index) => {
      expect(mean).toBeCloseTo(want[index]?.mean ?? Number.NaN, 5);
    });
  });

  it("takes batch and design from a schedule, in both its forms", async () => {
    for (const form of ["schedule.json", "schedule.mlir"]) {
      const run = await runCli(["run", model, "--schedule", inFolder(`out/${form}`)]);
      expect(run).toMatchObject({ status: 0, stderr: "" });
      expect(run.stdout).toMatch(/^m, \d regions on eyeriss-like, f32\n {2}x {2}tensor<5x40xf32>/);
    }
  });
});

describe("fastc verify with a schedule", () => {
  it.each([["f32"], ["bf16"]])("agrees with onnxruntime in every region, in %s", async (numbers) => {
    const options = ["--hw", "fast-large", "--batch", "3", "--all", "--numbers", numbers];
    const run = await runCli(["verify", model, ...options]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout).toMatch(new RegExp(`^m on fast-large, \\d regions run in ${numbers}, against onnxruntime`));
    expect(run.stdout).toContain("z (output)");
  });

  it("ends with status 1 when the numbers differ", async () => {
    const run = await runCli(["verify", model, "--hw", "fast-large", "--tolerance", "1e-12"]);
    expect(run.status).toBe(1);
    expect(run.stdout).toContain("tensors differ by more than 1e-12 of their scale");
  });
});

describe("schedules that are refused", () => {
  it.each([
    ["cut off", () => scheduleText.slice(0, 1000), "error[schedule-invalid]: not JSON"],
    ["of a newer schema", () => scheduleText.replace('"schemaVersion": 1', '"schemaVersion": 9'), "is newer than this"],
  ])("%s", async (_what, text, message) => {
    writeFileSync(inFolder("bad.json"), text());
    const run = await runCli(["verify", model, "--schedule", inFolder("bad.json")]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain(message);
  });

  it("for another model", async () => {
    const other = inFolder("other.onnx");
    writeFileSync(other, modelBytes({ ...layers, outputs: ["z"] }));
    const run = await runCli(["run", other, "--schedule", inFolder("out/schedule.json")]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain(
      "error[schedule-mismatch]: the schedule is for another model: m, not other as it is now",
    );
    expect(run.stderr).toContain("schedule.json /model/sha256");
  });

  it("for another design or batch", async () => {
    const path = inFolder("out/schedule.json");
    const design = await runCli(["run", model, "--schedule", path, "--hw", "tpu-v3"]);
    expect(design.stderr).toContain("for another design: eyeriss-like, not tpu-v3 as it is now");
    const batch = await runCli(["run", model, "--schedule", path, "--batch", "7"]);
    expect(batch.stderr).toContain("note: its batch is 5, that of this run 7");
    expect([design.status, batch.status]).toEqual([2, 2]);
  });

  it("edited by hand, with the place in the program", async () => {
    const path = changed(({ program }) => {
      const [buffer] = program.regions[0]?.buffers ?? [];
      if (buffer !== undefined) buffer.slotBytes = 1;
    });
    const run = await runCli(["verify", model, "--schedule", path]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain("error[memory-overflow]: a tile of gm.input takes 10 bytes but a slot has 1");
    expect(run.stderr).toContain("at /program/regions/0/body/");
    expect(run.stderr).toContain('at node "mm" in');
  });
});
