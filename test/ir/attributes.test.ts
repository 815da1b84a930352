/** Texts of attributes, types and locations, as MLIR reads them. */
import { describe, expect, it } from "vitest";
import type { Attribute } from "../../src/ir/attributes.ts";
import * as a from "../../src/ir/attributes.ts";
import { describeLocation, fileLocation, fusedLocation, locationNames, locationText } from "../../src/ir/location.ts";
import { nameLocation, unknownLocation } from "../../src/ir/location.ts";
import { bitWidth, functionType, noneType, scalar, tensorType, typeText } from "../../src/ir/types.ts";
import { t } from "./testing.ts";

const f32 = scalar("f32");

describe("attributes", () => {
  const cases: readonly (readonly [Attribute, string])[] = [
    [a.integerAttribute(-3), "-3"],
    [a.integerAttribute(3, scalar("i32")), "3 : i32"],
    [a.integerAttribute(2n ** 62n), "4611686018427387904"],
    [a.floatAttribute(1), "1.0"],
    [a.floatAttribute(0.1, f32), "0.1 : f32"],
    [a.floatAttribute(1e21), "1.0e+21"],
    [a.floatAttribute(1.5e-7), "1.5e-7"],
    [a.floatAttribute(-0), "-0.0"],
    // Without its type the bit pattern would be read as an integer.
    [a.floatAttribute(-Infinity), "0xFFF0000000000000 : f64"],
    [a.floatAttribute(Infinity, f32), "0x7F800000 : f32"],
    [a.boolAttribute(true), "true"],
    [a.stringAttribute('say "é"\\\n'), '"say \\22\\C3\\A9\\22\\\\\\0A"'],
    [a.symbolAttribute("main"), "@main"],
    [a.symbolAttribute("a b"), '@"a b"'],
    [a.typeAttribute(tensorType([1, 2], "bf16")), "tensor<1x2xbf16>"],
    [a.integersAttribute([1, 2]), "[1, 2]"],
    [
      a.dictionaryAttribute([
        ["b", a.unitAttribute],
        ["a b", a.integerAttribute(1)],
      ]),
      '{"a b" = 1, b}',
    ],
    [a.denseAttribute(t([2, 2], [1, 2, 3, 4])), "dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>"],
    [a.denseAttribute(t([2, 2], [5, 5, 5, 5], "i64")), "dense<5> : tensor<2x2xi64>"],
    [a.denseAttribute(t([2], [1, 0], "i1")), "dense<[true, false]> : tensor<2xi1>"],
    [a.denseAttribute(t([], [-7], "i32")), "dense<-7> : tensor<i32>"],
    [a.denseAttribute(t([0], [])), "dense<> : tensor<0xf32>"],
    [a.resourceAttribute("w/0", tensorType([2], "f32")), 'dense_resource<"w/0"> : tensor<2xf32>'],
  ];
  it.each(cases.map(([attribute, text]) => [text, attribute] as const))("%s", (text, attribute) => {
    expect(a.attributeText(attribute)).toBe(text);
  });

  it("are the same object when they are equal and small", () => {
    expect(a.integersAttribute([1, 2])).toBe(a.integersAttribute([1, 2]));
    expect(a.stringAttribute("1")).not.toBe(a.integerAttribute(1));
    expect(
      a.dictionaryAttribute([
        ["a", a.unitAttribute],
        ["b", a.unitAttribute],
      ]),
    ).toBe(
      a.dictionaryAttribute([
        ["b", a.unitAttribute],
        ["a", a.unitAttribute],
      ]),
    );
  });
});

describe("types", () => {
  it("are printed as MLIR prints them, and interned", () => {
    const tensor = tensorType([1, 3, 224, 224], "f32");
    expect(typeText(tensor)).toBe("tensor<1x3x224x224xf32>");
    expect(tensorType([1, 3, 224, 224], f32)).toBe(tensor);
    expect(typeText(tensorType([], "i64"))).toBe("tensor<i64>");
    expect(typeText(functionType([tensor, f32], [f32]))).toBe("(tensor<1x3x224x224xf32>, f32) -> f32");
    expect(typeText(functionType([], []))).toBe("() -> ()");
    expect(typeText(functionType([], [functionType([], [])]))).toBe("() -> (() -> ())");
    expect(typeText(noneType)).toBe("none");
  });

  it("know their width in a file", () => {
    const widths = (["i1", "i4", "ui8", "bf16", "f8E5M2", "f64", "index"] as const).map((name) =>
      bitWidth(scalar(name)),
    );
    expect(widths).toEqual([8, 4, 8, 16, 8, 64, 64]);
  });
});

describe("locations", () => {
  const conv = nameLocation("conv1", fileLocation("m.onnx", 12, 0));
  it("are printed for MLIR and for people", () => {
    expect(locationText(conv)).toBe('"conv1"("m.onnx":12:0)');
    expect(describeLocation(conv)).toEqual(['node "conv1" in m.onnx (node 12)']);
    expect(locationText(fusedLocation([conv, nameLocation("b")]))).toBe('fused["conv1"("m.onnx":12:0), "b"]');
    expect(describeLocation(fileLocation("a.mlir", 3, 7))).toEqual(["a.mlir:3:7"]);
    expect(describeLocation(unknownLocation)).toEqual([]);
  });

  it("are fused flat, each source once", () => {
    const both = fusedLocation([conv, fusedLocation([nameLocation("b"), conv]), unknownLocation]);
    expect(locationNames(both)).toEqual(["conv1", "b"]);
    expect(fusedLocation([conv, conv])).toBe(conv);
    expect(fusedLocation([unknownLocation])).toBe(unknownLocation);
  });
});
