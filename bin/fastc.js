#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const entry = new URL("../dist/program/main.js", import.meta.url);

if (existsSync(entry)) {
  // Node.js 22 and newer keep compiled code in the folder for temporary files.
  module.enableCompileCache?.();
  // Stack traces, which are printed then, name the lines of src/.
  if (process.env["FASTC_DEBUG"] === "1") process.setSourceMapsEnabled(true);
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  const root = fileURLToPath(new URL("..", import.meta.url));
  console.error(`fastc is not built: run \`npm run build\` in ${root}`);
  process.exitCode = 2;
}
