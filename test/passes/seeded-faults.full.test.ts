/** Every mistake of `faults.ts` makes a test in text fail, and without one none does. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { projectPath } from "../frontend/onnx/testing.ts";
import type { Fault } from "./faults.ts";
import { faults } from "./faults.ts";

/** The problems that the test files find in the program as it is loaded now. */
async function problemsOf(tests: readonly string[]): Promise<readonly string[]> {
  const { runCase } = await import("../text/run-case.ts");
  const { readTestFile } = await import("../text/test-file.ts");
  for (const test of tests) {
    const path = projectPath("test", "passes", `${test}.mlir`);
    const file = readTestFile(readFileSync(path, "utf8"));
    for (const testCase of file.cases) {
      const problems = await runCase(path, file, testCase);
      if (problems.length > 0) return problems;
    }
  }
  return [];
}

function load(fault: Fault): void {
  const path = projectPath(fault.file);
  vi.doMock(path, () => import(/* @vite-ignore */ `${path}?fault=${encodeURIComponent(fault.name)}`));
}

describe("the tests in text", () => {
  afterEach(() => {
    vi.resetModules();
  });

  it("pass without a fault", async () => {
    const problems = await problemsOf([...new Set(faults.flatMap(({ tests }) => tests))]);
    expect(problems).toEqual([]);
  });

  it.each(faults.map((fault) => [fault.file, fault.name, fault] as const))(
    "catch in %s: %s",
    async (_file, _name, fault) => {
      vi.resetModules();
      load(fault);
      try {
        const problems = await problemsOf(fault.tests);
        expect(problems.length, `nothing in ${fault.tests.join(", ")} noticed`).toBeGreaterThan(0);
      } finally {
        vi.doUnmock(projectPath(fault.file));
      }
    },
  );

  it("are given at least 20 different faults", () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThanOrEqual(20);
  });
});
