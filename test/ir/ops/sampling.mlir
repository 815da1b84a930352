// RUN: fastc opt %s --verify-diagnostics
// REFERENCE: inputs 0 to 1

// Every op of the family is printed as it was read
// CHECK: func.func @max_pool_indices(%[[INPUT:\w+]]: tensor<2x3x5x4xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.max_pool_indices %[[INPUT]] {dilations = [1, 1], kernel = [2, 3], pads = [1, 0, 0, 2], strides = [2, 1]} : (tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xi64>
// CHECK-NEXT: func.return %[[Y]]
func.func @max_pool_indices(%input: tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xi64> {
  %y = nn.max_pool_indices %input {dilations = [1, 1], kernel = [2, 3], pads = [1, 0, 0, 2], strides = [2, 1]} : (tensor<2x3x5x4xf32>) -> tensor<2x3x3x4xi64>
  func.return %y : tensor<2x3x3x4xi64>
}
// CHECK: func.func @resample(%[[INPUT:\w+]]: tensor<2x5x3xf32>, %[[INDICES:\w+]]: tensor<4x2xi64>, %[[WEIGHTS:\w+]]: tensor<4x2xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.resample %[[INPUT]], %[[INDICES]], %[[WEIGHTS]] {axis = 1} : (tensor<2x5x3xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<2x4x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @resample(%input: tensor<2x5x3xf32>, %indices: tensor<4x2xi64>, %weights: tensor<4x2xf32>) -> tensor<2x4x3xf32> {
  %y = nn.resample %input, %indices, %weights {axis = 1} : (tensor<2x5x3xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<2x4x3xf32>
  func.return %y : tensor<2x4x3xf32>
}
// CHECK: func.func @grid_sample(%[[INPUT:\w+]]: tensor<2x3x5x4xf32>, %[[POINTS:\w+]]: tensor<2x3x2x2xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.grid_sample %[[INPUT]], %[[POINTS]] {mode = "cubic", padding = "border"} : (tensor<2x3x5x4xf32>, tensor<2x3x2x2xf32>) -> tensor<2x3x3x2xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @grid_sample(%input: tensor<2x3x5x4xf32>, %points: tensor<2x3x2x2xf32>) -> tensor<2x3x3x2xf32> {
  %y = nn.grid_sample %input, %points {mode = "cubic", padding = "border"} : (tensor<2x3x5x4xf32>, tensor<2x3x2x2xf32>) -> tensor<2x3x3x2xf32>
  func.return %y : tensor<2x3x3x2xf32>
}
// CHECK: func.func @roi_align(%[[INPUT:\w+]]: tensor<2x3x5x4xf32>, %[[REGIONS:\w+]]: tensor<3x4xf32>, %[[BATCH_INDICES:\w+]]: tensor<3xi64>)
// CHECK-NEXT: %[[Y:\w+]] = nn.roi_align %[[INPUT]], %[[REGIONS]], %[[BATCH_INDICES]] {output = [2, 3], sampling_ratio = 2} : (tensor<2x3x5x4xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<3x3x2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @roi_align(%input: tensor<2x3x5x4xf32>, %regions: tensor<3x4xf32>, %batch_indices: tensor<3xi64>) -> tensor<3x3x2x3xf32> {
  %y = nn.roi_align %input, %regions, %batch_indices {output = [2, 3], sampling_ratio = 2} : (tensor<2x3x5x4xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<3x3x2x3xf32>
  func.return %y : tensor<3x3x2x3xf32>
}
// CHECK: func.func @max_roi_pool(%[[INPUT:\w+]]: tensor<2x3x5x4xf32>, %[[REGIONS:\w+]]: tensor<3x5xf32>)
// CHECK-NEXT: %[[Y:\w+]] = nn.max_roi_pool %[[INPUT]], %[[REGIONS]] {output = [2, 3], spatial_scale = 0.5} : (tensor<2x3x5x4xf32>, tensor<3x5xf32>) -> tensor<3x3x2x3xf32>
// CHECK-NEXT: func.return %[[Y]]
func.func @max_roi_pool(%input: tensor<2x3x5x4xf32>, %regions: tensor<3x5xf32>) -> tensor<3x3x2x3xf32> {
  %y = nn.max_roi_pool %input, %regions {output = [2, 3], spatial_scale = 0.5} : (tensor<2x3x5x4xf32>, tensor<3x5xf32>) -> tensor<3x3x2x3xf32>
  func.return %y : tensor<3x3x2x3xf32>
}
