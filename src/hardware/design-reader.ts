/** Reads and checks `design.json`. */
import { fail } from "../support/diagnostics.ts";
import { checkJson, parseJson } from "../support/read-json.ts";
import type { HardwareDesign } from "./design.ts";
import { designSchema } from "./design.ts";

/** The newest version of `design.json` that is read here. */
const newestSchemaVersion = 1;

/**
 * The design in a `design.json` text.
 *
 * @throws DiagnosticError `json-syntax`, `design-version` or, with every error found, `design-invalid`
 */
export function parseDesign(text: string, fileName: string): HardwareDesign {
  return checkDesign(parseJson(text, fileName), fileName);
}

/** The content as a design, checked; `place` is named in errors. */
export function checkDesign(content: unknown, place: string): HardwareDesign {
  refuseNewerVersion(content, place);
  return checkJson(content, { fileName: place, schema: designSchema, code: "design-invalid" });
}

/** A newer file may hold anything: one error says so, instead of one for each field that it adds. */
function refuseNewerVersion(content: unknown, place: string): void {
  if (typeof content !== "object" || content === null || !("schemaVersion" in content)) return;
  const { schemaVersion } = content;
  if (!Number.isInteger(schemaVersion) || Number(schemaVersion) <= newestSchemaVersion) return;
  fail({
    code: "design-version",
    message: `design file version ${String(schemaVersion)} is newer than ${newestSchemaVersion}, the newest known version`,
    at: [`schemaVersion in ${place}`],
    help: ["read it with a newer fastc"],
  });
}
