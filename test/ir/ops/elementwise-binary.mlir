// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @add(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.add %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @add(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.add %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @sub(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.sub %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @sub(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.sub %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @mul(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.mul %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @mul(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.mul %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @div(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.div %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @div(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.div %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @mod(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.mod %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @mod(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.mod %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @pow(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.pow %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @pow(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.pow %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @max(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.max %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @max(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.max %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @min(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.min %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @min(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.min %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @equal(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.equal %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @equal(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xi1> {
  %y = nn.equal %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
  func.return %y : tensor<2x3x4xi1>
}
// CHECK: func.func @less(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.less %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @less(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xi1> {
  %y = nn.less %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
  func.return %y : tensor<2x3x4xi1>
}
// CHECK: func.func @less_or_equal(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.less_or_equal %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @less_or_equal(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xi1> {
  %y = nn.less_or_equal %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
  func.return %y : tensor<2x3x4xi1>
}
// CHECK: func.func @greater(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.greater %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @greater(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xi1> {
  %y = nn.greater %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
  func.return %y : tensor<2x3x4xi1>
}
// CHECK: func.func @greater_or_equal(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.greater_or_equal %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @greater_or_equal(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xi1> {
  %y = nn.greater_or_equal %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xi1>
  func.return %y : tensor<2x3x4xi1>
}
// CHECK: func.func @and(%[[LHS:\w+]]: tensor<2x3xi1>, %[[RHS:\w+]]: tensor<3xi1>)
// CHECK-NEXT: %[[Y:\w+]] = nn.and %[[LHS]], %[[RHS]] : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @and(%lhs: tensor<2x3xi1>, %rhs: tensor<3xi1>) -> tensor<2x3xi1> {
  %y = nn.and %lhs, %rhs : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
  func.return %y : tensor<2x3xi1>
}
// CHECK: func.func @or(%[[LHS:\w+]]: tensor<2x3xi1>, %[[RHS:\w+]]: tensor<3xi1>)
// CHECK-NEXT: %[[Y:\w+]] = nn.or %[[LHS]], %[[RHS]] : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @or(%lhs: tensor<2x3xi1>, %rhs: tensor<3xi1>) -> tensor<2x3xi1> {
  %y = nn.or %lhs, %rhs : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
  func.return %y : tensor<2x3xi1>
}
// CHECK: func.func @xor(%[[LHS:\w+]]: tensor<2x3xi1>, %[[RHS:\w+]]: tensor<3xi1>)
// CHECK-NEXT: %[[Y:\w+]] = nn.xor %[[LHS]], %[[RHS]] : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @xor(%lhs: tensor<2x3xi1>, %rhs: tensor<3xi1>) -> tensor<2x3xi1> {
  %y = nn.xor %lhs, %rhs : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
  func.return %y : tensor<2x3xi1>
}
// CHECK: func.func @prelu(%[[LHS:\w+]]: tensor<2x3x4xf32>, %[[RHS:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.prelu %[[LHS]], %[[RHS]] : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @prelu(%lhs: tensor<2x3x4xf32>, %rhs: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.prelu %lhs, %rhs : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: shapes do not broadcast
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<2xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{shapes [2, 3] and [2] do not broadcast}}
  %y = nn.add %a, %b : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: element types differ
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<2x3xi32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{element types f32 and i32 differ}}
  %y = nn.mul %a, %b : (tensor<2x3xf32>, tensor<2x3xi32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: numbers in place of truth values
func.func @refused(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xi1> {
  // expected-error@+1 {{element type is f32 but should be i1}}
  %y = nn.and %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
  func.return %y : tensor<2x3xi1>
}

// -----

// Refused: truth values in place of numbers
func.func @refused(%a: tensor<2xi1>, %b: tensor<2xi1>) -> tensor<2xi1> {
  // expected-error@+1 {{element type is i1 but should be a number type}}
  %y = nn.sub %a, %b : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  func.return %y : tensor<2xi1>
}

// -----

// Refused: the result is not stretched
func.func @refused(%a: tensor<2x1xf32>, %b: tensor<3xf32>) -> tensor<2x1xf32> {
  // expected-error@+1 {{result types are tensor<2x1xf32> but should be tensor<2x3xf32>}}
  %y = nn.max %a, %b : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<2x1xf32>
  func.return %y : tensor<2x1xf32>
}

// -----

// Refused: a comparison of floats
func.func @refused(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{result types are tensor<2xf32> but should be tensor<2xi1>}}
  %y = nn.less %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}
