// The module that bench/ir.mjs measures on: blocks of ten operations as ResNets have them, with names of ONNX nodes.

const tensor = "tensor<8x64x56x56xf32>";
const kernel = "tensor<64x64x3x3xf32>";
const bias = "tensor<64x1x1xf32>";

/**
 * One block's operations without their results' names: a convolution with bias, a gate that is computed twice (work for
 * `cse`) and a reshape that does nothing (work for `canonicalize`). `%n` is the n-th result of the block, `%i` its input.
 */
const block = [
  `"nn.constant"() {value = dense_resource<layer_BLOCK.weight> : ${kernel}} : () -> ${kernel}`,
  `"nn.constant"() {value = dense_resource<layer_BLOCK.bias> : ${bias}} : () -> ${bias}`,
  `"nn.conv2d"(%i, %0) {pads = [1, 1, 1, 1], strides = [1, 1]} : (${tensor}, ${kernel}) -> ${tensor}`,
  `"nn.add"(%1, %2) : (${bias}, ${tensor}) -> ${tensor}`,
  `"nn.sigmoid"(%3) : (${tensor}) -> ${tensor}`,
  `"nn.sigmoid"(%3) : (${tensor}) -> ${tensor}`,
  `"nn.mul"(%4, %3) : (${tensor}, ${tensor}) -> ${tensor}`,
  `"nn.mul"(%5, %3) : (${tensor}, ${tensor}) -> ${tensor}`,
  `"nn.add"(%6, %7) : (${tensor}, ${tensor}) -> ${tensor}`,
  `"nn.reshape"(%8) {shape = [8, 64, 56, 56]} : (${tensor}) -> ${tensor}`,
];

/**
 * MLIR text in the generic form, with the location of every operation.
 * @param {number} operations a multiple of ten
 */
export function benchModule(operations) {
  const lines = ['"builtin.module"() ({'];
  lines.push(
    `  "func.func"() <{function_type = (${tensor}) -> ${tensor}, sym_name = "main"}> ({`,
    `  ^bb0(%arg0: ${tensor}):`,
  );
  let input = "%arg0";
  for (let first = 0; first < operations; first += block.length) {
    const number = first / block.length;
    for (const [index, operation] of block.entries()) {
      const named = operation
        .replaceAll(/%(\d|i)/g, (_match, name) => (name === "i" ? input : `%${first + Number(name)}`))
        .replace("BLOCK", `${number}`);
      const line = first + index;
      lines.push(`    %${line} = ${named} loc("/layers/layer.${number}/Node_${index}"("models/bench.onnx":${line}:0))`);
    }
    input = `%${first + block.length - 1}`;
  }
  lines.push(`    "func.return"(${input}) : (${tensor}) -> () loc(unknown)`);
  lines.push("  }) : () -> () loc(unknown)", "}) : () -> () loc(unknown)", "");
  return lines.join("\n");
}
