// RUN: fastc opt %s --pass-pipeline=canonicalize
// RUN: fastc opt %s --pass-pipeline=canonicalize --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY

// merge-casts: cast(cast(x)) -> cast(x) where the inner cast loses nothing
// CHECK: func.func @i1_i64_f32(%[[X:\w+]]:
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[X]] {to = f32} : (tensor<9xi1>) -> tensor<9xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @i1_i64_f32(%x: tensor<9xi1>) -> tensor<9xf32> {
  %inner = nn.cast %x {to = i64} : (tensor<9xi1>) -> tensor<9xi64>
  %y = nn.cast %inner {to = f32} : (tensor<9xi64>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}
// CHECK: func.func @i32_i64_i1(%[[X:\w+]]:
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[X]] {to = i1} : (tensor<9xi32>) -> tensor<9xi1>
// CHECK-NEXT: func.return %[[Y]]
func.func @i32_i64_i1(%x: tensor<9xi32>) -> tensor<9xi1> {
  %inner = nn.cast %x {to = i64} : (tensor<9xi32>) -> tensor<9xi64>
  %y = nn.cast %inner {to = i1} : (tensor<9xi64>) -> tensor<9xi1>
  func.return %y : tensor<9xi1>
}
// CHECK: func.func @i32_f64_f32(%[[X:\w+]]:
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[X]] {to = f32} : (tensor<9xi32>) -> tensor<9xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @i32_f64_f32(%x: tensor<9xi32>) -> tensor<9xf32> {
  %inner = nn.cast %x {to = f64} : (tensor<9xi32>) -> tensor<9xf64>
  %y = nn.cast %inner {to = f32} : (tensor<9xf64>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}
// CHECK: func.func @ui8_i16_f32(%[[X:\w+]]:
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[X]] {to = f32} : (tensor<9xui8>) -> tensor<9xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @ui8_i16_f32(%x: tensor<9xui8>) -> tensor<9xf32> {
  %inner = nn.cast %x {to = i16} : (tensor<9xui8>) -> tensor<9xi16>
  %y = nn.cast %inner {to = f32} : (tensor<9xi16>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}
// CHECK: func.func @i16_f32_f64(%[[X:\w+]]:
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[X]] {to = f64} : (tensor<9xi16>) -> tensor<9xf64>
// CHECK-NEXT: func.return %[[Y]]
func.func @i16_f32_f64(%x: tensor<9xi16>) -> tensor<9xf64> {
  %inner = nn.cast %x {to = f32} : (tensor<9xi16>) -> tensor<9xf32>
  %y = nn.cast %inner {to = f64} : (tensor<9xf32>) -> tensor<9xf64>
  func.return %y : tensor<9xf64>
}
// CHECK: func.func @f16_f32_f64(%[[X:\w+]]:
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[X]] {to = f64} : (tensor<9xf16>) -> tensor<9xf64>
// CHECK-NEXT: func.return %[[Y]]
func.func @f16_f32_f64(%x: tensor<9xf16>) -> tensor<9xf64> {
  %inner = nn.cast %x {to = f32} : (tensor<9xf16>) -> tensor<9xf32>
  %y = nn.cast %inner {to = f64} : (tensor<9xf32>) -> tensor<9xf64>
  func.return %y : tensor<9xf64>
}
// CHECK: func.func @f32_f64_i64(%[[X:\w+]]:
// CHECK-NEXT: %[[Y:\w+]] = nn.cast %[[X]] {to = i64} : (tensor<9xf32>) -> tensor<9xi64>
// CHECK-NEXT: func.return %[[Y]]
func.func @f32_f64_i64(%x: tensor<9xf32>) -> tensor<9xi64> {
  %inner = nn.cast %x {to = f64} : (tensor<9xf32>) -> tensor<9xf64>
  %y = nn.cast %inner {to = i64} : (tensor<9xf64>) -> tensor<9xi64>
  func.return %y : tensor<9xi64>
}

// -----

// Near miss: i64 through i32 loses values
// CHECK: nn.cast %{{\w+}} {to = i32}
// CHECK-NEXT: nn.cast %{{\w+}} {to = i64}
// WHY: a cast from i64 to i32 loses values
func.func @i64_i32_i64(%x: tensor<9xi64>) -> tensor<9xi64> {
  %inner = nn.cast %x {to = i32} : (tensor<9xi64>) -> tensor<9xi32>
  %y = nn.cast %inner {to = i64} : (tensor<9xi32>) -> tensor<9xi64>
  func.return %y : tensor<9xi64>
}

// -----

// Near miss: i32 through f32 loses values
// CHECK: nn.cast %{{\w+}} {to = f32}
// CHECK-NEXT: nn.cast %{{\w+}} {to = i32}
// WHY: a cast from i32 to f32 loses values
func.func @i32_f32_i32(%x: tensor<9xi32>) -> tensor<9xi32> {
  %inner = nn.cast %x {to = f32} : (tensor<9xi32>) -> tensor<9xf32>
  %y = nn.cast %inner {to = i32} : (tensor<9xf32>) -> tensor<9xi32>
  func.return %y : tensor<9xi32>
}

// -----

// Near miss: i8 through ui8 loses values
// CHECK: nn.cast %{{\w+}} {to = ui8}
// CHECK-NEXT: nn.cast %{{\w+}} {to = i32}
// WHY: a cast from i8 to ui8 loses values
func.func @i8_ui8_i32(%x: tensor<9xi8>) -> tensor<9xi32> {
  %inner = nn.cast %x {to = ui8} : (tensor<9xi8>) -> tensor<9xui8>
  %y = nn.cast %inner {to = i32} : (tensor<9xui8>) -> tensor<9xi32>
  func.return %y : tensor<9xi32>
}

// -----

// Near miss: ui8 through i8 loses values
// CHECK: nn.cast %{{\w+}} {to = i8}
// CHECK-NEXT: nn.cast %{{\w+}} {to = i32}
// WHY: a cast from ui8 to i8 loses values
func.func @ui8_i8_i32(%x: tensor<9xui8>) -> tensor<9xi32> {
  %inner = nn.cast %x {to = i8} : (tensor<9xui8>) -> tensor<9xi8>
  %y = nn.cast %inner {to = i32} : (tensor<9xi8>) -> tensor<9xi32>
  func.return %y : tensor<9xi32>
}

// -----

// Near miss: f32 through i64 loses values
// CHECK: nn.cast %{{\w+}} {to = i64}
// CHECK-NEXT: nn.cast %{{\w+}} {to = f32}
// WHY: a cast from f32 to i64 loses values
func.func @f32_i64_f32(%x: tensor<9xf32>) -> tensor<9xf32> {
  %inner = nn.cast %x {to = i64} : (tensor<9xf32>) -> tensor<9xi64>
  %y = nn.cast %inner {to = f32} : (tensor<9xi64>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: f32 through f16 loses values
// CHECK: nn.cast %{{\w+}} {to = f16}
// CHECK-NEXT: nn.cast %{{\w+}} {to = f32}
// WHY: a cast from f32 to f16 loses values
func.func @f32_f16_f32(%x: tensor<9xf32>) -> tensor<9xf32> {
  %inner = nn.cast %x {to = f16} : (tensor<9xf32>) -> tensor<9xf16>
  %y = nn.cast %inner {to = f32} : (tensor<9xf16>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: f16 through bf16 loses values
// CHECK: nn.cast %{{\w+}} {to = bf16}
// CHECK-NEXT: nn.cast %{{\w+}} {to = f32}
// WHY: a cast from f16 to bf16 loses values
func.func @f16_bf16_f32(%x: tensor<9xf16>) -> tensor<9xf32> {
  %inner = nn.cast %x {to = bf16} : (tensor<9xf16>) -> tensor<9xbf16>
  %y = nn.cast %inner {to = f32} : (tensor<9xbf16>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}

// -----

// Near miss: f32 through i1 loses values
// CHECK: nn.cast %{{\w+}} {to = i1}
// CHECK-NEXT: nn.cast %{{\w+}} {to = f32}
// WHY: a cast from f32 to i1 loses values
func.func @f32_i1_f32(%x: tensor<9xf32>) -> tensor<9xf32> {
  %inner = nn.cast %x {to = i1} : (tensor<9xf32>) -> tensor<9xi1>
  %y = nn.cast %inner {to = f32} : (tensor<9xi1>) -> tensor<9xf32>
  func.return %y : tensor<9xf32>
}
