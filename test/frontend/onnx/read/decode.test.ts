/** Model files that are no models, and what decoding keeps. */
import { describe, expect, it } from "vitest";
import { decodeModel } from "../../../../src/frontend/onnx/read/decode.ts";
import { importOnnx } from "../../../../src/frontend/onnx/import.ts";
import { memorySource } from "../../../../src/support/byte-source.ts";
import { randomStream } from "../../../../src/support/random.ts";
import { attributes, encodeModel, floats, modelBytes, valueInfo } from "../encode-message.ts";
import { refusal } from "../testing.ts";

const good = modelBytes({
  nodes: [{ opType: "Relu", input: ["x"], output: ["y"] }],
  inputs: [valueInfo("x", [1, 4])],
  outputs: ["y"],
});

const help =
  "  help: give the path of a model in ONNX's binary format (.onnx); if it is one, it may be damaged: copy or export it again";

function refusalOf(bytes: Uint8Array): string {
  return refusal(() => importOnnx(bytes, { fileName: "m.onnx" }));
}

function textOf(note: string): string {
  return ["error[onnx-not-a-model]: m.onnx is not a complete ONNX model", `  note: ${note}`, help].join("\n");
}

describe("a file that is not a model", () => {
  it("is empty", () => {
    expect(refusalOf(new Uint8Array())).toBe(textOf("the file is empty"));
  });

  it("is cut off", () => {
    // The last 20 bytes are inside the graph, whose length was announced at its start.
    expect(refusalOf(good.subarray(0, good.length - 20))).toMatch(
      /^error\[onnx-not-a-model\]: .*\n {2}note: protobuf: at byte \d+, \d+ bytes are announced, \d+ are left\n/,
    );
  });

  it("is random bytes", () => {
    const { integer } = randomStream(1);
    const bytes = Uint8Array.from({ length: 512 }, () => integer(256));
    expect(refusalOf(bytes)).toMatch(
      /^error\[onnx-not-a-model\]: m.onnx is not a complete ONNX model\n {2}note: protobuf: /,
    );
  });

  it("is text", () => {
    expect(refusalOf(new TextEncoder().encode("hello, this is not a model\n"))).toMatch(/^error\[onnx-not-a-model\]/);
  });

  it.each([
    ["it has no graph", encodeModel({ irVersion: 8, opsetImport: [{ version: 17 }] })],
    ["it has no ir_version", encodeModel({ opsetImport: [{ version: 17 }], graph: {} })],
    ["it imports no operator set (opset_import)", encodeModel({ irVersion: 8, graph: {} })],
    [
      "it uses standard operators but imports no version of them (opset_import)",
      encodeModel({
        irVersion: 8,
        opsetImport: [{ domain: "a.b", version: 1 }],
        graph: { node: [{ opType: "Relu" }] },
      }),
    ],
  ])("says %s", (note, bytes) => {
    expect(refusalOf(bytes)).toBe(textOf(note));
  });

  it("nests messages without end", () => {
    let model: Uint8Array = new Uint8Array();
    for (let depth = 0; depth < 60; depth++) {
      // Graph (field 1: node), node (field 5: attribute), attribute (field 6: graph), around and around.
      for (const field of [6, 5, 1]) model = Uint8Array.from([(field << 3) | 2, ...varint(model.length), ...model]);
    }
    const bytes = Uint8Array.from([0x08, 8, (7 << 3) | 2, ...varint(model.length), ...model]);
    expect(refusalOf(bytes)).toBe(textOf("protobuf: messages nest deeper than 100"));
  });
});

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

describe("decoding", () => {
  it("gives raw data as a view of the file, not a copy", () => {
    const bytes = modelBytes({
      nodes: [],
      inputs: [],
      outputs: ["w"],
      initializers: [{ name: "w", dims: [2], dataType: 1, rawData: Uint8Array.from([0, 0, 128, 63, 0, 0, 0, 64]) }],
    });
    const rawData = decodeModel(memorySource(bytes), "m.onnx").graph.initializer[0]?.rawData;
    expect(rawData?.read().buffer).toBe(bytes.buffer);
    expect([...(rawData?.read() ?? [])]).toEqual([0, 0, 128, 63, 0, 0, 0, 64]);
  });

  it("reads repeated numbers packed or one by one, and skips unknown fields", () => {
    // TensorProto.dims = [3, 300] as two separate numbers, then packed [5], then unknown field 1007.
    const tensor = [0x08, 3, 0x08, ...varint(300), 0x0a, 1, 5, ...varint((1007 << 3) | 0), 1];
    const graph = [0x2a, tensor.length, ...tensor];
    const bytes = Uint8Array.from([0x08, 8, 0x3a, graph.length, ...graph, 0x42, 2, 0x10, 17]);
    expect(decodeModel(memorySource(bytes), "m.onnx").graph.initializer[0]?.dims).toEqual([3, 300, 5]);
  });

  it("keeps large and negative integers, floats and texts", () => {
    const attribute = [...attributes({ a: -3, b: [2 ** 40, -1], c: "é", d: { f: 0.5 } })];
    const bytes = modelBytes({
      nodes: [{ opType: "X", attribute }],
      inputs: [],
      outputs: ["y"],
      initializers: [floats("w", [1], [1.5])],
    });
    const { graph } = decodeModel(memorySource(bytes), "m.onnx");
    expect(graph.node[0]?.attribute.map(({ i, ints, s, f }) => i ?? s ?? f ?? ints)).toEqual([
      -3,
      [2 ** 40, -1],
      new TextEncoder().encode("é"),
      0.5,
    ]);
    expect([...(graph.initializer[0]?.floatData.read() as Float32Array)]).toEqual([1.5]);
  });

  it("warns of operator sets that are newer than any we know", () => {
    const bytes = modelBytes({ nodes: [], inputs: [valueInfo("x", [1])], outputs: ["x"], opset: 99 });
    const [warning] = importOnnx(bytes, { fileName: "m.onnx" }).warnings;
    expect(warning).toEqual({
      severity: "warning",
      code: "onnx-newer-opset",
      message: "operator set 99 is newer than 28, the newest known; its operators are read as those of 28",
      at: ["m.onnx"],
    });
  });
});

function flipBit(bytes: Uint8Array, at: number, bit: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
}

describe("damaged models", () => {
  it("are refused with a diagnostic or imported, never anything else", () => {
    const seed = 20240611;
    const { integer } = randomStream(seed);
    for (let round = 0; round < 2000; round++) {
      const bytes = good.slice(0, integer(4) === 0 ? integer(good.length) + 1 : good.length);
      for (let flips = integer(3); flips >= 0; flips--) flipBit(bytes, integer(bytes.length), integer(8));
      try {
        importOnnx(bytes, { fileName: "m.onnx", defaultBatch: 2 });
      } catch (error) {
        expect(error, `seed ${seed}, round ${round}`).toHaveProperty("name", "DiagnosticError");
      }
    }
  });
});
