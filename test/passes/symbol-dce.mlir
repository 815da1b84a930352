// RUN: fastc opt %s --pass-pipeline=symbol-dce

// A private function that nobody names goes; public functions stay
// CHECK: func.func @public
// CHECK-NOT: @dead
// CHECK: func.func @other
// CHECK-NOT: func.func
func.func @public(%x: tensor<2xf32>) -> tensor<2xf32> {
  func.return %x : tensor<2xf32>
}
func.func private @dead(%x: tensor<3xf32>) -> tensor<3xf32> {
  func.return %x : tensor<3xf32>
}
func.func @other(%x: tensor<4xf32>) -> tensor<4xf32> {
  func.return %x : tensor<4xf32>
}

// -----

// A private function that a public one names stays, and so does what that names
// CHECK: func.func @main
// CHECK: func.func private @first
// CHECK: func.func private @second
// CHECK-NOT: @dead
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> attributes {fast.helper = @first} {
  func.return %x : tensor<2xf32>
}
func.func private @first() attributes {fast.helpers = [{name = @second}]} {
  func.return
}
func.func private @second() {
  func.return
}
func.func private @dead() attributes {fast.helper = @second} {
  func.return
}

// -----

// A private function that the module names stays
// CHECK: func.func private @entry
module attributes {fast.entry = @entry} {
  func.func private @entry() {
    func.return
  }
}

// -----

// Near miss: private functions that name each other, but that nothing public reaches
// CHECK: module {
// CHECK-NOT: func.func
func.func private @a() attributes {fast.other = @b} {
  func.return
}
func.func private @b() attributes {fast.other = @a} {
  func.return
}
