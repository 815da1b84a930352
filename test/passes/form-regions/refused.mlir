// RUN: not fastc opt %s --pass-pipeline='form-regions{decisions=%{decisions}}' 2>&1

// Refused: decisions that were made for another module
// DEFINE: %{decisions} = {"moduleSha256": "00", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [2, 3], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-mismatch]: the decisions were made for another module (SHA-256 00, this one has {{[0-9a-f]{64}}})
// CHECK: help: compile the model again with the same options as when the decisions were made
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: an operation that is not there
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [2, 99], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-mismatch]: region 0 has operation 99 but the module has only operations 0 to 4
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: an operation that is forgotten
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [2], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: operation 3, a nn.neg, runs in no region
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: regions in the wrong order
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 3, "operations": [3], "engine": "vector-unit"}, {"id": 1, "anchor": 2, "operations": [2], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 0 reads a nn.relu that runs in region 1, not before it
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: operations out of order
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [3, 2], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 0 has operation 2 after 3
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: an anchor from elsewhere
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 1, "operations": [2, 3], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 0 does not have its anchor 1 among its operations
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: an id that is not the position
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 5, "anchor": 2, "operations": [2, 3], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 5 stands at position 0 of the schedule
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: the function as an operation
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [1, 2, 3], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 0 has operation 1, a func.func, which computes nothing
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: a region that nobody reads
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [2, 3], "engine": "vector-unit"}, {"id": 1, "anchor": 2, "operations": [2], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 1 has no result that is read
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %n : tensor<2x3xf32>
}

// -----

// Refused: a region that reads itself through a view outside
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [2, 4], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 0 reads its own nn.relu through operation 3, which stands in no region
func.func @main(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %v = nn.reshape %r {shape = [6]} : (tensor<2x3xf32>) -> tensor<6xf32>
  %n = nn.neg %v : (tensor<6xf32>) -> tensor<6xf32>
  func.return %n : tensor<6xf32>
}

// -----

// Refused: regions that read each other
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 2, "operations": [2, 4], "engine": "vector-unit"}, {"id": 1, "anchor": 3, "operations": [3], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 0 reads a nn.neg that runs in region 1, not before it
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %n = nn.neg %r : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %s = nn.mul %n, %r : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %s : tensor<2x3xf32>
}

// -----

// Refused: what does not run, all of it at once
// DEFINE: %{decisions} = {"moduleSha256": "%{sha256}", "partition": {"regions": [{"id": 0, "anchor": 1, "operations": [1], "engine": "vector-unit"}, {"id": 1, "anchor": 3, "operations": [3], "engine": "vector-unit"}, {"id": 2, "anchor": 4, "operations": [4], "engine": "vector-unit"}]}, \
// DEFINE:   "mappings": [], "paddings": [], "residency": {"capacityBytes": 0, "tensors": []}}
// CHECK: error[decisions-invalid]: region 0 has operation 1, a func.func, which computes nothing
// CHECK: error[decisions-invalid]: region 1 has operation 3, a nn.sqrt, which is computed at compile time
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = nn.constant {value = dense_resource<w> : tensor<3xf32>} : () -> tensor<3xf32>
  %r = nn.sqrt %w : (tensor<3xf32>) -> tensor<3xf32>
  %s = nn.mul %x, %r : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %s : tensor<2x3xf32>
}
