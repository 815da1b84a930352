/** Regions over time on the engine that runs them, with what binds each; below, on the same scale, what lies in global memory. */
import { barX, text } from "@observablehq/plot";
import { engineNames } from "../compile-report.ts";
import { keepEnd } from "../table.ts";
import { formatInteger, formatPercent, formatSi } from "../units.ts";
import { classColours, legend, lettersOn, resourceColours } from "./colours.ts";
import { figure, pageWidth } from "./figure.ts";
import type { Html } from "./html.ts";
import { markup } from "./html.ts";
import type { RegionFacts } from "./region-facts.ts";
import { regionLink, regionTitle, runOf, totalSeconds } from "./region-facts.ts";
import type { RunState } from "./report-input.ts";

/** The lane of what binds, below those of the engines. */
const boundLane = "bound by";

/** Room for the names of lanes, and on the right. Unit: CSS pixels. */
export const timeMargins = { marginLeft: 70, marginRight: 20 } as const;

/** Figures over time become wider with many regions, and then scroll. Unit: CSS pixels. */
export function timeWidth(regions: number): number {
  return 8 * regions <= 1.25 * pageWidth ? pageWidth : Math.min(8 * regions, 4000);
}

/** A unit of time in which the whole run is between 1 and 1000. */
export function timeUnit(seconds: number): { readonly unit: string; readonly perSecond: number } {
  if (seconds >= 1) return { unit: "s", perSecond: 1 };
  if (seconds >= 1e-3) return { unit: "ms", perSecond: 1e3 };
  return seconds >= 1e-6 ? { unit: "µs", perSecond: 1e6 } : { unit: "ns", perSecond: 1e9 };
}

interface Bar {
  readonly facts: RegionFacts;
  readonly lane: string;
  readonly start: number;
  readonly end: number;
  readonly colour: string;
  readonly title: string;
}

/** The timeline of one run. */
export function timelineFigure(facts: readonly RegionFacts[], state: RunState): Html {
  const total = totalSeconds(facts, state);
  const { unit, perSecond } = timeUnit(total);
  const width = timeWidth(facts.length);
  const bars = facts.flatMap((entry) => barsOf(entry, state, { total, perSecond }));
  const used = new Set(bars.map(({ lane }) => lane));
  const lanes = [...Object.values(engineNames), boundLane].filter((lane) => used.has(lane));
  const pixels = (width - timeMargins.marginLeft - timeMargins.marginRight) / (total * perSecond);
  const characters = ({ start, end }: Bar): number => Math.floor(((end - start) * pixels) / characterWidth);
  const named = bars.filter((bar) => bar.lane !== boundLane && characters(bar) >= 8);
  return figure(`Regions over time, ${state} run`, {
    ...timeMargins,
    width,
    height: 50 + 34 * lanes.length,
    x: { domain: [0, total * perSecond], label: `time, ${unit}`, labelAnchor: "left", labelArrow: "none" },
    y: { domain: lanes, label: null, padding: 0.12, tickSize: 0 },
    marks: [
      barX(bars, {
        x1: "start",
        x2: "end",
        y: "lane",
        fill: { value: "colour", scale: null },
        href: (bar: Bar) => regionLink(bar.facts),
        title: "title",
      }),
      text(named, {
        x: (bar: Bar) => (bar.start + bar.end) / 2,
        y: "lane",
        text: (bar: Bar) => keepEnd(bar.facts.region.name, characters(bar)),
        fill: { value: (bar: Bar) => lettersOn(bar.colour), scale: null },
        fontSize: 9,
        pointerEvents: "none",
      }),
    ],
  });
}

/** Of a small letter. Unit: CSS pixels. */
const characterWidth = 5.8;

function barsOf(
  facts: RegionFacts,
  state: RunState,
  { total, perSecond }: { readonly total: number; readonly perSecond: number },
): readonly Bar[] {
  const { region } = facts;
  const { startSeconds, seconds, cycles, dramBytes } = runOf(facts, state);
  const [start, end] = [startSeconds * perSecond, (startSeconds + seconds) * perSecond];
  const title = regionTitle(facts, [
    `${formatInteger(cycles)} cycles, ${formatSi(seconds, "s")}, ${formatPercent(seconds / total)} of the ${state} run`,
    `bound by ${region.boundBy}, ${formatSi(dramBytes, "B")} DRAM traffic`,
  ]);
  const bar = { facts, start, end, title };
  return [
    { ...bar, lane: engineNames[region.engine], colour: classColours[region.kind] },
    { ...bar, lane: boundLane, colour: resourceColours[region.boundBy] },
  ];
}

/** What the colours of the timeline mean. */
export function timelineLegend(facts: readonly RegionFacts[]): Html {
  const kinds = new Set(facts.map(({ region }) => region.kind));
  const resources = new Set(facts.map(({ region }) => region.boundBy));
  return markup`${legend("class", classColours, kinds)}${legend("bound by", resourceColours, resources)}`;
}
