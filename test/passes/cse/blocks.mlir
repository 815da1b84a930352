// RUN: fastc opt %s --allow-unregistered-dialect --pass-pipeline=cse
// REFERENCE: none (the branches are of a dialect that fastc does not know)

// Into a dominating block, never into a sibling: the join's sum is the entry's, the branches keep their own
// CHECK: ^[[ENTRY:\w+]](%[[X:\w+]]: tensor<2xf32>, %[[Y:\w+]]: tensor<2xf32>):
// CHECK-NEXT: %[[SUM:\w+]] = nn.add %[[X]], %[[Y]]
// CHECK-NEXT: "test.branch"()
// CHECK: %[[LEFT:\w+]] = nn.add %[[X]], %[[X]]
// CHECK-NEXT: "test.use"(%[[LEFT]])
// CHECK: %[[RIGHT:\w+]] = nn.add %[[X]], %[[X]]
// CHECK-NEXT: "test.use"(%[[RIGHT]])
// CHECK-NOT: nn.add
// CHECK: "test.end"(%[[SUM]])
func.func @diamond() {
  "test.graph"() ({
  ^entry(%x: tensor<2xf32>, %y: tensor<2xf32>):
    %a = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "test.branch"()[^left, ^right] : () -> ()
  ^left:
    %b = nn.add %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "test.use"(%b) : (tensor<2xf32>) -> ()
    "test.branch"()[^join] : () -> ()
  ^right:
    %c = nn.add %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "test.use"(%c) : (tensor<2xf32>) -> ()
    "test.branch"()[^join] : () -> ()
  ^join:
    %d = nn.add %y, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "test.end"(%d) : (tensor<2xf32>) -> ()
  }) : () -> ()
  func.return
}

// -----

// What a nested region computes is forgotten behind it
// CHECK: %[[SUM:\w+]] = nn.add
// CHECK-NEXT: "test.holder"
// CHECK-NEXT: %[[INSIDE:\w+]] = nn.mul
// CHECK-NEXT: "test.end"(%[[SUM]], %[[INSIDE]])
// CHECK: %[[BEHIND:\w+]] = nn.mul
// CHECK-NEXT: func.return %[[SUM]], %[[BEHIND]]
func.func @nested(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %outer = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  "test.holder"() ({
    %again = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %inside = nn.mul %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "test.end"(%again, %inside) : (tensor<2xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
  %behind = nn.mul %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %outer, %behind : tensor<2xf32>, tensor<2xf32>
}
