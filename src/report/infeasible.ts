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
    help: [adviceFor(infeasible)],
  });
}

/** One line: what is exceeded, and by how much. */
export function infeasibleText({ reason, value, limit, level }: Infeasible): string {
  switch (reason) {
    case "area":
      return `the area of ${formatNumber(value)} mm² is more than the limit of ${formatNumber(limit)} mm²`;
    case "tdp":
      return `the TDP of ${formatNumber(value)} W is more than the limit of ${formatNumber(limit)} W`;
    case "latency":
      return `the latency of ${formatSi(value, "s")} is more than the limit of ${formatSi(limit, "s")}`;
    case "no-mapping": {
      const buffer = level === undefined ? "a buffer" : level.toUpperCase();
      return `no mapping fits: even the smallest tiles are ${formatInteger(value - limit)} bytes too large for ${buffer}`;
    }
    case "invalid":
      return "the design is not valid";
  }
}

function adviceFor({ reason, level }: Infeasible): string {
  switch (reason) {
    case "area":
    case "tdp":
      return "make the design smaller or raise the limit";
    case "latency":
      return "lower nativeBatch, or raise the limit";
    case "no-mapping":
      return buffers[level ?? ""] ?? "give the design larger buffers";
    case "invalid":
      return "check the design with `fastc hw`";
  }
}

/** What makes room on each level. */
const buffers: Readonly<Record<string, string>> = {
  gm: "raise globalMemoryMiB, or leave it out with 0",
  l2: "raise the l2 multipliers, or disable l2",
  l1: "raise l1.inputKiB, l1.weightKiB and l1.outputKiB, or make the systolic array smaller",
};
