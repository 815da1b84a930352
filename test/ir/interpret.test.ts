/** Running functions on numbers. */
import { describe, expect, it } from "vitest";
import { denseAttribute, resourceAttribute } from "../../src/ir/attributes.ts";
import { Operation } from "../../src/ir/core.ts";
import { unknownLocation } from "../../src/ir/location.ts";
import type { WeightReader } from "../../src/ir/interpret.ts";
import { interpretFunction, interpretSteps, interpretValue, valuesBefore } from "../../src/ir/interpret.ts";
import { functionBody, functionsOf } from "../../src/ir/ops/builtin.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import { add, mul } from "../../src/ir/ops/elementwise-binary.ts";
import { gather } from "../../src/ir/ops/gather.ts";
import type { TensorValue } from "../../src/ir/tensor-value.ts";
import { tensorType } from "../../src/ir/types.ts";
import { convolutionModule, moduleOf, regionModule } from "./programs.ts";
import { counting, here, numbers, refusal, t } from "./testing.ts";

const noWeights: WeightReader = {
  read: (key) => {
    throw new Error(`the test has no weight ${key}`);
  },
};
const pair = tensorType([2], "f32");

function run(module: Operation, inputs: readonly TensorValue[], weights = noWeights): readonly TensorValue[] {
  return interpretFunction(functionsOf(module)[0]!, inputs, weights);
}

describe("interpretFunction", () => {
  it("runs ops on inputs, weights and constants", () => {
    const read: string[] = [];
    const weights: WeightReader = {
      read: (key) => {
        read.push(key);
        // The kernel's middle weight of input channel 0 passes it on; the biases are -5, 0, 5.
        if (key === "conv.bias") return t([3], [-5, 0, 5]);
        return t(
          [3, 2, 3, 3],
          Array.from({ length: 54 }, (_unused, at) => (at % 18 === 4 ? 1 : 0)),
        );
      },
    };
    const [result] = run(convolutionModule(), [counting([1, 2, 4, 4])], weights);
    const plane = Array.from({ length: 16 }, (_unused, at) => at + 1);
    expect(numbers(result!)).toEqual([-5, 0, 5].flatMap((bias) => plane.map((x) => Math.max(0, x + bias))));
    // Each once, and when it is first read: the bias's reshape comes before the convolution.
    expect(read).toEqual(["conv.bias", "conv.weight"]);
  });

  it("runs regions", () => {
    const [sum, turned] = run(regionModule(), [counting([2, 3]), t([2, 3], [10, 10, 10, 20, 20, 20])]);
    expect(numbers(sum!)).toEqual([11, 12, 13, 24, 25, 26]);
    expect(numbers(turned!)).toEqual([11, 24, 12, 25, 13, 26]);
  });

  it("shows every operation's results in order, those inside of a region before its own", () => {
    const inputs = [counting([2, 3]), t([2, 3], [10, 10, 10, 20, 20, 20])];
    const steps = [...interpretSteps(functionsOf(regionModule())[0]!, inputs, noWeights)];
    expect(steps.map(({ op }) => op.name)).toEqual(["nn.add", "nn.transpose", "fast.region"]);
    expect(steps.map(({ results }) => results.length)).toEqual([1, 1, 2]);
    expect(steps[2]!.results.toReversed()).toEqual(steps.slice(0, 2).flatMap(({ results }) => results));
  });

  it("keeps a value for all its readings, also two by one op, and hands arguments through", () => {
    const module = moduleOf([pair], (append, [x]) => {
      const square = append(mul.build({ lhs: x!, rhs: x! }, {}, here));
      const two = append(constant.build({}, { value: denseAttribute(t([1], [2])) }, here));
      const sum = append(add.build({ lhs: square, rhs: two }, {}, here));
      const more = append(mul.build({ lhs: sum, rhs: two }, {}, here));
      return [more, square, x!, more, two];
    });
    const results = run(module, [t([2], [3, 4])]);
    expect(results.map(numbers)).toEqual([[22, 36], [9, 16], [3, 4], [22, 36], [2]]);
  });

  it("refuses inputs that do not fit", () => {
    const module = convolutionModule();
    expect(refusal(() => run(module, []))).toBe("error[input-mismatch]: @main takes 1 inputs but 0 are given");
    expect(refusal(() => run(module, [counting([1, 2, 4])]))).toBe(
      'error[input-mismatch]: input 0 ("images") of @main is tensor<1x2x4xf32> but should be tensor<1x2x4x4xf32>',
    );
  });

  it("refuses a weight of another type, with its place", () => {
    const module = moduleOf([], (append) => [
      append(constant.build({}, { value: resourceAttribute("w", pair) }, here)),
    ]);
    expect(refusal(() => run(module, [], { read: () => t([3], [1, 2, 3]) }))).toBe(
      'error[weight-mismatch]: weight "w" is tensor<3xf32> but should be tensor<2xf32>\n  at node "node1" in m.onnx (node 4)',
    );
  });

  it("shows a weight under another shape of as many elements", () => {
    const shaped = tensorType([2, 1], "f32");
    const module = moduleOf([], (append) => [
      append(constant.build({}, { value: resourceAttribute("w", shaped) }, here)),
    ]);
    const [result] = run(module, [], { read: () => t([2], [1, 2]) });
    expect(result).toEqual(t([2, 1], [1, 2]));
  });

  it("says where a kernel refused", () => {
    const module = moduleOf([pair, tensorType([1], "i64")], (append, [data, indices]) => [
      append(gather.build({ data: data!, indices: indices! }, { axis: 0 }, here)),
    ]);
    expect(refusal(() => run(module, [t([2], [1, 2]), t([1], [5], "i64")]))).toBe(
      'error[index-out-of-range]: index 5 is outside of a dimension of extent 2\n  at node "node1" in m.onnx (node 4)',
    );
  });

  it("refuses an op that has no reference", () => {
    const module = moduleOf([pair], (append, [x]) => [
      append(new Operation({ name: "test.op", operands: [x!], resultTypes: [pair], location: unknownLocation })),
    ]);
    expect(refusal(() => run(module, [t([2], [1, 2])]))).toBe(
      "error[not-interpretable]: test.op has no reference to run",
    );
  });
});

describe("interpretValue", () => {
  it("computes a value from those that are given, and runs nothing before them", () => {
    const module = moduleOf([pair], (append, [x]) => {
      const two = append(constant.build({}, { value: denseAttribute(t([1], [2])) }, here));
      const square = append(mul.build({ lhs: x!, rhs: x! }, {}, here));
      const sum = append(add.build({ lhs: square, rhs: two }, {}, here));
      return [append(mul.build({ lhs: sum, rhs: square }, {}, here))];
    });
    const body = functionBody(functionsOf(module)[0]!);
    const [, square, , product] = [...body.operations()].map((op) => op.results[0]);
    expect(valuesBefore(product!, (value) => value === square)).toEqual([square]);
    // (s + 2) × s for a square s that is none of any input.
    const [result] = [interpretValue(product!, new Map([[square!, t([2], [-1, 3])]]), noWeights)];
    expect(numbers(result)).toEqual([-1, 15]);
    expect(valuesBefore(product!, () => false)).toEqual([body.args[0]]);
    expect(numbers(interpretValue(product!, new Map([[body.args[0]!, t([2], [2, 3])]]), noWeights))).toEqual([24, 99]);
    expect(numbers(interpretValue(body.args[0]!, new Map([[body.args[0]!, t([2], [2, 3])]]), noWeights))).toEqual([
      2, 3,
    ]);
  });
});
