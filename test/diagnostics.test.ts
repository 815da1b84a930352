/** docs/diagnostics.md lists every diagnostic code of the sources and no other. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Codes that the sources use; `bug` marks our own mistakes and is never shown as a code. */
function codesInSources(): readonly string[] {
  const files = readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const codes = files.flatMap((name) => {
    const text = readFileSync(`${root}/src/${name}`, "utf8");
    return [...text.matchAll(/\bcode: "([a-z][a-z-]*)"/g)].map(([, code = ""]) => code);
  });
  return [...new Set(codes)].filter((code) => code !== "bug").sort();
}

it("docs/diagnostics.md lists the codes of the sources", () => {
  const listed = [...readFileSync(`${root}/docs/diagnostics.md`, "utf8").matchAll(/^\| `([a-z-]+)`/gm)].map(
    ([, code = ""]) => code,
  );
  expect(listed.toSorted()).toEqual(codesInSources());
});
