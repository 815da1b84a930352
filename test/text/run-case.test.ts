/** The runner of cases in text: what it finds wrong with one, besides numbers (compare-numbers.test.ts). */
import { expect, it } from "vitest";
import { runCase } from "./run-case.ts";
import { readTestFile } from "./test-file.ts";

/** The problems of a file's only case, without the RUN line before each. */
async function problemsOf(text: string): Promise<readonly string[]> {
  const file = readTestFile(text);
  const [only] = file.cases;
  if (only === undefined) return ["no case"];
  return (await runCase("/somewhere/t.mlir", file, only)).map((problem) => problem.replace(/^RUN: .*\n/, ""));
}

const identity = "func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {\n  func.return %x : tensor<2xf32>\n}";
const run = "// RUN: fastc opt %s";

it("passes a case that holds", async () => {
  expect(await problemsOf(`${run}\n// CHECK: func.func @f\n${identity}`)).toEqual([]);
});

it("finds check lines that do not match, of each RUN line by its prefix", async () => {
  const [problem = ""] = await problemsOf(`${run}\n// CHECK: func.func @g\n${identity}`);
  expect(problem).toContain("t.mlir:2: CHECK is not in the text");
  const two = `${run}\n${run} --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC\n// CHECK: func.func @f\n// GENERIC: "func.func"\n// GENERIC: other\n${identity}`;
  expect(await problemsOf(two)).toEqual([expect.stringContaining("t.mlir:5: GENERIC is not in the text")]);
});

it("finds a case that checks nothing", async () => {
  expect(await problemsOf(`${run}\n${identity}`)).toEqual(["the case has no check line and expects no diagnostic"]);
});

it("finds a command that fails, and one that does not fail but should", async () => {
  const [failed = ""] = await problemsOf(`${run} --pass-pipeline=nothing\n// CHECK: func.func\n${identity}`);
  expect(failed).toContain("ends with status 2\nerror[pipeline-invalid]");
  expect(await problemsOf(`// RUN: not fastc opt %s\n// CHECK: func.func\n${identity}`)).toEqual([
    "ends with status 0, but should fail\n",
  ]);
});

it("finds input that cannot be read, and check lines that are wrong by themselves", async () => {
  const [unread = ""] = await problemsOf(`${run}\n// CHECK: func.func\nfunc.func @f( {`);
  expect(unread).toContain("ends with status 2\nerror[ir-syntax]");
  const [wrong = ""] = await problemsOf(`${run}\n// CHECK: {{(}}\n${identity}`);
  expect(wrong).toContain("line 2: bad regular expression '('");
});

it("finds an expected error that does not come, and one that comes unexpected", async () => {
  const verify = `${run} --verify-diagnostics`;
  const [missing = ""] = await problemsOf(`${verify}\n// expected-error@+1 {{never}}\n${identity}`);
  expect(missing).toContain('expected error "never" at line 3 was not given');
  const [unexpected = ""] = await problemsOf(
    `${verify}\n// CHECK: func.func\nfunc.func @f() -> tensor<2xf32> {\n  func.return\n}`,
  );
  expect(unexpected).toContain("unexpected error");
});

it("replaces what a case defines, and the hash of its module", async () => {
  const defined = `// RUN: fastc opt %s --pass-pipeline='%{passes}'\n// DEFINE: %{passes} = func.func(cse)\n// CHECK: @f\n${identity}`;
  expect(await problemsOf(defined)).toEqual([]);
  const hash = `// RUN: not fastc opt %s --pass-pipeline='%{sha256}' 2>&1\n// CHECK: {{[0-9a-f]{64}}}\n${identity}`;
  expect(await problemsOf(hash)).toEqual([]);
});
