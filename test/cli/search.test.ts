/** `fastc search`: the study, the best design, the baselines, and how it stops. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { formatNumber } from "../../src/report/units.ts";
import { efficientNetB0, projectFile, runCli, temporaryFolder } from "./run-cli.ts";
import { tinyOnnx } from "./tiny-onnx.ts";

const inFolder = temporaryFolder();

/** Arguments of a search over a model that costs next to nothing. */
function searchTiny(...more: readonly string[]): readonly string[] {
  writeFileSync(inFolder("tiny.onnx"), tinyOnnx({ opType: "Relu", shape: ["batch", 1000] }));
  return ["search", inFolder("tiny.onnx"), "--space", "fast", "--baseline", "tpu-v3", ...more];
}

function linesOf(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("fastc search", () => {
  it("writes a study of a header and every trial, each line fitting the schema", async () => {
    const { status } = await runCli(searchTiny("--trials", "30", "--study", inFolder("s.jsonl")));
    expect(status).toBe(0);
    const lines = linesOf(inFolder("s.jsonl"));
    expect(lines).toHaveLength(31);
    expect(lines[0]).toMatchObject({ record: "study", seed: 1, optimizer: "local", space: { name: "fast" } });
    expect(lines.slice(1).map(({ trial }) => trial)).toEqual(Array.from({ length: 30 }, (_unused, trial) => trial));
    const schema = JSON.parse(readFileSync(projectFile("docs/schemas/study-record.schema.json"), "utf8")) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    for (const line of lines) {
      validate(line);
      expect(validate.errors).toBeNull();
    }
  });

  it("gives the same study twice with the same seed, and another with another", async () => {
    for (const [name, seed] of [
      ["a", "7"],
      ["b", "7"],
      ["c", "8"],
    ] as const) {
      await runCli(searchTiny("--trials", "25", "--seed", seed, "--study", inFolder(name)));
    }
    const [first, again, other] = ["a", "b", "c"].map((name) => readFileSync(inFolder(name), "utf8"));
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("keeps to the shrunk baseline's area and TDP unless told otherwise", async () => {
    const { stderr } = await runCli(searchTiny("--trials", "1"));
    expect(stderr).toMatch(/limits: area [\d.]+ mm², TDP [\d.]+ W/);
    const free = await runCli(searchTiny("--trials", "1", "--area-limit", "none", "--tdp-limit", "30"));
    expect(free.stderr).toContain("limits: area none, TDP 30.00 W");
  });

  it("says so when nothing is feasible: status 1, no design", async () => {
    const args = searchTiny(
      "--trials",
      "3",
      "--tdp-limit",
      "0.001",
      "-o",
      inFolder("out"),
      "--study",
      inFolder("s.jsonl"),
    );
    const { status, stdout, stderr } = await runCli(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("no feasible design was found");
    expect(existsSync(inFolder("out"))).toBe(false);
    expect(linesOf(inFolder("s.jsonl"))[1]).toMatchObject({ status: "infeasible" });
  });

  it("finds a better design for EfficientNet-B0 than the shrunk TPU-v3, which compile then takes", async () => {
    const args = ["search", efficientNetB0, "--space", "fast", "--trials", "12", "--seed", "1", "-o", inFolder("out")];
    const { status, stdout, stderr } = await runCli(args);
    expect(status).toBe(0);
    const ratios = String.raw`([\d.]+)× +([\d.]+)× +([\d.]+)×`;
    for (const row of ["tpu-v3 +16 nm +xla", "tpu-v3 +16 nm +fastc", "tpu-v3-7nm +7 nm +fastc"]) {
      expect(stdout).toMatch(new RegExp(`^ +${row} +${ratios}`, "m"));
    }
    expect(stdout).toMatch(/same compiler: what the hardware alone is worth$/m);
    const headline = new RegExp(`^ +tpu-v3-7nm +7 nm +xla +${ratios} +headline$`, "m").exec(stdout);
    const [speed = NaN, tdp = NaN, perfPerTdp = NaN] = (headline ?? []).slice(1).map(Number);
    expect(perfPerTdp).toBeGreaterThan(1);
    expect(speed / tdp / perfPerTdp).toBeCloseTo(1, 1);
    expect(stderr).toMatch(/12 of 12 trials in .* trials\/s; \d+ feasible, \d+ infeasible/);
    const best = inFolder("out/best.design.json");
    const compiled = await runCli(["compile", efficientNetB0, "--hw", best, "--format", "json"]);
    expect(compiled.status).toBe(0);
    const evaluation = JSON.parse(compiled.stdout) as { perfPerTdp: number };
    // The search and the compiler go through the same back end: the same figure comes out.
    expect(stdout).toContain(` ${formatNumber(evaluation.perfPerTdp)} /s/W`);
  }, 120_000);

  it("stops on Ctrl-C after the trial at hand, keeps what it has, and ends with 130", async () => {
    let interrupt = (): void => undefined;
    let trials = 0;
    const args = searchTiny("--trials", "1000", "--study", inFolder("s.jsonl"), "-o", inFolder("out"));
    const { status, stderr } = await runCli(args, {
      onInterrupt: (callback) => {
        interrupt = callback;
        return () => undefined;
      },
      now: () => {
        trials += 1;
        if (trials === 20) interrupt();
        return trials;
      },
    });
    expect(status).toBe(130);
    const done = Number(/(\d+) of 1000 trials/.exec(stderr)?.[1]);
    expect(done).toBeLessThan(30);
    expect(linesOf(inFolder("s.jsonl"))).toHaveLength(done + 1);
    expect(readdirSync(inFolder("out"))).toEqual(["best.design.json"]);
  });

  it("never overwrites a study", async () => {
    writeFileSync(inFolder("s.jsonl"), "precious\n");
    const { status, stderr } = await runCli(searchTiny("--trials", "1", "--study", inFolder("s.jsonl")));
    expect(status).toBe(2);
    expect(stderr).toContain("error[study-exists]");
    expect(readFileSync(inFolder("s.jsonl"), "utf8")).toBe("precious\n");
  });

  it("refuses a model with a fixed batch where the batch is searched", async () => {
    writeFileSync(inFolder("fixed.onnx"), tinyOnnx({ opType: "Relu", shape: [1, 3] }));
    const { status, stderr } = await runCli(["search", inFolder("fixed.onnx"), "--space", "fast", "--trials", "1"]);
    expect(status).toBe(2);
    expect(stderr).toContain("error[search-fixed-batch]: the model's batch is fixed at 1");
  });
});
