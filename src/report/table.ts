/** Text tables with aligned columns and no frames. */
import Table from "cli-table3";

export type Alignment = "left" | "right";

/** How emphasised parts of a report look; identity functions where colours are off. */
export interface TextStyle {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** No colours at all: files, pipes and tests. */
export const plainStyle: TextStyle = { bold: (text) => text, dim: (text) => text };

const noFrame = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Rows of cells as text, columns as wide as their widest cell, each line indented by two spaces, no trailing blanks. */
export function formatTable(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string {
  const table = new Table({
    chars: noFrame,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colAligns: [...alignments],
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}

/** The text when it fits, else its end with an ellipsis in front: ends of ONNX node names tell more than beginnings. */
export function keepEnd(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}
