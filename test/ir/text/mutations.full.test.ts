/** Broken text is parsed or refused with a place: it hangs nothing, crashes nothing and fills no memory. */
import { describe, expect, it } from "vitest";
import { parseModule } from "../../../src/ir/text/parse.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { randomStream } from "../../../src/support/random.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { convolutionModule, regionModule } from "../programs.ts";
import { mutated } from "./mutations.ts";
import { strangeText } from "./strange-text.ts";
import { everything, printModes, reprinted } from "./testing.ts";

const count = 1000 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);
/** Much more than any of the texts takes on a busy machine. */
const mostMilliseconds = 20_000;

const originals = [convolutionModule(), regionModule(), everything()].flatMap((module) =>
  printModes.map((mode) => printModule(module, mode)),
);

describe("mutated text", () => {
  it(`is parsed or refused with a place, ${count} times`, async () => {
    const outcomes = { parsed: 0, refused: 0 };
    const texts = [...originals, strangeText];
    for (let number = 0; number < count; number++) {
      const text = mutated(texts[number % texts.length]!, randomStream(20260103, number));
      const start = performance.now();
      const seen = `mutation ${number}`;
      try {
        const { module } = await parseModule(text, { fileName: "in.mlir", allowUnregistered: number % 2 === 0 });
        // What was taken is whole: its text is read back.
        const once = printModule(module, { locations: true });
        expect(await reprinted(once, { locations: true }, { allowUnregistered: true }), seen).toBe(once);
        outcomes.parsed++;
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw new Error(`${seen}: ${String(error)}`, { cause: error });
        for (const { source, code } of error.diagnostics) {
          expect(source, `${seen}: ${code}`).toBeDefined();
          expect(source!.line, seen).toBeLessThanOrEqual(text.split("\n").length);
        }
        outcomes.refused++;
      }
      expect(performance.now() - start, seen).toBeLessThan(mostMilliseconds);
    }
    expect(outcomes.refused).toBeGreaterThan(count / 4);
    expect(outcomes.parsed).toBeGreaterThan(0);
  });
});
