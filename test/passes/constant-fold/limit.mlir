// RUN: fastc opt %s --pass-pipeline='func.func(constant-fold{max-elements=5})'

// A result of as many elements as allowed is computed, a larger one is not
// CHECK: nn.constant {value = dense<3.0> : tensor<5xf32>}
// CHECK-NOT: nn.constant
// CHECK: nn.broadcast_to %{{\w+}} {shape = [6]}
func.func @limit() -> (tensor<5xf32>, tensor<6xf32>) {
  %three = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %a = nn.broadcast_to %three {shape = [5]} : (tensor<f32>) -> tensor<5xf32>
  %b = nn.broadcast_to %three {shape = [6]} : (tensor<f32>) -> tensor<6xf32>
  func.return %a, %b : tensor<5xf32>, tensor<6xf32>
}
