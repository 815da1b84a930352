/** FAST's space: its size, its coding, and what the reader refuses. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Space } from "../../src/search/space.ts";
import {
  canonicalPoint,
  designAt,
  designCount,
  gridSize,
  neighboursOf,
  parametersAt,
  pointKey,
  pointOf,
  randomPoint,
} from "../../src/search/space.ts";
import { parseSpace } from "../../src/search/space-reader.ts";
import { DiagnosticError } from "../../src/support/diagnostics.ts";
import { randomStream } from "../../src/support/random.ts";

const fastText = readFileSync(new URL("../../spaces/fast.json", import.meta.url), "utf8");
const fast = parseSpace(fastText, "fast.json");

/** FAST's space with some fields of its file replaced. */
function withChanges(changes: object): string {
  return JSON.stringify({ ...JSON.parse(fastText), ...changes });
}

function errorOf(text: string): string {
  try {
    parseSpace(text, "space.json");
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "no error";
}

describe("FAST's space", () => {
  it("has 4.8e13 index vectors: 9^4 * 5 * 2 * 11^3 * 3 * 8^3 * 10 * 4 * 9", () => {
    expect(gridSize(fast)).toBe(9n ** 4n * 5n * 2n * 11n ** 3n * 3n * 8n ** 3n * 10n * 4n * 9n);
    expect(Number(gridSize(fast))).toBeCloseTo(4.8e13, -12);
  });

  it("counts designs without L2 once, whatever the multipliers: 1 + 2 * 8^3 instead of 3 * 8^3", () => {
    expect(designCount(fast)).toBe(9n ** 4n * 5n * 2n * 11n ** 3n * (1n + 2n * 8n ** 3n) * 10n * 4n * 9n);
  });

  it("encodes what it decodes, for 500 random points", () => {
    const random = randomStream(7);
    for (let draw = 0; draw < 500; draw += 1) {
      const point = randomPoint(fast, random);
      expect(pointOf(fast, designAt(fast, point, "design"))).toEqual(point);
    }
  });

  it("leaves the multipliers out where L2 is disabled, and has one spelling for such points", () => {
    const point = canonicalPoint(
      fast,
      fast.parameters.map(({ values }) => values.length - 1),
    );
    const disabled = canonicalPoint(fast, point.with(indexOf("l2.config"), 0));
    expect(designAt(fast, disabled, "design").l2).toEqual({ config: "disabled" });
    expect(parametersAt(fast, disabled)).not.toHaveProperty("l2.inputMultiplier");
    expect(pointKey(disabled)).toBe(pointKey(canonicalPoint(fast, disabled.with(indexOf("l2.inputMultiplier"), 3))));
    expect(designAt(fast, point, "design").l2).toEqual({
      config: "shared",
      inputMultiplier: 128,
      weightMultiplier: 128,
      outputMultiplier: 128,
    });
  });

  it("does not share fixed objects between designs", () => {
    const [first, second] = [0, 1].map(() => designAt(fast, randomPoint(fast, randomStream(1)), "design"));
    expect(first).toEqual(second);
    expect(first?.dram).not.toBe(second?.dram);
  });

  it("has neighbours at ±1 for ordered parameters and at every other value for categorical ones", () => {
    const point = canonicalPoint(
      fast,
      fast.parameters.map(() => 0),
    );
    // 12 ordered parameters at their lowest value have one neighbour each; l1.config has one and l2.config two.
    expect(neighboursOf(fast, point)).toHaveLength(11 + 1 + 2);
    const inside = point.with(indexOf("peGrid.rows"), 4);
    const rows = neighboursOf(fast, inside).map((neighbour) => neighbour[indexOf("peGrid.rows")]);
    expect(rows.filter((row) => row !== 4)).toEqual([3, 5]);
  });
});

function indexOf(name: string, space: Space = fast): number {
  return space.parameters.findIndex((parameter) => parameter.name === name);
}

describe("the reader of space.json", () => {
  const rows = { name: "peGrid.rows", kind: "powerOfTwo", min: 1, max: 4 };

  it("refuses bounds that are no powers of two, and crossed ones", () => {
    expect(errorOf(withChanges({ parameters: [{ ...rows, max: 6 }] }))).toContain(
      "error[space-invalid]: 6 is not a power of two\n  at parameters[0].max in space.json:1:",
    );
    expect(errorOf(withChanges({ parameters: [{ ...rows, min: 8 }] }))).toContain("min 8 is greater than max 4");
  });

  it("refuses a parameter that is declared twice", () => {
    expect(errorOf(withChanges({ parameters: [rows, rows] }))).toContain("parameter 'peGrid.rows' is declared twice");
  });

  it("refuses a condition on something else than an earlier categorical parameter, and on a value it does not have", () => {
    const when = { parameter: "l2.config", in: ["private"] };
    expect(errorOf(withChanges({ parameters: [{ ...rows, when }] }))).toContain("'l2.config' is not an earlier");
    const config = { name: "l2.config", kind: "categorical", values: ["disabled", "shared"] };
    expect(errorOf(withChanges({ parameters: [config, { ...rows, when }] }))).toContain(
      "'private' is not a value of l2.config",
    );
  });

  it("refuses a kind and a field that it does not know", () => {
    expect(errorOf(withChanges({ parameters: [{ ...rows, kind: "prime" }] }))).toContain(
      '"prime" is not one of "categorical", "integer", "powerOfTwo"\n  at parameters[0].kind in space.json:1:',
    );
    expect(errorOf(withChanges({ parameters: [{ ...rows, stride: 2 }] }))).toContain("unknown field 'stride'");
  });

  it("refuses values that no design may have, and fields that no design has", () => {
    const parameters = (JSON.parse(fastText) as { parameters: object[] }).parameters;
    expect(errorOf(withChanges({ parameters: [...parameters, { ...rows, name: "cores2" }] }))).toContain("cores2");
    const zero = { name: "cores", kind: "integer", min: 0, max: 2 };
    expect(errorOf(withChanges({ parameters: [...parameters, zero] }))).toContain("cores");
  });
});
