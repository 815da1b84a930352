/** What a study file holds: one JSON line for the set-up, then one per trial. Pure; `node/` writes it. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import type { Proposal } from "./optimizer.ts";
import type { Space } from "./space.ts";
import { parametersAt } from "./space.ts";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const number = (description: string) => Type.Number({ minimum: 0, description });
const limit = (description: string) => Type.Optional(Type.Number({ exclusiveMinimum: 0, description }));

const header = record(
  {
    record: Type.Literal("study"),
    schemaVersion: Type.Literal(1),
    fastcVersion: Type.String(),
    space: record({ name: Type.String(), sha256: Type.String() }, "the space that is searched"),
    models: Type.Array(
      record({ name: Type.String(), sha256: Type.String() }, "a workload, by the hash of its ONNX file"),
      {
        minItems: 1,
      },
    ),
    dims: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description: "symbolic dimensions that were bound",
    }),
    optimizer: Type.String(),
    seed: Type.Integer({ minimum: 0 }),
    compile: Type.Record(Type.String(), Type.String(), { description: "compiler options of the trials" }),
    limits: record(
      { areaMm2: limit("mm²"), tdpWatts: limit("W"), latencySeconds: limit("s, of one batch") },
      "designs beyond these are infeasible",
    ),
    objective: record(
      {
        name: Type.Literal("perf/tdp"),
        baseline: Type.String({ description: "design that the ratios are taken to" }),
        compile: Type.Record(Type.String(), Type.String(), { description: "compiler options of the baseline" }),
        perfPerTdp: Type.Array(number("baseline samples per second and watt"), { description: "one per model" }),
      },
      "geometric mean over the models of Perf/TDP relative to the baseline",
    ),
  },
  "the first line: everything that the trials depend on",
);

const trialBase = {
  record: Type.Literal("trial"),
  trial: Type.Integer({ minimum: 0 }),
  parameters: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
    description: "the design, by parameter of the space",
  }),
};

const feasible = record(
  {
    ...trialBase,
    status: Type.Literal("feasible"),
    objective: Type.Number({ exclusiveMinimum: 0 }),
    areaMm2: number("mm²"),
    tdpWatts: number("W"),
    workloads: Type.Array(
      record(
        {
          model: Type.String(),
          perfPerTdp: number("samples per second and watt"),
          ratio: number("perfPerTdp over the baseline's"),
          latencySeconds: number("s, of one batch"),
        },
        "one workload",
      ),
    ),
  },
  "a design that was evaluated",
);

const infeasible = record(
  {
    ...trialBase,
    status: Type.Literal("infeasible"),
    reason: Type.Unsafe<"area" | "tdp" | "latency" | "no-mapping" | "invalid">({
      type: "string",
      enum: ["area", "tdp", "latency", "no-mapping", "invalid"],
    }),
    value: Type.Number({ description: "in the unit of the reason: mm², W, s, bytes" }),
    limit: Type.Number({ description: "what `value` must not exceed" }),
    region: Type.Optional(Type.String({ description: "the region that has no mapping" })),
    level: Type.Optional(Type.String({ description: "the memory level that is too small for it" })),
  },
  "a design that is outside the limits or that cannot run a model",
);

/** JSON schema of one line of `study.jsonl`; printed to `docs/schemas/study-record.schema.json`. */
export const studyRecordSchema = Type.Union([header, feasible, infeasible], {
  title: "fastc study record",
  description: "one line of study.jsonl: the header first, then trials in order",
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type StudyHeader = DeepReadonly<Static<typeof header>>;
export type FeasibleTrial = DeepReadonly<Static<typeof feasible>>;
export type InfeasibleTrial = DeepReadonly<Static<typeof infeasible>>;
export type TrialRecord = FeasibleTrial | InfeasibleTrial;

type ResultOf<T> = T extends TrialRecord ? Omit<T, keyof typeof trialBase> : never;
/** What a trial found, without what was tried. */
export type TrialResult = ResultOf<TrialRecord>;

/** The record of a trial. */
export function trialRecord(space: Space, { trial, point }: Proposal, result: TrialResult): TrialRecord {
  return { record: "trial", trial, parameters: parametersAt(space, point), ...result };
}

/** One line of a study file, with its line break. No clock and no rates: the same study gives the same bytes. */
export function studyLine(line: StudyHeader | TrialRecord): string {
  return `${JSON.stringify(line)}\n`;
}

/** The better of two records by objective; the earlier one when equal. */
export function betterTrial(best: FeasibleTrial | undefined, next: TrialRecord): FeasibleTrial | undefined {
  if (next.status === "infeasible") return best;
  return best === undefined || next.objective > best.objective ? next : best;
}
