/** The verifier: valid modules pass, and each planted fault is found, with its place. */
import { describe, expect, it } from "vitest";
import { integerAttribute, integersAttribute, typeAttribute } from "../../src/ir/attributes.ts";
import type { Block } from "../../src/ir/core.ts";
import { Operation, Region, walk } from "../../src/ir/core.ts";
import { unknownLocation } from "../../src/ir/location.ts";
import { createFunction, createModule, createReturn, functionBody, functionsOf } from "../../src/ir/ops/builtin.ts";
import { add } from "../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../src/ir/ops/elementwise-unary.ts";
import { functionType, tensorType } from "../../src/ir/types.ts";
import { verifyOperation, verifyOrThrow } from "../../src/ir/verify.ts";
import { renderDiagnostic } from "../../src/support/diagnostics.ts";
import { convolutionModule, regionModule } from "./programs.ts";
import { f32, here, refusal, valueOf } from "./testing.ts";

function problems(root: Operation): readonly string[] {
  return verifyOperation(root).map(renderDiagnostic);
}

/** The operation of a name in a module. */
function find(module: Operation, name: string): Operation {
  return [...walk(module)].find((op) => op.name === name)!;
}

function bodyOf(module: Operation): Block {
  return functionBody(functionsOf(module)[0]!);
}

/** The convolution module after a change. */
function changed(change: (module: Operation, body: Block) => void): readonly string[] {
  const module = convolutionModule();
  change(module, bodyOf(module));
  return problems(module);
}

const atConv = '\n  at node "conv" in toy.onnx (node 2)';
const atRelu = '\n  at node "relu" in toy.onnx (node 3)';

describe("verifyOperation", () => {
  it("passes what is valid", () => {
    expect(problems(convolutionModule())).toEqual([]);
    expect(problems(regionModule())).toEqual([]);
    expect(problems(createModule(undefined, unknownLocation))).toEqual([]);
    expect(problems(add.build({ lhs: f32(2), rhs: f32(2) }, {}, here))).toEqual([]);
    verifyOrThrow(convolutionModule());
  });

  it("finds an op that it does not know", () => {
    const found = changed((_module, body) =>
      body.insertBefore(new Operation({ name: "nn.conv9d", location: here }), body.first),
    );
    expect(found).toEqual(['error[ir-invalid]: nn.conv9d: is not a known op\n  at node "node1" in m.onnx (node 4)']);
  });

  it("finds what the op kind refuses", () => {
    expect(changed((module) => find(module, "nn.conv2d").attributes.set("groups", integerAttribute(2)))).toEqual([
      `error[ir-invalid]: nn.conv2d: 2 groups do not divide 2 input and 3 output channels${atConv}`,
    ]);
    expect(changed((module) => find(module, "nn.conv2d").attributes.delete("pads"))).toEqual([
      `error[ir-invalid]: nn.conv2d: attribute pads is missing${atConv}`,
    ]);
    expect(changed((module) => find(module, "nn.conv2d").attributes.set("strides", integersAttribute([1])))).toEqual([
      `error[ir-invalid]: nn.conv2d: attribute strides is [1] but should be 2 integers${atConv}`,
    ]);
  });

  it("finds result types that are not the inferred ones", () => {
    expect(changed((module) => find(module, "nn.conv2d").attributes.set("strides", integersAttribute([2, 1])))).toEqual(
      [`error[ir-invalid]: nn.conv2d: result types are tensor<1x3x4x4xf32> but should be tensor<1x3x2x4xf32>${atConv}`],
    );
  });

  it("finds wrong numbers of operands, and regions where none belong", () => {
    const type = tensorType([2], "f32");
    const region = new Region([]);
    const attempt = (name: string, count: number, regions: readonly Region[] = []) =>
      problems(
        new Operation({
          name,
          operands: Array.from({ length: count }, () => valueOf(type)),
          resultTypes: [type],
          regions,
          location: unknownLocation,
        }),
      );
    expect(attempt("nn.relu", 2)).toEqual(["error[ir-invalid]: nn.relu: has 2 operands but takes 1"]);
    expect(attempt("nn.layer_norm", 1)[0]).toBe("error[ir-invalid]: nn.layer_norm: has 1 operands but takes 2 to 3");
    expect(attempt("nn.relu", 1, [region])).toEqual(["error[ir-invalid]: nn.relu: has a region but takes none"]);
  });

  it("finds a value that is read before it is defined", () => {
    const found = changed((module, body) => {
      const conv = find(module, "nn.conv2d");
      conv.detach();
      body.insertBefore(conv, body.first);
    });
    expect(found).toEqual([
      `error[ir-invalid]: nn.conv2d: operand 1 (%1) is not defined before it is read here${atConv}`,
    ]);
  });

  it("finds a value that is read inside of an isolated region without being passed in", () => {
    const module = regionModule();
    const [outer] = bodyOf(module).args;
    find(module, "nn.add").setOperand(1, outer!);
    expect(problems(module)).toEqual([
      'error[ir-invalid]: nn.add: operand 1 (%arg0) is not defined before it is read here\n  at node "add" in toy.onnx (node 0)',
    ]);
  });

  it("finds a value of a region that is read outside of it, and one of another function", () => {
    const module = regionModule();
    bodyOf(module).last!.setOperand(0, find(module, "nn.add").result);
    expect(problems(module)).toEqual([
      "error[ir-invalid]: func.return: operand 0 (%1) is not defined before it is read here",
    ]);
    const [one, other] = [convolutionModule(), convolutionModule()];
    find(one, "nn.relu").setOperand(0, find(other, "nn.add").result);
    expect(problems(one)).toEqual([
      `error[ir-invalid]: nn.relu: operand 0 (%outer0) is not defined before it is read here${atRelu}`,
    ]);
  });

  it("finds an operation that was taken out but still reads", () => {
    const found = changed((module, body) => {
      const reader = relu.build({ input: find(module, "nn.conv2d").result }, {}, here);
      body.insertBefore(reader, body.last);
      reader.detach();
    });
    expect(found).toEqual([
      `error[ir-invalid]: nn.conv2d: result 0 is read by nn.relu, which stands in no block${atConv}`,
    ]);
  });

  it("finds use lists that differ from the operands", () => {
    const found = changed((module) => {
      const [op, conv] = [find(module, "nn.relu"), find(module, "nn.conv2d")];
      const use = op.useNode(0)!;
      op.operands[0]!.removeUse(use);
      conv.result.addUse(use);
    });
    expect(found).toEqual([
      `error[ir-invalid]: nn.conv2d: result 0 lists nn.relu as a reader, which does not read it${atConv}`,
      `error[ir-invalid]: nn.relu: operand 0 is missing in the use list of its value${atRelu}`,
    ]);
  });

  it("finds arguments whose use lists differ from the operands", () => {
    const found = changed((module, body) => {
      const use = find(module, "nn.relu").useNode(0)!;
      body.args[0]!.addUse(use);
    });
    expect(found).toEqual([
      "error[ir-invalid]: func.func: argument 0 lists nn.relu as a reader, which does not read it",
      `error[ir-invalid]: nn.relu: operand 0 is missing in the use list of its value${atRelu}`,
    ]);
  });

  it("finds broken links between operations", () => {
    const found = changed((module) => {
      const op = find(module, "nn.relu");
      op.previous = undefined;
    });
    expect(found).toEqual([`error[ir-invalid]: nn.relu: is linked wrongly into its block${atRelu}`]);
    expect(changed((_module, body) => (body.last = body.first))).toContain(
      "error[ir-invalid]: func.func: has a block whose last operation is not linked",
    );
  });

  it("finds a terminator that is not the last operation", () => {
    const found = changed((_module, body) => body.insertBefore(createReturn([], unknownLocation), body.first));
    expect(found).toEqual(["error[ir-invalid]: func.return: is a terminator but not the last of its block"]);
  });

  it("finds a function that does not end, or returns something else than it declares", () => {
    expect(changed((_module, body) => body.last!.erase())).toEqual([
      "error[ir-invalid]: func.func: does not end with func.return",
    ]);
    const wrong = typeAttribute(functionType([tensorType([1, 2, 4, 4], "f32")], [tensorType([1], "f32")]));
    expect(changed((module) => functionsOf(module)[0]!.attributes.set("function_type", wrong))).toEqual([
      "error[ir-invalid]: func.func: results are declared as (tensor<1xf32>) but (tensor<1x3x4x4xf32>) are returned",
    ]);
    const inputs = typeAttribute(functionType([], [tensorType([1, 3, 4, 4], "f32")]));
    expect(changed((module) => functionsOf(module)[0]!.attributes.set("function_type", inputs))).toEqual([
      "error[ir-invalid]: func.func: inputs are declared as () but the block has (tensor<1x2x4x4xf32>)",
    ]);
  });

  it("finds structure that is out of place", () => {
    const module = createModule("m", unknownLocation);
    for (let copy = 0; copy < 2; copy++) {
      const fn = createFunction({ name: "main", inputTypes: [], location: unknownLocation });
      functionBody(fn).append(createReturn([], unknownLocation));
      module.regions[0]!.block.append(fn);
    }
    expect(problems(module)).toEqual(["error[ir-invalid]: builtin.module: two functions are named @main"]);
    const lonely = createModule("m", unknownLocation);
    lonely.regions[0]!.block.append(createReturn([], unknownLocation));
    expect(problems(lonely)).toEqual(["error[ir-invalid]: func.return: stands in builtin.module, not in func.func"]);
    const hollow = new Operation({ name: "builtin.module", location: unknownLocation });
    expect(problems(hollow)).toEqual(["error[ir-invalid]: builtin.module: has 0 regions but takes 1"]);
  });

  it("throws everything that it found", () => {
    const module = convolutionModule();
    find(module, "nn.conv2d").attributes.delete("pads");
    find(module, "nn.reshape").attributes.delete("shape");
    expect(refusal(() => verifyOrThrow(module))).toBe(
      'error[ir-invalid]: nn.reshape: attribute shape is missing\n  at node "b" in toy.onnx (node 1)\n' +
        `error[ir-invalid]: nn.conv2d: attribute pads is missing${atConv}`,
    );
  });
});
