/** `SUITE.json` of `fastc bench`: every model on every design with every set of options. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { compilerNames, depthwiseModes, fusionModes, placementModes } from "../../backend/options.ts";
import { readJson } from "../../support/read-json.ts";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const words = <const W extends readonly string[]>(all: W) => Type.Unsafe<W[number]>({ type: "string", enum: [...all] });

const model = record(
  {
    path: Type.String({ minLength: 1, description: "ONNX file, relative to the suite file" }),
    batch: Type.Optional(Type.Integer({ minimum: 1, description: "default: the design's nativeBatch" })),
    dims: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { description: "symbolic dimensions" }),
    ),
  },
  "a model",
);

const options = record(
  {
    compiler: Type.Optional(words(compilerNames)),
    fusion: Type.Optional(words(fusionModes)),
    placement: Type.Optional(words(placementModes)),
    depthwise: Type.Optional(words(depthwiseModes)),
  },
  "compiler options, as those of `fastc compile`",
);

/** JSON schema of a bench suite, version 1; printed to `docs/schemas/bench-suite.schema.json`. */
export const benchSuiteSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    models: Type.Array(model, { minItems: 1 }),
    designs: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: "design.json files relative to the suite file, or names of designs that come with fastc",
    }),
    options: Type.Array(options, { minItems: 1 }),
  },
  { additionalProperties: false, title: "fastc bench suite" },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type BenchSuite = DeepReadonly<Static<typeof benchSuiteSchema>>;
export type SuiteModel = BenchSuite["models"][number];
export type SuiteOptions = BenchSuite["options"][number];

/** Reads a suite file. */
export function parseBenchSuite(text: string, fileName: string): BenchSuite {
  return readJson({ text, fileName, schema: benchSuiteSchema, code: "bench-suite-invalid" });
}
