// RUN: fastc opt %s --pass-pipeline=recognize-layer-norm
// RUN: fastc opt %s --pass-pipeline=recognize-layer-norm --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: fastc opt %s --pass-pipeline=recognize-layer-norm --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC
// REFERENCE: within 1e-5 (means, roots and quotients are rounded one by one)

// (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) * gamma + beta -> layer_norm(x, gamma, beta)
// CHECK-LABEL: func.func @layer_norm
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK-DAG: %[[GAMMA:\w+]] = nn.constant {value = dense_resource<gamma>
// CHECK-DAG: %[[BETA:\w+]] = nn.constant {value = dense_resource<beta>
// CHECK: %[[Y:\w+]] = nn.layer_norm %[[X]], %[[GAMMA]], %[[BETA]] {axis = 2, epsilon = 0.5} :
// CHECK-NEXT: func.return %[[Y]] :
// LOC: nn.layer_norm {{.*}} loc(fused["mean", "sub", "pow", "variance", "epsilon", "sqrt", "div", "mul", "add"])
func.func @layer_norm(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [2]} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32> loc("mean")
  %centred = nn.sub %x, %mean : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xf32> loc("sub")
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %square = nn.pow %centred, %two : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x3x4xf32> loc("pow")
  %variance = nn.reduce_mean %square {axes = [2]} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32> loc("variance")
  %epsilon = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<2x3x1xf32>, tensor<f32>) -> tensor<2x3x1xf32> loc("epsilon")
  %deviation = nn.sqrt %sum : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32> loc("sqrt")
  %rows = nn.div %centred, %deviation : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xf32> loc("div")
  %gamma = nn.constant {value = dense_resource<gamma> : tensor<4xf32>} : () -> tensor<4xf32>
  %scaled = nn.mul %rows, %gamma : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32> loc("mul")
  %beta = nn.constant {value = dense_resource<beta> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.add %scaled, %beta : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32> loc("add")
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Over the two last dimensions, without scale and bias: a scale of 1
// CHECK: func.func @plain(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK: %[[ONE:\w+]] = nn.constant {value = dense<1.0> : tensor<3x4xf32>}
// CHECK-NEXT: nn.layer_norm %[[X]], %[[ONE]] {axis = 1, epsilon = 0.25} :
// CHECK-NEXT: func.return
func.func @plain(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1, 2]} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
  %centred = nn.sub %x, %mean : (tensor<2x3x4xf32>, tensor<2x1x1xf32>) -> tensor<2x3x4xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %square = nn.pow %centred, %two : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1, 2]} : (tensor<2x3x4xf32>) -> tensor<2x1x1xf32>
  %epsilon = nn.constant {value = dense<0.25> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<2x1x1xf32>, tensor<f32>) -> tensor<2x1x1xf32>
  %deviation = nn.sqrt %sum : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %y = nn.div %centred, %deviation : (tensor<2x3x4xf32>, tensor<2x1x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// The square as a product, rsqrt on the left, epsilon on the left
// CHECK: func.func @rsqrt(%[[X:\w+]]: tensor<3x4xf32>)
// CHECK: nn.layer_norm %[[X]], %{{\w+}} {axis = 1, epsilon = 0.75} :
// CHECK-NEXT: func.return
func.func @rsqrt(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<0.75> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %epsilon, %variance : (tensor<f32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %inverse = nn.rsqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.mul %inverse, %centred : (tensor<3x1xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// The reciprocal of the root
// CHECK: func.func @reciprocal(%[[X:\w+]]: tensor<3x4xf32>)
// CHECK: nn.layer_norm %[[X]], %{{\w+}} {axis = 1, epsilon = 0.75} :
// CHECK-NEXT: func.return
func.func @reciprocal(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<0.75> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %root = nn.sqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %inverse = nn.reciprocal %root : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.mul %centred, %inverse : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// 1 divided by the root
// CHECK: func.func @one_over_root(%[[X:\w+]]: tensor<3x4xf32>)
// CHECK: nn.layer_norm %[[X]], %{{\w+}} {axis = 1, epsilon = 0.75} :
// CHECK-NEXT: func.return
func.func @one_over_root(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<0.75> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %root = nn.sqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %one = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %inverse = nn.div %one, %root : (tensor<f32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.mul %centred, %inverse : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Near miss: 2 divided by the root
// CHECK-NOT: nn.layer_norm
// WHY: it does not divide by a square root
func.func @two_over_root(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<0.75> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %root = nn.sqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %two = nn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %inverse = nn.div %two, %root : (tensor<f32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.mul %centred, %inverse : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Reshapes that put reduced dimensions back are looked through
// CHECK: func.func @reshapes(%[[X:\w+]]: tensor<2x3x4xf32>)
// CHECK: nn.layer_norm %[[X]], %{{\w+}} {axis = 2, epsilon = 1.0} :
// CHECK-NEXT: func.return
func.func @reshapes(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %dropped = nn.reduce_mean %x {axes = [2], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<2x3xf32>
  %mean = nn.reshape %dropped {shape = [2, 3, 1]} : (tensor<2x3xf32>) -> tensor<2x3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %flat = nn.reduce_mean %square {axes = [2], keepdims = false} : (tensor<2x3x4xf32>) -> tensor<2x3xf32>
  %variance = nn.reshape %flat {shape = [2, 3, 1]} : (tensor<2x3xf32>) -> tensor<2x3x1xf32>
  %epsilon = nn.constant {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<2x3x1xf32>, tensor<f32>) -> tensor<2x3x1xf32>
  %deviation = nn.sqrt %sum : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %y = nn.div %centred, %deviation : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Scale and bias lose leading dimensions of extent 1, and may stand on the left
// CHECK: func.func @leading_ones(%[[X:\w+]]: tensor<2x3x4xf32>
// CHECK-DAG: %[[G:\w+]] = nn.reshape %{{\w+}} {shape = [4]} : (tensor<1x1x4xf32>)
// CHECK-DAG: %[[B:\w+]] = nn.reshape %{{\w+}} {shape = [4]} : (tensor<1x4xf32>)
// CHECK: nn.layer_norm %[[X]], %[[G]], %[[B]] {axis = 2, epsilon = 0.5} :
// CHECK-NEXT: func.return
func.func @leading_ones(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %rows = nn.layer_norm %x, %one {axis = 2, epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  %gamma = nn.constant {value = dense_resource<gamma> : tensor<1x1x4xf32>} : () -> tensor<1x1x4xf32>
  %scaled = nn.mul %gamma, %rows : (tensor<1x1x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %beta = nn.constant {value = dense_resource<beta> : tensor<1x4xf32>} : () -> tensor<1x4xf32>
  %y = nn.add %beta, %scaled : (tensor<1x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Near miss: a scale for each row stays outside
// CHECK: %[[ROWS:\w+]] = nn.layer_norm
// CHECK: %[[SCALE:\w+]] = nn.constant {value = dense_resource<scale>
// CHECK: nn.mul %[[ROWS]], %[[SCALE]]
// WHY: it does not scale the rows of a layer normalisation
func.func @scale_of_rows(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %rows = nn.layer_norm %x, %one {axis = 2, epsilon = 0.5} : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<3x1xf32>} : () -> tensor<3x1xf32>
  %y = nn.mul %rows, %scale : (tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Near miss: a residual is no bias
// CHECK: %[[ROWS:\w+]] = nn.layer_norm
// CHECK-NEXT: nn.add %[[ROWS]],
// WHY: it does not shift the rows of a layer normalisation
func.func @residual(%x: tensor<3x4xf32>, %z: tensor<4xf32>) -> tensor<3x4xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %rows = nn.layer_norm %x, %one {axis = 1, epsilon = 0.5} : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %y = nn.add %rows, %z : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Refused: a second scale, and a scale behind a bias
// CHECK-LABEL: func.func @second_scale
// CHECK: nn.layer_norm
// CHECK: nn.mul
// CHECK-LABEL: func.func @scale_behind_bias
// CHECK: nn.layer_norm
// CHECK: nn.mul
// WHY-COUNT-2: the normalisation has a scale or bias already
func.func @second_scale(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %gamma = nn.constant {value = dense_resource<gamma> : tensor<4xf32>} : () -> tensor<4xf32>
  %rows = nn.layer_norm %x, %gamma {axis = 1, epsilon = 0.5} : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.mul %rows, %scale : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}
func.func @scale_behind_bias(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %one = nn.constant {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %beta = nn.constant {value = dense_resource<beta> : tensor<4xf32>} : () -> tensor<4xf32>
  %rows = nn.layer_norm %x, %one, %beta {axis = 1, epsilon = 0.5} : (tensor<3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.mul %rows, %scale : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Refused: a second bias
// CHECK: %[[ROWS:\w+]] = nn.layer_norm %{{\w+}}, %{{\w+}}, %{{\w+}} {
// CHECK: nn.add %[[ROWS]],
// WHY: the normalisation has a bias already
func.func @second_bias(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %gamma = nn.constant {value = dense_resource<gamma> : tensor<4xf32>} : () -> tensor<4xf32>
  %beta = nn.constant {value = dense_resource<beta> : tensor<4xf32>} : () -> tensor<4xf32>
  %rows = nn.layer_norm %x, %gamma, %beta {axis = 1, epsilon = 0.5} : (tensor<3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %shift = nn.constant {value = dense_resource<shift> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.add %rows, %shift : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Refused: others read the normalised rows without the scale
// CHECK: nn.layer_norm
// CHECK: nn.mul
// CHECK-NOT: nn.layer_norm
// WHY: it does not scale the rows of a layer normalisation
func.func @rows_read(%x: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %one = nn.constant {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %rows = nn.layer_norm %x, %one {axis = 1, epsilon = 0.5} : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %gamma = nn.constant {value = dense_resource<gamma> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.mul %rows, %gamma : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  func.return %y, %rows : tensor<3x4xf32>, tensor<3x4xf32>
}

// -----

// Near miss: means over inner dimensions
// CHECK-NOT: nn.layer_norm
// WHY: dimensions 1 are not the last ones
func.func @inner_dimension(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
  %centred = nn.sub %x, %mean : (tensor<2x3x4xf32>, tensor<2x1x4xf32>) -> tensor<2x3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1]} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
  %epsilon = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<2x1x4xf32>, tensor<f32>) -> tensor<2x1x4xf32>
  %deviation = nn.sqrt %sum : (tensor<2x1x4xf32>) -> tensor<2x1x4xf32>
  %y = nn.div %centred, %deviation : (tensor<2x3x4xf32>, tensor<2x1x4xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Near miss: the two means are over different dimensions
// CHECK-NOT: nn.layer_norm
// WHY: the numerator is not x less its mean over the same dimensions
func.func @different_dimensions(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
  %centred = nn.sub %x, %mean : (tensor<2x3x4xf32>, tensor<2x1x4xf32>) -> tensor<2x3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %variance = nn.reduce_mean %square {axes = [2]} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32>
  %epsilon = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<2x3x1xf32>, tensor<f32>) -> tensor<2x3x1xf32>
  %deviation = nn.sqrt %sum : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %y = nn.div %centred, %deviation : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----

// Near miss: the mean of cubes
// CHECK-NOT: nn.layer_norm
// WHY: the divisor is not the deviation of the numerator
func.func @cubes(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %three = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %cube = nn.pow %centred, %three : (tensor<3x4xf32>, tensor<f32>) -> tensor<3x4xf32>
  %skew = nn.reduce_mean %cube {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<1000.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %skew, %epsilon : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %root = nn.sqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.div %centred, %root : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Near miss: the numerator is not centred
// CHECK-NOT: nn.layer_norm
// WHY: the divisor is not the deviation of the numerator
func.func @not_centred(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %deviation = nn.sqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.div %x, %deviation : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Near miss: the mean square of x itself, which an RMS normalisation takes
// CHECK-NOT: nn.layer_norm
// WHY: the numerator is not x less its mean over the same dimensions
func.func @rms(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %square = nn.mul %x, %x : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %mean = nn.reduce_mean %square {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %mean, %epsilon : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %root = nn.sqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.div %x, %root : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  func.return %y : tensor<3x4xf32>
}

// -----

// Refused: others read the centred rows
// CHECK-NOT: nn.layer_norm
// WHY: the centred rows have other readers
func.func @centred_read(%x: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %mean = nn.reduce_mean %x {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %centred = nn.sub %x, %mean : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %square = nn.mul %centred, %centred : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %variance = nn.reduce_mean %square {axes = [1]} : (tensor<3x4xf32>) -> tensor<3x1xf32>
  %epsilon = nn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %variance, %epsilon : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %deviation = nn.sqrt %sum : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = nn.div %centred, %deviation : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %z = nn.neg %centred : (tensor<3x4xf32>) -> tensor<3x4xf32>
  func.return %y, %z : tensor<3x4xf32>, tensor<3x4xf32>
}
