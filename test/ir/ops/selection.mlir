// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @where(%[[CONDITION:\w+]]: tensor<3x1xi1>, %[[ON_TRUE:\w+]]: tensor<2x1x4xf32>, %[[ON_FALSE:\w+]]: tensor<4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.where %[[CONDITION]], %[[ON_TRUE]], %[[ON_FALSE]] : (tensor<3x1xi1>, tensor<2x1x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @where(%condition: tensor<3x1xi1>, %on_true: tensor<2x1x4xf32>, %on_false: tensor<4xf32>) -> tensor<2x3x4xf32> {
  %y = nn.where %condition, %on_true, %on_false : (tensor<3x1xi1>, tensor<2x1x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: a condition of numbers
func.func @refused(%c: tensor<2xf32>, %a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{condition has element type f32 but should have i1}}
  %y = nn.where %c, %a, %b : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Refused: the two sides have different types
func.func @refused(%c: tensor<2xi1>, %a: tensor<2xf32>, %b: tensor<2xf16>) -> tensor<2xf32> {
  // expected-error@+1 {{element types f32 and f16 differ}}
  %y = nn.where %c, %a, %b : (tensor<2xi1>, tensor<2xf32>, tensor<2xf16>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Refused: shapes do not broadcast
func.func @refused(%c: tensor<2xi1>, %a: tensor<3xf32>, %b: tensor<1xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{shapes [2], [3], [1] do not broadcast}}
  %y = nn.where %c, %a, %b : (tensor<2xi1>, tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}
