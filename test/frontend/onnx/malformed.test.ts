/** A folder of broken and of odd but good models: each is imported or refused with a diagnostic, as its index says. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { corpus, corpusNote, hasCorpus } from "./testing.ts";

interface MalformedCase {
  readonly file: string;
  readonly expect: "accept" | "reject";
  readonly also_tolerated: "accept" | "reject" | null;
}

const malformed: readonly MalformedCase[] = hasCorpus
  ? (JSON.parse(readFileSync(`${corpus}/malformed/index.json`, "utf8")) as { cases: readonly MalformedCase[] }).cases
  : [];

describe.skipIf(!hasCorpus)(`malformed models${corpusNote}`, () => {
  it.each(malformed.map((one) => [one.file, one] as const))("%s", (file, { expect: wanted, also_tolerated }) => {
    const externalSize = (location: string): number | undefined => {
      const path = `${corpus}/malformed/${location}`;
      return existsSync(path) ? readFileSync(path).length : undefined;
    };
    let got = "accept";
    try {
      importOnnx(readFileSync(`${corpus}/malformed/${file}`), { fileName: file, externalSize });
    } catch (error) {
      expect(error).toBeInstanceOf(DiagnosticError);
      got = "reject";
    }
    expect([wanted, also_tolerated]).toContain(got);
  });
});
