/** The machines that ship as examples are searched on layers of real networks. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mapNest } from "../../../src/backend/nest/mapper/map-nest.ts";
import type { NestObjective } from "../../../src/backend/nest/mapper/nest-objective.ts";
import type { NestArchitecture } from "../../../src/backend/nest/nest-architecture.ts";
import { nestArchitectureSchema } from "../../../src/backend/nest/nest-architecture.ts";
import { checkedArchitecture } from "../../../src/backend/nest/check-architecture.ts";
import type { Extents, NestProblem } from "../../../src/backend/nest/nest-problem.ts";
import { problemMacs } from "../../../src/backend/nest/nest-problem.ts";
import { readJson } from "../../../src/support/read-json.ts";

function shipped(name: string): NestArchitecture {
  const fileName = fileURLToPath(new URL(`../../../architectures/${name}.json`, import.meta.url));
  const text = readFileSync(fileName, "utf8");
  return checkedArchitecture(
    readJson({ fileName, text, schema: nestArchitectureSchema, code: "x" }),
    (pointer) => pointer,
  );
}

const layer = (name: string, extents: Partial<Extents>): NestProblem => ({
  name,
  extents: { g: 1, b: 1, p: 1, q: 1, k: 1, c: 1, r: 1, s: 1, ...extents },
  strides: [1, 1],
  dilations: [1, 1],
});

const alexNet3 = layer("AlexNet conv3", { p: 13, q: 13, k: 384, c: 256, r: 3, s: 3 });
const resNet = layer("ResNet-50 conv4 3x3", { p: 14, q: 14, k: 256, c: 256, r: 3, s: 3 });
const bert = layer("BERT-base feed forward, 512 tokens", { b: 512, k: 3072, c: 768 });

// Least cycles by hand. Simba-like: 16 PEs × 64 MACs, all busy. TPU-like: weights, inputs and outputs once through 48 words a cycle.
test.each<readonly [string, NestProblem, NestObjective, number]>([
  ["simba-like", resNet, "latency", problemMacs(resNet) / 1024],
  ["tpu-like", bert, "latency", (2_359_296 + 393_216 + 1_572_864) / 48],
])("%s, %o", (name, problem, objective, least) => {
  const search = { factors: "perfect", tiles: "per-level", objective, nodes: 1e6 } as const;
  const { cost, certificate } = mapNest(problem, shipped(name), search);
  expect(certificate.proof).toBe("bound");
  expect(cost.cycles).toBeCloseTo(least, 6);
});

test("eyeriss-like keeps most of its PEs busy on the layer that it was made for", () => {
  const search = { factors: "perfect", tiles: "per-level", objective: "latency", nodes: 3e5 } as const;
  const { cost, certificate } = mapNest(alexNet3, shipped("eyeriss-like"), search);
  expect(problemMacs(alexNet3) / 168 / cost.cycles).toBeGreaterThan(0.85);
  expect(certificate.bound).toBeLessThanOrEqual(cost.cycles);
});
