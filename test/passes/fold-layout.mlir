// RUN: fastc opt %s --pass-pipeline=fold-layout
// RUN: fastc opt %s --pass-pipeline=fold-layout --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: fastc opt %s --pass-pipeline=fold-layout --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// A weight that is stored transposed is read transposed
// CHECK-LABEL: func.func @weight
// CHECK-SAME: (%[[X:\w+]]: tensor<8x16xf32>)
// CHECK-NEXT: %[[W:\w+]] = nn.constant {value = dense_resource<w> : tensor<32x16xf32>}
// CHECK-NEXT: %[[Y:\w+]] = nn.matmul %[[X]], %[[W]] {transpose_rhs = true} : (tensor<8x16xf32>, tensor<32x16xf32>) -> tensor<8x32xf32>
// CHECK-NEXT: func.return %[[Y]] :
// LOC: nn.matmul {{.*}} loc(fused["turn", "product"])
func.func @weight(%x: tensor<8x16xf32>) -> tensor<8x32xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<32x16xf32>} : () -> tensor<32x16xf32>
  %turned = nn.transpose %w {permutation = [1, 0]} : (tensor<32x16xf32>) -> tensor<16x32xf32> loc("turn")
  %y = nn.matmul %x, %turned : (tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32> loc("product")
  func.return %y : tensor<8x32xf32>
}

// -----

// matmul(transpose(a), transpose(b)) -> matmul(a, b, both flags)
// CHECK: func.func @both(%[[A:\w+]]: tensor<2x4x3xf32>, %[[B:\w+]]: tensor<2x5x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.matmul %[[A]], %[[B]] {transpose_lhs = true, transpose_rhs = true} :
// CHECK-NEXT: func.return %[[Y]]
func.func @both(%a: tensor<2x4x3xf32>, %b: tensor<2x5x4xf32>) -> tensor<2x3x5xf32> {
  %lhs = nn.transpose %a {permutation = [0, 2, 1]} : (tensor<2x4x3xf32>) -> tensor<2x3x4xf32>
  %rhs = nn.transpose %b {permutation = [0, 2, 1]} : (tensor<2x5x4xf32>) -> tensor<2x4x5xf32>
  %y = nn.matmul %lhs, %rhs : (tensor<2x3x4xf32>, tensor<2x4x5xf32>) -> tensor<2x3x5xf32>
  func.return %y : tensor<2x3x5xf32>
}

// -----

// A flag that is set already is taken back
// CHECK: func.func @flag(%[[A:\w+]]: tensor<3x4xf32>, %[[B:\w+]]: tensor<4x5xf32>)
// CHECK-NEXT: nn.matmul %[[A]], %[[B]] :
func.func @flag(%a: tensor<3x4xf32>, %b: tensor<4x5xf32>) -> tensor<3x5xf32> {
  %lhs = nn.transpose %a {permutation = [1, 0]} : (tensor<3x4xf32>) -> tensor<4x3xf32>
  %y = nn.matmul %lhs, %b {transpose_lhs = true} : (tensor<4x3xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
  func.return %y : tensor<3x5xf32>
}

// -----

// The transpose of an input stays for its other readers
// CHECK: func.func @read(%[[A:\w+]]: tensor<3x4xf32>, %[[B:\w+]]: tensor<3x5xf32>)
// CHECK-NEXT: %[[T:\w+]] = nn.transpose %[[A]]
// CHECK-NEXT: %[[Y:\w+]] = nn.matmul %[[A]], %[[B]] {transpose_lhs = true} :
// CHECK-NEXT: func.return %[[Y]], %[[T]]
func.func @read(%a: tensor<3x4xf32>, %b: tensor<3x5xf32>) -> (tensor<4x5xf32>, tensor<4x3xf32>) {
  %lhs = nn.transpose %a {permutation = [1, 0]} : (tensor<3x4xf32>) -> tensor<4x3xf32>
  %y = nn.matmul %lhs, %b : (tensor<4x3xf32>, tensor<3x5xf32>) -> tensor<4x5xf32>
  func.return %y, %lhs : tensor<4x5xf32>, tensor<4x3xf32>
}

// -----

// Of an attention head's transpose only the move of the heads stays
// CHECK: func.func @heads(%[[Q:\w+]]: tensor<2x5x3x4xf32>, %[[K:\w+]]: tensor<2x6x3x4xf32>)
// CHECK-DAG: %[[QH:\w+]] = nn.transpose %[[Q]] {permutation = [0, 2, 1, 3]}
// CHECK-DAG: %[[KH:\w+]] = nn.transpose %[[K]] {permutation = [0, 2, 1, 3]}
// CHECK: nn.matmul %[[QH]], %[[KH]] {transpose_rhs = true} :
// WHY: the transpose leaves the last two dimensions in order
func.func @heads(%q: tensor<2x5x3x4xf32>, %k: tensor<2x6x3x4xf32>) -> tensor<2x3x5x6xf32> {
  %qh = nn.transpose %q {permutation = [0, 2, 1, 3]} : (tensor<2x5x3x4xf32>) -> tensor<2x3x5x4xf32>
  %kh = nn.transpose %k {permutation = [0, 2, 3, 1]} : (tensor<2x6x3x4xf32>) -> tensor<2x3x4x6xf32>
  %y = nn.matmul %qh, %kh : (tensor<2x3x5x4xf32>, tensor<2x3x4x6xf32>) -> tensor<2x3x5x6xf32>
  func.return %y : tensor<2x3x5x6xf32>
}

// -----

// Refused: such a transpose with other readers would be written twice
// CHECK: nn.transpose %{{\w+}} {permutation = [0, 2, 3, 1]}
// CHECK-NEXT: nn.matmul %{{\w+}}, %{{\w+}} :
// WHY: the transpose moves a batch dimension and has other readers
func.func @heads_read(%q: tensor<2x3x5x4xf32>, %k: tensor<2x6x3x4xf32>) -> (tensor<2x3x5x6xf32>, tensor<2x3x4x6xf32>) {
  %kh = nn.transpose %k {permutation = [0, 2, 3, 1]} : (tensor<2x6x3x4xf32>) -> tensor<2x3x4x6xf32>
  %y = nn.matmul %q, %kh : (tensor<2x3x5x4xf32>, tensor<2x3x4x6xf32>) -> tensor<2x3x5x6xf32>
  func.return %y, %kh : tensor<2x3x5x6xf32>, tensor<2x3x4x6xf32>
}

// -----

// The result written transposed: (AB)^T = B^T A^T
// CHECK: func.func @of_product(%[[A:\w+]]: tensor<2x4x3xf32>, %[[B:\w+]]: tensor<4x5xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.matmul %[[B]], %[[A]] {transpose_lhs = true} : (tensor<4x5xf32>, tensor<2x4x3xf32>) -> tensor<2x5x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @of_product(%a: tensor<2x4x3xf32>, %b: tensor<4x5xf32>) -> tensor<2x5x3xf32> {
  %p = nn.matmul %a, %b {transpose_lhs = true} : (tensor<2x4x3xf32>, tensor<4x5xf32>) -> tensor<2x3x5xf32>
  %y = nn.transpose %p {permutation = [0, 2, 1]} : (tensor<2x3x5xf32>) -> tensor<2x5x3xf32>
  func.return %y : tensor<2x5x3xf32>
}

// -----

// Refused: others read the product
// CHECK: nn.matmul
// CHECK-NEXT: nn.transpose
// WHY: the product has other readers
func.func @product_read(%a: tensor<3x4xf32>, %b: tensor<4x5xf32>) -> (tensor<5x3xf32>, tensor<3x5xf32>) {
  %p = nn.matmul %a, %b : (tensor<3x4xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
  %y = nn.transpose %p {permutation = [1, 0]} : (tensor<3x5xf32>) -> tensor<5x3xf32>
  func.return %y, %p : tensor<5x3xf32>, tensor<3x5xf32>
}

// -----

// Near miss: the transpose of a product moves a batch dimension
// CHECK: nn.matmul
// CHECK-NEXT: nn.transpose %{{\w+}} {permutation = [1, 0, 2]}
// WHY: it does not just exchange the last two dimensions
func.func @batch_moved(%a: tensor<2x3x4xf32>, %b: tensor<4x5xf32>) -> tensor<3x2x5xf32> {
  %p = nn.matmul %a, %b : (tensor<2x3x4xf32>, tensor<4x5xf32>) -> tensor<2x3x5xf32>
  %y = nn.transpose %p {permutation = [1, 0, 2]} : (tensor<2x3x5xf32>) -> tensor<3x2x5xf32>
  func.return %y : tensor<3x2x5xf32>
}
