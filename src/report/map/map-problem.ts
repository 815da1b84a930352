/** Answers `fastc map`: reads its files, maps or costs, and says it as a result. */
import type { NestSearch } from "../../backend/nest/mapper/map-nest.ts";
import { mapNest } from "../../backend/nest/mapper/map-nest.ts";
import type { NestArchitecture } from "../../backend/nest/nest-architecture.ts";
import { nestArchitectureSchema } from "../../backend/nest/nest-architecture.ts";
import { checkedArchitecture } from "../../backend/nest/check-architecture.ts";
import { nestBounds } from "../../backend/nest/nest-bounds.ts";
import { costOfNest } from "../../backend/nest/nest-cost.ts";
import type { NestCounts } from "../../backend/nest/nest-counts.ts";
import { countNest } from "../../backend/nest/nest-counts.ts";
import type { NestMapping } from "../../backend/nest/nest-mapping.ts";
import { nestMappingSchema } from "../../backend/nest/nest-mapping.ts";
import type { NestProblem } from "../../backend/nest/nest-problem.ts";
import { nestProblem, nestProblemSchema, problemMacs } from "../../backend/nest/nest-problem.ts";
import type { ResolvedNest } from "../../backend/nest/resolve-nest.ts";
import { resolveNest, storeBytes } from "../../backend/nest/resolve-nest.ts";
import type { TemplateAnswer } from "../../backend/nest/template/template-answer.ts";
import { costOnTemplate, mapOnTemplate } from "../../backend/nest/template/template-answer.ts";
import { mappingSchema } from "../../backend/evaluation.ts";
import type { HardwareDesign } from "../../hardware/design.ts";
import { placesIn, readJson } from "../../support/read-json.ts";
import { Type } from "@sinclair/typebox";
import type { MapResult } from "./map-result.ts";

interface TextFile {
  readonly fileName: string;
  readonly text: string;
}

interface Question {
  readonly problem: TextFile;
  /** Evaluated instead of a search. */
  readonly mapping?: TextFile;
}

/** A problem on a freely described machine. */
export interface ArchitectureQuestion extends Question, NestSearch {
  readonly architecture: TextFile;
}

/** A problem on one core of a design. */
export interface DesignQuestion extends Question {
  readonly design: HardwareDesign;
  readonly objective: NestSearch["objective"];
  readonly nodes: number;
}

const readProblem = (file: TextFile): NestProblem =>
  nestProblem(readJson({ ...file, schema: nestProblemSchema, code: "problem-invalid" }));

/** Maps or costs on a freely described machine. */
export function mapOnArchitecture(question: ArchitectureQuestion): MapResult {
  const problem = readProblem(question.problem);
  const file = question.architecture;
  const content = readJson({ ...file, schema: nestArchitectureSchema, code: "architecture-invalid" });
  const architecture = checkedArchitecture(content, placesIn(file));
  const { objective, factors, tiles } = question;
  const asked = { objective, space: { factors, tiles } };
  if (question.mapping === undefined) {
    const { mapping, certificate } = mapNest(problem, architecture, question);
    const nest = resolveNest(problem, architecture, mapping);
    return { ...architectureResult(nest, { mapping, counts: countNest(nest), asked }), certificate };
  }
  const mapping = readJson({ ...question.mapping, schema: nestMappingSchema, code: "mapping-invalid" });
  const placeOf = placesIn(question.mapping);
  const nest = resolveNest(problem, architecture, mapping, (index) => placeOf(`/nest/${index}`));
  return architectureResult(nest, { mapping, counts: countNest(nest), asked });
}

/** What is the same in the question and in the result. */
type Asked = Pick<Extract<MapResult, { kind: "architecture" }>, "objective" | "space">;

/** The result of a counted nest, without a certificate. */
export function architectureResult(
  nest: ResolvedNest,
  { mapping, counts, asked }: { readonly mapping: NestMapping; readonly counts: NestCounts; readonly asked: Asked },
): Extract<MapResult, { kind: "architecture" }> {
  const { problem, architecture } = nest;
  const cost = costOfNest(nest, counts);
  const stores = counts.stores.map((counted) => {
    const place = nest.stores[counted.operand].find(({ memory }) => memory.name === counted.level);
    return { ...counted, tileBytes: place === undefined ? 0 : storeBytes(nest, counted.operand, place) };
  });
  return {
    schemaVersion: 1,
    kind: "architecture",
    problem: problemFile(problem),
    architecture,
    ...asked,
    mapping,
    cost,
    utilization: problemMacs(problem) / lanesOf(architecture) / cost.cycles,
    stores,
    bounds: nestBounds(problem, architecture),
  };
}

const lanesOf = ({ spatial, compute }: NestArchitecture): number =>
  spatial.reduce((product, { fanout }) => product * fanout, compute.macsPerCycle);

const problemFile = ({ name, extents, strides, dilations }: NestProblem): MapResult["problem"] => ({
  schemaVersion: 1,
  name,
  extents,
  strides,
  dilations,
});

const templateMapping = Type.Omit(mappingSchema, ["region"]);

/** Maps or costs on one core of a design. */
export function mapOnDesign(question: DesignQuestion): MapResult {
  const { design, objective, nodes } = question;
  const problem = readProblem(question.problem);
  if (question.mapping === undefined)
    return designResult(problem, { design, objective }, mapOnTemplate(problem, design, { objective, nodes }));
  const mapping = readJson({ ...question.mapping, schema: templateMapping, code: "mapping-invalid" });
  return designResult(problem, { design, objective }, costOnTemplate(problem, design, mapping));
}

/** The result of an answer on a design. */
export function designResult(
  problem: NestProblem,
  { design, objective }: Pick<DesignQuestion, "design" | "objective">,
  { mapping, cost, utilization, stores, bounds, certificate }: TemplateAnswer,
): Extract<MapResult, { kind: "design" }> {
  return {
    schemaVersion: 1,
    kind: "design",
    problem: problemFile(problem),
    design,
    objective,
    mapping,
    cost,
    utilization,
    stores,
    bounds,
    ...(certificate === undefined ? {} : { certificate }),
  };
}
