/** Small whole modules that several tests look at. */
import { integerAttribute, integersAttribute, resourceAttribute, stringAttribute } from "../../src/ir/attributes.ts";
import type { Block, Operation, Value } from "../../src/ir/core.ts";
import { createFunction, createModule, finishFunction, functionBody } from "../../src/ir/ops/builtin.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import { add } from "../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../src/ir/ops/elementwise-unary.ts";
import { createFastRegion } from "../../src/ir/ops/fast.ts";
import { reshape, transpose } from "../../src/ir/ops/shape.ts";
import type { Location } from "../../src/ir/location.ts";
import { fileLocation, nameLocation, unknownLocation } from "../../src/ir/location.ts";
import type { TensorType } from "../../src/ir/types.ts";
import { tensorType } from "../../src/ir/types.ts";

/** A module with one function; `fill` appends to its block and returns the results. */
export function moduleOf(
  inputTypes: readonly TensorType[],
  fill: (append: (op: Operation) => Value, args: readonly Value[], block: Block) => readonly Value[],
  names: { readonly inputs?: readonly string[]; readonly results?: readonly string[] } = {},
): Operation {
  const fn = createFunction({
    name: "main",
    inputTypes,
    ...(names.inputs === undefined ? {} : { inputNames: names.inputs }),
    location: unknownLocation,
  });
  const block = functionBody(fn);
  const append = (op: Operation): Value => {
    block.append(op);
    return op.result;
  };
  const results = fill(append, block.args, block);
  const more = names.results === undefined ? {} : { names: names.results };
  finishFunction(fn, results, { location: unknownLocation, ...more });
  const module = createModule("toy", unknownLocation);
  module.regions[0]!.block.append(fn);
  return module;
}

export function at(node: string, index: number): Location {
  return nameLocation(node, fileLocation("toy.onnx", index, 0));
}

/** conv2d, a bias that is a reshaped weight, relu: every op has an ONNX node as its place. */
export function convolutionModule(): Operation {
  return moduleOf(
    [tensorType([1, 2, 4, 4], "f32")],
    (append, [x]) => {
      const weight = append(
        constant.build({}, { value: resourceAttribute("conv.weight", tensorType([3, 2, 3, 3], "f32")) }, at("w", 0)),
      );
      const bias = append(
        constant.build({}, { value: resourceAttribute("conv.bias", tensorType([3], "f32")) }, at("b", 1)),
      );
      const shaped = append(reshape.build({ input: bias }, { shape: [3, 1, 1] }, at("b", 1)));
      const conv = append(conv2d.build({ input: x!, weight }, { strides: [1, 1], pads: [1, 1, 1, 1] }, at("conv", 2)));
      const sum = append(add.build({ lhs: conv, rhs: shaped }, {}, at("conv", 2)));
      return [append(relu.build({ input: sum }, {}, at("relu", 3)))];
    },
    { inputs: ["images"], results: ["probabilities"] },
  );
}

/** A region with two results inside of a function. */
export function regionModule(): Operation {
  const type = tensorType([2, 3], "f32");
  return moduleOf([type, type], (_append, [a, b], block) => {
    const region = createFastRegion({
      operands: [a!, b!],
      attributes: [
        ["id", integerAttribute(0)],
        ["anchor", integerAttribute(2)],
        ["engine", stringAttribute("vector-unit")],
        ["operations", integersAttribute([2, 3])],
      ],
      body: ([lhs, rhs]) => {
        const sum = add.build({ lhs: lhs!, rhs: rhs! }, {}, at("add", 0));
        const turned = transpose.build({ input: sum.result }, { permutation: [1, 0] }, at("turn", 1));
        return { operations: [sum, turned], results: [turned.result, sum.result] };
      },
      location: at("add", 0),
    });
    block.append(region);
    return [region.results[1]!, region.results[0]!];
  });
}
