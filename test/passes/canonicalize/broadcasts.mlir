// RUN: fastc opt %s --pass-pipeline=canonicalize
// RUN: fastc opt %s --pass-pipeline=canonicalize --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY

// broadcast-of-unit-dimensions: broadcast(x) -> reshape(x) where only dimensions of extent 1 are added
// CHECK: func.func @units(%[[X:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reshape %[[X]] {shape = [1, 1, 3, 1]}
// CHECK-NEXT: func.return %[[Y]]
func.func @units(%x: tensor<3x1xf32>) -> tensor<1x1x3x1xf32> {
  %y = nn.broadcast_to %x {shape = [1, 1, 3, 1]} : (tensor<3x1xf32>) -> tensor<1x1x3x1xf32>
  func.return %y : tensor<1x1x3x1xf32>
}

// -----

// Near miss: one that repeats elements
// CHECK: nn.broadcast_to
// WHY: it repeats elements
func.func @repeats(%x: tensor<3x1xf32>) -> tensor<1x3x2xf32> {
  %y = nn.broadcast_to %x {shape = [1, 3, 2]} : (tensor<3x1xf32>) -> tensor<1x3x2xf32>
  func.return %y : tensor<1x3x2xf32>
}

// -----

// drop-broadcast-of-operand: op(broadcast(x), y) -> op(x, y) where y alone gives the shape
// CHECK: func.func @in_vain(%[[X:\w+]]: tensor<2x3xf32>, %[[V:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.sub %[[X]], %[[V]] : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @in_vain(%x: tensor<2x3xf32>, %v: tensor<3xf32>) -> tensor<2x3xf32> {
  %wide = nn.broadcast_to %v {shape = [2, 3]} : (tensor<3xf32>) -> tensor<2x3xf32>
  %y = nn.sub %x, %wide : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// drop-broadcast-of-operand: an op of three operands, and others read the broadcast
// CHECK: func.func @condition(%[[X:\w+]]: tensor<2x3xf32>, %[[C:\w+]]: tensor<2x1xi1>)
// CHECK: %[[WIDE:\w+]] = nn.broadcast_to %[[C]]
// CHECK: %[[Y:\w+]] = nn.where %[[C]], %[[X]], %{{\w+}} : (tensor<2x1xi1>, tensor<2x3xf32>, tensor<f32>)
// CHECK: func.return %[[Y]], %[[WIDE]]
func.func @condition(%x: tensor<2x3xf32>, %c: tensor<2x1xi1>) -> (tensor<2x3xf32>, tensor<2x3xi1>) {
  %wide = nn.broadcast_to %c {shape = [2, 3]} : (tensor<2x1xi1>) -> tensor<2x3xi1>
  %five = nn.constant {value = dense<5.0> : tensor<f32>} : () -> tensor<f32>
  %y = nn.where %wide, %x, %five : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  func.return %y, %wide : tensor<2x3xf32>, tensor<2x3xi1>
}

// -----

// Near miss: the broadcast gives the shape, and others read it
// CHECK: nn.broadcast_to
// CHECK-NEXT: nn.add
// WHY: no operand is broadcast to what the others give anyway
func.func @gives_the_shape(%x: tensor<2x1xf32>, %v: tensor<3xf32>) -> (tensor<4x2x3xf32>, tensor<4x2x3xf32>) {
  %wide = nn.broadcast_to %x {shape = [4, 2, 3]} : (tensor<2x1xf32>) -> tensor<4x2x3xf32>
  %y = nn.add %wide, %v : (tensor<4x2x3xf32>, tensor<3xf32>) -> tensor<4x2x3xf32>
  func.return %y, %wide : tensor<4x2x3xf32>, tensor<4x2x3xf32>
}

// -----

// broadcast-after-operation: op(broadcast(x)) -> broadcast(op(x)), fewer elements to compute
// CHECK: func.func @after(%[[X:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[R:\w+]] = nn.relu %[[X]] : (tensor<3xf32>) -> tensor<3xf32>
// CHECK-NEXT: %[[Y:\w+]] = nn.broadcast_to %[[R]] {shape = [2, 3]}
// CHECK-NEXT: func.return %[[Y]]
func.func @after(%x: tensor<3xf32>) -> tensor<2x3xf32> {
  %wide = nn.broadcast_to %x {shape = [2, 3]} : (tensor<3xf32>) -> tensor<2x3xf32>
  %y = nn.relu %wide : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// broadcast-after-operation: both operands are stretched, in different ways
// CHECK: func.func @both(%[[X:\w+]]: tensor<3xf32>, %[[Z:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[P:\w+]] = nn.div %[[X]], %[[Z]] : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
// CHECK-NEXT: nn.broadcast_to %[[P]] {shape = [5, 2, 3]}
func.func @both(%x: tensor<3xf32>, %z: tensor<3xf32>) -> tensor<5x2x3xf32> {
  %a = nn.broadcast_to %x {shape = [2, 3]} : (tensor<3xf32>) -> tensor<2x3xf32>
  %b = nn.broadcast_to %z {shape = [5, 1, 3]} : (tensor<3xf32>) -> tensor<5x1x3xf32>
  %y = nn.div %a, %b : (tensor<2x3xf32>, tensor<5x1x3xf32>) -> tensor<5x2x3xf32>
  func.return %y : tensor<5x2x3xf32>
}

// -----

// Together: an attention mask is computed before it is stretched, and never stretched
// CHECK: func.func @mask(%[[C:\w+]]: tensor<3x1xi1>, %[[S:\w+]]: tensor<2x3x4xf32>)
// CHECK-NOT: nn.broadcast_to
// CHECK: %[[M:\w+]] = nn.where %[[C]], %{{\w+}}, %{{\w+}} : (tensor<3x1xi1>, tensor<f32>, tensor<f32>) -> tensor<3x1xf32>
// CHECK-NEXT: nn.add %[[S]], %[[M]] :
// CHECK-NEXT: func.return
func.func @mask(%c: tensor<3x1xi1>, %s: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %wide = nn.broadcast_to %c {shape = [3, 4]} : (tensor<3x1xi1>) -> tensor<3x4xi1>
  %zero = nn.constant {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %low = nn.constant {value = dense<-7.0> : tensor<f32>} : () -> tensor<f32>
  %m = nn.where %wide, %zero, %low : (tensor<3x4xi1>, tensor<f32>, tensor<f32>) -> tensor<3x4xf32>
  %y = nn.add %s, %m : (tensor<2x3x4xf32>, tensor<3x4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: others read the broadcast
// CHECK: func.func @read(%[[X:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[WIDE:\w+]] = nn.broadcast_to %[[X]]
// CHECK-NEXT: %[[Y:\w+]] = nn.relu %[[WIDE]]
// CHECK-NEXT: func.return %[[Y]], %[[WIDE]]
// WHY: no operand is a broadcast that only it reads
func.func @read(%x: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %wide = nn.broadcast_to %x {shape = [2, 3]} : (tensor<3xf32>) -> tensor<2x3xf32>
  %y = nn.relu %wide : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y, %wide : tensor<2x3xf32>, tensor<2x3xf32>
}

// -----

// Near miss: the vectors of a batch normalisation are not stretched by it
// CHECK: %[[WIDE:\w+]] = nn.broadcast_to
// CHECK: nn.batch_norm %{{\w+}}, %[[WIDE]],
// REFERENCE: within 1e-6 (the deviation is rounded)
func.func @batch_norm(%x: tensor<2x3x3xf32>) -> tensor<2x3x3xf32> {
  %one = nn.constant {value = dense_resource<one> : tensor<1xf32>} : () -> tensor<1xf32>
  %wide = nn.broadcast_to %one {shape = [3]} : (tensor<1xf32>) -> tensor<3xf32>
  %v = nn.constant {value = dense_resource<v> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.batch_norm %x, %wide, %v, %v, %v {epsilon = 0.5} : (tensor<2x3x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x3xf32>
  func.return %y : tensor<2x3x3xf32>
}
