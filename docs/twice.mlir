func.func @main(%x: tensor<8x24xf32>) -> tensor<8x24xf32> {
  %same = nn.reshape %x {shape = [8, 24]} : (tensor<8x24xf32>) -> tensor<8x24xf32>
  %gate = nn.sigmoid %same : (tensor<8x24xf32>) -> tensor<8x24xf32>
  %again = nn.sigmoid %x : (tensor<8x24xf32>) -> tensor<8x24xf32>
  %left = nn.mul %x, %gate : (tensor<8x24xf32>, tensor<8x24xf32>) -> tensor<8x24xf32>
  %right = nn.mul %x, %again : (tensor<8x24xf32>, tensor<8x24xf32>) -> tensor<8x24xf32>
  %sum = nn.add %left, %right : (tensor<8x24xf32>, tensor<8x24xf32>) -> tensor<8x24xf32>
  func.return %sum : tensor<8x24xf32>
}
