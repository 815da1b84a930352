/** Bars of amounts: axes in the unit that they name. */
import { describe, expect, it } from "vitest";
import { breakdownFigure, trafficFigure } from "../../../src/report/html/amounts.ts";
import { formatNumber } from "../../../src/report/units.ts";
import { areaOf } from "../../../src/hardware/area.ts";
import { shippedDesigns } from "../../backend/support/models.ts";

/** Texts of a figure. */
function textsOf({ html }: { readonly html: string }): readonly string[] {
  return [...html.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
}

describe("trafficFigure", () => {
  it.each([
    { bytes: [4e9, 1e9], unit: "GB", ticks: ["0", "1", "2", "3", "4", "5"], labels: ["4.000 GB", "1.000 GB, −75.0 %"] },
    {
      bytes: [4e6, 4e6],
      unit: "MB",
      ticks: ["0", "1", "2", "3", "4", "5"],
      labels: ["4.000 MB", "4.000 MB, the same"],
    },
    {
      bytes: [40e3, 44e3],
      unit: "kB",
      ticks: ["0", "10", "20", "30", "40", "50"],
      labels: ["40.00 kB", "44.00 kB, +10.0 %"],
    },
  ])("has an axis in $unit", ({ bytes, unit, ticks, labels }) => {
    const steps = bytes.map((amount, at) => ({ name: `step ${at}`, meaning: "", bytes: amount }));
    const texts = textsOf(trafficFigure(steps));
    expect(texts.find((text) => text.startsWith("DRAM traffic"))).toBe(
      `DRAM traffic of the chip for one run, ${unit} →`,
    );
    const numbers = texts.filter((text) => /^[\d.]+$/.test(text)).map(Number);
    expect(numbers).toEqual(expect.arrayContaining(ticks.map(Number)));
    expect(Math.max(...numbers)).toBeLessThan(60);
    expect(texts).toEqual(expect.arrayContaining(labels));
  });
});

describe("breakdownFigure", () => {
  it("has every part that the design has, with what they are together", () => {
    const design = shippedDesigns.get("tpu-v3")!;
    const { parts, totalMm2 } = areaOf(design);
    const texts = textsOf(breakdownFigure(design, "area"));
    const shown = texts.filter((text) => /^[\d.,]+ mm², [\d.]+ %$/.test(text));
    expect(shown).toHaveLength(Object.values<number>({ ...parts }).filter((part) => part > 0).length);
    expect(texts.some((text) => text.includes(`${formatNumber(totalMm2)} mm² together`))).toBe(true);
  });
});
