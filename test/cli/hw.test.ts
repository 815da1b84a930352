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
