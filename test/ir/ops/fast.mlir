// RUN: fastc opt %s --verify-diagnostics

// A region takes its operands as arguments of its block, and gives what it yields
// CHECK: func.func @region(%[[X:\w+]]: tensor<2x3xf32>, %[[Z:\w+]]: tensor<3xf32>)
// CHECK-NEXT: %[[R:\w+]]:2 = fast.region %[[X]], %[[Z]] {anchor = 3, engine = "vector-unit", id = 0, operations = [2, 3]} : (tensor<2x3xf32>, tensor<3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
// CHECK-NEXT: ^bb0(%[[A:\w+]]: tensor<2x3xf32>, %[[B:\w+]]: tensor<3xf32>):
// CHECK-NEXT: %[[S:\w+]] = nn.add %[[A]], %[[B]] :
// CHECK-NEXT: %[[T:\w+]] = nn.transpose %[[S]] {permutation = [1, 0]} :
// CHECK-NEXT: fast.yield %[[T]], %[[S]] : tensor<3x2xf32>, tensor<2x3xf32>
// CHECK-NEXT: }
// CHECK-NEXT: func.return %[[R]]#1, %[[R]]#0 :
func.func @region(%x: tensor<2x3xf32>, %z: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3x2xf32>) {
  %r:2 = fast.region %x, %z {anchor = 3, engine = "vector-unit", id = 0, operations = [2, 3]} : (tensor<2x3xf32>, tensor<3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<3xf32>):
    %s = nn.add %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    %t = nn.transpose %s {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
    fast.yield %t, %s : tensor<3x2xf32>, tensor<2x3xf32>
  }
  func.return %r#1, %r#0 : tensor<2x3xf32>, tensor<3x2xf32>
}

// -----

// Refused: an engine that is not known
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{attribute engine should be "systolic-array" or "vector-unit" or "dma"}}
  %r = fast.region %x {anchor = 2, engine = "gpu", id = 0, operations = [2]} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %n = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    fast.yield %n : tensor<2xf32>
  }
  func.return %r : tensor<2xf32>
}

// -----

// Refused: an anchor from elsewhere
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{its anchor 4 is not one of its operations}}
  %r = fast.region %x {anchor = 4, engine = "dma", id = 0, operations = [2, 3]} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %n = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    fast.yield %n : tensor<2xf32>
  }
  func.return %r : tensor<2xf32>
}

// -----

// Refused: the block takes something else than the operands
func.func @f(%x: tensor<2xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{operands are (tensor<2xf32>) but its block takes (tensor<3xf32>)}}
  %r = fast.region %x {anchor = 2, engine = "dma", id = 0, operations = [2]} : (tensor<2xf32>) -> tensor<3xf32> {
  ^bb0(%a: tensor<3xf32>):
    %n = nn.neg %a : (tensor<3xf32>) -> tensor<3xf32>
    fast.yield %n : tensor<3xf32>
  }
  func.return %r : tensor<3xf32>
}

// -----

// Refused: it yields something else than its results
func.func @f(%x: tensor<2xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{results are (tensor<3xf32>) but fast.yield gives (tensor<2xf32>)}}
  %r = fast.region %x {anchor = 2, engine = "dma", id = 0, operations = [2]} : (tensor<2xf32>) -> tensor<3xf32> {
  ^bb0(%a: tensor<2xf32>):
    %n = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
    fast.yield %n : tensor<2xf32>
  }
  func.return %r : tensor<3xf32>
}

// -----

// Refused: its body does not end in a yield
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{its body must end in fast.yield}}
  %r = fast.region %x {anchor = 2, engine = "dma", id = 0, operations = [2]} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %n = nn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
  }
  func.return %r : tensor<2xf32>
}

// -----

// Refused: it reads from outside without an operand
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %r = fast.region %x {anchor = 2, engine = "dma", id = 0, operations = [2]} : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    // expected-error@+1 {{value %x is not defined}}
    %n = nn.neg %x : (tensor<2xf32>) -> tensor<2xf32>
    fast.yield %n : tensor<2xf32>
  }
  func.return %r : tensor<2xf32>
}

// -----

// Refused: a yield outside of a region, which ends no function either
// expected-error@+1 {{does not end with func.return}}
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{stands in func.func, not in fast.region}}
  fast.yield %x : tensor<2xf32>
}
