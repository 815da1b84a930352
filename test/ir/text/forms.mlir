// RUN: fastc opt %s
// RUN: fastc opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC
// RUN: fastc opt %s --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// The pretty form, the generic form and locations of one program
// CHECK: module @toy {
// CHECK-NEXT: func.func @main(%arg0: tensor<2x3xf32>) -> tensor<3x2xf32> {
// CHECK-NEXT: %0 = nn.relu %arg0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: %1 = nn.transpose %0 {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
// CHECK-NEXT: func.return %1 : tensor<3x2xf32>
// CHECK-NEXT: }
// CHECK-NEXT: }
// GENERIC: "builtin.module"() <{sym_name = "toy"}> ({
// GENERIC-NEXT: "func.func"() <{function_type = (tensor<2x3xf32>) -> tensor<3x2xf32>, sym_name = "main"}> ({
// GENERIC-NEXT: ^bb0(%arg0: tensor<2x3xf32>):
// GENERIC-NEXT: %0 = "nn.relu"(%arg0) : (tensor<2x3xf32>) -> tensor<2x3xf32>
// GENERIC-NEXT: %1 = "nn.transpose"(%0) {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
// GENERIC-NEXT: "func.return"(%1) : (tensor<3x2xf32>) -> ()
// GENERIC-NEXT: }) : () -> ()
// GENERIC-NEXT: }) : () -> ()
// LOC: nn.relu {{.*}} loc("first"("m.onnx":3:0))
// LOC: nn.transpose {{.*}} loc(fused["second"("m.onnx":4:0), "third"])
module @toy {
  func.func @main(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
    %r = "nn.relu"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("first"("m.onnx":3:0))
    %t = nn.transpose %r {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32> loc(fused["second"("m.onnx":4:0), "third"])
    func.return %t : tensor<3x2xf32>
  }
}

// -----

// Numbers keep their bits: infinities, negative zero, what has no short decimal
// CHECK: dense<[0xFF800000, 0x7F800000, -0.0, 0.10000000149011612]> : tensor<4xf32>
// CHECK: dense<[true, false]> : tensor<2xi1>
// CHECK: dense<[-9, 127]> : tensor<2xi8>
func.func @numbers() -> (tensor<4xf32>, tensor<2xi1>, tensor<2xi8>) {
  %f = nn.constant {value = dense<[0xFF800000, 0x7F800000, -0.0, 0.1]> : tensor<4xf32>} : () -> tensor<4xf32>
  %b = nn.constant {value = dense<[true, false]> : tensor<2xi1>} : () -> tensor<2xi1>
  %i = nn.constant {value = dense<[-9, 0x7F]> : tensor<2xi8>} : () -> tensor<2xi8>
  func.return %f, %b, %i : tensor<4xf32>, tensor<2xi1>, tensor<2xi8>
}
