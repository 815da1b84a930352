/** `fastc materialize`: what it writes, where, and what it refuses. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ModelDraft } from "../frontend/onnx/encode-message.ts";
import { dataType, modelBytes, valueInfo } from "../frontend/onnx/encode-message.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

/** y = x · w, with w [2, 3] in a file beside the model. */
function product(...locations: readonly string[]): ModelDraft {
  return {
    nodes: locations.map((_location, at) => ({
      opType: "MatMul",
      input: ["x", `w${at}`],
      output: [at === 0 ? "y" : `y${at}`],
    })),
    inputs: [valueInfo("x", [1, 2])],
    outputs: ["y"],
    initializers: locations.map((value, at) => ({
      name: `w${at}`,
      dims: [2, 3],
      dataType: dataType.float,
      dataLocation: 1,
      externalData: [{ key: "location", value }],
    })),
  };
}

function written(draft: ModelDraft): string {
  const path = inFolder("m.onnx");
  writeFileSync(path, modelBytes(draft));
  return path;
}

describe("fastc materialize", () => {
  it("writes the file that the model expects, and the same bytes for the same seed", async () => {
    const path = written(product("weights/w.bin"));
    const { status, stdout, stderr } = await runCli(["materialize", path, "--seed", "5"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const target = inFolder("weights/w.bin");
    expect(stdout).toContain(`${target}: 24 B, 6 elements in 1 tensor, seed 5\n  sha256 `);
    const first = readFileSync(target);
    expect(first).toHaveLength(24);
    expect(readdirSync(inFolder("weights"))).toEqual(["w.bin"]);
    await runCli(["materialize", path, "--seed", "5", "-o", inFolder("other.bin")]);
    expect(readFileSync(inFolder("other.bin"))).toEqual(first);
    await runCli(["materialize", path, "--seed", "6", "--force"]);
    expect(readFileSync(target)).not.toEqual(first);
  });

  it("takes ranges and seed from the init file beside the model", async () => {
    const path = written(product("w.bin"));
    const init = { generator: "lowbias32-uniform-v1", seed: 9, location: "w.bin", bytes: 24, tensors: { w0: [4, 5] } };
    writeFileSync(inFolder("m.init.json"), JSON.stringify(init));
    const { stdout } = await runCli(["materialize", path]);
    expect(stdout).toContain("m.init.json, seed 9");
    const numbers = new Float32Array(Uint8Array.from(readFileSync(inFolder("w.bin"))).buffer);
    for (const number of numbers) expect(number >= 4 && number < 5).toBe(true);
  });

  it("overwrites nothing, and fills in what is absent", async () => {
    const path = written(product("a.bin", "b.bin"));
    writeFileSync(inFolder("a.bin"), "mine");
    const { stdout } = await runCli(["materialize", path]);
    expect(stdout).not.toContain("a.bin");
    expect(readFileSync(inFolder("a.bin"), "utf8")).toBe("mine");
    const again = await runCli(["materialize", path]);
    expect(again).toEqual({
      status: 2,
      stdout: "",
      stderr: [
        "error[weights-exist]: the weights are there already",
        `  at ${inFolder("a.bin")}`,
        `  at ${inFolder("b.bin")}`,
        "  help: add --force to overwrite them\n",
      ].join("\n"),
    });
    const ambiguous = await runCli(["materialize", path, "-o", inFolder("c.bin")]);
    expect(ambiguous.status).toBe(2);
    expect(ambiguous.stderr).toContain("-o names one file but the model has weights in 2: a.bin, b.bin");
  });

  it("leaves nothing behind when it cannot write", async () => {
    const path = written(product("w.bin"));
    mkdirSync(inFolder("w.bin"));
    const { status, stderr } = await runCli(["materialize", path]);
    expect(status).toBe(2);
    expect(stderr).toContain("error[file-access]");
    expect(readdirSync(inFolder("")).sort()).toEqual(["m.onnx", "w.bin"]);
  });

  it("refuses weights outside of the model's folder", async () => {
    const { status, stderr } = await runCli(["materialize", written(product("../w.bin"))]);
    expect(status).toBe(2);
    expect(stderr).toContain("external data location '../w.bin' leaves the model's folder");
    expect(existsSync(inFolder("../w.bin"))).toBe(false);
  });

  it("says so when there is nothing to generate", async () => {
    const { status, stdout } = await runCli(["materialize", written({ ...product(), outputs: ["x"] })]);
    expect(status).toBe(0);
    expect(stdout).toContain("has no weights in other files: there is nothing to generate");
  });
});
