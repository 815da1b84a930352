// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @matmul(%[[LHS:\w+]]: tensor<2x1x3x4xf32>, %[[RHS:\w+]]: tensor<5x6x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.matmul %[[LHS]], %[[RHS]] {transpose_rhs = true} : (tensor<2x1x3x4xf32>, tensor<5x6x4xf32>) -> tensor<2x5x3x6xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @matmul(%lhs: tensor<2x1x3x4xf32>, %rhs: tensor<5x6x4xf32>) -> tensor<2x5x3x6xf32> {
  %y = nn.matmul %lhs, %rhs {transpose_rhs = true} : (tensor<2x1x3x4xf32>, tensor<5x6x4xf32>) -> tensor<2x5x3x6xf32>
  func.return %y : tensor<2x5x3x6xf32>
}

// -----

// Refused: a vector
func.func @refused(%a: tensor<3xf32>, %b: tensor<3x4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{operands have ranks 1 and 2 but need at least 2}}
  %y = nn.matmul %a, %b : (tensor<3xf32>, tensor<3x4xf32>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// -----

// Refused: extents do not fit
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<4x5xf32>) -> tensor<2x5xf32> {
  // expected-error@+1 {{lhs has 3 columns but rhs has 4 rows}}
  %y = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<2x5xf32>
  func.return %y : tensor<2x5xf32>
}

// -----

// Refused: extents do not fit once transposed
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{lhs has 3 columns but rhs has 5 rows}}
  %y = nn.matmul %a, %b {transpose_rhs = true} : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: element types differ
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<3x5xf64>) -> tensor<2x5xf32> {
  // expected-error@+1 {{element types f32 and f64 differ}}
  %y = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x5xf64>) -> tensor<2x5xf32>
  func.return %y : tensor<2x5xf32>
}

// -----

// Refused: batches do not fit
func.func @refused(%a: tensor<2x3x4xf32>, %b: tensor<3x4x5xf32>) -> tensor<3x3x5xf32> {
  // expected-error@+1 {{batch dimensions [2] and [3] do not broadcast}}
  %y = nn.matmul %a, %b : (tensor<2x3x4xf32>, tensor<3x4x5xf32>) -> tensor<3x3x5xf32>
  func.return %y : tensor<3x3x5xf32>
}

// -----

// Refused: another result type
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>) -> tensor<5x2xf32> {
  // expected-error@+1 {{result types are tensor<5x2xf32> but should be tensor<2x5xf32>}}
  %y = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<5x2xf32>
  func.return %y : tensor<5x2xf32>
}

// -----

// Refused: a number for a truth value
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>) -> tensor<2x5xf32> {
  // expected-error@+1 {{attribute transpose_lhs is 1 but should be true or false}}
  %y = nn.matmul %a, %b {transpose_lhs = 1} : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32>
  func.return %y : tensor<2x5xf32>
}
