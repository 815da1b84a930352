// RUN: fastc opt %s --pass-pipeline=canonicalize
// RUN: fastc opt %s --pass-pipeline=canonicalize --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY

// drop-neutral: x + 0, 0 + x, x - 0, x * 1, x / 1, x to the power 1
// CHECK: func.func @add(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NOT: nn.add
// CHECK: func.return %[[X]] :
func.func @add(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %zero = nn.constant {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %a = nn.add %x, %zero : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %y = nn.add %zero, %a : (tensor<f32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @sub(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NOT: nn.sub
// CHECK: func.return %[[X]] :
func.func @sub(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %zero = nn.constant {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.sub %x, %zero : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @mul(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NOT: nn.mul
// CHECK: func.return %[[X]] :
func.func @mul(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %ones = nn.constant {value = dense<1.0> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.mul %x, %ones : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @div(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NOT: nn.div
// CHECK: func.return %[[X]] :
func.func @div(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.div %x, %one : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @pow(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NOT: nn.pow
// CHECK: func.return %[[X]] :
func.func @pow(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.pow %x, %one : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// drop-neutral: x and true, x or false
// CHECK: func.func @logic(%[[X:\w+]]: tensor<4xi1>)
// CHECK-NOT: nn.and
// CHECK-NOT: nn.or
// CHECK: func.return %[[X]] :
func.func @logic(%x: tensor<4xi1>) -> tensor<4xi1> {
  %true = nn.constant {value = dense<true> : tensor<i1>} : () -> tensor<i1>
  %false = nn.constant {value = dense<false> : tensor<i1>} : () -> tensor<i1>
  %a = nn.and %x, %true : (tensor<4xi1>, tensor<i1>) -> tensor<4xi1>
  %y = nn.or %a, %false : (tensor<4xi1>, tensor<i1>) -> tensor<4xi1>
  func.return %y : tensor<4xi1>
}

// -----

// The neutral number is seen through a reshape and a broadcast
// CHECK: func.func @reshaped(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NOT: nn.add
// CHECK: func.return %[[X]] :
func.func @reshaped(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %zero = nn.constant {value = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %row = nn.reshape %zero {shape = [1, 1]} : (tensor<1xf32>) -> tensor<1x1xf32>
  %zeros = nn.broadcast_to %row {shape = [2, 3]} : (tensor<1x1xf32>) -> tensor<2x3xf32>
  %y = nn.add %x, %zeros : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Where the neutral constant stretches x, a broadcast stays
// CHECK: func.func @stretched(%[[X:\w+]]: tensor<2x1xf32>)
// CHECK: %[[Y:\w+]] = nn.broadcast_to %[[X]] {shape = [2, 3]}
// CHECK-NEXT: func.return %[[Y]] :
func.func @stretched(%x: tensor<2x1xf32>) -> tensor<2x3xf32> {
  %zeros = nn.constant {value = dense<0.0> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.add %x, %zeros : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Near miss: 0 - x, 1 / x and 1 to the power x are not x
// CHECK-LABEL: @minus
// CHECK: nn.sub
// CHECK-LABEL: @inverse
// CHECK: nn.div
// CHECK-LABEL: @power
// CHECK: nn.pow
// WHY: no operand is 0 everywhere
// WHY: no operand is 1 everywhere
// REFERENCE: inputs 1 to 4
func.func @minus(%x: tensor<3xf32>) -> tensor<3xf32> {
  %zero = nn.constant {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.sub %zero, %x : (tensor<f32>, tensor<3xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}
func.func @inverse(%x: tensor<3xf32>) -> tensor<3xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.div %one, %x : (tensor<f32>, tensor<3xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}
func.func @power(%x: tensor<3xf32>) -> tensor<3xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.pow %one, %x : (tensor<f32>, tensor<3xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Near miss: 1 in some columns only, and a weight whose numbers are not known
// CHECK-LABEL: @columns
// CHECK: nn.mul
// CHECK-LABEL: @weight
// CHECK: nn.add
// WHY: no operand is 0 everywhere
func.func @columns(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %c = nn.constant {value = dense<[1.0, 2.0, 1.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.mul %x, %c : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}
func.func @weight(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.add %x, %w : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}

// -----

// constants-to-the-right: op(constant, x) -> op(x, constant) for commutative ops, also where the constant is computed
// CHECK-LABEL: func.func @constants
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3xf32>)
// CHECK: %[[P:\w+]] = nn.mul %{{\w+}}, %{{\w+}} : (tensor<3xf32>, tensor<3xf32>)
// CHECK: nn.add %[[X]], %[[P]] :
// CHECK: nn.equal %[[X]], %
func.func @constants(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>) {
  %v = nn.constant {value = dense_resource<v> : tensor<3xf32>} : () -> tensor<3xf32>
  %w = nn.constant {value = dense_resource<w> : tensor<3xf32>} : () -> tensor<3xf32>
  %p = nn.mul %v, %w : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %a = nn.add %p, %x : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %seven = nn.constant {value = dense<7.0> : tensor<f32>} : () -> tensor<f32>
  %e = nn.equal %seven, %x : (tensor<f32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  func.return %a, %e : tensor<2x3xf32>, tensor<2x3xi1>
}

// -----

// Near miss: the operands of a difference keep their order
// CHECK-LABEL: func.func @difference
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3xf32>)
// CHECK: %[[W:\w+]] = nn.constant
// CHECK-NEXT: nn.sub %[[W]], %[[X]] :
func.func @difference(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.sub %w, %x : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Near miss: of two run-time operands none moves
// CHECK: func.func @run_time(%[[X:\w+]]: tensor<3xf32>, %[[Z:\w+]]: tensor<3xf32>)
// CHECK-NEXT: nn.add %[[Z]], %[[X]] :
// WHY: a constant is not on the left of something computed
func.func @run_time(%x: tensor<3xf32>, %z: tensor<3xf32>) -> tensor<3xf32> {
  %y = nn.add %z, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}
