// RUN: fastc opt %s --pass-pipeline=constant-fold
// RUN: fastc opt %s --pass-pipeline=constant-fold --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// A whole expression of numbers is computed: (1 + [2, 3]) * 4 = [12, 16]
// CHECK-LABEL: func.func @expression
// CHECK-SAME: (%[[X:\w+]]: tensor<2xf32>)
// CHECK-NOT: nn.mul
// CHECK: %[[C:\w+]] = nn.constant {value = dense<[12.0, 16.0]> : tensor<2xf32>}
// CHECK-NEXT: %[[Y:\w+]] = nn.sub %[[X]], %[[C]]
// CHECK-NEXT: func.return %[[Y]]
// LOC: nn.constant {{.*}} loc("product")
func.func @expression(%x: tensor<2xf32>) -> tensor<2xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %v = nn.constant {value = dense<[2.0, 3.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %sum = nn.add %one, %v : (tensor<f32>, tensor<2xf32>) -> tensor<2xf32> loc("sum")
  %four = nn.constant {value = dense<4.0> : tensor<f32>} : () -> tensor<f32>
  %product = nn.mul %sum, %four : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32> loc("product")
  %y = nn.sub %x, %product : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Numbers are those of the element type: 200 + 100 wraps in ui8, a cast to i32 cuts off
// CHECK-DAG: nn.constant {value = dense<44> : tensor<ui8>}
// CHECK-DAG: nn.constant {value = dense<[-2, 3]> : tensor<2xi32>}
// CHECK-NOT: nn.add
// CHECK-NOT: nn.cast
func.func @types() -> (tensor<ui8>, tensor<2xi32>) {
  %a = nn.constant {value = dense<200> : tensor<ui8>} : () -> tensor<ui8>
  %b = nn.constant {value = dense<100> : tensor<ui8>} : () -> tensor<ui8>
  %s = nn.add %a, %b : (tensor<ui8>, tensor<ui8>) -> tensor<ui8>
  %f = nn.constant {value = dense<[-2.75, 3.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %c = nn.cast %f {to = i32} : (tensor<2xf32>) -> tensor<2xi32>
  func.return %s, %c : tensor<ui8>, tensor<2xi32>
}

// -----

// Every step is rounded to the type, as at run time: the comparison with the reference is exact
// CHECK: nn.constant {value = dense<[{{[0-9.]+, [0-9.]+}}]> : tensor<2xf32>}
// CHECK-NOT: nn.rsqrt
func.func @rounding() -> tensor<2xf32> {
  %v = nn.constant {value = dense<[0.1, 0.7]> : tensor<2xf32>} : () -> tensor<2xf32>
  %epsilon = nn.constant {value = dense<0.001> : tensor<f32>} : () -> tensor<f32>
  %s = nn.add %v, %epsilon : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y = nn.rsqrt %s : (tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Movement and comparisons fold as well: the transpose of [[1, 2, 3], [4, 5, 6]]
// CHECK{LITERAL}: nn.constant {value = dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf32>}
// CHECK{LITERAL}: nn.constant {value = dense<[[false, false], [false, true], [false, true]]> : tensor<3x2xi1>}
func.func @movement() -> (tensor<3x2xf32>, tensor<3x2xi1>) {
  %m = nn.constant {value = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %t = nn.transpose %m {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %limit = nn.constant {value = dense<4.0> : tensor<f32>} : () -> tensor<f32>
  %g = nn.greater %t, %limit : (tensor<3x2xf32>, tensor<f32>) -> tensor<3x2xi1>
  func.return %t, %g : tensor<3x2xf32>, tensor<3x2xi1>
}

// -----

// Near miss: the numbers of a weight are not in the IR
// CHECK: nn.constant {value = dense_resource<w>
// CHECK: nn.mul
func.func @weight() -> tensor<3xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3xf32>} : () -> tensor<3xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.mul %w, %two : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Near miss: one operand is computed at run time
// CHECK: func.func @run_time(%[[X:\w+]]: tensor<f32>)
// CHECK: nn.add %[[X]], %
func.func @run_time(%x: tensor<f32>) -> tensor<f32> {
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.add %x, %two : (tensor<f32>, tensor<f32>) -> tensor<f32>
  func.return %y : tensor<f32>
}

// -----

// Refused: the result would be larger than 1024 elements; one of 1024 is not
// CHECK: nn.broadcast_to %{{\w+}} {shape = [1025]}
// CHECK-NOT: nn.broadcast_to
// CHECK: nn.constant {value = dense<3.0> : tensor<4x256xf32>}
func.func @large() -> (tensor<1025xf32>, tensor<4x256xf32>) {
  %three = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %large = nn.broadcast_to %three {shape = [1025]} : (tensor<f32>) -> tensor<1025xf32>
  %small = nn.broadcast_to %three {shape = [4, 256]} : (tensor<f32>) -> tensor<4x256xf32>
  func.return %large, %small : tensor<1025xf32>, tensor<4x256xf32>
}

// -----

// Refused: an index that is out of range stays for run time to refuse
// CHECK: nn.gather
// REFERENCE: none (the reference refuses the index)
func.func @out_of_range() -> tensor<f32> {
  %v = nn.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %i = nn.constant {value = dense<2> : tensor<i64>} : () -> tensor<i64>
  %y = nn.gather %v, %i {axis = 0} : (tensor<2xf32>, tensor<i64>) -> tensor<f32>
  func.return %y : tensor<f32>
}
