/** Types of values: immutable, interned, so that equal types are the same object. Printed as MLIR prints them. */
import type { Attribute } from "./attributes.ts";

/**
 * Names of scalar types, as MLIR spells them. Floats: IEEE's, bfloat16, TensorFloat-32, and the small formats named by
 * their exponent and mantissa bits. Integers: `ui8` unsigned, `si8` signed, `i8` signless, `i1` truth value; those of
 * other widths (`i7`) are scalar types, too.
 */
export const scalarNames = [
  "f128",
  "f80",
  "f64",
  "f32",
  "tf32",
  "f16",
  "bf16",
  "f8E3M4",
  "f8E4M3",
  "f8E4M3B11FNUZ",
  "f8E4M3FN",
  "f8E4M3FNUZ",
  "f8E5M2",
  "f8E5M2FNUZ",
  "f8E8M0FNU",
  "f6E2M3FN",
  "f6E3M2FN",
  "f4E2M1FN",
  "i1",
  "i2",
  "i4",
  "i8",
  "i16",
  "i32",
  "i64",
  "ui2",
  "ui4",
  "ui8",
  "ui16",
  "ui32",
  "ui64",
  "index",
] as const;

export type ScalarName = (typeof scalarNames)[number] | `${"i" | "si" | "ui"}${number}`;

/** What every type has. */
interface TypeBase {
  /** MLIR text; equal for two types exactly when they are the same. */
  readonly text: string;
}

export interface ScalarType extends TypeBase {
  readonly kind: "scalar";
  readonly name: ScalarName;
}

/** A ranked tensor with a static shape. A shape of rank 0 is a scalar in a tensor. */
export interface TensorType<Shape extends readonly number[] = readonly number[]> extends TypeBase {
  readonly kind: "tensor";
  readonly shape: Shape;
  readonly element: ScalarType;
}

/** A buffer: made by `memrefType` in memref-type.ts. */
export interface MemrefType extends TypeBase {
  readonly kind: "memref";
  /** Extents; undefined for one that is known when the program runs. */
  readonly shape: readonly (number | undefined)[];
  readonly element: Type;
  /** Where an element stands: an affine map or `strided<...>`; undefined: row-major. */
  readonly layout: Attribute | undefined;
  /** Which memory: an attribute whose meaning is the dialect's; undefined: the default one. */
  readonly memorySpace: Attribute | undefined;
}

export interface FunctionType extends TypeBase {
  readonly kind: "function";
  readonly inputs: readonly Type[];
  readonly results: readonly Type[];
}

export interface NoneType extends TypeBase {
  readonly kind: "none";
}

/** A type that fastc carries without looking into it: vectors, dynamic tensors, types of foreign dialects. */
export interface OpaqueType extends TypeBase {
  readonly kind: "opaque";
}

export type Type = ScalarType | TensorType | MemrefType | FunctionType | NoneType | OpaqueType;

const interned = new Map<string, Type>();

/** The one object that stands for a type. */
export function internType<T extends Type>(type: T): T {
  const known = interned.get(type.text);
  // The text spells the whole type, so an entry under it has the same kind.
  if (known !== undefined) return known as T;
  interned.set(type.text, type);
  return type;
}

function internScalar(name: ScalarName): ScalarType {
  return internType({ kind: "scalar", name, text: name });
}

const scalars = new Map<string, ScalarType>(scalarNames.map((name) => [name, internScalar(name)]));

/** The scalar type of a name. */
export function scalar(name: ScalarName): ScalarType {
  return scalars.get(name) ?? internScalar(name);
}

/** Widest integer type that MLIR has, in bits. */
const widestInteger = 2 ** 24 - 1;

/** The scalar type that a word names; undefined when it names none. */
export function scalarNamed(word: string): ScalarType | undefined {
  const known = scalars.get(word);
  if (known !== undefined) return known;
  const width = /^(?:i|si|ui)([1-9]\d{0,7})$/.exec(word)?.[1];
  // The pattern is that of integer names.
  return width === undefined || Number(width) > widestInteger ? undefined : internScalar(word as ScalarName);
}

/** The tensor type of a shape (extents ≥ 0) and an element type. */
export function tensorType(shape: readonly number[], element: ScalarType | ScalarName): TensorType {
  const elementType = typeof element === "string" ? scalar(element) : element;
  const text = `tensor<${shape.map((extent) => `${extent}x`).join("")}${elementType.name}>`;
  const known = interned.get(text);
  // The text is that of a tensor type.
  if (known !== undefined) return known as TensorType;
  return internType({ kind: "tensor", shape: Object.freeze([...shape]), element: elementType, text });
}

export function functionType(inputs: readonly Type[], results: readonly Type[]): FunctionType {
  const text = `(${typesText(inputs)}) -> ${resultsText(results)}`;
  return internType({
    kind: "function",
    inputs: Object.freeze([...inputs]),
    results: Object.freeze([...results]),
    text,
  });
}

export const noneType: NoneType = internType({ kind: "none", text: "none" });

/** A type of which only the text is known. */
export function opaqueType(text: string): OpaqueType {
  return internType({ kind: "opaque", text });
}

/** MLIR text of a type, e.g. `tensor<1x3x224x224xf32>`. */
export function typeText(type: Type): string {
  return type.text;
}

/** MLIR text of types, separated by commas. */
export function typesText(types: readonly Type[]): string {
  return types.map(typeText).join(", ");
}

/** Result list of a function type: one non-function type stands alone, others are parenthesised. */
export function resultsText(results: readonly Type[]): string {
  const [only] = results;
  if (results.length === 1 && only !== undefined && only.kind !== "function") return only.text;
  return `(${typesText(results)})`;
}

/** Number of elements of a shape; 1 for rank 0. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** True for the floating-point scalar types. */
export function isFloat(type: ScalarType): boolean {
  return type.name.startsWith("f") || type.name === "bf16" || type.name === "tf32";
}

/** True for unsigned integers. */
export function isUnsigned(type: ScalarType): boolean {
  return type.name.startsWith("u");
}

/** Width of a scalar as stored in a file or in memory, in bits (`i1` is stored in 8). */
export function bitWidth(type: ScalarType): number {
  if (type.name === "i1") return 8;
  if (type.name === "index") return 64;
  return Number(/\d+/.exec(type.name)?.[0]);
}
