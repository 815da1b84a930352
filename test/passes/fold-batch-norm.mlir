// RUN: fastc opt %s --pass-pipeline=fold-batch-norm
// RUN: fastc opt %s --pass-pipeline=fold-batch-norm --debug-rewrites 2>&1 | FileCheck %s --check-prefix=WHY
// REFERENCE: within 1e-5 (scaling weights rounds in another order than scaling sums)

// batch_norm(conv2d(x, w)) -> conv2d(x, w * s) + (bias - mean * s) with s = scale / sqrt(variance + epsilon)
// CHECK-LABEL: func.func @convolution
// CHECK-SAME: (%[[X:\w+]]: tensor<2x3x4x5xf32>)
// CHECK-DAG: %[[W:\w+]] = nn.constant {value = dense_resource<w> : tensor<6x3x2x3xf32>}
// CHECK-DAG: %[[SCALE:\w+]] = nn.constant {value = dense_resource<scale>
// CHECK-DAG: %[[BIAS:\w+]] = nn.constant {value = dense_resource<bias>
// CHECK-DAG: %[[MEAN:\w+]] = nn.constant {value = dense_resource<mean>
// CHECK-DAG: %[[VARIANCE:\w+]] = nn.constant {value = dense_resource<variance>
// CHECK-DAG: %[[EPSILON:\w+]] = nn.constant {value = dense<0.125> : tensor<f32>}
// CHECK: %[[SUM:\w+]] = nn.add %[[VARIANCE]], %[[EPSILON]]
// CHECK-NEXT: %[[INVERSE:\w+]] = nn.rsqrt %[[SUM]]
// CHECK-NEXT: %[[S:\w+]] = nn.mul %[[SCALE]], %[[INVERSE]]
// CHECK-NEXT: %[[COLUMN:\w+]] = nn.reshape %[[S]] {shape = [6, 1, 1, 1]}
// CHECK-NEXT: %[[SCALED:\w+]] = nn.mul %[[W]], %[[COLUMN]]
// CHECK-NEXT: %[[MS:\w+]] = nn.mul %[[MEAN]], %[[S]]
// CHECK-NEXT: %[[SHIFT:\w+]] = nn.sub %[[BIAS]], %[[MS]]
// CHECK-NEXT: %[[CONV:\w+]] = nn.conv2d %[[X]], %[[SCALED]] {pads = [0, 1, 1, 0], strides = [1, 2]}
// CHECK-NEXT: %[[ROWS:\w+]] = nn.reshape %[[SHIFT]] {shape = [6, 1, 1]}
// CHECK-NEXT: %[[Y:\w+]] = nn.add %[[CONV]], %[[ROWS]]
// CHECK-NEXT: func.return %[[Y]]
func.func @convolution(%x: tensor<2x3x4x5xf32>) -> tensor<2x6x4x2xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<6x3x2x3xf32>} : () -> tensor<6x3x2x3xf32>
  %conv = nn.conv2d %x, %w {pads = [0, 1, 1, 0], strides = [1, 2]} : (tensor<2x3x4x5xf32>, tensor<6x3x2x3xf32>) -> tensor<2x6x4x2xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<6xf32>} : () -> tensor<6xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<6xf32>} : () -> tensor<6xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<6xf32>} : () -> tensor<6xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<6xf32>} : () -> tensor<6xf32>
  %y = nn.batch_norm %conv, %scale, %bias, %mean, %variance {epsilon = 0.125} : (tensor<2x6x4x2xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<2x6x4x2xf32>
  func.return %y : tensor<2x6x4x2xf32>
}

// -----

// A bias before the normalisation is scaled with the rest; groups stay
// CHECK-LABEL: func.func @biased_in_groups
// CHECK-SAME: (%[[X:\w+]]: tensor<1x4x3x3xf32>)
// CHECK: %[[B:\w+]] = nn.constant {value = dense_resource<b> : tensor<4x1x1xf32>}
// CHECK: %[[FLAT:\w+]] = nn.reshape %[[B]] {shape = [4]}
// CHECK: nn.sub %[[FLAT]],
// CHECK: nn.conv2d %[[X]], %{{\w+}} {groups = 4, pads = [0, 0, 0, 0], strides = [1, 1]}
// CHECK-NOT: nn.batch_norm
func.func @biased_in_groups(%x: tensor<1x4x3x3xf32>) -> tensor<1x4x2x2xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<4x1x2x2xf32>} : () -> tensor<4x1x2x2xf32>
  %conv = nn.conv2d %x, %w {groups = 4, pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x3x3xf32>, tensor<4x1x2x2xf32>) -> tensor<1x4x2x2xf32>
  %b = nn.constant {value = dense_resource<b> : tensor<4x1x1xf32>} : () -> tensor<4x1x1xf32>
  %sum = nn.add %conv, %b : (tensor<1x4x2x2xf32>, tensor<4x1x1xf32>) -> tensor<1x4x2x2xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<4xf32>} : () -> tensor<4xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<4xf32>} : () -> tensor<4xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<4xf32>} : () -> tensor<4xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.batch_norm %sum, %scale, %bias, %mean, %variance {epsilon = 0.25} : (tensor<1x4x2x2xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x2x2xf32>
  func.return %y : tensor<1x4x2x2xf32>
}

// -----

// One number as bias, on the left of the sum
// CHECK: nn.conv2d
// CHECK-NEXT: nn.reshape
// CHECK-NEXT: nn.add
// CHECK-NEXT: func.return
func.func @one_number(%x: tensor<1x4x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<2x4x1x1xf32>} : () -> tensor<2x4x1x1xf32>
  %conv = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x3x3xf32>, tensor<2x4x1x1xf32>) -> tensor<1x2x3x3xf32>
  %three = nn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %sum = nn.add %three, %conv : (tensor<f32>, tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<2xf32>} : () -> tensor<2xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = nn.batch_norm %sum, %scale, %bias, %mean, %variance {epsilon = 0.125} : (tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  func.return %y : tensor<1x2x3x3xf32>
}

// -----

// The columns of a matrix product are its channels
// CHECK: func.func @columns(%[[X:\w+]]: tensor<5x3xf32>)
// CHECK: nn.reshape %{{\w+}} {shape = [1, 4]}
// CHECK: nn.matmul %[[X]], %{{\w+}} : (tensor<5x3xf32>, tensor<3x4xf32>)
// CHECK-NOT: nn.batch_norm
func.func @columns(%x: tensor<5x3xf32>) -> tensor<5x4xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %product = nn.matmul %x, %w : (tensor<5x3xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<4xf32>} : () -> tensor<4xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<4xf32>} : () -> tensor<4xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<4xf32>} : () -> tensor<4xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.batch_norm %product, %scale, %bias, %mean, %variance {epsilon = 0.125} : (tensor<5x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x4xf32>
  func.return %y : tensor<5x4xf32>
}

// -----

// Of a weight that is read transposed they are the rows
// CHECK: func.func @rows(%[[X:\w+]]: tensor<5x3xf32>)
// CHECK: nn.reshape %{{\w+}} {shape = [4, 1]}
// CHECK: nn.matmul %[[X]], %{{\w+}} {transpose_rhs = true} : (tensor<5x3xf32>, tensor<4x3xf32>)
// CHECK-NOT: nn.batch_norm
func.func @rows(%x: tensor<5x3xf32>) -> tensor<5x4xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<4x3xf32>} : () -> tensor<4x3xf32>
  %product = nn.matmul %x, %w {transpose_rhs = true} : (tensor<5x3xf32>, tensor<4x3xf32>) -> tensor<5x4xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<4xf32>} : () -> tensor<4xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<4xf32>} : () -> tensor<4xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<4xf32>} : () -> tensor<4xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.batch_norm %product, %scale, %bias, %mean, %variance {epsilon = 0.125} : (tensor<5x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x4xf32>
  func.return %y : tensor<5x4xf32>
}

// -----

// Behind something else: batch_norm(x) -> x * s + (bias - mean * s)
// CHECK: func.func @expanded(%[[X:\w+]]: tensor<2x3x4x5xf32>)
// CHECK: %[[RELU:\w+]] = nn.relu %[[X]]
// CHECK: %[[S:\w+]] = nn.reshape %{{\w+}} {shape = [3, 1, 1]}
// CHECK: %[[SCALED:\w+]] = nn.mul %[[RELU]], %[[S]]
// CHECK: %[[SHIFT:\w+]] = nn.reshape %{{\w+}} {shape = [3, 1, 1]}
// CHECK-NEXT: %[[Y:\w+]] = nn.add %[[SCALED]], %[[SHIFT]]
// CHECK-NEXT: func.return %[[Y]]
// WHY: input is not a convolution or a plain matrix product
func.func @expanded(%x: tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32> {
  %relu = nn.relu %x : (tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<3xf32>} : () -> tensor<3xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<3xf32>} : () -> tensor<3xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<3xf32>} : () -> tensor<3xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.batch_norm %relu, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<2x3x4x5xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4x5xf32>
  func.return %y : tensor<2x3x4x5xf32>
}

// -----

// One of rank 2 is expanded without dimensions behind the channels
// CHECK: nn.reshape %{{\w+}} {shape = [3]}
// CHECK-NOT: nn.batch_norm
func.func @rank_2(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %scale = nn.constant {value = dense_resource<scale> : tensor<3xf32>} : () -> tensor<3xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<3xf32>} : () -> tensor<3xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<3xf32>} : () -> tensor<3xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = nn.batch_norm %x, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----

// Two in a row fold into one convolution
// CHECK-COUNT-1: nn.conv2d
// CHECK-NEXT: nn.reshape
// CHECK-NEXT: nn.add
// CHECK-NEXT: func.return
func.func @twice(%x: tensor<1x2x3x3xf32>) -> tensor<1x3x3x3xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3x2x1x1xf32>} : () -> tensor<3x2x1x1xf32>
  %conv = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x2x3x3xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x3x3xf32>
  %a = nn.constant {value = dense_resource<a> : tensor<3xf32>} : () -> tensor<3xf32>
  %b = nn.constant {value = dense_resource<b> : tensor<3xf32>} : () -> tensor<3xf32>
  %c = nn.constant {value = dense_resource<c> : tensor<3xf32>} : () -> tensor<3xf32>
  %d = nn.constant {value = dense_resource<d> : tensor<3xf32>} : () -> tensor<3xf32>
  %once = nn.batch_norm %conv, %a, %b, %c, %d {epsilon = 0.5} : (tensor<1x3x3x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x3x3xf32>
  %y = nn.batch_norm %once, %d, %c, %b, %a {epsilon = 0.25} : (tensor<1x3x3x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x3x3xf32>
  func.return %y : tensor<1x3x3x3xf32>
}

// -----

// Refused: others read the convolution, which would run twice; it is expanded
// CHECK-COUNT-1: nn.conv2d %{{\w+}}, %{{\w+}}
// CHECK: nn.mul
// CHECK-NOT: nn.conv2d
// WHY: the convolution has other readers
func.func @convolution_read(%x: tensor<1x4x3x3xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %w = nn.constant {value = dense_resource<w> : tensor<2x4x1x1xf32>} : () -> tensor<2x4x1x1xf32>
  %conv = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x3x3xf32>, tensor<2x4x1x1xf32>) -> tensor<1x2x3x3xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<2xf32>} : () -> tensor<2xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = nn.batch_norm %conv, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  func.return %y, %conv : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// -----

// Refused: others read the convolution with its bias
// CHECK-COUNT-1: nn.conv2d
// CHECK: nn.mul
// CHECK-NOT: nn.conv2d
// WHY: the convolution has other readers
func.func @sum_read(%x: tensor<1x4x3x3xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %w = nn.constant {value = dense_resource<w> : tensor<2x4x1x1xf32>} : () -> tensor<2x4x1x1xf32>
  %conv = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x3x3xf32>, tensor<2x4x1x1xf32>) -> tensor<1x2x3x3xf32>
  %b = nn.constant {value = dense_resource<b> : tensor<2x1x1xf32>} : () -> tensor<2x1x1xf32>
  %sum = nn.add %conv, %b : (tensor<1x2x3x3xf32>, tensor<2x1x1xf32>) -> tensor<1x2x3x3xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<2xf32>} : () -> tensor<2xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = nn.batch_norm %sum, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  func.return %y, %sum : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// -----

// Refused: the weight is computed at run time
// CHECK: func.func @run_time_weight(%[[X:\w+]]: tensor<1x4x3x3xf32>, %[[W:\w+]]: tensor<2x4x1x1xf32>)
// CHECK-NEXT: nn.conv2d %[[X]], %[[W]]
// WHY: the weight is computed at run time
func.func @run_time_weight(%x: tensor<1x4x3x3xf32>, %w: tensor<2x4x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %conv = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x3x3xf32>, tensor<2x4x1x1xf32>) -> tensor<1x2x3x3xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<2xf32>} : () -> tensor<2xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = nn.batch_norm %conv, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  func.return %y : tensor<1x2x3x3xf32>
}

// -----

// Near miss: the bias is one number for each column, not for each channel
// CHECK: nn.conv2d
// CHECK: nn.add
// CHECK: nn.mul
// WHY: input is not a convolution or a plain matrix product
func.func @column_bias(%x: tensor<1x4x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<2x4x1x1xf32>} : () -> tensor<2x4x1x1xf32>
  %conv = nn.conv2d %x, %w {pads = [0, 0, 0, 0], strides = [1, 1]} : (tensor<1x4x2x2xf32>, tensor<2x4x1x1xf32>) -> tensor<1x2x2x2xf32>
  %b = nn.constant {value = dense_resource<b> : tensor<2xf32>} : () -> tensor<2xf32>
  %sum = nn.add %conv, %b : (tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<2xf32>} : () -> tensor<2xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = nn.batch_norm %sum, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// -----

// Near miss: the channels of a matrix product with batch dimensions are its rows
// CHECK: nn.matmul
// CHECK: nn.mul
// WHY: input is not a convolution or a plain matrix product
func.func @batched_product(%x: tensor<2x4x3xf32>) -> tensor<2x4x4xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %product = nn.matmul %x, %w : (tensor<2x4x3xf32>, tensor<3x4xf32>) -> tensor<2x4x4xf32>
  %scale = nn.constant {value = dense_resource<scale> : tensor<4xf32>} : () -> tensor<4xf32>
  %bias = nn.constant {value = dense_resource<bias> : tensor<4xf32>} : () -> tensor<4xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<4xf32>} : () -> tensor<4xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = nn.batch_norm %product, %scale, %bias, %mean, %variance {epsilon = 0.5} : (tensor<2x4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4x4xf32>
  func.return %y : tensor<2x4x4xf32>
}

// -----

// Refused altogether: a statistic is computed at run time
// CHECK: nn.batch_norm
// WHY: its statistics are computed at run time
// REFERENCE: inputs 0 to 3
func.func @run_time_statistics(%x: tensor<1x2x3x3xf32>, %bias: tensor<2xf32>) -> tensor<1x2x3x3xf32> {
  %scale = nn.constant {value = dense_resource<scale> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = nn.constant {value = dense_resource<mean> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = nn.constant {value = dense_resource<variance> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = nn.batch_norm %x, %scale, %bias, %mean, %variance {epsilon = 1.0} : (tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  func.return %y : tensor<1x2x3x3xf32>
}
