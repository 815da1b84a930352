/** Reads JSON that must fit a schema: every departure becomes a diagnostic with its JSON path, the value and what is allowed. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Diagnostic } from "./diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "./diagnostics.ts";

export interface JsonSource<S extends TSchema> {
  readonly text: string;
  readonly fileName: string;
  readonly schema: S;
  /** Diagnostic code of what does not fit, for example `design-invalid`. */
  readonly code: string;
}

/** The parsed content, typed by its schema; throws a `DiagnosticError` with all errors at once. */
export function readJson<S extends TSchema>(source: JsonSource<S>): Static<S> {
  const content = parseJson(source.text, source.fileName);
  const validate = validatorOf(source.schema);
  if (validate(content)) return content;
  const errors = relevantErrors(validate.errors ?? []);
  throw new DiagnosticError(errors.map((error) => describe(error, source)));
}

/** `JSON.parse` with a diagnostic that names the file and, where the engine tells it, line and column. */
export function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const position = /at position (\d+)/.exec(error.message)?.[1];
    const place = position === undefined ? fileName : `${fileName}:${lineAndColumn(text, Number(position))}`;
    return fail({
      code: "json-syntax",
      message:
        text.trim() === "" ? "the file is empty, expected JSON" : `not valid JSON: ${syntaxMessage(error.message)}`,
      at: [place],
    });
  }
}

/** The engine's message without positions (they are printed as a place) and without a copy of the text. */
function syntaxMessage(message: string): string {
  const first = message.replace(/ in JSON at position.*$/s, "").replace(/, (?:\.\.\.)?".*$/s, "");
  return first.charAt(0).toLowerCase() + first.slice(1);
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
const validators = new WeakMap<TSchema, ValidateFunction>();

/** A validator of one schema; its type predicate is the schema's own type. */
function validatorOf<S extends TSchema>(schema: S): ValidateFunction<Static<S>> {
  const known = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, known);
  // Compiled from this very schema.
  return known as ValidateFunction<Static<S>>;
}

/**
 * Errors with those of unions reduced to the alternative that was meant: the one whose constants (`"config": "private"`)
 * agree. Where none or several do, one error for the union stays.
 */
function relevantErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === "anyOf");
  const [outermost] = unions.toSorted((a, b) => a.schemaPath.length - b.schemaPath.length);
  if (outermost === undefined) return errors;
  const inside = errors.filter((error) => isInside(error, outermost));
  const outside = errors.filter((error) => error !== outermost && !inside.includes(error));
  return [...relevantErrors(outside), ...alternativeErrors(outermost, inside)];
}

function isInside(error: ErrorObject, union: ErrorObject): boolean {
  const { instancePath } = error;
  const isBelow = instancePath === union.instancePath || instancePath.startsWith(`${union.instancePath}/`);
  return isBelow && error.schemaPath.startsWith(`${union.schemaPath}/`);
}

function alternativeErrors(union: ErrorObject, inside: readonly ErrorObject[]): readonly ErrorObject[] {
  const alternativeOf = ({ schemaPath }: ErrorObject) => schemaPath.slice(union.schemaPath.length + 1).split("/")[0];
  const alternatives = [...new Set(inside.map(alternativeOf))];
  const meant = alternatives
    .map((alternative) => inside.filter((error) => alternativeOf(error) === alternative))
    .filter((errors) => !errors.some(({ keyword }) => keyword === "const"));
  const [only, second] = meant;
  if (only !== undefined && second === undefined) return relevantErrors(only);
  const constants = inside.filter(({ keyword }) => keyword === "const");
  const [first] = constants;
  if (meant.length > 0 || first === undefined) return [union];
  const allowedValues: unknown[] = constants.map(({ params }): unknown => params["allowedValue"]);
  return [{ ...first, keyword: "enum", params: { allowedValues } }];
}

function describe(error: ErrorObject, { fileName, code }: { fileName: string; code: string }): Diagnostic {
  const { message, field, note } = explain(error);
  const steps = error.instancePath.split("/").slice(1).map(unescapePointer);
  const path = [...steps, ...(field === undefined ? [] : [field])].reduce(appendStep, "");
  return errorDiagnostic({
    code,
    message,
    at: [path === "" ? fileName : `${path} in ${fileName}`],
    ...(note === undefined ? {} : { notes: [note] }),
  });
}

function appendStep(path: string, step: string): string {
  if (/^\d+$/.test(step)) return `${path}[${step}]`;
  return path === "" ? step : `${path}.${step}`;
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

interface Explanation {
  readonly message: string;
  /** The field that is missing or unknown, below the error's own path. */
  readonly field?: string;
  readonly note?: string;
}

function explain({ keyword, params, data, message, parentSchema }: ErrorObject): Explanation {
  const value = shortJson(data);
  switch (keyword) {
    case "required": {
      const field = String(params["missingProperty"]);
      return { field, message: `field '${field}' is missing`, ...descriptionNote(fieldSchema(parentSchema, field)) };
    }
    case "additionalProperties": {
      const field = String(params["additionalProperty"]);
      const known = Object.keys(propertiesOf(parentSchema)).join(", ");
      return { field, message: `unknown field '${field}'`, note: `known fields are ${known}` };
    }
    case "enum":
      return { message: `${value} is not one of ${listOf(params["allowedValues"])}`, ...descriptionNote(parentSchema) };
    case "const":
      return { message: `${value} is not ${shortJson(params["allowedValue"])}`, ...descriptionNote(parentSchema) };
    case "type":
      return { message: `${value} is not ${articleFor(String(params["type"]))}`, ...descriptionNote(parentSchema) };
    case "minimum":
    case "exclusiveMinimum":
    case "maximum":
    case "exclusiveMaximum":
      return {
        message: `${value} is not ${params["comparison"]} ${params["limit"]}`,
        ...descriptionNote(parentSchema),
      };
    case "anyOf":
      return { message: `${value} fits none of the allowed forms`, ...descriptionNote(parentSchema) };
    default:
      return { message: `${value} ${message ?? `fails '${keyword}'`}`, ...descriptionNote(parentSchema) };
  }
}

function articleFor(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? values.map(shortJson).join(", ") : shortJson(values);
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return {};
  const { properties } = schema;
  return typeof properties === "object" && properties !== null ? { ...properties } : {};
}

function fieldSchema(schema: unknown, field: string): unknown {
  return propertiesOf(schema)[field];
}

function descriptionNote(schema: unknown): { note?: string } {
  if (typeof schema !== "object" || schema === null || !("description" in schema)) return {};
  return { note: `it is ${String(schema.description)}` };
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
