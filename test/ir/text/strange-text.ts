/** A text with everything in it that the parser knows and fastc's own IR has not. */
export const strangeText = String.raw`#map = affine_map<(d0, d1)[s0] -> (d0 + s0 * 2, d1 floordiv 2, -d0 mod 3)>
#set = affine_set<(d0) : (d0 - 10 >= 0, d0 == 3)>
!t = tensor<?x4xf32>
module @m attributes {d.a = #map, d.s = #set, d.l = strided<[1, ?], offset: ?>} {
  func.func private @ext(!t, memref<4x?xf32, strided<[?, 1]>, 2 : i32>) -> i32
  // A comment.
  func.func @f(%a: i32 loc("a"), %b: tensor<*xf32> loc("b"(unknown))) -> (i32 {x.y = 1 : si8}, f32) attributes {d.z} {
    %c:2 = "x.y"(%a, %b)[^bb1, ^bb2] <{p = dense<[1.0, 2.0]> : tensor<2xf32>, q = dense_resource<blob1> : tensor<3xf32>,
      arr = array<i64: 1, -2>, arf = array<f32>, arb = array<i1: true, false>}> : (i32, tensor<*xf32>) -> (i32, f32)
  ^bb1:
    %d = "x.z"() {hex = dense<"0x0000803F00000040"> : tensor<2xf32>, f = 0x7FC00000 : f32, g = 1.e10 : f64,
      i = -5 : si16, big = 170141183460469231731687303715884105727 : i128, s = "a\22b\\\n\t\41é", sym = @a::@b::@"c d",
      u, t = tuple<i32, f32>, cplx = complex<f32>, v = vector<4x[4]xf32>, op = #foo.bar<x y [1 {2}]>,
      ty = !foo.bar<"a>", (b)>, o2 = #foo<bar a>, fun = (i32) -> (), d = {"quoted key" = 1, b},
      sp = sparse<[[0, 1]], [1.0]> : tensor<3x4xf32>, m = memref<4x4xf32, affine_map<(d0, d1) -> (d1, d0)>, "L1">,
      lc = loc("x":1:2), i1 = true, idx = 3 : index, un = dense<2> : tensor<4xi8>, emp = dense<> : tensor<0xf32>,
      c = dense<(1.0, 2.0)> : tensor<complex<f32>>, st = dense<["a", "b"]> : tensor<2x!foo.str>, f8 = 1.0 : f8E4M3FN,
      tf = 1.0 : tf32, b16 = 1.5 : bf16, enc = tensor<4xf32, #foo.enc>, si = dense<[true, false]> : tensor<2xi1>,
      no = none, dn = distinct[0]<"x">} : () -> i32 loc(fused<"meta">["a", "b":1:2, callsite("c" at "d":3:4)])
    "x.br"()[^bb2] ({
      "x.inner"(%d) : (i32) -> ()
    }, {
    ^one(%p: i32 loc(callsite("p" at "f":1:1)), %q: f32 loc("q")):
      "x.inner"(%p, %q) : (i32, f32) -> ()
    ^two:
      "x.end"() : () -> ()
    }) : () -> ()
  ^bb2:
    return %c#0, %c#1 : i32, f32 loc(#loc1)
  } loc("range":1:2 to 3:4)
}
#loc2 = loc("f.onnx":1:2 to :5)
#loc1 = loc("n"(#loc2))
{-#
  dialect_resources: {
    builtin: {
      blob1: "0x040000000000803F0000004000004040",
      "odd key": "0x04000000"
    }
  },
  external_resources: {
    foo: {
      a: true,
      b: "str"
    }
  }
#-}
`;
