/** `fastc compile`: what goes to stdout, to stderr and into files; and everything that must be refused. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { efficientNetB0, projectFile, runCli, temporaryFolder } from "./run-cli.ts";
import { tinyOnnx } from "./tiny-onnx.ts";

const inFolder = temporaryFolder();
const compileB0 = ["compile", efficientNetB0, "--hw", "fast-large"];

function schemaOf(name: string): object {
  return JSON.parse(readFileSync(projectFile(`docs/schemas/${name}.schema.json`), "utf8")) as object;
}

function isValid(schemaName: string, text: string): void {
  const validate = new Ajv({ strict: false }).compile(schemaOf(schemaName));
  validate(JSON.parse(text));
  expect(validate.errors).toBeNull();
}

/** fast-large with changed fields, in a file. */
function designFile(changes: object): string {
  const design = JSON.parse(readFileSync(projectFile("designs/fast-large.json"), "utf8")) as object;
  writeFileSync(inFolder("d.json"), JSON.stringify({ ...design, ...changes }));
  return inFolder("d.json");
}

describe("fastc compile", () => {
  it("prints a report of at most 120 columns on stdout, and nothing on stderr", async () => {
    const { status, stdout, stderr } = await runCli(compileB0);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^efficientnet-b0 on fast-large \(7 nm\), batch 8, --compiler fastc\n/);
    for (const word of [
      "latency",
      "throughput",
      "utilisation",
      "DRAM traffic",
      "energy",
      "Perf/TDP",
      "gap to the bound",
    ]) {
      expect(stdout).toContain(word);
    }
    expect(stdout).toContain("The 10 regions that take longest");
    expect(stdout).toContain("Time by class of operation");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it("prints the evaluation as JSON that fits its schema", async () => {
    const { status, stdout, stderr } = await runCli([...compileB0, "--batch", "2", "--format", "json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    isValid("evaluation", stdout);
    const evaluation = JSON.parse(stdout) as { batch: number; totals: { steady: { macs: number } } };
    expect(evaluation.batch).toBe(2);
    expect(evaluation.totals.steady.macs).toBe(2 * 385_814_752);
  });

  it("writes both schedule forms, the same bytes each time, and keeps other files", async () => {
    mkdirSync(inFolder("a"));
    writeFileSync(inFolder("a/mine.txt"), "mine");
    for (const out of ["a", "b"]) {
      const { status, stderr } = await runCli([...compileB0, "-o", inFolder(out), "--format", "json"]);
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: `wrote schedule.json and schedule.mlir to ${inFolder(out)}\n`,
      });
    }
    expect(readdirSync(inFolder("a")).sort()).toEqual(["mine.txt", "schedule.json", "schedule.mlir"]);
    expect(readdirSync(inFolder("b")).sort()).toEqual(["schedule.json", "schedule.mlir"]);
    for (const name of ["schedule.json", "schedule.mlir"]) {
      expect(readFileSync(inFolder(`b/${name}`), "utf8")).toBe(readFileSync(inFolder(`a/${name}`), "utf8"));
    }
    isValid("schedule", readFileSync(inFolder("a/schedule.json"), "utf8"));
    expect(readFileSync(inFolder("a/schedule.mlir"), "utf8")).toContain("sched.region");
  });

  it("has the two compilers apart: xla moves more and runs depthwise convolutions on the arrays", async () => {
    const evaluations = await Promise.all(
      ["xla", "fastc"].map(async (compiler) => {
        const { stdout } = await runCli([...compileB0, "--compiler", compiler, "--format", "json"]);
        return JSON.parse(stdout) as {
          totals: { steady: { dramBytes: number; cycles: number } };
          regions: { kind: string; engine: string }[];
        };
      }),
    );
    const [xla, fastc] = evaluations;
    expect(xla?.totals.steady.dramBytes).toBeGreaterThan(fastc?.totals.steady.dramBytes ?? Infinity);
    expect(xla?.totals.steady.cycles).toBeGreaterThanOrEqual(fastc?.totals.steady.cycles ?? Infinity);
    const engines = xla?.regions.filter(({ kind }) => kind === "depthwise-convolution").map(({ engine }) => engine);
    expect(new Set(engines)).toEqual(new Set(["systolic-array"]));
  });

  it("changes a design field for one run", async () => {
    const { stdout } = await runCli([...compileB0, "--set", "globalMemoryMiB=0", "--format", "json"]);
    const without = JSON.parse(stdout) as { area: { totalMm2: number } };
    const plain = JSON.parse((await runCli([...compileB0, "--format", "json"])).stdout) as typeof without;
    expect(without.area.totalMm2).toBeLessThan(plain.area.totalMm2);
    expect((await runCli([...compileB0, "--set", "globalMemoryMiB=0"])).stdout).toContain("--set globalMemoryMiB=0");
  });

  it("prints IR on stderr after one pass or all, and dumps numbered files", async () => {
    const { stdout, stderr } = await runCli([
      ...compileB0,
      "--print-ir-after",
      "place",
      "--dump-dir",
      inFolder("ir"),
      "--format",
      "json",
    ]);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(stderr).toMatch(/^\/\/ -----\/\/ IR after \d\d-place \/\/----- \/\/\nmodule @"efficientnet-b0"/);
    const files = readdirSync(inFolder("ir")).sort();
    expect(files).toContain("index.html");
    const dumps = files.filter((name) => name.endsWith(".mlir"));
    expect(dumps.map((name) => Number(name.slice(0, 2)))).toEqual(dumps.map((_name, index) => index));
    expect(dumps.at(-1)).toMatch(/^\d\d-place\.mlir$/);
    expect(readFileSync(inFolder(`ir/${dumps.at(-1)}`), "utf8")).toContain("fast.region");
    const all = await runCli([...compileB0, "--print-ir-after", "all"]);
    expect(all.stderr.match(/IR after/g)).toHaveLength(dumps.length);
  });

  it("runs a model with a fixed batch at its own, and says when that is below the native batch", async () => {
    writeFileSync(inFolder("m.onnx"), tinyOnnx({ opType: "Relu", shape: [2, 3] }));
    const { status, stdout } = await runCli(["compile", inFolder("m.onnx"), "--hw", "fast-large"]);
    expect(status).toBe(0);
    expect(stdout).toContain("batch 2");
    expect(stdout).toContain("the batch is below the design's native batch of 8");
  });
});

describe("fastc compile refuses", () => {
  it.each([
    { what: "a missing field", change: { clockGhz: undefined }, says: "field 'clockGhz' is missing" },
    { what: "an unknown field", change: { clockMhz: 940 }, says: "unknown field 'clockMhz'" },
    { what: "a negative field", change: { cores: -1 }, says: "-1 is not" },
    { what: "a zero field", change: { nativeBatch: 0 }, says: "0 is not" },
    { what: "a field that is no integer", change: { vectorMultiplier: 1.5 }, says: "1.5 is not an integer" },
    { what: "a wrong word", change: { dataflows: ["row-stationary"] }, says: '"row-stationary" is not one of' },
  ])("a design with $what", async ({ change, says }) => {
    const { status, stdout, stderr } = await runCli([
      "compile",
      efficientNetB0,
      "--hw",
      designFile(change),
      "-o",
      inFolder("out"),
    ]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^error\[design-invalid\]: /);
    expect(stderr).toContain(says);
    expect(stderr).toContain(`in ${inFolder("d.json")}`);
    expect(existsSync(inFolder("out"))).toBe(false);
  });

  it("a design too small for any mapping, naming the region", async () => {
    // Kernel positions are never tiled: 48 × 48 weights of 2 bytes need 4.5 KiB.
    const tiny = designFile({ l1: { config: "private", inputKiB: 1, weightKiB: 1, outputKiB: 1 } });
    const model = inFolder("large-kernel.onnx");
    writeFileSync(model, tinyOnnx({ opType: "Conv", shape: [1, 1, 64, 64], weightShape: [1, 1, 48, 48] }));
    const { status, stdout, stderr } = await runCli(["compile", model, "--hw", tiny, "-o", inFolder("out")]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(
      /^error\[design-infeasible\]: no mapping fits: .*\n {2}at region .*\n {2}at large-kernel on fast-large\n {2}help: /,
    );
    expect(existsSync(inFolder("out"))).toBe(false);
  });

  it.each([
    {
      what: "a truncated model",
      content: () => readFileSync(efficientNetB0).subarray(0, 4000),
      code: "onnx-not-a-model",
    },
    {
      what: "a model with an unknown op",
      content: () => tinyOnnx({ opType: "Nope", shape: [1] }),
      code: "onnx-unsupported",
    },
    {
      what: "an unbound dimension",
      content: () => tinyOnnx({ opType: "Relu", shape: ["b", "s"] }),
      code: "onnx-dim-unbound",
    },
  ])("$what, leaving nothing behind", async ({ content, code }) => {
    writeFileSync(inFolder("m.onnx"), content());
    const args = [
      "compile",
      inFolder("m.onnx"),
      "--hw",
      "fast-large",
      "-o",
      inFolder("out"),
      "--dump-dir",
      inFolder("ir"),
    ];
    const { status, stdout, stderr } = await runCli(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`error[${code}]`);
    expect(readdirSync(inFolder("."))).toEqual(["m.onnx"]);
  });

  it.each([
    { what: "a batch of 0", opType: "Relu", shape: [0, 3] },
    { what: "an empty tensor", opType: "Relu", shape: [2, 0] },
    { what: "nothing but its input to pass on", opType: "Identity", shape: [2, 3] },
  ])("a model with $what, of which no figure would be a number", async ({ opType, shape }) => {
    writeFileSync(inFolder("m.onnx"), tinyOnnx({ opType, shape }));
    const { status, stdout, stderr } = await runCli(["compile", inFolder("m.onnx"), "--hw", "fast-large"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^error\[model-empty\]: /);
  });

  it("a design, a pass or a setting that it does not know, listing those it does", async () => {
    const design = await runCli(["compile", efficientNetB0, "--hw", "fast-huge"]);
    expect(design.stderr).toMatch(/at fast-huge\n {2}note: designs that come with fastc: .*fast-large.*tpu-v3/);
    const pass = await runCli([...compileB0, "--print-ir-after", "inline"]);
    expect(pass.stderr).toMatch(
      /error\[pass-unknown\]: there is no pass 'inline'\n.*\n {2}note: passes are .*fold-batch-norm/,
    );
    const setting = await runCli([...compileB0, "--set", "gm=3"]);
    expect(setting.stderr).toContain("globalMemoryMiB");
    expect([design, pass, setting].map(({ status, stdout }) => ({ status, stdout }))).toEqual(
      Array(3).fill({ status: 2, stdout: "" }),
    );
  });

  it("an output directory that is a file", async () => {
    writeFileSync(inFolder("out"), "");
    const { status, stdout, stderr } = await runCli([...compileB0, "-o", inFolder("out")]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("error[file-access]");
  });
});
