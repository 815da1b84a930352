/** Re-checks a saved result of `fastc map`: counts, cost and bounds again, the counts by walking the nest where that is possible. */
import { checkedArchitecture } from "../../backend/nest/check-architecture.ts";
import { isReached, nestBound } from "../../backend/nest/mapper/map-nest.ts";
import { countNest } from "../../backend/nest/nest-counts.ts";
import { nestProblem } from "../../backend/nest/nest-problem.ts";
import { simulateNest, simulationSize } from "../../backend/nest/nest-simulator.ts";
import { resolveNest } from "../../backend/nest/resolve-nest.ts";
import { costOnTemplate } from "../../backend/nest/template/template-answer.ts";
import { checkDesign } from "../../hardware/design-reader.ts";
import { placesIn, readJson } from "../../support/read-json.ts";
import { architectureResult, designResult } from "./map-problem.ts";
import type { MapResult } from "./map-result.ts";
import { mapResultSchema } from "./map-result.ts";

interface TextFile {
  readonly fileName: string;
  readonly text: string;
}

/** What was checked, and what differs. */
export interface MapCheck {
  /** How words were counted again. */
  readonly method: "simulation" | "closed form";
  readonly differences: readonly string[];
}

/** Steps × instances below which a nest is walked: seconds, half a minute at most. */
const simulationLimit = 1e7;

/** Checks a result in a file; throws a `DiagnosticError` where it is none, or its mapping does not fit its machine. */
export function verifyMap(file: TextFile): MapCheck {
  const saved: MapResult = readJson({ ...file, schema: mapResultSchema, code: "result-invalid" });
  const { method, again, bound } = recomputed(saved, file);
  const differences: string[] = [];
  for (const field of ["objective", "cost", "utilization", "stores", "bounds"] as const)
    differences.push(...differencesOf(field, saved[field], again[field]));
  const { certificate } = saved;
  if (certificate === undefined) return { method, differences };
  const achieved = { energy: again.cost.energyPj, latency: again.cost.cycles, edp: again.cost.edp }[
    certificate.objective
  ];
  const least = Math.min(achieved, bound);
  const worth = { objective: saved.objective, achieved, bound: least, gap: achieved / least - 1 };
  for (const field of ["objective", "achieved", "bound", "gap"] as const)
    differences.push(...differencesOf(`certificate.${field}`, certificate[field], worth[field]));
  if ((certificate.proof === "bound") !== isReached(achieved, bound))
    differences.push(
      `certificate.proof: ${certificate.proof}, but the bound is ${isReached(achieved, bound) ? "" : "not "}reached`,
    );
  return { method, differences };
}

/** The check as text. */
export function mapCheckText({ method, differences }: MapCheck): string {
  if (differences.length === 0) return `the result is right: counts (by ${method}), cost and bounds are the same\n`;
  return `the result differs from what is counted again (by ${method}):\n${differences.map((line) => `  ${line}\n`).join("")}`;
}

interface Again {
  readonly method: MapCheck["method"];
  readonly again: MapResult;
  /** Of the objective. */
  readonly bound: number;
}

function recomputed(saved: MapResult, file: TextFile): Again {
  const problem = nestProblem(saved.problem);
  const placeOf = placesIn(file);
  const { objective } = saved;
  if (saved.kind === "design") {
    const design = checkDesign(saved.design, `design in ${file.fileName}`);
    const again = designResult(problem, { design, objective }, costOnTemplate(problem, design, saved.mapping));
    const { energyPj, cycles, edp } = again.bounds;
    return { method: "closed form", again, bound: { energy: energyPj, latency: cycles, edp }[objective] };
  }
  const { space } = saved;
  const architecture = checkedArchitecture(saved.architecture, (pointer) => placeOf(`/architecture${pointer}`));
  const nest = resolveNest(problem, architecture, saved.mapping, (index) => placeOf(`/mapping/nest/${index}`));
  const isWalked = simulationSize(nest, problem.extents) < simulationLimit;
  const counts = isWalked ? simulateNest(nest) : countNest(nest);
  const again = architectureResult(nest, { mapping: saved.mapping, counts, asked: { objective, space } });
  const bound = saved.certificate === undefined ? 0 : nestBound(problem, architecture, { ...space, objective });
  return { method: isWalked ? "simulation" : "closed form", again, bound };
}

/** Every number or word of two values that is not the same, by its path. Sums in another order may differ in the last digits. */
function differencesOf(path: string, saved: unknown, again: unknown): readonly string[] {
  if (typeof saved === "number" && typeof again === "number") {
    const isSame = Math.abs(saved - again) <= 1e-9 * Math.max(Math.abs(saved), Math.abs(again));
    return isSame ? [] : [`${path}: ${saved} in the file, ${again} counted again`];
  }
  if (typeof saved === "object" && typeof again === "object" && saved !== null && again !== null) {
    const [own, others] = [new Map(Object.entries(saved)), new Map(Object.entries(again))];
    return [...new Set([...own.keys(), ...others.keys()])].flatMap((key) =>
      differencesOf(Array.isArray(saved) ? `${path}[${key}]` : `${path}.${key}`, own.get(key), others.get(key)),
    );
  }
  return saved === again ? [] : [`${path}: ${String(saved)} in the file, ${String(again)} counted again`];
}
