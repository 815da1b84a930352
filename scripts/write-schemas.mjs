// Writes the JSON schemas of docs/schemas/ from the built program: npm run build && npm run schemas
import { writeFileSync } from "node:fs";

/** @type {typeof import("../src/report/json-schemas.ts")} */
const { schemaFiles } = await import(new URL("../dist/report/json-schemas.js", import.meta.url).href);
for (const [name, text] of Object.entries(schemaFiles())) {
  writeFileSync(new URL(`../docs/schemas/${name}`, import.meta.url), text);
}
