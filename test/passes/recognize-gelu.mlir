// RUN: fastc opt %s --pass-pipeline=recognize-gelu
// RUN: fastc opt %s --pass-pipeline=recognize-gelu --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: fastc opt %s --pass-pipeline=recognize-gelu --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC
// REFERENCE: within 1e-6 (the error function is rounded between the ops)

// mul(x, 0.5, 1 + erf(x / sqrt 2)) -> gelu(x)
// CHECK-LABEL: func.func @gelu
// CHECK-SAME: (%[[X:\w+]]: tensor<2x9xf32>)
// CHECK-NOT: nn.erf
// CHECK: %[[Y:\w+]] = nn.gelu %[[X]] : (tensor<2x9xf32>) -> tensor<2x9xf32>
// CHECK-NEXT: func.return %[[Y]] :
// LOC: nn.gelu {{.*}} loc(fused["div", "erf", "add", "inner", "outer"])
func.func @gelu(%x: tensor<2x9xf32>) -> tensor<2x9xf32> {
  %root = nn.constant {value = dense<1.4142135381698608> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<2x9xf32>, tensor<f32>) -> tensor<2x9xf32> loc("div")
  %error = nn.erf %scaled : (tensor<2x9xf32>) -> tensor<2x9xf32> loc("erf")
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<2x9xf32>, tensor<f32>) -> tensor<2x9xf32> loc("add")
  %inner = nn.mul %x, %sum : (tensor<2x9xf32>, tensor<2x9xf32>) -> tensor<2x9xf32> loc("inner")
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %y = nn.mul %inner, %half : (tensor<2x9xf32>, tensor<f32>) -> tensor<2x9xf32> loc("outer")
  func.return %y : tensor<2x9xf32>
}

// -----

// In any order: x * (0.5 * (1 + erf)), with 1 on the left and a product inside of erf
// CHECK: func.func @half_inside(%[[X:\w+]]: tensor<9xf32>)
// CHECK: nn.gelu %[[X]] :
// CHECK-NEXT: func.return
func.func @half_inside(%x: tensor<9xf32>) -> tensor<9xf32> {
  %inverse = nn.constant {value = dense<0.70710678> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.mul %x, %inverse : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %one, %error : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %half, %sum : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %y = nn.mul %x, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// In any order: (1 + erf) * (0.5 * x)
// CHECK: func.func @half_of_x(%[[X:\w+]]: tensor<9xf32>)
// CHECK: nn.gelu %[[X]] :
// CHECK-NEXT: func.return
func.func @half_of_x(%x: tensor<9xf32>) -> tensor<9xf32> {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %half, %x : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %y = nn.mul %sum, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// In any order: (x * (1 + erf)) / 2
// CHECK: func.func @divided(%[[X:\w+]]: tensor<9xf32>)
// CHECK: nn.gelu %[[X]] :
// CHECK-NEXT: func.return
func.func @divided(%x: tensor<9xf32>) -> tensor<9xf32> {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %inner = nn.mul %x, %sum : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.div %inner, %two : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// A later scale stays outside
// CHECK: func.func @later_scale(%[[X:\w+]]: tensor<9xf32>)
// CHECK: %[[G:\w+]] = nn.gelu %[[X]] :
// CHECK-NEXT: %[[THREE:\w+]] = nn.constant {value = dense<3.0>
// CHECK-NEXT: nn.mul %[[G]], %[[THREE]]
func.func @later_scale(%x: tensor<9xf32>) -> tensor<9xf32> {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %half, %sum : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %gelu = nn.mul %x, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  %three = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.mul %gelu, %three : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// x may itself be a product
// CHECK: func.func @of_a_product(%[[X:\w+]]: tensor<9xf32>)
// CHECK: %[[P:\w+]] = nn.mul %[[X]],
// CHECK: nn.gelu %[[P]] :
func.func @of_a_product(%x: tensor<9xf32>) -> tensor<9xf32> {
  %three = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %p = nn.mul %x, %three : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %p, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %half, %sum : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %y = nn.mul %p, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: erf(x / 1.5)
// CHECK-NOT: nn.gelu
// WHY: no factor is 1 + erf(x / sqrt 2) of the other
func.func @other_root(%x: tensor<9xf32>) -> tensor<9xf32> {
  %root = nn.constant {value = dense<1.5> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %half, %x : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %y = nn.mul %sum, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: 2 + erf
// CHECK-NOT: nn.gelu
// WHY: no factor is 1 + erf(x / sqrt 2) of the other
func.func @two_plus(%x: tensor<9xf32>) -> tensor<9xf32> {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %two : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %half, %x : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %y = nn.mul %sum, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: a factor of 0.25
// CHECK-NOT: nn.gelu
// WHY: the constant factor is 0.25, not 0.5
func.func @quarter(%x: tensor<9xf32>) -> tensor<9xf32> {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %quarter = nn.constant {value = dense<0.25> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %quarter, %x : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %y = nn.mul %sum, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: the erf of another tensor
// CHECK-NOT: nn.gelu
// WHY: no factor is 1 + erf(x / sqrt 2) of the other
func.func @other_tensor(%x: tensor<9xf32>, %z: tensor<9xf32>) -> tensor<9xf32> {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %z, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %inner = nn.mul %half, %x : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  %y = nn.mul %sum, %inner : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: a constant stretches x
// CHECK-NOT: nn.gelu
// WHY: a constant stretches x
func.func @stretched(%x: tensor<1x3xf32>) -> tensor<2x3xf32> {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<1x3xf32>, tensor<f32>) -> tensor<1x3xf32>
  %error = nn.erf %scaled : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<1x3xf32>, tensor<f32>) -> tensor<1x3xf32>
  %inner = nn.mul %x, %sum : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
  %half = nn.constant {value = dense<0.5> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %y = nn.mul %inner, %half : (tensor<1x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: others read a product in the middle
// CHECK-NOT: nn.gelu
// WHY: it has 1 factors, not 2
func.func @product_read(%x: tensor<9xf32>) -> (tensor<9xf32>, tensor<9xf32>) {
  %root = nn.constant {value = dense<1.41421354> : tensor<f32>} : () -> tensor<f32>
  %scaled = nn.div %x, %root : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %error = nn.erf %scaled : (tensor<9xf32>) -> tensor<9xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %error, %one : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  %inner = nn.mul %x, %sum : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
  %half = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %y = nn.mul %inner, %half : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
  func.return %y, %inner : tensor<9xf32>, tensor<9xf32>
}
