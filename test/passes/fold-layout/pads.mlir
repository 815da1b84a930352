// RUN: fastc opt %s --pass-pipeline=fold-layout
// RUN: fastc opt %s --pass-pipeline=fold-layout --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: fastc opt %s --pass-pipeline=fold-layout --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// conv2d(pad(x), w) -> conv2d(x, w) with the two paddings added
// CHECK: func.func @convolution(%[[X:\w+]]: tensor<1x2x4x5xf32>, %[[W:\w+]]: tensor<3x2x5x6xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.conv2d %[[X]], %[[W]] {pads = [3, 6, 4, 11], strides = [2, 1]} :
// CHECK-NEXT: func.return %[[Y]]
// LOC: nn.conv2d {{.*}} loc(fused["pad", "conv"])
func.func @convolution(%x: tensor<1x2x4x5xf32>, %w: tensor<3x2x5x6xf32>) -> tensor<1x3x4x17xf32> {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2]} : (tensor<1x2x4x5xf32>) -> tensor<1x2x8x11xf32> loc("pad")
  %y = nn.conv2d %p, %w {pads = [2, 4, 1, 7], strides = [2, 1]} : (tensor<1x2x8x11xf32>, tensor<3x2x5x6xf32>) -> tensor<1x3x4x17xf32> loc("conv")
  func.return %y : tensor<1x3x4x17xf32>
}

// -----

// Dilation and groups stay with it
// CHECK: nn.conv2d %{{\w+}}, %{{\w+}} {dilations = [2, 1], groups = 2, pads = [1, 2, 3, 4], strides = [1, 2]} :
func.func @dilated(%x: tensor<1x2x4x5xf32>, %w: tensor<4x1x2x3xf32>) -> tensor<1x4x6x5xf32> {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2]} : (tensor<1x2x4x5xf32>) -> tensor<1x2x8x11xf32>
  %y = nn.conv2d %p, %w {dilations = [2, 1], groups = 2, pads = [0, 0, 0, 0], strides = [1, 2]} : (tensor<1x2x8x11xf32>, tensor<4x1x2x3xf32>) -> tensor<1x4x6x5xf32>
  func.return %y : tensor<1x4x6x5xf32>
}

// -----

// The padded tensor stays for its other readers
// CHECK: func.func @read(%[[X:\w+]]: tensor<1x2x4x5xf32>, %[[W:\w+]]: tensor<3x2x5x6xf32>)
// CHECK: %[[P:\w+]] = nn.pad %[[X]]
// CHECK: nn.conv2d %[[X]], %[[W]] {pads = [1, 2, 3, 4], strides = [1, 1]}
// CHECK: nn.relu %[[P]]
func.func @read(%x: tensor<1x2x4x5xf32>, %w: tensor<3x2x5x6xf32>) -> (tensor<1x3x4x6xf32>, tensor<1x2x8x11xf32>) {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2]} : (tensor<1x2x4x5xf32>) -> tensor<1x2x8x11xf32>
  %y = nn.conv2d %p, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x8x11xf32>, tensor<3x2x5x6xf32>) -> tensor<1x3x4x6xf32>
  %r = nn.relu %p : (tensor<1x2x8x11xf32>) -> tensor<1x2x8x11xf32>
  func.return %y, %r : tensor<1x3x4x6xf32>, tensor<1x2x8x11xf32>
}

// -----

// Near miss: the padding is not 0
// CHECK: nn.pad
// CHECK-NEXT: nn.conv2d %{{\w+}}, %{{\w+}} {pads = [0, 0, 0, 0]
// WHY: the padding is 1, not 0
func.func @ones(%x: tensor<1x2x4x5xf32>, %w: tensor<3x2x5x6xf32>) -> tensor<1x3x4x6xf32> {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2], value = 1.0} : (tensor<1x2x4x5xf32>) -> tensor<1x2x8x11xf32>
  %y = nn.conv2d %p, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x8x11xf32>, tensor<3x2x5x6xf32>) -> tensor<1x3x4x6xf32>
  func.return %y : tensor<1x3x4x6xf32>
}

// -----

// Near miss: channels are padded
// CHECK: nn.pad
// WHY: samples or channels are padded
func.func @channels(%x: tensor<1x2x4x5xf32>, %w: tensor<3x3x2x2xf32>) -> tensor<1x3x3x4xf32> {
  %p = nn.pad %x {high = [0, 0, 0, 0], low = [0, 1, 0, 0]} : (tensor<1x2x4x5xf32>) -> tensor<1x3x4x5xf32>
  %y = nn.conv2d %p, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x3x4x5xf32>, tensor<3x3x2x2xf32>) -> tensor<1x3x3x4xf32>
  func.return %y : tensor<1x3x3x4xf32>
}

// -----

// Near miss: rows are cut off
// CHECK: nn.pad
// WHY: it cuts rows or columns off
func.func @cut(%x: tensor<1x2x6x5xf32>, %w: tensor<3x2x2x2xf32>) -> tensor<1x3x4x4xf32> {
  %p = nn.pad %x {high = [0, 0, 0, 0], low = [0, 0, -1, 0]} : (tensor<1x2x6x5xf32>) -> tensor<1x2x5x5xf32>
  %y = nn.conv2d %p, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x5x5xf32>, tensor<3x2x2x2xf32>) -> tensor<1x3x4x4xf32>
  func.return %y : tensor<1x3x4x4xf32>
}

// -----

// Near miss: the border is repeated
// CHECK: nn.pad
// WHY: the padding is of mode edge
func.func @edge(%x: tensor<1x2x4x5xf32>, %w: tensor<3x2x2x2xf32>) -> tensor<1x3x5x7xf32> {
  %p = nn.pad %x {high = [0, 0, 1, 2], low = [0, 0, 1, 1], mode = "edge"} : (tensor<1x2x4x5xf32>) -> tensor<1x2x6x8xf32>
  %y = nn.conv2d %p, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x6x8xf32>, tensor<3x2x2x2xf32>) -> tensor<1x3x5x7xf32>
  func.return %y : tensor<1x3x5x7xf32>
}

// -----

// Max pooling: zeros around what is never negative
// CHECK: func.func @max_of_relu(%[[X:\w+]]: tensor<1x2x6x7xf32>)
// CHECK-NEXT: %[[R:\w+]] = nn.relu %[[X]]
// CHECK-NEXT: nn.max_pool2d %[[R]] {kernel = [5, 6], pads = [1, 3, 4, 5], strides = [2, 1]} :
func.func @max_of_relu(%x: tensor<1x2x6x7xf32>) -> tensor<1x2x4x10xf32> {
  %r = nn.relu %x : (tensor<1x2x6x7xf32>) -> tensor<1x2x6x7xf32>
  %p = nn.pad %r {high = [0, 0, 3, 5], low = [0, 0, 1, 2]} : (tensor<1x2x6x7xf32>) -> tensor<1x2x10x14xf32>
  %y = nn.max_pool2d %p {kernel = [5, 6], pads = [0, 1, 1, 0], strides = [2, 1]} : (tensor<1x2x10x14xf32>) -> tensor<1x2x4x10xf32>
  func.return %y : tensor<1x2x4x10xf32>
}

// -----

// Max pooling: zeros around what was clipped at 1
// CHECK: nn.max_pool2d %{{\w+}} {kernel = [2, 3], pads = [0, 1, 1, 2], strides = [1, 1]} :
func.func @max_of_clip(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x3x5xf32> {
  %c = nn.clip %x {min = 1.0} : (tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32>
  %p = nn.pad %c {high = [0, 0, 1, 2], low = [0, 0, 0, 1]} : (tensor<1x2x3x4xf32>) -> tensor<1x2x4x7xf32>
  %y = nn.max_pool2d %p {kernel = [2, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x4x7xf32>) -> tensor<1x2x3x5xf32>
  func.return %y : tensor<1x2x3x5xf32>
}

// -----

// Max pooling: minus infinity around anything
// CHECK: func.func @max_of_infinity(%[[X:\w+]]: tensor<1x2x3x4xf32>)
// CHECK-NEXT: nn.max_pool2d %[[X]] {kernel = [2, 3], pads = [0, 1, 1, 2], strides = [1, 1]} :
func.func @max_of_infinity(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x3x5xf32> {
  %p = nn.pad %x {high = [0, 0, 1, 2], low = [0, 0, 0, 1], value = 0xFFF0000000000000 : f64} : (tensor<1x2x3x4xf32>) -> tensor<1x2x4x7xf32>
  %y = nn.max_pool2d %p {kernel = [2, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x4x7xf32>) -> tensor<1x2x3x5xf32>
  func.return %y : tensor<1x2x3x5xf32>
}

// -----

// Near miss: zeros may be the largest of what is clipped at -1
// CHECK: nn.pad
// CHECK-NEXT: nn.max_pool2d
// WHY: the padding of 0 can be the largest in a window
func.func @max_of_negative(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x3x5xf32> {
  %c = nn.clip %x {min = -1.0} : (tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32>
  %p = nn.pad %c {high = [0, 0, 1, 2], low = [0, 0, 0, 1]} : (tensor<1x2x3x4xf32>) -> tensor<1x2x4x7xf32>
  %y = nn.max_pool2d %p {kernel = [2, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x4x7xf32>) -> tensor<1x2x3x5xf32>
  func.return %y : tensor<1x2x3x5xf32>
}

// -----

// Near miss: ones around what is never negative
// CHECK: nn.pad
// WHY: the padding of 1 can be the largest in a window
func.func @max_of_ones(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x3x5xf32> {
  %r = nn.relu %x : (tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32>
  %p = nn.pad %r {high = [0, 0, 1, 2], low = [0, 0, 0, 1], value = 1.0} : (tensor<1x2x3x4xf32>) -> tensor<1x2x4x7xf32>
  %y = nn.max_pool2d %p {kernel = [2, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x4x7xf32>) -> tensor<1x2x3x5xf32>
  func.return %y : tensor<1x2x3x5xf32>
}

// -----

// Refused: a window could lie in the padding alone
// CHECK: nn.pad
// WHY: a window could lie in the padding alone
func.func @max_outside(%x: tensor<1x2x6x7xf32>) -> tensor<1x2x7x5xf32> {
  %r = nn.relu %x : (tensor<1x2x6x7xf32>) -> tensor<1x2x6x7xf32>
  %p = nn.pad %r {high = [0, 0, 0, 0], low = [0, 0, 5, 0]} : (tensor<1x2x6x7xf32>) -> tensor<1x2x11x7xf32>
  %y = nn.max_pool2d %p {kernel = [5, 3], pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x11x7xf32>) -> tensor<1x2x7x5xf32>
  func.return %y : tensor<1x2x7x5xf32>
}

// -----

// Average pooling counts the padding that it takes in
// REFERENCE: within 1e-6 (averages are rounded)
// CHECK: func.func @average(%[[X:\w+]]: tensor<1x2x6x7xf32>)
// CHECK-NEXT: nn.average_pool2d %[[X]] {count_include_pad = true, kernel = [5, 6], pads = [1, 2, 3, 4], strides = [2, 1]} :
func.func @average(%x: tensor<1x2x6x7xf32>) -> tensor<1x2x3x8xf32> {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2]} : (tensor<1x2x6x7xf32>) -> tensor<1x2x10x13xf32>
  %y = nn.average_pool2d %p {kernel = [5, 6], pads = [0, 0, 0, 0], strides = [2, 1]} : (tensor<1x2x10x13xf32>) -> tensor<1x2x3x8xf32>
  func.return %y : tensor<1x2x3x8xf32>
}

// -----

// Average pooling with padding of its own that counts
// REFERENCE: within 1e-6 (averages are rounded)
// CHECK: nn.average_pool2d %{{\w+}} {count_include_pad = true, kernel = [5, 6], pads = [2, 3, 3, 5], strides = [2, 1]} :
func.func @average_counted(%x: tensor<1x2x6x7xf32>) -> tensor<1x2x4x10xf32> {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2]} : (tensor<1x2x6x7xf32>) -> tensor<1x2x10x13xf32>
  %y = nn.average_pool2d %p {count_include_pad = true, kernel = [5, 6], pads = [1, 1, 0, 1], strides = [2, 1]} : (tensor<1x2x10x13xf32>) -> tensor<1x2x4x10xf32>
  func.return %y : tensor<1x2x4x10xf32>
}

// -----

// Near miss: its own padding does not count
// REFERENCE: within 1e-6 (averages are rounded)
// CHECK: nn.pad
// CHECK-NEXT: nn.average_pool2d
// WHY: the pool's own padding does not count but the explicit one does
func.func @average_uncounted(%x: tensor<1x2x6x7xf32>) -> tensor<1x2x4x8xf32> {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2]} : (tensor<1x2x6x7xf32>) -> tensor<1x2x10x13xf32>
  %y = nn.average_pool2d %p {kernel = [5, 6], pads = [1, 0, 0, 0], strides = [2, 1]} : (tensor<1x2x10x13xf32>) -> tensor<1x2x4x8xf32>
  func.return %y : tensor<1x2x4x8xf32>
}

// -----

// Near miss: averages of a padding of 2
// REFERENCE: within 1e-6 (averages are rounded)
// CHECK: nn.pad
// WHY: the padding is 2, not 0
func.func @average_of_twos(%x: tensor<1x2x6x7xf32>) -> tensor<1x2x3x8xf32> {
  %p = nn.pad %x {high = [0, 0, 3, 4], low = [0, 0, 1, 2], value = 2.0} : (tensor<1x2x6x7xf32>) -> tensor<1x2x10x13xf32>
  %y = nn.average_pool2d %p {kernel = [5, 6], pads = [0, 0, 0, 0], strides = [2, 1]} : (tensor<1x2x10x13xf32>) -> tensor<1x2x3x8xf32>
  func.return %y : tensor<1x2x3x8xf32>
}
