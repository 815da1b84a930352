/** What fused neighbours compute for any elements of a tile: the ops' own kernels on what is gathered for them. */
import type { Value } from "../../ir/core.ts";
import { Operation } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import { operandName } from "../../ir/op-kind.ts";
import { hasTrait, kindOf } from "../../ir/ops/registry.ts";
import { transpose } from "../../ir/ops/shape.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { zeros } from "../../ir/tensor-value.ts";
import type { ScalarType, TensorType } from "../../ir/types.ts";
import { tensorType } from "../../ir/types.ts";
import { bug, present } from "../../support/bug.ts";
import type { ProgramTensor } from "../schedule/program.ts";
import type { IndexMap } from "./index-map.ts";
import { MapComposer, operandMap, transposeMap } from "./index-map.ts";

type Numbers = TensorValue["data"];

/** One step on the way to fused values; steps name earlier ones by their number. */
export type Step =
  /** What the tile itself holds. */
  | { readonly kind: "tile"; readonly element: ScalarType }
  /** A further operand, which streams from its home. */
  | { readonly kind: "stream"; readonly tensor: ProgramTensor; readonly map: IndexMap; readonly type: TensorType }
  | { readonly kind: "op"; readonly op: Operation; readonly operands: readonly number[]; readonly map: IndexMap };

/** How leaves are found. */
export interface ValueSources {
  /** True for operations of the region. */
  readonly isMember: (op: Operation) => boolean;
  /** True for a value that the tile holds under this map of its elements. */
  readonly isTile: (value: Value, map: IndexMap) => boolean;
  readonly tensorOf: (value: Value) => ProgramTensor;
}

/**
 * Steps that compute values element by element. Elements are numbered by a root tensor (the operand that a tile is of, or the
 * anchor's result); a map says which element of another value belongs to each.
 */
export class FusedValues {
  readonly steps: Step[] = [];
  private readonly known = new Map<Value, Map<IndexMap, number>>();
  private readonly tables = new Map<Operation, Map<number, IndexMap>>();
  private readonly composer = new MapComposer();
  private readonly sources: ValueSources;

  constructor(sources: ValueSources) {
    this.sources = sources;
  }

  /** The step that gives a value's elements under a map. */
  pull(value: Value, map: IndexMap): number {
    const byMap = this.known.get(value) ?? new Map<IndexMap, number>();
    this.known.set(value, byMap);
    const found = byMap.get(map);
    if (found !== undefined) return found;
    const step = this.derive(value, map);
    byMap.set(map, step);
    return step;
  }

  private derive(value: Value, map: IndexMap): number {
    const { isTile, isMember, tensorOf } = this.sources;
    const type = tensorTypeOf(value);
    if (isTile(value, map)) return this.add({ kind: "tile", element: type.element });
    const op = value.definingOp;
    if (op === undefined || !isMember(op)) return this.add({ kind: "stream", tensor: tensorOf(value), map, type });
    const { compose } = this.operandMaps(op);
    if (hasTrait(op, "view") || transpose.match(op) !== undefined) {
      return this.pull(present(op.operands[0], "an operand"), compose(map, 0));
    }
    if (!hasTrait(op, "elementwise")) bug(`${op.name} is fused, but is not element-wise`);
    const operands = op.operands.map((operand, position) => this.pull(operand, compose(map, position)));
    return this.add({ kind: "op", op, operands, map });
  }

  /** Maps from a result's elements to an operand's, after a map to the result's. */
  private operandMaps(op: Operation): { readonly compose: (map: IndexMap, position: number) => IndexMap } {
    const tables = this.tables.get(op) ?? new Map<number, IndexMap>();
    this.tables.set(op, tables);
    return {
      compose: (map, position) => {
        if (!tables.has(position)) tables.set(position, ownMap(op, position));
        return this.composer.compose(map, tables.get(position));
      },
    };
  }

  private add(step: Step): number {
    return this.steps.push(step) - 1;
  }
}

function ownMap(op: Operation, position: number): IndexMap {
  const move = transpose.match(op);
  if (move !== undefined) return transposeMap(move.types.input.shape, move.attrs.permutation);
  return hasTrait(op, "view") ? undefined : operandMap(op, position);
}

/** What is needed to compute the values of some elements. */
export interface Elements {
  /** Their numbers in the root tensor. */
  readonly indices: Int32Array;
  readonly count: number;
  /** What the tile holds of them. */
  readonly tile: Numbers;
  readonly read: (tensor: ProgramTensor) => Numbers;
}

/** Computes fused values for the elements of one tile after the other. */
export class FusedKernel {
  readonly steps: readonly Step[];
  private readonly known = new Map<number, Sized>();
  private readonly masks = new Map<number, Numbers>();

  constructor({ steps }: FusedValues) {
    this.steps = steps;
    steps.forEach((step, index) => {
      if (step.kind === "op" && step.op.name === "nn.trilu") this.masks.set(index, maskOf(step.op));
    });
  }

  /** The values of every step. */
  run(elements: Elements): readonly Numbers[] {
    const { count, tile } = elements;
    const { types, copies } = this.sized(count);
    const values: TensorValue[] = [];
    this.steps.forEach((step, index) => {
      const type = types[index]!;
      if (step.kind === "tile") values.push({ type, data: fitting(tile, count) });
      else if (step.kind === "stream") values.push({ type, data: gathered(step, elements, type) });
      else {
        const operands = step.operands.map((operand, position) => asDeclared(values[operand]!, step.op, position));
        const mask = this.masks.get(index);
        values.push(
          mask === undefined
            ? present(kindOf(step.op)?.evaluate(copies[index]!, operands)?.[0], step.op.name)
            : masked(present(operands[0], "an operand"), mask, { ...elements, map: step.map }),
        );
      }
    });
    return values.map(({ data }) => data);
  }

  /** Types of rows, and the ops with results of this many elements. */
  private sized(count: number): Sized {
    const known = this.known.get(count);
    if (known !== undefined) return known;
    const types = this.steps.map((step) => rowType(count, elementOf(step)));
    const copies = this.steps.map((step, index) => {
      if (step.kind !== "op") return undefined;
      const { name, attributes, location } = step.op;
      return new Operation({ name, resultTypes: types.slice(index, index + 1), attributes, location });
    });
    const sized = { types, copies };
    this.known.set(count, sized);
    return sized;
  }
}

/** What depends only on how many elements there are, by step. */
interface Sized {
  readonly types: readonly TensorType[];
  readonly copies: readonly (Operation | undefined)[];
}

function elementOf(step: Step): ScalarType {
  if (step.kind === "tile") return step.element;
  return step.kind === "stream" ? step.type.element : tensorTypeOf(step.op.result).element;
}

/** One row, so that ops with a number for each channel (dimension 1) have one for each element. */
function rowType(count: number, { name }: ScalarType): TensorType {
  return tensorType([1, count], name);
}

function fitting(tile: Numbers, count: number): Numbers {
  return tile.length === count ? tile : tile.subarray(0, count);
}

function gathered(
  { tensor, map }: Extract<Step, { kind: "stream" }>,
  { indices, count, read }: Elements,
  type: TensorType,
): Numbers {
  const from = read(tensor);
  const { data } = zeros(type);
  for (let at = 0; at < count; at++) {
    const index = indices[at]!;
    // What lies outside of the tensor is set to zero afterwards.
    data[at] = index < 0 ? 0 : from[map === undefined ? index : map[index]!]!;
  }
  return data;
}

/** Vectors of one number a channel must stay vectors. */
function asDeclared(value: TensorValue, op: Operation, position: number): TensorValue {
  const kind = present(kindOf(op), "a kind");
  if (kind.operandSpecs[operandName(kind, position)]?.rank !== 1) return value;
  return { type: tensorType([value.data.length], value.type.element.name), data: value.data };
}

/** `nn.trilu` is the one element-wise op that asks where an element stands: its result for ones. */
function maskOf(op: Operation): Numbers {
  const ones = zeros(tensorTypeOf(op.result));
  ones.data.fill(1);
  return present(kindOf(op)?.evaluate(op, [ones])?.[0], op.name).data;
}

function masked(
  value: TensorValue,
  mask: Numbers,
  { indices, count, map }: Pick<Elements, "indices" | "count"> & { readonly map: IndexMap },
): TensorValue {
  const result = zeros(value.type);
  for (let at = 0; at < count; at++) {
    const index = indices[at]!;
    result.data[at] = index >= 0 && mask[map === undefined ? index : map[index]!]! !== 0 ? value.data[at]! : 0;
  }
  return result;
}
