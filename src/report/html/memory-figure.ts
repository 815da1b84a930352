/** What lies in global memory over time: weights that stay, activations from region to region, tiles that pass through. */
import { rectY, ruleY, text } from "@observablehq/plot";
import type { Program } from "../../backend/schedule/program.ts";
import { globalMemoryBytes } from "../../hardware/derived.ts";
import type { HardwareDesign } from "../../hardware/design.ts";
import { formatInteger, formatNumber } from "../units.ts";
import { memoryColours } from "./colours.ts";
import { figure } from "./figure.ts";
import type { Html } from "./html.ts";
import type { RegionFacts } from "./region-facts.ts";
import { regionLink, regionTitle, runOf, totalSeconds } from "./region-facts.ts";
import type { RunState } from "./report-input.ts";
import { stagingSteps } from "./staging-steps.ts";
import { timeMargins, timeUnit, timeWidth } from "./timeline.ts";

type Occupant = keyof typeof memoryColours;
type Occupancy = Readonly<Record<Occupant, number>>;

/** Bytes of one core's global memory in each region, by what lies there. */
export function occupancy(program: Program): readonly Occupancy[] {
  const residents = program.tensors.filter(({ memory }) => memory === "gm");
  return program.regions.map(({ id, buffers }) => {
    const bytesOf = (isPinned: boolean): number =>
      residents
        .filter((tensor) => tensor.isPinned === isPinned && tensor.firstRegion <= id && id <= tensor.lastRegion)
        .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const staging = buffers
      .filter(({ memory }) => memory === "gm")
      .reduce((sum, { slots, slotBytes }) => sum + slots * slotBytes, 0);
    return { weights: bytesOf(true), activations: bytesOf(false), staging };
  });
}

interface Block {
  readonly facts: RegionFacts;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
  readonly opacity: number;
  readonly title: string | undefined;
}

/** Occupancy of one core's global memory over one run; nothing where the design has none. */
export function memoryFigure(
  facts: readonly RegionFacts[],
  { program, design, state }: { readonly program: Program; readonly design: HardwareDesign; readonly state: RunState },
): Html | undefined {
  const capacity = globalMemoryBytes(design) / bytesPerMiB;
  if (capacity === 0) return undefined;
  const total = totalSeconds(facts, state);
  const { unit, perSecond } = timeUnit(total);
  const byRegion = occupancy(program);
  const blocks = facts.flatMap((entry, at) => blocksOf(entry, byRegion[at], { perSecond, state }));
  const shown = [...blocks, ...(state === "simulated" ? simulatedBlocks(blocks, total / timeWidth(facts.length)) : [])];
  return figure(`Occupancy of global memory over time, ${state} run`, {
    ...timeMargins,
    width: timeWidth(facts.length),
    height: 200,
    marginTop: 24,
    x: { domain: [0, total * perSecond], label: `time, ${unit}`, labelAnchor: "left", labelArrow: "none" },
    y: { domain: [0, capacity * 1.08], label: "global memory of a core, MiB", grid: true },
    marks: [
      rectY(shown, {
        x1: "start",
        x2: "end",
        y1: "from",
        y2: "to",
        fill: { value: "colour", scale: null },
        fillOpacity: { value: "opacity", scale: null },
        href: ({ facts: entry }: Block) => regionLink(entry),
        title: "title",
      }),
      ruleY([capacity], { strokeDasharray: "4,3" }),
      text([`capacity: ${formatNumber(capacity)} MiB`], {
        y: capacity,
        text: (label: string) => label,
        frameAnchor: "right",
        textAnchor: "end",
        dy: -6,
      }),
    ],
  });
}

/** What lies there while a region runs, stacked. */
function blocksOf(
  facts: RegionFacts,
  bytes: Occupancy | undefined,
  { perSecond, state }: { readonly perSecond: number; readonly state: RunState },
): readonly Block[] {
  const { startSeconds, seconds } = runOf(facts, state);
  const [start, end] = [startSeconds * perSecond, (startSeconds + seconds) * perSecond];
  let from = 0;
  return occupants.flatMap((occupant) => {
    const here = bytes?.[occupant] ?? 0;
    if (here === 0) return [];
    const title = regionTitle(facts, [`${occupant}: ${formatInteger(here)} bytes of global memory`]);
    const to = from + here / bytesPerMiB;
    // What the simulator saw comes on top.
    const opacity = occupant === "staging" && state === "simulated" ? 0.3 : 1;
    const block = { facts, start, end, from, to, colour: memoryColours[occupant], opacity, title };
    from = to;
    return [block];
  });
}

/** Tiles that were there at a time, inside of the blocks that are reserved for them. `shortest`: what can be seen, in seconds. */
function simulatedBlocks(blocks: readonly Block[], shortest: number): readonly Block[] {
  return blocks.flatMap((block) => {
    const { simulated, runs } = block.facts;
    if (block.opacity === 1 || simulated === undefined || runs.simulated === undefined) return [];
    const perCycle = (block.end - block.start) / simulated.cycles;
    const { seconds } = runs.simulated;
    return stagingSteps(simulated, (shortest * simulated.cycles) / seconds).map(({ fromCycle, toCycle, bytes }) => ({
      ...block,
      start: block.start + fromCycle * perCycle,
      end: block.start + toCycle * perCycle,
      to: block.from + bytes / bytesPerMiB,
      opacity: 1,
      title: undefined,
    }));
  });
}

const bytesPerMiB = 2 ** 20;
const occupants: readonly Occupant[] = ["weights", "activations", "staging"];
