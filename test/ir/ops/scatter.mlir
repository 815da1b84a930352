// RUN: fastc opt %s --verify-diagnostics
// REFERENCE: integers 0 to 1

// Every op of the family is printed as it was read
// CHECK: func.func @scatter_elements(%[[DATA:\w+]]: tensor<4x3xf32>, %[[INDICES:\w+]]: tensor<2x3xi64>, %[[UPDATES:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.scatter_elements %[[DATA]], %[[INDICES]], %[[UPDATES]] {axis = 0, reduction = "max"} : (tensor<4x3xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<4x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @scatter_elements(%data: tensor<4x3xf32>, %indices: tensor<2x3xi64>, %updates: tensor<2x3xf32>) -> tensor<4x3xf32> {
  %y = nn.scatter_elements %data, %indices, %updates {axis = 0, reduction = "max"} : (tensor<4x3xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<4x3xf32>
  func.return %y : tensor<4x3xf32>
}
// CHECK: func.func @scatter_nd(%[[DATA:\w+]]: tensor<4x3x5xf32>, %[[INDICES:\w+]]: tensor<2x2xi64>, %[[UPDATES:\w+]]: tensor<2x5xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.scatter_nd %[[DATA]], %[[INDICES]], %[[UPDATES]] : (tensor<4x3x5xf32>, tensor<2x2xi64>, tensor<2x5xf32>) -> tensor<4x3x5xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @scatter_nd(%data: tensor<4x3x5xf32>, %indices: tensor<2x2xi64>, %updates: tensor<2x5xf32>) -> tensor<4x3x5xf32> {
  %y = nn.scatter_nd %data, %indices, %updates : (tensor<4x3x5xf32>, tensor<2x2xi64>, tensor<2x5xf32>) -> tensor<4x3x5xf32>
  func.return %y : tensor<4x3x5xf32>
}

// -----

// Refused: updates of another shape
func.func @refused(%x: tensor<4x3xf32>, %i: tensor<2x3xi64>, %u: tensor<2x2xf32>) -> tensor<4x3xf32> {
  // expected-error@+1 {{updates [2, 2] and indices [2, 3] differ}}
  %y = nn.scatter_elements %x, %i, %u {axis = 0} : (tensor<4x3xf32>, tensor<2x3xi64>, tensor<2x2xf32>) -> tensor<4x3xf32>
  func.return %y : tensor<4x3xf32>
}

// -----

// Refused: updates of another type
func.func @refused(%x: tensor<4x3xf32>, %i: tensor<2x3xi64>, %u: tensor<2x3xf16>) -> tensor<4x3xf32> {
  // expected-error@+1 {{element types f32 and f16 differ}}
  %y = nn.scatter_elements %x, %i, %u {axis = 0} : (tensor<4x3xf32>, tensor<2x3xi64>, tensor<2x3xf16>) -> tensor<4x3xf32>
  func.return %y : tensor<4x3xf32>
}

// -----

// Refused: updates that do not fit the slices
func.func @refused(%x: tensor<4x3x5xf32>, %i: tensor<2x2xi64>, %u: tensor<2x4xf32>) -> tensor<4x3x5xf32> {
  // expected-error@+1 {{updates [2, 4] should be [2, 5]}}
  %y = nn.scatter_nd %x, %i, %u : (tensor<4x3x5xf32>, tensor<2x2xi64>, tensor<2x4xf32>) -> tensor<4x3x5xf32>
  func.return %y : tensor<4x3x5xf32>
}
