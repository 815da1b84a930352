/** ONNX's own operator tests: right, or refused with a reason; never wrong, never a crash. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeTensor } from "../../../src/frontend/onnx/read/decode.ts";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { readTensor } from "../../../src/frontend/onnx/read/read-tensor.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { typeText } from "../../../src/ir/types.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { corpus, corpusNote, hasCorpus, run } from "./testing.ts";

function tensors(folder: string, kind: string): readonly TensorValue[] {
  const files = Array.from({ length: 100 }, (_unused, index) => `${folder}/${kind}_${index}.pb`).filter((file) =>
    existsSync(file),
  );
  return files.map((file) => readTensor(decodeTensor(readFileSync(file), file)));
}

/** ONNX's own tolerances for its backend tests. */
function differs(have: number, want: number): boolean {
  return !Object.is(have, want) && !(Math.abs(have - want) <= 1e-7 + 1e-3 * Math.abs(want));
}

function problemOf(have: TensorValue | undefined, want: TensorValue): string | undefined {
  if (have === undefined) return "there is none";
  if (have.type !== want.type) return `type ${typeText(have.type)} instead of ${typeText(want.type)}`;
  const at = have.data.findIndex((value, index) => differs(value, want.data[index] ?? NaN));
  return at === -1 ? undefined : `element ${at} is ${have.data[at]} instead of ${want.data[at]}`;
}

/** "passed", or "refused: " and why, or "wrong: " and how. */
function outcome(folder: string, name: string): string {
  try {
    const model = importOnnx(readFileSync(`${folder}/model.onnx`), { fileName: name });
    for (const set of readdirSync(folder).filter((entry) => entry.startsWith("test_data_set"))) {
      const results = run(model, tensors(`${folder}/${set}`, "input"));
      for (const [index, want] of tensors(`${folder}/${set}`, "output").entries()) {
        const problem = problemOf(results[index], want);
        if (problem !== undefined) return `wrong: ${problem}`;
      }
    }
    return "passed";
  } catch (error) {
    if (!(error instanceof DiagnosticError)) return `wrong: ${String(error)}`;
    const codes = error.diagnostics.map(({ code }) => code);
    return codes.every((code) => code === "onnx-unsupported") ? "refused" : `wrong: ${error.message}`;
  }
}

describe.skipIf(!hasCorpus)(`ONNX's operator tests${corpusNote}`, () => {
  it("pass or are refused as unsupported", { timeout: 120_000 }, () => {
    const outcomes = new Map<string, string>();
    for (const group of ["node", "simple", "pytorch-converted", "pytorch-operator"]) {
      const folder = `${corpus}/node_conformance/${group}`;
      for (const name of readdirSync(folder)) {
        if (existsSync(`${folder}/${name}/model.onnx`)) outcomes.set(name, outcome(`${folder}/${name}`, name));
      }
    }
    const wrong = [...outcomes].filter(([, text]) => text.startsWith("wrong"));
    expect(wrong).toEqual([]);
    // A number that may only grow: operators are added, none is lost.
    expect([...outcomes.values()].filter((text) => text === "passed").length).toBeGreaterThanOrEqual(532);
  });
});
