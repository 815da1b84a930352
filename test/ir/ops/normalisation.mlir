// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @batch_norm(%[[INPUT:\w+]]: tensor<2x3x4xf32>, %[[SCALE:\w+]]: tensor<3xf32>, %[[BIAS:\w+]]: tensor<3xf32>, %[[MEAN:\w+]]: tensor<3xf32>, %[[VARIANCE:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.batch_norm %[[INPUT]], %[[SCALE]], %[[BIAS]], %[[MEAN]], %[[VARIANCE]] {epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @batch_norm(%input: tensor<2x3x4xf32>, %scale: tensor<3xf32>, %bias: tensor<3xf32>, %mean: tensor<3xf32>, %variance: tensor<3xf32>) -> tensor<2x3x4xf32> {
  %y = nn.batch_norm %input, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @layer_norm(%[[INPUT:\w+]]: tensor<2x3x4xf32>, %[[SCALE:\w+]]: tensor<3x4xf32>, %[[BIAS:\w+]]: tensor<4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.layer_norm %[[INPUT]], %[[SCALE]], %[[BIAS]] {axis = 1, epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @layer_norm(%input: tensor<2x3x4xf32>, %scale: tensor<3x4xf32>, %bias: tensor<4xf32>) -> tensor<2x3x4xf32> {
  %y = nn.layer_norm %input, %scale, %bias {axis = 1, epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @softmax(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.softmax %[[INPUT]] {axis = 1} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @softmax(%input: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %y = nn.softmax %input {axis = 1} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}
// CHECK: func.func @rms_norm(%[[INPUT:\w+]]: tensor<2x3x4xf32>, %[[SCALE:\w+]]: tensor<4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.rms_norm %[[INPUT]], %[[SCALE]] {axis = 1, epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @rms_norm(%input: tensor<2x3x4xf32>, %scale: tensor<4xf32>) -> tensor<2x3x4xf32> {
  %y = nn.rms_norm %input, %scale {axis = 1, epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: a vector for other channels
func.func @refused(%x: tensor<2x3x4xf32>, %a: tensor<3xf32>, %b: tensor<4xf32>) -> tensor<2x3x4xf32> {
  // expected-error@+1 {{mean has 4 elements but input has 3 channels}}
  %y = nn.batch_norm %x, %a, %a, %b, %a {epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<4xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: a vector of rank 2
func.func @refused(%x: tensor<2x3x4xf32>, %a: tensor<3xf32>, %b: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  // expected-error@+1 {{bias has rank 2 but needs rank 1}}
  %y = nn.batch_norm %x, %a, %b, %a, %a {epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3x1xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: no epsilon
func.func @refused(%x: tensor<2x3xf32>, %a: tensor<3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{attribute epsilon is missing}}
  %y = nn.layer_norm %x, %a {axis = 1} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: an axis that is not there
func.func @refused(%x: tensor<2x3xf32>, %a: tensor<3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{axis 2 is not a dimension of a tensor of rank 2}}
  %y = nn.layer_norm %x, %a {axis = 2, epsilon = 0.5} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: a scale for other rows
func.func @refused(%x: tensor<2x3xf32>, %a: tensor<2xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{scale of shape [2] does not broadcast to the normalised dimensions [3]}}
  %y = nn.layer_norm %x, %a {axis = 1, epsilon = 0.5} : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: softmax of integers
func.func @refused(%x: tensor<2x3xi32>) -> tensor<2x3xi32> {
  // expected-error@+1 {{element type is i32 but should be a float type}}
  %y = nn.softmax %x {axis = 1} : (tensor<2x3xi32>) -> tensor<2x3xi32>
  func.return %y : tensor<2x3xi32>
}

// -----

// Refused: a negative axis
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{axis -1 is not a dimension of a tensor of rank 2}}
  %y = nn.softmax %x {axis = -1} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
