/** Makes the ops of a function, and computes at once what is known already: so shape arithmetic never reaches the IR. */
import type { AttributeSpecs } from "../../ir/attribute-specs.ts";
import { denseAttribute, resourceAttribute } from "../../ir/attributes.ts";
import type { Operation, Value } from "../../ir/core.ts";
import { Block } from "../../ir/core.ts";
import type { AttributeInputs, OperandInputs, TypedOpKind } from "../../ir/define-op.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { Location } from "../../ir/location.ts";
import type { OperandSpecs } from "../../ir/op-kind.ts";
import { constant } from "../../ir/ops/constant.ts";
import { broadcastTo } from "../../ir/ops/shape.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import type { TensorType } from "../../ir/types.ts";
import { tensorType, typeText } from "../../ir/types.ts";
import { bug } from "../../support/bug.ts";
import { fail } from "../../support/diagnostics.ts";
import type { Folded } from "./folding.ts";
import { Folder } from "./folding.ts";
import { maxRank } from "./inputs/input-values.ts";

/** A tensor whose numbers the importer holds: shapes, indices, masks, scalars. */
export interface KnownTensor {
  readonly kind: "known";
  readonly type: TensorType;
  readonly numbers: TensorValue;
}

/** A tensor whose numbers are in the model's storage under a key, possibly seen under another shape. */
export interface WeightTensor {
  readonly kind: "weight";
  readonly type: TensorType;
  readonly key: string;
}

/** A tensor that an op of the module computes, or an input of the function. */
export interface ComputedTensor {
  readonly kind: "computed";
  readonly type: TensorType;
  readonly value: Value;
}

/** A tensor of the graph that is being imported. */
export type Tensor = KnownTensor | WeightTensor | ComputedTensor;

type OptionalNames<O extends OperandSpecs> = {
  [K in keyof O]: O[K] extends { readonly optional: true } ? K : never;
}[keyof O];

/** Operands of an op by name. */
export type TensorOperands<O extends OperandSpecs> = {
  readonly [K in Exclude<keyof O, OptionalNames<O>>]: O[K] extends { readonly variadic: true }
    ? readonly Tensor[]
    : Tensor;
} & Readonly<Partial<Record<OptionalNames<O>, Tensor | undefined>>>;

/** Constants that repeat one number are written as that number and a broadcast when they have more elements than this. */
const splatLimit = 64;

export function knownTensor(numbers: TensorValue): KnownTensor {
  return { kind: "known", type: numbers.type, numbers };
}

export function computedTensor(value: Value): ComputedTensor {
  return { kind: "computed", type: tensorTypeOf(value), value };
}

/** Appends ops to a block. */
export class ModuleBuilder {
  private readonly block: Block;
  private readonly constants = new Map<Tensor | string, Value>();
  private readonly folder = new Folder();

  constructor(block: Block) {
    this.block = block;
  }

  /** The result of an op: computed now when all operands are known and the result is small, else an op of the module. */
  emit<const O extends OperandSpecs, const A extends AttributeSpecs>(
    kind: TypedOpKind<O, A>,
    operands: TensorOperands<O>,
    attributes: AttributeInputs<A>,
    location: Location,
  ): Tensor {
    const known = kind.traits.has("matrix") ? undefined : knownOperands(operands);
    if (known !== undefined) {
      const draft = draftOf(known, (valueOf) => ({
        kind,
        op: kind.build(mapOperands<O>(operands, valueOf), attributes, location),
      }));
      refuseManyDimensions(draft.op);
      const folded = this.folder.fold(draft);
      if (folded !== undefined) return knownTensor(folded);
    }
    const values = mapOperands<O>(operands, (tensor) => this.valueOf(tensor, location));
    const op = kind.build(values, attributes, location);
    refuseManyDimensions(op);
    return computedTensor(this.append(op));
  }

  /** The value of a tensor in the module; what is known becomes a constant at its first use. */
  valueOf(tensor: Tensor, location: Location): Value {
    if (tensor.kind === "computed") return tensor.value;
    const key = tensor.kind === "weight" ? `${tensor.key} ${typeText(tensor.type)}` : tensor;
    const present = this.constants.get(key);
    if (present !== undefined) return present;
    const value = this.makeConstant(tensor, location);
    this.constants.set(key, value);
    return value;
  }

  private makeConstant(tensor: KnownTensor | WeightTensor, location: Location): Value {
    if (tensor.kind === "weight") {
      return this.append(constant.build({}, { value: resourceAttribute(tensor.key, tensor.type) }, location));
    }
    const { type, numbers } = tensor;
    const isSplat = numbers.data.length > splatLimit && numbers.data.every((item) => Object.is(item, numbers.data[0]));
    if (!isSplat) return this.append(constant.build({}, { value: denseAttribute(numbers) }, location));
    const one = { type: tensorType([], type.element), data: numbers.data.slice(0, 1) };
    const input = this.append(constant.build({}, { value: denseAttribute(one) }, location));
    return this.append(broadcastTo.build({ input }, { shape: type.shape }, location));
  }

  private append(op: Operation): Value {
    this.block.append(op);
    return op.result;
  }
}

type OperandEntry = Tensor | readonly Tensor[] | undefined;

/** The operands when all are known; undefined when one is not. */
function knownOperands(operands: object): readonly KnownTensor[] | undefined {
  // Operand records hold tensors, lists of them, or nothing, whatever the op.
  const tensors = (Object.values(operands) as readonly OperandEntry[]).flat();
  const known = tensors.filter((tensor) => tensor?.kind === "known");
  return known.length === tensors.filter((tensor) => tensor !== undefined).length ? known : undefined;
}

function mapOperands<O extends OperandSpecs>(
  operands: TensorOperands<O>,
  valueOf: (tensor: Tensor) => Value,
): OperandInputs<O> {
  const entries = Object.entries(operands as Readonly<Record<string, OperandEntry>>).map(([name, entry]) => {
    if (entry === undefined) return [name, undefined];
    return [name, Array.isArray(entry) ? entry.map(valueOf) : valueOf(entry as Tensor)];
  });
  // The same names, each tensor replaced by its value.
  return Object.fromEntries(entries) as OperandInputs<O>;
}

/** An op on placeholders of known tensors. */
interface Draft {
  readonly kind: Folded["kind"];
  readonly op: Operation;
}

function draftOf(known: readonly KnownTensor[], build: (valueOf: (tensor: Tensor) => Value) => Draft): Folded {
  const scratch = new Block(known.map(({ type }) => type));
  const placeholders = new Map<Tensor, Value>();
  known.forEach((tensor, index) => {
    const argument = scratch.args[index];
    if (argument !== undefined) placeholders.set(tensor, argument);
  });
  const { kind, op } = build((tensor) => placeholders.get(tensor) ?? bug("a known operand has no placeholder"));
  const numbersOf = new Map(known.map((tensor) => [placeholders.get(tensor), tensor.numbers]));
  return {
    kind,
    op,
    operands: op.operands.map((value) => numbersOf.get(value) ?? bug("a placeholder has no numbers")),
  };
}

/** @throws DiagnosticError when a result has more dimensions than tensors may have here */
function refuseManyDimensions({ results }: Operation): void {
  for (const result of results) {
    const rank = tensorTypeOf(result).shape.length;
    if (rank <= maxRank) continue;
    fail({ code: "op-invalid", message: `a tensor of ${rank} dimensions is not supported, only of up to ${maxRank}` });
  }
}
