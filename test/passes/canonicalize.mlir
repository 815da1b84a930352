// RUN: fastc opt %s --pass-pipeline=canonicalize

// Several patterns at once: a product with 1 goes, a constant moves to the right, two reshapes become one
// CHECK-LABEL: func.func @canonical
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK: %[[TWO:\w+]] = nn.constant {value = dense<2.0> : tensor<f32>}
// CHECK: %[[SUM:\w+]] = nn.add %[[X]], %[[TWO]] :
// CHECK: %[[Y:\w+]] = nn.reshape %[[SUM]] {shape = [4, 6]} : (tensor<2x3x4xf32>) -> tensor<4x6xf32>
// CHECK-NEXT: func.return %[[Y]] :
func.func @canonical(%x: tensor<2x3x4xf32>) -> tensor<4x6xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.mul %one, %x : (tensor<f32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %two, %scaled : (tensor<f32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %flat = nn.reshape %sum {shape = [24]} : (tensor<2x3x4xf32>) -> tensor<24xf32>
  %y = nn.reshape %flat {shape = [4, 6]} : (tensor<24xf32>) -> tensor<4x6xf32>
  func.return %y : tensor<4x6xf32>
}

// -----

// Patterns make way for each other: the broadcast of a neutral number, then the sum, then two transposes
// CHECK: func.func @cascade(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @cascade(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %t = nn.transpose %x {permutation = [1, 2, 0]} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %zero = nn.constant {value = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %zeros = nn.broadcast_to %zero {shape = [3, 4, 2]} : (tensor<1xf32>) -> tensor<3x4x2xf32>
  %s = nn.add %t, %zeros : (tensor<3x4x2xf32>, tensor<3x4x2xf32>) -> tensor<3x4x2xf32>
  %y = nn.transpose %s {permutation = [2, 0, 1]} : (tensor<3x4x2xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
