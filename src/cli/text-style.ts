/** Colours, where the reader is a terminal. */
import colors from "picocolors";
import type { TextStyle } from "../report/table.ts";
import { plainStyle } from "../report/table.ts";

/** Bold and dim on a terminal (unless `NO_COLOR` says otherwise), nothing elsewhere. */
export function textStyle(isTty: boolean): TextStyle {
  if (!isTty) return plainStyle;
  const { bold, dim } = colors;
  return { bold, dim };
}
