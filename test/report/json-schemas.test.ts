/** The published schemas are those of the program. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { schemaFiles } from "../../src/report/json-schemas.ts";

const folder = new URL("../../docs/schemas/", import.meta.url);

describe("docs/schemas", () => {
  it("has a file for every schema and no other", () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(schemaFiles()).sort());
  });

  it.each(Object.entries(schemaFiles()))("%s is up to date (npm run schemas)", (name, text) => {
    expect(JSON.parse(readFileSync(new URL(name, folder), "utf8"))).toEqual(JSON.parse(text));
  });
});
