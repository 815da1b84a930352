// RUN: fastc opt %s --verify-diagnostics
// REFERENCE: integers 1 to 2

// Every op of the family is printed as it was read
// CHECK: func.func @cumulative_sum(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.cumulative_sum %[[INPUT]] {axis = 1, reverse = true} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @cumulative_sum(%input: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %y = nn.cumulative_sum %input {axis = 1, reverse = true} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @cumulative_product(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.cumulative_product %[[INPUT]] {axis = 0, exclusive = true} : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @cumulative_product(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.cumulative_product %input {axis = 0, exclusive = true} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @reverse_sequence(%[[INPUT:\w+]]: tensor<3x4x2xf32>, %[[LENGTHS:\w+]]: tensor<4xi64>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reverse_sequence %[[INPUT]], %[[LENGTHS]] {batch_axis = 1, time_axis = 0} : (tensor<3x4x2xf32>, tensor<4xi64>) -> tensor<3x4x2xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reverse_sequence(%input: tensor<3x4x2xf32>, %lengths: tensor<4xi64>) -> tensor<3x4x2xf32> {
  %y = nn.reverse_sequence %input, %lengths {batch_axis = 1, time_axis = 0} : (tensor<3x4x2xf32>, tensor<4xi64>) -> tensor<3x4x2xf32>
  func.return %y : tensor<3x4x2xf32>
}
// CHECK: func.func @determinant(%[[INPUT:\w+]]: tensor<2x3x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.determinant %[[INPUT]] : (tensor<2x3x3xf32>) -> tensor<2xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @determinant(%input: tensor<2x3x3xf32>) -> tensor<2xf32> {
  %y = nn.determinant %input : (tensor<2x3x3xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Refused: an axis that is not there
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{axis 2 is not a dimension of a tensor of rank 2}}
  %y = nn.cumulative_sum %x {axis = 2} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: the same axis twice
func.func @refused(%x: tensor<3x4x2xf32>, %l: tensor<4xi64>) -> tensor<3x4x2xf32> {
  // expected-error@+1 {{axes 1 and 1 are not two dimensions of a tensor of rank 3}}
  %y = nn.reverse_sequence %x, %l {batch_axis = 1, time_axis = 1} : (tensor<3x4x2xf32>, tensor<4xi64>) -> tensor<3x4x2xf32>
  func.return %y : tensor<3x4x2xf32>
}

// -----

// Refused: lengths for another batch
func.func @refused(%x: tensor<3x4x2xf32>, %l: tensor<3xi64>) -> tensor<3x4x2xf32> {
  // expected-error@+1 {{there are 3 lengths for a batch of 4}}
  %y = nn.reverse_sequence %x, %l {batch_axis = 1, time_axis = 0} : (tensor<3x4x2xf32>, tensor<3xi64>) -> tensor<3x4x2xf32>
  func.return %y : tensor<3x4x2xf32>
}

// -----

// Refused: a matrix that is not square
func.func @refused(%x: tensor<2x3xf32>) -> tensor<f32> {
  // expected-error@+1 {{input [2, 3] is no square matrix}}
  %y = nn.determinant %x : (tensor<2x3xf32>) -> tensor<f32>
  func.return %y : tensor<f32>
}
