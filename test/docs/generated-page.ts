/** Pages of docs/ whose last part is written by `npm run docs`: what is above the marker is written by hand and kept. */
import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { expect } from "vitest";
import { projectPath } from "../frontend/onnx/testing.ts";

/** The line below which a page is generated. */
export const marker = "<!-- Below this line the page is written by `npm run docs`. -->";

/** Expects the page to end in the generated part as it is now; `npm run docs` writes it. */
export async function expectGenerated(name: string, generated: string): Promise<void> {
  const path = projectPath("docs", name);
  const [written = ""] = readFileSync(path, "utf8").split(marker);
  const text = `${written.trimEnd()}\n\n${marker}\n\n${generated.trim()}\n`;
  const formatted = await format(text, { ...(await resolveConfig(path)), parser: "markdown" });
  await expect(formatted, "the page is out of date: npm run docs").toMatchFileSnapshot(path);
}
