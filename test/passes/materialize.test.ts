import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributeText } from "../../src/ir/attributes.ts";
import { compileTimeValues } from "../../src/ir/compile-time.ts";
import type { Operation, Value } from "../../src/ir/core.ts";
import type { Decisions, LoopSizes, Mapping, RegionChoice, ResidentTensor, ValueId } from "../../src/ir/decisions.ts";
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
import { printModule } from "../../src/ir/text/print.ts";
import { readDecisions, regionsOf } from "../../src/ir/read-decisions.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { materializePipeline } from "../../src/passes/pipeline.ts";
import { DiagnosticError } from "../../src/support/diagnostics.ts";
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

  it("prints the decisions on the region", () => {
    const mapping: Mapping = {
      region: 1,
      dataflow: "output-stationary",
      extents: { m: 4, n: 5, k: 6 },
      spatial: { peRows: { m: 2 }, peColumns: {} },
      groupsPerPass: 1,
      levels: [{ level: "l1", tile: { m: 3 }, order: ["k", "m"] }],
    };
    const value = { operation: gated, index: 0 };
    const tensor = { value, sizeBytes: 32, offsetBytes: 64, firstRegion: 0, lastRegion: 1, isPinned: false };
    const module = materialize(
      decisionsOf(wholePartition, {
        mappings: [mapping],
        paddings: [{ region: 1, loops: { m: 2 } }],
        residency: { capacityBytes: 4096, tensors: [tensor] },
      }),
    );
    const text = printModule(module);
    expect(text).toContain(`fast.frozen_sha256 = "${frozen.sha256}"`);
    expect(text).toContain("fast.residency_capacity_bytes = 4096");
    expect(text).toContain("padding = {m = 2}");
    expect(text).toContain(
      'mapping = {dataflow = "output-stationary", extents = {k = 6, m = 4, n = 5}, groups_per_pass = 1, ' +
        'levels = [{level = "l1", order = ["k", "m"], tile = {m = 3}}], spatial = {pe_columns = {}, pe_rows = {m = 2}}}',
    );
    const resident = `{memory = "gm", resident = {first_region = 0, is_pinned = false, last_region = 1, offset_bytes = 64, size_bytes = 32, value = [${gated}, 0]}, tensor = 0}`;
    // The first region leaves it there; the second finds it there, through a view.
    expect(text).toContain(
      `placement = {operands = [{memory = "dram"}, {memory = "dram"}, {memory = "dram"}], results = [${resident}]}`,
    );
    expect(text).toContain(`placement = {operands = [${resident}, {memory = "dram"}], results = [{memory = "dram"}]}`);
  });
});

describe("placing", () => {
  it("leaves a tensor in DRAM outside of the regions in which it is resident", () => {
    const tensor = {
      value: { operation: gated, index: 0 },
      ...{ sizeBytes: 32, offsetBytes: 0, firstRegion: 1, lastRegion: 1, isPinned: false },
    };
    const residency = { capacityBytes: 64, tensors: [tensor] };
    const memories = regionsOf(materialize(decisionsOf(wholePartition, { residency }))).map((op) => {
      const text = attributeText(present(op.attributes.get("placement"), "a placement"));
      return [...text.matchAll(/memory = "(\w+)"/g)].map(([, memory]) => memory);
    });
    // Operands, then results.
    expect(memories).toEqual([
      ["dram", "dram", "dram", "dram"],
      ["gm", "dram", "dram"],
      ["dram", "dram"],
    ]);
  });
});

describe("materialising bad decisions", () => {
  const refusalOf = (decisions: Decisions): string => {
    try {
      materialize(decisions);
    } catch (error) {
      if (error instanceof DiagnosticError) return error.message;
      throw error;
    }
    return "was not refused";
  };
  const spread = runTime.filter((id) => !views.includes(id)).map((id) => [id]);

  it("refuses another module", () => {
    expect(refusalOf({ ...decisionsOf(wholePartition), moduleSha256: "00" })).toBe(
      `error[decisions-mismatch]: the decisions were made for another module (SHA-256 00, this one has ${frozen.sha256})\n` +
        "  help: compile the model again with the same options as when the decisions were made",
    );
  });

  it.each<[string, string, Decisions]>([
    [
      "an unknown operation",
      `error[decisions-mismatch]: region 0 has operation 999 but the module has only operations 0 to ${frozen.operations.length - 1}`,
      decisionsOf(partition([999])),
    ],
    [
      "a mapping of an unknown region",
      "error[decisions-mismatch]: a padding is for region 7 but the module has 3 regions",
      decisionsOf(wholePartition, { paddings: [{ region: 7, loops: {} }] }),
    ],
    [
      "an operation that is forgotten",
      `error[decisions-invalid]: operation ${out}, a nn.relu, runs in no region\n  at node "node14" in test.onnx (node 14)`,
      decisionsOf(partition([conv, biased, gate, gated], [product, turned, sum], [row])),
    ],
    [
      "reading what is computed later",
      `error[decisions-invalid]: region 0 reads a nn.mul that runs in region 1, not before it\n  at node "node8" in test.onnx (node 8)`,
      decisionsOf(partition([product, turned, sum], [conv, biased, gate, gated], [row, out])),
    ],
    [
      "reading itself through a view outside",
      `error[decisions-invalid]: region 0 reads its own nn.mul through operation ${rows}, which stands in no region\n  at node "node8" in test.onnx (node 8)`,
      decisionsOf(partition([conv, biased, gate, gated, product, turned], [sum, row, out])),
    ],
    [
      "regions that read each other",
      `error[decisions-invalid]: region 0 reads a nn.add that runs in region 1, not before it\n  at node "node6" in test.onnx (node 6)`,
      decisionsOf(partition([conv, gate, gated], [biased], [product, turned, sum, row, out])),
    ],
    [
      "operations out of order",
      `error[decisions-invalid]: region 2 has operation ${row} after ${out}\n  at node "node12" in test.onnx (node 12)`,
      decisionsOf(partition([conv, biased, gate, gated], [product, turned, sum], [out, row])),
    ],
    [
      "an id that is not the position",
      "error[decisions-invalid]: region 5 stands at position 2 of the schedule",
      decisionsOf(wholePartition.map((region) => (region.id === 2 ? { ...region, id: 5 } : region))),
    ],
    [
      "an anchor from elsewhere",
      `error[decisions-invalid]: region 2 does not have its anchor ${conv} among its operations`,
      decisionsOf(wholePartition.map((region) => (region.id === 2 ? { ...region, anchor: conv } : region))),
    ],
    [
      "a region that nobody reads",
      "error[decisions-invalid]: region 3 has no result that is read",
      decisionsOf([...wholePartition, ...partition([], [], [], [row]).slice(3)]),
    ],
    [
      "a resident tensor that nobody reads",
      `error[decisions-mismatch]: no region from 2 to 2 reads or writes result 0 of operation ${conv}, which is placed in global memory`,
      decisionsOf(wholePartition, {
        residency: {
          capacityBytes: 9,
          tensors: [
            {
              value: { operation: conv, index: 0 },
              sizeBytes: 1,
              offsetBytes: 0,
              firstRegion: 2,
              lastRegion: 2,
              isPinned: false,
            },
          ],
        },
      }),
    ],
  ])("refuses %s", (_name, message, decisions) => {
    expect(refusalOf(decisions)).toBe(message);
  });

  it("refuses what does not run, all of it at once", () => {
    const weight = frozen.operations.findIndex((op) => op.name === "nn.mul");
    const message = refusalOf(decisionsOf(partition([1], [weight], ...spread)));
    expect(message).toContain("region 0 has operation 1, a func.func, which computes nothing");
    expect(message).toContain(`region 1 has operation ${weight}, a nn.mul, which is computed at compile time`);
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
