// RUN: fastc opt %s --verify-diagnostics

// Functions without a module around them get one; a function may have no results
// CHECK: module {
// CHECK-NEXT: func.func @two(%[[X:\w+]]: tensor<2xf32>, %[[Z:\w+]]: tensor<3xf32>) -> (tensor<3xf32>, tensor<2xf32>) {
// CHECK-NEXT: func.return %[[Z]], %[[X]] : tensor<3xf32>, tensor<2xf32>
// CHECK-NEXT: }
// CHECK-NEXT: func.func @none() {
// CHECK-NEXT: func.return
// CHECK-NEXT: }
// CHECK-NEXT: }
func.func @two(%x: tensor<2xf32>, %z: tensor<3xf32>) -> (tensor<3xf32>, tensor<2xf32>) {
  func.return %z, %x : tensor<3xf32>, tensor<2xf32>
}
func.func @none() {
  func.return
}

// -----

// A module with a name, arguments with attributes, a function with attributes
// CHECK: module @model attributes {fast.batch = 8} {
// CHECK-NEXT: func.func @main(%images: tensor<2xf32> {fast.name = "images"}) -> (tensor<2xf32> {fast.name = "probabilities"}) attributes {fast.pinned} {
module @model attributes {fast.batch = 8} {
  func.func @main(%images: tensor<2xf32> {fast.name = "images"}) -> (tensor<2xf32> {fast.name = "probabilities"}) attributes {fast.pinned} {
    func.return %images : tensor<2xf32>
  }
}

// -----

// Refused: two functions of one name
// expected-error@+1 {{two functions are named @f}}
module {
  func.func @f() {
    func.return
  }
  func.func @f() {
    func.return
  }
}

// -----

// Refused: another number of results than declared
// expected-error@+1 {{results are declared as (tensor<2xf32>) but () are returned}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  func.return
}

// -----

// Refused: a result of another type than declared
// expected-error@+1 {{results are declared as (tensor<2xf32>) but (tensor<3xf32>) are returned}}
func.func @f(%x: tensor<3xf32>) -> tensor<2xf32> {
  func.return %x : tensor<3xf32>
}

// -----

// Refused: no return
// expected-error@+1 {{does not end with func.return}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = nn.relu %x : (tensor<3xf32>) -> tensor<3xf32>
}
