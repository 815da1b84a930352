/** The result of `fastc bench`: one row per compiled schedule, as saved with `--save` and read back with `--compare`. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import type { Totals } from "../../backend/evaluation.ts";
import { readJson } from "../../support/read-json.ts";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const number = (description: string) => Type.Number({ minimum: 0, description });

const row = record(
  {
    name: Type.String({
      description: "how the row is called in tables: the schedule file, or model, design and options",
    }),
    model: Type.String(),
    design: Type.String(),
    options: Type.String({ description: "compiler options" }),
    batch: Type.Integer({ minimum: 1, description: "samples per run and core" }),
    compileSeconds: Type.Optional(
      record(
        { median: number("s"), min: number("s"), max: number("s"), repeats: Type.Integer({ minimum: 1 }) },
        "wall-clock time from ONNX bytes to schedule, in this process",
      ),
    ),
    isReproduced: Type.Optional(
      Type.Boolean({ description: "a schedule file was compiled again: whether the same schedule came out" }),
    ),
    cycles: number("steady cycles of one core for its batch, by the cost model"),
    simulatedCycles: Type.Optional(number("the same by the simulator")),
    latencySeconds: number("s, steady, one batch"),
    throughputPerSecond: number("samples per second of the chip, steady"),
    dramBytes: number("bytes to and from DRAM, steady, all cores"),
    energyJoules: number("J, steady, all cores"),
    utilization: number("share of the chip's peak, steady"),
    gap: number("cycles ÷ lower bound − 1, steady"),
  },
  "one compiled schedule",
);

/** JSON schema of a saved bench run, version 1; printed to `docs/schemas/bench-run.schema.json`. */
export const benchRunSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    fastcVersion: Type.String(),
    rows: Type.Array(row),
  },
  { additionalProperties: false, title: "fastc bench run" },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type BenchRun = DeepReadonly<Static<typeof benchRunSchema>>;
export type BenchRow = BenchRun["rows"][number];
export type CompileTime = NonNullable<BenchRow["compileSeconds"]>;

/** What identifies a row: model, design, options and batch. */
export function benchKey({ model, design, options, batch }: BenchRow): string {
  return `${model} on ${design}, batch ${batch}, ${options}`;
}

/** The figures of a row that come from an evaluation's steady totals. */
export function figuresOf(totals: Totals) {
  const { cycles, latencySeconds, throughputPerSecond, dramBytes, energyJoules, utilization, gap } = totals;
  return { cycles, latencySeconds, throughputPerSecond, dramBytes, energyJoules, utilization, gap };
}

/** Median and spread of times. Unit: s. */
export function compileTimeOf(seconds: readonly number[]): CompileTime {
  const sorted = seconds.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
  return { median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, repeats: sorted.length };
}

/** Reads a saved run. */
export function parseBenchRun(text: string, fileName: string): BenchRun {
  return readJson({ text, fileName, schema: benchRunSchema, code: "bench-run-invalid" });
}
