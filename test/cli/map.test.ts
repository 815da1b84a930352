/** `fastc map` from the command line. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
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
  const found = await runCli(["map", "--problem", problem, "--arch", machine, "--format", "json"]);
  // The command's own JSON.
  const report = JSON.parse(found.stdout) as {
    mapping: unknown;
    cost: unknown;
    certificate: { proof: string };
  };
  expect(report).toMatchObject({ kind: "architecture", certificate: { proof: "bound" } });
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

it("saves a result, finds it right, and says what was changed in it", async () => {
  for (const where of [
    ["--arch", machine],
    ["--hw", "tpu-v1"],
  ]) {
    const saved = join(folder, "saved.json");
    const { status } = await runCli(["map", "--problem", problem, ...where, "-o", saved, "--objective", "energy"]);
    expect(status).toBe(0);
    expect(await runCli(["map", "--verify", saved])).toMatchObject({ status: 0 });
    // The file's own JSON.
    const result = JSON.parse(readFileSync(saved, "utf8")) as {
      cost: { energyPj: number };
      stores: { reads: number }[];
    };
    const { energyPj } = result.cost;
    const stores = result.stores.map((store, index) => (index === 0 ? { ...store, reads: 1 } : store));
    const wrong = file("wrong-result.json", { ...result, cost: { ...result.cost, energyPj: energyPj - 1 }, stores });
    const checked = await runCli(["map", "--verify", wrong]);
    expect(checked.status).toBe(1);
    expect(checked.stdout).toContain(`cost.energyPj: ${energyPj - 1} in the file, ${energyPj} counted again`);
    expect(checked.stdout).toContain("stores[0].reads: 1 in the file");
  }
});

it("evaluates on a design the mapping that it found there", async () => {
  const found = await runCli(["map", "--problem", problem, "--hw", "edge", "--format", "json"]);
  // The command's own JSON.
  const report = JSON.parse(found.stdout) as { mapping: unknown; cost: unknown };
  const mapping = file("design-mapping.json", report.mapping);
  const given = await runCli(["map", "--problem", problem, "--hw", "edge", "--mapping", mapping, "--format", "json"]);
  expect(JSON.parse(given.stdout)).toMatchObject({ cost: report.cost });
});

it.each([
  [["--problem", problem], "the machine is missing"],
  [["--arch", machine], "--problem is missing"],
  [["--problem", problem, "--arch", machine, "--hw", "edge"], "--arch and --hw are two machines"],
  [["--problem", problem, "--hw", "edge", "--tiles", "per-level"], "--map-space and --tiles are for --arch"],
  [["--verify", problem, "--arch", machine], "--verify goes without --arch"],
])("refuses %j", async (args, message) => {
  const { status, stderr } = await runCli(["map", ...args]);
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
});

it("names the place of what does not go together in an architecture", async () => {
  // What ships with fastc.
  const known = JSON.parse(readFileSync(machine, "utf8")) as { memories: object[]; spatial: object[] };
  const [outer, ...inner] = known.memories;
  const memories = [{ ...outer, capacityBytes: 4, keeps: ["weight"] }, ...inner, { ...outer, name: "GB" }];
  const spatial = known.spatial.map((level) => ({ ...level, below: "L2" }));
  const path = file("architecture.json", { ...known, memories, spatial });
  const { status, stderr } = await runCli(["map", "--problem", problem, "--arch", path]);
  expect(status).toBe(2);
  expect(stderr.replace(/:\d+:\d+$/gm, "")).toBe(`error[architecture-invalid]: 'GB' is the name of two levels
  at memories[3].name in ${path}
error[architecture-invalid]: the outermost memory must keep every operand; input and output is missing
  at memories[0].keeps in ${path}
error[architecture-invalid]: the outermost memory holds the whole problem: its capacity must be "unlimited"
  at memories[0].capacityBytes in ${path}
error[architecture-invalid]: no memory 'L2'
  at spatial[0].below in ${path}
error[architecture-invalid]: no memory 'L2'
  at spatial[1].below in ${path}
`);
});
