/** `npm run bench:reproduction`: the page `docs/reproduction.md`, facts beside what fastc says of them. */
import type { FitChip } from "../../hardware/calibration/fit.ts";
import { errorsOf } from "../../hardware/calibration/fit.ts";
import { fittedConstants } from "../../hardware/tech/fitted.ts";
import { markdownTable } from "../markdown.ts";
import type { Fact } from "./fact.ts";
import { factCells, factHeadings, near } from "./fact.ts";
import type { CountedModels } from "./intensity-facts.ts";
import { intensityFacts } from "./intensity-facts.ts";
import type { SpeedContext } from "./speed-facts.ts";
import { speedFacts } from "./speed-facts.ts";

/** Everything that the page is computed from. */
export interface ReproductionInput {
  readonly chips: readonly FitChip[];
  readonly speed: SpeedContext;
  readonly counted: CountedModels;
}

/** The whole page. */
export function reproductionReport({ chips, speed, counted }: ReproductionInput): string {
  return [
    "# What fastc says of machines and models that exist",
    "",
    "Written by `npm run build && npm run bench:reproduction -- MODELS`, where MODELS is a folder with the ONNX exports that the",
    "command names. Nothing is tuned to a fact of this page, apart from area and TDP, whose constants are fitted to just these",
    "chips ([calibration.md](calibration.md) has the errors when a chip is left out).",
    "",
    "## Area and TDP",
    "",
    table(chips.flatMap(chipFacts)),
    "",
    "## Speed",
    "",
    table(speedFacts(speed)),
    "",
    "## Operational intensity, batch 8, bf16",
    "",
    "Counted on the imported models, against independent counts.",
    "",
    table(intensityFacts(counted)),
    "",
  ].join("\n");
}

function table(facts: readonly Fact[]): string {
  return markdownTable(factHeadings, facts.map(factCells));
}

function chipFacts(chip: FitChip): readonly Fact[] {
  const { name, dieMm2, tdpWatts } = chip.published;
  const { areaMm2, tdpWatts: ourWatts } = errorsOf(chip, fittedConstants);
  // v1 is of another class: it is part of the fit, but no target.
  const isTarget = name !== "tpu-v1";
  const tdpNote = tdpWatts === undefined ? "not published; 192 W is the most measured" : "fitted";
  return [
    { fact: `${name}, die`, target: near(dieMm2, isTarget ? 0.15 : 0.3), ours: areaMm2, unit: "mm²", note: "fitted" },
    {
      ...{ fact: `${name}, TDP`, target: tdpWatts === undefined ? undefined : near(tdpWatts, isTarget ? 0.15 : 0.3) },
      ...{ ours: ourWatts, unit: "W", note: tdpNote },
    },
  ];
}
