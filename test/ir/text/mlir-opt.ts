/** A stock `mlir-opt`, the outside judge of our text, where it is installed (Debian: mlir-22-tools). */
import { execFileSync, spawnSync } from "node:child_process";

/** The program's name; undefined when it is not installed. */
export const mlirOpt = ["mlir-opt-22", "mlir-opt"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** To be added to the names of tests. */
export const mlirOptNote = mlirOpt === undefined ? " (skipped: mlir-opt is not installed)" : "";

/** What mlir-opt prints for a text; throws with its message when it refuses it. */
export function throughMlirOpt(input: string, flags: readonly string[] = []): string {
  if (mlirOpt === undefined) throw new Error("mlir-opt is not installed");
  return execFileSync(mlirOpt, ["--allow-unregistered-dialect", ...flags, "-"], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["pipe", "pipe", "pipe"],
  });
}
