/** Bars of amounts: DRAM traffic step by step, parts of area and TDP, shares of the op classes. */
import { barX, ruleX, text } from "@observablehq/plot";
import type { Evaluation } from "../../backend/evaluation.ts";
import { datasheetOf } from "../datasheet.ts";
import type { HardwareDesign } from "../../hardware/design.ts";
import { formatNumber, formatPercent, formatSi } from "../units.ts";
import { amountColours, classColours, lettersOn } from "./colours.ts";
import { figure, pageWidth } from "./figure.ts";
import type { Html } from "./html.ts";
import type { TrafficStep } from "./traffic-steps.ts";

/** A bar for each step, and behind it what the step saved. */
export function trafficFigure(steps: readonly TrafficStep[]): Html {
  const largest = Math.max(...steps.map(({ bytes }) => bytes));
  const unit = byteUnits.find(({ bytes }) => largest >= bytes) ?? { name: "bytes", bytes: 1 };
  const bars = steps.map((step, at) => {
    const before = steps[at - 1]?.bytes ?? step.bytes;
    const change = before === 0 || at === 0 ? "" : `, ${formatChange(step.bytes / before - 1)}`;
    return {
      ...step,
      amount: step.bytes / unit.bytes,
      before: before / unit.bytes,
      label: `${formatSi(step.bytes, "B")}${change}`,
    };
  });
  const most = Math.max(...bars.map(({ amount }) => amount));
  const title = (bar: (typeof bars)[number]): string => `${bar.name}: ${bar.label}\n${bar.meaning}`;
  return figure("DRAM traffic step by step", {
    height: 60 + 34 * bars.length,
    marginLeft: 110,
    marginRight: 30,
    x: {
      domain: [0, most * 1.25],
      label: `DRAM traffic of the chip for one run, ${unit.name}`,
      grid: true,
    },
    y: { domain: bars.map(({ name }) => name), label: null, tickSize: 0, padding: 0.2 },
    marks: [
      barX(bars, { x1: "amount", x2: "before", y: "name", fill: amountColours.saved, fillOpacity: 0.25, title }),
      barX(bars, { x1: () => 0, x2: "amount", y: "name", fill: amountColours.amount, title }),
      text(bars, {
        x: ({ amount, before }: (typeof bars)[number]) => Math.max(amount, before),
        y: "name",
        text: "label",
        textAnchor: "start",
        dx: 6,
      }),
      ruleX([0]),
    ],
  });
}

const byteUnits = [
  { name: "GB", bytes: 1e9 },
  { name: "MB", bytes: 1e6 },
  { name: "kB", bytes: 1e3 },
] as const;

/** "−34.1 %" or "+1.0 %". */
function formatChange(change: number): string {
  if (Math.abs(change) < 0.00005) return "the same";
  return `${change > 0 ? "+" : "−"}${formatPercent(Math.abs(change))}`;
}

/** Parts of the area and of the TDP of a design. */
export function breakdownFigure(design: HardwareDesign, what: "area" | "tdp"): Html {
  const sheet = datasheetOf(design);
  const [total, unit, label] = what === "area" ? [sheet.areaMm2, "mm²", "area"] : [sheet.tdpWatts, "W", "TDP"];
  const parts = sheet[what].filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const most = parts[0]?.value ?? 1;
  const meaning = what === "area" ? "" : ", every unit at full activity";
  return figure(`Parts of the ${label}`, {
    width: pageWidth / 2 - 10,
    height: 60 + 22 * parts.length,
    marginLeft: 150,
    marginRight: 10,
    x: {
      domain: [0, most * 1.3],
      label: `${label}, ${unit}: ${formatNumber(total)} ${unit} together${meaning}`,
      ticks: 5,
      grid: true,
    },
    y: { domain: parts.map(({ name }) => name), label: null, tickSize: 0, padding: 0.2 },
    marks: [
      barX(parts, {
        x: "value",
        y: "name",
        fill: amountColours.amount,
        title: ({ name, value, basis, source }: (typeof parts)[number]) =>
          `${name}: ${formatNumber(value)} ${unit}\n${basis}: ${source}`,
      }),
      text(parts, {
        x: "value",
        y: "name",
        text: ({ value }: (typeof parts)[number]) =>
          `${formatNumber(value, 3)} ${unit}, ${formatPercent(value / total)}`,
        textAnchor: "start",
        dx: 4,
      }),
      ruleX([0]),
    ],
  });
}

/** Shares of each class of operations in time, MACs, DRAM traffic and energy, steady. */
export function classFigure({ opClasses, regions }: Evaluation): Html {
  const measures = [
    { measure: "time", of: ({ cycles }: Evaluation["regions"][number]) => cycles, unit: "cycles" },
    { measure: "MACs", of: ({ macs }: Evaluation["regions"][number]) => macs, unit: "" },
    { measure: "DRAM traffic", of: ({ dramBytes }: Evaluation["regions"][number]) => dramBytes, unit: "B" },
    { measure: "energy", of: ({ energyJoules }: Evaluation["regions"][number]) => energyJoules, unit: "J" },
  ] as const;
  const bars = measures.flatMap(({ measure, of, unit }) => {
    const total = regions.reduce((sum, region) => sum + of(region), 0);
    let start = 0;
    return opClasses.flatMap(({ kind }) => {
      const amount = regions.reduce((sum, region) => sum + (region.kind === kind ? of(region) : 0), 0);
      if (amount === 0) return [];
      const share = amount / total;
      const title = `${kind}: ${formatPercent(share)} of all ${measure}\n${formatSi(amount, unit)}`;
      const bar = { measure, kind, from: 100 * start, to: 100 * (start + share), share, title };
      start += share;
      return [bar];
    });
  });
  type Bar = (typeof bars)[number];
  return figure("Shares of the classes of operations, steady", {
    height: 170,
    marginLeft: 90,
    marginRight: 20,
    x: { domain: [0, 100], label: "share, %" },
    y: { domain: measures.map(({ measure }) => measure), label: null, tickSize: 0, padding: 0.2 },
    marks: [
      barX(bars, {
        x1: "from",
        x2: "to",
        y: "measure",
        fill: { value: ({ kind }: Bar) => classColours[kind], scale: null },
        title: "title",
      }),
      text(
        bars.filter(({ share }) => share > 0.05),
        {
          x: ({ from, to }: Bar) => (from + to) / 2,
          y: "measure",
          text: ({ share }: Bar) => formatPercent(share),
          fill: { value: ({ kind }: Bar) => lettersOn(classColours[kind]), scale: null },
          pointerEvents: "none",
        },
      ),
    ],
  });
}
