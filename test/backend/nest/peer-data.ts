/** The peers' machine and problems, and what the peers said of them, in our terms. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { NestArchitecture } from "../../../src/backend/nest/nest-architecture.ts";
import { nestArchitectureSchema } from "../../../src/backend/nest/nest-architecture.ts";
import type { NestItem, NestMapping } from "../../../src/backend/nest/nest-mapping.ts";
import type { NestDim, NestOperand, NestProblem } from "../../../src/backend/nest/nest-problem.ts";
import { nestProblem, nestProblemSchema } from "../../../src/backend/nest/nest-problem.ts";
import { readJson } from "../../../src/support/read-json.ts";

const root = new URL("../../../", import.meta.url);
const peersFolder = new URL("../shared/reference/peers/", root);

/** Whether the peers' figures lie beside the project. */
export const hasPeers = existsSync(peersFolder);
/** Ends the name of a suite that is skipped without them. */
export const peersNote = hasPeers ? "" : " (skipped: no ../shared/reference/peers)";

/** A file of the peers' figures. */
export function peerFile(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, peersFolder), "utf8")) as unknown;
}

/** A problem that ships with fastc, by the start of its file name: p1 to p8. */
export function shippedProblem(start: string): NestProblem {
  const folder = fileURLToPath(new URL("problems/", root));
  const fileName = readdirSync(folder).find((name) => name.startsWith(start)) ?? start;
  return nestProblem(
    readJson({ fileName, text: readFileSync(folder + fileName, "utf8"), schema: nestProblemSchema, code: "x" }),
  );
}

/** The peers' machine with a global buffer of some KiB. */
export function peerMachine(kib: number, { drainReads }: { readonly drainReads: boolean }): NestArchitecture {
  const fileName = `architectures/peers-32x32-${kib}k.json`;
  const text = readFileSync(new URL(fileName, root), "utf8");
  const architecture = readJson({ fileName, text, schema: nestArchitectureSchema, code: "x" });
  return { ...architecture, accounting: { ...architecture.accounting, drainReads } };
}

/** Loop names of the peers' files: matrix products have m, n, k. */
export function peerDims(problem: NestProblem): Readonly<Record<string, NestDim>> {
  const { extents } = problem;
  if (extents.b > 1) return { m: "b", n: "k", k: "c" };
  return { k: "k", c: extents.g > 1 ? "g" : "c", p: "p", q: "q", r: "r", s: "s" };
}

/** A mapping text of AccelForge as our nest. A tile that is reserved below its memory stays there. */
export function accelForgeMapping(problem: NestProblem, text: string): NestMapping {
  const dims = peerDims(problem);
  const operands: Readonly<Record<string, NestOperand>> = { A: "input", W: "weight", F: "weight", Z: "output" };
  const nest: NestItem[] = [];
  let held: Readonly<Record<string, number>> = problem.extents;
  for (const [, names, reserved, kind, level, dim = "", trips, shape] of text.matchAll(
    /([\w,]+) reserves (\w+)|(T|S)-(?:([XY])-)?(\w) in \[0\.\.(\d+)\) shape=(\d+)/g,
  )) {
    if (names !== undefined && reserved !== undefined) {
      if (reserved === "DRAM") continue;
      for (const name of names.split(","))
        nest.push({ kind: "store", level: reserved, operand: operands[name] ?? "input" });
      continue;
    }
    const ours = dims[dim] ?? "g";
    held = { ...held, [ours]: Number(shape) };
    if (kind === "T") nest.push({ kind: "temporal", dim: ours, tile: Number(shape) });
    else nest.push({ kind: "spatial", level: level === "X" ? "columns" : "rows", dim: ours, factor: Number(trips) });
  }
  return { schemaVersion: 1, nest };
}

/** The input of a Timeloop run as our nest: `factors` and `permutation` (innermost first) of each level. */
export function timeloopMapping(problem: NestProblem, yaml: string): NestMapping {
  const dims = peerDims(problem);
  const left: Record<NestDim, number> = { ...problem.extents };
  const lines = [...yaml.matchAll(/target: (\w+), type: (temporal|spatial), factors: ([^,]+), permutation: (\w+)/g)];
  const nest: NestItem[] = [];
  for (const [, target, type, factors = "", permutation = ""] of lines) {
    if (target === "GB" && type === "temporal") {
      for (const operand of ["input", "weight", "output"] as const) nest.push({ kind: "store", level: "GB", operand });
    }
    if (target === "REG" && type === "temporal") nest.push({ kind: "store", level: "REG", operand: "weight" });
    const trips = new Map(factors.split(" ").map((factor) => factor.split("=") as [string, string]));
    for (const letter of [...permutation].reverse()) {
      const [dim, factor] = [dims[letter.toLowerCase()] ?? "g", Number(trips.get(letter))];
      if (factor === 1) continue;
      left[dim] = Math.ceil(left[dim] / factor);
      if (type === "temporal") nest.push({ kind: "temporal", dim, tile: left[dim] });
      else nest.push({ kind: "spatial", level: dim === "k" ? "columns" : "rows", dim, factor });
    }
  }
  return { schemaVersion: 1, nest };
}
