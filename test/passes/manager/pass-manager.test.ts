import { describe, expect, it } from "vitest";
import { unitAttribute } from "../../../src/ir/attributes.ts";
import { Operation, walk } from "../../../src/ir/core.ts";
import { unknownLocation } from "../../../src/ir/location.ts";
import {
  createFunction,
  createModule,
  finishFunction,
  functionBody,
  functionName,
  functionsOf,
} from "../../../src/ir/ops/builtin.ts";
import { add } from "../../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../../src/ir/ops/elementwise-unary.ts";
import { tensorType } from "../../../src/ir/types.ts";
import { dce } from "../../../src/passes/dce.ts";
import { definePass } from "../../../src/passes/manager/pass.ts";
import { runPasses } from "../../../src/passes/manager/pass-manager.ts";
import { option } from "../../../src/passes/manager/pass-options.ts";
import { one, program, two } from "../../support/pass-harness.ts";

const sample = () =>
  program([[2]], (b, x) => {
    two(b, add, x, x);
    return one(b, relu, x);
  });

/** A module whose functions have these names; each computes a relu that nobody reads. */
function functions(...names: readonly string[]): Operation {
  const module = createModule("several", unknownLocation);
  for (const name of names) {
    const fn = createFunction({ name, inputTypes: [tensorType([2], "f32")], location: unknownLocation });
    const [input] = functionBody(fn).args;
    functionBody(fn).append(relu.build({ input: input! }, {}, unknownLocation));
    finishFunction(fn, [input!], { location: unknownLocation });
    module.regions[0]!.block.append(fn);
  }
  return module;
}

const report = definePass({
  name: "report",
  summary: "For tests.",
  runsOn: "builtin.module",
  options: { times: option.integer("how often", { fallback: 1 }), word: option.text("what", "x") },
  run: (_module, { times, word }) => ({ counters: { length: word.repeat(times).length } }),
});

const breaks = definePass({
  name: "breaks",
  summary: "For tests.",
  runsOn: "func.func",
  options: {},
  run(fn, _options, { rewriter }) {
    rewriter.insertBefore(functionBody(fn).first!, new Operation({ name: "nn.unheard_of", location: unknownLocation }));
    return { counters: {} };
  },
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

  it("times passes by the caller's clock, and calls back around each with its number", () => {
    let now = 0;
    const seen: string[] = [];
    const records = runPasses(sample(), [dce.with({}), dce.with({})], {
      clock: () => (now += 5),
      beforePass: ({ index, pass }) => seen.push(`before ${index} ${pass.name}`),
      afterPass: ({ index, pass, module, hasChanged }) =>
        seen.push(`after ${index} ${pass.name} ${module.name} ${hasChanged}`),
      firstIndex: 7,
    });
    expect(records.map(({ milliseconds, verifyMilliseconds }) => [milliseconds, verifyMilliseconds])).toEqual([
      [5, 5],
      [5, 5],
    ]);
    expect(seen).toEqual([
      "before 7 dce",
      "after 7 dce builtin.module true",
      "before 8 dce",
      "after 8 dce builtin.module false",
    ]);
  });

  it("names the pass that leaves invalid IR, and tells of it before the error goes on", () => {
    const seen: string[] = [];
    const hooks = {
      passFailed: ({ index, pass }: { readonly index: number; readonly pass: { readonly name: string } }) =>
        seen.push(`${index} ${pass.name}`),
    };
    expect(() => runPasses(sample(), [dce.with({}), breaks.with({}), dce.with({})], hooks)).toThrow(
      "bug: pass breaks leaves invalid IR\nerror[ir-invalid]: nn.unheard_of: is not a known op",
    );
    expect(seen).toEqual(["1 breaks"]);
    expect(runPasses(sample(), [breaks.with({})], { isVerifying: false })).toEqual([{ name: "breaks", counters: {} }]);
  });
});

describe("passes on functions", () => {
  it("run on every function, and add up their counters", () => {
    const module = functions("a", "b", "c");
    expect(runPasses(module, [dce.with({})])).toEqual([{ name: "dce", counters: { erased: 3 } }]);
    expect(functionsOf(module).map(functionName)).toEqual(["a", "b", "c"]);
  });

  it("see no other function, and leave each at its place also when they fail", () => {
    const module = functions("a", "b", "c");
    const seen: string[] = [];
    const looks = definePass({
      name: "looks",
      summary: "For tests.",
      runsOn: "func.func",
      options: {},
      run(fn) {
        let top = fn;
        while (top.parentOp !== undefined) top = top.parentOp;
        seen.push(
          [...walk(top)]
            .filter((op) => op.name === "func.func")
            .map(functionName)
            .join(),
        );
        if (functionName(fn) === "b") throw new Error("stop");
        return { counters: {} };
      },
    });
    expect(() => runPasses(module, [looks.with({})])).toThrow("stop");
    expect(seen).toEqual(["a", "b"]);
    expect(functionsOf(module).map(functionName)).toEqual(["a", "b", "c"]);
  });

  it("give the same whatever other functions there are", () => {
    const alone = functions("b");
    const marks = definePass({
      name: "marks",
      summary: "For tests.",
      runsOn: "func.func",
      options: {},
      run(fn, _options, { rewriter }) {
        if (fn.next === undefined && fn.previous === undefined) rewriter.setAttribute(fn, "alone", unitAttribute);
        return { counters: {} };
      },
    });
    const together = functions("a", "b", "c");
    for (const module of [alone, together]) runPasses(module, [marks.with({})]);
    for (const fn of functionsOf(together)) expect(fn.attributes.has("alone")).toBe(true);
  });
});
