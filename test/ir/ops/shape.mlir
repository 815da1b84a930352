// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @reshape(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reshape %[[INPUT]] {shape = [6]} : (tensor<2x3xf32>) -> tensor<6xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reshape(%input: tensor<2x3xf32>) -> tensor<6xf32> {
  %y = nn.reshape %input {shape = [6]} : (tensor<2x3xf32>) -> tensor<6xf32>
  func.return %y : tensor<6xf32>
}
// CHECK: func.func @transpose(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.transpose %[[INPUT]] {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @transpose(%input: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %y = nn.transpose %input {permutation = [2, 0, 1]} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  func.return %y : tensor<4x2x3xf32>
}
// CHECK: func.func @concat(%[[INPUTS_0:\w+]]: tensor<2x3xf32>, %[[INPUTS_1:\w+]]: tensor<2x1xf32>, %[[INPUTS_2:\w+]]: tensor<2x2xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.concat %[[INPUTS_0]], %[[INPUTS_1]], %[[INPUTS_2]] {axis = 1} : (tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x6xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @concat(%inputs_0: tensor<2x3xf32>, %inputs_1: tensor<2x1xf32>, %inputs_2: tensor<2x2xf32>) -> tensor<2x6xf32> {
  %y = nn.concat %inputs_0, %inputs_1, %inputs_2 {axis = 1} : (tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x6xf32>
  func.return %y : tensor<2x6xf32>
}
// CHECK: func.func @slice(%[[INPUT:\w+]]: tensor<5x6xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.slice %[[INPUT]] {sizes = [2, 3], starts = [4, 1], steps = [-3, 2]} : (tensor<5x6xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @slice(%input: tensor<5x6xf32>) -> tensor<2x3xf32> {
  %y = nn.slice %input {sizes = [2, 3], starts = [4, 1], steps = [-3, 2]} : (tensor<5x6xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @pad(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.pad %[[INPUT]] {high = [0, 2], low = [1, -1]} : (tensor<2x3xf32>) -> tensor<3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @pad(%input: tensor<2x3xf32>) -> tensor<3x4xf32> {
  %y = nn.pad %input {high = [0, 2], low = [1, -1]} : (tensor<2x3xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}
// CHECK: func.func @broadcast_to(%[[INPUT:\w+]]: tensor<3x1xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.broadcast_to %[[INPUT]] {shape = [2, 3, 4]} : (tensor<3x1xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @broadcast_to(%input: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %y = nn.broadcast_to %input {shape = [2, 3, 4]} : (tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: a reshape to more elements
func.func @refused(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{input [2, 3] has 6 elements but shape [2, 4] has 8}}
  %y = nn.reshape %x {shape = [2, 4]} : (tensor<2x3xf32>) -> tensor<6xf32>
  func.return %y : tensor<6xf32>
}

// -----

// Refused: a negative extent
func.func @refused(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{shape [-2, -3] has a negative extent}}
  %y = nn.reshape %x {shape = [-2, -3]} : (tensor<2x3xf32>) -> tensor<6xf32>
  func.return %y : tensor<6xf32>
}

// -----

// Refused: a result of another shape
func.func @refused(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{result types are tensor<3x2xf32> but should be tensor<6xf32>}}
  %y = nn.reshape %x {shape = [6]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  func.return %y : tensor<3x2xf32>
}

// -----

// Refused: no permutation
func.func @refused(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{[0, 0] is not a permutation of 2 dimensions}}
  %y = nn.transpose %x {permutation = [0, 0]} : (tensor<2x3xf32>) -> tensor<6xf32>
  func.return %y : tensor<6xf32>
}

// -----

// Refused: a permutation of three
func.func @refused(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{[0, 1, 2] is not a permutation of 2 dimensions}}
  %y = nn.transpose %x {permutation = [0, 1, 2]} : (tensor<2x3xf32>) -> tensor<6xf32>
  func.return %y : tensor<6xf32>
}

// -----

// Refused: a concatenation along no dimension
func.func @refused(%x: tensor<2x3xf32>) -> tensor<4x3xf32> {
  // expected-error@+1 {{axis 2 is not a dimension of a tensor of rank 2}}
  %y = nn.concat %x, %x {axis = 2} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  func.return %y : tensor<4x3xf32>
}

// -----

// Refused: inputs that differ elsewhere
func.func @refused(%x: tensor<2x3xf32>, %z: tensor<2x4xf32>) -> tensor<4x3xf32> {
  // expected-error@+1 {{shapes [2, 3] and [2, 4] differ in more than dimension 0}}
  %y = nn.concat %x, %z {axis = 0} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<4x3xf32>
  func.return %y : tensor<4x3xf32>
}

// -----

// Refused: nothing to put together
func.func @refused(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{has no inputs}}
  %y = nn.concat {axis = 0} : () -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Refused: a slice over the end
func.func @refused(%x: tensor<5xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{elements 3 to 5 are outside of dimension 0 of extent 5}}
  %y = nn.slice %x {sizes = [3], starts = [3], steps = [1]} : (tensor<5xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Refused: a slice over the beginning
func.func @refused(%x: tensor<5xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{elements 1 to -1 are outside of dimension 0 of extent 5}}
  %y = nn.slice %x {sizes = [3], starts = [1], steps = [-1]} : (tensor<5xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Refused: a step of 0
func.func @refused(%x: tensor<5xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{step of dimension 0 is 0}}
  %y = nn.slice %x {sizes = [3], starts = [1], steps = [0]} : (tensor<5xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Refused: lists of different lengths
func.func @refused(%x: tensor<5xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{has 1 starts, 2 sizes and 1 steps for 1 dimensions}}
  %y = nn.slice %x {sizes = [3, 1], starts = [1], steps = [1]} : (tensor<5xf32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----

// Refused: amounts for other dimensions
func.func @refused(%x: tensor<5xf32>) -> tensor<7xf32> {
  // expected-error@+1 {{has 1 low and 2 high amounts for 1 dimensions}}
  %y = nn.pad %x {high = [1, 1], low = [1]} : (tensor<5xf32>) -> tensor<7xf32>
  func.return %y : tensor<7xf32>
}

// -----

// Refused: more is cut than there is
func.func @refused(%x: tensor<5xf32>) -> tensor<0xf32> {
  // expected-error@+1 {{dimension 0 of extent 5 is cut by 6}}
  %y = nn.pad %x {high = [-2], low = [-4]} : (tensor<5xf32>) -> tensor<0xf32>
  func.return %y : tensor<0xf32>
}

// -----

// Refused: an unknown mode
func.func @refused(%x: tensor<5xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{attribute mode is "mirror" but should be "constant"}}
  %y = nn.pad %x {high = [1], low = [0], mode = "mirror"} : (tensor<5xf32>) -> tensor<6xf32>
  func.return %y : tensor<6xf32>
}

// -----

// Refused: a broadcast of 2 to 3
func.func @refused(%x: tensor<2x3xf32>) -> tensor<3x3xf32> {
  // expected-error@+1 {{input [2, 3] does not broadcast to shape [3, 3]}}
  %y = nn.broadcast_to %x {shape = [3, 3]} : (tensor<2x3xf32>) -> tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}
