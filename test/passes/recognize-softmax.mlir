// RUN: fastc opt %s --pass-pipeline=recognize-softmax
// RUN: fastc opt %s --pass-pipeline=recognize-softmax --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: fastc opt %s --pass-pipeline=recognize-softmax --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC
// REFERENCE: within 1e-6 (exponentials and quotients are rounded)

// div(e, reduce_sum(e)) with e = exp(x - reduce_max(x)) -> softmax(x)
// CHECK-LABEL: func.func @softmax
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3x5xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.softmax %[[X]] {axis = 1} : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
// CHECK-NEXT: func.return %[[Y]] :
// LOC: nn.softmax {{.*}} loc(fused["max", "sub", "exp", "sum", "div"])
func.func @softmax(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %max = nn.reduce_max %x {axes = [1]} : (tensor<2x3x5xf32>) -> tensor<2x1x5xf32> loc("max")
  %shifted = nn.sub %x, %max : (tensor<2x3x5xf32>, tensor<2x1x5xf32>) -> tensor<2x3x5xf32> loc("sub")
  %e = nn.exp %shifted : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32> loc("exp")
  %sum = nn.reduce_sum %e {axes = [1]} : (tensor<2x3x5xf32>) -> tensor<2x1x5xf32> loc("sum")
  %y = nn.div %e, %sum : (tensor<2x3x5xf32>, tensor<2x1x5xf32>) -> tensor<2x3x5xf32> loc("div")
  func.return %y : tensor<2x3x5xf32>
}

// -----

// Without the maximum, as a product with a reciprocal, dimensions put back by a reshape
// CHECK: func.func @other_spelling(%[[X:\w+]]: tensor<2x3x5xf32>)
// CHECK-NEXT: nn.softmax %[[X]] {axis = 2} :
// CHECK-NEXT: func.return
func.func @other_spelling(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %e = nn.exp %x : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %sum = nn.reduce_sum %e {axes = [2], keepdims = false} : (tensor<2x3x5xf32>) -> tensor<2x3xf32>
  %kept = nn.reshape %sum {shape = [2, 3, 1]} : (tensor<2x3xf32>) -> tensor<2x3x1xf32>
  %inverse = nn.reciprocal %kept : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %y = nn.mul %inverse, %e : (tensor<2x3x1xf32>, tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  func.return %y : tensor<2x3x5xf32>
}

// -----

// The maximum over another dimension stays
// CHECK: func.func @maximum_elsewhere(%[[X:\w+]]: tensor<2x3x5xf32>)
// CHECK-NEXT: %[[MAX:\w+]] = nn.reduce_max %[[X]] {axes = [0]} :
// CHECK-NEXT: %[[SHIFTED:\w+]] = nn.sub %[[X]], %[[MAX]] :
// CHECK-NEXT: nn.softmax %[[SHIFTED]] {axis = 1} :
// CHECK-NEXT: func.return
func.func @maximum_elsewhere(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %max = nn.reduce_max %x {axes = [0]} : (tensor<2x3x5xf32>) -> tensor<1x3x5xf32>
  %shifted = nn.sub %x, %max : (tensor<2x3x5xf32>, tensor<1x3x5xf32>) -> tensor<2x3x5xf32>
  %e = nn.exp %shifted : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %sum = nn.reduce_sum %e {axes = [1]} : (tensor<2x3x5xf32>) -> tensor<2x1x5xf32>
  %y = nn.div %e, %sum : (tensor<2x3x5xf32>, tensor<2x1x5xf32>) -> tensor<2x3x5xf32>
  func.return %y : tensor<2x3x5xf32>
}

// -----

// The maximum of another tensor stays
// CHECK: func.func @maximum_of_other(%[[X:\w+]]: tensor<2x3xf32>, %[[Z:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[MAX:\w+]] = nn.reduce_max %[[Z]] {axes = [1]} :
// CHECK-NEXT: %[[SHIFTED:\w+]] = nn.sub %[[X]], %[[MAX]] :
// CHECK-NEXT: nn.softmax %[[SHIFTED]] {axis = 1} :
func.func @maximum_of_other(%x: tensor<2x3xf32>, %z: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %max = nn.reduce_max %z {axes = [1]} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %shifted = nn.sub %x, %max : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %e = nn.exp %shifted : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %sum = nn.reduce_sum %e {axes = [1]} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %y = nn.div %e, %sum : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Near miss: a sum without kept dimensions broadcasts along another one
// CHECK: nn.div
// CHECK-NOT: nn.softmax
// WHY: the denominator is not the sum of the numerator
func.func @not_kept(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %e = nn.exp %x : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %sum = nn.reduce_sum %e {axes = [1], keepdims = false} : (tensor<3x3xf32>) -> tensor<3xf32>
  %y = nn.div %e, %sum : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}

// -----

// Near miss: a sum over two dimensions
// CHECK: nn.div
// WHY: the sum is over 2 dimensions, not 1
func.func @two_dimensions(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %e = nn.exp %x : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %sum = nn.reduce_sum %e {axes = [1, 2]} : (tensor<2x3x5xf32>) -> tensor<2x1x1xf32>
  %y = nn.div %e, %sum : (tensor<2x3x5xf32>, tensor<2x1x1xf32>) -> tensor<2x3x5xf32>
  func.return %y : tensor<2x3x5xf32>
}

// -----

// Near miss: the maximum in place of the sum
// CHECK: nn.div
// WHY: the denominator is not the sum of the numerator
func.func @maximum(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %e = nn.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %max = nn.reduce_max %e {axes = [1]} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %y = nn.div %e, %max : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Near miss: the sum of other exponentials
// CHECK: nn.div
// WHY: the denominator is not the sum of the numerator
func.func @other_sum(%x: tensor<2x3xf32>, %z: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %e = nn.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %f = nn.exp %z : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %sum = nn.reduce_sum %f {axes = [1]} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %y = nn.div %e, %sum : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Near miss: powers of 2 in place of exponentials
// CHECK: nn.div
// WHY: the numerator is not an exponential
func.func @powers(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %e = nn.pow %two, %x : (tensor<f32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %sum = nn.reduce_sum %e {axes = [1]} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %y = nn.div %e, %sum : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: others read the exponentials, which would be computed again
// CHECK: nn.div
// CHECK-NOT: nn.softmax
// WHY: the exponentials have other readers
func.func @exponentials_read(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %e = nn.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %sum = nn.reduce_sum %e {axes = [1]} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %y = nn.div %e, %sum : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %z = nn.sub %e, %x : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y, %z : tensor<2x3xf32>, tensor<2x3xf32>
}

// -----

// Refused: others read the sum
// CHECK: nn.div
// CHECK-NOT: nn.softmax
// WHY: the sum has other readers
func.func @sum_read(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>) {
  %e = nn.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %sum = nn.reduce_sum %e {axes = [1]} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %y = nn.div %e, %sum : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  func.return %y, %sum : tensor<2x3xf32>, tensor<2x1xf32>
}
