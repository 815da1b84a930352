// RUN: fastc opt %s --verify-diagnostics

// Refused: two mistakes are both named: a type that is missing, and what follows
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{f33 is not a type}}
  %y = nn.relu %x : (tensor<2xf33>) -> tensor<2xf32>
  // expected-error@+1 {{nn.rellu is not a known op}}
  %z = nn.rellu %x : (tensor<2xf32>) -> tensor<2xf32>
  func.return %x : tensor<2xf32>
}

// -----

// Refused: a value that nothing defines
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{value %y is not defined}}
  func.return %y : tensor<2xf32>
}

// -----

// Refused: a value that is read as another type
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{value %x is tensor<2xf32> but is read as tensor<3xf32>}}
  %y = nn.relu %x : (tensor<3xf32>) -> tensor<3xf32>
  func.return
}

// -----

// Refused: a value that is defined twice
func.func @f(%x: tensor<2xf32>) {
  %y = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error@+1 {{value %y is defined twice}}
  %y = nn.neg %x : (tensor<2xf32>) -> tensor<2xf32>
  func.return
}

// -----

// Refused: more results than the op has
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{nn.relu has 1 result type but 2 results are named}}
  %y:2 = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  func.return
}

// -----

// Refused: an operand that is missing behind a comma
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected a value, found ':'}}
  %y = nn.relu %x, : (tensor<2xf32>) -> tensor<2xf32>
  func.return
}

// -----

// Refused: fewer numbers than the type has
func.func @f() {
  // expected-error@+1 {{the values have shape [2], which is not that of tensor<3xf32>}}
  %c = nn.constant {value = dense<[1.0, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  func.return
}

// -----

// Refused: lists of numbers of different lengths
func.func @f() {
  // expected-error@+1 {{the lists in this one differ in length}}
  %c = nn.constant {value = dense<[[1.0], [2.0, 3.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  func.return
}

// -----

// Refused: a string without an end
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{a string that does not end on its line}}
  %y = nn.relu %x {fast.note = "oops} : (tensor<2xf32>) -> tensor<2xf32>
  func.return
}

// -----

// Refused: the same attribute twice
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{attribute fast.a is given twice}}
  %y = nn.relu %x {fast.a = 1, fast.a = 2} : (tensor<2xf32>) -> tensor<2xf32>
  func.return
}

// -----

// Refused: an attribute that the op does not know
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{nn.relu: attribute slope is not known}}
  %y = nn.relu %x {slope = 3} : (tensor<2xf32>) -> tensor<2xf32>
  func.return
}

// -----

// Refused: an op of another dialect, without --allow-unregistered-dialect
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{test.unknown is not a known op}}
  %y = "test.unknown"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  func.return
}

// -----

// Refused: a location without a column
func.func @f(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected ':', found ')'}}
  %y = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32> loc("a":1)
  func.return
}

// -----

// Refused: a module that is closed twice
module {
  func.func @f() {
    func.return
  }
// expected-error@+1 {{expected an operation, found '}'}}
} }
