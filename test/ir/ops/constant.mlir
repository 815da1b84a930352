// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @constant()
// CHECK-NEXT{LITERAL}: = nn.constant {value = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
// CHECK-NEXT: func.return
func.func @constant() -> tensor<2x3xf32> {
  %y = nn.constant {value = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: a value that is no tensor
func.func @refused() -> tensor<f32> {
  // expected-error@+1 {{attribute value is of kind integer but should be dense or dense_resource}}
  %y = nn.constant {value = 3} : () -> tensor<f32>
  func.return %y : tensor<f32>
}

// -----

// Refused: a value of another type
func.func @refused() -> tensor<3xf32> {
  // expected-error@+1 {{result types are tensor<3xf32> but should be tensor<2xf32>}}
  %y = nn.constant {value = dense<1.0> : tensor<2xf32>} : () -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Refused: an operand
func.func @refused(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{has 1 operands but takes 0}}
  %y = nn.constant %x {value = dense<1.0> : tensor<2xf32>} : (tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}
