#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const entry = new URL("../dist/cli/main.js", import.meta.url);

if (existsSync(entry)) {
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  const root = fileURLToPath(new URL("..", import.meta.url));
  console.error(`fastc is not built: run \`npm run build\` in ${root}`);
  process.exitCode = 2;
}
