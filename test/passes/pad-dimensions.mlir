// RUN: fastc opt %s --pass-pipeline='pad-dimensions{decisions=%{decisions}}'

// By how much the loops of the second region are filled up; the first has none
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [{"region": 1, "loops": {"m": 6, "k": 29}}], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: fast.region
// CHECK-NOT: padding
// CHECK: fast.region {{.*}}id = 1, {{.*}}operations = [3], padding = {k = 29, m = 6}, result_values
module attributes {fast.frozen_sha256 = "ab"} {
  func.func @main(%x: tensor<2x3xf32>, %w: tensor<3x5xf32>) -> tensor<2x5xf32> {
    %0 = fast.region %x {anchor = 2, engine = "vector-unit", id = 0, operand_buffers = [[1, 0]], operand_values = [[1, 0]], operations = [2], result_values = [[2, 0]]} : (tensor<2x3xf32>) -> tensor<2x3xf32> {
    ^bb0(%a: tensor<2x3xf32>):
      %r = nn.relu %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
      fast.yield %r : tensor<2x3xf32>
    }
    %1 = fast.region %0, %w {anchor = 3, engine = "systolic-array", id = 1, operand_buffers = [[2, 0], [1, 1]], operand_values = [[2, 0], [1, 1]], operations = [3], result_values = [[3, 0]]} : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32> {
    ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>):
      %p = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32>
      fast.yield %p : tensor<2x5xf32>
    }
    func.return %1 : tensor<2x5xf32>
  }
}

// -----

// Both regions
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [{"region": 1, "loops": {"n": 7}}, {"region": 0, "loops": {"d0": 1, "d1": 2}}], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: fast.region {{.*}}id = 0, {{.*}}padding = {d0 = 1, d1 = 2}
// CHECK: fast.region {{.*}}id = 1, {{.*}}padding = {n = 7}
module attributes {fast.frozen_sha256 = "ab"} {
  func.func @main(%x: tensor<2x3xf32>, %w: tensor<3x5xf32>) -> tensor<2x5xf32> {
    %0 = fast.region %x {anchor = 2, engine = "vector-unit", id = 0, operand_buffers = [[1, 0]], operand_values = [[1, 0]], operations = [2], result_values = [[2, 0]]} : (tensor<2x3xf32>) -> tensor<2x3xf32> {
    ^bb0(%a: tensor<2x3xf32>):
      %r = nn.relu %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
      fast.yield %r : tensor<2x3xf32>
    }
    %1 = fast.region %0, %w {anchor = 3, engine = "systolic-array", id = 1, operand_buffers = [[2, 0], [1, 1]], operand_values = [[2, 0], [1, 1]], operations = [3], result_values = [[3, 0]]} : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32> {
    ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>):
      %p = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32>
      fast.yield %p : tensor<2x5xf32>
    }
    func.return %1 : tensor<2x5xf32>
  }
}

// -----

// Nothing to fill up
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK-NOT: padding
// CHECK: func.return
module attributes {fast.frozen_sha256 = "ab"} {
  func.func @main(%x: tensor<2x3xf32>, %w: tensor<3x5xf32>) -> tensor<2x5xf32> {
    %0 = fast.region %x {anchor = 2, engine = "vector-unit", id = 0, operand_buffers = [[1, 0]], operand_values = [[1, 0]], operations = [2], result_values = [[2, 0]]} : (tensor<2x3xf32>) -> tensor<2x3xf32> {
    ^bb0(%a: tensor<2x3xf32>):
      %r = nn.relu %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
      fast.yield %r : tensor<2x3xf32>
    }
    %1 = fast.region %0, %w {anchor = 3, engine = "systolic-array", id = 1, operand_buffers = [[2, 0], [1, 1]], operand_values = [[2, 0], [1, 1]], operations = [3], result_values = [[3, 0]]} : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32> {
    ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>):
      %p = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32>
      fast.yield %p : tensor<2x5xf32>
    }
    func.return %1 : tensor<2x5xf32>
  }
}
