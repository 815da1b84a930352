/** What no field of an `architecture.json` says alone. */
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../../support/diagnostics.ts";
import type { NestArchitecture } from "./nest-architecture.ts";
import { nestOperands } from "./nest-problem.ts";

/** Names the place of a JSON pointer. */
type PlaceOf = (pointer: string) => string;

/** The architecture; throws a `DiagnosticError` with everything that does not go together. */
export function checkedArchitecture(architecture: NestArchitecture, placeOf: PlaceOf): NestArchitecture {
  const { memories, spatial } = architecture;
  const errors: Diagnostic[] = [];
  const wrong = (pointer: string, message: string): void => {
    errors.push(errorDiagnostic({ code: "architecture-invalid", message, at: [placeOf(pointer)] }));
  };
  const twice = (names: readonly string[], pointer: string): void => {
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index) wrong(`${pointer}/${index}/name`, `'${name}' is the name of two levels`);
  };
  twice(
    memories.map(({ name }) => name),
    "/memories",
  );
  twice(
    spatial.map(({ name }) => name),
    "/spatial",
  );
  const missing = nestOperands.filter((operand) => memories[0]?.keeps.includes(operand) === false);
  if (missing.length > 0)
    wrong("/memories/0/keeps", `the outermost memory must keep every operand; ${missing.join(" and ")} is missing`);
  if (memories[0] !== undefined && memories[0].capacityBytes !== "unlimited")
    wrong(
      "/memories/0/capacityBytes",
      'the outermost memory holds the whole problem: its capacity must be "unlimited"',
    );
  for (const [index, { keeps, mayBypass = [] }] of memories.entries()) {
    const foreign = mayBypass.filter((operand) => !keeps.includes(operand) || index === 0);
    if (foreign.length > 0) wrong(`/memories/${index}/mayBypass`, `${foreign.join(", ")} is not kept here, or always`);
  }
  for (const [index, { below }] of spatial.entries()) {
    if (below !== undefined && !memories.some(({ name }) => name === below))
      wrong(`/spatial/${index}/below`, `no memory '${below}'`);
  }
  if (errors.length > 0) throw new DiagnosticError(errors);
  return architecture;
}
