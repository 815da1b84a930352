/** A search space as numbers: designs are vectors of indices into the values of each parameter. */
import type { HardwareDesign } from "../hardware/design.ts";
import type { RandomStream } from "../support/random.ts";
import { present } from "../support/bug.ts";

/** A value that a parameter can have. */
export type ParameterValue = string | number;

/** One dimension: a field of `design.json` and the values it may have. */
export interface SpaceParameter {
  /** Path of the field, for example `peGrid.rows`. */
  readonly name: string;
  readonly values: readonly ParameterValue[];
  /** Numbers in increasing order: a step is ±1 index. Otherwise a step goes to any other value. */
  readonly isOrdered: boolean;
  /** Exists only where another parameter has one of these indices. */
  readonly when?: { readonly parameter: number; readonly indices: ReadonlySet<number> };
}

export interface Space {
  readonly name: string;
  /** Hash of the space's canonical JSON: studies name the space they searched. */
  readonly sha256: string;
  readonly parameters: readonly SpaceParameter[];
  /** Fields that every design of the space shares. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/** Index of each parameter's value; 0 for parameters that do not exist at this point. */
export type Point = readonly number[];

/** True when the parameter exists at the point, that is when its condition holds. */
export function isActive(parameter: SpaceParameter, point: Point): boolean {
  const { when } = parameter;
  return when === undefined || when.indices.has(point[when.parameter] ?? 0);
}

/** The one spelling of a point: parameters that do not exist have index 0. */
export function canonicalPoint(space: Space, point: Point): Point {
  return space.parameters.map((parameter, index) => (isActive(parameter, point) ? (point[index] ?? 0) : 0));
}

/** Equal for equal points. */
export function pointKey(point: Point): string {
  return point.join(",");
}

/** The values of the parameters that exist at a point, by name, in the order of the space. */
export function parametersAt(space: Space, point: Point): Readonly<Record<string, ParameterValue>> {
  const entries: [string, ParameterValue][] = [];
  space.parameters.forEach((parameter, index) => {
    if (!isActive(parameter, point)) return;
    entries.push([parameter.name, present(parameter.values[point[index] ?? 0], `a value of ${parameter.name}`)]);
  });
  return Object.fromEntries(entries);
}

/** Decodes a point: the fixed fields with the point's values written over them. */
export function designAt(space: Space, point: Point, name: string): HardwareDesign {
  return designWith(space, parametersAt(space, point), name);
}

/** The design with these values of the space's parameters. */
export function designWith(
  space: Space,
  parameters: Readonly<Record<string, ParameterValue>>,
  name: string,
): HardwareDesign {
  const design: Record<string, unknown> = copyFields({ ...space.fixed, name });
  for (const [path, value] of Object.entries(parameters)) setField(design, path.split("."), value);
  // The reader has validated every value of every parameter against the design schema.
  return design as unknown as HardwareDesign;
}

/** Process node of the space's designs. Unit: nm. */
export function technologyOf(space: Space): HardwareDesign["technologyNm"] {
  return designAt(
    space,
    space.parameters.map(() => 0),
    space.name,
  ).technologyNm;
}

/** Encodes a design; undefined when one of its values is not in the space. Fixed fields are not compared. */
export function pointOf(space: Space, design: HardwareDesign): Point | undefined {
  const point: number[] = [];
  for (const parameter of space.parameters) {
    const value = isActive(parameter, point) ? fieldOf(design, parameter.name.split(".")) : parameter.values[0];
    const index = parameter.values.findIndex((candidate) => candidate === value);
    if (index < 0) return undefined;
    point.push(index);
  }
  return point;
}

/** A point drawn uniformly from the full grid, then brought to its one spelling. */
export function randomPoint(space: Space, random: RandomStream): Point {
  return canonicalPoint(
    space,
    space.parameters.map(({ values }) => random.integer(values.length)),
  );
}

/** Points one step away: ±1 index for ordered parameters, every other value for categorical ones. */
export function neighboursOf(space: Space, point: Point): readonly Point[] {
  return space.parameters.flatMap((parameter, index) => {
    if (!isActive(parameter, point)) return [];
    const here = point[index] ?? 0;
    return parameter.values
      .map((_value, candidate) => candidate)
      .filter((candidate) => candidate !== here && (!parameter.isOrdered || Math.abs(candidate - here) === 1))
      .map((candidate) => canonicalPoint(space, point.with(index, candidate)));
  });
}

/** Number of index vectors: the product of the parameters' value counts, as FAST counts its space. */
export function gridSize(space: Space): bigint {
  return space.parameters.reduce((product, { values }) => product * BigInt(values.length), 1n);
}

/** Number of different designs: combinations of parameters that do not exist count once. */
export function designCount(space: Space): bigint {
  return space.parameters.reduce((product, parameter, index) => {
    if (parameter.when !== undefined) return product;
    const ways = parameter.values.map((_value, choice) => dependentCount(space, index, choice));
    return product * ways.reduce((sum, count) => sum + count, 0n);
  }, 1n);
}

/** Combinations of the parameters that depend on parameter `controller`, when it has value number `choice`. */
function dependentCount(space: Space, controller: number, choice: number): bigint {
  return space.parameters.reduce((product, { when, values }) => {
    const exists = when?.parameter === controller && when.indices.has(choice);
    return exists ? product * BigInt(values.length) : product;
  }, 1n);
}

/** A deep copy of plain data; several times faster than `structuredClone`, and a search decodes millions of points. */
function copyFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]: [string, unknown]) => [key, copyValue(value)]));
}

function copyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyValue);
  return typeof value === "object" && value !== null ? copyFields(value) : value;
}

function setField(target: Record<string, unknown>, path: readonly string[], value: ParameterValue): void {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  target[head] ??= {};
  // The reader refuses a path through a field that is not an object.
  setField(target[head] as Record<string, unknown>, rest, value);
}

function fieldOf(source: unknown, path: readonly string[]): unknown {
  const [head = "", ...rest] = path;
  if (typeof source !== "object" || source === null) return undefined;
  const value: unknown = Object.entries(source).find(([key]) => key === head)?.[1];
  return rest.length === 0 ? value : fieldOf(value, rest);
}
