import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkArchitecture } from "./support/architecture.ts";
import type { SourceFiles, ViolationKind } from "./support/architecture.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function readSources(): SourceFiles {
  if (!existsSync(`${root}/src`)) return new Map();
  const names = readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" });
  const paths = names.filter((name) => name.endsWith(".ts")).map((name) => `src/${name.replaceAll("\\", "/")}`);
  return new Map(paths.sort().map((path) => [path, readFileSync(`${root}/${path}`, "utf8")]));
}

function check(files: Readonly<Record<string, string>>): readonly string[] {
  return checkArchitecture(new Map(Object.entries(files))).map(({ kind, path }) => `${kind} ${path}`);
}

describe("the source tree", () => {
  it("obeys docs/architecture.md", () => {
    const violations = checkArchitecture(readSources());
    expect(violations.map(({ kind, path, message }) => `${kind}: ${path}: ${message}`)).toEqual([]);
  });
});

describe("the checker", () => {
  it("accepts an empty tree", () => {
    expect(check({})).toEqual([]);
  });

  const allowed: Readonly<Record<string, string>> = {
    "src/ir/a.ts": "../support/bug.ts",
    "src/hardware/a.ts": "../support/bug.ts",
    "src/frontend/onnx/a.ts": "../../ir/core.ts",
    "src/passes/a.ts": "../hardware/design.ts",
    "src/backend/cost/a.ts": "../../ir/core.ts",
    "src/search/a.ts": "../backend/evaluator.ts",
    "src/search/optimizers/a.ts": "../space.ts",
    "src/report/a.ts": "../backend/cost/roofline.ts",
    "src/index.ts": "./passes/pipeline.ts",
    "src/node/a.ts": "../index.ts",
    "src/cli/a.ts": "../node/files.ts",
  };
  it.each(Object.entries(allowed))("lets %s import %s", (path, specifier) => {
    expect(check({ [path]: `import { x } from "${specifier}";` })).toEqual([]);
  });

  const forbidden: readonly (readonly [path: string, specifier: string])[] = [
    ["src/support/a.ts", "../ir/core.ts"],
    ["src/ir/a.ts", "../hardware/design.ts"],
    ["src/hardware/a.ts", "../ir/core.ts"],
    ["src/ir/ops/a.ts", "../../backend/workload.ts"],
    ["src/frontend/onnx/a.ts", "../../passes/fold-pad.ts"],
    ["src/passes/a.ts", "../frontend/onnx/import.ts"],
    ["src/passes/a.ts", "../backend/workload.ts"],
    ["src/backend/a.ts", "../passes/pipeline.ts"],
    ["src/backend/a.ts", "../search/study.ts"],
    ["src/search/a.ts", "../ir/core.ts"],
    ["src/report/a.ts", "../passes/pipeline.ts"],
    ["src/report/a.ts", "../frontend/onnx/import.ts"],
    ["src/ir/a.ts", "../index.ts"],
    ["src/index.ts", "./cli/main.ts"],
    ["src/index.ts", "./node/files.ts"],
    ["src/node/a.ts", "../cli/main.ts"],
    ["src/node/a.ts", "../hardware/design.ts"],
    ["src/cli/a.ts", "../ir/core.ts"],
    ["src/ir/a.ts", "../../test/support/architecture.ts"],
    ["src/ir/a.ts", "../brand-new/a.ts"],
  ];
  it.each(forbidden)("keeps %s from importing %s", (path, specifier) => {
    expect(check({ [path]: `import { x } from "${specifier}";` })).toEqual([`layer ${path}`]);
  });

  it("keeps search from going round the evaluator", () => {
    expect(check({ "src/search/a.ts": 'import type { W } from "../backend/workload.ts";' })).toEqual([
      "door src/search/a.ts",
    ]);
  });

  const forms: readonly string[] = [
    'import type { Module } from "../ir/core.ts";',
    'import { type Module } from "../ir/core.ts";',
    'import * as core from "../ir/core.ts";',
    'import "../ir/core.ts";',
    'export { Module } from "../ir/core.ts";',
    'export * from "../ir/core.ts";',
    'export type { Module } from "../ir/core.ts";',
    'const core = await import("../ir/core.ts");',
    'type Module = import("../ir/core.ts").Module;',
  ];
  it.each(forms)("sees the backward import in %s", (text) => {
    expect(check({ "src/support/a.ts": text })).toEqual(["layer src/support/a.ts"]);
  });

  it.each(["node:fs", "fs", "fs/promises", "node:test", "onnxruntime-node", "libsql/promise"])(
    "keeps %s in src/node and src/cli",
    (specifier) => {
      const text = `import * as it from "${specifier}";`;
      expect(check({ "src/backend/a.ts": text, "src/node/a.ts": text, "src/cli/a.ts": text })).toEqual([
        "platform-import src/backend/a.ts",
      ]);
    },
  );

  it("lets ordinary packages be imported everywhere", () => {
    expect(check({ "src/support/a.ts": 'import { sha256 } from "@noble/hashes/sha2.js";' })).toEqual([]);
  });

  it("spells out a cycle of value imports", () => {
    const files = new Map([
      ["src/ir/a.ts", 'import { b } from "./b.ts";'],
      ["src/ir/b.ts", 'export { c } from "./ops/c.ts";'],
      ["src/ir/ops/c.ts", 'import { type A, a } from "../a.ts";'],
      ["src/ir/d.ts", 'import { a } from "./a.ts";'],
    ]);
    expect(checkArchitecture(files)).toEqual([
      {
        kind: "value-cycle",
        path: "src/ir/a.ts",
        message: "src/ir/a.ts -> src/ir/b.ts -> src/ir/ops/c.ts -> src/ir/a.ts",
      },
    ]);
  });

  it("finds a file that imports itself", () => {
    expect(check({ "src/ir/a.ts": 'import { a } from "./a.ts";' })).toEqual(["value-cycle src/ir/a.ts"]);
  });

  it("does not call a cycle through a type import a cycle", () => {
    expect(
      check({ "src/ir/a.ts": 'import { b } from "./b.ts";', "src/ir/b.ts": 'import type { A } from "./a.ts";' }),
    ).toEqual([]);
  });

  const limits: readonly (readonly [kind: ViolationKind, path: string, files: Readonly<Record<string, string>>])[] = [
    ["file-length", "src/ir/a.ts", { "src/ir/a.ts": "\n".repeat(601) }],
    ["folder-name", "src/ir/utils", { "src/ir/utils/deep/a.ts": "" }],
    ["folder-name", "src/backend/common", { "src/backend/common/a.ts": "" }],
    ["folder-size", "src/ir", Object.fromEntries(range(21).map((i) => [`src/ir/f${i}.ts`, ""]))],
    ["default-export", "src/ir/a.ts", { "src/ir/a.ts": "export default 1;" }],
    ["default-export", "src/ir/a.ts", { "src/ir/a.ts": "export default function f() {}" }],
    ["default-export", "src/ir/a.ts", { "src/ir/a.ts": "const a = 1;\nexport { a as default };" }],
    ["unknown-folder", "src/stuff/a.ts", { "src/stuff/a.ts": "" }],
    ["unknown-folder", "src/main.ts", { "src/main.ts": "" }],
  ];
  it.each(limits)("reports %s at %s", (kind, path, files) => {
    expect(check(files)).toEqual([`${kind} ${path}`]);
  });

  it("accepts what is just within the limits", () => {
    const files = Object.fromEntries(range(20).map((i) => [`src/ir/f${i}.ts`, "\n".repeat(600)]));
    expect(check(files)).toEqual([]);
  });
});

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
