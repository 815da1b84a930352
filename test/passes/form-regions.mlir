// RUN: fastc opt %s --pass-pipeline='form-regions{decisions=%{decisions}}'
// RUN: fastc opt %s --pass-pipeline='form-regions{decisions=%{decisions}}' --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC
// REFERENCE: within 1e-6 (the sigmoid is rounded)

// A convolution with bias and SiLU becomes one region on the array; weights stay outside
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [ \
// DEFINE:   {"id": 0, "anchor": 3, "operations": [3, 5, 6], "engine": "systolic-array"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: module attributes {fast.frozen_sha256 = "{{[0-9a-f]{64}}}"} {
// CHECK-NEXT: func.func @main(%[[X:\w+]]: tensor<2x3x4x5xf32>)
// CHECK-NEXT: %[[W:\w+]] = nn.constant {value = dense_resource<w>
// CHECK-NEXT: %[[B:\w+]] = nn.constant {value = dense_resource<b>
// CHECK-NEXT: %[[R:\w+]] = fast.region %[[X]], %[[W]], %[[B]] {anchor = 3, engine = "systolic-array", id = 0,
// CHECK-SAME{LITERAL}: operand_buffers = [[1, 0], [2, 0], [4, 0]], operand_values = [[1, 0], [2, 0], [4, 0]], operations = [3, 5, 6], result_values = [[6, 0]]}
// CHECK-NEXT: ^bb0(%[[A0:\w+]]: tensor<2x3x4x5xf32>, %[[A1:\w+]]: tensor<6x3x3x3xf32>, %[[A2:\w+]]: tensor<6x1x1xf32>):
// CHECK-NEXT: %[[CONV:\w+]] = nn.conv2d %[[A0]], %[[A1]] {pads = [1, 1, 1, 1], strides = [1, 1]}
// CHECK-NEXT: %[[SUM:\w+]] = nn.add %[[CONV]], %[[A2]]
// CHECK-NEXT: %[[SILU:\w+]] = nn.silu %[[SUM]]
// CHECK-NEXT: fast.yield %[[SILU]]
// CHECK-NEXT: }
// CHECK-NEXT: func.return %[[R]]
// LOC: fast.yield
// LOC-NEXT: } loc(fused["conv", "bias", "act"])
func.func @main(%x: tensor<2x3x4x5xf32>) -> tensor<2x6x4x5xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<6x3x3x3xf32>} : () -> tensor<6x3x3x3xf32>
  %conv = nn.conv2d %x, %w {pads = [1, 1, 1, 1], strides = [1, 1]} : (tensor<2x3x4x5xf32>, tensor<6x3x3x3xf32>) -> tensor<2x6x4x5xf32> loc("conv")
  %b = nn.constant {value = dense_resource<b> : tensor<6x1x1xf32>} : () -> tensor<6x1x1xf32>
  %sum = nn.add %conv, %b : (tensor<2x6x4x5xf32>, tensor<6x1x1xf32>) -> tensor<2x6x4x5xf32> loc("bias")
  %y = nn.silu %sum : (tensor<2x6x4x5xf32>) -> tensor<2x6x4x5xf32> loc("act")
  func.return %y : tensor<2x6x4x5xf32>
}

// -----

// A view outside of regions moves behind the region that it reads, before the one that reads it
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [ \
// DEFINE:   {"id": 0, "anchor": 2, "operations": [2], "engine": "vector-unit"}, \
// DEFINE:   {"id": 1, "anchor": 4, "operations": [4], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: func.func @main(%[[X:\w+]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[FIRST:\w+]] = fast.region %[[X]] {{.*}}id = 0
// CHECK: %[[VIEW:\w+]] = nn.reshape %[[FIRST]] {shape = [6]}
// CHECK-NEXT: %[[SECOND:\w+]] = fast.region %[[VIEW]] {{.*}}id = 1
// CHECK-SAME{LITERAL}: operand_buffers = [[2, 0]], operand_values = [[3, 0]]
// CHECK: func.return %[[SECOND]]
func.func @main(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %v = nn.reshape %r {shape = [6]} : (tensor<2x3xf32>) -> tensor<6xf32>
  %n = nn.neg %v : (tensor<6xf32>) -> tensor<6xf32>
  func.return %n : tensor<6xf32>
}

// -----

// An operation in two regions is computed in both, and yielded by the first
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [ \
// DEFINE:   {"id": 0, "anchor": 2, "operations": [2, 3], "engine": "vector-unit"}, \
// DEFINE:   {"id": 1, "anchor": 4, "operations": [2, 4], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: %[[FIRST:\w+]]:2 = fast.region
// CHECK: nn.relu
// CHECK-NEXT: nn.neg
// CHECK-NEXT: fast.yield
// CHECK: %[[SECOND:\w+]] = fast.region
// CHECK: nn.relu
// CHECK-NEXT: nn.exp
// CHECK-NEXT: fast.yield
// CHECK: func.return %[[FIRST]]#1, %[[SECOND]], %[[FIRST]]#0
func.func @main(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %e = nn.exp %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n, %e, %r : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// -----

// Regions stand in the order of the schedule, not of the program
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [ \
// DEFINE:   {"id": 0, "anchor": 3, "operations": [3], "engine": "vector-unit"}, \
// DEFINE:   {"id": 1, "anchor": 2, "operations": [2], "engine": "dma"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: %[[FIRST:\w+]] = fast.region
// CHECK: nn.neg
// CHECK: %[[SECOND:\w+]] = fast.region {{.*}}engine = "dma"
// CHECK: nn.transpose
// CHECK: func.return %[[SECOND]], %[[FIRST]]
func.func @main(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
  %t = nn.transpose %x {permutation = [1, 0]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %n = nn.neg %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %t, %n : tensor<3x2xf32>, tensor<2x3xf32>
}

// -----

// What is computed from weights alone is done at compile time, outside of regions
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [ \
// DEFINE:   {"id": 0, "anchor": 4, "operations": [4], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: %[[W:\w+]] = nn.constant
// CHECK-NEXT: %[[S:\w+]] = nn.sqrt %[[W]]
// CHECK-NEXT: fast.region %{{\w+}}, %[[S]]
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3xf32>} : () -> tensor<3xf32>
  %s = nn.sqrt %w : (tensor<3xf32>) -> tensor<3xf32>
  %y = nn.mul %x, %s : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
