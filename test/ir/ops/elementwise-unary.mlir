// RUN: fastc opt %s --verify-diagnostics

// Every op of the family is printed as it was read
// CHECK: func.func @abs(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.abs %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @abs(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.abs %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @acos(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.acos %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @acos(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.acos %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @acosh(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.acosh %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @acosh(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.acosh %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @asin(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.asin %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @asin(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.asin %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @asinh(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.asinh %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @asinh(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.asinh %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @atan(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.atan %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @atan(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.atan %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @atanh(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.atanh %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @atanh(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.atanh %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @cast(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[INPUT]] {to = i32} : (tensor<2x3xf32>) -> tensor<2x3xi32>
// CHECK-NEXT: func.return %[[Y]]
func.func @cast(%input: tensor<2x3xf32>) -> tensor<2x3xi32> {
  %y = nn.cast %input {to = i32} : (tensor<2x3xf32>) -> tensor<2x3xi32>
  func.return %y : tensor<2x3xi32>
}
// CHECK: func.func @ceil(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.ceil %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @ceil(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.ceil %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @clip(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.clip %[[INPUT]] {max = 6.0, min = 0.0} : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @clip(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.clip %input {max = 6.0, min = 0.0} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @cos(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.cos %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @cos(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.cos %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @cosh(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.cosh %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @cosh(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.cosh %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @elu(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.elu %[[INPUT]] {alpha = 0.5} : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @elu(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.elu %input {alpha = 0.5} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @erf(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.erf %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @erf(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.erf %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @exp(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.exp %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @exp(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.exp %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @floor(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.floor %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @floor(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.floor %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @gelu(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.gelu %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @gelu(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.gelu %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @hard_sigmoid(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.hard_sigmoid %[[INPUT]] {alpha = 0.2, beta = 0.5} : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @hard_sigmoid(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.hard_sigmoid %input {alpha = 0.2, beta = 0.5} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @hard_swish(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.hard_swish %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @hard_swish(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.hard_swish %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @is_inf(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.is_inf %[[INPUT]] {negative = false} : (tensor<2x3xf32>) -> tensor<2x3xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @is_inf(%input: tensor<2x3xf32>) -> tensor<2x3xi1> {
  %y = nn.is_inf %input {negative = false} : (tensor<2x3xf32>) -> tensor<2x3xi1>
  func.return %y : tensor<2x3xi1>
}
// CHECK: func.func @is_nan(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.is_nan %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @is_nan(%input: tensor<2x3xf32>) -> tensor<2x3xi1> {
  %y = nn.is_nan %input : (tensor<2x3xf32>) -> tensor<2x3xi1>
  func.return %y : tensor<2x3xi1>
}
// CHECK: func.func @leaky_relu(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.leaky_relu %[[INPUT]] {alpha = 0.1} : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @leaky_relu(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.leaky_relu %input {alpha = 0.1} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @log(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.log %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @log(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.log %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @neg(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.neg %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @neg(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.neg %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @not(%[[INPUT:\w+]]: tensor<2x3xi1>)
// CHECK-NEXT: %[[Y:\w+]] = nn.not %[[INPUT]] : (tensor<2x3xi1>) -> tensor<2x3xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @not(%input: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %y = nn.not %input : (tensor<2x3xi1>) -> tensor<2x3xi1>
  func.return %y : tensor<2x3xi1>
}
// CHECK: func.func @reciprocal(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.reciprocal %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @reciprocal(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.reciprocal %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @relu(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.relu %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @relu(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.relu %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @round(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.round %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @round(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.round %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @rsqrt(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.rsqrt %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @rsqrt(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.rsqrt %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @sigmoid(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.sigmoid %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @sigmoid(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.sigmoid %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @sign(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.sign %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @sign(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.sign %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @silu(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.silu %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @silu(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.silu %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @sin(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.sin %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @sin(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.sin %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @sinh(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.sinh %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @sinh(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.sinh %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @softplus(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.softplus %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @softplus(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.softplus %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @sqrt(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.sqrt %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @sqrt(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.sqrt %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @tan(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.tan %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @tan(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.tan %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @tanh(%[[INPUT:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.tanh %[[INPUT]] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @tanh(%input: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.tanh %input : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK: func.func @trilu(%[[INPUT:\w+]]: tensor<2x3x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.trilu %[[INPUT]] {diagonal = 1} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @trilu(%input: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %y = nn.trilu %input {diagonal = 1} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Refused: exp of integers
func.func @refused(%x: tensor<2xi32>) -> tensor<2xi32> {
  // expected-error@+1 {{element type is i32 but should be a float type}}
  %y = nn.exp %x : (tensor<2xi32>) -> tensor<2xi32>
  func.return %y : tensor<2xi32>
}

// -----

// Refused: not of numbers
func.func @refused(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{element type is f32 but should be i1}}
  %y = nn.not %x : (tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Refused: abs of truth values
func.func @refused(%x: tensor<2xi1>) -> tensor<2xi1> {
  // expected-error@+1 {{element type is i1 but should be a number type}}
  %y = nn.abs %x : (tensor<2xi1>) -> tensor<2xi1>
  func.return %y : tensor<2xi1>
}

// -----

// Refused: another result type
func.func @refused(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{result types are tensor<3x2xf32> but should be tensor<2x3xf32>}}
  %y = nn.relu %x : (tensor<2x3xf32>) -> tensor<3x2xf32>
  func.return %y : tensor<3x2xf32>
}

// -----

// Refused: a cast to no type
func.func @refused(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{attribute to is 1 but should be a scalar type}}
  %y = nn.cast %x {to = 1} : (tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Refused: an integer in place of a float
func.func @refused(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{attribute alpha is 1 but should be a float}}
  %y = nn.leaky_relu %x {alpha = 1} : (tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----

// Refused: a triangle of a vector
func.func @refused(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{input has rank 1 but needs at least 2}}
  %y = nn.trilu %x : (tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}
