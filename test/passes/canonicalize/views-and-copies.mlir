// RUN: fastc opt %s --pass-pipeline=canonicalize
// RUN: fastc opt %s --pass-pipeline=canonicalize --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: fastc opt %s --pass-pipeline=canonicalize --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// merge-reshapes: reshape(reshape(x)) -> reshape(x)
// CHECK: func.func @reshapes(%[[X:\w+]]: tensor<2x6xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reshape %[[X]] {shape = [3, 4]} : (tensor<2x6xf32>) -> tensor<3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
// LOC: nn.reshape {{.*}} loc(fused["inner", "outer"])
func.func @reshapes(%x: tensor<2x6xf32>) -> tensor<3x4xf32> {
  %inner = nn.reshape %x {shape = [12]} : (tensor<2x6xf32>) -> tensor<12xf32> loc("inner")
  %y = nn.reshape %inner {shape = [3, 4]} : (tensor<12xf32>) -> tensor<3x4xf32> loc("outer")
  func.return %y : tensor<3x4xf32>
}

// -----

// merge-reshapes: back to the first shape, nothing is left
// CHECK: func.func @there_and_back(%[[X:\w+]]: tensor<2x6xf32>)
// CHECK-NEXT: func.return %[[X]]
func.func @there_and_back(%x: tensor<2x6xf32>) -> tensor<2x6xf32> {
  %inner = nn.reshape %x {shape = [4, 3]} : (tensor<2x6xf32>) -> tensor<4x3xf32>
  %y = nn.reshape %inner {shape = [2, 6]} : (tensor<4x3xf32>) -> tensor<2x6xf32>
  func.return %y : tensor<2x6xf32>
}

// -----

// merge-reshapes: the inner one stays for its other readers
// CHECK: func.func @inner_read(%[[X:\w+]]: tensor<2x6xf32>)
// CHECK-DAG: %[[FLAT:\w+]] = nn.reshape %[[X]] {shape = [12]}
// CHECK-DAG: %[[Y:\w+]] = nn.reshape %[[X]] {shape = [3, 4]}
// CHECK: func.return %[[Y]], %[[FLAT]]
func.func @inner_read(%x: tensor<2x6xf32>) -> (tensor<3x4xf32>, tensor<12xf32>) {
  %inner = nn.reshape %x {shape = [12]} : (tensor<2x6xf32>) -> tensor<12xf32>
  %y = nn.reshape %inner {shape = [3, 4]} : (tensor<12xf32>) -> tensor<3x4xf32>
  func.return %y, %inner : tensor<3x4xf32>, tensor<12xf32>
}

// -----

// Near miss: something between the reshapes
// CHECK: nn.reshape
// CHECK-NEXT: nn.relu
// CHECK-NEXT: nn.reshape
// WHY: input is not a reshape
func.func @relu_between(%x: tensor<2x6xf32>) -> tensor<3x4xf32> {
  %inner = nn.reshape %x {shape = [12]} : (tensor<2x6xf32>) -> tensor<12xf32>
  %r = nn.relu %inner : (tensor<12xf32>) -> tensor<12xf32>
  %y = nn.reshape %r {shape = [3, 4]} : (tensor<12xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// merge-transposes: transpose(transpose(x, p), q) -> transpose(x, p o q), here [2, 1, 0] = [1, 2, 0] at [1, 0, 2]
// CHECK: func.func @transposes(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.transpose %[[X]] {permutation = [2, 1, 0]} : (tensor<2x3x4xf32>) -> tensor<4x3x2xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @transposes(%x: tensor<2x3x4xf32>) -> tensor<4x3x2xf32> {
  %inner = nn.transpose %x {permutation = [1, 2, 0]} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %y = nn.transpose %inner {permutation = [1, 0, 2]} : (tensor<3x4x2xf32>) -> tensor<4x3x2xf32>
  func.return %y : tensor<4x3x2xf32>
}

// -----

// merge-transposes: a cube, whose types do not tell which order is right
// CHECK: func.func @cube(%[[X:\w+]]: tensor<2x2x2x2xf32>)
// CHECK-NEXT: nn.transpose %[[X]] {permutation = [3, 1, 0, 2]} :
// CHECK-NEXT: func.return
func.func @cube(%x: tensor<2x2x2x2xf32>) -> tensor<2x2x2x2xf32> {
  %inner = nn.transpose %x {permutation = [1, 2, 3, 0]} : (tensor<2x2x2x2xf32>) -> tensor<2x2x2x2xf32>
  %y = nn.transpose %inner {permutation = [2, 0, 3, 1]} : (tensor<2x2x2x2xf32>) -> tensor<2x2x2x2xf32>
  func.return %y : tensor<2x2x2x2xf32>
}

// -----

// merge-transposes: one and its inverse
// CHECK: func.func @inverse(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: func.return %[[X]]
func.func @inverse(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %inner = nn.transpose %x {permutation = [1, 2, 0]} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %y = nn.transpose %inner {permutation = [2, 0, 1]} : (tensor<3x4x2xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// transpose-of-unit-dimensions: a view where only dimensions of extent 1 change places
// CHECK: func.func @units(%[[X:\w+]]: tensor<2x1x3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reshape %[[X]] {shape = [1, 2, 1, 3]} :
// CHECK-NEXT: func.return %[[Y]]
func.func @units(%x: tensor<2x1x3x1xf32>) -> tensor<1x2x1x3xf32> {
  %y = nn.transpose %x {permutation = [1, 0, 3, 2]} : (tensor<2x1x3x1xf32>) -> tensor<1x2x1x3xf32>
  func.return %y : tensor<1x2x1x3xf32>
}

// -----

// Near miss: two dimensions longer than 1 change places among those of extent 1
// CHECK: nn.transpose %{{\w+}} {permutation = [2, 1, 0, 3]}
// WHY: dimensions longer than 1 change places
func.func @not_only_units(%x: tensor<2x1x3x1xf32>) -> tensor<3x1x2x1xf32> {
  %y = nn.transpose %x {permutation = [2, 1, 0, 3]} : (tensor<2x1x3x1xf32>) -> tensor<3x1x2x1xf32>
  func.return %y : tensor<3x1x2x1xf32>
}

// -----

// merge-slices: starts and steps compose, start 1 + 7 * 2 and step 2 * -3
// CHECK: func.func @slices(%[[X:\w+]]: tensor<20x5xf32>)
// CHECK-NEXT: nn.slice %[[X]] {sizes = [3, 2], starts = [15, 3], steps = [-6, 1]} :
// CHECK-NEXT: func.return
func.func @slices(%x: tensor<20x5xf32>) -> tensor<3x2xf32> {
  %inner = nn.slice %x {sizes = [9, 4], starts = [1, 1], steps = [2, 1]} : (tensor<20x5xf32>) -> tensor<9x4xf32>
  %y = nn.slice %inner {sizes = [3, 2], starts = [7, 2], steps = [-3, 1]} : (tensor<9x4xf32>) -> tensor<3x2xf32>
  func.return %y : tensor<3x2xf32>
}

// -----

// merge-pads: constant pads with the amounts added
// CHECK: func.func @pads(%[[X:\w+]]: tensor<5x6xf32>)
// CHECK-NEXT: nn.pad %[[X]] {high = [13, 6], low = [5, 9], value = 7.0} :
// CHECK-NEXT: func.return
func.func @pads(%x: tensor<5x6xf32>) -> tensor<23x21xf32> {
  %inner = nn.pad %x {high = [4, 1], low = [2, 8], value = 7.0} : (tensor<5x6xf32>) -> tensor<11x15xf32>
  %y = nn.pad %inner {high = [9, 5], low = [3, 1], value = 7.0} : (tensor<11x15xf32>) -> tensor<23x21xf32>
  func.return %y : tensor<23x21xf32>
}

// -----

// Near miss: the two pads have different values
// CHECK-COUNT-2: nn.pad
// WHY: the borders have different values
func.func @different_values(%x: tensor<5xf32>) -> tensor<15xf32> {
  %inner = nn.pad %x {high = [4], low = [2], value = 7.0} : (tensor<5xf32>) -> tensor<11xf32>
  %y = nn.pad %inner {high = [1], low = [3], value = 6.0} : (tensor<11xf32>) -> tensor<15xf32>
  func.return %y : tensor<15xf32>
}

// -----

// Near miss: one of them repeats the border
// CHECK-COUNT-2: nn.pad
// WHY: the border is not constant
func.func @edges(%x: tensor<5xf32>) -> tensor<15xf32> {
  %inner = nn.pad %x {high = [4], low = [2], mode = "edge"} : (tensor<5xf32>) -> tensor<11xf32>
  %y = nn.pad %inner {high = [1], low = [3]} : (tensor<11xf32>) -> tensor<15xf32>
  func.return %y : tensor<15xf32>
}

// -----

// Near miss: one of them cuts off what the other would add
// CHECK-COUNT-2: nn.pad
// WHY: one of them cuts
func.func @cuts(%x: tensor<5xf32>) -> tensor<9xf32> {
  %inner = nn.pad %x {high = [1], low = [-1]} : (tensor<5xf32>) -> tensor<5xf32>
  %y = nn.pad %inner {high = [1], low = [3]} : (tensor<5xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}
