import { describe, expect, it } from "vitest";
import type { Decisions } from "../../../src/ir/decisions.ts";
import { definePass } from "../../../src/passes/manager/pass.ts";
import { option } from "../../../src/passes/manager/pass-options.ts";
import { parsePipeline, pipelineText } from "../../../src/passes/manager/pipeline-text.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";

const noDecisions: Decisions = {
  moduleSha256: "abc",
  partition: { regions: [] },
  mappings: [],
  paddings: [],
  residency: { capacityBytes: 0, tensors: [] },
};

const seen: unknown[] = [];
const tidy = definePass({
  name: "tidy",
  summary: "For tests.",
  runsOn: "func.func",
  options: {
    maxIterations: option.integer("how often", { fallback: 10, least: 1 }),
    isFast: option.boolean("whether it hurries", false),
    order: option.word("which way", ["up", "down"], "up"),
    label: option.text("what to call it", ""),
    sizes: option.integers("how much of each", []),
    parts: option.words("which parts", ["a", "b", "c"], ["a"]),
  },
  run(_fn, options) {
    seen.push(options);
    return { counters: {} };
  },
});
const sweep = definePass({
  name: "sweep",
  summary: "For tests.",
  runsOn: "func.func",
  options: {},
  run: () => ({ counters: {} }),
});
const form = definePass({
  name: "form",
  summary: "For tests.",
  runsOn: "builtin.module",
  options: { decisions: option.decisions("what was decided") },
  run(_module, { decisions }) {
    seen.push(decisions);
    return { counters: {} };
  },
});

const read: string[] = [];
const vocabulary = {
  passes: [form, sweep, tidy],
  sources: {
    decisions: (text: string) => {
      read.push(text);
      return noDecisions;
    },
  },
};

const parse = (text: string) => parsePipeline({ text, origin: "--pass-pipeline" }, vocabulary);
const canonical = (text: string): string => pipelineText(parse(text));

function errorOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return expect.fail("no error");
}

/** The option values of the only pass of a pipeline. */
function valuesOf(text: string): unknown {
  seen.length = 0;
  const [pass] = parse(text);
  // None of these passes looks at its operation or its context.
  pass!.run(undefined as never, undefined as never);
  return seen[0];
}

describe("the text of a pipeline", () => {
  it.each([
    ["tidy", "builtin.module(func.func(tidy))"],
    ["", "builtin.module()"],
    ["builtin.module()", "builtin.module()"],
    ["tidy,sweep", "builtin.module(func.func(tidy,sweep))"],
    ["builtin.module(tidy)", "builtin.module(func.func(tidy))"],
    ["func.func(tidy, sweep)", "builtin.module(func.func(tidy,sweep))"],
    ["builtin.module(func.func(tidy),func.func(sweep))", "builtin.module(func.func(tidy,sweep))"],
    [" tidy { max-iterations=3   is-fast=true } ", "builtin.module(func.func(tidy{max-iterations=3 is-fast=true}))"],
    [
      "builtin.module(func.func(tidy),form{decisions=out/s.json},sweep)",
      "builtin.module(func.func(tidy),form{decisions=out/s.json},func.func(sweep))",
    ],
    [
      "tidy{label='two words' sizes=1,-2,3 parts=b,c}",
      "builtin.module(func.func(tidy{label='two words' sizes=1,-2,3 parts=b,c}))",
    ],
    [`tidy{label="it's"}`, `builtin.module(func.func(tidy{label="it's"}))`],
    [`form{decisions={"a": "}\\"{", "b": {}}}`, `builtin.module(form{decisions={"a": "}\\"{", "b": {}}})`],
  ])("reads %j", (text, expected) => {
    expect(canonical(text)).toBe(expected);
    expect(canonical(expected)).toBe(expected);
  });

  it("fills in defaults and reads values of every type", () => {
    expect(valuesOf("tidy")).toEqual({
      maxIterations: 10,
      isFast: false,
      order: "up",
      label: "",
      sizes: [],
      parts: ["a"],
    });
    expect(valuesOf("tidy{max-iterations=7 is-fast=true order=down label='a b' sizes=4,5 parts=c}")).toEqual({
      maxIterations: 7,
      isFast: true,
      order: "down",
      label: "a b",
      sizes: [4, 5],
      parts: ["c"],
    });
  });

  it("gets decisions from whoever reads files", () => {
    read.length = 0;
    expect(valuesOf("form{decisions=a/b.json}")).toBe(noDecisions);
    expect(read).toEqual(["a/b.json"]);
  });

  it("is made from passes that were built in code, too", () => {
    const passes = [tidy.with({ maxIterations: 10, order: "down" }), form.with({ decisions: noDecisions })];
    const text = pipelineText(passes);
    expect(text).toBe(`builtin.module(func.func(tidy{order=down}),form{decisions=${JSON.stringify(noDecisions)}})`);
    expect(canonical(text)).toBe(text);
  });
});

describe("a pipeline with a mistake", () => {
  it.each([
    [
      "sweep,tidi",
      `error[pipeline-invalid]: there is no pass 'tidi'
  at --pass-pipeline:1:7
    sweep,tidi
          ^
  note: passes are form, sweep, tidy
  help: did you mean 'tidy'?`,
    ],
    [
      "tidy{max-iteration=3}",
      `error[pipeline-invalid]: tidy has no option 'max-iteration'
  at --pass-pipeline:1:6
    tidy{max-iteration=3}
         ^
  note: its options are max-iterations, is-fast, order, label, sizes, parts
  help: did you mean 'max-iterations'?`,
    ],
    [
      "builtin.module(\n  func.func(tidy{max-iterations=0}))",
      `error[pipeline-invalid]: option max-iterations of tidy is '0' but should be an integer of at least 1
  at --pass-pipeline:2:33
      func.func(tidy{max-iterations=0}))
                                    ^`,
    ],
    [
      "func.func(form)",
      `error[pipeline-invalid]: form runs on the module, not on one function
  at --pass-pipeline:1:11
    func.func(form)
              ^
  help: write it outside of func.func( )`,
    ],
    [
      "form",
      `error[pipeline-invalid]: form needs its option decisions
  at --pass-pipeline:1:1
    form
    ^
  note: it is what was decided
  help: write form{decisions=<schedule.json>}`,
    ],
  ])("is refused: %j", (text, expected) => {
    expect(errorOf(text)).toBe(expected);
  });

  it.each([
    ["tidy sweep", "expected a comma or the end of the pipeline but found 's'", "1:6"],
    ["tidy,", "expected the name of a pass but found the end", "1:6"],
    ["builtin.module(tidy", "expected a comma or ')' but found the end", "1:20"],
    ["tidy{max-iterations}", "expected '=' and a value but found '}'", "1:20"],
    ["tidy{max-iterations=}", "expected a value but found '}'", "1:21"],
    ["tidy{=3}", "expected the name of an option or '}' but found '='", "1:6"],
    ['form{decisions={"a": 1}', "expected the name of an option or '}' but found the end", "1:24"],
    ["form{decisions={1", "expected a '}' for this brace but found '{'", "1:16"],
    ["tidy{label='a}", "expected a value but found '''", "1:12"],
    ["func.func(func.func(tidy))", "func.func holds no func.func", "1:11"],
    ["builtin.module(builtin.module(tidy))", "builtin.module holds no builtin.module", "1:16"],
    ["func.func(builtin.module(tidy))", "func.func holds no builtin.module", "1:11"],
    ["tidy(sweep)", "tidy is a pass and holds no others", "1:1"],
    ["func.fun(sweep)", "passes do not run on 'func.fun'", "1:1"],
    ["tidy{is-fast=yes}", "option is-fast of tidy is 'yes' but should be true or false", "1:14"],
    ["tidy{order=left}", "option order of tidy is 'left' but should be up, down", "1:12"],
    ["tidy{sizes=1,x}", "option sizes of tidy is '1,x' but should be an integer, several parted by commas", "1:12"],
    ["tidy{order=up order=up}", "option order is given twice", "1:15"],
    ["sweep{fast=true}", "sweep has no option 'fast'", "1:7"],
  ])("is refused at its place: %j", (text, message, place) => {
    const [first, at] = errorOf(text).split("\n");
    expect([first, at]).toEqual([`error[pipeline-invalid]: ${message}`, `  at --pass-pipeline:${place}`]);
  });
});
