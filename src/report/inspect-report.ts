/** What `fastc inspect` tells of a model file. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { renderDiagnostic } from "../support/diagnostics.ts";
import type { TextStyle } from "./table.ts";
import { formatTable } from "./table.ts";
import { formatInteger, formatPercent, formatSi } from "./units.ts";

const closed = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });

const value = Type.Object(
  {
    name: Type.String(),
    type: Type.String({ description: "element type, or what the value is that is no tensor" }),
    shape: nullable(
      Type.Array(Type.Union([Type.Integer(), Type.String()])),
      "numbers, names of symbolic dimensions, ? for one without a name; null when not even the rank is known",
    ),
  },
  closed,
);

const diagnostic = Type.Object(
  {
    severity: Type.Union([Type.Literal("error"), Type.Literal("warning"), Type.Literal("note")]),
    code: Type.String(),
    message: Type.String(),
    at: Type.Optional(Type.Array(Type.String(), { description: "every place that has this problem" })),
    notes: Type.Optional(Type.Array(Type.String())),
    help: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);

const imported = Type.Object(
  {
    batch: Type.Integer(),
    hasSymbolicBatch: Type.Boolean(),
    macs: Type.Integer({ description: "multiply-accumulates of one run, before any pass" }),
    macsPerSample: Type.Number(),
    depthwiseMacs: Type.Integer(),
    activationBytes: Type.Integer({ description: "float tensors that the nodes make, 2 bytes a number, summed" }),
    largestActivationBytes: Type.Integer(),
    operations: Type.Integer({ description: "of the tensor IR, constants included" }),
  },
  closed,
);

/** JSON schema of what `fastc inspect --format json` prints, version 1. */
export const inspectionSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    model: Type.Object({ name: Type.String(), sha256: Type.String(), sizeBytes: Type.Integer() }, closed),
    irVersion: Type.Integer(),
    opsets: Type.Array(Type.Object({ domain: Type.String(), version: Type.Integer() }, closed)),
    producer: Type.Object({ name: Type.String(), version: Type.String() }, closed),
    graph: Type.String({ description: "name of the graph" }),
    documentation: Type.String(),
    metadata: Type.Record(Type.String(), Type.String()),
    inputs: Type.Array(value),
    outputs: Type.Array(value),
    dimensions: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: "as --dim takes it" }),
          inputs: Type.Array(Type.String()),
          value: nullable(Type.Integer(), "what it was bound to; null when it was not"),
        },
        closed,
      ),
    ),
    nodes: Type.Integer({ description: "of the graph, without those of subgraphs and functions" }),
    operators: Type.Array(Type.Object({ domain: Type.String(), name: Type.String(), count: Type.Integer() }, closed), {
      description: "of all nodes of the file, those of subgraphs and functions included",
    }),
    functions: Type.Array(Type.Object({ name: Type.String(), nodes: Type.Integer() }, closed)),
    weights: Type.Object(
      { tensors: Type.Integer(), elements: Type.Integer(), bytes: Type.Integer({ description: "as stored" }) },
      closed,
    ),
    weightTypes: Type.Record(Type.String(), Type.Integer(), { description: "bytes by element type" }),
    externalFiles: Type.Array(
      Type.Object(
        {
          location: Type.String(),
          tensors: Type.Integer(),
          bytes: Type.Integer({ description: "that the model reads from it" }),
          sizeBytes: nullable(Type.Integer(), "null when the file is not there"),
        },
        closed,
      ),
    ),
    imported: nullable(imported, "null when the model does not import: problems say why"),
    problems: Type.Array(diagnostic),
    warnings: Type.Array(diagnostic),
  },
  closed,
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type InspectionReport = DeepReadonly<Static<typeof inspectionSchema>>;

/** The inspection as text, with a final line break. */
export function inspectionText(report: InspectionReport, style: TextStyle): string {
  const sections = [
    [style.bold(report.model.name), formatTable(factsOf(report), ["left", "left"])],
    [style.bold("Inputs"), valuesTable(report.inputs)],
    [style.bold("Outputs"), valuesTable(report.outputs)],
    ...dimensionSection(report, style),
    [
      style.bold("Operators"),
      formatTable(
        report.operators.map(({ domain, name, count }) => [
          domain === "" ? name : `${domain}.${name}`,
          formatInteger(count),
        ]),
        ["left", "right"],
      ),
    ],
    ...functionSection(report, style),
    ...fileSection(report, style),
    ...problemSection(report, style),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function factsOf(report: InspectionReport): readonly (readonly string[])[] {
  const { model, producer, weights, imported: result } = report;
  const fact = (name: string, text: string): readonly (readonly string[])[] => (text === "" ? [] : [[name, text]]);
  const types = Object.entries(report.weightTypes).map(([name, bytes]) => `${name} ${formatSi(bytes, "B")}`);
  return [
    ["file", `${formatInteger(model.sizeBytes)} B, sha256 ${model.sha256}`],
    ["IR version", formatInteger(report.irVersion)],
    ["operator sets", report.opsets.map(({ domain, version }) => `${domain} ${version}`).join(", ")],
    ...fact("producer", `${producer.name} ${producer.version}`.trim()),
    ...fact("graph", report.graph),
    ...fact("documentation", report.documentation.split("\n")[0] ?? ""),
    ...Object.entries(report.metadata).map(([name, text]) => [`  ${name}`, text.split("\n")[0] ?? ""]),
    ["nodes", formatInteger(report.nodes)],
    ["weights", `${formatInteger(weights.elements)} elements in ${formatInteger(weights.tensors)} tensors`],
    ["  as stored", [`${formatInteger(weights.bytes)} B`, ...types].join(", ")],
    ...(result === null ? [["MACs", "not known: the model does not import as it is"]] : importFacts(result)),
  ];
}

function importFacts(result: NonNullable<InspectionReport["imported"]>): readonly (readonly string[])[] {
  const { batch, macs, depthwiseMacs } = result;
  const exact = (count: number, unit: string) => `${formatInteger(count)}${unit} (${formatSi(count, unit.trim())})`;
  return [
    ["batch", `${batch}, ${result.hasSymbolicBatch ? "symbolic in the model" : "fixed by the model"}`],
    ["MACs per sample", exact(result.macsPerSample, "")],
    ...(depthwiseMacs === 0
      ? []
      : [["  depthwise", `${exact(depthwiseMacs / batch, "")}, ${formatPercent(depthwiseMacs / macs)}`]]),
    ["activations", `${exact(result.activationBytes, " B")} at 2 bytes each`],
    ["  largest", exact(result.largestActivationBytes, " B")],
  ];
}

function valuesTable(values: InspectionReport["inputs"]): string {
  if (values.length === 0) return "  none";
  return formatTable(
    values.map(({ name, type, shape }) => [name, type, shape === null ? "no shape" : `[${shape.join(", ")}]`]),
    ["left", "left", "left"],
  );
}

function dimensionSection({ dimensions }: InspectionReport, style: TextStyle): readonly string[][] {
  if (dimensions.length === 0) return [];
  const rows = dimensions.map(({ name, inputs, value: bound }) => [
    name,
    bound === null ? `not bound: --dim ${name}=VALUE` : `= ${bound}`,
    `of ${inputs.join(", ")}`,
  ]);
  return [[style.bold("Symbolic dimensions"), formatTable(rows, ["left", "left", "left"])]];
}

function functionSection({ functions }: InspectionReport, style: TextStyle): readonly string[][] {
  if (functions.length === 0) return [];
  const rows = functions.map(({ name, nodes }) => [name, `${formatInteger(nodes)} nodes`]);
  return [[style.bold("Functions"), formatTable(rows, ["left", "right"])]];
}

function fileSection({ externalFiles }: InspectionReport, style: TextStyle): readonly string[][] {
  if (externalFiles.length === 0) return [];
  const rows = externalFiles.map(({ location, tensors, bytes, sizeBytes }) => [
    location,
    `${formatInteger(tensors)} tensors`,
    `${formatInteger(bytes)} B`,
    sizeBytes === null ? "absent" : `there, ${formatInteger(sizeBytes)} B`,
  ]);
  return [[style.bold("Files beside the model"), formatTable(rows, ["left", "right", "right", "left"])]];
}

function problemSection({ problems, warnings }: InspectionReport, style: TextStyle): readonly string[][] {
  if (problems.length + warnings.length === 0) return [];
  const title = problems.length === 0 ? "Warnings" : "Why it does not import";
  return [[style.bold(title), ...[...problems, ...warnings].map(renderDiagnostic)]];
}
