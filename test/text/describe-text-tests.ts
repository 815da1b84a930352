/** Makes a vitest test of every case of every `.mlir` file of a folder. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectPath } from "../frontend/onnx/testing.ts";
import { runCase } from "./run-case.ts";
import { readTestFile } from "./test-file.ts";

/** Paths of the text tests under a folder of `test/`, in order. */
export function textTests(folder: string): readonly string[] {
  const root = projectPath("test", folder);
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".mlir"))
    .map((name) => join(root, name))
    .sort();
}

/** Declares the tests of a folder. */
export function describeTextTests(folder: string): void {
  for (const path of textTests(folder)) {
    describe(relative(projectPath("test"), path), () => {
      const file = readTestFile(readFileSync(path, "utf8"));
      it.each(file.cases.map((testCase) => [`${testCase.line}: ${testCase.name}`, testCase] as const))(
        "%s",
        async (_name, testCase) => {
          const problems = await runCase(path, file, testCase);
          if (problems.length > 0) expect.fail(problems.join("\n\n"));
        },
      );
    });
  }
}
