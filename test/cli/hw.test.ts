/** `fastc hw`: the datasheet of a design. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { presetNames } from "../../src/node/package.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

describe("fastc hw", () => {
  it.each(presetNames("design"))("prints the datasheet of %s, as text and as JSON", async (name) => {
    const text = await runCli(["hw", name]);
    expect({ status: text.status, stderr: text.stderr }).toEqual({ status: 0, stderr: "" });
    for (const word of ["area", "TDP", "nm"]) expect(text.stdout).toContain(word);
    const json = await runCli(["hw", name, "--format", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1 });
  });

  it("takes settings", async () => {
    const [plain, bigger] = [
      await runCli(["hw", "fast-large"]),
      await runCli(["hw", "fast-large", "--set", "globalMemoryMiB=256"]),
    ];
    expect(bigger.status).toBe(0);
    expect(bigger.stdout).not.toBe(plain.stdout);
  });

  it("compares designs, as text and as JSON, with settings on all of them", async () => {
    const text = await runCli(["hw", "--compare", "tpu-v4", "tpu-v4i", "edge"]);
    expect({ status: text.status, stderr: text.stderr }).toEqual({ status: 0, stderr: "" });
    expect(text.stdout).toMatch(/tpu-v4, 7 nm +tpu-v4i, 7 nm +edge, 16 nm/);
    const json = await runCli([
      "hw",
      "tpu-v3",
      "tpu-v3-7nm",
      "--compare",
      "--set",
      "technologyNm=28",
      "--format",
      "json",
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schemaVersion: 1,
      designs: [{ technologyNm: 28 }, { technologyNm: 28 }],
      totals: [{ ratios: [1, 1] }, { ratios: [1, 1] }, { ratios: [1, 1] }, { ratios: [1, 1] }],
    });
  });

  it("refuses one design to compare, two without --compare, and misspelt names, all at once", async () => {
    const one = await runCli(["hw", "--compare", "tpu-v4"]);
    expect(one.status).toBe(2);
    expect(one.stderr).toContain("error[usage]: --compare takes two designs or more, not 1");
    const two = await runCli(["hw", "tpu-v4", "edge"]);
    expect(two.status).toBe(2);
    expect(two.stderr).toContain("help: fastc hw --compare tpu-v4 edge");
    const { status, stdout, stderr } = await runCli(["hw", "--compare", "tpu-v44", "fast-big", "edg"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.match(/help: did you mean '.*'/g)).toEqual([
      "help: did you mean 'tpu-v4'",
      "help: did you mean 'edge'",
    ]);
    expect(stderr.match(/^error\[file-not-found\]/gm)).toHaveLength(3);
  });

  it("refuses what is no design", async () => {
    writeFileSync(inFolder("d.json"), '{"schemaVersion": 1}');
    const { status, stdout, stderr } = await runCli(["hw", inFolder("d.json")]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    // One error for each of the required fields besides schemaVersion.
    expect(stderr.match(/^error\[design-invalid\]: field '\w+' is missing$/gm)?.length).toBe(15);
  });

  it("refuses what is no JSON, and a setting with a bad value", async () => {
    writeFileSync(inFolder("d.json"), '{"schemaVersion": 1,,}');
    expect((await runCli(["hw", inFolder("d.json")])).stderr).toMatch(/^error\[json-syntax\]/);
    const { status, stderr } = await runCli(["hw", "fast-large", "--set", "cores=0"]);
    expect(status).toBe(2);
    expect(stderr).toContain("cores in fast-large with --set cores=0");
  });
});
