/** `schedule.json`: everything that was decided about a model on a design, with what it costs; versioned. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { Ajv } from "ajv";
import type { HardwareDesign } from "../../hardware/design.ts";
import { designSchema } from "../../hardware/design.ts";
import type { Decisions } from "../../ir/decisions.ts";
import { fail } from "../../support/diagnostics.ts";
import { canonicalJson, sha256Hex } from "../../support/stable-json.ts";
import type { Evaluation } from "../evaluation.ts";
import { evaluationSchema, mappingSchema } from "../evaluation.ts";
import type { CompileOptions } from "../options.ts";
import { depthwiseModes, fusionModes, placementModes } from "../options.ts";
import type { Workload } from "../workload.ts";
import type { Program } from "./program.ts";
import { programSchema } from "./program.ts";
import { scheduleFields } from "./schedule-text.ts";
import { inSchemaOrder } from "./schema-order.ts";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const words = <const W extends readonly string[]>(all: W) => Type.Unsafe<W[number]>({ type: "string", enum: [...all] });
const count = Type.Integer({ minimum: 0 });
const valueId = record({ operation: count, index: count }, "result of an operation, or argument of the function");

const decisionsSchema = record(
  {
    moduleSha256: Type.String({ description: "of the frozen module's text" }),
    partition: record(
      {
        regions: Type.Array(
          record(
            {
              id: count,
              anchor: count,
              operations: Type.Array(count),
              engine: words(["systolic-array", "vector-unit", "dma"]),
            },
            "operations that run as one; ids index a pre-order walk of the frozen module",
          ),
        ),
      },
      "regions in order",
    ),
    mappings: Type.Array(mappingSchema),
    paddings: Type.Array(
      record({ region: count, loops: Type.Record(Type.String(), count) }, "zeros that fill the array"),
    ),
    residency: record(
      {
        capacityBytes: count,
        tensors: Type.Array(
          record(
            {
              value: valueId,
              sizeBytes: count,
              offsetBytes: count,
              firstRegion: count,
              lastRegion: count,
              isPinned: Type.Boolean(),
            },
            "a tensor in global memory",
          ),
        ),
      },
      "what stays in global memory",
    ),
  },
  "what was decided",
);

/** JSON schema of `schedule.json`, version 1; printed to `docs/schemas/schedule.schema.json`. */
export const scheduleSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    model: record(
      {
        name: Type.String(),
        sha256: Type.String({ description: "of the ONNX file" }),
        batch: Type.Integer({ minimum: 1 }),
        file: Type.Optional(Type.String({ description: "as it was given" })),
        dims: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 1 }))),
      },
      "the model",
    ),
    design: record(
      { sha256: Type.String({ description: "of the canonical JSON of `content`" }), content: designSchema },
      "the hardware design",
    ),
    options: record(
      { fusion: words(fusionModes), placement: words(placementModes), depthwise: words(depthwiseModes) },
      "what the back end was allowed",
    ),
    decisions: decisionsSchema,
    program: programSchema,
    evaluation: evaluationSchema,
  },
  { additionalProperties: false, title: "fastc schedule", description: "a compiled model: decisions and their cost" },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export interface ScheduleFile extends Omit<DeepReadonly<Static<typeof scheduleSchema>>, "program"> {
  readonly program: Program;
}

export interface ScheduleParts {
  readonly workload: Workload;
  readonly design: HardwareDesign;
  readonly compile: CompileOptions;
  readonly decisions: Decisions;
  readonly program: Program;
  readonly evaluation: Evaluation;
  /** The model file as it was given, and its bound dimensions, so that the schedule can be made again. */
  readonly source?: { readonly file: string; readonly dims?: Readonly<Record<string, number>> };
}

/** The schedule file of a compiled model. */
export function buildSchedule({
  workload,
  design,
  compile,
  decisions,
  program,
  evaluation,
  source,
}: ScheduleParts): ScheduleFile {
  const { name, sha256, batch } = workload.info;
  return {
    schemaVersion: 1,
    model: {
      name,
      sha256,
      batch,
      ...(source === undefined ? {} : { file: source.file }),
      ...(source?.dims === undefined || Object.keys(source.dims).length === 0 ? {} : { dims: source.dims }),
    },
    design: { sha256: sha256Hex(canonicalJson(design)), content: design },
    options: { fusion: compile.fusion, placement: compile.placement, depthwise: compile.depthwise },
    decisions,
    program,
    evaluation,
  };
}

/** The text of `schedule.json`: fields in the order of the schema, so that equal schedules have equal bytes. */
export function scheduleJson(schedule: ScheduleFile): string {
  return `${JSON.stringify(inSchemaOrder(scheduleSchema, schedule), undefined, 2)}\n`;
}

/**
 * Reads a schedule, as JSON or as text in the `sched` dialect.
 *
 * @throws DiagnosticError `schedule-invalid` with the JSON path when it is not one, or is of a newer version; `ir-syntax` and
 *   `ir-invalid` with places in the text
 */
export async function readSchedule(text: string, fileName: string): Promise<ScheduleFile> {
  return /^\s*\{/.test(text)
    ? parseSchedule(text, fileName)
    : checkSchedule(await scheduleFields(text, fileName), fileName);
}

/**
 * Reads `schedule.json`.
 *
 * @throws DiagnosticError `schedule-invalid` with the JSON path when it is not one, or is of a newer version
 */
export function parseSchedule(text: string, fileName: string): ScheduleFile {
  return checkSchedule(parseJson(text, fileName), fileName);
}

function checkSchedule(value: unknown, fileName: string): ScheduleFile {
  const version =
    typeof value === "object" && value !== null && "schemaVersion" in value ? value.schemaVersion : undefined;
  if (typeof version === "number" && version > 1) {
    fail({
      code: "schedule-invalid",
      message: `schema version ${version} is newer than this fastc knows (1)`,
      at: [`${fileName} /schemaVersion`],
      help: ["use the fastc that wrote it, or a newer one"],
    });
  }
  const validate = new Ajv({ allErrors: false, strict: false }).compile<ScheduleFile>(scheduleSchema);
  if (!validate(value)) {
    const [first] = validate.errors ?? [];
    fail({
      code: "schedule-invalid",
      message: `not a schedule: ${first?.message ?? "unknown problem"}`,
      at: [`${fileName} ${first?.instancePath === "" || first === undefined ? "/" : first.instancePath}`],
      help: ["write it again with fastc compile -o DIR"],
    });
  }
  if (sha256Hex(canonicalJson(value.design.content)) !== value.design.sha256) {
    fail({
      code: "schedule-invalid",
      message: "the design was changed after the schedule was made: its hash does not match",
      at: [`${fileName} /design/sha256`],
      help: ["compile the model again for the changed design"],
    });
  }
  return value;
}

/**
 * Reads decisions by themselves, as `decisions` of a schedule file has them.
 *
 * @throws DiagnosticError `schedule-invalid`
 */
export function parseDecisions(text: string, origin: string): Decisions {
  const value = parseJson(text, origin);
  const validate = new Ajv({ allErrors: false, strict: false }).compile<Decisions>(decisionsSchema);
  if (validate(value)) return value;
  const [first] = validate.errors ?? [];
  return fail({
    code: "schedule-invalid",
    message: `not the decisions of a schedule: ${first?.message ?? "unknown problem"}`,
    at: [`${origin} ${first?.instancePath === "" || first === undefined ? "/" : first.instancePath}`],
  });
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail({ code: "schedule-invalid", message: `not JSON: ${reason}`, at: [fileName] });
  }
}
