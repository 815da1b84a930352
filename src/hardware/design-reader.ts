/** Reads and checks `design.json`. */
import type { Diagnostic } from "../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "../support/diagnostics.ts";
import { checkJson, parseJson, placesIn } from "../support/read-json.ts";
import { onChipBytes, peakMacsPerCycle } from "./derived.ts";
import type { HardwareDesign } from "./design.ts";
import { designSchema } from "./design.ts";

/** The newest version of `design.json` that is read here. */
const newestSchemaVersion = 1;

/** Most MACs of a chip: 256 times the largest of FAST's space. Products of counts stay exact far beyond. */
const maximumMacs = 2 ** 40;

/** Most on-chip memory of a chip, 1 PiB: 42 times the largest of FAST's space. Unit: bytes. */
const maximumOnChipBytes = 2 ** 50;

/**
 * The design in a `design.json` text.
 *
 * @throws DiagnosticError `json-syntax`, `design-version` or, with every error found and its line, `design-invalid`
 */
export function parseDesign(text: string, fileName: string): HardwareDesign {
  return checkedDesign(parseJson(text, fileName), { fileName, text });
}

/** The content as a design, checked; `place` is named in errors. */
export function checkDesign(content: unknown, place: string): HardwareDesign {
  return checkedDesign(content, { fileName: place });
}

interface DesignFile {
  readonly fileName: string;
  readonly text?: string;
}

function checkedDesign(content: unknown, file: DesignFile): HardwareDesign {
  refuseNewerVersion(content, file.fileName);
  const design = checkJson(content, { ...file, schema: designSchema, code: "design-invalid" });
  const errors = crossFieldErrors(design, file);
  if (errors.length > 0) throw new DiagnosticError(errors);
  return design;
}

/** What no field says alone. */
function crossFieldErrors(design: HardwareDesign, file: DesignFile): readonly Diagnostic[] {
  const placeOf = placesIn(file);
  const macs = peakMacsPerCycle(design);
  const bytes = onChipBytes(design);
  const problems: (readonly [isWrong: boolean, message: string, fields: readonly string[]])[] = [
    [
      macs > maximumMacs,
      `cores × PEs × systolic array is ${macs} MACs, more than ${maximumMacs}`,
      ["cores", "peGrid", "systolicArray"],
    ],
    [
      bytes > maximumOnChipBytes,
      `L1, L2 and global memory of all cores are ${bytes} bytes, more than ${maximumOnChipBytes}`,
      ["l1", "l2", "globalMemoryMiB"],
    ],
  ];
  return problems
    .filter(([isWrong]) => isWrong)
    .map(([, message, fields]) =>
      errorDiagnostic({ code: "design-invalid", message, at: fields.map((field) => placeOf(`/${field}`)) }),
    );
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
