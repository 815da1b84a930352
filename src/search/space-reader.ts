/** Reads and checks `space.json`: every design of the space must be a valid one. */
import { checkDesign } from "../hardware/design-reader.ts";
import type { Diagnostic } from "../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../support/diagnostics.ts";
import { placesIn, readJson } from "../support/read-json.ts";
import { canonicalJson, sha256Hex } from "../support/stable-json.ts";
import type { Space, SpaceParameter, ParameterValue } from "./space.ts";
import { designAt } from "./space.ts";
import type { ParameterFile, SpaceFile } from "./space-schema.ts";
import { spaceSchema } from "./space-schema.ts";

/** The space in a `space.json` text; throws a `DiagnosticError` with every error found. */
export function parseSpace(text: string, fileName: string): Space {
  const file: SpaceFile = readJson({ text, fileName, schema: spaceSchema, code: "space-invalid" });
  const errors = file.parameters.flatMap((parameter, index) => parameterErrors(file, parameter, index));
  if (errors.length > 0) {
    const placeOf = placesIn({ fileName, text });
    throw new DiagnosticError(
      errors.map(({ pointer, message }) => errorDiagnostic({ code: "space-invalid", message, at: [placeOf(pointer)] })),
    );
  }
  const space: Space = {
    name: file.name,
    sha256: sha256Hex(canonicalJson(file)),
    parameters: file.parameters.map((parameter) => compileParameter(file, parameter)),
    fixed: file.fixed,
  };
  checkDesigns(space, fileName);
  return space;
}

interface SpaceError {
  /** JSON pointer to what is wrong. */
  readonly pointer: string;
  readonly message: string;
}

function parameterErrors(file: SpaceFile, parameter: ParameterFile, index: number): readonly SpaceError[] {
  const pointer = `/parameters/${index}`;
  const errors: SpaceError[] = [];
  if (file.parameters.findIndex(({ name }) => name === parameter.name) !== index) {
    errors.push({ pointer: `${pointer}/name`, message: `parameter '${parameter.name}' is declared twice` });
  }
  if (parameter.kind !== "categorical" && parameter.min > parameter.max) {
    errors.push({ pointer, message: `min ${parameter.min} is greater than max ${parameter.max}` });
  }
  if (parameter.kind === "powerOfTwo") {
    for (const bound of ["min", "max"] as const) {
      const value = parameter[bound];
      if (!Number.isInteger(Math.log2(value))) {
        errors.push({ pointer: `${pointer}/${bound}`, message: `${value} is not a power of two` });
      }
    }
  }
  return [...errors, ...conditionErrors(file, parameter, index)];
}

function conditionErrors(file: SpaceFile, { when }: ParameterFile, index: number): readonly SpaceError[] {
  if (when === undefined) return [];
  const pointer = `/parameters/${index}/when`;
  const controller = file.parameters.slice(0, index).find(({ name }) => name === when.parameter);
  if (controller?.kind !== "categorical" || controller.when !== undefined) {
    return [{ pointer, message: `'${when.parameter}' is not an earlier, unconditional categorical parameter` }];
  }
  return when.in
    .filter((value) => !controller.values.includes(value))
    .map((value) => ({ pointer: `${pointer}/in`, message: `'${value}' is not a value of ${when.parameter}` }));
}

function compileParameter(file: SpaceFile, parameter: ParameterFile): SpaceParameter {
  const { name, when } = parameter;
  const base = { name, values: valuesOf(parameter), isOrdered: parameter.kind !== "categorical" };
  if (when === undefined) return base;
  const controller = file.parameters.findIndex((candidate) => candidate.name === when.parameter);
  const known: readonly ParameterValue[] = valuesOf(file.parameters[controller] ?? parameter);
  return { ...base, when: { parameter: controller, indices: new Set(when.in.map((value) => known.indexOf(value))) } };
}

/** Values of a parameter, in increasing order unless categorical. */
function valuesOf(parameter: ParameterFile): readonly ParameterValue[] {
  switch (parameter.kind) {
    case "categorical":
      return parameter.values;
    case "integer": {
      const { min, max, step = 1 } = parameter;
      return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_unused, index) => min + index * step);
    }
    case "powerOfTwo": {
      const { min, max, zero = false } = parameter;
      const powers = Array.from({ length: Math.log2(max / min) + 1 }, (_unused, index) => min * 2 ** index);
      return zero ? [0, ...powers] : powers;
    }
  }
}

/**
 * Validates the designs of the space against the design schema: fields are checked one by one there, so it is enough that
 * every value of every parameter occurs in one valid design (with its condition, where it has one, fulfilled).
 */
function checkDesigns(space: Space, fileName: string): void {
  const seen = new Set<string>();
  const errors: Diagnostic[] = [];
  space.parameters.forEach((parameter, index) => {
    parameter.values.forEach((_value, choice) => {
      const point = space.parameters.map(() => 0).with(index, choice);
      if (parameter.when !== undefined) point[parameter.when.parameter] = Math.min(...parameter.when.indices);
      for (const error of designErrors(space, point, fileName)) {
        const key = `${error.code} ${error.message} ${error.at?.join(" ")}`;
        if (!seen.has(key)) errors.push(error);
        seen.add(key);
      }
    });
  });
  if (errors.length > 0) throw new DiagnosticError(errors);
}

function designErrors(space: Space, point: readonly number[], fileName: string): readonly Diagnostic[] {
  try {
    checkDesign(designAt(space, point, space.name), `a design of ${fileName}`);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}
