// RUN: fastc opt %s --pass-pipeline=recognize-silu
// RUN: fastc opt %s --pass-pipeline=recognize-silu --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: fastc opt %s --pass-pipeline=recognize-silu --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC
// REFERENCE: within 1e-6 (the sigmoid is rounded between the two ops)

// mul(x, sigmoid(x)) -> silu(x)
// CHECK-LABEL: func.func @silu
// CHECK-SAME: (%[[X:\w+]]: tensor<2x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.silu %[[X]] : (tensor<2x4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: func.return %[[Y]] :
// LOC: nn.silu {{.*}} loc(fused["gate", "product"])
func.func @silu(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %gate = nn.sigmoid %x : (tensor<2x4xf32>) -> tensor<2x4xf32> loc("gate")
  %y = nn.mul %x, %gate : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32> loc("product")
  func.return %y : tensor<2x4xf32>
}

// -----

// The sigmoid may stand on the left
// CHECK: func.func @left(%[[X:\w+]]: tensor<3xf32>)
// CHECK-NEXT: nn.silu %[[X]] :
// CHECK-NEXT: func.return
func.func @left(%x: tensor<3xf32>) -> tensor<3xf32> {
  %gate = nn.sigmoid %x : (tensor<3xf32>) -> tensor<3xf32>
  %y = nn.mul %gate, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Of two sigmoids, the gate is the one that reads the other
// CHECK: func.func @of_a_sigmoid(%[[X:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[S:\w+]] = nn.sigmoid %[[X]] :
// CHECK-NEXT: nn.silu %[[S]] :
// CHECK-NEXT: func.return
func.func @of_a_sigmoid(%x: tensor<3xf32>) -> tensor<3xf32> {
  %s = nn.sigmoid %x : (tensor<3xf32>) -> tensor<3xf32>
  %gate = nn.sigmoid %s : (tensor<3xf32>) -> tensor<3xf32>
  %y = nn.mul %s, %gate : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Near miss: a squeeze-and-excite gate is the sigmoid of another tensor
// CHECK: func.func @gate(%[[X:\w+]]: tensor<1x3x2x2xf32>, %[[G:\w+]]: tensor<1x3x1x1xf32>)
// CHECK-NEXT: %[[S:\w+]] = nn.sigmoid %[[G]] :
// CHECK-NEXT: nn.mul %[[X]], %[[S]] :
// WHY: no factor is the sigmoid of the other
func.func @gate(%x: tensor<1x3x2x2xf32>, %g: tensor<1x3x1x1xf32>) -> tensor<1x3x2x2xf32> {
  %s = nn.sigmoid %g : (tensor<1x3x1x1xf32>) -> tensor<1x3x1x1xf32>
  %y = nn.mul %x, %s : (tensor<1x3x2x2xf32>, tensor<1x3x1x1xf32>) -> tensor<1x3x2x2xf32>
  func.return %y : tensor<1x3x2x2xf32>
}

// -----

// Refused: the sigmoid has another reader and would be computed twice
// CHECK: func.func @shared(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[S:\w+]] = nn.sigmoid %[[X]] :
// CHECK-NEXT: %[[Y:\w+]] = nn.mul %[[X]], %[[S]] :
// CHECK-NEXT: func.return %[[Y]], %[[S]] :
// WHY: the sigmoid has other readers
func.func @shared(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %s = nn.sigmoid %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = nn.mul %x, %s : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y, %s : tensor<2x3xf32>, tensor<2x3xf32>
}
