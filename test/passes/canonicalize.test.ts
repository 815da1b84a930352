import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { add, and, div, equal, mul, or, pow, sub } from "../../src/ir/ops/elementwise-binary.ts";
import { cast, clip, relu } from "../../src/ir/ops/elementwise-unary.ts";
import { gather, gatherNd } from "../../src/ir/ops/gather.ts";
import { reduceMax, reduceMean } from "../../src/ir/ops/reduction.ts";
import { where } from "../../src/ir/ops/selection.ts";
import { broadcastTo, concat, pad, reshape, slice, transpose } from "../../src/ir/ops/shape.ts";
import type { ScalarName } from "../../src/ir/types.ts";
import { scalar, tensorType } from "../../src/ir/types.ts";
import { canonicalize } from "../../src/passes/canonicalize.ts";
import type { Builder, InputSpec } from "../support/pass-harness.ts";
import { one, only, program, reasonsOf, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

const run = (
  inputs: readonly InputSpec[],
  build: (b: Builder, ...args: readonly Value[]) => Value | readonly Value[],
) => runAndCompare(program(inputs, build), [canonicalize.with({})]);

const shaped = (b: Builder, input: Value, ...shape: readonly number[]): Value =>
  b.op((at) => reshape.build({ input }, { shape }, at));
const permuted = (b: Builder, input: Value, ...permutation: readonly number[]): Value =>
  b.op((at) => transpose.build({ input }, { permutation }, at));
const stretched = (b: Builder, input: Value, ...shape: readonly number[]): Value =>
  b.op((at) => broadcastTo.build({ input }, { shape }, at));
const sliced = (b: Builder, input: Value, attrs: { starts: number[]; sizes: number[]; steps: number[] }): Value =>
  b.op((at) => slice.build({ input }, attrs, at));
const converted = (b: Builder, input: Value, to: ScalarName): Value =>
  b.op((at) => cast.build({ input }, { to: scalar(to) }, at));

describe("canonicalize: operations that do nothing", () => {
  it.each<[string, (b: Builder, x: Value) => Value]>([
    ["reshape to its own shape", (b, x) => shaped(b, x, 2, 3)],
    ["transpose in order", (b, x) => permuted(b, x, 0, 1)],
    ["broadcast to its own shape", (b, x) => stretched(b, x, 2, 3)],
    ["cast to its own type", (b, x) => converted(b, x, "f32")],
    ["slice of everything", (b, x) => sliced(b, x, { starts: [0, 0], sizes: [2, 3], steps: [1, 1] })],
    ["pad by nothing", (b, x) => b.op((at) => pad.build({ input: x }, { low: [0, 0], high: [0, 0] }, at))],
    ["concat of one", (b, x) => b.op((at) => concat.build({ inputs: [x] }, { axis: 1 }, at))],
    ["clip without limits", (b, x) => b.op((at) => clip.build({ input: x }, {}, at))],
    ["x + 0", (b, x) => two(b, add, x, b.number(0))],
    ["0 + x", (b, x) => two(b, add, b.number(0), x)],
    ["x - 0", (b, x) => two(b, sub, x, b.number(0))],
    ["x * 1 for each column", (b, x) => two(b, mul, x, b.tensor([3], [1, 1, 1]))],
    ["x / 1", (b, x) => two(b, div, x, b.number(1))],
    ["x to the power 1", (b, x) => two(b, pow, x, b.number(1))],
    ["x + 0 where the 0 is reshaped", (b, x) => two(b, add, x, shaped(b, b.tensor([1], [0]), 1, 1))],
  ])("drops %s", (_name, build) => {
    const { module } = run([[2, 3]], (b, x) => one(b, relu, build(b, x)));
    expect(runTimeOps(module)).toEqual(["relu"]);
  });

  it.each<[string, (b: Builder, x: Value) => Value]>([
    ["a square transpose", (b, x) => permuted(b, x, 1, 0)],
    ["a reversal", (b, x) => sliced(b, x, { starts: [0, 2], sizes: [3, 3], steps: [1, -1] })],
    ["a shift by padding", (b, x) => b.op((at) => pad.build({ input: x }, { low: [1, 0], high: [-1, 0] }, at))],
    ["0 - x", (b, x) => two(b, sub, b.number(0), x)],
    ["1 / x", (b, x) => two(b, div, b.number(1), two(b, add, x, b.number(7)))],
    ["x * 1 in one column only", (b, x) => two(b, mul, x, b.tensor([3], [1, 2, 1]))],
    ["x + a weight", (b, x) => two(b, add, x, b.weight(3))],
    ["a clip at 0", (b, x) => b.op((at) => clip.build({ input: x }, { min: 0 }, at))],
  ])("keeps %s, which has the type of x as well", (_name, build) => {
    const { module, records } = run([[3, 3]], (b, x) => build(b, x));
    expect(runTimeOps(module).length).toBeGreaterThan(0);
    expect(records[0]?.counters).toEqual({});
  });

  it("turns x + 0 into a broadcast where the 0 stretches x", () => {
    const { module } = run([[2, 1]], (b, x) => two(b, add, x, b.tensor([3], [0, 0, 0])));
    expect(runTimeOps(module)).toEqual(["broadcast_to"]);
  });

  it("drops x and true, x or false", () => {
    const { module } = run([tensorType([4], "i1")], (b, x) =>
      two(b, or, two(b, and, x, b.number(1, "i1")), b.number(0, "i1")),
    );
    expect(runTimeOps(module)).toEqual([]);
  });
});

describe("canonicalize: views and copies", () => {
  it("merges reshapes, also to nothing", () => {
    const { module } = run([[2, 6]], (b, x) => [
      shaped(b, shaped(b, x, 12), 3, 4),
      shaped(b, shaped(b, x, 4, 3), 2, 6),
    ]);
    expect(runTimeOps(module)).toEqual(["reshape"]);
  });

  it("keeps the inner reshape for its other readers", () => {
    const { module } = run([[2, 6]], (b, x) => {
      const inner = shaped(b, x, 12);
      return [shaped(b, inner, 3, 4), inner];
    });
    expect(runTimeOps(module)).toEqual(["reshape", "reshape"]);
  });

  it("composes transposes in the right order", () => {
    const { module } = run([[2, 3, 4]], (b, x) => permuted(b, permuted(b, x, 1, 2, 0), 1, 0, 2));
    expect(runTimeOps(module)).toEqual(["transpose"]);
    expect(only(module, transpose).attrs.permutation).toEqual([2, 1, 0]);
  });

  it("drops a transpose and its inverse", () => {
    const { module } = run([[2, 3, 4]], (b, x) => permuted(b, permuted(b, x, 1, 2, 0), 2, 0, 1));
    expect(runTimeOps(module)).toEqual([]);
  });

  it("makes a transpose of dimensions of extent 1 a view, and no other", () => {
    const { module } = run([[2, 1, 3, 1]], (b, x) => [permuted(b, x, 1, 0, 3, 2), permuted(b, x, 2, 1, 0, 3)]);
    expect(runTimeOps(module)).toEqual(["reshape", "transpose"]);
  });

  it("merges slices with their steps", () => {
    const { module } = run([[20]], (b, x) =>
      sliced(b, sliced(b, x, { starts: [1], sizes: [9], steps: [2] }), { starts: [7], sizes: [3], steps: [-3] }),
    );
    expect(only(module, slice).attrs).toEqual({ starts: [15], sizes: [3], steps: [-6] });
  });

  it("merges constant pads, and refuses others", () => {
    const padded = (b: Builder, input: Value, low: number, rest: { value?: number; mode?: "edge" } = {}): Value =>
      b.op((at) => pad.build({ input }, { low: [low], high: [low * low], ...rest }, at));
    const { module } = run([[5]], (b, x) => padded(b, padded(b, x, 2), 3));
    expect(only(module, pad).attrs).toMatchObject({ low: [5], high: [13] });
    const others = run([[5]], (b, x) => [
      padded(b, padded(b, x, 1, { value: 7 }), 3),
      padded(b, padded(b, x, 1, { mode: "edge" }), 3),
      padded(b, padded(b, x, -1), 3),
    ]);
    expect(runTimeOps(others.module)).toHaveLength(6);
    expect(new Set(reasonsOf(others, "merge-pads"))).toEqual(
      new Set([
        "input is not a pad",
        "the borders have different values",
        "the border is not constant",
        "one of them cuts",
      ]),
    );
  });

  it("lets reductions keep the dimensions that a reshape puts back, and no others", () => {
    const { module } = run([[2, 3, 4]], (b, x) => {
      const mean = b.op((at) => reduceMean.build({ input: x }, { axes: [1, 2], keepdims: false }, at));
      const max = b.op((at) => reduceMax.build({ input: x }, { axes: [1], keepdims: false }, at));
      return [shaped(b, mean, 2, 1, 1), shaped(b, max, 2, 4, 1)];
    });
    expect(runTimeOps(module)).toEqual(["reduce_max", "reduce_mean", "reshape"]);
    expect(only(module, reduceMean).attrs).toEqual({ axes: [1, 2], keepdims: true });
    expect(only(module, reduceMax).attrs.keepdims).toBe(false);
  });
});

describe("canonicalize: element-wise", () => {
  it("puts constants, also computed ones, to the right of commutative ops only", () => {
    const { module } = run([[2, 3]], (b, x) => {
      const folded = two(b, mul, b.weight(3), b.weight(3));
      return [two(b, add, folded, x), two(b, sub, b.weight(3), x), two(b, equal, b.number(1), x)];
    });
    const x = module.regions[0]!.block.first!.regions[0]!.block.args[0];
    expect([only(module, add), only(module, sub), only(module, equal)].map((view) => view.operands.lhs === x)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each<[ScalarName, ScalarName, ScalarName, boolean]>([
    ["i1", "i64", "f32", true],
    ["i32", "i64", "i1", true],
    ["i32", "f64", "f32", true],
    ["ui8", "i16", "f32", true],
    ["i16", "f32", "f64", true],
    ["f16", "f32", "f64", true],
    ["f32", "f64", "i64", true],
    ["i64", "i32", "i64", false],
    ["i32", "f32", "i32", false],
    ["i8", "ui8", "i32", false],
    ["ui8", "i8", "i32", false],
    ["f32", "i64", "f32", false],
    ["f32", "f16", "f32", false],
    ["f16", "bf16", "f32", false],
    ["f32", "i1", "f32", false],
  ])("cast %s -> %s -> %s is one cast: %s", (from, through, to, isMerged) => {
    const { module } = run([tensorType([9], from)], (b, x) => converted(b, converted(b, x, through), to));
    expect(runTimeOps(module)).toHaveLength(isMerged ? 1 : 2);
  });

  it("drops the broadcast of an operand that another operand gives anyway", () => {
    const { module } = run([[2, 3], [3], tensorType([2, 1], "i1")], (b, x, y, condition) => [
      two(b, add, x, stretched(b, y, 2, 3)),
      b.op((at) =>
        where.build({ condition: stretched(b, condition, 2, 3), on_true: x, on_false: b.number(5) }, {}, at),
      ),
    ]);
    expect(runTimeOps(module)).toEqual(["add", "where"]);
  });

  it("keeps a broadcast that gives the shape", () => {
    const result = run([[2, 1], [3]], (b, x, y) => {
      const wide = stretched(b, x, 4, 2, 3);
      return [two(b, add, wide, y), wide];
    });
    expect(runTimeOps(result.module)).toEqual(["broadcast_to", "add"]);
    expect(reasonsOf(result, "drop-broadcast-of-operand")).toContain(
      "no operand is broadcast to what the others give anyway",
    );
  });
});

describe("canonicalize: broadcasts behind operations", () => {
  it("computes an attention mask before it is stretched, and never stretches it", () => {
    const { module } = run([tensorType([3, 1], "i1"), [2, 3, 4]], (b, condition, scores) => {
      const wide = stretched(b, condition, 3, 4);
      const mask = b.op((at) => where.build({ condition: wide, on_true: b.number(0), on_false: b.number(-7) }, {}, at));
      return two(b, add, scores, mask);
    });
    expect(runTimeOps(module)).toEqual(["where", "add"]);
  });

  it("stretches the result where it is read stretched", () => {
    const { module } = run([[3], [3]], (b, x, y) => [
      two(b, mul, stretched(b, x, 2, 3), stretched(b, y, 5, 1, 3)),
      one(b, relu, stretched(b, x, 2, 3)),
    ]);
    expect(runTimeOps(module)).toEqual(["mul", "broadcast_to", "relu", "broadcast_to"]);
    expect(only(module, mul).result.type).toBe(tensorType([3], "f32"));
  });

  it("makes a broadcast that only adds dimensions of extent 1 a view", () => {
    const { module } = run([[3, 1]], (b, x) => one(b, relu, stretched(b, x, 1, 1, 3, 1)));
    expect(runTimeOps(module)).toEqual(["reshape", "relu"]);
  });

  it("keeps a broadcast that others read", () => {
    const result = run([[3]], (b, x) => {
      const wide = stretched(b, x, 2, 3);
      return [one(b, relu, wide), wide];
    });
    expect(runTimeOps(result.module)).toEqual(["broadcast_to", "relu"]);
    expect(reasonsOf(result, "broadcast-after-operation")).toContain("no operand is a broadcast that only it reads");
  });
});

describe("canonicalize: gathers of constant indices", () => {
  const gathered = (b: Builder, data: Value, shape: readonly number[], numbers: readonly number[], axis = 1): Value =>
    b.op((at) => gather.build({ data, indices: b.tensor(shape, numbers, "i64") }, { axis }, at));
  const tuples = (
    b: Builder,
    data: Value,
    shape: readonly number[],
    numbers: readonly number[],
    batch_dims = 0,
  ): Value => b.op((at) => gatherNd.build({ data, indices: b.tensor(shape, numbers, "i64") }, { batch_dims }, at));

  it("are slices where the indices count up, and views where they are all", () => {
    const { module } = run([[2, 5, 3]], (b, x) => [
      gathered(b, x, [], [2]),
      gathered(b, x, [1, 2], [1, 2]),
      gathered(b, x, [2], [-2, -1]),
      gathered(b, x, [1, 5], [0, 1, 2, 3, 4]),
    ]);
    expect(runTimeOps(module)).toEqual(["slice", "reshape", "slice", "reshape", "slice", "reshape"]);
  });

  it("are slices of rows where index tuples count up", () => {
    const { module } = run([[2, 3, 4]], (b, x) => [
      tuples(b, x, [1, 6, 2], [0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2]),
      tuples(b, x, [2, 2], [0, 2, 1, 0]),
    ]);
    expect(runTimeOps(module)).toEqual(["reshape", "reshape", "slice"]);
  });

  it.each<[string, string, string, (b: Builder, x: Value, i: Value) => Value]>([
    [
      "indices that count down",
      "gather-of-range",
      "the indices do not count up",
      (b, x) => gathered(b, x, [2], [2, 1]),
    ],
    ["indices that wrap", "gather-of-range", "the indices do not count up", (b, x) => gathered(b, x, [2], [-1, 0])],
    [
      "computed indices",
      "gather-of-range",
      "the indices are not constants",
      (b, x, i) => b.op((at) => gather.build({ data: x, indices: i }, { axis: 1 }, at)),
    ],
    [
      "tuples with a gap",
      "gather-nd-of-range",
      "the index tuples do not count up",
      (b, x) => tuples(b, x, [2, 2], [0, 0, 1, 0]),
    ],
    [
      "tuples with a negative index",
      "gather-nd-of-range",
      "an index is negative",
      (b, x) => tuples(b, x, [2, 2], [0, -1, 1, 0]),
    ],
    ["batch dimensions", "gather-nd-of-range", "it has batch dimensions", (b, x) => tuples(b, x, [2, 1], [0, 1], 1)],
    [
      "computed tuples",
      "gather-nd-of-range",
      "the indices are not constants",
      (b, x, i) => b.op((at) => gatherNd.build({ data: x, indices: i }, {}, at)),
    ],
  ])("stay with %s", (_name, pattern, reason, build) => {
    const result = run([[2, 3, 4], tensorType([1], "i64")], (b, x, i) => build(b, x, two(b, sub, i, i)));
    expect(reasonsOf(result, pattern)).toContain(reason);
    expect(result.records[0]?.counters).toEqual({});
  });
});
