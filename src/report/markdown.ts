/** Markdown tables, for pages that a command writes. */

/** A table: a row of headings and rows of cells; numbers are aligned to the right. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumeric = (column: number): boolean =>
    rows.every((row) => /^[−+-]?[\d,.]+( %|×)?$|^$/.test(row[column] ?? ""));
  const dashes = headings.map((_heading, column) => (isNumeric(column) ? "---:" : "---"));
  return [headings, dashes, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A relative error as a percentage with a sign: "+3.7 %". */
export function formatError(error: number): string {
  const percent = Math.abs(error * 100).toFixed(1);
  return `${error < 0 && percent !== "0.0" ? "−" : "+"}${percent} %`;
}
