/** A schedule as text in the `sched` dialect, and back. Both hold the same: each is made from the other, byte for byte. */
import type { Attribute } from "../../ir/attributes.ts";
import type { Operation } from "../../ir/core.ts";
import { createDirective, createScheduleModule, schedOps } from "../../ir/ops/sched.ts";
import { parseModule } from "../../ir/text/parse.ts";
import { printModule } from "../../ir/text/print.ts";
import { fail } from "../../support/diagnostics.ts";
import { jsonAttribute, jsonOfAttribute } from "./json-attribute.ts";
import type { Statement } from "./program.ts";
import type { ScheduleFile } from "./schedule-file.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The text of a schedule in the `sched` dialect. */
export function scheduleText(schedule: ScheduleFile): string {
  const { program, schemaVersion, model, design, options, decisions, evaluation } = schedule;
  const whole = directive("schedule", { schemaVersion, model, design, options }, [
    ...program.tensors.map((tensor) => directive("tensor", tensor)),
    ...program.regions.map(({ body, buffers, ...region }) =>
      directive("region", region, [...buffers.map((buffer) => directive("buffer", buffer)), ...body.map(statement)]),
    ),
    directive("record", { name: "decisions", content: decisions }),
    directive("record", { name: "evaluation", content: evaluation }),
  ]);
  return printModule(createScheduleModule(whole));
}

function statement(what: Statement): Operation {
  if (what.op !== "for" && what.op !== "spread") {
    const { op, ...fields } = what;
    return directive(op, fields);
  }
  const { op, body, ...fields } = what;
  return directive(op, fields, body.map(statement));
}

function directive(name: string, fields: object, body?: readonly Operation[]): Operation {
  const attributes = Object.entries(fields).flatMap(([field, value]: [string, unknown]): [string, Attribute][] =>
    value === undefined ? [] : [[attributeName(field), jsonAttribute(value)]],
  );
  return createDirective(`sched.${name}`, attributes, body);
}

/** `slotBytes` → `slot_bytes`. */
function attributeName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function fieldName(attribute: string): string {
  return attribute.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/**
 * The fields of a schedule file from its text; not yet checked against the file's schema.
 *
 * @throws DiagnosticError `ir-syntax`, `ir-invalid` with places in the text; `schedule-invalid` where it is no schedule
 */
export async function scheduleFields(text: string, fileName: string): Promise<unknown> {
  const { module } = await parseModule(text, { fileName });
  const [whole, second] = [...(module.regions[0]?.blocks[0]?.operations() ?? [])];
  if (whole?.name !== "sched.schedule" || second !== undefined) {
    fail({
      code: "schedule-invalid",
      message: "the text should hold one sched.schedule and nothing else",
      at: [fileName],
      help: ["fastc compile -o DIR writes such a text as schedule.mlir"],
    });
  }
  const inside = bodyOf(whole);
  const named = (name: string): readonly Operation[] => inside.filter((op) => op.name === `sched.${name}`);
  const record = (name: string): unknown => {
    const found = named("record").map(fieldsOf);
    return found.find((fields) => fields["name"] === name)?.["content"];
  };
  return {
    ...fieldsOf(whole),
    decisions: record("decisions"),
    program: { tensors: named("tensor").map(fieldsOf), regions: named("region").map(regionFields) },
    evaluation: record("evaluation"),
  };
}

function regionFields(op: Operation): Fields {
  const inside = bodyOf(op);
  return {
    ...fieldsOf(op),
    buffers: inside.filter((inner) => inner.name === "sched.buffer").map(fieldsOf),
    body: inside.filter((inner) => inner.name !== "sched.buffer").map(statementFields),
  };
}

function statementFields(op: Operation): Fields {
  const fields = { op: op.name.slice("sched.".length), ...fieldsOf(op) };
  return op.regions.length === 0 ? fields : { ...fields, body: bodyOf(op).map(statementFields) };
}

/** Attributes of other dialects are notes that a schedule does not hold. */
function fieldsOf(op: Operation): Fields {
  const declared = schedOps.find(({ name }) => name === op.name)?.attributeSpecs ?? {};
  return Object.fromEntries(
    [...op.attributes]
      .filter(([name]) => name in declared)
      .map(([name, attribute]) => [fieldName(name), jsonOfAttribute(attribute)]),
  );
}

function bodyOf(op: Operation): readonly Operation[] {
  return [...(op.regions[0]?.blocks[0]?.operations() ?? [])];
}
