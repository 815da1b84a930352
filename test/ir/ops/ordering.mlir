// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @arg_max(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.arg_max %[[INPUT]] {axis = 1} : (tensor<2x3x4xf32>) -> tensor<2x1x4xi64>
// CHECK-NEXT: func.return %[[Y]]
func.func @arg_max(%input: tensor<2x3x4xf32>) -> tensor<2x1x4xi64> {
  %y = nn.arg_max %input {axis = 1} : (tensor<2x3x4xf32>) -> tensor<2x1x4xi64>
  func.return %y : tensor<2x1x4xi64>
}
// CHECK: func.func @arg_min(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.arg_min %[[INPUT]] {axis = 2, keepdims = false, select_last = true} : (tensor<2x3x4xf32>) -> tensor<2x3xi64>
// CHECK-NEXT: func.return %[[Y]]
func.func @arg_min(%input: tensor<2x3x4xf32>) -> tensor<2x3xi64> {
  %y = nn.arg_min %input {axis = 2, keepdims = false, select_last = true} : (tensor<2x3x4xf32>) -> tensor<2x3xi64>
  func.return %y : tensor<2x3xi64>
}
// CHECK: func.func @top_k_indices(%[[INPUT:\w+]]: tensor<2x5x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.top_k_indices %[[INPUT]] {axis = 1, k = 2} : (tensor<2x5x3xf32>) -> tensor<2x2x3xi64>
// CHECK-NEXT: func.return %[[Y]]
func.func @top_k_indices(%input: tensor<2x5x3xf32>) -> tensor<2x2x3xi64> {
  %y = nn.top_k_indices %input {axis = 1, k = 2} : (tensor<2x5x3xf32>) -> tensor<2x2x3xi64>
  func.return %y : tensor<2x2x3xi64>
}

// -----

// Refused: an axis that is not there
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x3xi64> {
  // expected-error@+1 {{axis 2 is not a dimension of a tensor of rank 2}}
  %y = nn.arg_max %x {axis = 2} : (tensor<2x3xf32>) -> tensor<2x3xi64>
  func.return %y : tensor<2x3xi64>
}

// -----

// Refused: more than there are
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x4xi64> {
  // expected-error@+1 {{k is 4 but the axis has 3 elements}}
  %y = nn.top_k_indices %x {axis = 1, k = 4} : (tensor<2x3xf32>) -> tensor<2x4xi64>
  func.return %y : tensor<2x4xi64>
}

// -----

// Refused: a result of the input's type
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  // expected-error@+1 {{result types are tensor<2x1xf32> but should be tensor<2x1xi64>}}
  %y = nn.arg_min %x {axis = 1} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  func.return %y : tensor<2x1xf32>
}
