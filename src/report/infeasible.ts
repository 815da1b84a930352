/** Why a design cannot run a model, in words. */
import type { Infeasible } from "../backend/evaluation.ts";
import type { Diagnostic } from "../support/diagnostics.ts";
import { errorDiagnostic } from "../support/diagnostics.ts";
import { formatInteger, formatNumber, formatSi } from "./units.ts";

/** The refusal as an error for a command that needs the evaluation. */
export function infeasibleDiagnostic(infeasible: Infeasible, at: readonly string[]): Diagnostic {
  return errorDiagnostic({
    code: "design-infeasible",
    message: infeasibleText(infeasible),
    at: infeasible.region === undefined ? at : [`region ${infeasible.region}`, ...at],
    help: [advice[infeasible.reason]],
  });
}

/** One line: what is exceeded, and by how much. */
export function infeasibleText({ reason, value, limit, level = "a buffer" }: Infeasible): string {
  switch (reason) {
    case "area":
      return `the area of ${formatNumber(value)} mm² is more than the limit of ${formatNumber(limit)} mm²`;
    case "tdp":
      return `the TDP of ${formatNumber(value)} W is more than the limit of ${formatNumber(limit)} W`;
    case "latency":
      return `the latency of ${formatSi(value, "s")} is more than the limit of ${formatSi(limit, "s")}`;
    case "no-mapping":
      return `no mapping fits: even the smallest tiles are ${formatInteger(value - limit)} bytes too large for ${level}`;
    case "invalid":
      return "the design is not valid";
  }
}

const advice: Readonly<Record<Infeasible["reason"], string>> = {
  area: "make the design smaller or raise the limit",
  tdp: "make the design smaller or raise the limit",
  latency: "lower nativeBatch, or raise the limit",
  "no-mapping":
    "give the design larger L1 buffers (l1.inputKiB, l1.weightKiB, l1.outputKiB) or a smaller systolic array",
  invalid: "check the design with `fastc hw`",
};
