// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @conv2d(%[[INPUT:\w+]]: tensor<2x4x6x5xf32>, %[[WEIGHT:\w+]]: tensor<6x2x3x2xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.conv2d %[[INPUT]], %[[WEIGHT]] {dilations = [1, 2], groups = 2, pads = [1, 0, 2, 1], strides = [2, 1]} : (tensor<2x4x6x5xf32>, tensor<6x2x3x2xf32>) -> tensor<2x6x4x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @conv2d(%input: tensor<2x4x6x5xf32>, %weight: tensor<6x2x3x2xf32>) -> tensor<2x6x4x4xf32> {
  %y = nn.conv2d %input, %weight {dilations = [1, 2], groups = 2, pads = [1, 0, 2, 1], strides = [2, 1]} : (tensor<2x4x6x5xf32>, tensor<6x2x3x2xf32>) -> tensor<2x6x4x4xf32>
  func.return %y : tensor<2x6x4x4xf32>
}

// -----

// Refused: channels do not fit
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x3x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{input has 4 channels a group but weight expects 3}}
  %y = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x3x3x2xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: groups do not divide
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x1x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{4 groups do not divide 4 input and 6 output channels}}
  %y = nn.conv2d %x, %w {groups = 4, pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x1x3x2xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: element types differ
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf16>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{element types f32 and f16 differ}}
  %y = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x4x3x2xf16>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: a stride of 0
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{strides and dilations must be at least 1}}
  %y = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [0, 1]} : (tensor<1x4x5x6xf32>, tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: negative padding
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{pads must not be negative}}
  %y = nn.conv2d %x, %w {pads = [0, -1, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: a kernel larger than the input
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{the kernel does not fit into the padded input (output would be -1x5)}}
  %y = nn.conv2d %x, %w {dilations = [3, 1], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: three pads
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{attribute pads is [0, 0, 0] but should be 4 integers}}
  %y = nn.conv2d %x, %w {pads = [0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: no strides
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{attribute strides is missing}}
  %y = nn.conv2d %x, %w {pads = [0, 0, 0, 0]} : (tensor<1x4x5x6xf32>, tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: no weight
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{has 1 operands but takes 2}}
  %y = nn.conv2d %x {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: a weight of rank 3
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3xf32>) -> tensor<1x6x3x5xf32> {
  // expected-error@+1 {{weight has rank 3 but needs rank 4}}
  %y = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x4x3xf32>) -> tensor<1x6x3x5xf32>
  func.return %y : tensor<1x6x3x5xf32>
}

// -----

// Refused: another result type
func.func @refused(%x: tensor<1x4x5x6xf32>, %w: tensor<6x4x3x2xf32>) -> tensor<1x6x3x6xf32> {
  // expected-error@+1 {{result types are tensor<1x6x3x6xf32> but should be tensor<1x6x3x5xf32>}}
  %y = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x5x6xf32>, tensor<6x4x3x2xf32>) -> tensor<1x6x3x6xf32>
  func.return %y : tensor<1x6x3x6xf32>
}
