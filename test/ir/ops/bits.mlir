// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @bitwise_and(%[[LHS:\w+]]: tensor<2x3xui8>, %[[RHS:\w+]]: tensor<3xui8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.bitwise_and %[[LHS]], %[[RHS]] : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
// CHECK-NEXT: func.return %[[Y]]
func.func @bitwise_and(%lhs: tensor<2x3xui8>, %rhs: tensor<3xui8>) -> tensor<2x3xui8> {
  %y = nn.bitwise_and %lhs, %rhs : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
  func.return %y : tensor<2x3xui8>
}
// CHECK: func.func @bitwise_or(%[[LHS:\w+]]: tensor<2x3xui8>, %[[RHS:\w+]]: tensor<3xui8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.bitwise_or %[[LHS]], %[[RHS]] : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
// CHECK-NEXT: func.return %[[Y]]
func.func @bitwise_or(%lhs: tensor<2x3xui8>, %rhs: tensor<3xui8>) -> tensor<2x3xui8> {
  %y = nn.bitwise_or %lhs, %rhs : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
  func.return %y : tensor<2x3xui8>
}
// CHECK: func.func @bitwise_xor(%[[LHS:\w+]]: tensor<2x3xui8>, %[[RHS:\w+]]: tensor<3xui8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.bitwise_xor %[[LHS]], %[[RHS]] : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
// CHECK-NEXT: func.return %[[Y]]
func.func @bitwise_xor(%lhs: tensor<2x3xui8>, %rhs: tensor<3xui8>) -> tensor<2x3xui8> {
  %y = nn.bitwise_xor %lhs, %rhs : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
  func.return %y : tensor<2x3xui8>
}
// CHECK: func.func @bitwise_not(%[[INPUT:\w+]]: tensor<2x3xi8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.bitwise_not %[[INPUT]] : (tensor<2x3xi8>) -> tensor<2x3xi8>
// CHECK-NEXT: func.return %[[Y]]
func.func @bitwise_not(%input: tensor<2x3xi8>) -> tensor<2x3xi8> {
  %y = nn.bitwise_not %input : (tensor<2x3xi8>) -> tensor<2x3xi8>
  func.return %y : tensor<2x3xi8>
}
// CHECK: func.func @shift_left(%[[LHS:\w+]]: tensor<2x3xui8>, %[[RHS:\w+]]: tensor<3xui8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.shift_left %[[LHS]], %[[RHS]] : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
// CHECK-NEXT: func.return %[[Y]]
func.func @shift_left(%lhs: tensor<2x3xui8>, %rhs: tensor<3xui8>) -> tensor<2x3xui8> {
  %y = nn.shift_left %lhs, %rhs : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
  func.return %y : tensor<2x3xui8>
}
// CHECK: func.func @shift_right(%[[LHS:\w+]]: tensor<2x3xui8>, %[[RHS:\w+]]: tensor<3xui8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.shift_right %[[LHS]], %[[RHS]] : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
// CHECK-NEXT: func.return %[[Y]]
func.func @shift_right(%lhs: tensor<2x3xui8>, %rhs: tensor<3xui8>) -> tensor<2x3xui8> {
  %y = nn.shift_right %lhs, %rhs : (tensor<2x3xui8>, tensor<3xui8>) -> tensor<2x3xui8>
  func.return %y : tensor<2x3xui8>
}

// -----

// Refused: floats have no bits
func.func @refused(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{element type is f32 but should be an integer type}}
  %y = nn.bitwise_and %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Refused: shapes do not broadcast
func.func @refused(%a: tensor<2xi8>, %b: tensor<3xi8>) -> tensor<2xi8> {
  // expected-error@+1 {{shapes [2] and [3] do not broadcast}}
  %y = nn.shift_left %a, %b : (tensor<2xi8>, tensor<3xi8>) -> tensor<2xi8>
  func.return %y : tensor<2xi8>
}
