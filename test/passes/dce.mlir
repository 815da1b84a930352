// RUN: fastc opt %s --pass-pipeline=dce

// What nobody reads goes, and so does what only that read.
// CHECK-LABEL: func.func @dead_chain
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[USED:\w+]] = nn.relu %[[X]] :
// CHECK-NEXT: func.return %[[USED]] :
func.func @dead_chain(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %used = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %used, %two : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<3xf32>} : () -> tensor<3xf32>
  %dead = nn.mul %sum, %scale : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %used : tensor<2x3xf32>
}

// -----

// What is read stays, in its order, also where only a later result needs it
// CHECK-LABEL: func.func @all_read
// CHECK-SAME: (%[[X:\w+]]: tensor<4xf32>)
// CHECK-NEXT: %[[ONE:\w+]] = nn.constant {value = dense<1.0> : tensor<f32>}
// CHECK-NEXT: %[[SUM:\w+]] = nn.add %[[X]], %[[ONE]] :
// CHECK-NEXT: %[[NEG:\w+]] = nn.neg %[[SUM]] :
// CHECK-NEXT: func.return %[[NEG]], %[[SUM]] :
func.func @all_read(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %x, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %neg = nn.neg %sum : (tensor<4xf32>) -> tensor<4xf32>
  func.return %neg, %sum : tensor<4xf32>, tensor<4xf32>
}

// -----

// A function that computes nothing stays as it is
// CHECK-LABEL: func.func @identity
// CHECK-SAME: (%[[X:\w+]]: tensor<5xf32>, %[[Y:\w+]]: tensor<6xf32>)
// CHECK-NEXT: func.return %[[Y]], %[[X]] : tensor<6xf32>, tensor<5xf32>
// CHECK-NEXT: }
func.func @identity(%x: tensor<5xf32>, %y: tensor<6xf32>) -> (tensor<6xf32>, tensor<5xf32>) {
  func.return %y, %x : tensor<6xf32>, tensor<5xf32>
}

// -----

// A region goes when none of its results is read, and stays with both when one is
// CHECK-LABEL: func.func @regions
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[R:\w+]]:2 = fast.region %[[X]]
// CHECK-SAME: id = 1
// CHECK-NEXT: (%[[A:\w+]]: tensor<2x3xf32>):
// CHECK-NEXT: %[[N:\w+]] = nn.neg %[[A]]
// CHECK-NEXT: %[[B:\w+]] = nn.abs %[[A]]
// CHECK-NEXT: fast.yield %[[N]], %[[B]]
// CHECK-NOT: fast.region
// CHECK: func.return %[[R]]#1 :
func.func @regions(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %dead = fast.region %x {anchor = 2, engine = "vector-unit", id = 0, operations = [2]} : (tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%a: tensor<2x3xf32>):
    %r = nn.relu %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
    fast.yield %r : tensor<2x3xf32>
  }
  %live:2 = fast.region %x {anchor = 3, engine = "vector-unit", id = 1, operations = [3, 4]} : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>):
    %n = nn.neg %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %b = nn.abs %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
    fast.yield %n, %b : tensor<2x3xf32>, tensor<2x3xf32>
  }
  func.return %live#1 : tensor<2x3xf32>
}
