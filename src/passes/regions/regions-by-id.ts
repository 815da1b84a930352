/** Finds the regions that decisions speak of, in a module in which `form-regions` has run. */
import type { Operation } from "../../ir/core.ts";
import type { Decisions } from "../../ir/decisions.ts";
import { readAttribute } from "../../ir/ops/fast.ts";
import { readSha256, regionsOf } from "../../ir/read-decisions.ts";
import { DiagnosticError, fail } from "../../support/diagnostics.ts";
import { hashMismatch } from "./region-plan.ts";

/**
 * The region of a number; `what` decided about it goes into the message when there is none.
 *
 * @throws DiagnosticError `decisions-mismatch` when the decisions are for another module or name an unknown region
 */
export function regionsById(module: Operation, decisions: Decisions): (id: number, what: string) => Operation {
  const sha256 = readSha256(module);
  if (sha256 !== decisions.moduleSha256) throw new DiagnosticError([hashMismatch(sha256, decisions.moduleSha256)]);
  const regions = new Map(regionsOf(module).map((op) => [readAttribute(op, "id"), op]));
  return (id, what) =>
    regions.get(id) ??
    fail({
      code: "decisions-mismatch",
      message: `${what} is for region ${id} but the module has ${regions.size} regions`,
    });
}
