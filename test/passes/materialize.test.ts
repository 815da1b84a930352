/** Materialising with random decisions, and a larger program; single cases are in form-regions.mlir and its neighbours. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTimeValues } from "../../src/ir/compile-time.ts";
import type { Operation, Value } from "../../src/ir/core.ts";
import type { Decisions, LoopSizes, RegionChoice, ResidentTensor, ValueId } from "../../src/ir/decisions.ts";
import type { FrozenModule } from "../../src/ir/frozen.ts";
import { cloneModule, freeze, isUnchanged } from "../../src/ir/frozen.ts";
import { locationNames } from "../../src/ir/location.ts";
import { functionBody, mainFunction } from "../../src/ir/ops/builtin.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import { add, mul } from "../../src/ir/ops/elementwise-binary.ts";
import { relu, sigmoid } from "../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../src/ir/ops/matmul.ts";
import { softmax } from "../../src/ir/ops/normalisation.ts";
import { hasTrait } from "../../src/ir/ops/registry.ts";
import { reshape, transpose } from "../../src/ir/ops/shape.ts";
import { readDecisions, regionsOf } from "../../src/ir/read-decisions.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { materializePipeline } from "../../src/passes/pipeline.ts";
import { present } from "../../src/support/bug.ts";
import { expectSameNumbers, one, program, two } from "../support/pass-harness.ts";

/** A convolution with bias and a squeeze-and-excite-like gate, a view, a product, a residual: two results. */
const original = program(
  [
    [1, 2, 4, 4],
    [4, 4],
  ],
  (b, x, y) => {
    const weight = two(b, mul, b.weight(4, 2, 1, 1), b.weight(4, 1, 1, 1));
    const conv = b.op((at) => conv2d.build({ input: x, weight }, { strides: [2, 2], pads: [0, 0, 0, 0] }, at));
    const biased = two(b, add, conv, b.weight(4, 1, 1));
    const gated = two(b, mul, biased, one(b, sigmoid, biased));
    const rows = b.op((at) => reshape.build({ input: gated }, { shape: [4, 4] }, at));
    const product = b.op((at) => matmul.build({ lhs: rows, rhs: y }, {}, at));
    const turned = b.op((at) => transpose.build({ input: product }, { permutation: [1, 0] }, at));
    const row = b.op((at) => softmax.build({ input: two(b, add, turned, rows) }, { axis: 1 }, at));
    return [one(b, relu, row), b.op((at) => reshape.build({ input: gated }, { shape: [16] }, at))];
  },
);
const frozen = freeze(original);

/** Ids of the operations that run, with and without views. */
const compileTime = compileTimeValues(original);
const runTime = frozen.operations.flatMap((op, id) =>
  op.results.length > 0 && !op.results.every((r) => compileTime.has(r)) ? [id] : [],
);
const views = runTime.filter((id) => hasTrait(operation(id), "view"));

function operation(id: number): Operation {
  return present(frozen.operations[id], `operation ${id}`);
}

function decisionsOf(regions: readonly RegionChoice[], rest: Partial<Decisions> = {}): Decisions {
  const residency = { capacityBytes: 0, tensors: [] };
  return { moduleSha256: frozen.sha256, partition: { regions }, mappings: [], paddings: [], residency, ...rest };
}

/** Regions of the given operations, the first of each as anchor. */
function partition(...groups: readonly (readonly number[])[]): readonly RegionChoice[] {
  return groups.map((operations, id) => ({ id, anchor: operations[0] ?? 0, operations, engine: "vector-unit" }));
}

function materialize(decisions: Decisions, from: FrozenModule = frozen): Operation {
  const { module } = cloneModule(from.module);
  runPasses(module, materializePipeline(from, decisions));
  return module;
}

const [conv, biased, gate, gated, rows, product, turned, sum, row, out] = runTime as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const wholePartition = partition([conv, biased, gate, gated], [product, turned, sum], [row, out]);

describe("materialising", () => {
  it("groups, keeps views outside behind what they read, and computes the same", () => {
    const module = materialize(decisionsOf(wholePartition));
    const body = [...functionBody(mainFunction(module)).operations()]
      .map((op) => op.name)
      .filter((name) => name !== "nn.constant");
    expect(body).toEqual([
      "nn.mul",
      "fast.region",
      "nn.reshape",
      "fast.region",
      "fast.region",
      "nn.reshape",
      "func.return",
    ]);
    expectSameNumbers(original, module, 0);
    expect(isUnchanged(frozen)).toBe(true);
  });

  it("gives a region its operands in reading order, the results that others read, and all locations", () => {
    const [first, second] = regionsOf(materialize(decisionsOf(wholePartition))) as [Operation, Operation, Operation];
    expect(first.operands.map((operand) => operand.definingOp?.name)).toEqual([undefined, "nn.mul", "nn.constant"]);
    expect(first.results).toHaveLength(1);
    expect(second.operands.map((operand) => operand.definingOp?.name)).toEqual(["nn.reshape", undefined]);
    expect(locationNames(first.location)).toEqual(
      [conv, biased, gate, gated].flatMap((id) => locationNames(operation(id).location)),
    );
  });

  it("computes an operation again in every region that has it, and yields it from the first only", () => {
    const module = materialize(
      decisionsOf(
        partition([conv, biased, gate, gated], [conv, biased, gate, gated, rows, product, turned], [sum, row, out]),
      ),
    );
    const [first, second] = regionsOf(module) as [Operation, Operation];
    expect([first.results.length, second.results.length]).toEqual([1, 2]);
    expect([...first.regions[0]!.block.operations()]).toHaveLength(5);
    expectSameNumbers(original, module, 0);
  });

  it("yields a value for a reader that is computed in two regions, of which one computes the value again", () => {
    const chain = freeze(
      program([[2, 3]], (b, x) => {
        const first = one(b, relu, x);
        const second = one(b, sigmoid, first);
        return [two(b, add, second, x), two(b, mul, second, x)];
      }),
    );
    const [first, second, left, right] = [2, 3, 4, 5] as const;
    const regions = partition([first], [first, second, left], [second, right]);
    const module = materialize({ ...decisionsOf(regions), moduleSha256: chain.sha256 }, chain);
    expect(regionsOf(module).map((op) => op.results.length)).toEqual([1, 1, 1]);
    expectSameNumbers(chain.module, module, 0);
  });
});

/** Random decisions: any cut of the program order into regions, with random numbers on them. */
function anyDecisions(): fc.Arbitrary<Decisions> {
  const size = fc.integer({ min: 1, max: 1000 });
  const sizes: fc.Arbitrary<LoopSizes> = fc.dictionary(
    fc.constantFrom("n", "k", "c", "p", "q", "r", "s", "d0", "b1"),
    size,
  );
  const level = fc.record({
    level: fc.constantFrom("gm" as const, "l2" as const, "l1" as const),
    tile: sizes,
    order: fc.array(fc.constantFrom("n", "k", "c")),
  });
  const mapping = fc.record({
    dataflow: fc.constantFrom(
      "weight-stationary" as const,
      "output-stationary" as const,
      "vector" as const,
      "copy" as const,
    ),
    extents: sizes,
    spatial: fc.record({ peRows: sizes, peColumns: sizes }),
    groupsPerPass: size,
    levels: fc.array(level, { maxLength: 3 }),
  });
  const cuts = fc.tuple(fc.array(fc.boolean(), { minLength: runTime.length, maxLength: runTime.length }), fc.boolean());
  return cuts.chain(([flags, withViews]) => {
    const regions = cutAt(flags, withViews);
    const perRegion = <T>(value: fc.Arbitrary<T>) =>
      fc.tuple(...regions.map(() => fc.option(value, { nil: undefined })));
    const numbers = fc.record({
      sizeBytes: size,
      offsetBytes: size,
      isPinned: fc.boolean(),
      from: fc.nat(),
      to: fc.nat(),
    });
    const touched = valuesOf(regions);
    return fc
      .record({
        engines: fc.tuple(
          ...regions.map(() => fc.constantFrom("systolic-array" as const, "vector-unit" as const, "dma" as const)),
        ),
        anchors: fc.tuple(...regions.map(({ operations }) => fc.constantFrom(...operations))),
        mappings: perRegion(mapping),
        paddings: perRegion(sizes),
        tensors: fc.shuffledSubarray([...touched], { minLength: 0 }),
        numbers: fc.tuple(...touched.map(() => numbers)),
        capacityBytes: size,
      })
      .map((parts): Decisions => ({
        moduleSha256: frozen.sha256,
        partition: {
          regions: regions.map((region, id) => ({ ...region, engine: parts.engines[id]!, anchor: parts.anchors[id]! })),
        },
        mappings: parts.mappings.flatMap((own, region) => (own === undefined ? [] : [{ region, ...own }])),
        paddings: parts.paddings.flatMap((loops, region) => (loops === undefined ? [] : [{ region, loops }])),
        residency: {
          capacityBytes: parts.capacityBytes,
          tensors: parts.tensors.map(({ value, touches }, at): ResidentTensor => {
            const { from, to, ...own } = parts.numbers[at]!;
            const ends = [from, to].map((number) => touches[number % touches.length]!);
            return { value, firstRegion: Math.min(...ends), lastRegion: Math.max(...ends), ...own };
          }),
        },
      }));
  });
}

function cutAt(flags: readonly boolean[], withViews: boolean): readonly RegionChoice[] {
  const groups: number[][] = [[]];
  runTime.forEach((id, at) => {
    // A view that stays outside ends a region: what is behind it reads the region through it.
    if (flags[at] === true || (!withViews && views.includes(id))) groups.push([]);
    if (withViews || !views.includes(id)) groups.at(-1)?.push(id);
  });
  return partition(...groups.filter((group) => group.length > 0));
}

/** Every value that a region reads or writes, with the regions in which it does so, in order. */
function valuesOf(
  regions: readonly RegionChoice[],
): readonly { readonly value: ValueId; readonly touches: readonly number[] }[] {
  const touches = new Map<Value, number[]>();
  for (const { id, operations } of regions) {
    const inside = new Set(operations.map(operation));
    const isInside = (op: Operation | undefined): boolean => op !== undefined && inside.has(op);
    const read = [...inside].flatMap((op) => op.operands.filter((operand) => !isInside(operand.definingOp)));
    const written = [...inside].flatMap((op) =>
      op.results.filter((result) => result.users.some((user) => !isInside(user))),
    );
    for (const value of new Set([...read, ...written])) touches.set(value, [...(touches.get(value) ?? []), id]);
  }
  return [...touches].map(([value, ids]) => ({ value: frozen.valueId(value), touches: ids }));
}

describe("readDecisions", () => {
  it("reads back exactly what was materialised, which computes the same", () => {
    fc.assert(
      fc.property(anyDecisions(), (decisions) => {
        const module = materialize(decisions);
        expect(readDecisions(module)).toEqual(decisions);
        expectSameNumbers(original, module, 0);
      }),
      { seed: 20260101, numRuns: 100 },
    );
  });
});
