/** The designs that ship with the project, for tests. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { parseDesign } from "../../src/hardware/design-reader.ts";

/** Names of the shipped designs. */
export const presetNames = [
  ...(["tpu-v1", "tpu-v2", "tpu-v3", "tpu-v3-7nm", "tpu-v4i", "tpu-v4"] as const),
  ...(["fast-large", "fast-small", "eyeriss-like", "edge"] as const),
] as const;

/** Text of a shipped design. */
export function presetText(name: (typeof presetNames)[number]): string {
  return readFileSync(fileURLToPath(new URL(`../../designs/${name}.json`, import.meta.url)), "utf8");
}

/** A shipped design. */
export function preset(name: (typeof presetNames)[number]): HardwareDesign {
  return parseDesign(presetText(name), `${name}.json`);
}
