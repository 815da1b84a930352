// RUN: fastc opt %s --pass-pipeline=cse
// RUN: fastc opt %s --pass-pipeline=cse --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// What is computed twice from the same values is computed once
// CHECK-LABEL: func.func @twice
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3xf32>, %[[Y:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[MAX:\w+]] = nn.max %[[X]], %[[Y]] :
// CHECK-NEXT: %[[PRODUCT:\w+]] = nn.mul %[[MAX]], %[[X]] :
// CHECK-NEXT: %[[SUM:\w+]] = nn.add %[[MAX]], %[[PRODUCT]] :
// CHECK-NEXT: func.return %[[SUM]] :
func.func @twice(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = nn.max %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = nn.max %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %c = nn.mul %b, %x : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %d = nn.add %a, %c : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %d : tensor<2x3xf32>
}

// -----

// Constants are merged first, then what reads them
// CHECK-LABEL: func.func @constants
// CHECK-SAME: (%[[X:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[TWO:\w+]] = nn.constant {value = dense<2.0> : tensor<f32>}
// CHECK-NEXT: %[[SUM:\w+]] = nn.add %[[X]], %[[TWO]] :
// CHECK-NEXT: func.return %[[SUM]], %[[SUM]] :
func.func @constants(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %a = nn.add %x, %two : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %also_two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %b = nn.add %x, %also_two : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  func.return %a, %b : tensor<3xf32>, tensor<3xf32>
}

// -----

// The operation that stays has both locations, a constant only its own
// CHECK-COUNT-1: nn.relu
// CHECK-NOT: nn.relu
// LOC: nn.relu %{{.*}} loc(fused["first", "second"])
// LOC: nn.constant {{.*}} loc("c1")
func.func @locations(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>) {
  %a = nn.relu %x : (tensor<3xf32>) -> tensor<3xf32> loc("first")
  %b = nn.relu %x : (tensor<3xf32>) -> tensor<3xf32> loc("second")
  %c = nn.constant {value = dense<7.0> : tensor<f32>} : () -> tensor<f32> loc("c1")
  %d = nn.constant {value = dense<7.0> : tensor<f32>} : () -> tensor<f32> loc("c2")
  func.return %a, %b, %c, %d : tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>
}

// -----

// Operands of commutative ops may stand in either order, those of others not
// CHECK-LABEL: func.func @order
// CHECK-SAME: (%[[X:\w+]]: tensor<2xf32>, %[[Y:\w+]]: tensor<2xf32>)
// CHECK-NEXT: %[[SUM:\w+]] = nn.add %[[X]], %[[Y]] :
// CHECK-NEXT: %[[LEFT:\w+]] = nn.sub %[[X]], %[[Y]] :
// CHECK-NEXT: %[[RIGHT:\w+]] = nn.sub %[[Y]], %[[X]] :
// CHECK-NEXT: func.return %[[SUM]], %[[SUM]], %[[LEFT]], %[[RIGHT]] :
func.func @order(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %a = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %b = nn.add %y, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %c = nn.sub %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %d = nn.sub %y, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %a, %b, %c, %d : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

// Another attribute makes another operation
// CHECK-LABEL: func.func @attributes
// CHECK-DAG: nn.reduce_sum %{{\w+}} {axes = [0]}
// CHECK-DAG: nn.reduce_sum %{{\w+}} {axes = [1]}
// CHECK-DAG: nn.transpose %{{\w+}} {permutation = [1, 0]}
// CHECK-DAG: nn.transpose %{{\w+}} {permutation = [0, 1]}
// CHECK: func.return
func.func @attributes(%x: tensor<3x3xf32>) -> (tensor<1x3xf32>, tensor<3x1xf32>, tensor<3x3xf32>, tensor<3x3xf32>) {
  %a = nn.reduce_sum %x {axes = [0]} : (tensor<3x3xf32>) -> tensor<1x3xf32>
  %b = nn.reduce_sum %x {axes = [1]} : (tensor<3x3xf32>) -> tensor<3x1xf32>
  %c = nn.transpose %x {permutation = [1, 0]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %d = nn.transpose %x {permutation = [0, 1]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  func.return %a, %b, %c, %d : tensor<1x3xf32>, tensor<3x1xf32>, tensor<3x3xf32>, tensor<3x3xf32>
}

// -----

// An attribute that differs behind equal ones, with equal types: the padding of a convolution on the other side
// CHECK-LABEL: func.func @one_attribute_of_many
// CHECK-COUNT-2: nn.conv2d
// CHECK-NOT: nn.conv2d
func.func @one_attribute_of_many(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x2x2xf32>) -> (tensor<1x1x4x3xf32>, tensor<1x1x4x3xf32>) {
  %a = nn.conv2d %x, %w {pads = [1, 0, 0, 0], strides = [1, 1]} : (tensor<1x1x4x4xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x4x3xf32>
  %b = nn.conv2d %x, %w {pads = [0, 0, 1, 0], strides = [1, 1]} : (tensor<1x1x4x4xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x4x3xf32>
  func.return %a, %b : tensor<1x1x4x3xf32>, tensor<1x1x4x3xf32>
}

// -----

// Another number, another shape of the same number and another weight make other constants
// CHECK-LABEL: func.func @numbers
// CHECK-COUNT-5: nn.constant
// CHECK-COUNT-5: nn.add
// CHECK-NOT: nn.add
func.func @numbers(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %vector = nn.constant {value = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %u = nn.constant {value = dense_resource<u> : tensor<2xf32>} : () -> tensor<2xf32>
  %v = nn.constant {value = dense_resource<v> : tensor<2xf32>} : () -> tensor<2xf32>
  %a = nn.add %x, %one : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %b = nn.add %x, %two : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %c = nn.add %x, %vector : (tensor<2x2xf32>, tensor<1xf32>) -> tensor<2x2xf32>
  %d = nn.add %x, %u : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %e = nn.add %x, %v : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  func.return %a, %b, %c, %d, %e : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// Functions are by themselves: equal operations in two of them stay
// CHECK-LABEL: func.func @one
// CHECK: nn.relu
// CHECK-LABEL: func.func @other
// CHECK: nn.relu
func.func @one(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  func.return %a : tensor<2xf32>
}
func.func @other(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  func.return %a : tensor<2xf32>
}

// -----

// Regions are not merged, what is equal inside of one is
// CHECK-LABEL: func.func @regions
// CHECK: fast.region
// CHECK: nn.neg
// CHECK-NOT: nn.neg
// CHECK: fast.region
// CHECK: nn.neg
func.func @regions(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = fast.region %x {anchor = 2, engine = "vector-unit", id = 0, operations = [2]} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %n = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    %m = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    %s = nn.mul %n, %m : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    fast.yield %s : tensor<2xf32>
  }
  %1 = fast.region %x {anchor = 2, engine = "vector-unit", id = 0, operations = [2]} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %n = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    %m = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    %s = nn.mul %n, %m : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    fast.yield %s : tensor<2xf32>
  }
  func.return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// -----

// Attributes that differ little: two slopes, and the last of twenty numbers
// CHECK-LABEL: func.func @nearly
// CHECK-DAG: nn.leaky_relu %{{\w+}} {alpha = 0.25}
// CHECK-DAG: nn.leaky_relu %{{\w+}} {alpha = 0.5}
// CHECK-DAG: 19.0, 20.0]>
// CHECK-DAG: 19.0, 21.0]>
// CHECK: nn.sub
func.func @nearly(%x: tensor<20xf32>) -> (tensor<20xf32>, tensor<20xf32>) {
  %a = nn.leaky_relu %x {alpha = 0.25} : (tensor<20xf32>) -> tensor<20xf32>
  %b = nn.leaky_relu %x {alpha = 0.5} : (tensor<20xf32>) -> tensor<20xf32>
  %s = nn.sub %a, %b : (tensor<20xf32>, tensor<20xf32>) -> tensor<20xf32>
  %c = nn.constant {value = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0]> : tensor<20xf32>} : () -> tensor<20xf32>
  %d = nn.constant {value = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 21.0]> : tensor<20xf32>} : () -> tensor<20xf32>
  %t = nn.sub %c, %d : (tensor<20xf32>, tensor<20xf32>) -> tensor<20xf32>
  func.return %s, %t : tensor<20xf32>, tensor<20xf32>
}

// -----

// A constant inside of a region stays inside: the region reads nothing from outside
// CHECK-LABEL: func.func @isolated
// CHECK: nn.constant {value = dense<3.0>
// CHECK: fast.region
// CHECK: nn.constant {value = dense<3.0>
// CHECK: fast.yield
func.func @isolated(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<f32>) {
  %three = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %0 = fast.region %x {anchor = 3, engine = "vector-unit", id = 0, operations = [3, 4]} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %c = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
    %s = nn.mul %a, %c : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
    fast.yield %s : tensor<2xf32>
  }
  func.return %0, %three : tensor<2xf32>, tensor<f32>
}
