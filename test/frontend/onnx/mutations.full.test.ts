/**
 * Damaged models: each is imported or refused with a diagnostic, never anything else, quickly and in little memory.
 * `FASTC_TEST_SCALE` multiplies their number; 10 makes 10,000.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { randomStream } from "../../../src/support/random.ts";
import { mutated } from "./mutations.ts";
import { corpus, hasCorpus, projectPath } from "./testing.ts";

const cases = 1000 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);
const seed = Number(process.env["FASTC_TEST_SEED"] ?? 20240611);
const limits = { milliseconds: 5000, bytes: 2 ** 30 };

/** Good models: those that come with fastc, and small ones of the corpus, most of them one operator of every kind. */
function goodModels(): readonly Uint8Array[] {
  const own = ["bert-base-128", "efficientnet-b0"].map((name) => projectPath(`models/${name}.onnx`));
  const folders = ["malformed", "real", "models"].map((name) => join(corpus, name));
  const operators = join(corpus, "node_conformance/node");
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const paths = !hasCorpus
    ? own
    : [
        ...own,
        ...files.filter((path) => path.endsWith(".onnx") && statSync(path).size < 2 ** 18),
        ...(existsSync(operators) ? readdirSync(operators).map((name) => join(operators, name, "model.onnx")) : []),
      ];
  return paths
    .filter(existsSync)
    .sort()
    .map((path) => readFileSync(path));
}

describe("damaged models", () => {
  it(`are refused with a diagnostic or imported: ${cases} of them`, { timeout: 3_600_000 }, () => {
    const models = goodModels();
    const counts = { imported: 0, refused: 0 };
    for (let round = 0; round < cases; round++) {
      const random = randomStream(seed, round);
      const good = models[random.integer(models.length)] ?? new Uint8Array();
      const bytes = attempt(() => mutated(good, random)) ?? good;
      const start = performance.now();
      try {
        importOnnx(bytes, { fileName: "m.onnx", defaultBatch: 2 });
        counts.imported++;
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw new Error(`seed ${seed}, round ${round}`, { cause: error });
        expect(error.diagnostics.length, `seed ${seed}, round ${round}`).toBeGreaterThan(0);
        counts.refused++;
      }
      expect(performance.now() - start, `milliseconds, seed ${seed}, round ${round}`).toBeLessThan(limits.milliseconds);
      expect(process.memoryUsage().rss, `bytes, seed ${seed}, round ${round}`).toBeLessThan(limits.bytes);
    }
    // Neither everything is refused at the door, nor is everything harmless.
    expect(counts.imported).toBeGreaterThan(cases / 50);
    expect(counts.refused).toBeGreaterThan(cases / 4);
  });
});

/** Some good files of the corpus are not protobuf at all: then the bytes themselves are damaged no further. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
