/** Numbers as people read them: three or four significant digits and a unit. */

const prefixes = [
  { factor: 1e15, symbol: "P" },
  { factor: 1e12, symbol: "T" },
  { factor: 1e9, symbol: "G" },
  { factor: 1e6, symbol: "M" },
  { factor: 1e3, symbol: "k" },
  { factor: 1, symbol: "" },
  { factor: 1e-3, symbol: "m" },
  { factor: 1e-6, symbol: "µ" },
  { factor: 1e-9, symbol: "n" },
  { factor: 1e-12, symbol: "p" },
] as const;

/** Digits of a number, `significant` of them, without an exponent, thousands separated. */
export function formatNumber(value: number, significant = 4): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(significant));
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  const [whole = "", fraction] = value.toFixed(Math.min(decimals, 12)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A whole number with its thousands separated. */
export function formatInteger(value: number | bigint): string {
  return (typeof value === "bigint" ? value : Math.round(value)).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** A quantity with an SI prefix: `formatSi(1.5e6, "B")` is "1.500 MB" (10⁶ bytes). */
export function formatSi(value: number, unit: string, significant = 4): string {
  if (value === 0) return `0 ${unit}`.trimEnd();
  const rounded = Number(value.toPrecision(significant));
  const prefix = prefixes.find(({ factor }) => Math.abs(rounded) >= factor) ?? prefixes.at(-1);
  return `${formatNumber(rounded / (prefix?.factor ?? 1), significant)} ${prefix?.symbol ?? ""}${unit}`.trimEnd();
}

/** A share of one as a percentage with one decimal; two below 1 %. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${percent.toFixed(percent !== 0 && Math.abs(percent) < 1 ? 2 : 1)} %`;
}

/** A ratio: "1.25×". */
export function formatRatio(ratio: number): string {
  return `${ratio >= 100 ? formatNumber(ratio, 3) : ratio.toFixed(ratio < 10 ? 3 : 1)}×`;
}
