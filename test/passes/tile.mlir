// RUN: fastc opt %s --pass-pipeline='tile{decisions=%{decisions}}'

// The mapping of the second region: tiles of each level, their order, the loops on the PE grid
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [{"region": 1, "dataflow": "weight-stationary", "extents": {"m": 2, "n": 5, "k": 3}, "spatial": {"peRows": {"m": 2}, "peColumns": {"n": 4}}, "groupsPerPass": 6, "levels": [{"level": "gm", "tile": {"m": 2, "n": 5, "k": 3}, "order": []}, {"level": "l1", "tile": {"m": 1, "n": 2, "k": 3}, "order": ["n", "m"]}]}], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: fast.region
// CHECK-NOT: mapping
// CHECK: fast.region {{.*}}id = 1, mapping = {dataflow = "weight-stationary", extents = {k = 3, m = 2, n = 5}, groups_per_pass = 6,
// CHECK-SAME: levels = [{level = "gm", order = [], tile = {k = 3, m = 2, n = 5}}, {level = "l1", order = ["n", "m"], tile = {k = 3, m = 1, n = 2}}],
// CHECK-SAME: spatial = {pe_columns = {n = 4}, pe_rows = {m = 2}}}, operand_buffers
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

// A copy has a mapping as well
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [{"region": 0, "dataflow": "copy", "extents": {"d0": 2, "d1": 3}, "spatial": {"peRows": {}, "peColumns": {}}, "groupsPerPass": 1, "levels": []}], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: fast.region {{.*}}id = 0, mapping = {dataflow = "copy", extents = {d0 = 2, d1 = 3}, groups_per_pass = 1, levels = [], spatial = {pe_columns = {}, pe_rows = {}}}
// CHECK: fast.region
// CHECK-NOT: mapping
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

// No mapping
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK-NOT: mapping
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
