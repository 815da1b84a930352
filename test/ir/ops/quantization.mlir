// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @quantize(%[[INPUT:\w+]]: tensor<2x3x4xf32>, %[[SCALE:\w+]]: tensor<3x1xf32>, %[[ZERO_POINT:\w+]]: tensor<3x1xi8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.quantize %[[INPUT]], %[[SCALE]], %[[ZERO_POINT]] {to = i8} : (tensor<2x3x4xf32>, tensor<3x1xf32>, tensor<3x1xi8>) -> tensor<2x3x4xi8>
// CHECK-NEXT: func.return %[[Y]]
func.func @quantize(%input: tensor<2x3x4xf32>, %scale: tensor<3x1xf32>, %zero_point: tensor<3x1xi8>) -> tensor<2x3x4xi8> {
  %y = nn.quantize %input, %scale, %zero_point {to = i8} : (tensor<2x3x4xf32>, tensor<3x1xf32>, tensor<3x1xi8>) -> tensor<2x3x4xi8>
  func.return %y : tensor<2x3x4xi8>
}
// CHECK: func.func @dequantize(%[[INPUT:\w+]]: tensor<2x3xui8>, %[[SCALE:\w+]]: tensor<f32>, %[[ZERO_POINT:\w+]]: tensor<3xui8>)
// CHECK-NEXT: %[[Y:\w+]] = nn.dequantize %[[INPUT]], %[[SCALE]], %[[ZERO_POINT]] {to = f32} : (tensor<2x3xui8>, tensor<f32>, tensor<3xui8>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @dequantize(%input: tensor<2x3xui8>, %scale: tensor<f32>, %zero_point: tensor<3xui8>) -> tensor<2x3xf32> {
  %y = nn.dequantize %input, %scale, %zero_point {to = f32} : (tensor<2x3xui8>, tensor<f32>, tensor<3xui8>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @bitcast(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.bitcast %[[INPUT]] {to = i32} : (tensor<2x3xf32>) -> tensor<2x3xi32>
// CHECK-NEXT: func.return %[[Y]]
func.func @bitcast(%input: tensor<2x3xf32>) -> tensor<2x3xi32> {
  %y = nn.bitcast %input {to = i32} : (tensor<2x3xf32>) -> tensor<2x3xi32>
  func.return %y : tensor<2x3xi32>
}

// -----

// Refused: a scale of integers
func.func @refused(%x: tensor<2x3xf32>, %s: tensor<3xi32>, %z: tensor<3xi8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{scale has element type i32 but should have a float type}}
  %y = nn.quantize %x, %s, %z {to = i8} : (tensor<2x3xf32>, tensor<3xi32>, tensor<3xi8>) -> tensor<2x3xi8>
  func.return %y : tensor<2x3xi8>
}

// -----

// Refused: a zero point of another type
func.func @refused(%x: tensor<2x3xf32>, %s: tensor<3xf32>, %z: tensor<3xui8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{zero_point has element type ui8 but should have i8}}
  %y = nn.quantize %x, %s, %z {to = i8} : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xui8>) -> tensor<2x3xi8>
  func.return %y : tensor<2x3xi8>
}

// -----

// Refused: a scale that does not broadcast
func.func @refused(%x: tensor<2x3xf32>, %s: tensor<2xf32>, %z: tensor<3xi8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{scale of shape [2] does not broadcast to input [2, 3]}}
  %y = nn.quantize %x, %s, %z {to = i8} : (tensor<2x3xf32>, tensor<2xf32>, tensor<3xi8>) -> tensor<2x3xi8>
  func.return %y : tensor<2x3xi8>
}
