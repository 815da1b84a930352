// Prints a page that a command generates, and writes it as Prettier formats it.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";

/**
 * @param {URL} url where the page is
 * @param {string} text
 */
export async function writePage(url, text) {
  const path = fileURLToPath(url);
  const page = await prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
  process.stdout.write(page);
  writeFileSync(path, page);
}
