/** Runs one region's simulation, event after event. */
import { bug } from "../../support/bug.ts";
import type { BuiltRegion, RegionParts } from "./build-region.ts";
import { buildRegion } from "./build-region.ts";
import type { Gate, TileEvent } from "./engine.ts";
import { blocked, SlotGate, ticksPerCycle } from "./engine.ts";
import type { Jump } from "./fold.ts";
import { Folder } from "./fold.ts";
import type { StallCause } from "./compute-engine.ts";
import { stallCauses } from "./compute-engine.ts";

/** Told of everything that happens; what is folded away is told once, as a jump. */
export interface Observer {
  /** Undefined: nothing is told of single events. */
  readonly event: ((event: TileEvent) => void) | undefined;
  readonly jump: (jump: Jump, now: number) => void;
  /** Tiles in a buffer when another one begins. */
  readonly holds: (buffer: string, tiles: number, now: number) => void;
}

export interface RegionRun {
  readonly cycles: number;
  readonly dramBytes: number;
  readonly gmBytes: number;
  /** Busy cycles of every resource; `array`: cycles in which the busiest PE's array or lanes are at work on the nest. */
  readonly busyCycles: Readonly<Record<string, number>>;
  readonly stallCycles: Readonly<Record<StallCause, number>>;
  /** Events that were walked through, and those that were not because they repeat. */
  readonly events: number;
}

/** Simulates a region from an idle machine to the last word that leaves. `fold`: false walks through every iteration. */
export function simulateRegion(
  parts: RegionParts,
  { fold, observer }: { readonly fold: boolean; readonly observer?: Observer },
): RegionRun {
  const built = buildRegion(parts);
  const events = run(built, parts, { fold, ...(observer === undefined ? {} : { observer }) });
  return resultOf(built, parts, events);
}

function run(
  { compute, engines }: BuiltRegion,
  { machine, region }: RegionParts,
  { fold, observer }: { readonly fold: boolean; readonly observer?: Observer },
): number {
  const parts = [...engines, compute];
  const folder = new Folder(compute.walker, {
    states: parts.map(({ state }) => state),
    servers: machine.servers,
    // A block of the operand that the array holds is shifted in, row by row, after it has come and the array has room for it.
    memory: machine.architecture.arrayRows * ticksPerCycle,
  });
  if (observer !== undefined) watchBuffers(parts, observer);
  let events = 0;
  let now = 0;
  for (;;) {
    let [time, next] = [blocked, -1];
    for (let index = 0; index < parts.length; index++) {
      const ready = parts[index]?.ready() ?? blocked;
      if (ready < time) [time, next] = [ready, index];
    }
    const part = parts[next];
    if (part === undefined) break;
    // An engine that learns late that it might have begun begins now.
    now = Math.max(now, time);
    part.act(now, observer?.event);
    events++;
    if (part !== compute || !fold) continue;
    const jump = folder.afterStep(now);
    if (jump !== undefined) observer?.jump(jump, now);
    if (jump !== undefined) now += jump.times * jump.period;
  }
  const left = parts.find(({ walker }) => !walker.isDone);
  if (left !== undefined) bug(`region ${region.id}: ${left.name} waits for ever`);
  return events;
}

function watchBuffers(parts: readonly { readonly gates: readonly Gate[] }[], observer: Observer): void {
  for (const gate of parts.flatMap(({ gates }) => gates)) {
    if (!(gate instanceof SlotGate)) continue;
    gate.watch = (buffer, tiles, now) => (buffer === "" ? undefined : observer.holds(buffer, tiles, now));
  }
}

function resultOf({ compute, engines, outward }: BuiltRegion, { machine }: RegionParts, events: number): RegionRun {
  const end = outward.reduce(
    (latest, { history }) => Math.max(latest, history.lastTime + compute.latency),
    engines.reduce((latest, { history }) => Math.max(latest, history.lastTime), compute.end),
  );
  const bytes = (port: typeof machine.gm): number =>
    port === undefined ? 0 : engines.reduce((sum, engine) => sum + engine.bytesAt(port.server), 0);
  const [busy = 0, ...stalls] = compute.busyAndStalls;
  return {
    cycles: Math.ceil(end / ticksPerCycle),
    dramBytes: bytes(machine.dram),
    gmBytes: bytes(machine.gm),
    busyCycles: {
      array: busy / ticksPerCycle,
      ...Object.fromEntries(machine.servers.map((server) => [server.name, server.busy / ticksPerCycle])),
    },
    // The causes are the record's keys.
    stallCycles: Object.fromEntries(
      stallCauses.map((cause, index) => [cause, (stalls[index] ?? 0) / ticksPerCycle]),
    ) as Record<StallCause, number>,
    events,
  };
}
