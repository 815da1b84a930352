/** Reads MLIR text: whatever `printModule` prints, and what a stock `mlir-opt` prints of it. */
import type { SourcePlace } from "../../support/source-text.ts";
import type { Operation } from "../core.ts";
import type { ResourceSections } from "./grammar/syntax.ts";

/** How to read a text. */
export interface ParseOptions {
  /** For messages, and for the locations of operations that have none in the text. */
  readonly fileName: string;
  /** Takes ops that fastc does not know, in the generic form, and keeps them. */
  readonly allowUnregistered?: boolean;
  /** Runs the verifier, whose findings then point into the text. True when not given. */
  readonly verify?: boolean;
}

/** A module that was read. */
export interface ParsedModule {
  /** A `builtin.module`: the text's own, or one around the operations that stand in none. */
  readonly module: Operation;
  /** What stands between `{-#` and `#-}`. */
  readonly resources: ResourceSections;
  /** Where an operation stands in the text. */
  readonly placeOf: (op: Operation) => SourcePlace | undefined;
}

/**
 * The module of a text.
 *
 * @throws DiagnosticError `ir-syntax` or `ir-invalid` with every independent error, each with file, line and column
 */
export async function parseModule(text: string, options: ParseOptions): Promise<ParsedModule> {
  const { parseText } = await import("./text-parser.ts");
  return parseText(text, options);
}
