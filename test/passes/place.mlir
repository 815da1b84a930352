// RUN: fastc opt %s --pass-pipeline='place{decisions=%{decisions}}'

// A tensor stays in global memory from the region that writes it to the one that reads it
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 4096, "tensors": [{"value": {"operation": 2, "index": 0}, "sizeBytes": 24, "offsetBytes": 64, "firstRegion": 0, "lastRegion": 1, "isPinned": false}]}}
// CHECK: module attributes {fast.frozen_sha256 = "ab", fast.residency_capacity_bytes = 4096}
// CHECK: fast.region {{.*}}id = 0, {{.*}}operations = [2], placement = {operands = [{memory = "dram"}], results = [{memory = "gm", resident = {first_region = 0, is_pinned = false, last_region = 1, offset_bytes = 64, size_bytes = 24, value = [2, 0]}, tensor = 0}]}
// CHECK: fast.region {{.*}}id = 1, {{.*}}operations = [3], placement = {operands = [{memory = "gm", resident = {first_region = 0, is_pinned = false, last_region = 1, offset_bytes = 64, size_bytes = 24, value = [2, 0]}, tensor = 0}, {memory = "dram"}], results = [{memory = "dram"}]}
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

// A pinned weight is an operand only
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 96, "tensors": [{"value": {"operation": 1, "index": 1}, "sizeBytes": 24, "offsetBytes": 64, "firstRegion": 1, "lastRegion": 1, "isPinned": true}]}}
// CHECK: fast.region {{.*}}id = 0, {{.*}}placement = {operands = [{memory = "dram"}], results = [{memory = "dram"}]}
// CHECK: fast.region {{.*}}id = 1, {{.*}}placement = {operands = [{memory = "dram"}, {memory = "gm", resident = {first_region = 1, is_pinned = true, last_region = 1, offset_bytes = 64, size_bytes = 24, value = [1, 1]}, tensor = 0}], results = [{memory = "dram"}]}
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

// Near miss: outside of the regions in which it is resident a tensor is in DRAM
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 96, "tensors": [{"value": {"operation": 2, "index": 0}, "sizeBytes": 24, "offsetBytes": 64, "firstRegion": 1, "lastRegion": 1, "isPinned": false}]}}
// CHECK: fast.region {{.*}}id = 0, {{.*}}placement = {operands = [{memory = "dram"}], results = [{memory = "dram"}]}
// CHECK: fast.region {{.*}}id = 1, {{.*}}placement = {operands = [{memory = "gm", resident = {first_region = 1, is_pinned = false, last_region = 1, offset_bytes = 64, size_bytes = 24, value = [2, 0]}, tensor = 0},
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

// Nothing is resident
// DEFINE: %{decisions} = {"moduleSha256": "ab", "partition": {"regions": []}, "mappings": [], \
// DEFINE:   "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: fast.residency_capacity_bytes = 0
// CHECK-COUNT-2: placement = {operands = [{memory = "dram"}
// CHECK-NOT: memory = "gm"
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
