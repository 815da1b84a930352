/** A small schedule with every op of the `sched` dialect, for the page that documents them. */
import type { Attribute } from "../../src/ir/attributes.ts";
import {
  arrayAttribute,
  boolAttribute,
  dictionaryAttribute,
  integerAttribute,
  integersAttribute,
  stringAttribute,
} from "../../src/ir/attributes.ts";
import type { Operation } from "../../src/ir/core.ts";
import { createDirective, createScheduleModule } from "../../src/ir/ops/sched.ts";

type Field = number | boolean | string | readonly string[] | readonly number[] | { readonly [name: string]: Field };

function attribute(field: Field): Attribute {
  if (typeof field === "number") return integerAttribute(field);
  if (typeof field === "boolean") return boolAttribute(field);
  if (typeof field === "string") return stringAttribute(field);
  if (isNumbers(field)) return integersAttribute(field);
  if (isStrings(field)) return arrayAttribute(field.map(stringAttribute));
  return dictionaryAttribute(Object.entries(field).map(([name, value]: [string, Field]) => [name, attribute(value)]));
}

function isNumbers(field: Field): field is readonly number[] {
  return Array.isArray(field) && field.every((item) => typeof item === "number");
}

function isStrings(field: Field): field is readonly string[] {
  return Array.isArray(field);
}

function op(name: string, fields: Readonly<Record<string, Field>>, body?: readonly Operation[]): Operation {
  const attributes = Object.entries(fields).map(([field, value]) => [field, attribute(value)] as const);
  return createDirective(`sched.${name}`, attributes, body);
}

/** A dense layer on one PE: its weight stays, its input streams in tiles of 16 rows. */
export function scheduleModule(): Operation {
  const transfer = { multicast: false, indexed: false };
  const tile = [
    op("dma", { ...transfer, from: ["t0"], to: ["l1.input"], ahead: 1, when: "needed" }),
    op("wait", { buffer: "l1.input" }),
    op("pass", {
      input: "l1.input",
      weight: "l1.weight",
      output: "l1.output",
      dataflow: "weight-stationary",
      groups_per_pass: 1,
    }),
    op("vector", {
      stage: "epilogue",
      operations: [4],
      reads: "l1.output",
      writes: "l1.output",
      streams: [] as readonly string[],
      copies: [] as readonly string[],
    }),
    op("dma", { ...transfer, from: ["l1.output"], to: ["t2"], ahead: 0, when: "left" }),
  ];
  const region = op(
    "region",
    {
      id: 0,
      name: "dense",
      engine: "systolic-array",
      dataflow: "weight-stationary",
      anchor: 3,
      operations: [3, 4],
      onnx_nodes: ["dense", "relu"],
      nest: { kind: "matrix", extents: { b: 64, k: 8, c: 8 } },
    },
    [
      op("buffer", { name: "l1.input", memory: "l1", operand: "input", per_pe: true, slots: 2, slot_bytes: 256 }),
      op("spread", { pe_rows: { b: 2 }, pe_columns: {} }, [op("for", { loop: "b", level: "l1", step: 16 }, tile)]),
    ],
  );
  const tensor = op("tensor", {
    name: "t0",
    value: { operation: 1, index: 0 },
    origin: "input",
    is_output: false,
    shape: [64, 8],
    element: "f32",
    words: 512,
    memory: "dram",
    offset_bytes: 0,
    size_bytes: 1024,
    first_region: 0,
    last_region: 0,
    is_pinned: false,
  });
  const about = { schema_version: 1, model: { name: "dense" }, design: { sha256: "…" }, options: { fusion: "xla" } };
  const record = op("record", { name: "decisions", content: { moduleSha256: "…" } });
  return createScheduleModule(op("schedule", about, [tensor, region, record]));
}
