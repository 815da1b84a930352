/** Random small problems on random small machines with capacities that bind, for exhaustive search. Seeded. */
import type { Architecture, Capacity, MemoryLevel } from "../../../src/backend/architecture.ts";
import type { MatrixProblem, SlidingWindow } from "../../../src/backend/mapping/problem.ts";
import type { RandomStream } from "../../../src/support/random.ts";
import { randomStream } from "../../../src/support/random.ts";
import type { Case } from "./exhaustive-space.ts";
import { spaceSize } from "./exhaustive-space.ts";
import { machineOf, plainWindow, problemOf } from "./random-nests.ts";

function pick<T>(stream: RandomStream, options: readonly [T, ...T[]]): T {
  return options[stream.integer(options.length)] ?? options[0];
}

/** The random case of a seed, with at most `size` tile combinations. */
export function randomCase(seed: number, size: number): Case {
  for (let attempt = 0; ; attempt++) {
    const stream = randomStream(seed, attempt);
    const given = { problem: randomProblem(stream), architecture: randomMachine(stream, seed) };
    if (spaceSize(given) <= size) return given;
  }
}

function randomProblem(stream: RandomStream): MatrixProblem {
  const extents = [1, 1, 1, 1, 1, 1];
  for (let loops = 2 + stream.integer(2); loops > 0; loops--) extents[stream.integer(6)] = 2 + stream.integer(6);
  const [rows, columns] = [randomWindow(stream, extents[2] ?? 1), randomWindow(stream, extents[3] ?? 1)];
  return problemOf(extents, {
    rows,
    columns,
    prologueOps: pick(stream, [0, 0, 0, 1, 2.5]),
    epilogueOps: pick(stream, [0, 0, 1, 2, 5]),
    extraElements: pick(stream, [0, 0, 1, 7, 30]),
    outputCopies: pick(stream, [1, 1, 1, 2]),
  });
}

function randomWindow(stream: RandomStream, outputs: number): SlidingWindow {
  if (stream.integer(2) === 0) return { ...plainWindow, inputExtent: outputs };
  const [kernel, stride] = [1 + stream.integer(3), 1 + stream.integer(3)];
  const dilation = pick(stream, [1, 1, 2]);
  const reach = (kernel - 1) * dilation + 1;
  const [padBefore, padAfter] = [stream.integer(3), stream.integer(3)];
  const inputExtent = (outputs - 1) * stride + reach - padBefore - padAfter + stream.integer(stride);
  return { kernel, stride, dilation, padBefore, inputExtent: Math.max(1, inputExtent) };
}

/** Rates that never bind, but for one or for any: so that bounds are nearly met, and every resource binds now and then. */
function randomRates(stream: RandomStream) {
  const names = [
    "dramBytesPerCycle",
    "gmBytesPerCycle",
    "inputBusBytesPerCycle",
    "weightBusBytesPerCycle",
    "outputBusBytesPerCycle",
  ] as const;
  const wide = 1e9;
  const mode = stream.integer(3);
  const only = pick(stream, names);
  const rate = (name: (typeof names)[number]): number => {
    const narrow = pick(stream, [1, 2, 4, 16, 64]);
    return mode === 0 || (mode === 1 && name !== only) ? wide : narrow;
  };
  const rates = names.map((name) => [name, rate(name)] as const);
  return Object.fromEntries(rates) as Record<(typeof names)[number], number>;
}

function randomMachine(stream: RandomStream, seed: number): Architecture {
  return machineOf({
    ...randomRates(stream),
    levels: randomLevels(stream),
    peRows: 1 + stream.integer(3),
    peColumns: 1 + stream.integer(3),
    arrayRows: pick(stream, [1, 2, 4, 8]),
    arrayColumns: pick(stream, [1, 2, 4]),
    lanesPerPe: pick(stream, [1, 2, 4, 16]),
    dataflows: pick<Architecture["dataflows"]>(stream, [
      ["weight-stationary"],
      ["output-stationary"],
      ["weight-stationary", "output-stationary"],
    ]),
    packsGroups: stream.integer(4) > 0,
    isPipelined: stream.integer(6) > 0,
    key: `random ${seed}`,
  });
}

function randomLevels(stream: RandomStream): readonly MemoryLevel[] {
  const l1: MemoryLevel = { level: "l1", capacity: randomCapacity(stream), isPerPe: true };
  if (stream.integer(4) === 0) return [l1];
  const bytes = 2 ** (5 + stream.integer(7));
  return [{ level: "gm", capacity: { kind: "pool", bytes }, isPerPe: false }, l1];
}

function randomCapacity(stream: RandomStream): Capacity {
  const bytes = (): number => 2 ** (3 + stream.integer(6));
  if (stream.integer(3) === 0) return { kind: "pool", bytes: 2 * bytes() };
  return { kind: "split", input: bytes(), weight: bytes(), output: 2 * bytes() };
}
