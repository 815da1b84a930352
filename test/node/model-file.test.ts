/** Weight files beside a model: found, measured, read, and never outside of the model's folder. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Writer } from "protobufjs/minimal.js";
import { importModel, printModule } from "../../src/index.ts";
import { openModel } from "../../src/node/model-file.ts";
import { encodeModel, valueInfo } from "../frontend/onnx/encode-message.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fastc-model-"));
  mkdirSync(join(folder, "model"));
  writeFileSync(join(folder, "model/m.onnx"), "m");
  writeFileSync(join(folder, "secret"), "secret");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("a file beside a model", () => {
  it("is measured and read in part", () => {
    writeFileSync(join(folder, "model/w.bin"), "0123456789");
    const { externalSize, readExternal } = openModel(join(folder, "model/m.onnx"));
    expect(externalSize("w.bin")).toBe(10);
    expect(new TextDecoder().decode(readExternal("w.bin", 3, 4))).toBe("3456");
    // Fewer bytes where the file ends: the reader of weights says which.
    expect(readExternal("w.bin", 8, 4)).toHaveLength(2);
    expect(externalSize("absent.bin")).toBeUndefined();
    expect(readExternal("absent.bin", 0, 1)).toBeUndefined();
  });

  it("may be larger than 2 GiB", () => {
    writeFileSync(join(folder, "model/w.bin"), "");
    truncateSync(join(folder, "model/w.bin"), 2 ** 32 + 4);
    const { externalSize, readExternal } = openModel(join(folder, "model/m.onnx"));
    expect(externalSize("w.bin")).toBe(2 ** 32 + 4);
    expect([...(readExternal("w.bin", 2 ** 32, 4) ?? [])]).toEqual([0, 0, 0, 0]);
  });

  it("may be a link within the folder, but none out of it", () => {
    writeFileSync(join(folder, "model/w.bin"), "w");
    symlinkSync("w.bin", join(folder, "model/inside.bin"));
    symlinkSync("../secret", join(folder, "model/outside.bin"));
    symlinkSync("..", join(folder, "model/up"));
    const { externalSize } = openModel(join(folder, "model/m.onnx"));
    expect(externalSize("inside.bin")).toBe(1);
    for (const location of ["outside.bin", "up/secret"]) {
      expect(() => externalSize(location)).toThrow(
        "error[onnx-invalid-tensor]: external data leaves the model's folder through a link",
      );
    }
  });

  it("may be a link to where the model itself is a link to, as model stores keep their files", () => {
    mkdirSync(join(folder, "blobs"));
    writeFileSync(join(folder, "blobs/1"), "m");
    writeFileSync(join(folder, "blobs/2"), "weights");
    mkdirSync(join(folder, "snapshot"));
    symlinkSync("../blobs/1", join(folder, "snapshot/m.onnx"));
    symlinkSync("../blobs/2", join(folder, "snapshot/m.onnx_data"));
    expect(openModel(join(folder, "snapshot/m.onnx")).externalSize("m.onnx_data")).toBe(7);
  });

  it("must be a file", () => {
    mkdirSync(join(folder, "model/w"));
    expect(() => openModel(join(folder, "model/m.onnx")).externalSize("w")).toThrow(
      "error[file-access]: this is not a file",
    );
  });
});

describe("a model of more than 2 GiB in one file", () => {
  it("is imported without its numbers being read", () => {
    const count = 2 ** 29 + 8;
    // The last field of each message around the numbers: graph (7), initializer (5), raw_data (9); the numbers are a hole.
    const raw = new Writer()
      .uint32((9 << 3) | 2)
      .uint32(4 * count)
      .finish();
    const tensorHead = new Writer()
      .uint32(1 << 3)
      .uint32(count)
      .uint32(2 << 3)
      .uint32(1)
      .uint32((8 << 3) | 2)
      .string("w")
      .finish();
    const tensorLength = tensorHead.length + raw.length + 4 * count;
    const graphHead = graphBytes();
    const tensorTag = new Writer()
      .uint32((5 << 3) | 2)
      .uint32(tensorLength)
      .finish();
    const graphLength = graphHead.length + tensorTag.length + tensorLength;
    const head = encodeModel({ irVersion: 8, opsetImport: [{ version: 17 }] });
    const graphTag = new Writer()
      .uint32((7 << 3) | 2)
      .uint32(graphLength)
      .finish();
    const start = [head, graphTag, graphHead, tensorTag, tensorHead, raw];
    const path = join(folder, "model/large.onnx");
    writeFileSync(path, Buffer.concat(start));
    truncateSync(path, head.length + graphTag.length + graphLength);
    const before = process.memoryUsage().rss;
    const { module } = importModel(openModel(path).content, { fileName: "large.onnx" });
    expect(printModule(module)).toContain(`dense_resource<w> : tensor<${count}xf32>`);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });
});

/** The fields of a graph that adds the weight `w` to a scalar. */
function graphBytes(): Uint8Array {
  const graph = {
    node: [{ opType: "Add", input: ["x", "w"], output: ["y"] }],
    input: [valueInfo("x", [1])],
    output: [{ name: "y" }],
  };
  // A model of nothing but a graph: its tag and length, of one byte each, come first.
  return encodeModel({ graph }).subarray(2);
}
