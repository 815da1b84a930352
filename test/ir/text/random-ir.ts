/** Random IR for the laws of the text: operations of every registered kind, attributes, types and locations of every kind. */
import fc from "fast-check";
import type { Attribute } from "../../../src/ir/attributes.ts";
import {
  arrayAttribute,
  boolAttribute,
  denseAttribute,
  dictionaryAttribute,
  floatAttribute,
  integerAttribute,
  integersAttribute,
  opaqueAttribute,
  resourceAttribute,
  stringAttribute,
  symbolAttribute,
  typeAttribute,
  unitAttribute,
} from "../../../src/ir/attributes.ts";
import type { Operation, Value } from "../../../src/ir/core.ts";
import type { Location } from "../../../src/ir/location.ts";
import { fileLocation, nameLocation, unknownLocation } from "../../../src/ir/location.ts";
import { memrefType } from "../../../src/ir/memref-type.ts";
import { roundToFloat } from "../../../src/ir/numbers/number-formats.ts";
import { createFastRegion } from "../../../src/ir/ops/fast.ts";
import { functionsOf } from "../../../src/ir/ops/builtin.ts";
import { tensorValue } from "../../../src/ir/tensor-value.ts";
import type { ScalarName, TensorType, Type } from "../../../src/ir/types.ts";
import { elementCount, functionType, noneType, opaqueType, scalar, tensorType } from "../../../src/ir/types.ts";
import { moduleOf } from "../programs.ts";
import { sampleOperations } from "../samples.ts";

const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 6 }), fc.string({ maxLength: 6 }));
const identifier = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_$.]{0,5}$/);
const floatName = fc.constantFrom<ScalarName>("f64", "f32", "tf32", "f16", "bf16", "f8E4M3FN", "f8E5M2", "f4E2M1FN");
const integerName = fc.constantFrom<ScalarName>("i4", "i8", "i32", "i64", "ui8", "si16", "i7", "index");
const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
const tensor = fc
  .tuple(shape, fc.oneof(floatName, integerName, fc.constant<ScalarName>("i1")))
  .map(([extents, element]) => tensorType(extents, element));

/** Types of every kind. */
export const anyType: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc
    .oneof(
      { maxDepth: 2, withCrossShrink: true },
      tensor,
      fc.oneof(floatName, integerName).map(scalar),
      fc.constant(noneType),
      fc.constantFrom("!d.t", '!d.t<"x", [1, {2}], (a) -> b>', "tuple<i32, f32>", "tensor<?x4xf32>", "tensor<*xi8>"),
      fc.constantFrom("vector<4x[8]xf32>", "complex<f32>", "memref<*xf32>", "tensor<4xf32, #d.e>"),
      fc.tuple(shape, fc.boolean()).map(([extents, isDynamic]) =>
        memrefType({
          shape: [...extents, isDynamic ? undefined : 2],
          element: scalar("f32"),
          layout: isDynamic ? opaqueAttribute("strided<[?, 1], offset: 3>") : undefined,
          memorySpace: extents.length > 1 ? integerAttribute(2) : undefined,
        }),
      ),
      fc
        .tuple(fc.array(tie("type"), { maxLength: 2 }), fc.array(tie("type"), { maxLength: 2 }))
        .map(([inputs, results]) => functionType(inputs, results)),
    )
    .map((type) => (typeof type === "string" ? opaqueType(type) : type)),
})).type;

const float = fc.tuple(fc.oneof(fc.double(), fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 1e300, 0.1)), floatName);

function floatOf([value, name]: readonly [number, ScalarName]): Attribute {
  const rounded = roundToFloat(value, scalar(name));
  // Formats without infinities and NaN have no pattern for them.
  return floatAttribute(Number.isFinite(rounded) || !name.startsWith("f4") ? finiteIn(name, rounded) : 1, scalar(name));
}

function finiteIn(name: ScalarName, value: number): number {
  return name === "f8E4M3FN" && Math.abs(value) === Infinity ? 448 : value;
}

const integer = integerName.chain((name) => {
  const width = name === "index" ? 64 : Number(/\d+/.exec(name)?.[0]);
  const half = 1n << BigInt(width - 1);
  const range = name.startsWith("u") ? { min: 0n, max: 2n * half - 1n } : { min: -half, max: half - 1n };
  return fc.bigInt(range).map((value) => integerAttribute(value, scalar(name)));
});

const dense = tensor.chain((type) => {
  const { element } = type;
  const isFloat = element.name.startsWith("f") || element.name.includes("f");
  const item = element.name === "i1" ? fc.nat(1) : isFloat ? fc.integer({ min: -6, max: 6 }) : fc.nat(7);
  const count = elementCount(type.shape);
  return fc.array(item, { minLength: count, maxLength: count }).map((items) => {
    const rounded = items.map((value) => (isFloat ? roundToFloat(value / 2, element) : value));
    return denseAttribute(tensorValue(type.shape, element.name, rounded));
  });
});

const affine: fc.Arbitrary<Attribute> = fc.constantFrom<Attribute>(
  {
    kind: "affineMap",
    map: {
      dimensions: 2,
      symbols: 1,
      results: [
        { kind: "+", lhs: { kind: "dimension", index: 0 }, rhs: { kind: "constant", value: -3n } },
        {
          kind: "floordiv",
          lhs: { kind: "+", lhs: { kind: "dimension", index: 1 }, rhs: { kind: "symbol", index: 0 } },
          rhs: { kind: "constant", value: 4n },
        },
      ],
    },
  },
  {
    kind: "affineSet",
    set: {
      dimensions: 1,
      symbols: 0,
      constraints: [{ expression: { kind: "dimension", index: 0 }, isEquality: false }],
    },
  },
);

/** Attributes of every kind. */
export const anyAttribute: fc.Arbitrary<Attribute> = fc.letrec<{ attribute: Attribute }>((tie) => ({
  attribute: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    integer,
    float.map(floatOf),
    fc.boolean().map(boolAttribute),
    text.map(stringAttribute),
    fc.constant(unitAttribute),
    anyType.map(typeAttribute),
    fc.tuple(text, fc.array(identifier, { maxLength: 2 })).map(([name, nested]) => symbolAttribute(name, nested)),
    dense,
    fc.tuple(text, tensor).map(([key, type]) => resourceAttribute(key, type)),
    affine,
    fc
      .tuple(fc.constantFrom<ScalarName>("i8", "i64"), fc.array(fc.integer({ min: -9, max: 9 })))
      .map(([name, values]): Attribute => ({ kind: "denseArray", element: scalar(name), values: values.map(BigInt) })),
    fc.constantFrom('#d.a<"}", x>', "#d<a b>", "#d.b", "distinct[0]<unit>", 'loc("x":1:2)').map(opaqueAttribute),
    fc.array(tie("attribute"), { maxLength: 3 }).map(arrayAttribute),
    fc.array(fc.tuple(text, tie("attribute")), { maxLength: 3 }).map(dictionaryAttribute),
  ),
})).attribute;

/** Locations of every kind. */
export const anyLocation: fc.Arbitrary<Location> = fc.letrec<{ location: Location }>((tie) => ({
  location: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constant(unknownLocation),
    fc.tuple(text, fc.nat(), fc.nat()).map(([file, line, column]) => fileLocation(file, line, column)),
    fc.tuple(text, fc.nat(9), fc.nat(9), fc.nat(9)).map(([file, line, column, more]): Location => {
      return { kind: "file", file, line, column, end: { line: line + (more % 2), column: column + more } };
    }),
    fc.tuple(text, tie("location")).map(([name, child]) => nameLocation(name, child)),
    fc
      .tuple(fc.array(tie("location"), { maxLength: 3 }), fc.option(anyAttribute))
      .map(([sources, metadata]): Location =>
        metadata === null ? { kind: "fused", sources } : { kind: "fused", sources, metadata },
      ),
    fc
      .tuple(tie("location"), tie("location"))
      .map(([callee, caller]): Location => ({ kind: "callsite", callee, caller })),
  ),
})).location;

/** How a random module is put together from the sample operations. */
export interface ModuleRecipe {
  readonly steps: readonly {
    readonly sample: number;
    readonly reuse: readonly number[];
    readonly note: Attribute | null;
    readonly location: Location;
  }[];
  readonly names: readonly string[];
  /** Puts the second half of the operations into a region. */
  readonly hasRegion: boolean;
  readonly moduleLocation: Location;
}

/** Recipes of modules with a few operations. */
export const anyRecipe: fc.Arbitrary<ModuleRecipe> = fc.record({
  steps: fc.array(
    fc.record({
      sample: fc.nat(9999),
      reuse: fc.array(fc.nat(9), { maxLength: 5 }),
      note: fc.option(anyAttribute),
      location: anyLocation,
    }),
    { minLength: 1, maxLength: 6 },
  ),
  names: fc.array(text, { maxLength: 4 }),
  hasRegion: fc.boolean(),
  moduleLocation: anyLocation,
});

/** The module of a recipe: operands are earlier values of their type where there are some, else arguments. */
export function moduleFrom({ steps, names, hasRegion, moduleLocation }: ModuleRecipe): Operation {
  const operations = steps.map(({ sample, note, location }) => {
    const samples = sampleOperations();
    const op = samples[sample % samples.length]!;
    if (note !== null) op.attributes.set("test.note", note);
    op.location = location;
    return op;
  });
  const inside = hasRegion ? operations.slice(Math.ceil(operations.length / 2)) : [];
  const outside = operations.slice(0, operations.length - inside.length);
  const types = operations.flatMap((op) => op.operands.map((operand) => operand.type as TensorType));
  const module = moduleOf(
    types,
    (_append, args, block) => {
      const known = [...args];
      connect(outside, { known, steps });
      for (const op of outside) block.append(op);
      if (inside.length > 0) {
        const region = regionOf(inside, known, steps);
        block.append(region);
        return region.results;
      }
      return outside.flatMap((op) => op.results);
    },
    { inputs: types.map((_type, index) => names[index] ?? "") },
  );
  module.location = moduleLocation;
  functionsOf(module)[0]!.regions[0]!.block.argumentLocations[0] = moduleLocation;
  return module;
}

interface Known {
  readonly known: Value[];
  readonly steps: ModuleRecipe["steps"];
}

/** Gives the operands of operations values of their types; a later operation may read an earlier one. */
function connect(operations: readonly Operation[], { known, steps }: Known): void {
  for (const [position, op] of operations.entries()) {
    const reuse = steps[position]?.reuse ?? [];
    op.operands.forEach((operand, index) => {
      const candidates = known.filter((value) => value.type === operand.type);
      op.setOperand(index, candidates[(reuse[index] ?? 0) % candidates.length]!);
    });
    known.push(...op.results);
  }
}

function regionOf(operations: readonly Operation[], known: readonly Value[], steps: ModuleRecipe["steps"]): Operation {
  return createFastRegion({
    operands: known,
    attributes: [
      ["id", integerAttribute(0)],
      ["anchor", integerAttribute(2)],
      ["engine", stringAttribute("dma")],
      ["operations", integersAttribute([2])],
    ],
    body: (args) => {
      connect(operations, { known: [...args], steps });
      return { operations, results: operations.flatMap((op) => op.results) };
    },
    location: unknownLocation,
  });
}
