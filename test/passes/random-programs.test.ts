/** Random programs through the whole pipeline: it must converge, leave valid IR, and keep the numbers. */
import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { broadcastShapes } from "../../src/ir/broadcast.ts";
import { tensorTypeOf } from "../../src/ir/define-op.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import { add, div, max, mul, sub } from "../../src/ir/ops/elementwise-binary.ts";
import { cast, neg, relu, sigmoid } from "../../src/ir/ops/elementwise-unary.ts";
import { gather } from "../../src/ir/ops/gather.ts";
import { matmul } from "../../src/ir/ops/matmul.ts";
import { batchNorm } from "../../src/ir/ops/normalisation.ts";
import { averagePool2d, maxPool2d } from "../../src/ir/ops/pooling.ts";
import { reduceMax, reduceMean, reduceMin, reduceSum } from "../../src/ir/ops/reduction.ts";
import { broadcastTo, concat, pad, reshape, slice, transpose } from "../../src/ir/ops/shape.ts";
import { elementCount, scalar } from "../../src/ir/types.ts";
import { canonicalizePatterns } from "../../src/passes/canonicalize.ts";
import { foldLayoutPatterns } from "../../src/passes/fold-layout.ts";
import { simplifyPipeline } from "../../src/passes/pipeline.ts";
import type { RandomStream } from "../../src/support/random.ts";
import { randomStream } from "../../src/support/random.ts";
import type { Builder } from "../support/pass-harness.ts";
import { one, program, runAndCompare, two } from "../support/pass-harness.ts";

const sizeLimit = 600;

/** Makes choices for one program. */
class Chooser {
  private readonly random: RandomStream;

  constructor(seed: number) {
    this.random = randomStream(seed);
  }

  below(bound: number): number {
    return this.random.integer(bound);
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  permutation(rank: number): readonly number[] {
    const dims = Array.from({ length: rank }, (_unused, dim) => dim);
    return dims.map((_dim, at) => {
      const from = at + this.below(rank - at);
      [dims[at], dims[from]] = [dims[from]!, dims[at]!];
      return dims[at];
    });
  }
}

const shapeOf = (value: Value): readonly number[] => tensorTypeOf(value).shape;
type Step = (b: Builder, x: Value, choose: Chooser, others: readonly Value[]) => Value | undefined;

/** A shape that the given one broadcasts to. */
function wider(shape: readonly number[], choose: Chooser): readonly number[] {
  const inner = shape.map((extent) => (extent === 1 ? 1 + choose.below(3) : extent));
  return inner.length < 4 && choose.below(2) === 0 ? [1 + choose.below(2), ...inner] : inner;
}

/** A constant that broadcasts to the shape: one number, or one for each column or row, often neutral. */
function constantFor(b: Builder, shape: readonly number[], choose: Chooser): Value {
  const kept = choose.below(3);
  const own = shape.slice(Math.max(0, shape.length - kept)).map((extent, at) => (kept === 2 && at === 1 ? 1 : extent));
  if (choose.below(4) === 0) return b.weight(...own);
  const value = choose.of([0, 1, 1, 2, -1]);
  return b.tensor(
    own,
    Array.from({ length: elementCount(own) }, () => value),
  );
}

function window(x: Value, choose: Chooser) {
  const [, , height = 0, width = 0] = shapeOf(x);
  const kernel = [1 + choose.below(Math.min(2, height)), 1 + choose.below(Math.min(3, width))] as const;
  const side = (extent: number): number => choose.below(extent);
  const pads = [side(kernel[0]), side(kernel[1]), side(kernel[0]), side(kernel[1])] as const;
  return { kernel, pads, strides: [1 + choose.below(2), 1] as const };
}

const steps: readonly Step[] = [
  (b, x, choose) => one(b, choose.of([relu, neg, sigmoid]), x),
  (b, x, choose) => two(b, choose.of([add, sub, mul, max]), x, constantFor(b, shapeOf(x), choose)),
  (b, x, choose) => two(b, choose.of([add, sub, mul, max]), constantFor(b, shapeOf(x), choose), x),
  (b, x, choose) => two(b, div, x, b.number(choose.of([1, 2, 4]))),
  (b, x) => two(b, mul, x, one(b, sigmoid, x)),
  (b, x, choose, others) => {
    const y = choose.of(others);
    const shape = broadcastShapes(shapeOf(x), shapeOf(y));
    return shape === undefined || elementCount(shape) > sizeLimit
      ? undefined
      : two(b, choose.of([add, sub, max]), x, y);
  },
  (b, x, choose) =>
    b.op((at) => transpose.build({ input: x }, { permutation: choose.permutation(shapeOf(x).length) }, at)),
  (b, x, choose) => {
    const permutation = choose.permutation(shapeOf(x).length);
    const inverse = permutation.map((_dim, dim) => permutation.indexOf(dim));
    const turned = b.op((at) => transpose.build({ input: x }, { permutation }, at));
    const inner = two(b, choose.of([add, mul]), one(b, relu, turned), constantFor(b, shapeOf(turned), choose));
    return b.op((at) => transpose.build({ input: inner }, { permutation: inverse }, at));
  },
  (b, x, choose) => {
    const shape = choose.of([
      [...shapeOf(x)].reverse(),
      [elementCount(shapeOf(x))],
      [1, ...shapeOf(x)],
      [...shapeOf(x), 1],
    ]);
    return shape.length > 4 ? undefined : b.op((at) => reshape.build({ input: x }, { shape }, at));
  },
  (b, x, choose) => {
    const shape = wider(shapeOf(x), choose);
    return elementCount(shape) > sizeLimit ? undefined : b.op((at) => broadcastTo.build({ input: x }, { shape }, at));
  },
  (b, x, choose) => {
    const sizes = shapeOf(x).map((extent) => 1 + choose.below(extent));
    const isReversed = shapeOf(x).map(() => choose.below(4) === 0);
    const starts = sizes.map(
      (size, dim) => choose.below(shapeOf(x)[dim]! - size + 1) + (isReversed[dim] === true ? size - 1 : 0),
    );
    const attrs = { sizes, starts, steps: isReversed.map((reversed) => (reversed ? -1 : 1)) };
    return b.op((at) => slice.build({ input: x }, attrs, at));
  },
  (b, x, choose) => {
    const amounts = (): number[] => shapeOf(x).map((_extent, dim) => (dim < 2 ? 0 : choose.below(2)));
    return b.op((at) => pad.build({ input: x }, { low: amounts(), high: amounts(), value: choose.of([0, 0, 3]) }, at));
  },
  (b, x, choose, others) => {
    const inputs = choose.below(2) === 0 ? [x] : [x, choose.of(others.filter((other) => other.type === x.type))];
    return b.op((at) => concat.build({ inputs }, { axis: choose.below(shapeOf(x).length) }, at));
  },
  (b, x, choose) => {
    const axis = choose.below(shapeOf(x).length);
    const extent = shapeOf(x)[axis]!;
    const start = choose.below(extent);
    const count = 1 + choose.below(extent - start);
    const numbers = Array.from({ length: count }, (_unused, at) => start + at - (choose.below(8) === 0 ? extent : 0));
    const indices = b.tensor([count], numbers, "i64");
    return b.op((at) => gather.build({ data: x, indices }, { axis }, at));
  },
  (b, x, choose) => {
    const axes = [choose.below(shapeOf(x).length)];
    const keepdims = choose.below(2) === 0;
    const kind = choose.of([reduceMax, reduceMin, reduceMean, reduceSum]);
    const reduced = b.op((at) => kind.build({ input: x }, { axes, keepdims }, at));
    const kept = shapeOf(x).map((extent, dim) => (axes.includes(dim) ? 1 : extent));
    if (keepdims) return reduced;
    if (choose.below(2) === 0) return b.op((at) => reshape.build({ input: reduced }, { shape: kept }, at));
    return shapeOf(reduced).length === 0 ? undefined : reduced;
  },
  (b, x, choose) => {
    const through = b.op((at) =>
      cast.build({ input: x }, { to: scalar(choose.of(["f64", "f16", "i32"] as const)) }, at),
    );
    return b.op((at) => cast.build({ input: through }, { to: scalar("f32") }, at));
  },
  (b, x, choose) => {
    const shape = shapeOf(x);
    if (shape.length < 2) return undefined;
    const isTransposed = choose.below(2) === 0;
    const swapped = [...shape.keys()].slice(0, -2).concat([shape.length - 1, shape.length - 2]);
    const lhs = choose.below(2) === 0 ? x : b.op((at) => transpose.build({ input: x }, { permutation: swapped }, at));
    const k = shapeOf(lhs).at(-1)!;
    const weight = isTransposed ? b.weight(3, k) : b.weight(k, 3);
    const isTurned = choose.below(3) === 0;
    const rhs = isTurned ? b.op((at) => transpose.build({ input: weight }, { permutation: [1, 0] }, at)) : weight;
    const product = b.op((at) => matmul.build({ lhs, rhs }, { transpose_rhs: isTransposed !== isTurned }, at));
    const turned =
      choose.below(2) === 0 ? product : b.op((at) => transpose.build({ input: product }, { permutation: swapped }, at));
    return two(b, div, turned, b.number(8 * k));
  },
  (b, x, choose) => {
    if (shapeOf(x).length !== 4) return undefined;
    const { kernel, pads, strides } = window(x, choose);
    const channels = shapeOf(x)[1]!;
    const weight = b.weight(2, channels, ...kernel);
    const conv = b.op((at) => conv2d.build({ input: x, weight }, { strides, pads }, at));
    const biased = choose.below(2) === 0 ? conv : two(b, add, conv, b.weight(2, 1, 1));
    const [scale, bias, mean, variance] = [b.weight(2), b.weight(2), b.weight(2), b.weight(2)];
    const normalised = b.op((at) =>
      batchNorm.build({ input: biased, scale, bias, mean, variance }, { epsilon: 0.5 }, at),
    );
    return two(b, div, normalised, b.number(8 * channels));
  },
  (b, x, choose) => {
    if (shapeOf(x).length !== 4) return undefined;
    const source = choose.below(2) === 0 ? x : one(b, relu, x);
    const isPadded = choose.below(2) === 0;
    const border = { low: [0, 0, 1, 0], high: [0, 0, 0, 1] };
    const input = isPadded ? b.op((at) => pad.build({ input: source }, border, at)) : source;
    const frame = window(input, choose);
    if (choose.below(2) === 0) return b.op((at) => maxPool2d.build({ input }, frame, at));
    return b.op((at) => averagePool2d.build({ input }, { ...frame, count_include_pad: choose.below(2) === 0 }, at));
  },
];

/** A program of up to 14 steps on two inputs, returning its last values. */
function randomProgram(seed: number): ReturnType<typeof program> {
  const choose = new Chooser(seed);
  const shape = choose.of([
    [1, 2, 4, 5],
    [2, 1, 3, 3],
    [2, 3, 4],
    [3, 3],
    [1, 1, 6],
  ]);
  return program([shape, shape], (b, ...inputs) => {
    const values: Value[] = [...inputs];
    for (let step = 0; step < 14; step++) {
      // Mostly what was made last, so that chains come about.
      const x = choose.below(3) === 0 ? choose.of(values) : values.at(-1)!;
      const made = choose.of(steps)(b, x, choose, values);
      if (made !== undefined && elementCount(shapeOf(made)) <= sizeLimit) values.push(made);
    }
    return values.slice(-3);
  });
}

describe("random programs", () => {
  const applied = new Map<string, number>();

  it.each([0, 1, 2, 3, 4])("keep their numbers (group %d of 5)", (group) => {
    for (let seed = group * 160; seed < (group + 1) * 160; seed++) {
      try {
        const records = runAndCompare(randomProgram(seed), simplifyPipeline(), { tolerance: 1e-4 });
        for (const [name, count] of records.flatMap((record) => Object.entries(record.counters))) {
          applied.set(name, (applied.get(name) ?? 0) + count);
        }
      } catch (error) {
        expect.fail(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  });

  it("exercised every pattern that they could", () => {
    const notMade = [
      ...["drop-neutral-pow", "drop-neutral-and", "drop-neutral-or"],
      ...["keep-dimensions-of-reduce-prod", "gather-nd-of-range"],
    ];
    const patterns = [...canonicalizePatterns, ...foldLayoutPatterns].map(({ name }) => name);
    const never = patterns.filter((name) => !applied.has(name) && !notMade.includes(name));
    expect(never).toEqual([]);
  });
});
