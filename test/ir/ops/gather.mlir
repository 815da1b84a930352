// RUN: fastc opt %s --verify-diagnostics
// REFERENCE: integers 0 to 1

// Every op of the family is printed as it was read
// CHECK: func.func @gather(%[[DATA:\w+]]: tensor<2x5x3xf32>, %[[INDICES:\w+]]: tensor<2x2xi64>)
// CHECK-NEXT: %[[Y:\w+]] = nn.gather %[[DATA]], %[[INDICES]] {axis = 1} : (tensor<2x5x3xf32>, tensor<2x2xi64>) -> tensor<2x2x2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @gather(%data: tensor<2x5x3xf32>, %indices: tensor<2x2xi64>) -> tensor<2x2x2x3xf32> {
  %y = nn.gather %data, %indices {axis = 1} : (tensor<2x5x3xf32>, tensor<2x2xi64>) -> tensor<2x2x2x3xf32>
  func.return %y : tensor<2x2x2x3xf32>
}
// CHECK: func.func @gather_nd(%[[DATA:\w+]]: tensor<2x3x4x5xf32>, %[[INDICES:\w+]]: tensor<2x3x2xi64>)
// CHECK-NEXT: %[[Y:\w+]] = nn.gather_nd %[[DATA]], %[[INDICES]] {batch_dims = 1} : (tensor<2x3x4x5xf32>, tensor<2x3x2xi64>) -> tensor<2x3x5xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @gather_nd(%data: tensor<2x3x4x5xf32>, %indices: tensor<2x3x2xi64>) -> tensor<2x3x5xf32> {
  %y = nn.gather_nd %data, %indices {batch_dims = 1} : (tensor<2x3x4x5xf32>, tensor<2x3x2xi64>) -> tensor<2x3x5xf32>
  func.return %y : tensor<2x3x5xf32>
}
// CHECK: func.func @gather_elements(%[[DATA:\w+]]: tensor<4x3xf32>, %[[INDICES:\w+]]: tensor<2x3xi64>)
// CHECK-NEXT: %[[Y:\w+]] = nn.gather_elements %[[DATA]], %[[INDICES]] {axis = 0} : (tensor<4x3xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @gather_elements(%data: tensor<4x3xf32>, %indices: tensor<2x3xi64>) -> tensor<2x3xf32> {
  %y = nn.gather_elements %data, %indices {axis = 0} : (tensor<4x3xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: an axis that is not there
func.func @refused(%x: tensor<2x3xf32>, %i: tensor<2xi64>) -> tensor<2x2xf32> {
  // expected-error@+1 {{axis 2 is not a dimension of a tensor of rank 2}}
  %y = nn.gather %x, %i {axis = 2} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----

// Refused: indices of floats
func.func @refused(%x: tensor<2x3xf32>, %i: tensor<2xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{indices have element type f32, not an integer type}}
  %y = nn.gather %x, %i {axis = 0} : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: tuples longer than the data is deep
func.func @refused(%x: tensor<2x3xf32>, %i: tensor<4x3xi64>) -> tensor<4xf32> {
  // expected-error@+1 {{tuples of 3 indices do not fit data of rank 2 with 0 batch dimensions}}
  %y = nn.gather_nd %x, %i : (tensor<2x3xf32>, tensor<4x3xi64>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// -----

// Refused: different batches
func.func @refused(%x: tensor<2x3xf32>, %i: tensor<4x1xi64>) -> tensor<4xf32> {
  // expected-error@+1 {{data [2, 3] and indices [4, 1] do not share 1 batch dimensions}}
  %y = nn.gather_nd %x, %i {batch_dims = 1} : (tensor<2x3xf32>, tensor<4x1xi64>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// -----

// Refused: indices without dimensions
func.func @refused(%x: tensor<2x3xf32>, %i: tensor<i64>) -> tensor<3xf32> {
  // expected-error@+1 {{indices have rank 0 but need at least 1}}
  %y = nn.gather_nd %x, %i : (tensor<2x3xf32>, tensor<i64>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Refused: indices outside of the data
func.func @refused(%x: tensor<4x3xf32>, %i: tensor<2x5xi64>) -> tensor<2x5xf32> {
  // expected-error@+1 {{indices [2, 5] do not lie in data [4, 3]}}
  %y = nn.gather_elements %x, %i {axis = 0} : (tensor<4x3xf32>, tensor<2x5xi64>) -> tensor<2x5xf32>
  func.return %y : tensor<2x5xf32>
}
