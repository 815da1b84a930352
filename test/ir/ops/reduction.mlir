// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @reduce_mean(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reduce_mean %[[INPUT]] {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reduce_mean(%input: tensor<2x3x4xf32>) -> tensor<1x3x1xf32> {
  %y = nn.reduce_mean %input {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
  func.return %y : tensor<1x3x1xf32>
}
// CHECK: func.func @reduce_sum(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reduce_sum %[[INPUT]] {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reduce_sum(%input: tensor<2x3x4xf32>) -> tensor<1x3x1xf32> {
  %y = nn.reduce_sum %input {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
  func.return %y : tensor<1x3x1xf32>
}
// CHECK: func.func @reduce_max(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reduce_max %[[INPUT]] {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reduce_max(%input: tensor<2x3x4xf32>) -> tensor<1x3x1xf32> {
  %y = nn.reduce_max %input {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
  func.return %y : tensor<1x3x1xf32>
}
// CHECK: func.func @reduce_min(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reduce_min %[[INPUT]] {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reduce_min(%input: tensor<2x3x4xf32>) -> tensor<1x3x1xf32> {
  %y = nn.reduce_min %input {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
  func.return %y : tensor<1x3x1xf32>
}
// CHECK: func.func @reduce_prod(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reduce_prod %[[INPUT]] {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reduce_prod(%input: tensor<2x3x4xf32>) -> tensor<1x3x1xf32> {
  %y = nn.reduce_prod %input {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
  func.return %y : tensor<1x3x1xf32>
}

// -----

// Refused: axes out of order
func.func @refused(%x: tensor<2x3xf32>) -> tensor<1x1xf32> {
  // expected-error@+1 {{axes [1, 0] are not increasing dimensions of a tensor of rank 2}}
  %y = nn.reduce_sum %x {axes = [1, 0]} : (tensor<2x3xf32>) -> tensor<1x1xf32>
  func.return %y : tensor<1x1xf32>
}

// -----

// Refused: an axis that is not there
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{axes [2] are not increasing dimensions of a tensor of rank 2}}
  %y = nn.reduce_sum %x {axes = [2]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: truth values
func.func @refused(%x: tensor<2x3xi1>) -> tensor<1x3xi1> {
  // expected-error@+1 {{element type is i1 but should be a number type}}
  %y = nn.reduce_sum %x {axes = [0]} : (tensor<2x3xi1>) -> tensor<1x3xi1>
  func.return %y : tensor<1x3xi1>
}

// -----

// Refused: a dimension that should go
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  // expected-error@+1 {{result types are tensor<2x1xf32> but should be tensor<2xf32>}}
  %y = nn.reduce_mean %x {axes = [1], keepdims = false} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  func.return %y : tensor<2x1xf32>
}
