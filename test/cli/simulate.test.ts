/** `fastc simulate` end to end: models, schedules in both forms, the timeline, and bad input. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Ajv } from "ajv";
import { simulationSchema } from "../../src/backend/simulate/simulation.ts";
import { projectFile, runCli } from "./run-cli.ts";

const model = projectFile("models/efficientnet-b0.onnx");
const folder = mkdtempSync(join(tmpdir(), "fastc-simulate-"));
const schedule = join(folder, "schedule.json");

beforeAll(async () => {
  const { status } = await runCli(["compile", model, "--hw", "fast-small", "--batch", "1", "-o", folder]);
  expect(status).toBe(0);
});

describe("fastc simulate", () => {
  it("says the same of a model and of both forms of its schedule", async () => {
    const fromModel = await runCli(["simulate", model, "--hw", "fast-small", "--batch", "1", "--format", "json"]);
    const fromJson = await runCli(["simulate", schedule, "--format", "json"]);
    const fromText = await runCli(["simulate", join(folder, "schedule.mlir"), "--format", "json"]);
    expect(fromModel.stdout).toBe(fromJson.stdout);
    expect(fromText.stdout).toBe(fromJson.stdout);
    const validate = new Ajv({ strict: false }).compile(simulationSchema);
    expect(validate(JSON.parse(fromJson.stdout)), JSON.stringify(validate.errors)).toBe(true);
  });

  it("prints one region and draws it", async () => {
    const trace = join(folder, "trace.json");
    const { status, stdout, stderr } = await runCli(["simulate", schedule, "--region", "3", "--trace", trace]);
    expect(status).toBe(0);
    expect(stdout).toContain("Busy cycles");
    expect(stderr).toBe(`wrote ${trace}\n`);
    const { traceEvents } = JSON.parse(readFileSync(trace, "utf8")) as { traceEvents: readonly { ph: string }[] };
    expect(traceEvents.filter(({ ph }) => ph === "X").length).toBeGreaterThan(10);
  });

  it.each([
    { args: ["--hw", "fast-large"], text: "a schedule was compiled for its own" },
    { args: ["--region", "1000"], text: "there is no region 1000" },
  ])("refuses $args for a schedule", async ({ args, text }) => {
    const { status, stderr } = await runCli(["simulate", schedule, ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(text);
  });

  it("refuses a model without a design", async () => {
    const { status, stderr } = await runCli(["simulate", model]);
    expect(status).toBe(2);
    expect(stderr).toContain("add --hw DESIGN");
  });
});
