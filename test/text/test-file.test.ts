/** Reading test files: RUN lines, cases, what they say of the reference. */
import { describe, expect, it } from "vitest";
import { readTestFile } from "./test-file.ts";

const run = "// RUN: fastc opt %s";

describe("RUN lines", () => {
  const runOf = (text: string) => readTestFile(text).runs[0];

  it("have arguments as a shell divides them", () => {
    expect(runOf(`// RUN: fastc opt %s --pass-pipeline='cse, dce{a=b c}' --x="y z"`)).toMatchObject({
      line: 1,
      args: ["opt", "%s", "--pass-pipeline=cse, dce{a=b c}", "--x=y z"],
      isFailure: false,
      hasStderr: false,
      prefixes: ["CHECK"],
    });
  });

  it("may fail, check stderr, and name prefixes", () => {
    expect(runOf("// RUN: not fastc opt %s 2>&1 | FileCheck %s --check-prefix=A --check-prefixes=B,C")).toMatchObject({
      args: ["opt", "%s"],
      isFailure: true,
      hasStderr: true,
      prefixes: ["A", "B", "C"],
    });
  });

  it("go on behind a backslash", () => {
    expect(runOf("// RUN: fastc opt \\\n// RUN: %s")?.args).toEqual(["opt", "%s"]);
  });

  it.each([
    ["// CHECK: a", "there is no line with RUN:"],
    ["// RUN: rm -r %s", "line 1: runs rm, but only fastc can be run"],
    ["// RUN: fastc opt %s | grep a", "line 1: the pipe must go to FileCheck %s"],
    ["// RUN: fastc opt %s | FileCheck %s --dump", "line 1: the pipe must go to FileCheck %s"],
    ["// RUN: fastc opt 'a", "line 1: a quote is not closed"],
    ["// RUN: fastc opt \\", "the last RUN line ends in a backslash: fastc opt "],
  ])("refuses %s", (text, message) => {
    expect(() => readTestFile(text)).toThrow(message);
  });
});

describe("cases", () => {
  const file = readTestFile(
    [
      run,
      "",
      "// The first case.",
      "// CHECK: a",
      "a",
      "// -----",
      "",
      "func.func @second() {",
      "// -----",
      "c",
      "",
    ].join("\n"),
  );

  it("are divided, named after their first comment or function, and keep their line numbers", () => {
    expect(file.cases.map(({ name, line }) => [name, line])).toEqual([
      ["The first case", 1],
      ["@second", 7],
      ["case at line 10", 10],
    ]);
    expect(file.cases.map(({ text }) => text.split("\n").length)).toEqual([5, 8, 11]);
    expect(file.cases[1]?.text).toBe("\n\n\n\n\n\n\nfunc.func @second() {");
  });
});

describe("DEFINE lines", () => {
  it("name a text, over several lines", () => {
    const [first] = readTestFile(
      [run, "// DEFINE: %{a} = {x \\", "// DEFINE: y}", "// DEFINE: %{b} = 2"].join("\n"),
    ).cases;
    expect([...(first?.defines ?? [])]).toEqual([
      ["a", "{x y}"],
      ["b", "2"],
    ]);
  });

  it("must have a name", () => {
    expect(() => readTestFile([run, "// DEFINE: a = 1"].join("\n"))).toThrow("DEFINE: takes '%{name} = text'");
  });
});

describe("REFERENCE lines", () => {
  const rulesOf = (...lines: readonly string[]) =>
    readTestFile([run, ...lines].join("\n")).cases.map(({ reference }) => reference);

  it("are exact on numbers from -4 to 4 unless they say something else", () => {
    expect(rulesOf("a")).toEqual([{ tolerance: 0, inputs: [-4, 4], integers: undefined, exemption: undefined }]);
    expect(rulesOf("", "// REFERENCE: within 1e-5 (exp is rounded)")[0]?.tolerance).toBe(1e-5);
    expect(rulesOf("", "// REFERENCE: inputs 0 to 3")[0]?.inputs).toEqual([0, 3]);
    expect(rulesOf("", "// REFERENCE: integers -1 to 2")[0]?.integers).toEqual([-1, 2]);
    expect(rulesOf("", "// REFERENCE: none (has no reference)")[0]?.exemption).toBe("has no reference");
  });

  it("hold for all cases at the top, and for their own elsewhere", () => {
    const tolerances = rulesOf(
      "// REFERENCE: within 1e-5 (why)",
      "",
      "a",
      "// -----",
      "// REFERENCE: within 1e-3 (why)",
    );
    expect(tolerances.map(({ tolerance }) => tolerance)).toEqual([1e-5, 1e-3]);
    expect(rulesOf("", "// REFERENCE: within 1e-5 (why)", "// -----", "a").map(({ tolerance }) => tolerance)).toEqual([
      1e-5, 0,
    ]);
  });

  it.each(["within 1e-5", "within 0 (why)", "none", "inputs 3", "exact"])("refuse '%s'", (text) => {
    expect(() => rulesOf("", `// REFERENCE: ${text}`)).toThrow("line 3: REFERENCE: takes");
  });
});
