/** Declares an op once: from the record come its builder, typed view, verifier, inference, cost nest and reference. */
import { bug } from "../support/bug.ts";
import { fail } from "../support/diagnostics.ts";
import { nearestName } from "../support/nearest-name.ts";
import type { AttributeSpecs, AttributeValue } from "./attribute-specs.ts";
import type { Attribute } from "./attributes.ts";
import { attributeText } from "./attributes.ts";
import type { Value } from "./core.ts";
import { Operation } from "./core.ts";
import type { Location } from "./location.ts";
import { describeLocation } from "./location.ts";
import type { LoopNest } from "./loop-nest.ts";
import { convertNumber } from "./numbers/number-formats.ts";
import type { OperandSpec, OperandSpecs, OpKind, Trait } from "./op-kind.ts";
import type { TensorValue } from "./tensor-value.ts";
import type { TensorType } from "./types.ts";
import { typeText } from "./types.ts";

interface Shapes {
  0: readonly [];
  1: readonly [number];
  2: readonly [number, number];
  3: readonly [number, number, number];
  4: readonly [number, number, number, number];
  5: readonly [number, number, number, number, number];
}
type ShapeOfRank<R> = R extends keyof Shapes ? Shapes[R] : readonly number[];
type TypeOfSpec<S extends OperandSpec> = S extends { readonly rank: infer R } ? TensorType<ShapeOfRank<R>> : TensorType;

/** One entry per operand name: an array for a variadic operand, possibly undefined for an optional one. */
type PerOperand<O extends OperandSpecs, Many, One extends Record<keyof O, unknown>> = {
  readonly [K in keyof O]: O[K] extends { readonly variadic: true }
    ? readonly Many[]
    : O[K] extends { readonly optional: true }
      ? One[K] | undefined
      : One[K];
};
export type OperandTypes<O extends OperandSpecs> = PerOperand<O, TensorType, { [K in keyof O]: TypeOfSpec<O[K]> }>;
export type OperandValues<O extends OperandSpecs> = PerOperand<O, Value, { [K in keyof O]: Value }>;
export type OperandTensors<O extends OperandSpecs> = PerOperand<O, TensorValue, { [K in keyof O]: TensorValue }>;

export type AttributeValues<A extends AttributeSpecs> = { readonly [K in keyof A]: AttributeValue<A[K]> };
type DefaultedKeys<A extends AttributeSpecs> = {
  [K in keyof A]: A[K] extends { readonly fallback: { readonly value: unknown } } ? K : never;
}[keyof A];
/** What a builder takes: attributes with a default may be left out. */
export type AttributeInputs<A extends AttributeSpecs> = {
  readonly [K in Exclude<keyof A, DefaultedKeys<A>>]: AttributeValue<A[K]>;
} & { readonly [K in DefaultedKeys<A>]?: AttributeValue<A[K]> | undefined };
type OptionalOperands<O extends OperandSpecs> = {
  [K in keyof O]: O[K] extends { readonly optional: true } ? K : never;
}[keyof O];
/** What a builder takes: an optional operand may be left out. */
export type OperandInputs<O extends OperandSpecs> = Omit<OperandValues<O>, OptionalOperands<O>> &
  Readonly<Partial<Record<OptionalOperands<O>, Value | undefined>>>;

/** The record of an op. Hooks get operands by name; a declared rank makes `shape` a tuple. */
export interface OpRecord<O extends OperandSpecs, A extends AttributeSpecs> {
  readonly name: string;
  readonly summary: string;
  readonly operands: O;
  readonly attributes: A;
  readonly traits: readonly Trait[];
  /** For docs/ir.md: words about an operand, an attribute or the `result` whose name and the summary do not say it all. */
  readonly docs?: Partial<Readonly<Record<keyof NoInfer<O> | keyof NoInfer<A> | "result", string>>>;
  /** What types and attributes alone cannot say; the text of the problem, or undefined. Called before `inferTypes`. */
  readonly verify?: (operands: OperandTypes<O>, attributes: AttributeValues<A>) => string | undefined;
  readonly inferTypes: (
    operands: OperandTypes<O>,
    attributes: AttributeValues<A>,
  ) => TensorType | readonly TensorType[];
  /** The operand that the op gives back; asked only where an operand has the result's type. Never looks at numbers. */
  readonly fold?: (view: OpView<O, A>) => Value | undefined;
  readonly loopNest?: (operands: OperandTypes<O>, attributes: AttributeValues<A>) => LoopNest;
  /** Computes in double precision; results are rounded to their types afterwards. undefined: not known here. */
  readonly reference?: (
    operands: OperandTensors<O>,
    attributes: AttributeValues<A>,
    results: readonly TensorType[],
  ) => TensorValue | readonly TensorValue[] | undefined;
}

/** A typed look at one operation of the kind. */
export interface OpView<O extends OperandSpecs, A extends AttributeSpecs> {
  readonly op: Operation;
  readonly operands: OperandValues<O>;
  readonly types: OperandTypes<O>;
  readonly attrs: AttributeValues<A>;
  /** The first result. */
  readonly result: Value;
}

/** An op kind with its typed builder and matcher. */
export interface TypedOpKind<O extends OperandSpecs, A extends AttributeSpecs> extends OpKind {
  /**
   * A detached operation; its result types are inferred.
   * @throws DiagnosticError `op-invalid` at the location's ONNX node when operands or attributes do not fit
   */
  readonly build: (operands: OperandInputs<O>, attributes: AttributeInputs<A>, location: Location) => Operation;
  /** The typed view when the operation is of this kind (it must be valid), else undefined. */
  readonly match: (op: Operation | undefined) => OpView<O, A> | undefined;
}

/** Makes an op kind from its record. */
export function defineOp<const O extends OperandSpecs, const A extends AttributeSpecs>(
  record: OpRecord<O, A>,
): TypedOpKind<O, A> {
  const specs = Object.entries(record.operands);
  const operandNames = specs.map(([name]) => name);
  const arity = arityOf(specs);
  const attributeSpecs = Object.entries(record.attributes);

  /** Operands by name. Typed by the caller: the map has exactly the declared names, in the declared forms. */
  function byName<T>(items: readonly T[]): Readonly<Record<string, T | readonly T[] | undefined>> {
    const named: Record<string, T | readonly T[] | undefined> = {};
    for (let index = 0; index < operandNames.length; index++) {
      const isRest = arity.isVariadic && specs[index]?.[1].variadic === true;
      named[operandNames[index] ?? ""] = isRest ? items.slice(index) : items[index];
    }
    return named;
  }
  // The three casts name the same map as the mapped types above; arity and ranks were checked by `problems`.
  const typesOf = (op: Operation): OperandTypes<O> =>
    byName(op.operands.map((operand) => operand.type)) as unknown as OperandTypes<O>;
  const valuesOf = (op: Operation): OperandValues<O> => byName(op.operands) as unknown as OperandValues<O>;
  const tensorsOf = (tensors: readonly TensorValue[]): OperandTensors<O> =>
    byName(tensors) as unknown as OperandTensors<O>;
  const attributesOf = (op: Operation): AttributeValues<A> =>
    decodeAttributes(attributeSpecs, op) as AttributeValues<A>;

  const parts: ViewParts<O, A> = { valuesOf, typesOf, attributesOf };

  /** The result types of an operation, or what is wrong with it. */
  function checked(op: Operation): Checked {
    const problems = [...arityProblems(specs, arity, op), ...attributeProblems(attributeSpecs, op)];
    if (op.regions.length > 0) problems.push("has a region but takes none");
    if (problems.length > 0) return { problems };
    const [operands, attributes] = [typesOf(op), attributesOf(op)];
    const semantic = record.verify?.(operands, attributes);
    if (semantic !== undefined) return { problems: [semantic] };
    return { problems, types: listOf(record.inferTypes(operands, attributes)) };
  }

  function viewOf(op: Operation): OpView<O, A> | undefined {
    const [result] = op.results;
    if (result === undefined) return undefined;
    return new View(op, result, parts);
  }

  const { fold } = record;
  const kind: TypedOpKind<O, A> = {
    ...(fold === undefined ? {} : { fold: foldWith(viewOf, fold) }),
    name: record.name,
    summary: record.summary,
    docs: record.docs ?? {},
    operandSpecs: record.operands,
    attributeSpecs: record.attributes,
    traits: new Set(record.traits),
    verify(op) {
      const { problems, types: want } = checked(op);
      // Types are interned: equal types are the same object.
      if (want === undefined || haveTypes(op.results, want)) return problems;
      const texts = [op.results.map((result) => result.type), want].map((types) => types.map(typeText).join(", "));
      return [`result types are ${texts[0]} but should be ${texts[1]}`];
    },
    inferTypes: (op) => listOf(record.inferTypes(typesOf(op), attributesOf(op))),
    loopNest: (op) => record.loopNest?.(typesOf(op), attributesOf(op)),
    evaluate(op, operands) {
      const results = op.results.map((result) => tensorTypeOf(result));
      const values = record.reference?.(tensorsOf(operands), attributesOf(op), results);
      if (values === undefined) return undefined;
      return listOf(values).map(fitted);
    },
    build(operands, attributes, location) {
      // Keys are the declared names; a variadic operand is an array, an optional one may be missing.
      const given = operands as unknown as Readonly<Record<string, Value | readonly Value[] | undefined>>;
      const flat = specs.flatMap(([name]) => {
        const operand = given[name];
        return operand === undefined ? [] : listOf(operand);
      });
      const parts = { name: record.name, operands: flat, attributes: encodeAttributes(record.attributes, attributes) };
      const draft = new Operation({ ...parts, location });
      const { problems, types } = checked(draft);
      draft.erase();
      if (types === undefined) refuse(record.name, problems, location);
      return new Operation({ ...parts, resultTypes: types, location });
    },
    match: (op) => (op?.name === record.name ? viewOf(op) : undefined),
  };
  return kind;
}

/** What the record of an op says about an operation; no types when there are problems. */
interface Checked {
  readonly problems: readonly string[];
  readonly types?: readonly TensorType[];
}

function haveTypes(values: readonly Value[], types: readonly TensorType[]): boolean {
  return values.length === types.length && values.every(({ type }, index) => type === types[index]);
}

/** How the parts of a view are made. */
interface ViewParts<O extends OperandSpecs, A extends AttributeSpecs> {
  readonly valuesOf: (op: Operation) => OperandValues<O>;
  readonly typesOf: (op: Operation) => OperandTypes<O>;
  readonly attributesOf: (op: Operation) => AttributeValues<A>;
}

/** Makes each part when it is asked for: most patterns look at one and refuse. */
class View<O extends OperandSpecs, A extends AttributeSpecs> implements OpView<O, A> {
  readonly op: Operation;
  readonly result: Value;
  private readonly parts: ViewParts<O, A>;

  constructor(op: Operation, result: Value, parts: ViewParts<O, A>) {
    this.op = op;
    this.result = result;
    this.parts = parts;
  }

  get operands(): OperandValues<O> {
    return this.parts.valuesOf(this.op);
  }

  get types(): OperandTypes<O> {
    return this.parts.typesOf(this.op);
  }

  get attrs(): AttributeValues<A> {
    return this.parts.attributesOf(this.op);
  }
}

/** Asks a record's hook, for operations whose result has the type of an operand: no other can be one. */
function foldWith<View>(
  viewOf: (op: Operation) => View | undefined,
  fold: (view: View) => Value | undefined,
): NonNullable<OpKind["fold"]> {
  return (op) => {
    const [result, second] = op.results;
    if (result === undefined || second !== undefined) return undefined;
    if (!op.operands.some((operand) => operand.type === result.type)) return undefined;
    const view = viewOf(op);
    return view === undefined ? undefined : fold(view);
  };
}

/** The tensor type of a value; every value of the `nn` dialect has one. */
export function tensorTypeOf(value: Value): TensorType {
  if (value.type.kind !== "tensor") bug(`a tensor is expected, not ${typeText(value.type)}`);
  return value.type;
}

/** The tensor with its numbers rounded or wrapped to its element type; `f32` was rounded when it was stored. */
function fitted(value: TensorValue): TensorValue {
  const { element } = value.type;
  if (element.name === "f32" || element.name === "f64") return value;
  return { type: value.type, data: value.data.map((item) => convertNumber(item, element)) };
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

function refuse(name: string, found: readonly string[], location: Location): never {
  fail({ code: "op-invalid", message: `${name}: ${found.join("; ")}`, at: describeLocation(location) });
}

/** How many operands an op takes. */
interface Arity {
  readonly least: number;
  readonly isVariadic: boolean;
}

function arityOf(specs: readonly (readonly [string, OperandSpec])[]): Arity {
  return {
    least: specs.filter(([, spec]) => spec.optional !== true && spec.variadic !== true).length,
    isVariadic: specs.some(([, spec]) => spec.variadic === true),
  };
}

function arityProblems(
  specs: readonly (readonly [string, OperandSpec])[],
  { least, isVariadic }: Arity,
  op: Operation,
): readonly string[] {
  const count = op.operands.length;
  if (count < least || (!isVariadic && count > specs.length)) {
    const most = isVariadic ? "or more" : specs.length > least ? `to ${specs.length}` : "";
    return [`has ${count} operands but takes ${least}${most === "" ? "" : ` ${most}`}`];
  }
  const problems: string[] = [];
  for (const [index, { type }] of op.operands.entries()) {
    const [name, spec] = specs[Math.min(index, specs.length - 1)] ?? bug(`${op.name} declares no operands`);
    if (type.kind !== "tensor") problems.push(`${name} is ${typeText(type)}, not a tensor`);
    else if (spec.rank !== undefined && spec.rank !== type.shape.length)
      problems.push(`${name} has rank ${type.shape.length} but needs rank ${spec.rank}`);
  }
  return problems;
}

/** Attributes by name, in the order of their declaration. */
type AttributeEntries = readonly (readonly [string, AttributeSpecs[string]])[];

function attributeProblems(specs: AttributeEntries, op: Operation): readonly string[] {
  const problems: string[] = [];
  let declared = 0;
  for (const [name, spec] of specs) {
    const attribute = op.attributes.get(name);
    if (attribute !== undefined) declared++;
    if (attribute === undefined) {
      if (spec.fallback === undefined) problems.push(`attribute ${name} is missing`);
    } else if (spec.decode(attribute) === undefined) {
      problems.push(`attribute ${name} is ${attributeText(attribute)} but should be ${spec.expects}`);
    }
  }
  if (declared === op.attributes.size) return problems;
  const names = specs.map(([name]) => name);
  return [...problems, ...unknownAttributes(names, op)];
}

/** Attributes that an op does not declare; those of other dialects (`fast.note`) may stand on every operation. */
export function unknownAttributes(declared: readonly string[], op: Operation): readonly string[] {
  const unknown = [...op.attributes.keys()].filter((name) => !name.includes(".") && !declared.includes(name));
  return unknown.map((name) => {
    const nearest = nearestName(name, declared);
    return `attribute ${name} is not known${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
  });
}

function decodeAttributes(specs: AttributeEntries, op: Operation): Readonly<Record<string, unknown>> {
  const decoded: Record<string, unknown> = {};
  for (const [name, spec] of specs) {
    const attribute = op.attributes.get(name);
    decoded[name] = attribute === undefined ? spec.fallback?.value : spec.decode(attribute);
  }
  return decoded;
}

/** Attributes to store, sorted by name; those that equal their default are left out. */
function encodeAttributes(
  specs: AttributeSpecs,
  values: Readonly<Record<string, unknown>>,
): readonly (readonly [string, Attribute])[] {
  const stored: (readonly [string, Attribute])[] = [];
  for (const name of Object.keys(specs).sort()) {
    const spec = specs[name];
    const value = values[name];
    if (spec === undefined || value === undefined) continue;
    // The builder's parameter type gives each name a value of its spec's type, and so does the spec's own default.
    const attribute = spec.encode(value as never);
    const fallback = spec.fallback === undefined ? undefined : spec.encode(spec.fallback.value as never);
    if (fallback === undefined || attributeText(attribute) !== attributeText(fallback)) stored.push([name, attribute]);
  }
  return stored;
}
