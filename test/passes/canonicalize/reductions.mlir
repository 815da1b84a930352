// RUN: fastc opt %s --pass-pipeline=canonicalize
// RUN: fastc opt %s --pass-pipeline=canonicalize --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY

// keep-dimensions: reshape(reduce(x)) -> reduce(x, keepdims) where the reshape puts the reduced dimensions back
// CHECK: func.func @mean(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reduce_mean %[[X]] {axes = [1, 2]} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
// CHECK-NEXT: func.return %[[Y]]
// REFERENCE: within 1e-6 (means are rounded)
func.func @mean(%x: tensor<2x3x4xf32>) -> tensor<2x1x1xf32> {
  %r = nn.reduce_mean %x {axes = [1, 2], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<2xf32>
  %y = nn.reshape %r {shape = [2, 1, 1]} : (tensor<2xf32>) -> tensor<2x1x1xf32>
  func.return %y : tensor<2x1x1xf32>
}
// CHECK: func.func @sum(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: nn.reduce_sum %[[X]] {axes = [0]} : (tensor<2x3x4xf32>) -> tensor<1x3x4xf32>
func.func @sum(%x: tensor<2x3x4xf32>) -> tensor<1x3x4xf32> {
  %r = nn.reduce_sum %x {axes = [0], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<3x4xf32>
  %y = nn.reshape %r {shape = [1, 3, 4]} : (tensor<3x4xf32>) -> tensor<1x3x4xf32>
  func.return %y : tensor<1x3x4xf32>
}
// CHECK: func.func @max(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: nn.reduce_max %[[X]] {axes = [1]} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
func.func @max(%x: tensor<2x3x4xf32>) -> tensor<2x1x4xf32> {
  %r = nn.reduce_max %x {axes = [1], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<2x4xf32>
  %y = nn.reshape %r {shape = [2, 1, 4]} : (tensor<2x4xf32>) -> tensor<2x1x4xf32>
  func.return %y : tensor<2x1x4xf32>
}
// CHECK: func.func @min(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: nn.reduce_min %[[X]] {axes = [2]} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32>
func.func @min(%x: tensor<2x3x4xf32>) -> tensor<2x3x1xf32> {
  %r = nn.reduce_min %x {axes = [2], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<2x3xf32>
  %y = nn.reshape %r {shape = [2, 3, 1]} : (tensor<2x3xf32>) -> tensor<2x3x1xf32>
  func.return %y : tensor<2x3x1xf32>
}
// CHECK: func.func @prod(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: nn.reduce_prod %[[X]] {axes = [0, 2]} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
func.func @prod(%x: tensor<2x3x4xf32>) -> tensor<1x3x1xf32> {
  %r = nn.reduce_prod %x {axes = [0, 2], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  %y = nn.reshape %r {shape = [1, 3, 1]} : (tensor<3xf32>) -> tensor<1x3x1xf32>
  func.return %y : tensor<1x3x1xf32>
}

// -----

// Near miss: the reshape puts the dimension of extent 1 elsewhere
// CHECK: nn.reduce_max %{{\w+}} {axes = [1], keepdims = false}
// CHECK-NEXT: nn.reshape
// WHY: the reshape does not put the reduced dimensions back
func.func @elsewhere(%x: tensor<2x3x4xf32>) -> tensor<2x4x1xf32> {
  %r = nn.reduce_max %x {axes = [1], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<2x4xf32>
  %y = nn.reshape %r {shape = [2, 4, 1]} : (tensor<2x4xf32>) -> tensor<2x4x1xf32>
  func.return %y : tensor<2x4x1xf32>
}

// -----

// Near miss: the reduction keeps its dimensions already
// CHECK: nn.reduce_max %{{\w+}} {axes = [1]} :
// CHECK-NEXT: nn.reshape
// WHY: input is not a reduction that drops dimensions
func.func @kept_already(%x: tensor<2x3x4xf32>) -> tensor<2x4xf32> {
  %r = nn.reduce_max %x {axes = [1]} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
  %y = nn.reshape %r {shape = [2, 4]} : (tensor<2x1x4xf32>) -> tensor<2x4xf32>
  func.return %y : tensor<2x4xf32>
}
