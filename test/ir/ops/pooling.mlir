// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @max_pool2d(%[[INPUT:\w+]]: tensor<2x3x5x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.max_pool2d %[[INPUT]] {kernel = [2, 3], pads = [1, 0, 0, 2], strides = [2, 1]} : (tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @max_pool2d(%input: tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xf32> {
  %y = nn.max_pool2d %input {kernel = [2, 3], pads = [1, 0, 0, 2], strides = [2, 1]} : (tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xf32>
  func.return %y : tensor<2x3x3x4xf32>
}
// CHECK: func.func @average_pool2d(%[[INPUT:\w+]]: tensor<2x3x5x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.average_pool2d %[[INPUT]] {kernel = [2, 3], pads = [1, 0, 0, 2], strides = [2, 1]} : (tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @average_pool2d(%input: tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xf32> {
  %y = nn.average_pool2d %input {kernel = [2, 3], pads = [1, 0, 0, 2], strides = [2, 1]} : (tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xf32>
  func.return %y : tensor<2x3x3x4xf32>
}

// -----

// Refused: a kernel of 0
func.func @refused(%x: tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32> {
  // expected-error@+1 {{kernel, strides and dilations must be at least 1}}
  %y = nn.max_pool2d %x {kernel = [0, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32>
  func.return %y : tensor<1x2x4x4xf32>
}

// -----

// Refused: negative padding
func.func @refused(%x: tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32> {
  // expected-error@+1 {{pads must not be negative}}
  %y = nn.max_pool2d %x {kernel = [2, 3], pads = [0, 0, 0, -1], strides = [1, 1]} : (tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32>
  func.return %y : tensor<1x2x4x4xf32>
}

// -----

// Refused: a kernel larger than the input
func.func @refused(%x: tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32> {
  // expected-error@+1 {{the kernel does not fit into the padded input (output would be -1x4)}}
  %y = nn.average_pool2d %x {kernel = [7, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32>
  func.return %y : tensor<1x2x4x4xf32>
}

// -----

// Refused: a window in the padding
func.func @refused(%x: tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32> {
  // expected-error@+1 {{window 0 lies in the padding alone}}
  %y = nn.average_pool2d %x {kernel = [2, 3], pads = [2, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x5x6xf32>) -> tensor<1x2x4x4xf32>
  func.return %y : tensor<1x2x4x4xf32>
}

// -----

// Refused: an input of rank 3
func.func @refused(%x: tensor<1x5x6xf32>) -> tensor<1x2x4x4xf32> {
  // expected-error@+1 {{input has rank 3 but needs rank 4}}
  %y = nn.max_pool2d %x {kernel = [2, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x5x6xf32>) -> tensor<1x2x4x4xf32>
  func.return %y : tensor<1x2x4x4xf32>
}
