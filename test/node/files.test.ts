/** Files: whole or not at all, and clear words when the operating system refuses. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBytes, readBytes } from "../../src/node/files.ts";
import { writeDirectory, writeText } from "../../src/node/output-directory.ts";
import { packageVersion, presetNames, readFileOrPreset } from "../../src/node/package.ts";
import { createStudyFile } from "../../src/node/study-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fastc-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("reading", () => {
  it("names a missing file", () => {
    const path = join(folder, "absent.onnx");
    expect(() => readBytes(path)).toThrow(`error[file-not-found]: no such file or directory\n  at ${path}`);
  });

  it("tells a directory from a file", () => {
    expect(() => readBytes(folder)).toThrow("error[file-access]: this is a directory, not a file");
  });
});

describe("reading a stretch at a time", () => {
  it("gives bytes, and a hash of all of them, of files beyond 4 GiB", () => {
    const path = join(folder, "large");
    writeFileSync(path, "start");
    // Sparse: the file takes no room.
    truncateSync(path, 2 ** 33);
    const source = openBytes(path);
    expect(source.size).toBe(2 ** 33);
    expect(new TextDecoder().decode(source.read(1, 3))).toBe("tar");
    expect([...source.read(2 ** 33 - 2, 2)]).toEqual([0, 0]);
    const small = join(folder, "small");
    writeFileSync(small, "abc");
    // FIPS 180-2, appendix B.1.
    expect(openBytes(small).sha256()).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("notices that the file became shorter", () => {
    const path = join(folder, "file");
    writeFileSync(path, "12345678");
    const source = openBytes(path);
    truncateSync(path, 4);
    expect(() => source.read(2, 4)).toThrow("error[file-access]: the file ends before byte 6");
  });

  it("names what is missing or no file", () => {
    expect(() => openBytes(join(folder, "absent"))).toThrow("error[file-not-found]");
    expect(() => openBytes(folder)).toThrow("error[file-access]: this is a directory, not a file");
  });
});

describe("writing a directory", () => {
  it("makes it with its parents and leaves nothing else behind", () => {
    writeDirectory(join(folder, "a/b"), [{ name: "x.txt", text: "x" }]);
    expect(readFileSync(join(folder, "a/b/x.txt"), "utf8")).toBe("x");
    expect(readdirSync(join(folder, "a"))).toEqual(["b"]);
  });

  it("replaces its own files in an existing one and keeps the others", () => {
    const out = join(folder, "out");
    mkdirSync(out);
    writeFileSync(join(out, "mine.txt"), "mine");
    writeFileSync(join(out, "x.txt"), "old and longer");
    writeDirectory(out, [{ name: "x.txt", text: "new" }]);
    expect(readdirSync(out).sort()).toEqual(["mine.txt", "x.txt"]);
    expect(readFileSync(join(out, "x.txt"), "utf8")).toBe("new");
  });

  it("leaves nothing when a file cannot be written", () => {
    expect(() =>
      writeDirectory(join(folder, "out"), [
        { name: "x.txt", text: "x" },
        { name: "no/such/folder.txt", text: "y" },
      ]),
    ).toThrow("error[file-not-found]");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a path that is a file", () => {
    const out = join(folder, "file");
    writeFileSync(out, "");
    expect(() => writeDirectory(out, [{ name: "x.txt", text: "x" }])).toThrow(
      "error[file-access]: a part of this path is a file",
    );
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("writes a single file whole", () => {
    writeText(join(folder, "x.txt"), "x");
    expect(readdirSync(folder)).toEqual(["x.txt"]);
  });
});

describe("the package", () => {
  it("knows its version and its presets", () => {
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
    expect(presetNames("space")).toContain("fast");
  });

  it("lists the presets when neither a file nor a preset has the name", () => {
    expect(() => readFileOrPreset("space", "slow")).toThrow(
      /error\[file-not-found\]: .*\n {2}at slow\n {2}note: spaces .*: fast/,
    );
  });

  it("guesses the preset that a misspelt name means", () => {
    expect(() => readFileOrPreset("design", "tpuv4i")).toThrow(/\n {2}help: did you mean 'tpu-v4i'\?$/);
    expect(() => readFileOrPreset("design", "fastlarge")).toThrow(/\n {2}help: did you mean 'fast-large'\?$/);
    expect(() => readFileOrPreset("design", "gpu-h100")).toThrow(/note: [^\n]*$/);
  });

  it("prefers a preset to nothing, and a file to a preset", () => {
    expect(readFileOrPreset("space", "fast").fileName).toBe("spaces/fast.json");
    const path = join(folder, "fast");
    writeFileSync(path, "{}");
    expect(readFileOrPreset("space", path)).toEqual({ text: "{}", fileName: path });
  });
});

describe("a study file", () => {
  it("has every line at once and is never overwritten", () => {
    const path = join(folder, "studies/s.jsonl");
    const study = createStudyFile(path);
    study.append("1\n");
    expect(readFileSync(path, "utf8")).toBe("1\n");
    study.append("2\n");
    study.close();
    expect(() => createStudyFile(path)).toThrow("error[study-exists]");
    expect(readFileSync(path, "utf8")).toBe("1\n2\n");
    expect(existsSync(path)).toBe(true);
  });
});
