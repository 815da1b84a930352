// RUN: fastc opt %s --pass-pipeline=canonicalize
// RUN: fastc opt %s --pass-pipeline=canonicalize --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY

// gather-of-range: one index is a slice and a view
// CHECK: func.func @one(%[[X:\w+]]: tensor<2x5x3xf32>)
// CHECK-NOT: nn.gather
// CHECK: %[[S:\w+]] = nn.slice %[[X]] {sizes = [2, 1, 3], starts = [0, 2, 0], steps = [1, 1, 1]}
// CHECK-NEXT: %[[Y:\w+]] = nn.reshape %[[S]] {shape = [2, 3]}
// CHECK-NEXT: func.return %[[Y]]
func.func @one(%x: tensor<2x5x3xf32>) -> tensor<2x3xf32> {
  %i = nn.constant {value = dense<2> : tensor<i64>} : () -> tensor<i64>
  %y = nn.gather %x, %i {axis = 1} : (tensor<2x5x3xf32>, tensor<i64>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// gather-of-range: indices that count up, with dimensions of their own
// CHECK: func.func @up(%[[X:\w+]]: tensor<2x5x3xf32>)
// CHECK: %[[S:\w+]] = nn.slice %[[X]] {sizes = [2, 2, 3], starts = [0, 1, 0], steps = [1, 1, 1]}
// CHECK-NEXT: nn.reshape %[[S]] {shape = [2, 1, 2, 3]}
func.func @up(%x: tensor<2x5x3xf32>) -> tensor<2x1x2x3xf32> {
  %i = nn.constant {value = dense<[[1, 2]]> : tensor<1x2xi64>} : () -> tensor<1x2xi64>
  %y = nn.gather %x, %i {axis = 1} : (tensor<2x5x3xf32>, tensor<1x2xi64>) -> tensor<2x1x2x3xf32>
  func.return %y : tensor<2x1x2x3xf32>
}

// -----

// gather-of-range: negative indices count from the end
// CHECK: nn.slice %{{\w+}} {sizes = [2, 2, 3], starts = [0, 3, 0], steps = [1, 1, 1]}
// CHECK-NOT: nn.reshape
// CHECK: func.return
func.func @from_the_end(%x: tensor<2x5x3xf32>) -> tensor<2x2x3xf32> {
  %i = nn.constant {value = dense<[-2, -1]> : tensor<2xi64>} : () -> tensor<2xi64>
  %y = nn.gather %x, %i {axis = 1} : (tensor<2x5x3xf32>, tensor<2xi64>) -> tensor<2x2x3xf32>
  func.return %y : tensor<2x2x3xf32>
}

// -----

// gather-of-range: all indices are a view
// CHECK: func.func @all(%[[X:\w+]]: tensor<2x5x3xf32>)
// CHECK-NOT: nn.slice
// CHECK: nn.reshape %[[X]] {shape = [2, 1, 5, 3]}
func.func @all(%x: tensor<2x5x3xf32>) -> tensor<2x1x5x3xf32> {
  %i = nn.constant {value = dense<[[0, 1, 2, 3, 4]]> : tensor<1x5xi64>} : () -> tensor<1x5xi64>
  %y = nn.gather %x, %i {axis = 1} : (tensor<2x5x3xf32>, tensor<1x5xi64>) -> tensor<2x1x5x3xf32>
  func.return %y : tensor<2x1x5x3xf32>
}

// -----

// gather-nd-of-range: tuples that count up through the rows
// CHECK: func.func @tuples(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK: %[[ROWS:\w+]] = nn.reshape %[[X]] {shape = [6, 4]}
// CHECK-NEXT: %[[Y:\w+]] = nn.slice %[[ROWS]] {sizes = [2, 4], starts = [2, 0], steps = [1, 1]}
// CHECK-NEXT: func.return %[[Y]]
func.func @tuples(%x: tensor<2x3x4xf32>) -> tensor<2x4xf32> {
  %i = nn.constant {value = dense<[[0, 2], [1, 0]]> : tensor<2x2xi64>} : () -> tensor<2x2xi64>
  %y = nn.gather_nd %x, %i : (tensor<2x3x4xf32>, tensor<2x2xi64>) -> tensor<2x4xf32>
  func.return %y : tensor<2x4xf32>
}

// -----

// gather-nd-of-range: all tuples are a view
// CHECK: func.func @all_tuples(%[[X:\w+]]: tensor<2x2x4xf32>)
// CHECK-NOT: nn.slice
// CHECK: nn.reshape %[[X]] {shape = [1, 4, 4]}
func.func @all_tuples(%x: tensor<2x2x4xf32>) -> tensor<1x4x4xf32> {
  %i = nn.constant {value = dense<[[[0, 0], [0, 1], [1, 0], [1, 1]]]> : tensor<1x4x2xi64>} : () -> tensor<1x4x2xi64>
  %y = nn.gather_nd %x, %i : (tensor<2x2x4xf32>, tensor<1x4x2xi64>) -> tensor<1x4x4xf32>
  func.return %y : tensor<1x4x4xf32>
}

// -----

// Near miss: indices that count down, that wrap, that leave one out
// CHECK-COUNT-3: nn.gather
// WHY-COUNT-3: the indices do not count up
func.func @not_up(%x: tensor<2x5x3xf32>) -> (tensor<2x2x3xf32>, tensor<2x2x3xf32>, tensor<2x2x3xf32>) {
  %i = nn.constant {value = dense<[2, 1]> : tensor<2xi64>} : () -> tensor<2xi64>
  %j = nn.constant {value = dense<[-1, 0]> : tensor<2xi64>} : () -> tensor<2xi64>
  %k = nn.constant {value = dense<[1, 3]> : tensor<2xi64>} : () -> tensor<2xi64>
  %a = nn.gather %x, %i {axis = 1} : (tensor<2x5x3xf32>, tensor<2xi64>) -> tensor<2x2x3xf32>
  %b = nn.gather %x, %j {axis = 1} : (tensor<2x5x3xf32>, tensor<2xi64>) -> tensor<2x2x3xf32>
  %c = nn.gather %x, %k {axis = 1} : (tensor<2x5x3xf32>, tensor<2xi64>) -> tensor<2x2x3xf32>
  func.return %a, %b, %c : tensor<2x2x3xf32>, tensor<2x2x3xf32>, tensor<2x2x3xf32>
}

// -----

// Near miss: indices that are computed
// CHECK-LABEL: func.func @computed
// CHECK: nn.gather %
// CHECK: nn.gather_nd %
// WHY: the indices are not constants
// REFERENCE: integers 0 to 1
func.func @computed(%x: tensor<2x5x3xf32>, %i: tensor<1xi64>) -> (tensor<2x1x3xf32>, tensor<5x3xf32>) {
  %a = nn.gather %x, %i {axis = 1} : (tensor<2x5x3xf32>, tensor<1xi64>) -> tensor<2x1x3xf32>
  %b = nn.gather_nd %x, %i : (tensor<2x5x3xf32>, tensor<1xi64>) -> tensor<5x3xf32>
  func.return %a, %b : tensor<2x1x3xf32>, tensor<5x3xf32>
}

// -----

// Near miss: tuples with a gap, with a negative index, behind batch dimensions
// CHECK-COUNT-3: nn.gather_nd
// WHY: the index tuples do not count up
// WHY: an index is negative
// WHY: it has batch dimensions
func.func @other_tuples(%x: tensor<2x3x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %i = nn.constant {value = dense<[[0, 0], [1, 0]]> : tensor<2x2xi64>} : () -> tensor<2x2xi64>
  %j = nn.constant {value = dense<[[0, -1], [1, 0]]> : tensor<2x2xi64>} : () -> tensor<2x2xi64>
  %k = nn.constant {value = dense<[[0], [1]]> : tensor<2x1xi64>} : () -> tensor<2x1xi64>
  %a = nn.gather_nd %x, %i : (tensor<2x3x4xf32>, tensor<2x2xi64>) -> tensor<2x4xf32>
  %b = nn.gather_nd %x, %j : (tensor<2x3x4xf32>, tensor<2x2xi64>) -> tensor<2x4xf32>
  %c = nn.gather_nd %x, %k {batch_dims = 1} : (tensor<2x3x4xf32>, tensor<2x1xi64>) -> tensor<2x4xf32>
  func.return %a, %b, %c : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}
