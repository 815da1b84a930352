/** Places element-wise work, reductions, normalisations and copies: they stream, so one mapping is the best of its space. */
import type { Architecture } from "../architecture.ts";
import { gmCapacityBytes } from "../architecture.ts";
import type { Mapping } from "../../ir/decisions.ts";
import type { MappingCost } from "./cost.ts";
import type { VectorProblem } from "./problem.ts";

export interface SolvedVector {
  readonly mapping: Omit<Mapping, "region">;
  readonly cost: MappingCost;
}

/**
 * Rows are spread over all PEs; each PE streams its rows through L1. A row that does not stay in L1 is read again from
 * global memory, one that does not stay there either from DRAM, once for every sweep.
 */
export function placeVector(problem: VectorProblem, architecture: Architecture): SolvedVector {
  const { operandBytes, peRows, peColumns } = architecture;
  const rowElements = Math.ceil(problem.inputElements / problem.rows);
  const strip = stripElements(problem, architecture, rowElements);
  const pes = peRows * peColumns;
  const share = Math.ceil(problem.rows / pes) * (problem.points / problem.rows);
  const vector = Math.ceil(share / architecture.lanesPerPe) * problem.opsPerPoint;
  const inputBytes = problem.inputElements * operandBytes;
  const outputBytes = problem.outputElements * operandBytes;
  const rowBytes = rowElements * operandBytes;
  const staysInL1 = rowBytes <= l1InputBytes(architecture);
  const staysInGm = staysInL1 || 2 * rowBytes <= gmCapacityBytes(architecture);
  const l1Sweeps = staysInL1 ? 1 : problem.sweeps;
  const dramSweeps = staysInGm ? 1 : problem.sweeps;
  const hasGm = gmCapacityBytes(architecture) > 0;
  const gmBytes = hasGm ? inputBytes * l1Sweeps + outputBytes : 0;
  const first = Math.min(strip * pes, problem.inputElements) * operandBytes;
  const last = Math.min(strip * pes, problem.outputElements) * operandBytes;
  return {
    mapping: vectorMapping(problem, architecture, strip),
    cost: {
      busyCycles: {
        vector,
        "input-bus": (inputBytes * l1Sweeps) / (peRows * architecture.inputBusBytesPerCycle),
        "output-bus": outputBytes / (peColumns * architecture.outputBusBytesPerCycle),
      },
      dramBytes: { input: inputBytes * dramSweeps, weight: 0, output: outputBytes, partialSums: 0, extra: 0 },
      gmBytes,
      stagingBytes: hasGm ? { input: 2 * first, weight: 0, output: 2 * last } : { input: 0, weight: 0, output: 0 },
      fillCycles: Math.ceil(
        first / (peRows * architecture.inputBusBytesPerCycle) +
          last / (peColumns * architecture.outputBusBytesPerCycle),
      ),
      fillDramBytes: first + last,
      events: {
        macs: 0,
        vectorOps: problem.points * problem.opsPerPoint,
        arrayEdgeBytes: 0,
        l1Bytes: 2 * (inputBytes * l1Sweeps + outputBytes),
        l2Bytes: 0,
        busBytes: inputBytes * l1Sweeps + outputBytes,
      },
    },
  };
}

function l1InputBytes(architecture: Architecture): number {
  const capacity = architecture.levels.at(-1)?.capacity;
  if (capacity === undefined) return 0;
  return capacity.kind === "pool" ? Math.floor(capacity.bytes / 2) : capacity.input;
}

/** Elements that one PE holds at a time: half of its input buffer, so that the next strip comes while this one is used. */
function stripElements(problem: VectorProblem, architecture: Architecture, rowElements: number): number {
  const half = Math.max(1, Math.floor(l1InputBytes(architecture) / 2 / architecture.operandBytes));
  const rows = Math.max(1, Math.floor(half / rowElements));
  return Math.min(half, rows * rowElements, problem.inputElements);
}

function vectorMapping(problem: VectorProblem, architecture: Architecture, strip: number): Omit<Mapping, "region"> {
  const inner = Math.max(1, Math.round(problem.points / problem.rows));
  const rows = Math.max(1, Math.min(problem.rows, Math.floor((strip * problem.rows) / problem.inputElements)));
  const used = {
    rows: Math.min(architecture.peRows, problem.rows),
    left: Math.ceil(problem.rows / architecture.peRows),
  };
  const columns = Math.min(architecture.peColumns, used.left);
  const tile = { row: rows, element: inner };
  return {
    dataflow: problem.isCopy ? "copy" : "vector",
    extents: { row: problem.rows, element: inner },
    spatial: {
      peRows: used.rows > 1 ? { row: used.rows } : {},
      peColumns: columns > 1 ? { row: columns } : {},
    },
    groupsPerPass: 1,
    levels: architecture.levels.map(({ level, isPerPe }) => ({
      level,
      tile: isPerPe ? tile : { row: Math.min(problem.rows, rows * used.rows * columns), element: inner },
      order: ["row"],
    })),
  };
}
