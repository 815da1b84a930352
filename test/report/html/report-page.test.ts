/** The HTML report: what it says is what the compiler decided, and whatever a node is called it stays one harmless file. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { dramBandwidthGBps, peakTflops } from "../../../src/hardware/derived.ts";
import type { CompileResult, Simulation } from "../../../src/index.ts";
import { compileModel, compilerPresets } from "../../../src/index.ts";
import { occupancy } from "../../../src/report/html/memory-figure.ts";
import type { RegionDetails } from "../../../src/report/html/region-details.ts";
import { regionFacts, totalSeconds } from "../../../src/report/html/region-facts.ts";
import type { ReportInput } from "../../../src/report/html/report-input.ts";
import { reportPage } from "../../../src/report/html/report-page.ts";
import { trafficSteps } from "../../../src/report/html/traffic-steps.ts";
import { formatInteger, formatSi } from "../../../src/report/units.ts";
import { shippedDesigns } from "../../backend/support/models.ts";
import { efficientNetB0, runCli, temporaryFolder } from "../../cli/run-cli.ts";
import { tinyOnnx } from "../../cli/tiny-onnx.ts";

const inFolder = temporaryFolder();

/** The details that a page carries for its script. */
function detailsOf(page: string): readonly RegionDetails[] {
  const json = /<script id="data" type="application\/json">(.*)<\/script>/.exec(page)?.[1] ?? "";
  // The page was written from this type.
  return JSON.parse(json) as readonly RegionDetails[];
}

describe("the report of EfficientNet-B0 on fast-large", () => {
  let result: CompileResult;
  let input: ReportInput;
  let page: string;
  beforeAll(() => {
    const compile = compilerPresets.fastc;
    const options = { fileName: "b0.onnx", compile, batch: 1 };
    result = compileModel(readFileSync(efficientNetB0), shippedDesigns.get("fast-large")!, options);
    const { program } = result.schedule;
    // As if a simulator had found every region 10 % slower than the cost model, for want of its input.
    const simulated = result.evaluation.regions.map(({ cycles, dramBytes }) => ({
      cycles: 1.1 * cycles,
      dramBytes,
      stallCycles: { input: 0.1 * cycles, weight: 0 },
      occupancy: [],
    }));
    input = { ...result, program, compile, options: "--compiler fastc", fastcVersion: "0", simulated };
    page = reportPage(input);
  });

  it("has a row, details, and marks on timeline, memory and roofline for every region", () => {
    const { regions } = result.evaluation;
    const details = detailsOf(page);
    expect(details.map(({ name, nodes }) => ({ name, nodes }))).toEqual(
      regions.map(({ name, onnxNodes }) => ({ name, nodes: onnxNodes })),
    );
    for (const { id, cycles } of regions) {
      const row = new RegExp(`<tr id="region-${id}".*?</tr>`, "s").exec(page)?.[0] ?? "";
      expect(row).toContain(`>${formatInteger(cycles)}</td>`);
      // Both runs have a bar on the engine's lane, one on that of what binds, a dot, and blocks of memory.
      const marks = page.split(`<a href="#region-${id}"`).length - 1;
      expect(marks).toBeGreaterThanOrEqual(2 * 4 + 1);
      expect(details[id]?.operations.length).toBeGreaterThan(0);
      expect(details[id]?.nest).toContain("dma");
      expect(details[id]?.figures.find(([label]) => label === "cycles")?.[1]).toMatch(
        `${formatInteger(cycles)} steady`,
      );
    }
  });

  it("adds up to the totals of the compiler, steady and cold", () => {
    const facts = regionFacts(input);
    for (const state of ["steady", "cold"] as const) {
      const { latencySeconds, dramBytes } = result.evaluation.totals[state];
      expect(totalSeconds(facts, state)).toBeCloseTo(latencySeconds, 12);
      expect(facts.reduce((sum, { runs }) => sum + runs[state].dramBytes, 0)).toBeCloseTo(dramBytes, 3);
    }
  });

  it("has no region above the roof", () => {
    const facts = regionFacts(input);
    const [peak, bytesPerSecond] = [1e12 * peakTflops(input.design), 1e9 * dramBandwidthGBps(input.design)];
    for (const { runs, region, operations } of facts) {
      expect(region.macs === 0 || operations === 2 * region.macs).toBe(true);
      for (const { intensity, operationsPerSecond } of [runs.steady, runs.cold]) {
        expect(operationsPerSecond).toBeLessThanOrEqual(Math.min(peak, intensity * bytesPerSecond) * (1 + 1e-9));
      }
    }
  });

  it("shows what a simulator says beside it", () => {
    const { cycles } = result.evaluation.totals.steady;
    expect(page).toContain(`${formatInteger(1.1 * cycles)} cycles, the cost model`);
    for (const { region, runs, simulated } of regionFacts(input)) {
      expect(runs.simulated?.cycles).toBe(simulated?.cycles);
      const row = new RegExp(`<tr id="region-${region.id}".*?</tr>`, "s").exec(page)?.[0] ?? "";
      expect(row).toContain(`>${formatInteger(1.1 * region.cycles)}</td>`);
      expect(row).toContain(">+10.00 %</td>");
    }
    const [first] = detailsOf(page);
    expect(first?.simulation.map(([label]) => label)).toEqual(["cycles", "DRAM traffic", "waits for input"]);
    expect(page.match(/<circle/g)).toHaveLength(4 * result.evaluation.regions.length);
  });

  it("shows global memory as it was placed: never above its capacity", () => {
    const { capacityBytes, tensors } = result.schedule.decisions.residency;
    const steps = occupancy(input.program);
    const pinned = tensors.filter(({ isPinned }) => isPinned).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(pinned).toBeGreaterThan(0);
    for (const { weights, activations, staging } of steps) {
      expect(weights).toBe(pinned);
      expect(weights + activations + staging).toBeLessThanOrEqual(capacityBytes);
    }
    expect(Math.max(...steps.map(({ activations }) => activations))).toBeGreaterThan(0);
    expect(Math.max(...steps.map(({ staging }) => staging))).toBeGreaterThan(0);
  });

  it("takes DRAM traffic down step by step to what is compulsory", () => {
    const steps = trafficSteps(input);
    expect(steps.map(({ name }) => name)).toEqual([
      "unfused",
      "grouped",
      "placed, cold",
      "placed, steady",
      "compulsory",
    ]);
    const bytes = steps.map((step) => step.bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => b - a));
    const { steady, cold } = result.evaluation.totals;
    expect(bytes.slice(2)).toEqual([cold.dramBytes, steady.dramBytes, steady.compulsoryDramBytes]);
    for (const step of bytes) expect(page).toContain(`>${formatSi(step, "B")}`);
  });

  it("can be made of a schedule alone, without operations and what other schedules would move", () => {
    const { workload: _workload, ...alone } = input;
    expect(trafficSteps(alone).map(({ name }) => name)).toEqual(["placed, cold", "placed, steady", "compulsory"]);
    const details = detailsOf(reportPage(alone));
    expect(details.map(({ operations }) => operations)).toEqual(details.map(() => []));
    expect(details.map(({ nest }) => nest)).toEqual(detailsOf(page).map(({ nest }) => nest));
  });

  it("is one file that refers to no other", () => {
    expect(page).not.toMatch(/src=|@import|url\(|href="(?!#region-)/);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain("estimated by the model");
    const [, script = ""] = page.split("<script>");
    expect(page.replace(script, "")).not.toMatch(/NaN|undefined/);
  });
});

describe("fastc compile --report", () => {
  const nodeName = `</script><img src=x onerror="alert('&')">`;

  it("escapes the names of nodes and models, and is the same for the same input", async () => {
    writeFileSync(
      inFolder("<i>&.onnx"),
      tinyOnnx({ opType: "MatMul", nodeName, shape: [2, 64], weightShape: [64, 8] }),
    );
    const args = ["compile", inFolder("<i>&.onnx"), "--hw", "fast-small", "--report", inFolder("report.html")];
    const { status, stderr } = await runCli(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: `wrote ${inFolder("report.html")}\n` });
    const page = readFileSync(inFolder("report.html"), "utf8");
    await runCli(args);
    expect(readFileSync(inFolder("report.html"), "utf8")).toBe(page);
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<i>&");
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain("&lt;img src=x onerror=");
    expect(detailsOf(page)[0]?.nodes).toEqual([nodeName]);
  });

  it.each([["tpu-v3"], ["eyeriss-like"]])(
    "draws copies, and a machine without global memory, on %s",
    async (design) => {
      writeFileSync(inFolder("copy.onnx"), tinyOnnx({ opType: "Transpose", shape: [2, 30] }));
      const set = design === "tpu-v3" ? ["--set", "globalMemoryMiB=0"] : [];
      const args = ["compile", inFolder("copy.onnx"), "--hw", design, ...set, "--compiler", "xla", "--report"];
      expect((await runCli([...args, inFolder("report.html")])).status).toBe(0);
      const page = readFileSync(inFolder("report.html"), "utf8");
      expect(page).not.toContain("NaN");
      expect(page).not.toContain("Infinity");
    },
  );

  it("is written by fastc simulate too, with the simulator's figures, of a model and of a schedule", async () => {
    writeFileSync(inFolder("mm.onnx"), tinyOnnx({ opType: "MatMul", shape: [64, 256], weightShape: [256, 64] }));
    const onDesign = [inFolder("mm.onnx"), "--hw", "fast-small"];
    await runCli(["compile", ...onDesign, "-o", inFolder("mm")]);
    const json = await runCli(["simulate", ...onDesign, "--format", "json", "--report", inFolder("model.html")]);
    const { totals, regions } = JSON.parse(json.stdout) as Simulation;
    const alone = await runCli(["simulate", inFolder("mm/schedule.mlir"), "--report", inFolder("schedule.html")]);
    expect(alone.stderr).toBe(`wrote ${inFolder("schedule.html")}\n`);
    for (const file of ["model.html", "schedule.html"]) {
      const page = readFileSync(inFolder(file), "utf8");
      expect(page).toContain(`${formatInteger(totals.steady.cycles)} cycles, the cost model`);
      expect(page).toContain('class="simulated"');
      const [details] = detailsOf(page);
      expect(details?.simulation[0]?.[1]).toContain(formatInteger(regions[0]?.cycles ?? NaN));
      expect(details?.operations).toHaveLength(file === "model.html" ? 1 : 0);
    }
  });

  it("writes nothing where the model or the place is bad", async () => {
    const report = inFolder("report.html");
    const bad = await runCli(["compile", inFolder("absent.onnx"), "--hw", "fast-small", "--report", report]);
    expect(bad.status).toBe(2);
    expect(existsSync(report)).toBe(false);
    writeFileSync(inFolder("tiny.onnx"), tinyOnnx({ opType: "Relu", shape: [1, 8] }));
    const place = inFolder("tiny.onnx/report.html");
    const misplaced = await runCli(["compile", inFolder("tiny.onnx"), "--hw", "fast-small", "--report", place]);
    expect(misplaced.status).toBe(2);
    expect(misplaced.stderr).toContain("error[file-access]");
  });
});
