// RUN: fastc opt %s --allow-unregistered-dialect --pass-pipeline=dce
// REFERENCE: none (an op that fastc does not know has no reference)

// An operation that fastc does not know may have an effect: it stays, and so does what it reads
// CHECK: func.func @effect(%[[X:\w+]]: tensor<2xf32>)
// CHECK-NEXT: %[[R:\w+]] = nn.relu %[[X]]
// CHECK-NEXT: %{{\w+}} = "test.print"(%[[R]])
// CHECK-NOT: nn.neg
// CHECK: func.return %[[X]]
func.func @effect(%x: tensor<2xf32>) -> tensor<2xf32> {
  %r = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  %token = "test.print"(%r) : (tensor<2xf32>) -> tensor<i1>
  %dead = nn.neg %r : (tensor<2xf32>) -> tensor<2xf32>
  func.return %x : tensor<2xf32>
}

// -----

// What nobody reads goes also inside of a region that fastc does not know
// CHECK: "test.holder"() ({
// CHECK-NOT: nn.neg
// CHECK: nn.abs
// CHECK-NEXT: "test.end"
func.func @inside() {
  "test.holder"() ({
  ^bb0(%a: tensor<2xf32>):
    %dead = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    %read = nn.abs %a : (tensor<2xf32>) -> tensor<2xf32>
    "test.end"(%read) : (tensor<2xf32>) -> ()
  }) : () -> ()
  func.return
}
