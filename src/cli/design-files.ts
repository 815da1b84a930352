/** Designs named on the command line. */
import type { HardwareDesign } from "../index.ts";
import { applySettings, parseDesign } from "../index.ts";
import { readFileOrPreset } from "../node/package.ts";

/** The design in a file or of a preset's name, with `--set` applied. */
export function readDesign(pathOrName: string, settings: readonly string[] = []): HardwareDesign {
  const { text, fileName } = readFileOrPreset("design", pathOrName);
  return applySettings(parseDesign(text, fileName), settings);
}
