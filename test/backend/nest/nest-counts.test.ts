/** Closed form and simulator must count the same on every nest. */
import { expect, test } from "vitest";
import type { NestArchitecture, NestSpatial } from "../../../src/backend/nest/nest-architecture.ts";
import { countNest } from "../../../src/backend/nest/nest-counts.ts";
import { simulateNest } from "../../../src/backend/nest/nest-simulator.ts";
import type { ResolvedLoop, ResolvedNest } from "../../../src/backend/nest/resolve-nest.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";
import { randomNest } from "./random-nests.ts";

const nestOf = (seed: number): ResolvedNest => {
  const { problem, architecture, mapping } = randomNest(seed);
  return resolveNest(problem, architecture, mapping);
};

/** Machines whose rules differ in one point, as a wrong count would. */
const wrongRules: Readonly<Record<string, (architecture: NestArchitecture) => NestArchitecture>> = {
  halo: (machine) => withAccounting(machine, { halo: machine.accounting.halo === "reuse" ? "refetch" : "reuse" }),
  drains: (machine) => withAccounting(machine, { drainReads: !machine.accounting.drainReads }),
  multicast: (machine) =>
    withSpatial(machine, ({ multicast }) => ({ multicast: multicast.length > 0 ? [] : ["input", "weight"] })),
  reduction: (machine) => withSpatial(machine, ({ reducesOutputs }) => ({ reducesOutputs: !reducesOutputs })),
};

function withAccounting(machine: NestArchitecture, changed: Partial<NestArchitecture["accounting"]>): NestArchitecture {
  return { ...machine, accounting: { ...machine.accounting, ...changed } };
}

function withSpatial(
  machine: NestArchitecture,
  change: (level: NestSpatial) => Partial<NestSpatial>,
): NestArchitecture {
  return { ...machine, spatial: machine.spatial.map((level) => ({ ...level, ...change(level) })) };
}

test.each(Object.entries(wrongRules))("a count with a wrong rule of %s is found", (_, change) => {
  const found = Array.from({ length: 300 }, (__, seed) => nestOf(seed)).filter((nest) => {
    const wrong = {
      ...nest,
      architecture: change(nest.architecture),
      loops: nest.loops.map((loop) => wrongLoop(loop, change)),
    };
    return JSON.stringify(countNest(wrong)) !== JSON.stringify(simulateNest(nest));
  });
  expect(found.length).toBeGreaterThan(5);
});

/** A loop holds its spatial level: that must have the wrong rule too. */
function wrongLoop(loop: ResolvedLoop, change: (architecture: NestArchitecture) => NestArchitecture): ResolvedLoop {
  if (loop.spatial === undefined) return loop;
  const { architecture } = randomNest(0);
  const [spatial = loop.spatial] = change({ ...architecture, spatial: [loop.spatial] }).spatial;
  return { ...loop, spatial };
}

test("counts of random nests are those of the simulator", () => {
  for (let seed = 0; seed < 1000; seed++) {
    const { problem, architecture, mapping } = randomNest(seed);
    const nest = nestOf(seed);
    const what = `seed ${seed} ${JSON.stringify({ problem, nest: mapping.nest, spatial: architecture.spatial, accounting: architecture.accounting })}`;
    expect(countNest(nest), what).toEqual(simulateNest(nest));
  }
});
