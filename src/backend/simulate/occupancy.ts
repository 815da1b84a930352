/** Records how full the buffers of a region are over time. */
import type { RegionProgram } from "../schedule/program.ts";
import { ticksPerCycle } from "./engine.ts";
import type { Jump } from "./fold.ts";
import type { Observer } from "./simulate-region.ts";
import type { BufferOccupancy } from "./simulation.ts";

/** Samples of a buffer that are kept. Where there are more, every other one is dropped. */
const mostSamples = 128;

interface Track {
  samples: (readonly [cycle: number, tiles: number])[];
  /** One of so many changes is kept. */
  stride: number;
  changes: number;
  tiles: number;
  most: number;
}

/** An observer that keeps little, however long a region runs. */
export class OccupancyRecorder implements Observer {
  foldedIterations = 0;
  private readonly region: RegionProgram;
  private readonly tracks = new Map<string, Track>();

  constructor(region: RegionProgram) {
    this.region = region;
  }

  readonly event = undefined;

  readonly jump = ({ iterations, times }: Jump): void => {
    this.foldedIterations += iterations * times;
  };

  readonly holds = (buffer: string, tiles: number, now: number): void => {
    const track = this.tracks.get(buffer) ?? { samples: [], stride: 1, changes: 0, tiles: 0, most: 0 };
    this.tracks.set(buffer, track);
    if (track.tiles === tiles) return;
    track.tiles = tiles;
    track.most = Math.max(track.most, tiles);
    if (track.changes++ % track.stride !== 0) return;
    track.samples.push([now / ticksPerCycle, tiles]);
    if (track.samples.length < mostSamples) return;
    track.samples = track.samples.filter((_sample, index) => index % 2 === 0);
    track.stride *= 2;
  };

  occupancy(): readonly BufferOccupancy[] {
    return this.region.buffers.map(({ name, slots, slotBytes }) => {
      const { samples = [], most = 0 } = this.tracks.get(name) ?? {};
      return { buffer: name, slots, slotBytes, mostTiles: most, samples: samples.map((sample) => [...sample]) };
    });
  }
}
