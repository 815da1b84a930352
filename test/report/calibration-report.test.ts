/** docs/calibration.md is what its command writes. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseDesign } from "../../src/hardware/design-reader.ts";
import { calibrationReport } from "../../src/report/calibration-report.ts";
import { sampleDesigns } from "../../src/search/sample-designs.ts";
import { parseSpace } from "../../src/search/space-reader.ts";
import { preset, presetNames } from "../hardware/preset.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, "utf8");
const heldOut = readdirSync(`${root}/bench/calibration`).map((file) =>
  parseDesign(read(`bench/calibration/${file}`), file),
);
const presets = presetNames.toSorted().map(preset);

/** Words alone: Prettier pads the columns of tables. */
function words(text: string): string {
  return text.replace(/-{3,}/g, "---").replace(/\s+/g, " ");
}

describe("docs/calibration.md", () => {
  it("is up to date: npm run build && npm run bench:calibration", () => {
    const space = parseSpace(read("spaces/fast.json"), "fast.json");
    const limit = preset("tpu-v3-7nm");
    const page = calibrationReport({
      design: (name) => [...presets, ...heldOut].find((design) => design.name === name) ?? limit,
      presets,
      sample: sampleDesigns(space, { count: 200, seed: 1, limit }),
    });
    expect(words(read("docs/calibration.md"))).toBe(words(page));
  });
});
