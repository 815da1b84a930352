// RUN: not fastc opt %s --pass-pipeline='tile{decisions=%{decisions}}' 2>&1

// Refused: decisions that were made for another module
// DEFINE: %{decisions} = {"moduleSha256": "cd", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-mismatch]: the decisions were made for another module (SHA-256 cd, this one has ab)
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

// Refused: a region that is not there
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [{"region": 3, "dataflow": "copy", "extents": {}, "spatial": {"peRows": {}, "peColumns": {}}, "groupsPerPass": 1, "levels": []}], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-mismatch]: a mapping is for region 3 but the module has 2 regions
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
