// RUN: fastc opt %s --pass-pipeline=fold-layout
// RUN: fastc opt %s --pass-pipeline=fold-layout --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY

// transpose(f(transpose(x, p^-1)), p) -> f(x), with a vector, a number and a residual in the same order
// CHECK: func.func @chain(%[[X:\w+]]: tensor<2x3x4x5xf32>, %[[Z:\w+]]: tensor<2x3x4x5xf32>)
// CHECK-DAG: %[[RELU:\w+]] = nn.relu %[[X]] :
// CHECK-DAG: %[[V:\w+]] = nn.constant {value = dense_resource<v> : tensor<3xf32>}
// CHECK-DAG: %[[ROW:\w+]] = nn.reshape %[[V]] {shape = [1, 1, 1, 3]}
// CHECK-DAG: %[[COLUMN:\w+]] = nn.{{transpose|reshape}} %[[ROW]] {{.*}} -> tensor<1x3x1x1xf32>
// CHECK: %[[SCALED:\w+]] = nn.mul %[[RELU]], %[[COLUMN]]
// CHECK: %[[SUM:\w+]] = nn.add %[[SCALED]], %{{\w+}} : (tensor<2x3x4x5xf32>, tensor<f32>)
// CHECK: %[[Y:\w+]] = nn.add %[[SUM]], %[[Z]]
// CHECK-NEXT: func.return %[[Y]]
func.func @chain(%x: tensor<2x3x4x5xf32>, %z: tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32> {
  %t = nn.transpose %x {permutation = [0, 2, 3, 1]} : (tensor<2x3x4x5xf32>) -> tensor<2x4x5x3xf32>
  %relu = nn.relu %t : (tensor<2x4x5x3xf32>) -> tensor<2x4x5x3xf32>
  %v = nn.constant {value = dense_resource<v> : tensor<3xf32>} : () -> tensor<3xf32>
  %scaled = nn.mul %relu, %v : (tensor<2x4x5x3xf32>, tensor<3xf32>) -> tensor<2x4x5x3xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %scaled, %two : (tensor<2x4x5x3xf32>, tensor<f32>) -> tensor<2x4x5x3xf32>
  %u = nn.transpose %z {permutation = [0, 2, 3, 1]} : (tensor<2x3x4x5xf32>) -> tensor<2x4x5x3xf32>
  %both = nn.add %sum, %u : (tensor<2x4x5x3xf32>, tensor<2x4x5x3xf32>) -> tensor<2x4x5x3xf32>
  %y = nn.transpose %both {permutation = [0, 3, 1, 2]} : (tensor<2x4x5x3xf32>) -> tensor<2x3x4x5xf32>
  func.return %y : tensor<2x3x4x5xf32>
}

// -----

// Around where, whose operands have different types
// CHECK: func.func @where(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NOT: nn.transpose %[[X]]
// CHECK: %[[C:\w+]] = nn.greater %[[X]], %{{\w+}} : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xi1>
// CHECK: nn.where %[[C]], %[[X]], %{{\w+}} :
// CHECK-NEXT: func.return
func.func @where(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %t = nn.transpose %x {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %limit = nn.constant {value = dense_resource<limit> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %c = nn.greater %t, %limit : (tensor<4x2x3xf32>, tensor<2x3xf32>) -> tensor<4x2x3xi1>
  %low = nn.constant {value = dense<-1.0> : tensor<f32>} : () -> tensor<f32>
  %w = nn.where %c, %t, %low : (tensor<4x2x3xi1>, tensor<4x2x3xf32>, tensor<f32>) -> tensor<4x2x3xf32>
  %y = nn.transpose %w {permutation = [1, 2, 0]} : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// A run-time tensor whose move is only a view does not hinder
// CHECK: func.func @view(%[[X:\w+]]: tensor<2x3x4x5xf32>, %[[G:\w+]]: tensor<2x1x1x3xf32>)
// CHECK-NEXT: %[[GATE:\w+]] = nn.reshape %[[G]] {shape = [2, 3, 1, 1]}
// CHECK-NEXT: %[[Y:\w+]] = nn.mul %[[X]], %[[GATE]]
// CHECK-NEXT: func.return %[[Y]]
func.func @view(%x: tensor<2x3x4x5xf32>, %g: tensor<2x1x1x3xf32>) -> tensor<2x3x4x5xf32> {
  %t = nn.transpose %x {permutation = [0, 2, 3, 1]} : (tensor<2x3x4x5xf32>) -> tensor<2x4x5x3xf32>
  %p = nn.mul %t, %g : (tensor<2x4x5x3xf32>, tensor<2x1x1x3xf32>) -> tensor<2x4x5x3xf32>
  %y = nn.transpose %p {permutation = [0, 3, 1, 2]} : (tensor<2x4x5x3xf32>) -> tensor<2x3x4x5xf32>
  func.return %y : tensor<2x3x4x5xf32>
}

// -----

// Refused: another operand is already in the new order and would have to be transposed
// CHECK-COUNT-2: nn.transpose
// WHY: no transpose above would be undone at no cost
func.func @other_order(%x: tensor<2x3x4xf32>, %z: tensor<4x2x3xf32>) -> tensor<2x3x4xf32> {
  %t = nn.transpose %x {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %s = nn.add %t, %z : (tensor<4x2x3xf32>, tensor<4x2x3xf32>) -> tensor<4x2x3xf32>
  %y = nn.transpose %s {permutation = [1, 2, 0]} : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: a run-time vector of lower rank
// CHECK-COUNT-2: nn.transpose
// WHY: no transpose above would be undone at no cost
func.func @run_time_vector(%x: tensor<2x3x4xf32>, %v: tensor<3xf32>) -> tensor<2x3x4xf32> {
  %t = nn.transpose %x {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %s = nn.add %t, %v : (tensor<4x2x3xf32>, tensor<3xf32>) -> tensor<4x2x3xf32>
  %y = nn.transpose %s {permutation = [1, 2, 0]} : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Near miss: the second permutation is not the inverse of the first
// CHECK: nn.transpose %{{\w+}} {permutation = [2, 0, 1]}
// CHECK-NEXT: nn.relu
// CHECK-NEXT: nn.transpose %{{\w+}} {permutation = [2, 0, 1]}
// WHY: no transpose above would be undone at no cost
func.func @not_the_inverse(%x: tensor<2x3x4xf32>) -> tensor<3x4x2xf32> {
  %t = nn.transpose %x {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %r = nn.relu %t : (tensor<4x2x3xf32>) -> tensor<4x2x3xf32>
  %y = nn.transpose %r {permutation = [2, 0, 1]} : (tensor<4x2x3xf32>) -> tensor<3x4x2xf32>
  func.return %y : tensor<3x4x2xf32>
}

// -----

// Refused: others read what is between the two
// CHECK-COUNT-2: nn.transpose
// WHY: no transpose above would be undone at no cost
func.func @between_read(%x: tensor<2x3x4xf32>) -> (tensor<2x3x4xf32>, tensor<4x2x3xf32>) {
  %t = nn.transpose %x {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %r = nn.neg %t : (tensor<4x2x3xf32>) -> tensor<4x2x3xf32>
  %s = nn.abs %r : (tensor<4x2x3xf32>) -> tensor<4x2x3xf32>
  %y = nn.transpose %s {permutation = [1, 2, 0]} : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
  func.return %y, %r : tensor<2x3x4xf32>, tensor<4x2x3xf32>
}

// -----

// Near miss: a softmax between them is along a dimension, not element by element
// CHECK-COUNT-2: nn.transpose
// WHY: input is not element-wise
// REFERENCE: within 1e-6 (exponentials are rounded)
func.func @softmax(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %t = nn.transpose %x {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %s = nn.softmax %t {axis = 1} : (tensor<4x2x3xf32>) -> tensor<4x2x3xf32>
  %y = nn.transpose %s {permutation = [1, 2, 0]} : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
