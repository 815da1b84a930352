/** Designs side by side: values are the datasheets', ratios are to the first. */
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { compareDatasheets, comparisonText, datasheetComparisonSchema } from "../../src/report/datasheet-comparison.ts";
import { datasheetOf } from "../../src/report/datasheet.ts";
import { preset, presetNames } from "../hardware/preset.ts";

const comparison = compareDatasheets([preset("tpu-v3-7nm"), preset("fast-large"), preset("fast-small")]);

describe("compareDatasheets", () => {
  it("fits its schema, for all presets at once", () => {
    const ajv = new Ajv();
    expect(ajv.validate(datasheetComparisonSchema, compareDatasheets(presetNames.map(preset))), ajv.errorsText()).toBe(
      true,
    );
  });

  it("has the figures of each datasheet, and their ratios to the first", () => {
    const sheets = [preset("tpu-v3-7nm"), preset("fast-large"), preset("fast-small")].map(datasheetOf);
    for (const part of ["machine", "memory", "bandwidth", "area", "tdp", "energy"] as const) {
      expect(comparison[part].map(({ name }) => name)).toEqual(sheets[0]?.[part].map(({ name }) => name));
      comparison[part].forEach(({ values, ratios }, index) => {
        expect(values).toEqual(sheets.map((sheet) => sheet[part][index]?.value));
        const [first = 0] = values;
        expect(ratios).toEqual(values.map((value) => (first === 0 ? null : value / first)));
      });
    }
  });

  it("has no ratio to a part that the first design lacks", () => {
    const links = compareDatasheets([preset("fast-large"), preset("tpu-v3")]).area.find(({ name }) =>
      name.includes("links"),
    );
    expect(links?.values[0]).toBe(0);
    expect(links?.ratios).toEqual([null, null]);
  });
});

describe("comparisonText", () => {
  const text = comparisonText(comparison);

  it("prints a line for each figure, ratios beside all but the first", () => {
    // 64 × 32 × 32 × 2 ops × 1 GHz over 65,536 × 2 × 0.94; 8 × 64 × 32 × 2 over the same.
    expect(text).toMatch(/^ {4}peak +123\.2 +131\.1 +1\.064× +32\.77 +0\.266× +TFLOP\/s$/m);
    expect(text).toMatch(/^ {4}global memory +32,768 +131,072 +4\.000× +8,192 +0\.250× +KiB$/m);
  });

  it("names designs and nodes above, and leaves out what no design has", () => {
    expect(text.split("\n")[0]).toMatch(/tpu-v3-7nm, 7 nm +fast-large, 7 nm +fast-small, 7 nm$/);
    expect(text).not.toMatch(/^ *L2 /m);
    expect(text).not.toContain("platform");
  });
});
