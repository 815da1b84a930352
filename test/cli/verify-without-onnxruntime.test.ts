/** `fastc verify` where the optional package is not installed. */
import { expect, it, vi } from "vitest";
import { projectFile, runCli } from "./run-cli.ts";

vi.mock("onnxruntime-node", () => {
  throw new Error("Cannot find package 'onnxruntime-node'");
});

it("says what to install", async () => {
  const run = await runCli(["verify", "--import", projectFile("test/data/onnx/tiny_effnet/model.onnx")]);
  expect(run).toMatchObject({ status: 2, stdout: "" });
  expect(run.stderr).toContain("error[onnxruntime-missing]: onnxruntime-node is needed to check a model");
  expect(run.stderr).toContain("help: npm install onnxruntime-node@1.30");
});
