/** What `fastc map` prints: the loop nest with its tiles, accesses, energy, cycles and the certificate. */
import type { NestCertificate } from "../backend/nest/mapper/map-nest.ts";
import { mapNest } from "../backend/nest/mapper/map-nest.ts";
import type { NestObjective } from "../backend/nest/mapper/partial-cost.ts";
import type { TileSpace } from "../backend/nest/mapper/tile-choices.ts";
import { nestArchitectureSchema } from "../backend/nest/nest-architecture.ts";
import type { NestCost } from "../backend/nest/nest-cost.ts";
import { costOfNest } from "../backend/nest/nest-cost.ts";
import type { StoreCounts } from "../backend/nest/nest-counts.ts";
import { countNest } from "../backend/nest/nest-counts.ts";
import type { NestMapping } from "../backend/nest/nest-mapping.ts";
import { nestMappingSchema } from "../backend/nest/nest-mapping.ts";
import type { NestProblem } from "../backend/nest/nest-problem.ts";
import { nestProblem, nestProblemSchema, problemMacs } from "../backend/nest/nest-problem.ts";
import { simulateNest, simulationSize } from "../backend/nest/nest-simulator.ts";
import type { ResolvedNest } from "../backend/nest/resolve-nest.ts";
import { resolveNest } from "../backend/nest/resolve-nest.ts";
import { fail } from "../support/diagnostics.ts";
import { placesIn, readJson } from "../support/read-json.ts";

interface TextFile {
  readonly fileName: string;
  readonly text: string;
}

/** What is asked. */
export interface NestMapRequest extends TileSpace {
  readonly problem: TextFile;
  readonly architecture: TextFile;
  /** Evaluated instead of a search. */
  readonly mapping?: TextFile;
  readonly objective: NestObjective;
  readonly nodes: number;
  readonly verify: boolean;
}

/** The answer. */
export interface NestMapReport {
  readonly problem: NestProblem;
  readonly architecture: string;
  readonly mapping: NestMapping;
  readonly cost: NestCost;
  /** MACs ÷ (busy array × cycles). */
  readonly utilization: number;
  readonly stores: readonly StoreCounts[];
  /** Of a search. */
  readonly certificate?: NestCertificate;
  /** Of `--verify`. */
  readonly simulation?: "agrees" | "differs";
}

/** Steps × instances that are simulated at most: a minute or so. */
const simulationLimit = 2e7;

/** Reads, searches or evaluates, and counts. */
export function nestMapReport(request: NestMapRequest): NestMapReport {
  const problem = nestProblem(readJson({ ...request.problem, schema: nestProblemSchema, code: "problem-invalid" }));
  const architecture = readJson({
    ...request.architecture,
    schema: nestArchitectureSchema,
    code: "architecture-invalid",
  });
  const given =
    request.mapping === undefined
      ? undefined
      : readJson({ ...request.mapping, schema: nestMappingSchema, code: "mapping-invalid" });
  const found = given === undefined ? mapNest(problem, architecture, request) : undefined;
  const mapping = given ?? found?.mapping ?? { schemaVersion: 1, nest: [] };
  const placeOf = request.mapping === undefined ? undefined : placesIn(request.mapping);
  const nest = resolveNest(problem, architecture, mapping, (index) => placeOf?.(`/nest/${index}`) ?? `nest[${index}]`);
  const counts = countNest(nest);
  const cost = costOfNest(nest, counts);
  const lanes = architecture.spatial.reduce(
    (product, { fanout }) => product * fanout,
    architecture.compute.macsPerCycle,
  );
  return {
    problem,
    architecture: architecture.name,
    mapping,
    cost,
    utilization: problemMacs(problem) / lanes / cost.cycles,
    stores: counts.stores,
    ...(found === undefined ? {} : { certificate: found.certificate }),
    ...(request.verify ? { simulation: simulated(nest, counts) } : {}),
  };
}

function simulated(nest: ResolvedNest, counts: ReturnType<typeof countNest>): "agrees" | "differs" {
  const size = simulationSize(nest, nest.problem.extents);
  if (size > simulationLimit) {
    return fail({
      code: "usage",
      message: `--verify would walk ${size} steps × instances, more than ${simulationLimit}`,
      help: ["verify a smaller problem with the same machine"],
    });
  }
  return JSON.stringify(simulateNest(nest)) === JSON.stringify(counts) ? "agrees" : "differs";
}

/** The report as text. */
export function nestMapText({
  problem,
  architecture,
  mapping,
  cost,
  utilization,
  stores,
  certificate,
  simulation,
}: NestMapReport): string {
  const lines = [`${problem.name} on ${architecture}`, ""];
  let depth = 0;
  for (const item of mapping.nest) {
    const indent = "  ".repeat(depth + 1);
    if (item.kind === "store") {
      const words =
        stores.find(({ level, operand }) => level === item.level && operand === item.operand)?.tileWords ?? 0;
      lines.push(`${indent}${item.operand} in ${item.level}: ${count(words)} words`);
      continue;
    }
    lines.push(
      item.kind === "temporal"
        ? `${indent}for ${item.dim} by ${item.tile}`
        : `${indent}spatial ${item.dim} × ${item.factor} (${item.level})`,
    );
    depth++;
  }
  lines.push("", "words           reads         fills       updates");
  for (const { level, operand, reads, fills, updates } of stores) {
    lines.push(
      `  ${`${level} ${operand}`.padEnd(12)}${[reads, fills, updates].map((words) => count(words).padStart(14)).join("")}`,
    );
  }
  lines.push("", `energy ${(cost.energyPj / 1e6).toFixed(3)} µJ: ${parts(cost.energyPjByLevel, 1e6, "µJ")}`);
  lines.push(`cycles ${count(Math.ceil(cost.cycles))}: ${parts(cost.cyclesByLevel, 1, "")}`);
  lines.push(`utilization ${(utilization * 100).toFixed(1)} %`);
  if (certificate !== undefined) {
    const { objective, achieved, bound, gap, proof, nodes, space } = certificate;
    lines.push(
      "",
      `${objective} ${achieved.toPrecision(8)}, bound ${bound.toPrecision(8)}, gap ${(gap * 100).toFixed(2)} %`,
    );
    lines.push(`proof: ${proof}, ${count(nodes)} nodes`, `space: ${space}`);
  }
  if (simulation !== undefined) lines.push("", `simulation ${simulation}`);
  return `${lines.join("\n")}\n`;
}

const count = (value: number): string => value.toLocaleString("en-US");

const parts = (levels: Readonly<Record<string, number>>, unit: number, name: string): string =>
  Object.entries(levels)
    .map(
      ([level, value]) =>
        `${level} ${unit === 1 ? count(Math.ceil(value)) : (value / unit).toFixed(3)}${name === "" ? "" : ` ${name}`}`,
    )
    .join(", ");
