/** Reads JSON that must fit a schema: every departure becomes a diagnostic with its JSON path, the value and what is allowed. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { bug } from "./bug.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "./diagnostics.ts";
import { jsonPositions, lineAndColumn } from "./json-positions.ts";
import { findJsonSyntaxError } from "./json-syntax.ts";
import { nearestName } from "./nearest-name.ts";

/** Content to check, with what an error says of it. */
export interface JsonContent<S extends TSchema> {
  /** The text that holds the content, where there is one: errors then name line and column. */
  readonly text?: string;
  readonly fileName: string;
  readonly schema: S;
  /** Diagnostic code of what does not fit, for example `design-invalid`. */
  readonly code: string;
}

/** A JSON text that must fit a schema. */
export interface JsonSource<S extends TSchema> extends JsonContent<S> {
  readonly text: string;
}

/** The parsed content, typed by its schema; throws a `DiagnosticError` with all errors at once. */
export function readJson<S extends TSchema>(source: JsonSource<S>): Static<S> {
  return checkJson(parseJson(source.text, source.fileName), source);
}

/** The content, typed by the schema that it must fit; throws a `DiagnosticError` with all errors at once. */
export function checkJson<S extends TSchema>(content: unknown, source: JsonContent<S>): Static<S> {
  const validate = validatorOf(source.schema);
  if (validate(content)) return content;
  const errors = relevantErrors(validate.errors ?? []);
  const wrongType = new Set(errors.filter(({ keyword }) => keyword === "type").map(({ instancePath }) => instancePath));
  const first = errors.filter(({ keyword, instancePath }) => keyword === "type" || !wrongType.has(instancePath));
  const placeOf = placesIn(source);
  throw new DiagnosticError(first.map((error) => describe(error, { placeOf, code: source.code })));
}

/** Names the place of a value, or of one of its fields. */
type PlaceOf = (pointer: string, field?: string) => string;

/** Names places as `dram.kind in design.json:12:20`; without a text, without line and column. */
export function placesIn({ fileName, text }: { readonly fileName: string; readonly text?: string }): PlaceOf {
  const positions = text === undefined ? undefined : jsonPositions(text);
  return (pointer, field) => {
    const steps = pointer.split("/").slice(1).map(unescapePointer);
    const path = [...steps, ...(field === undefined ? [] : [field])].reduce(appendStep, "");
    const unknownField = field === undefined ? undefined : positions?.get(`${pointer}/${escapePointer(field)}`);
    const offset = unknownField?.key ?? positions?.get(pointer)?.value;
    const file = text === undefined || offset === undefined ? fileName : `${fileName}:${lineAndColumn(text, offset)}`;
    return path === "" ? file : `${path} in ${file}`;
  };
}

/** `JSON.parse` with a diagnostic that names the file, line and column. */
export function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (text.trim() === "") {
      return fail({ code: "json-syntax", message: "the file is empty, expected JSON", at: [fileName] });
    }
    const found = findJsonSyntaxError(text) ?? bug(`JSON.parse refused what the scanner takes: ${error.message}`);
    return fail({
      code: "json-syntax",
      message: `not valid JSON: ${found.message}`,
      at: [`${fileName}:${lineAndColumn(text, found.offset)}`],
    });
  }
}

/** Made for the first schema: that takes a while, and most of what is loaded with this file checks nothing. */
let ajv: Ajv | undefined;
const validators = new WeakMap<TSchema, ValidateFunction>();

/** A validator of one schema; its type predicate is the schema's own type. */
function validatorOf<S extends TSchema>(schema: S): ValidateFunction<Static<S>> {
  ajv ??= new Ajv({ allErrors: true, verbose: true, strict: false, strictNumbers: true });
  const known = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, known);
  // Compiled from this very schema.
  return known as ValidateFunction<Static<S>>;
}

/**
 * Errors with those of a union reduced to the alternative that was meant: the one whose constant (`"config": "private"`)
 * agrees. Where none does, one error says which constants there are.
 */
function relevantErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === "anyOf");
  const [outermost] = unions.toSorted((a, b) => a.schemaPath.length - b.schemaPath.length);
  if (outermost === undefined) return errors;
  const inside = errors.filter((error) => isInside(error, outermost));
  const at = errors.indexOf(outermost);
  const outside = errors.map((error) => (inside.includes(error) ? undefined : error));
  const before = outside.slice(0, at).filter((error) => error !== undefined);
  const after = outside.slice(at + 1).filter((error) => error !== undefined);
  return [...relevantErrors(before), ...alternativeErrors(outermost, inside), ...relevantErrors(after)];
}

/** Whether an error comes from an alternative of the union, or from the given one. */
function isInside(error: ErrorObject, union: ErrorObject, alternative?: number): boolean {
  const { instancePath } = error;
  const isBelow = instancePath === union.instancePath || instancePath.startsWith(`${union.instancePath}/`);
  const schemaPath = alternative === undefined ? `${union.schemaPath}/` : `${union.schemaPath}/${alternative}/`;
  return isBelow && error.schemaPath.startsWith(schemaPath);
}

function alternativeErrors(union: ErrorObject, inside: readonly ErrorObject[]): readonly ErrorObject[] {
  const alternatives: readonly unknown[] = Array.isArray(union.schema) ? union.schema : [];
  const constants = alternatives.map(constantOf);
  if (constants.every((constant) => constant !== undefined)) {
    return [{ ...union, keyword: "enum", params: { allowedValues: constants } }];
  }
  const field = discriminatorOf(alternatives);
  if (field === undefined) return [union];
  const values = alternatives.map((alternative) => constantOf(fieldSchema(alternative, field)));
  const data: unknown = union.data;
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    return [{ ...union, keyword: "type", params: { type: "object" } }];
  }
  if (!Object.hasOwn(data, field)) {
    const parentSchema = { properties: { [field]: { description: `one of ${listOf(values)}` } } };
    return [{ ...union, keyword: "required", params: { missingProperty: field }, parentSchema }];
  }
  const value: unknown = Object.entries(data).find(([name]) => name === field)?.[1];
  const meant = values.indexOf(value);
  if (meant >= 0) return relevantErrors(inside.filter((error) => isInside(error, union, meant)));
  const instancePath = `${union.instancePath}/${field}`;
  const parentSchema = {};
  return [{ ...union, keyword: "enum", instancePath, data: value, parentSchema, params: { allowedValues: values } }];
}

/** The first field that is a constant in every alternative. */
function discriminatorOf(alternatives: readonly unknown[]): string | undefined {
  const isConstant = (alternative: unknown, field: string) => constantOf(fieldSchema(alternative, field)) !== undefined;
  return Object.keys(propertiesOf(alternatives[0])).find((field) =>
    alternatives.every((alternative) => isConstant(alternative, field)),
  );
}

function constantOf(schema: unknown): unknown {
  return typeof schema === "object" && schema !== null && "const" in schema ? schema.const : undefined;
}

function describe(error: ErrorObject, { placeOf, code }: { placeOf: PlaceOf; code: string }): Diagnostic {
  const { message, field, note, help } = explain(error);
  return errorDiagnostic({
    code,
    message,
    at: [placeOf(error.instancePath, field)],
    ...(note === undefined ? {} : { notes: [note] }),
    ...(help === undefined ? {} : { help: [help] }),
  });
}

function appendStep(path: string, step: string): string {
  if (/^\d+$/.test(step)) return `${path}[${step}]`;
  return path === "" ? step : `${path}.${step}`;
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function escapePointer(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

interface Explanation {
  readonly message: string;
  /** The field that is missing or unknown, below the error's own path. */
  readonly field?: string;
  readonly note?: string;
  readonly help?: string;
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
      const known = Object.keys(propertiesOf(parentSchema));
      const nearest = nearestName(field, known);
      const help = nearest === undefined ? {} : { help: `did you mean '${nearest}'?` };
      return { field, message: `unknown field '${field}'`, note: `known fields are ${known.join(", ")}`, ...help };
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
    case "uniqueItems":
      return { message: `${value} holds the same item twice`, ...descriptionNote(parentSchema) };
    case "minItems":
      return {
        message: `${value} has fewer than ${params["limit"]} item${params["limit"] === 1 ? "" : "s"}`,
        ...descriptionNote(parentSchema),
      };
    case "minLength":
      return { message: `${value} is too short`, ...descriptionNote(parentSchema) };
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
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
