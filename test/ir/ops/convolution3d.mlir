// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @conv3d(%[[INPUT:\w+]]: tensor<1x2x3x4x3xf32>, %[[WEIGHT:\w+]]: tensor<2x1x2x2x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.conv3d %[[INPUT]], %[[WEIGHT]] {dilations = [2, 1, 1], groups = 2, pads = [1, 0, 0, 0, 1, 1], strides = [1, 2, 1]} : (tensor<1x2x3x4x3xf32>, tensor<2x1x2x2x1xf32>) -> tensor<1x2x2x2x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @conv3d(%input: tensor<1x2x3x4x3xf32>, %weight: tensor<2x1x2x2x1xf32>) -> tensor<1x2x2x2x4xf32> {
  %y = nn.conv3d %input, %weight {dilations = [2, 1, 1], groups = 2, pads = [1, 0, 0, 0, 1, 1], strides = [1, 2, 1]} : (tensor<1x2x3x4x3xf32>, tensor<2x1x2x2x1xf32>) -> tensor<1x2x2x2x4xf32>
  func.return %y : tensor<1x2x2x2x4xf32>
}

// -----

// Refused: pads for two dimensions
func.func @refused(%x: tensor<1x2x3x4x3xf32>, %w: tensor<2x1x2x2x1xf32>) -> tensor<1x2x2x2x4xf32> {
  // expected-error@+1 {{has 3 strides, 3 dilations and 4 pads but needs 3, 3 and 6}}
  %y = nn.conv3d %x, %w {groups = 2, pads = [1, 0, 1, 1], strides = [1, 2, 1]} : (tensor<1x2x3x4x3xf32>, tensor<2x1x2x2x1xf32>) -> tensor<1x2x2x2x4xf32>
  func.return %y : tensor<1x2x2x2x4xf32>
}

// -----

// Refused: channels do not fit
func.func @refused(%x: tensor<1x2x3x4x3xf32>, %w: tensor<2x1x2x2x1xf32>) -> tensor<1x2x2x2x4xf32> {
  // expected-error@+1 {{input has 2 channels a group but weight expects 1}}
  %y = nn.conv3d %x, %w {pads = [1, 0, 0, 0, 1, 1], strides = [1, 2, 1]} : (tensor<1x2x3x4x3xf32>, tensor<2x1x2x2x1xf32>) -> tensor<1x2x2x2x4xf32>
  func.return %y : tensor<1x2x2x2x4xf32>
}
