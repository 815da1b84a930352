/** Models that import but leave nothing to cost: no figure of theirs would be a number. */
import type { Workload } from "../backend/workload.ts";
import type { Diagnostic } from "../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../support/diagnostics.ts";

/**
 * Refuses a workload in which no region runs, or in which an operation makes a tensor without elements.
 *
 * @throws DiagnosticError `model-empty`
 */
export function refuseEmptyWorkload(workload: Workload): void {
  const problems = emptyResults(workload);
  if (problems.length > 0) throw new DiagnosticError(problems);
  if (workload.regions.none.length > 0) return;
  throw new DiagnosticError([
    errorDiagnostic({
      code: "model-empty",
      message: "nothing runs: every output is an input, a view of one, or known in advance",
      at: [workload.info.name],
    }),
  ]);
}

/** The first operation without output elements: those after it mostly follow from it. */
function emptyResults({ operations, info }: Workload): readonly Diagnostic[] {
  const empty = operations.find(({ outputElements }) => outputElements === 0);
  if (empty === undefined) return [];
  return [
    errorDiagnostic({
      code: "model-empty",
      message: `the result of ${empty.opName} has no elements: a dimension is 0`,
      at: [...empty.onnxNodes.map((node) => `node "${node}"`), info.name],
      help: info.batch === 0 ? ["the model's batch is 0: export it with another one, or with a symbolic batch"] : [],
    }),
  ];
}
