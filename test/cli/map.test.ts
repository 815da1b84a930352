/** `fastc map` from the command line. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectFile, runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "fastc-map-"));
const machine = projectFile("architectures/peers-32x32-16k.json");

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const problem = file("problem.json", { schemaVersion: 1, name: "small", extents: { b: 4, k: 8, c: 6 } });

it("maps, and evaluates what it found to the same cost", async () => {
  const found = await runCli(["map", "--problem", problem, "--arch", machine, "--format", "json", "--verify"]);
  // The command's own JSON.
  const report = JSON.parse(found.stdout) as {
    mapping: unknown;
    cost: unknown;
    simulation: string;
    certificate: { proof: string };
  };
  expect(report).toMatchObject({ simulation: "agrees", certificate: { proof: "bound" } });
  const given = [
    "map",
    "--problem",
    problem,
    "--arch",
    machine,
    "--mapping",
    file("mapping.json", report.mapping),
    "--format",
    "json",
  ];
  expect(JSON.parse((await runCli(given)).stdout)).toMatchObject({ cost: report.cost });
});

it("names the place of what is wrong in a mapping", async () => {
  const mapping = file("wrong.json", { schemaVersion: 1, nest: [{ kind: "temporal", dim: "k", tile: 9 }] });
  const { status, stderr } = await runCli(["map", "--problem", problem, "--arch", machine, "--mapping", mapping]);
  expect(status).toBe(2);
  expect(stderr).toContain("loop k: tile 9 is larger than the tile above, 8");
  expect(stderr).toContain(`nest[0] in ${mapping}:1:`);
});
