/** Laws that every op kind keeps. */
import { describe, expect, it } from "vitest";
import { isRelevant } from "../../../src/ir/loop-nest.ts";
import { operandName } from "../../../src/ir/op-kind.ts";
import { tensorTypeOf } from "../../../src/ir/define-op.ts";
import { allOpKinds, hasTrait, kindOf } from "../../../src/ir/ops/registry.ts";
import { elementCount } from "../../../src/ir/types.ts";
import { sampleOperations } from "../samples.ts";
import { accessed, integerTensor, nestOf, points, watched } from "../testing.ts";

const samples = sampleOperations();
const withNest = samples.filter((op) => kindOf(op)?.loopNest(op) !== undefined);

/** Ops whose access is not element by element what the reference reads, and why. */
const otherwiseRead: Readonly<Record<string, string>> = {
  "nn.where": "reads the chosen side only",
  "nn.concat": "one access entry for all inputs",
  "nn.gather": "rows are chosen by numbers",
  "nn.gather_nd": "elements are chosen by numbers",
  "nn.resample": "elements are chosen by numbers",
  "nn.grid_sample": "places are chosen by numbers",
  "nn.roi_align": "regions are chosen by numbers",
  "nn.max_roi_pool": "regions are chosen by numbers",
  "nn.gather_elements": "elements are chosen by numbers",
  "nn.scatter_elements": "elements are chosen by numbers",
  "nn.scatter_nd": "elements are chosen by numbers",
  "nn.reverse_sequence": "how much is turned round is chosen by numbers",
};

/** Ops of which only a bound of what they touch is known: single elements are chosen by numbers. */
const numbersDecide = ["nn.gather_nd", "nn.scatter_nd", "nn.grid_sample", "nn.roi_align", "nn.max_roi_pool"];

describe("the op catalogue", () => {
  it("has the ops that the rest of fastc is written against", () => {
    expect(allOpKinds.map((kind) => kind.name)).toMatchInlineSnapshot(`
      [
        "builtin.module",
        "fast.region",
        "fast.yield",
        "func.func",
        "func.return",
        "nn.abs",
        "nn.acos",
        "nn.acosh",
        "nn.add",
        "nn.and",
        "nn.arg_max",
        "nn.arg_min",
        "nn.asin",
        "nn.asinh",
        "nn.atan",
        "nn.atanh",
        "nn.average_pool2d",
        "nn.batch_norm",
        "nn.bitcast",
        "nn.bitwise_and",
        "nn.bitwise_not",
        "nn.bitwise_or",
        "nn.bitwise_xor",
        "nn.broadcast_to",
        "nn.cast",
        "nn.ceil",
        "nn.clip",
        "nn.concat",
        "nn.constant",
        "nn.conv2d",
        "nn.conv3d",
        "nn.cos",
        "nn.cosh",
        "nn.cumulative_product",
        "nn.cumulative_sum",
        "nn.dequantize",
        "nn.determinant",
        "nn.div",
        "nn.elu",
        "nn.equal",
        "nn.erf",
        "nn.exp",
        "nn.floor",
        "nn.gather",
        "nn.gather_elements",
        "nn.gather_nd",
        "nn.gelu",
        "nn.greater",
        "nn.greater_or_equal",
        "nn.grid_sample",
        "nn.hard_sigmoid",
        "nn.hard_swish",
        "nn.is_inf",
        "nn.is_nan",
        "nn.layer_norm",
        "nn.leaky_relu",
        "nn.less",
        "nn.less_or_equal",
        "nn.log",
        "nn.matmul",
        "nn.max",
        "nn.max_pool2d",
        "nn.max_pool_indices",
        "nn.max_roi_pool",
        "nn.min",
        "nn.mod",
        "nn.mul",
        "nn.neg",
        "nn.not",
        "nn.or",
        "nn.pad",
        "nn.pow",
        "nn.prelu",
        "nn.quantize",
        "nn.reciprocal",
        "nn.reduce_max",
        "nn.reduce_mean",
        "nn.reduce_min",
        "nn.reduce_prod",
        "nn.reduce_sum",
        "nn.relu",
        "nn.resample",
        "nn.reshape",
        "nn.reverse_sequence",
        "nn.rms_norm",
        "nn.roi_align",
        "nn.round",
        "nn.rsqrt",
        "nn.scatter_elements",
        "nn.scatter_nd",
        "nn.shift_left",
        "nn.shift_right",
        "nn.sigmoid",
        "nn.sign",
        "nn.silu",
        "nn.sin",
        "nn.sinh",
        "nn.slice",
        "nn.softmax",
        "nn.softplus",
        "nn.sqrt",
        "nn.sub",
        "nn.tan",
        "nn.tanh",
        "nn.top_k_indices",
        "nn.transpose",
        "nn.trilu",
        "nn.where",
        "nn.xor",
        "sched.buffer",
        "sched.dma",
        "sched.for",
        "sched.pass",
        "sched.record",
        "sched.region",
        "sched.schedule",
        "sched.spread",
        "sched.tensor",
        "sched.vector",
        "sched.wait",
      ]
    `);
  });

  it("has a sample of every nn op for the laws below", () => {
    const names = allOpKinds.map((kind) => kind.name).filter((name) => name.startsWith("nn."));
    expect(samples.map((op) => op.name).sort()).toEqual(names);
  });

  it("has a loop nest for all but constants and views", () => {
    const without = samples.filter((op) => !withNest.includes(op)).map((op) => op.name);
    expect(without).toEqual(["nn.constant", "nn.reshape", "nn.bitcast"]);
  });

  it("gives an nn op exactly one way to be executed or left out", () => {
    const ways = ["matrix", "elementwise", "reduction", "normalisation", "movement", "view", "constant"] as const;
    for (const op of samples) {
      expect(hasTrait(op, "pure"), op.name).toBe(true);
      expect(
        ways.filter((trait) => hasTrait(op, trait)),
        op.name,
      ).toHaveLength(1);
    }
  });

  it("says whose points are MACs and whose only move", () => {
    for (const op of withNest) {
      const { kind } = nestOf(op).work;
      expect(kind === "mac", op.name).toBe(hasTrait(op, "matrix"));
      expect(kind === "move", op.name).toBe(hasTrait(op, "movement"));
    }
  });
});

describe.each(samples.map((op) => [op.name, op] as const))("%s", (name, op) => {
  const kind = kindOf(op)!;

  it("is valid as it is built", () => {
    expect(kind.verify(op)).toEqual([]);
  });

  const nest = kind.loopNest(op);
  if (nest === undefined) return;

  it("has an access entry of the right rank for every operand and the result", () => {
    const operands = op.operands.map((_operand, index) => operandName(kind, index));
    expect(new Set(Object.keys(nest.access))).toEqual(new Set([...operands, "output"]));
    op.operands.forEach((operand, index) => {
      expect(nest.access[operandName(kind, index)]).toHaveLength(tensorTypeOf(operand).shape.length);
    });
    expect(nest.access["output"]).toHaveLength(tensorTypeOf(op.result).shape.length);
  });

  it("writes every element of the result, each equally often", () => {
    const { shape } = tensorTypeOf(op.result);
    const times = new Array<number>(elementCount(shape)).fill(0);
    for (const point of points(nest)) {
      const at = accessed(nest.access["output"]!, shape, point);
      // Points outside of the result write nothing.
      if (at !== undefined) times[at]!++;
    }
    const reduced = Object.entries(nest.extents).filter(([loop]) => !isRelevant(nest.access["output"]!, loop));
    const each = elementCount(reduced.map(([, extent]) => extent));
    expect(times).toEqual(times.map(() => each));
  });

  it("says how many elements are touched where that is not all", () => {
    op.operands.forEach((operand, index) => {
      const { shape } = tensorTypeOf(operand);
      const operandKey = operandName(kind, index);
      const touched = new Set([...points(nest)].map((point) => accessed(nest.access[operandKey]!, shape, point)));
      touched.delete(undefined);
      const said = nest.touchedElements?.[operandKey] ?? elementCount(shape);
      expect(said).toBeLessThanOrEqual(elementCount(shape));
      // The padding of a window can hide a border element that a stride then never reaches.
      // Nor is it known which tuple of indices is for which element.
      if (!["nn.conv2d", ...numbersDecide].includes(name)) expect(touched.size, operandKey).toBe(said);
    });
  });

  if (name in otherwiseRead) return;
  it("touches what its reference reads, and nothing else", () => {
    const tensors = op.operands.map((operand, index) => {
      const { shape, element } = tensorTypeOf(operand);
      return watched(integerTensor(shape, index + 1, element.name));
    });
    kind.evaluate(
      op,
      tensors.map(({ tensor }) => tensor),
    );
    op.operands.forEach((operand, index) => {
      const access = nest.access[operandName(kind, index)]!;
      const touched = new Set([...points(nest)].map((point) => accessed(access, tensorTypeOf(operand).shape, point)));
      touched.delete(undefined);
      expect([...touched].sort()).toEqual([...tensors[index]!.read].sort());
    });
  });
});
