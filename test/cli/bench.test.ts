/** `fastc bench`: schedule files, suites, saved runs, regressions. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ScheduleFile, Simulation } from "../../src/index.ts";
import type { BenchRun } from "../../src/report/bench/bench-run.ts";
import { efficientNetB0, runCli, temporaryFolder } from "./run-cli.ts";
import { tinyOnnx } from "./tiny-onnx.ts";

const inFolder = temporaryFolder();

/** A suite of one small model on two designs with both compilers, and its path. */
function suiteFile(changes: object = {}): string {
  writeFileSync(inFolder("tiny.onnx"), tinyOnnx({ opType: "Relu", shape: ["batch", 1000] }));
  const suite = {
    schemaVersion: 1,
    models: [{ path: "tiny.onnx", batch: 4 }],
    designs: ["fast-large", "fast-small"],
    options: [{ compiler: "xla" }, {}],
    ...changes,
  };
  writeFileSync(inFolder("suite.json"), JSON.stringify(suite));
  return inFolder("suite.json");
}

describe("fastc bench", () => {
  it("compiles a schedule again whose dimensions came from the shape of an input", async () => {
    writeFileSync(inFolder("free.onnx"), tinyOnnx({ opType: "Relu", shape: ["batch", "length"] }));
    const shape = ["--input", "x:3x1000"];
    await runCli(["compile", inFolder("free.onnx"), "--hw", "fast-small", ...shape, "-o", inFolder("free")]);
    const { status, stdout } = await runCli(["bench", inFolder("free/schedule.json"), "--format", "json"]);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as BenchRun).rows).toMatchObject([{ batch: 3, isReproduced: true }]);
  });

  it("puts schedules side by side, and compiles them again", async () => {
    for (const [out, batch] of [
      ["a", "1"],
      ["b", "2"],
    ] as const) {
      await runCli(["compile", efficientNetB0, "--hw", "fast-small", "--batch", batch, "-o", inFolder(out)]);
    }
    const schedules = [inFolder("a/schedule.json"), inFolder("b/schedule.json")];
    const { status, stdout } = await runCli(["bench", ...schedules, "--format", "json"]);
    expect(status).toBe(0);
    const { rows } = JSON.parse(stdout) as BenchRun;
    expect(
      rows.map(({ model, design, options, batch, isReproduced }) => ({ model, design, options, batch, isReproduced })),
    ).toEqual(
      [1, 2].map((batch) => ({
        model: "efficientnet-b0",
        design: "fast-small",
        options: "fastc",
        batch,
        isReproduced: true,
      })),
    );
    expect(rows[0]?.compileSeconds?.repeats).toBe(1);
    const evaluation = JSON.parse(readFileSync(inFolder("a/schedule.json"), "utf8")) as {
      evaluation: { totals: { steady: object } };
    };
    expect(evaluation.evaluation.totals.steady).toMatchObject({
      cycles: rows[0]?.cycles,
      dramBytes: rows[0]?.dramBytes,
    });
  });

  it("finds a schedule that was slowed by hand, whatever it says that it costs", async () => {
    writeFileSync(inFolder("mm.onnx"), tinyOnnx({ opType: "MatMul", shape: [512, 1024], weightShape: [1024, 512] }));
    await runCli(["compile", inFolder("mm.onnx"), "--hw", "fast-small", "-o", inFolder("mm")]);
    const file = inFolder("mm/schedule.json");
    await runCli(["bench", file, "--save", inFolder("run.json")]);
    const compare = ["bench", file, "--compare", inFolder("run.json"), "--threshold", "10"];
    expect((await runCli(compare)).status).toBe(0);

    // Tiles of four rows in L1 instead of 64: the array is filled and drained for each.
    const text = readFileSync(file, "utf8");
    const schedule = JSON.parse(text) as ScheduleFile;
    const [mapping] = schedule.decisions.mappings;
    const slow = mapping!.levels.map((tiling) =>
      tiling.level === "l1" ? { ...tiling, tile: { ...tiling.tile, m: 4 } } : tiling,
    );
    const decisions = { ...schedule.decisions, mappings: [{ ...mapping, levels: slow }] };
    writeFileSync(file, JSON.stringify({ ...schedule, decisions }));
    const { status, stdout, stderr } = await runCli(compare);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^regression: mm on fast-small, batch 512, fastc: cycles grew by \d+\.\d %/m);
    expect(stdout).toContain("differs!");
    expect(stdout).toMatch(/vs before/);
  });

  it("takes a schedule in the sched dialect too, and gives the same row", async () => {
    writeFileSync(inFolder("mm.onnx"), tinyOnnx({ opType: "MatMul", shape: [8, 64], weightShape: [64, 8] }));
    await runCli(["compile", inFolder("mm.onnx"), "--hw", "fast-small", "-o", inFolder("mm")]);
    const rows = await Promise.all(
      ["json", "mlir"].map(async (form) => {
        const { stdout } = await runCli(["bench", inFolder(`mm/schedule.${form}`), "--format", "json"]);
        const [row] = (JSON.parse(stdout) as BenchRun).rows;
        return { ...row, name: "", compileSeconds: undefined };
      }),
    );
    expect(rows[0]?.isReproduced).toBe(true);
    expect(rows[1]).toEqual(rows[0]);
  });

  it("gives the figures that compile gives, for every row of a suite", async () => {
    const { stdout } = await runCli(["bench", suiteFile(), "--format", "json"]);
    const { rows } = JSON.parse(stdout) as BenchRun;
    expect(rows).toHaveLength(4);
    for (const { design, options, cycles, dramBytes, energyJoules } of rows) {
      const args = ["compile", inFolder("tiny.onnx"), "--batch", "4", "--hw", design, "--compiler", options];
      const compiled = await runCli([...args, "--format", "json"]);
      const { totals } = JSON.parse(compiled.stdout) as ScheduleFile["evaluation"];
      expect(totals.steady).toMatchObject({ cycles, dramBytes, energyJoules });
    }
  });

  it("simulates: the same cycles as fastc simulate, and slower ones fail --compare", async () => {
    writeFileSync(inFolder("mm.onnx"), tinyOnnx({ opType: "MatMul", shape: [64, 256], weightShape: [256, 64] }));
    await runCli(["compile", inFolder("mm.onnx"), "--hw", "fast-small", "-o", inFolder("mm")]);
    const bench = ["bench", inFolder("mm/schedule.mlir"), "--simulate"];
    const { stdout } = await runCli([...bench, "--format", "json", "--save", inFolder("run.json")]);
    const run = JSON.parse(stdout) as BenchRun;
    const simulated = await runCli(["simulate", inFolder("mm/schedule.json"), "--format", "json"]);
    const { totals } = JSON.parse(simulated.stdout) as Simulation;
    expect(run.rows[0]?.simulatedCycles).toBe(totals.steady.cycles);

    const faster = run.rows.map((row) => ({ ...row, simulatedCycles: 0.9 * totals.steady.cycles }));
    writeFileSync(inFolder("run.json"), JSON.stringify({ ...run, rows: faster }));
    const { status, stderr } = await runCli([...bench, "--compare", inFolder("run.json")]);
    expect(status).toBe(1);
    expect(stderr).toContain("simulated cycles grew by 11.1 %");
  });

  it("leaves the compile time out where the model is gone", async () => {
    writeFileSync(inFolder("gone.onnx"), tinyOnnx({ opType: "Relu", shape: [1, 3] }));
    await runCli(["compile", inFolder("gone.onnx"), "--hw", "fast-small", "-o", inFolder("a")]);
    writeFileSync(inFolder("gone.onnx"), tinyOnnx({ opType: "Relu", shape: [1, 4] }));
    const { stdout } = await runCli(["bench", inFolder("a/schedule.json")]);
    expect(stdout.split("\n")[2]).toMatch(/schedule\.json \(fast-small, fastc\) +1 +- /);
  });

  it("runs a suite: every model, design and set of options", async () => {
    const { status, stdout, stderr } = await runCli(["bench", suiteFile(), "--repeat", "3", "--format", "csv"]);
    expect(status).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^name,model,design,options,batch,cycles,/);
    expect(lines.map((line) => /^".*",tiny,([\w-]+,\w+,\d+),/.exec(line)?.[1])).toEqual([
      "fast-large,xla,4",
      "fast-large,fastc,4",
      "fast-small,xla,4",
      "fast-small,fastc,4",
    ]);
    expect(lines.every((line) => line.endsWith(",3"))).toBe(true);
    expect(stderr.match(/^compiled /gm)).toHaveLength(4);
  });

  it("saves a run and finds no regression against itself", async () => {
    const suite = suiteFile();
    await runCli(["bench", suite, "--save", inFolder("run.json")]);
    const { status, stderr } = await runCli(["bench", suite, "--compare", inFolder("run.json")]);
    expect(status).toBe(0);
    expect(stderr).toContain("no regression above 0 %");
  });

  it("ends with status 1 on a regression above the threshold, and says which", async () => {
    const suite = suiteFile();
    await runCli(["bench", suite, "--save", inFolder("run.json")]);
    const run = JSON.parse(readFileSync(inFolder("run.json"), "utf8")) as BenchRun;
    // As if cycles had been 10 % lower once.
    const better = {
      ...run,
      rows: run.rows.map((row, index) => (index === 0 ? { ...row, cycles: row.cycles / 1.1 } : row)),
    };
    writeFileSync(inFolder("run.json"), JSON.stringify(better));
    const compare = ["bench", suite, "--compare", inFolder("run.json")];
    const worse = await runCli([...compare, "--threshold", "5"]);
    expect(worse.status).toBe(1);
    expect(worse.stderr).toMatch(/^regression: tiny on fast-large, batch 4, xla: cycles grew by 10\.0 %/m);
    expect((await runCli([...compare, "--threshold", "11"])).status).toBe(0);
  });

  it.each([
    { what: "a missing file", args: () => [inFolder("absent.json")], says: "error[file-not-found]" },
    { what: "a suite without designs", args: () => [suiteFile({ designs: [] })], says: "error[bench-suite-invalid]" },
    {
      what: "an unknown compiler",
      args: () => [suiteFile({ options: [{ compiler: "gcc" }] })],
      says: '"gcc" is not one of "xla", "fastc"',
    },
    { what: "a suite's missing model", args: () => [suiteFile({ models: [{ path: "x.onnx" }] })], says: "x.onnx" },
    { what: "two suites", args: () => [suiteFile(), suiteFile()], says: "a suite file must be the only file" },
    {
      what: "a file of another kind",
      args: () => {
        writeFileSync(inFolder("x.json"), "{}");
        return [inFolder("x.json")];
      },
      says: "error[schedule-invalid]",
    },
  ])("refuses $what", async ({ args, says }) => {
    const { status, stdout, stderr } = await runCli(["bench", ...args()]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});
