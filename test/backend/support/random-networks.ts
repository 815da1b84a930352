/** Random small networks with what makes fusion and placement hard: branches, residuals, several readers, reshapes. Seeded. */
import type { Workload } from "../../../src/backend/workload.ts";
import { buildWorkload } from "../../../src/backend/workload.ts";
import type { Operation, Value } from "../../../src/ir/core.ts";
import { tensorTypeOf } from "../../../src/ir/define-op.ts";
import { freeze } from "../../../src/ir/frozen.ts";
import { conv2d } from "../../../src/ir/ops/convolution.ts";
import { add, mul } from "../../../src/ir/ops/elementwise-binary.ts";
import { gelu, relu, sigmoid } from "../../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../../src/ir/ops/matmul.ts";
import { softmax } from "../../../src/ir/ops/normalisation.ts";
import { maxPool2d } from "../../../src/ir/ops/pooling.ts";
import { reduceMean } from "../../../src/ir/ops/reduction.ts";
import { concat, reshape, transpose } from "../../../src/ir/ops/shape.ts";
import type { RandomStream } from "../../../src/support/random.ts";
import { randomStream } from "../../../src/support/random.ts";
import type { Builder } from "../../support/pass-harness.ts";
import { program } from "../../support/pass-harness.ts";

type Image = readonly [number, number, number, number];

/** Bounds on a random network. */
export interface NetworkSize {
  readonly side?: number;
  readonly channels?: number;
  readonly steps?: number;
}

interface Growing {
  readonly channels: number;
  readonly stream: RandomStream;
  readonly builder: Builder;
  /** Images [n, c, h, w], oldest first. */
  readonly images: Value[];
  /** Results that are no images. */
  readonly others: Value[];
}

function shapeOf(value: Value): Image {
  const [n = 1, c = 1, h = 1, w = 1] = tensorTypeOf(value).shape;
  return [n, c, h, w];
}

/** Mostly the newest image, so that the network is deep; at times an older one, so that it branches. */
function anImage({ stream, images }: Growing): Value {
  const newest = images.length - 1;
  const index = stream.integer(3) > 0 ? newest : stream.integer(images.length);
  const image = images[index];
  if (image === undefined) throw new Error("no image");
  return image;
}

type Step = (growing: Growing) => void;

const convolution: Step = (growing) => {
  const { stream, builder, images } = growing;
  const input = anImage(growing);
  const [, c, h, w] = shapeOf(input);
  const kernel = Math.min(h, w) >= 3 && stream.integer(2) === 0 ? 3 : 1;
  const stride = 1 + stream.integer(2);
  const pad = kernel === 3 ? stream.integer(2) : 0;
  const isDepthwise = c > 1 && stream.integer(3) === 0;
  const channels = isDepthwise ? c : 1 + stream.integer(growing.channels);
  const weight = builder.weight(channels, isDepthwise ? 1 : c, kernel, kernel);
  const attributes = {
    strides: [stride, stride] as const,
    pads: [pad, pad, pad, pad] as const,
    groups: isDepthwise ? c : 1,
  };
  const result = builder.op((location) => conv2d.build({ input, weight }, attributes, location));
  const bias = builder.weight(channels, 1, 1);
  images.push(stream.integer(2) === 0 ? result : builder.op((at) => add.build({ lhs: result, rhs: bias }, {}, at)));
};

const activation: Step = (growing) => {
  const { stream, builder, images } = growing;
  const input = anImage(growing);
  const kind = [relu, sigmoid, gelu][stream.integer(3)] ?? relu;
  images.push(builder.op((location) => kind.build({ input }, {}, location)));
};

/** Adds an earlier image of the same shape, if there is one; else doubles. */
const residual: Step = (growing) => {
  const { builder, images } = growing;
  const lhs = anImage(growing);
  const same = images.filter((image) => shapeOf(image).join() === shapeOf(lhs).join());
  const rhs = same[growing.stream.integer(same.length)] ?? lhs;
  images.push(builder.op((location) => add.build({ lhs, rhs }, {}, location)));
};

/** Pools an image and multiplies it by the result, as squeeze-and-excite does. */
const squeeze: Step = (growing) => {
  const { builder, images, stream } = growing;
  const input = anImage(growing);
  const pooled = builder.op((at) => reduceMean.build({ input }, { axes: [2, 3], keepdims: true }, at));
  const [, c] = shapeOf(input);
  const weight = builder.weight(c, c, 1, 1);
  const attributes = { strides: [1, 1] as const, pads: [0, 0, 0, 0] as const };
  const gate =
    stream.integer(2) === 0 ? pooled : builder.op((at) => conv2d.build({ input: pooled, weight }, attributes, at));
  images.push(builder.op((at) => mul.build({ lhs: input, rhs: gate }, {}, at)));
};

const pool: Step = (growing) => {
  const { builder, images } = growing;
  const input = anImage(growing);
  const [, , h, w] = shapeOf(input);
  if (Math.min(h, w) < 2) return;
  const attributes = { kernel: [2, 2] as const, strides: [2, 2] as const, pads: [0, 0, 0, 0] as const };
  images.push(builder.op((location) => maxPool2d.build({ input }, attributes, location)));
};

/** An image's pixels attend to each other: reshape, transpose, two products, softmax. */
const attention: Step = (growing) => {
  const { builder, stream, images, others } = growing;
  const input = anImage(growing);
  const [n, c, h, w] = shapeOf(input);
  const rows = builder.op((at) => reshape.build({ input }, { shape: [n, c, h * w] }, at));
  const turned = builder.op((at) => transpose.build({ input: rows }, { permutation: [0, 2, 1] }, at));
  const isGram = stream.integer(3) === 0;
  const scores = builder.op((at) =>
    isGram
      ? matmul.build({ lhs: turned, rhs: turned }, { transpose_rhs: true }, at)
      : matmul.build({ lhs: turned, rhs: rows }, {}, at),
  );
  if (stream.integer(3) === 0) {
    others.push(scores);
    return;
  }
  const shares = builder.op((at) => softmax.build({ input: scores }, { axis: 2 }, at));
  const mixed = builder.op((at) => matmul.build({ lhs: rows, rhs: shares }, { transpose_rhs: true }, at));
  images.push(builder.op((at) => reshape.build({ input: mixed }, { shape: [n, c, h, w] }, at)));
};

const join: Step = (growing) => {
  const { builder, images } = growing;
  const input = anImage(growing);
  images.push(builder.op((location) => concat.build({ inputs: [input, input] }, { axis: 1 }, location)));
};

const steps: readonly Step[] = [
  convolution,
  convolution,
  convolution,
  activation,
  activation,
  residual,
  squeeze,
  pool,
  attention,
  join,
];

/** The random network of a seed, with 2 to 12 steps. What nothing reads is a result, and some of the rest. */
export function randomNetwork(seed: number, size: NetworkSize = {}): Operation {
  const stream = randomStream(seed, 11);
  const { side: largest = 10, channels = 24, steps: most = 12 } = size;
  const side = 2 + stream.integer(largest - 1);
  const input = [1 + stream.integer(3), 1 + stream.integer(channels), side, side];
  return program([input], (builder, image) => {
    if (image === undefined) throw new Error("no input");
    const growing: Growing = { stream, builder, channels, images: [image], others: [] };
    convolution(growing);
    for (let count = 1 + stream.integer(most - 1); count > 0; count--) steps[stream.integer(steps.length)]?.(growing);
    const made = [...growing.images.slice(1), ...growing.others];
    return made.filter((value) => value.uses.length === 0 || stream.integer(8) === 0);
  });
}

/** The workload of a random network. */
export function randomWorkload(seed: number, size?: NetworkSize): Workload {
  const module = randomNetwork(seed, size);
  const info = { name: `network ${seed}`, sha256: "", batch: 1, hasSymbolicBatch: false };
  return buildWorkload(freeze(module), info);
}
