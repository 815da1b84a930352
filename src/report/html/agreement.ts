/** How far the simulator is from the cost model, region by region. */
import { dot, rect, ruleX, ruleY } from "@observablehq/plot";
import { formatInteger } from "../units.ts";
import { classColours } from "./colours.ts";
import { figure } from "./figure.ts";
import type { Html } from "./html.ts";
import { powersOfTen, powerText } from "./log-ticks.ts";
import type { RegionFacts } from "./region-facts.ts";
import { regionLink, regionTitle, simulatedDifference, totalSeconds } from "./region-facts.ts";

interface Dot {
  readonly facts: RegionFacts;
  readonly share: number;
  readonly difference: number;
  readonly title: string;
}

/** Of regions that take at least so much of the time … Unit: %. */
const relevantShare = 1;
/** … the two should agree to so much. Unit: %. */
const agreement = 5;

/** A dot for each region: its share of the time, and simulated cycles ÷ cycles − 1; the field of good agreement is shaded. */
export function agreementFigure(facts: readonly RegionFacts[]): Html {
  const total = totalSeconds(facts, "steady");
  const dots = facts.flatMap((entry): readonly Dot[] => {
    const difference = simulatedDifference(entry);
    if (difference === undefined || entry.simulated === undefined) return [];
    const title = regionTitle(entry, [
      `${formatInteger(entry.region.cycles)} cycles by the cost model`,
      `${formatInteger(entry.simulated.cycles)} cycles by the simulator, ${differenceText(difference)}`,
    ]);
    return [{ facts: entry, share: (100 * entry.runs.steady.seconds) / total, difference: 100 * difference, title }];
  });
  const most = Math.max(...dots.map(({ difference }) => Math.abs(difference)), agreement) * 1.2;
  const [low, high] = [Math.min(...dots.map(({ share }) => share), relevantShare) / 1.5, 100];
  return figure("Difference between simulator and cost model", {
    height: 320,
    marginLeft: 70,
    marginTop: 26,
    marginRight: 24,
    x: {
      type: "log",
      domain: [low, high],
      label: "share of the steady time, %",
      labelAnchor: "left",
      labelArrow: "none",
      ticks: powersOfTen(low, high),
      tickFormat: powerText,
    },
    y: { domain: [-most, most], label: "simulated cycles ÷ cycles − 1, %", grid: true },
    marks: [
      rect([agreement], {
        x1: relevantShare,
        x2: high,
        y1: -agreement,
        y2: agreement,
        fill: "currentColor",
        fillOpacity: 0.07,
      }),
      ruleX([relevantShare], { strokeDasharray: "2,3", strokeOpacity: 0.6 }),
      ruleY([0]),
      dot(dots, {
        x: "share",
        y: "difference",
        r: 4,
        fill: { value: ({ facts: entry }: Dot) => classColours[entry.region.kind], scale: null },
        fillOpacity: 0.75,
        stroke: "currentColor",
        strokeWidth: 0.5,
        href: ({ facts: entry }: Dot) => regionLink(entry),
        title: "title",
      }),
    ],
  });
}

/** "+1.25 %" or "−0.30 %". */
export function differenceText(difference: number): string {
  const percent = (100 * Math.abs(difference)).toFixed(2);
  if (percent === "0.00") return "0.00 %";
  return `${difference > 0 ? "+" : "−"}${percent} %`;
}
