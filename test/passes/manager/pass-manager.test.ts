import { describe, expect, it } from "vitest";
import { Operation } from "../../../src/ir/core.ts";
import { unknownLocation } from "../../../src/ir/location.ts";
import { functionBody, mainFunction } from "../../../src/ir/ops/builtin.ts";
import { add } from "../../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../../src/ir/ops/elementwise-unary.ts";
import { dce } from "../../../src/passes/dce.ts";
import { definePass, requiredOption } from "../../../src/passes/manager/pass.ts";
import { runPasses } from "../../../src/passes/manager/pass-manager.ts";
import { passNames, passSummaries } from "../../../src/passes/pipeline.ts";
import { one, program, two } from "../../support/pass-harness.ts";

const sample = () =>
  program([[2]], (b, x) => {
    two(b, add, x, x);
    return one(b, relu, x);
  });

const report = definePass({
  name: "report",
  summary: "For tests.",
  options: { times: requiredOption<number>("how often"), word: { help: "what", fallback: { value: "x" } } },
  run: (_module, { times, word }) => ({ counters: { length: word.repeat(times).length } }),
});

describe("runPasses", () => {
  it("runs passes in order and records their counters", () => {
    expect(
      runPasses(sample(), [dce.with({}), report.with({ times: 3 }), report.with({ times: 2, word: "ab" })]),
    ).toEqual([
      { name: "dce", counters: { erased: 1 } },
      { name: "report", counters: { length: 3 } },
      { name: "report", counters: { length: 4 } },
    ]);
  });

  it("times passes by the caller's clock, and calls back after each with its number", () => {
    let now = 0;
    const seen: string[] = [];
    const records = runPasses(sample(), [dce.with({}), dce.with({})], {
      clock: () => (now += 5),
      afterPass: ({ index, name, module }) => seen.push(`${index} ${name} ${module.name}`),
      firstIndex: 7,
    });
    expect(records.map((record) => record.milliseconds)).toEqual([5, 5]);
    expect(seen).toEqual(["7 dce builtin.module", "8 dce builtin.module"]);
  });

  it("names the pass that leaves invalid IR", () => {
    const breaks = definePass({
      name: "breaks",
      summary: "For tests.",
      options: {},
      run(module) {
        const body = functionBody(mainFunction(module));
        body.insertBefore(new Operation({ name: "nn.unheard_of", location: unknownLocation }), body.first);
        return { counters: {} };
      },
    });
    expect(() => runPasses(sample(), [dce.with({}), breaks.with({})])).toThrow(
      "bug: pass breaks leaves invalid IR\nerror[ir-invalid]: nn.unheard_of: is not a known op",
    );
  });
});

describe("the list of passes", () => {
  it("has every pass once, sorted, with a summary that is a sentence", () => {
    expect(passNames).toEqual([...new Set(passNames)].sort());
    for (const { summary } of passSummaries) expect(summary).toMatch(/^[A-Z].*\.$/);
  });
});
