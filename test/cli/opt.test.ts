/** `fastc opt`: passes on text, what it prints around them, and cases that check their own errors. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { efficientNetB0, runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

const twice = `func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = nn.reshape %x {shape = [2, 3]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = nn.relu %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = nn.relu %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = nn.add %1, %2 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %3 : tensor<2x3xf32>
}
`;

const once = `module {
  func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
    %0 = nn.relu %arg0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %1 = nn.add %0, %0 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    func.return %1 : tensor<2x3xf32>
  }
}
`;

/** Runs `fastc opt` on a file of this text, or on the standard input. */
async function opt(text: string, ...args: readonly string[]) {
  const path = inFolder("in.mlir");
  writeFileSync(path, text);
  const { status, stdout, stderr } = await runCli(["opt", path, ...args]);
  return { status, stdout: stdout.replaceAll(path, "in.mlir"), stderr: stderr.replaceAll(path, "in.mlir") };
}

/** A function of one vector with this body. */
const fn = (name: string, body: string): string =>
  `func.func @${name}(%x: tensor<4xf32>) -> tensor<4xf32> {\n${body}\n  func.return %y : tensor<4xf32>\n}\n`;
const reluBody = "  %y = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>";
const castBody = "  %y = nn.cast %x {to = f32} : (tensor<4xf32>) -> tensor<4xf32>";
/** One line with a wrong type, to stand before a good body. */
const bad = "  %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf16>";

describe("fastc opt", () => {
  it("runs a pipeline on a file or on standard input", async () => {
    expect(await opt(twice, "--pass-pipeline", "canonicalize,cse")).toEqual({ status: 0, stdout: once, stderr: "" });
    for (const args of [["opt", "-"], ["opt"]]) {
      const piped = await runCli([...args, "--pass-pipeline=builtin.module(func.func(canonicalize,cse))"], {
        readStdin: () => twice,
      });
      expect(piped).toEqual({ status: 0, stdout: once, stderr: "" });
    }
  });

  it("only reads, verifies and prints without a pipeline, and prints the same again", async () => {
    const { stdout } = await opt(twice);
    expect(stdout).toContain("nn.reshape");
    expect(await opt(stdout)).toEqual({ status: 0, stdout, stderr: "" });
  });

  it("prints the generic form and locations, of the text where it has none", async () => {
    const { stdout } = await opt(twice, "--mlir-print-op-generic", "--mlir-print-debuginfo");
    expect(stdout).toContain('%1 = "nn.relu"(%0) : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("in.mlir":3:8)');
  });

  it("writes a file whole or not at all", async () => {
    const path = inFolder("out.mlir");
    expect(await opt(twice, "--pass-pipeline=cse,canonicalize", "-o", path)).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    expect(readFileSync(path, "utf8")).toBe(once);
    const bad = inFolder("bad.mlir");
    expect((await opt("module {", "-o", bad)).status).toBe(2);
    expect(existsSync(bad)).toBe(false);
  });

  it("takes what fastc import prints", async () => {
    const { stdout } = await runCli(["import", efficientNetB0, "--debuginfo"]);
    const run = await runCli(["opt", "--pass-pipeline=recognize-silu", "--mlir-print-debuginfo"], {
      readStdin: () => stdout,
    });
    expect(run.status).toBe(0);
    expect(run.stdout.match(/nn\.silu/g)).toHaveLength(49);
    expect(run.stdout).toMatch(/nn\.silu .* loc\(fused\["\/bn1\/act\/Sigmoid".*"\/bn1\/act\/Mul"/);
  });

  it("lists the passes with their options", async () => {
    const { stdout } = await runCli(["opt", "--list-passes"]);
    expect(stdout).toContain(`canonicalize (func.func)
  Drop operations that do nothing, merge views and copies, put constants on the right.
  max-iterations=<integer>  how often all operations are looked at before it counts as not converging; 10 if not given
`);
    expect(stdout).toMatch(
      /form-regions \(builtin\.module\)\n.*\n {2}decisions=<schedule\.json> {2}.*; must be given\n/,
    );
  });

  it("keeps operations of other dialects when it is told to", async () => {
    const foreign = `module {\n  %0 = "other.op"() {n = 1 : i32} : () -> !other.type\n}\n`;
    const refused = await opt(foreign);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("other.op");
    const kept = await opt(foreign, "--allow-unregistered-dialect", "--pass-pipeline=canonicalize,symbol-dce,cse,dce");
    expect(kept.status).toBe(0);
    expect(kept.stdout).toContain('"other.op"() {n = 1 : i32} : () -> !other.type');
  });
});

describe("fastc opt refuses", () => {
  it.each([
    [
      "a pipeline",
      ["--pass-pipeline=cse,csd"],
      "error[pipeline-invalid]: there is no pass 'csd'\n  at --pass-pipeline:1:5",
    ],
    ["a name of a pass to print after", ["--print-ir-after=csd"], "error[pass-unknown]: there is no pass 'csd'"],
    [
      "a name of a pattern",
      ["--debug-rewrites=match-silo"],
      "error[pass-unknown]: there is no pattern or op 'match-silo'",
    ],
    [
      "a schedule file that is not there",
      ["--pass-pipeline=tile{decisions=nowhere.json}"],
      "error[file-not-found]: no such file or directory\n  at nowhere.json",
    ],
    [
      "decisions that are none",
      ["--pass-pipeline=tile{decisions={}}"],
      "error[schedule-invalid]: not the decisions of a schedule",
    ],
    ["a file without a pipeline to run again", ["--run-reproducer"], "error[reproducer-invalid]: "],
    ["two pipelines", ["--run-reproducer", "--pass-pipeline=cse"], "error[usage]: "],
  ])("%s, and prints nothing on stdout", async (_what, args, message) => {
    const { status, stdout, stderr } = await opt(twice, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.slice(0, message.length)).toBe(message);
  });

  it("text that is not IR, with its place", async () => {
    expect(await opt(fn("f", "  %y = nn.relu %z : (tensor<4xf32>) -> tensor<4xf32>"))).toEqual({
      status: 2,
      stdout: "",
      stderr: `error[ir-syntax]: value %z is not defined
  at in.mlir:2:16
      %y = nn.relu %z : (tensor<4xf32>) -> tensor<4xf32>
                   ^
`,
    });
  });
});

describe("fastc opt prints around passes", () => {
  const header = (when: string, pass: string, scope = " (func.func @main)") =>
    `// -----// IR ${when} ${pass}${scope} //----- //\n`;
  const pipeline = "--pass-pipeline=cse,cse,canonicalize";
  /** The headers of what is printed. */
  const headers = async (...args: readonly string[]): Promise<readonly string[]> =>
    [...(await opt(twice, pipeline, ...args)).stderr.matchAll(/^\/\/ -----\/\/ .* \/\/----- \/\/\n/gm)].map(
      ([text]) => text,
    );

  it("before and after those that are named, or all", async () => {
    expect(await headers("--print-ir-before=canonicalize,dce", "--print-ir-after", "cse")).toEqual([
      header("after", "00-cse"),
      header("after", "01-cse"),
      header("before", "02-canonicalize"),
    ]);
    expect(await headers("--print-ir-before-all")).toHaveLength(3);
    expect(await headers("--print-ir-after-all", "--print-ir-module-scope")).toEqual(
      ["00-cse", "01-cse", "02-canonicalize"].map((pass) => header("after", pass, "")),
    );
  });

  it("where something changed, whole or as a difference", async () => {
    expect(await headers("--print-ir-after-change")).toEqual([
      header("after", "00-cse"),
      header("after", "02-canonicalize"),
    ]);
    expect((await opt(twice, pipeline, "--print-ir-diff", "--print-ir-after=canonicalize")).stderr)
      .toBe(`${header("diff of", "02-canonicalize", "")}@@ -1,7 +1,6 @@
 module {
   func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
-    %0 = nn.reshape %arg0 {shape = [2, 3]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
-    %1 = nn.relu %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
+    %1 = nn.relu %arg0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
     %3 = nn.add %1, %1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
     func.return %3 : tensor<2x3xf32>
   }
`);
  });

  it("function by function, where a pass runs on functions", async () => {
    const { stderr } = await opt(fn("a", reluBody) + fn("b", reluBody), "--pass-pipeline=cse", "--print-ir-after-all");
    expect(stderr).toMatch(
      /^\/\/ -----\/\/ IR after 00-cse \(func\.func @a\) \/\/----- \/\/\nfunc\.func @a[^]*\n\/\/ -----\/\/ IR after 00-cse \(func\.func @b\) \/\/----- \/\/\nfunc\.func @b/,
    );
  });

  it("why patterns refused, of those asked for", async () => {
    const text = fn(
      "f",
      "  %0 = nn.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>\n  %y = nn.mul %0, %0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>",
    );
    const said = `// -----// Rewrites of 00-recognize-silu //----- //
nn.mul at in.mlir:3:8
  match-silu: refused, no factor is the sigmoid of the other
`;
    for (const names of ["", "=match-silu", "=nn.mul", "=nn.add,match-silu"])
      expect((await opt(text, "--pass-pipeline=recognize-silu", `--debug-rewrites${names}`)).stderr).toBe(said);
    expect((await opt(text, "--pass-pipeline=recognize-silu", "--debug-rewrites=nn.add")).stderr).toBe("");
  });

  it("counters, patterns, and a tree of times by the clock of the command", async () => {
    const { stderr } = await opt(twice, "--pass-pipeline=canonicalize,cse", "--statistics", "--timing");
    expect(stderr).toMatch(/^Statistics\n {2}00-canonicalize\n {4}fold +1\n {4}pattern +tried +applied\n/);
    expect(stderr).toMatch(/\n {2}01-cse\n {4}merged +1\n/);
    expect(stderr).toContain(`Time
  seconds    share  stage
   0.0010   16.7 %  parse
   0.0040   66.7 %  func.func
   0.0020   33.3 %    canonicalize
   0.0010   16.7 %      (verify)
   0.0020   33.3 %    cse
   0.0010   16.7 %      (verify)
   0.0010   16.7 %  print
   0.0060  100.0 %  total
`);
    const unverified = await opt(twice, "--pass-pipeline=cse", "--timing", "--no-verify-each");
    expect(unverified.stderr).not.toContain("verify");
  });
});

describe("fastc opt --split-input-file", () => {
  const cases = [fn("a", castBody), fn("b", reluBody)].join("// -----\n");

  it("runs on each part by itself", async () => {
    const { stdout } = await opt(cases, "--split-input-file", "--pass-pipeline=canonicalize");
    const parts = stdout.split("// -----\n");
    expect(parts.map((part) => /@(\w)/.exec(part)?.[1])).toEqual(["a", "b"]);
    expect(parts.map((part) => part.includes("nn."))).toEqual([false, true]);
  });

  it("reports the errors of all parts, at their lines in the file", async () => {
    const text = [fn("a", `${bad}\n${reluBody}`), fn("b", reluBody), fn("c", `${bad}\n${reluBody}`)].join("// -----\n");
    const { status, stdout, stderr } = await opt(text, "--split-input-file");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.match(/in\.mlir:\d+/g)).toEqual(["in.mlir:2", "in.mlir:13"]);
  });
});

describe("fastc opt --verify-diagnostics", () => {
  const verify = (text: string, ...args: readonly string[]) =>
    opt(text, "--split-input-file", "--verify-diagnostics", ...args);

  it.each([
    [
      "on the line before",
      "  // expected-error@+1 {{result types are tensor<4xf16> but should be tensor<4xf32>}}\n" + bad,
    ],
    ["below", "  // expected-error@below {{result types}}\n" + bad],
    ["above", bad + "\n  // expected-error@above {{result types}}"],
    ["two lines further up", bad + "\n\n  // expected-error@-2 {{result types}}"],
    ["on its own line", bad + " // expected-error {{result types}}"],
    ["by a pattern", bad + " // expected-error-re {{types are tensor<{{[0-9]+}}xf{{1.}}> but should be}}"],
    ["by a pattern on another line", "  // expected-error-re @below {{types are {{(tensor|memref)}}<4x}}\n" + bad],
  ])("takes an error that is expected %s", async (_where, body) => {
    expect(await verify(fn("f", `${body}\n${reluBody}`))).toMatchObject({ status: 0, stderr: "" });
  });

  it("goes on with other parts, and prints what they give", async () => {
    const text = [fn("a", `${bad} // expected-error {{result types}}\n${reluBody}`), fn("b", reluBody)].join(
      "// -----\n",
    );
    const { status, stdout } = await verify(text);
    expect(status).toBe(0);
    expect(stdout).toContain("@b");
    expect(stdout).not.toContain("@a");
  });

  it("says what was not expected, what did not come, and what came elsewhere", async () => {
    expect(await verify(fn("f", `${bad}\n${reluBody}`))).toMatchObject({ status: 1 });
    const missing = await verify(fn("f", `  // expected-error@+1 {{nothing}}\n${reluBody}`));
    expect(missing).toMatchObject({
      status: 1,
      stderr: `error[diagnostic-missing]: expected error "nothing" at line 3 was not given
  at in.mlir:2:6
      // expected-error@+1 {{nothing}}
         ^
`,
    });
    const elsewhere = await verify(fn("f", `${bad}\n  // expected-error {{result types}}\n${reluBody}`));
    expect(elsewhere.stderr.match(/error\[[\w-]+\]/g)).toEqual([
      "error[diagnostic-unexpected]",
      "error[diagnostic-missing]",
    ]);
    const other = await verify(fn("f", `${bad} // expected-error {{operand}}\n${reluBody}`));
    expect(other.status).toBe(1);
  });

  it("takes literally what stands outside of the inner braces, and refuses what is no regular expression", async () => {
    const verified = async (comment: string) => verify(fn("f", `${bad} // expected-error-re ${comment}\n${reluBody}`));
    expect(await verified("{{tensor<4xf.6>}}")).toMatchObject({ status: 1 });
    expect(await verified("{{tensor<4xf{{.}}6>}}")).toMatchObject({ status: 0 });
    expect(await verified("{{tensor<4xf{{[}}6>}}")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error\[diagnostic-pattern\]: invalid regular expression/i),
    });
  });

  it("takes errors that passes give", async () => {
    const schedule = `{"moduleSha256":"0","partition":{"regions":[]},"mappings":[],"paddings":[],"residency":{"capacityBytes":0,"tensors":[]}}`;
    const text = `// expected-error@unknown {{the decisions were made for another module}}\n${fn("f", reluBody)}`;
    expect(await verify(text, `--pass-pipeline=form-regions{decisions=${schedule}}`)).toMatchObject({
      status: 0,
      stderr: "",
    });
  });
});

describe("fastc opt --dump-dir and --crash-reproducer", () => {
  it("writes the module after every pass, numbered on over the parts of the input", async () => {
    const text = [fn("a", castBody), fn("b", reluBody)].join("// -----\n");
    await opt(text, "--split-input-file", "--pass-pipeline=canonicalize,cse", "--dump-dir", inFolder("ir"));
    expect(
      readdirSync(inFolder("ir"))
        .filter((name) => name.endsWith(".mlir"))
        .sort(),
    ).toEqual(["00-canonicalize.mlir", "01-cse.mlir", "02-canonicalize.mlir", "03-cse.mlir"]);
    expect(readFileSync(inFolder("ir/03-cse.mlir"), "utf8")).toContain("func.func @b");
  });

  it("writes what it takes to run a failing pass again, and runs it again", async () => {
    const path = inFolder("crash.mlir");
    const decisions = `{"moduleSha256":"0","partition":{"regions":[]},"mappings":[],"paddings":[],"residency":{"capacityBytes":0,"tensors":[]}}`;
    const pipeline = `--pass-pipeline=cse,form-regions{decisions=${decisions}},cse`;
    const first = await opt(twice, pipeline, "--crash-reproducer", path, "--print-ir-after-failure");
    expect(first.status).toBe(2);
    expect(first.stderr).toContain("// -----// IR after failure of 01-form-regions //----- //\nmodule {");
    expect(first.stderr).toContain(`wrote the IR before form-regions to ${path}`);
    const text = readFileSync(path, "utf8");
    expect(text).toContain("{-#\n  external_resources: {\n    mlir_reproducer: {\n      pipeline: ");
    // After cse, before form-regions.
    expect(text.match(/nn\.relu/g)).toHaveLength(1);
    const again = await runCli(["opt", "--run-reproducer", path]);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("error[decisions-mismatch]");
    const whole = await runCli(["opt", path]);
    expect(whole.stdout).not.toContain("mlir_reproducer");
  });

  it("writes no reproducer when nothing fails", async () => {
    await opt(twice, "--pass-pipeline=cse", "--crash-reproducer", inFolder("crash.mlir"));
    expect(existsSync(inFolder("crash.mlir"))).toBe(false);
  });
});

describe("fastc opt with a schedule", () => {
  const compile = ["compile", efficientNetB0, "--hw", "fast-large"];

  it("makes of the simplified module what compile makes, and refuses another module", async () => {
    await runCli([...compile, "-o", inFolder("out"), "--dump-dir", inFolder("ir")]);
    const schedule = inFolder("out/schedule.json");
    const names = readdirSync(inFolder("ir")).sort();
    const first = names.findIndex((name) => name.endsWith("-form-regions.mlir"));
    const simplified = inFolder(`ir/${names[first - 1]}`);
    const passes = ["form-regions", "pad-dimensions", "tile", "place"];
    const pipeline = passes.map((pass) => `${pass}{decisions=${schedule}}`).join(",");
    const { status, stdout } = await runCli(["opt", simplified, `--pass-pipeline=builtin.module(${pipeline})`]);
    expect(status).toBe(0);
    const placed = names.find((name) => name.endsWith("-place.mlir")) ?? "";
    expect(stdout).toBe(readFileSync(inFolder(`ir/${placed}`), "utf8"));

    const other = await runCli([
      "opt",
      inFolder(`ir/${names[0]}`),
      `--pass-pipeline=form-regions{decisions=${schedule}}`,
    ]);
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/^error\[decisions-mismatch\]: the decisions were made for another module/);
  });
});
