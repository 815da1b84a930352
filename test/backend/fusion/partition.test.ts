/** Regions are a partition in dependence order: on the shipped models, on random networks, and in cases by hand. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { partition } from "../../../src/backend/fusion/partition.ts";
import { fusionModes } from "../../../src/backend/options.ts";
import type { Workload } from "../../../src/backend/workload.ts";
import { buildWorkload } from "../../../src/backend/workload.ts";
import type { Operation } from "../../../src/ir/core.ts";
import { freeze } from "../../../src/ir/frozen.ts";
import { conv2d } from "../../../src/ir/ops/convolution.ts";
import { add, mul } from "../../../src/ir/ops/elementwise-binary.ts";
import { relu, sigmoid } from "../../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../../src/ir/ops/matmul.ts";
import { reduceMean } from "../../../src/ir/ops/reduction.ts";
import { reshape, transpose } from "../../../src/ir/ops/shape.ts";
import { program } from "../../support/pass-harness.ts";
import { modelNames, shippedWorkload, workloadOfFile } from "../support/models.ts";
import { partitionProblems } from "../support/partition-oracle.ts";
import { randomWorkload } from "../support/random-networks.ts";
import { seedsFrom } from "../support/traffic-comparison.ts";

function countsByKind(workload: Workload): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of workload.regions.xla) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe("shipped models", () => {
  test.each(modelNames)("%s: the regions are a partition in dependence order", (model) => {
    const workload = shippedWorkload(model, 8);
    for (const mode of fusionModes) expect(partitionProblems(workload, mode)).toEqual([]);
    const working = workload.operations.filter((op) => op.role !== "view");
    expect(workload.regions.none.length).toBe(working.length);
    expect(workload.regions.xla.length).toBeLessThan(0.6 * working.length);
  });

  test("EfficientNet-B0 has a region for each of its 81 convolutions, 17 pools and its classifier", () => {
    // 16 blocks with 2 (the first) or 3 convolutions and 2 of squeeze-and-excite, stem and head; a pool in each block, and one.
    const counts = countsByKind(shippedWorkload("efficientnet-b0", 8));
    expect(counts).toEqual({ convolution: 65, "depthwise-convolution": 16, pooling: 17, matmul: 1 });
  });

  test("BERT has 12 layers of 6 products, 2 of attention, a softmax and 2 normalisations", () => {
    const counts = countsByKind(shippedWorkload("bert-base-128", 8));
    expect(counts).toMatchObject({ "attention-matmul": 24, softmax: 12, normalisation: 25 });
  });
});

test("the regions of 250 random networks are partitions in dependence order", () => {
  let [operations, regions] = [0, 0];
  for (const seed of seedsFrom(0, 250)) {
    const workload = randomWorkload(seed);
    for (const mode of fusionModes) expect(partitionProblems(workload, mode), `seed ${seed} ${mode}`).toEqual([]);
    operations += workload.regions.none.length;
    regions += workload.regions.xla.length;
  }
  // Fusion does something here.
  expect(regions).toBeLessThan(0.8 * operations);
});

const corpus = join(process.env["FASTC_SHARED"] ?? "../shared", "corpus/models");
const isAbsent = !existsSync(corpus);

describe.skipIf(isAbsent)(isAbsent ? `skipped: ${corpus} is absent` : "corpus models", () => {
  const styles = isAbsent ? [] : readdirSync(corpus).filter((file) => /^efficientnet_b0.*\.onnx$/.test(file));

  test.each(styles)("%s has 99 regions, however it was exported", (file) => {
    const workload = workloadOfFile(join(corpus, file), 1);
    expect(partitionProblems(workload, "xla")).toEqual([]);
    expect(workload.regions.xla.length).toBe(99);
  });
});

function workloadOf(module: Operation): Workload {
  return buildWorkload(freeze(module), { name: "hand", sha256: "", batch: 1, hasSymbolicBatch: false });
}

/** Op names of each region, in schedule order. */
function regionsOf(module: Operation): readonly string[] {
  const workload = workloadOf(module);
  expect(partitionProblems(workload, "xla")).toEqual([]);
  return partition(workload, "xla").map((group) => group.operations.map((op) => op.opName.slice(3)).join(" "));
}

const unit = { strides: [1, 1], pads: [0, 0, 0, 0] } as const;

describe("by hand", () => {
  test("bias, activation and residual run behind their convolution", () => {
    const module = program([[1, 4, 5, 5]], (builder, x) => {
      const input = x ?? builder.weight(1);
      const weight = builder.weight(4, 4, 1, 1);
      const bias = builder.weight(4, 1, 1);
      const conv = builder.op((at) => conv2d.build({ input, weight }, unit, at));
      const sum = builder.op((at) => add.build({ lhs: conv, rhs: bias }, {}, at));
      const active = builder.op((at) => relu.build({ input: sum }, {}, at));
      return builder.op((at) => add.build({ lhs: active, rhs: input }, {}, at));
    });
    expect(regionsOf(module)).toEqual(["conv2d add relu add"]);
  });

  test("a gate runs behind the later of the two that it reads, and before the convolution that alone reads it if neither", () => {
    const module = program([[1, 4, 5, 5]], (builder, x) => {
      const input = x ?? builder.weight(1);
      const weight = builder.weight(4, 4, 1, 1);
      const pooled = builder.op((at) => reduceMean.build({ input }, { axes: [2, 3], keepdims: true }, at));
      const gate = builder.op((at) => sigmoid.build({ input: pooled }, {}, at));
      // As large as the image, not as the pool's result: no epilogue of the pool.
      const gated = builder.op((at) => mul.build({ lhs: input, rhs: gate }, {}, at));
      return builder.op((at) => conv2d.build({ input: gated, weight }, unit, at));
    });
    expect(regionsOf(module)).toEqual(["reduce_mean sigmoid", "mul conv2d"]);
  });

  test("what two convolutions read is neither's prologue", () => {
    const module = program([[1, 4, 5, 5]], (builder, x) => {
      const input = x ?? builder.weight(1);
      const active = builder.op((at) => relu.build({ input }, {}, at));
      const [first, second] = [builder.weight(2, 4, 1, 1), builder.weight(3, 4, 1, 1)];
      return [first, second].map((weight) => builder.op((at) => conv2d.build({ input: active, weight }, unit, at)));
    });
    expect(regionsOf(module)).toEqual(["relu", "conv2d", "conv2d"]);
  });

  test("an element-wise op does not join a region that comes before what it waits for", () => {
    // c = conv(x); r = relu(y) waits; s = c + r would join conv, but r is made by no region yet.
    const module = program(
      [
        [1, 4, 5, 5],
        [1, 4, 5, 5],
      ],
      (builder, x, y) => {
        const [input, other] = [x ?? builder.weight(1), y ?? builder.weight(1)];
        const weight = builder.weight(4, 4, 1, 1);
        const conv = builder.op((at) => conv2d.build({ input, weight }, unit, at));
        const active = builder.op((at) => relu.build({ input: other }, {}, at));
        return builder.op((at) => add.build({ lhs: conv, rhs: active }, {}, at));
      },
    );
    const regions = regionsOf(module);
    expect(regions[0]).toBe("conv2d");
    expect(regions.join(" ")).toContain("relu");
  });

  test("views move nothing: a reshape belongs to what makes its tensor, a view of an input to nobody", () => {
    const module = program([[4, 6]], (builder, x) => {
      const input = x ?? builder.weight(1);
      const shaped = builder.op((at) => reshape.build({ input }, { shape: [2, 2, 6] }, at));
      const weight = builder.weight(6, 3);
      const product = builder.op((at) => matmul.build({ lhs: shaped, rhs: weight }, {}, at));
      const flat = builder.op((at) => reshape.build({ input: product }, { shape: [4, 3] }, at));
      return builder.op((at) => transpose.build({ input: flat }, { permutation: [1, 0] }, at));
    });
    expect(regionsOf(module)).toEqual(["matmul reshape transpose"]);
  });
});
