import { describe, expect, it } from "vitest";
import { walk } from "../../src/ir/core.ts";
import { add, mul } from "../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../src/ir/ops/elementwise-unary.ts";
import { dce } from "../../src/passes/dce.ts";
import { one, program, runAndCompare, two } from "../support/pass-harness.ts";

const namesOf = (module: ReturnType<typeof program>): readonly string[] => [...walk(module)].map((op) => op.name);

describe("dce", () => {
  it("removes what nobody reads, and what only that read, in one run", () => {
    const original = program([[2, 3]], (b, x) => {
      const used = one(b, relu, x);
      two(b, mul, two(b, add, used, b.number(2)), b.weight(3));
      return used;
    });
    const { module, records } = runAndCompare(original, [dce.with({})]);
    expect(namesOf(module)).toEqual(["builtin.module", "func.func", "nn.relu", "func.return"]);
    expect(records[0]?.counters).toEqual({ erased: 4 });
  });

  it("keeps what is read, and a function that computes nothing", () => {
    const used = runAndCompare(
      program([[2]], (b, x) => two(b, add, x, b.number(1))),
      [dce.with({})],
    );
    expect(used.records[0]?.counters).toEqual({ erased: 0 });
    const identity = runAndCompare(
      program([[2]], (_b, x) => x),
      [dce.with({})],
    );
    expect(namesOf(identity.module)).toEqual(["builtin.module", "func.func", "func.return"]);
  });
});
