/** The roofline of a design with every region on it. */
import type { Markish } from "@observablehq/plot";
import { dot, line, link, ruleX, text } from "@observablehq/plot";
import {
  dramBandwidthGBps,
  lanesPerPe,
  peakTflops,
  pesPerCore,
  ridgePointFlopPerByte,
} from "../../hardware/derived.ts";
import type { HardwareDesign } from "../../hardware/design.ts";
import { formatNumber, formatPercent, formatSi } from "../units.ts";
import { classColours } from "./colours.ts";
import { figure } from "./figure.ts";
import type { Html } from "./html.ts";
import { powersOfTen, powerText } from "./log-ticks.ts";
import type { RegionFacts } from "./region-facts.ts";
import { regionLink, regionTitle, runOf, totalSeconds } from "./region-facts.ts";
import type { RunState } from "./report-input.ts";

interface Dot {
  readonly facts: RegionFacts;
  readonly x: number;
  readonly y: number;
  readonly share: number;
  readonly title: string;
}

/** Both axes are logarithmic; what has no place on one stands in a band of its own at its end. */
interface Frame {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Left end of the band of regions that move nothing through DRAM. */
  readonly onChipFrom: number;
  /** Height of regions without arithmetic. */
  readonly copiesAt: number;
}

/** Regions by operational intensity and achieved throughput, under the design's roof. */
export function rooflineFigure(facts: readonly RegionFacts[], design: HardwareDesign, state: RunState): Html {
  const frame = frameOf(facts, design, state);
  const dots = dotsOf(facts, frame, state);
  const operation = design.datatypes.operand === "bf16" ? "FLOP" : "OP";
  return figure(`Roofline, ${state} run`, {
    height: 460,
    marginLeft: 70,
    marginTop: 26,
    marginRight: 24,
    x: {
      type: "log",
      domain: [...frame.x],
      label: `operational intensity, ${operation}/byte of DRAM traffic`,
      labelAnchor: "left",
      labelArrow: "none",
      // In the band, places along the axis mean nothing.
      ticks: powersOfTen(frame.x[0], frame.onChipFrom),
      tickFormat: powerText,
    },
    y: {
      type: "log",
      domain: [...frame.y],
      label: `achieved, ${operation}/s of the chip`,
      ticks: powersOfTen(...frame.y),
      tickFormat: (value: number) => formatSi(value, "", 1),
      grid: true,
    },
    r: { type: "sqrt", domain: [0, 1], range: [2.5, 26] },
    marks: [
      ...roofMarks(design, frame, operation),
      dot(dots, {
        x: "x",
        y: "y",
        r: "share",
        fill: { value: (each: Dot) => classColours[each.facts.region.kind], scale: null },
        fillOpacity: 0.75,
        stroke: "currentColor",
        strokeWidth: 0.5,
        href: (each: Dot) => regionLink(each.facts),
        title: "title",
      }),
    ],
  });
}

function frameOf(facts: readonly RegionFacts[], design: HardwareDesign, state: RunState): Frame {
  const ridge = ridgePointFlopPerByte(design);
  const peak = 1e12 * peakTflops(design);
  const runs = facts.map((entry) => runOf(entry, state));
  const finite = runs.map(({ intensity }) => intensity).filter((value) => value > 0 && value < Infinity);
  const achieved = runs.map(({ operationsPerSecond }) => operationsPerSecond).filter((value) => value > 0);
  const low = Math.min(ridge / 100, ...finite) / 1.5;
  const high = Math.max(ridge * 20, ...finite) * 1.5;
  const bottom = Math.min(peak / 100, ...achieved) / 1.5;
  const isOnChip = runs.some(({ intensity }) => intensity === Infinity);
  const hasCopies = facts.some(({ operations }) => operations === 0);
  // A sixth of the width.
  const right = isOnChip ? high * (high / low) ** 0.2 : high;
  return {
    x: [low, right],
    y: [hasCopies ? bottom / 3 : bottom, peak * 2],
    onChipFrom: high,
    copiesAt: bottom / 1.8,
  };
}

function dotsOf(facts: readonly RegionFacts[], frame: Frame, state: RunState): readonly Dot[] {
  const total = totalSeconds(facts, state);
  const [left, right] = frame.x;
  const dots = facts.map((entry, at): Dot => {
    const { intensity, operationsPerSecond, seconds, dramBytes } = runOf(entry, state);
    // Inside the band, in schedule order.
    const inBand = frame.onChipFrom * (right / frame.onChipFrom) ** ((at + 1) / (facts.length + 1));
    const x = intensity === Infinity ? inBand : Math.max(intensity, left * 1.2);
    const y = operationsPerSecond === 0 ? frame.copiesAt : operationsPerSecond;
    const share = seconds / total;
    const title = regionTitle(entry, [
      dramBytes === 0 ? "no DRAM traffic" : `${formatNumber(intensity)} operations per byte of DRAM traffic`,
      `${formatSi(operationsPerSecond, "")} operations per second, ${formatPercent(share)} of the time`,
    ]);
    return { facts: entry, x, y, share, title };
  });
  // Small ones above large ones, so that all can be reached.
  return dots.sort((a, b) => b.share - a.share || a.facts.region.id - b.facts.region.id);
}

function roofMarks(design: HardwareDesign, frame: Frame, operation: string): readonly Markish[] {
  const peak = 1e12 * peakTflops(design);
  const ridge = ridgePointFlopPerByte(design);
  const [left, right] = frame.x;
  const vectorPeak = design.cores * pesPerCore(design) * lanesPerPe(design) * design.clockGhz * 1e9;
  const roof = [
    [left, (left * peak) / ridge],
    [ridge, peak],
    [right, peak],
  ] as const;
  const vectorRidge = (ridge * vectorPeak) / peak;
  const peakText = `arrays: ${formatSi(peak, `${operation}/s`)}`;
  const dramText = `DRAM: ${formatNumber(dramBandwidthGBps(design))} GB/s, ridge point ${formatNumber(ridge)} ${operation}/byte`;
  return [
    ...(frame.onChipFrom < right
      ? [
          ruleX([frame.onChipFrom], { strokeDasharray: "2,3", strokeOpacity: 0.6 }),
          text([frame.onChipFrom], {
            x: (x: number) => x,
            frameAnchor: "bottom",
            text: () => "no DRAM traffic →",
            textAnchor: "start",
            dx: 4,
            dy: -6,
          }),
        ]
      : []),
    link([vectorRidge], {
      x1: (x: number) => x,
      x2: right,
      y1: vectorPeak,
      y2: vectorPeak,
      strokeDasharray: "6,4",
      strokeOpacity: 0.6,
    }),
    text([vectorRidge], {
      x: (x: number) => x,
      y: vectorPeak,
      text: () => `vector units: ${formatSi(vectorPeak, "OP/s")}`,
      textAnchor: "start",
      dx: 6,
      dy: 8,
    }),
    line(roof, { strokeWidth: 1.5 }),
    text([right], { x: (x: number) => x, y: peak, text: () => peakText, textAnchor: "end", dy: -8 }),
    text([ridge], { x: (x: number) => x, y: peak, text: () => dramText, textAnchor: "end", dx: -10, dy: -2 }),
  ];
}
