/** Printed IR: golden texts that were read, and the outside judge where it is installed. */
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { floatAttribute, stringAttribute } from "../../../src/ir/attributes.ts";
import { createModule, functionsOf } from "../../../src/ir/ops/builtin.ts";
import { add } from "../../../src/ir/ops/elementwise-binary.ts";
import { Block, Operation, Region } from "../../../src/ir/core.ts";
import { fusedLocation, nameLocation, unknownLocation } from "../../../src/ir/location.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { tensorType } from "../../../src/ir/types.ts";
import { convolutionModule, moduleOf, regionModule } from "../programs.ts";
import { sampleOperations } from "../samples.ts";
import { f32, here } from "../testing.ts";
import { everything } from "./testing.ts";

describe("pretty form", () => {
  it("reads like MLIR", () => {
    expect(printModule(convolutionModule())).toBe(`module @toy {
  func.func @main(%images: tensor<1x2x4x4xf32> {fast.name = "images"}) -> (tensor<1x3x4x4xf32> {fast.name = "probabilities"}) {
    %0 = nn.constant {value = dense_resource<conv.weight> : tensor<3x2x3x3xf32>} : () -> tensor<3x2x3x3xf32>
    %1 = nn.constant {value = dense_resource<conv.bias> : tensor<3xf32>} : () -> tensor<3xf32>
    %2 = nn.reshape %1 {shape = [3, 1, 1]} : (tensor<3xf32>) -> tensor<3x1x1xf32>
    %3 = nn.conv2d %images, %0 {pads = [1, 1, 1, 1], strides = [1, 1]} : (tensor<1x2x4x4xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x4x4xf32>
    %4 = nn.add %3, %2 : (tensor<1x3x4x4xf32>, tensor<3x1x1xf32>) -> tensor<1x3x4x4xf32>
    %5 = nn.relu %4 : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32>
    func.return %5 : tensor<1x3x4x4xf32>
  }
}
`);
  });

  it("shows regions and several results", () => {
    expect(printModule(regionModule())).toBe(`module @toy {
  func.func @main(%arg0: tensor<2x3xf32>, %arg1: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<3x2xf32>) {
    %0:2 = fast.region %arg0, %arg1 {anchor = 2, engine = "vector-unit", id = 0, operations = [2, 3]} : (tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
    ^bb0(%arg2: tensor<2x3xf32>, %arg3: tensor<2x3xf32>):
      %1 = nn.add %arg2, %arg3 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
      %2 = nn.transpose %1 {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
      fast.yield %2, %1 : tensor<3x2xf32>, tensor<2x3xf32>
    }
    func.return %0#1, %0#0 : tensor<2x3xf32>, tensor<3x2xf32>
  }
}
`);
  });

  it("adds locations when asked", () => {
    const lines = printModule(convolutionModule(), { locations: true }).split("\n");
    expect(lines[5]).toMatch(/ -> tensor<1x3x4x4xf32> loc\("conv"\("toy\.onnx":2:0\)\)$/);
    expect(lines.slice(-4)).toEqual([
      "    func.return %5 : tensor<1x3x4x4xf32> loc(unknown)",
      "  } loc(unknown)",
      "} loc(unknown)",
      "",
    ]);
  });

  it("shows empty modules, attributes of modules and functions, and operations that stand alone", () => {
    const module = createModule(undefined, unknownLocation);
    module.attributes.set("fast.batch", stringAttribute("8"));
    expect(printModule(module)).toBe('module attributes {fast.batch = "8"} {\n}\n');
    expect(printModule(add.build({ lhs: f32(2), rhs: f32(2) }, {}, here))).toBe(
      "%0 = nn.add %outer0, %outer1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>\n",
    );
    const withoutResults = moduleOf([], () => []);
    functionsOf(withoutResults)[0]!.attributes.set("fast.note", stringAttribute("x"));
    expect(printModule(withoutResults)).toBe(
      'module @toy {\n  func.func @main() attributes {fast.note = "x"} {\n    func.return\n  }\n}\n',
    );
  });
});

describe("names of arguments", () => {
  const namesOf = (...inputs: readonly string[]): readonly string[] => {
    const type = tensorType([1], "f32");
    const module = moduleOf(
      inputs.map(() => type),
      () => [],
      { inputs },
    );
    return [...printModule(module).matchAll(/%[^:]+(?=: tensor)/g)].map(([name]) => name);
  };
  it("are the model's where that is possible and clear", () => {
    expect(namesOf("x", "images:0", "3", "/a/b.c-d$", "")).toEqual(["%x", "%images_0", "%_3", "%_a_b.c-d$", "%arg4"]);
    expect(namesOf("a/b", "a:b", "a_c")).toEqual(["%arg0", "%arg1", "%a_c"]);
    expect(namesOf("arg1", "y", "outer0")).toEqual(["%arg0", "%y", "%arg2"]);
  });
});

describe("generic form", () => {
  it("is MLIR's", () => {
    expect(printModule(regionModule(), { generic: true })).toBe(`"builtin.module"() <{sym_name = "toy"}> ({
  "func.func"() <{function_type = (tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<3x2xf32>), sym_name = "main"}> ({
  ^bb0(%arg0: tensor<2x3xf32>, %arg1: tensor<2x3xf32>):
    %0:2 = "fast.region"(%arg0, %arg1) ({
    ^bb0(%arg2: tensor<2x3xf32>, %arg3: tensor<2x3xf32>):
      %1 = "nn.add"(%arg2, %arg3) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
      %2 = "nn.transpose"(%1) {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
      "fast.yield"(%2, %1) : (tensor<3x2xf32>, tensor<2x3xf32>) -> ()
    }) {anchor = 2, engine = "vector-unit", id = 0, operations = [2, 3]} : (tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>)
    "func.return"(%0#1, %0#0) : (tensor<2x3xf32>, tensor<3x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
`);
  });

  it("does not depend on the order in which attributes were set", () => {
    const op = new Operation({
      name: "test.op",
      attributes: [
        ["b", floatAttribute(1)],
        ["a", floatAttribute(2)],
      ],
      location: unknownLocation,
    });
    expect(printModule(op, { generic: true })).toBe('"test.op"() {a = 2.0, b = 1.0} : () -> ()\n');
  });
});

const mlirOpt = ["mlir-opt", "mlir-opt-22"].find((name) => spawnSync(name, ["--version"]).status === 0);

describe.skipIf(mlirOpt === undefined)(
  `mlir-opt${mlirOpt === undefined ? " (skipped: it is not installed)" : ""}`,
  () => {
    /** What it prints for a text that it accepts; it throws for others. */
    const reprinted = (input: string): string =>
      execFileSync(mlirOpt!, ["--allow-unregistered-dialect", "--mlir-print-op-generic", "-"], {
        input,
        encoding: "utf8",
      });

    it("accepts the generic form of every op, with and without locations", () => {
      const module = everything();
      const plain = reprinted(printModule(module, { generic: true }));
      expect(plain.match(/"nn\./g)).toHaveLength(sampleOperations().length);
      expect(reprinted(printModule(module, { generic: true, locations: true }))).toBe(plain);
    });

    it("accepts regions, resources, strange names and empty modules", () => {
      const strange = moduleOf([tensorType([2], "f32")], (_append, args) => args, {
        inputs: ["a b/é"],
        results: ['"'],
      });
      strange.location = fusedLocation([nameLocation('say "é"\\'), nameLocation("b")]);
      const empty = createModule(undefined, unknownLocation);
      const blocks = new Operation({
        name: "test.empty",
        regions: [new Region([new Block()])],
        location: unknownLocation,
      });
      empty.regions[0]!.block.append(blocks);
      for (const module of [
        convolutionModule(),
        regionModule(),
        strange,
        empty,
        createModule("x y", unknownLocation),
      ]) {
        const once = reprinted(printModule(module, { generic: true, locations: true }));
        expect(reprinted(once)).toBe(once);
      }
    });

    it("reads fastc's pretty functions and modules too", () => {
      const identity = moduleOf([tensorType([2], "f32")], (_append, args) => args, { inputs: ["x"], results: ["y"] });
      expect(reprinted(printModule(identity))).toBe(reprinted(printModule(identity, { generic: true })));
    });
  },
);
