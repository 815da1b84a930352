/** The JSON schemas of everything that fastc reads and writes, as published in `docs/schemas/`. */
import type { TSchema } from "@sinclair/typebox";
import { evaluationSchema } from "../backend/evaluation.ts";
import { nestArchitectureSchema } from "../backend/nest/nest-architecture.ts";
import { nestMappingSchema } from "../backend/nest/nest-mapping.ts";
import { nestProblemSchema } from "../backend/nest/nest-problem.ts";
import { scheduleSchema } from "../backend/schedule/schedule-file.ts";
import { simulationSchema } from "../backend/simulate/simulation.ts";
import { designSchema } from "../hardware/design.ts";
import { spaceSchema } from "../search/space-schema.ts";
import { studyRecordSchema } from "../search/study.ts";
import { benchRunSchema } from "./bench/bench-run.ts";
import { benchSuiteSchema } from "./bench/bench-suite.ts";
import { datasheetComparisonSchema } from "./datasheet-comparison.ts";
import { datasheetSchema } from "./datasheet.ts";
import { inspectionSchema } from "./inspect-report.ts";
import { mapResultSchema } from "./map/map-result.ts";

const schemas: Readonly<Record<string, TSchema>> = {
  "bench-run": benchRunSchema,
  "bench-suite": benchSuiteSchema,
  datasheet: datasheetSchema,
  "datasheet-comparison": datasheetComparisonSchema,
  design: designSchema,
  evaluation: evaluationSchema,
  inspection: inspectionSchema,
  "nest-architecture": nestArchitectureSchema,
  "nest-mapping": nestMappingSchema,
  "nest-problem": nestProblemSchema,
  "nest-result": mapResultSchema,
  schedule: scheduleSchema,
  simulation: simulationSchema,
  space: spaceSchema,
  "study-record": studyRecordSchema,
};

/** File name below `docs/schemas/` → its whole text. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const content = { $schema: "http://json-schema.org/draft-07/schema#", ...schema };
      return [`${name}.schema.json`, `${JSON.stringify(content, undefined, 2)}\n`];
    }),
  );
}
