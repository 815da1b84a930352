import { describe, expect, it } from "vitest";
import { add, mul } from "../../src/ir/ops/elementwise-binary.ts";
import { rsqrt } from "../../src/ir/ops/elementwise-unary.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import { gather } from "../../src/ir/ops/gather.ts";
import { broadcastTo, reshape } from "../../src/ir/ops/shape.ts";
import { walk } from "../../src/ir/core.ts";
import { constantFold } from "../../src/passes/constant-fold.ts";
import { dce } from "../../src/passes/dce.ts";
import { one, program, runAndCompare, two } from "../support/pass-harness.ts";

const run = (module: ReturnType<typeof program>, maxElements = 8) =>
  runAndCompare(module, [constantFold.with({ maxElements }), dce.with({})]);

/** Names of all operations of the function, in order. */
const namesOf = (module: ReturnType<typeof program>): readonly string[] =>
  [...walk(module)].slice(2).map((op) => op.name);

describe("constant-fold", () => {
  it("computes whole expressions as the reference does, rounded to the type at each step", () => {
    const { module, records } = run(
      program([[2]], (b, x) => {
        const variance = two(b, add, b.tensor([2], [0.1, 0.7]), b.number(0.001));
        return two(
          b,
          mul,
          x,
          b.op((at) => reshape.build({ input: one(b, rsqrt, variance) }, { shape: [1, 2] }, at)),
        );
      }),
    );
    expect(namesOf(module)).toEqual(["nn.constant", "nn.mul", "func.return"]);
    expect(records[0]?.counters).toEqual({ folded: 3 });
    const [folded] = [...walk(module)].flatMap((op) => constant.match(op) ?? []);
    const value = folded?.attrs.value;
    const sums = [0.1, 0.7].map((number) => Math.fround(Math.fround(number) + Math.fround(0.001)));
    expect(value?.kind === "dense" ? [...value.value.data] : []).toEqual(
      sums.map((sum) => Math.fround(1 / Math.sqrt(sum))),
    );
  });

  it("never reads weights, and leaves what is computed from them", () => {
    const { module, records } = run(program([[3]], (b, x) => two(b, mul, x, two(b, add, b.weight(3), b.number(1)))));
    expect(namesOf(module)).toEqual(["nn.constant", "nn.constant", "nn.add", "nn.mul", "func.return"]);
    expect(records[0]?.counters).toEqual({ folded: 0 });
  });

  it("makes no constant with more elements than it may", () => {
    const wide = () =>
      program([[3, 3]], (b, x) =>
        two(
          b,
          mul,
          x,
          b.op((at) => broadcastTo.build({ input: b.number(2) }, { shape: [3, 3] }, at)),
        ),
      );
    expect(namesOf(run(wide(), 8).module)).toEqual(["nn.constant", "nn.broadcast_to", "nn.mul", "func.return"]);
    expect(namesOf(run(wide(), 9).module)).toEqual(["nn.constant", "nn.mul", "func.return"]);
  });

  it("leaves to the run what the reference refuses", () => {
    const module = program([[2]], (b) =>
      b.op((at) => gather.build({ data: b.tensor([2], [1, 2]), indices: b.tensor([1], [7], "i64") }, { axis: 0 }, at)),
    );
    const original = namesOf(module);
    // The original cannot be run either: only the pass is looked at.
    expect(() => run(module)).toThrow();
    expect(namesOf(module)).toEqual(original);
  });
});
