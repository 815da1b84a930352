// RUN: fastc opt %s --pass-pipeline=canonicalize

// fold: each op that gives back its input
// CHECK: func.func @reshape(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @reshape(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.reshape %x {shape = [2, 3]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @broadcast_to(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @broadcast_to(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.broadcast_to %x {shape = [2, 3]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @cast(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @cast(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.cast %x {to = f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @transpose(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @transpose(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.transpose %x {permutation = [0, 1]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @slice(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @slice(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.slice %x {sizes = [2, 3], starts = [0, 0], steps = [1, 1]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @pad(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @pad(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.pad %x {high = [0, 0], low = [0, 0]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @concat(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @concat(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.concat %x {axis = 1} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @clip(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: func.return %[[X]] :
func.func @clip(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.clip %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Near miss: a square transpose
// CHECK: nn.transpose %{{\w+}} {permutation = [1, 0]}
func.func @square(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y = nn.transpose %x {permutation = [1, 0]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}

// -----

// Near miss: a reversal has the type of its input as well
// CHECK: nn.slice %{{\w+}} {sizes = [3, 3], starts = [0, 2], steps = [1, -1]}
func.func @reversal(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y = nn.slice %x {sizes = [3, 3], starts = [0, 2], steps = [1, -1]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}

// -----

// Near miss: a shift, padding on one side and a cut on the other
// CHECK: nn.pad %{{\w+}} {high = [-1, 0], low = [1, 0]}
func.func @shift(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y = nn.pad %x {high = [-1, 0], low = [1, 0]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}

// -----

// Near miss: a clip with one limit
// CHECK: nn.clip %{{\w+}} {min = -2.0}
func.func @one_limit(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y = nn.clip %x {min = -2.0} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}
// CHECK: nn.clip %{{\w+}} {max = 2.0}
func.func @other_limit(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y = nn.clip %x {max = 2.0} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}

// -----

// Near miss: a concatenation with itself
// CHECK: nn.concat
func.func @doubled(%x: tensor<2x3xf32>) -> tensor<2x6xf32> {
  %y = nn.concat %x, %x {axis = 1} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  func.return %y : tensor<2x6xf32>
}
