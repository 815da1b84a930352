/** What no mapping of a problem goes below on a machine, memory by memory: compulsory traffic and the MACs. */
import type { NestArchitecture, NestMemory, NestSpatial } from "./nest-architecture.ts";
import { memoryAbove } from "./nest-architecture.ts";
import type { NestOperand, NestProblem } from "./nest-problem.ts";
import { isRelevant, nestOperands, problemMacs, tileWords } from "./nest-problem.ts";

/** Lower bounds: of the whole, and of each level by itself. */
export interface LeastCost {
  readonly energyPj: number;
  readonly cycles: number;
  readonly edp: number;
  readonly energyPjByLevel: Readonly<Record<string, number>>;
  readonly cyclesByLevel: Readonly<Record<string, number>>;
}

/** Adds up levels: their energies are spent together, their cycles overlap. */
export function leastOf(
  energyPjByLevel: Readonly<Record<string, number>>,
  cyclesByLevel: Readonly<Record<string, number>>,
): LeastCost {
  const energyPj = Object.values(energyPjByLevel).reduce((sum, part) => sum + part, 0);
  const cycles = Math.max(...Object.values(cyclesByLevel));
  return { energyPj, cycles, edp: energyPj * cycles, energyPjByLevel, cyclesByLevel };
}

/** The bounds of a problem on a machine. */
export function nestBounds(problem: NestProblem, architecture: NestArchitecture): LeastCost {
  const macs = problemMacs(problem);
  const { memories, compute, spatial } = architecture;
  const levels = memories.map((memory, index) => {
    const { reads, writes } = leastTraffic(problem, architecture, index);
    const energyPj = reads * memory.readPjPerWord + writes * memory.writePjPerWord;
    return {
      name: memory.name,
      energyPj,
      cycles: cyclesOf(memory, { reads, writes }, instancesAbove(architecture, index)),
    };
  });
  const lanes = spatial.reduce((product, level) => product * usable(problem, level), 1);
  return leastOf(
    { ...Object.fromEntries(levels.map(({ name, energyPj }) => [name, energyPj])), compute: macs * compute.energyPj },
    {
      ...Object.fromEntries(levels.map(({ name, cycles }) => [name, cycles])),
      compute: macs / lanes / compute.macsPerCycle,
    },
  );
}

interface Traffic {
  readonly reads: number;
  readonly writes: number;
}

/** Instances that a loop may be dealt to: no more than the level has, nor than its loops have steps. */
function usable({ extents }: NestProblem, { dims, fanout }: NestSpatial): number {
  return Math.min(
    fanout,
    dims.reduce((product, dim) => product * extents[dim], 1),
  );
}

/** Instances of a memory: those of the spatial levels above it. */
function instancesAbove(architecture: NestArchitecture, index: number): number {
  return architecture.spatial.reduce(
    (product, level) => (memoryAbove(architecture, level) < index ? product * level.fanout : product),
    1,
  );
}

/** An operand that a memory must keep passes it once; the last memory that must keep it serves the MACs, or what is below. */
function leastTraffic(problem: NestProblem, architecture: NestArchitecture, index: number): Traffic {
  const { memories, accounting } = architecture;
  const memory = memories[index];
  if (memory === undefined) return { reads: 0, writes: 0 };
  let [reads, writes] = [0, 0];
  for (const operand of nestOperands.filter((word) => mustKeep(memory, index, word))) {
    const least = compulsoryWords(problem, operand);
    const isLast = !memories.slice(index + 1).some(({ keeps }) => keeps.includes(operand));
    const served = isLast ? Math.max(least, problemMacs(problem) / sharing(problem, architecture, operand)) : least;
    if (operand === "output") {
      writes += served;
      reads += served - least + (index > 0 && accounting.drainReads ? least : 0);
    } else {
      reads += served;
      if (index > 0) writes += least;
    }
  }
  return { reads, writes };
}

const mustKeep = ({ keeps, mayBypass = [] }: NestMemory, index: number, operand: NestOperand): boolean =>
  index === 0 || (keeps.includes(operand) && !mayBypass.includes(operand));

/** MACs that one access can serve at most: instances that want the same word, or add to the same sum. */
function sharing(problem: NestProblem, { spatial }: NestArchitecture, operand: NestOperand): number {
  return spatial.reduce((product, level) => {
    const isShared = operand === "output" ? level.reducesOutputs : level.multicast.includes(operand);
    const dims = level.dims.filter((dim) => !isRelevant(operand, dim));
    return isShared ? product * usable(problem, { ...level, dims }) : product;
  }, 1);
}

function cyclesOf({ wordsPerCycle: port }: NestMemory, { reads, writes }: Traffic, instances: number): number {
  if (port === "unlimited") return 0;
  const busy = "shared" in port ? (reads + writes) / port.shared : Math.max(reads / port.read, writes / port.write);
  return busy / instances;
}

/** Words of an operand that are needed at all: rows and columns that a stride skips are not. */
export function compulsoryWords(problem: NestProblem, operand: NestOperand): number {
  if (operand !== "input") return tileWords(problem, operand, problem.extents);
  const { g, b, c } = problem.extents;
  return g * b * c * touchedLength(problem, 0) * touchedLength(problem, 1);
}

/** Rows or columns of the input that are needed at all. */
export function touchedLength({ extents, strides, dilations }: NestProblem, axis: 0 | 1): number {
  const [outputs, kernel] = axis === 0 ? [extents.p, extents.r] : [extents.q, extents.s];
  const found = new Set<number>();
  for (let output = 0; output < outputs; output++) {
    for (let at = 0; at < kernel; at++) found.add(output * strides[axis] + at * dilations[axis]);
  }
  return found.size;
}
