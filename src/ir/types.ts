/** Types of values: immutable, interned, so that equal types are the same object. Printed as MLIR prints them. */

/** Names of scalar types, as MLIR spells them (`ui8` unsigned, `i8` signless, `i1` truth value). */
export const scalarNames = [
  "f64",
  "f32",
  "f16",
  "bf16",
  "f8E4M3FN",
  "f8E4M3FNUZ",
  "f8E5M2",
  "f8E5M2FNUZ",
  "i1",
  "i4",
  "i8",
  "i16",
  "i32",
  "i64",
  "ui4",
  "ui8",
  "ui16",
  "ui32",
  "ui64",
  "index",
] as const;

export type ScalarName = (typeof scalarNames)[number];

export interface ScalarType {
  readonly kind: "scalar";
  readonly name: ScalarName;
}

/** A ranked tensor with a static shape. A shape of rank 0 is a scalar in a tensor. */
export interface TensorType<Shape extends readonly number[] = readonly number[]> {
  readonly kind: "tensor";
  readonly shape: Shape;
  readonly element: ScalarType;
}

export interface FunctionType {
  readonly kind: "function";
  readonly inputs: readonly Type[];
  readonly results: readonly Type[];
}

export interface NoneType {
  readonly kind: "none";
}

export type Type = ScalarType | TensorType | FunctionType | NoneType;

const interned = new Map<string, Type>();

function intern<T extends Type>(type: T): T {
  const key = typeText(type);
  const known = interned.get(key);
  // The key spells the whole type, so an entry under it has the same kind.
  if (known !== undefined) return known as T;
  interned.set(key, type);
  return type;
}

const scalars = new Map<ScalarName, ScalarType>(scalarNames.map((name) => [name, intern({ kind: "scalar", name })]));

/** The scalar type of a name. */
export function scalar(name: ScalarName): ScalarType {
  return scalars.get(name) ?? intern({ kind: "scalar", name });
}

/** The tensor type of a shape (extents ≥ 0) and an element type. */
export function tensorType(shape: readonly number[], element: ScalarType | ScalarName): TensorType {
  return intern({
    kind: "tensor",
    shape: Object.freeze([...shape]),
    element: typeof element === "string" ? scalar(element) : element,
  });
}

export function functionType(inputs: readonly Type[], results: readonly Type[]): FunctionType {
  return intern({ kind: "function", inputs: Object.freeze([...inputs]), results: Object.freeze([...results]) });
}

export const noneType: NoneType = intern({ kind: "none" });

/** MLIR text of a type, e.g. `tensor<1x3x224x224xf32>`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "scalar":
      return type.name;
    case "tensor":
      return `tensor<${type.shape.map((extent) => `${extent}x`).join("")}${type.element.name}>`;
    case "function":
      return `(${type.inputs.map(typeText).join(", ")}) -> ${resultsText(type.results)}`;
    case "none":
      return "none";
  }
}

/** Result list of a function type: one non-function type stands alone, others are parenthesised. */
export function resultsText(results: readonly Type[]): string {
  const [only] = results;
  if (results.length === 1 && only !== undefined && only.kind !== "function") return typeText(only);
  return `(${results.map(typeText).join(", ")})`;
}

/** Number of elements of a shape; 1 for rank 0. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** True for the floating-point scalar types. */
export function isFloat(type: ScalarType): boolean {
  return type.name.startsWith("f") || type.name === "bf16";
}

/** Width of a scalar as stored in a file or in memory, in bits (`i1` is stored in 8). */
export function bitWidth(type: ScalarType): number {
  if (type.name === "i1") return 8;
  if (type.name === "index") return 64;
  if (type.name.startsWith("f8")) return 8;
  return Number(type.name.replace(/^[a-z]+/, ""));
}
