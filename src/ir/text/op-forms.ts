/** How an op is written in the pretty form: follows from its record, for the printer and the parser alike. */
import type { OpKind } from "../op-kind.ts";

/**
 * `plain`: `nn.add %a, %b {attributes} : (types) -> type`, then regions. `terminator`: `func.return {attributes} %a :
 * type`. `module` and `function`: as MLIR writes them.
 */
export type OpForm = "plain" | "terminator" | "module" | "function";

/** The form of an op. */
export function formOf(kind: OpKind): OpForm {
  return kind.form ?? (kind.traits.has("terminator") ? "terminator" : "plain");
}

/** Names that may be written without their dialect, as MLIR does. */
const shortNames: Readonly<Record<string, string>> = { module: "builtin.module", return: "func.return" };

/** The op's name for a name as it is written. */
export function fullName(written: string): string {
  return shortNames[written] ?? written;
}

/** Every short name with the op that it stands for. */
export const shortNameEntries: readonly (readonly [written: string, name: string])[] = Object.entries(shortNames);
