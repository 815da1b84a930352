/** What a user is told when a call fails. */
import { DiagnosticError } from "../../src/support/diagnostics.ts";

/** The whole rendered text of the errors that a call throws; `"no error"` when it returns. */
export function errorText(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "no error";
}
