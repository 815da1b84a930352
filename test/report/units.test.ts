/** Numbers as people read them. */
import { describe, expect, it } from "vitest";
import { keepEnd } from "../../src/report/table.ts";
import { formatInteger, formatNumber, formatPercent, formatRatio, formatSi } from "../../src/report/units.ts";

describe("units", () => {
  it.each([
    [0, "0"],
    [1, "1.000"],
    [12.3456, "12.35"],
    [1234.5, "1,235"],
    [1234567, "1,234,567"],
    [0.00123456, "0.001235"],
  ])("formatNumber(%d) is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [0, "s", "0 s"],
    [0.0015, "s", "1.500 ms"],
    [1.5e6, "B", "1.500 MB"],
    [999.99e6, "B", "1.000 GB"],
    [1, "", "1.000"],
    [2.5e-13, "J", "0.2500 pJ"],
    [4e18, "B", "4,000 PB"],
  ])("formatSi(%d, %j) is %s", (value, unit, text) => expect(formatSi(value, unit)).toBe(text));

  it("keeps four digits when rounding carries into the next prefix", () => {
    expect(formatSi(999_960, "B")).toBe("1.000 MB");
  });

  it("groups thousands of integers of any size", () => {
    expect(formatInteger(48_300_000_000_000n)).toBe("48,300,000,000,000");
    expect(formatInteger(999.6)).toBe("1,000");
  });

  it("gives small shares one more decimal", () => {
    expect([0, 0.00123, 0.5, 1].map(formatPercent)).toEqual(["0.0 %", "0.12 %", "50.0 %", "100.0 %"]);
  });

  it("gives ratios three decimals below ten", () => {
    expect([0.5, 1.25, 12.34, 1234.5].map(formatRatio)).toEqual(["0.500×", "1.250×", "12.3×", "1,235×"]);
  });

  it("keeps the end of long names", () => {
    expect(keepEnd("blocks.4.2/conv_dw/Conv", 13)).toBe("…conv_dw/Conv");
    expect(keepEnd("Conv", 13)).toBe("Conv");
  });
});
