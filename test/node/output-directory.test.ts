/** Results on disk: whole or not at all, and only where the user said. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { writeDirectory, writeText } from "../../src/node/output-directory.ts";
import { temporaryFolder } from "../cli/run-cli.ts";

const inFolder = temporaryFolder();

describe("writing results", () => {
  it("makes the directory, keeps other files, and leaves nothing else", () => {
    const out = inFolder("a/b/out");
    writeDirectory(out, [{ name: "one.txt", text: "1" }]);
    writeFileSync(`${out}/other.txt`, "mine");
    writeDirectory(out, [
      { name: "one.txt", text: "2" },
      { name: "two.bin", bytes: Uint8Array.of(7) },
    ]);
    expect(readdirSync(out).sort()).toEqual(["one.txt", "other.txt", "two.bin"]);
    expect(readFileSync(`${out}/one.txt`, "utf8")).toBe("2");
    expect(readdirSync(inFolder("a/b"))).toEqual(["out"]);
  });

  it("takes away the directory that it made when a file cannot be written", () => {
    expect(() => writeDirectory(inFolder("new/deep"), [{ name: "no/such/folder", text: "" }])).toThrow(/no such file/);
    expect(existsSync(inFolder("new"))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)("needs no more than the directory itself", () => {
    mkdirSync(inFolder("locked/own"), { recursive: true });
    chmodSync(inFolder("locked"), 0o555);
    writeText(inFolder("locked/own/out.mlir"), "text");
    expect(readFileSync(inFolder("locked/own/out.mlir"), "utf8")).toBe("text");
  });

  it.skipIf(!existsSync("/dev/null"))("writes to what is no file", () => {
    writeText("/dev/null", "text");
    expect(readFileSync("/dev/null", "utf8")).toBe("");
  });
});
