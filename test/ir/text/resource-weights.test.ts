/** Weights in the text are available to the interpreter. */
import { expect, it } from "vitest";
import { interpretFunction } from "../../../src/ir/interpret.ts";
import { mainFunction } from "../../../src/ir/ops/builtin.ts";
import { parseModule } from "../../../src/ir/text/parse.ts";
import { resourceWeights } from "../../../src/ir/text/resource-weights.ts";
import { numbers, refusal, t } from "../testing.ts";

const text = `module {
  func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
    %w = nn.constant {value = dense_resource<w> : tensor<3xf32>} : () -> tensor<3xf32>
    %y = nn.add %x, %w : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    func.return %y : tensor<3xf32>
  }
}
{-# dialect_resources: { builtin: { w: "0x040000000000803F000000400000C0BF" } } #-}
`;

it("are read as the type of the constant says", async () => {
  const { module, resources } = await parseModule(text, { fileName: "in.mlir" });
  // 1, 2 and -1.5 in little-endian IEEE 754 behind the alignment of 4 bytes.
  const [sum] = interpretFunction(mainFunction(module), [t([3], [10, 20, 30])], resourceWeights(module, resources));
  expect(numbers(sum!)).toEqual([11, 22, 28.5]);
});

it("are missed, or refused when their size is another", async () => {
  const { module, resources } = await parseModule(text.replace("C0BF", ""), { fileName: "in.mlir" });
  expect(refusal(() => resourceWeights(module, resources).read("w"))).toBe(
    'error[weight-mismatch]: resource "w": 10 bytes are given, but tensor<3xf32> has 12',
  );
  expect(refusal(() => resourceWeights(module, new Map()).read("w"))).toContain("error[weights-missing]");
});
