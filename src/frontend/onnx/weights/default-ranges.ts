/**
 * Ranges of generated weights where nobody has chosen them: such that signals neither die nor explode on their way through
 * the layers of a network.
 */
import { elementCount, isFloat, scalar } from "../../../ir/types.ts";
import { scalarOfDataType } from "../read/data-types.ts";
import type { GraphProto, NodeProto, TensorProto } from "../read/schema.ts";
import type { UniformRange } from "./uniform-numbers.ts";

/** The first node that reads a tensor, and as which of its inputs. */
interface Reader {
  readonly node: NodeProto;
  readonly input: number;
}

/** Deviation of factors around 1 and of summands around 0. */
const spread = 0.1;

/** The range of each stored tensor of a graph, by what reads it first. */
export function defaultRanges(graph: GraphProto): (tensor: TensorProto) => UniformRange {
  const readers = new Map<string, Reader>();
  for (const node of graph.node) {
    node.input.forEach((name, input) => {
      if (!readers.has(name)) readers.set(name, { node, input });
    });
  }
  return (tensor) => rangeOf(tensor, readers.get(tensor.name ?? ""));
}

function rangeOf(tensor: TensorProto, reader: Reader | undefined): UniformRange {
  const element = scalar(scalarOfDataType(tensor.dataType ?? 0) ?? "f32");
  if (!isFloat(element)) return integerRange(element.name);
  if (isFactor(tensor, reader)) return around(1, spread);
  const isMatrix = tensor.dims.filter((extent) => extent > 1).length > 1;
  // He et al., "Delving Deep into Rectifiers", ICCV 2015, equation 10: variance 2 / fan-in.
  return isMatrix ? around(0, Math.sqrt(2 / fanIn(tensor.dims, reader))) : around(0, spread);
}

/** Quantised weights use their whole type; wider integers are indices and shapes, where 0 is always possible. */
function integerRange(name: string): UniformRange {
  if (name === "i1") return { low: 1, high: 1 };
  const bits = Number(name.replace(/^\D+/, ""));
  if (!(bits <= 8)) return { low: 0, high: 0 };
  return name.startsWith("u") ? { low: 0, high: 2 ** bits } : { low: -(2 ** (bits - 1)) + 1, high: 2 ** (bits - 1) };
}

/** Uniform numbers of a mean and a standard deviation. */
function around(mean: number, deviation: number): UniformRange {
  const half = deviation * Math.sqrt(3);
  return { low: mean - half, high: mean + half };
}

/** Scales and variances of normalisations, and what is multiplied or divided by: numbers around 1. */
function isFactor({ dims }: TensorProto, reader: Reader | undefined): boolean {
  const { node, input = 0 } = reader ?? {};
  switch (node?.opType) {
    case "BatchNormalization":
      return input === 1 || input === 4;
    case "LayerNormalization":
    case "InstanceNormalization":
    case "GroupNormalization":
    case "RMSNormalization":
      return input === 1;
    case "Mul":
    case "Div":
    case "Sqrt":
    case "Pow":
      return dims.filter((extent) => extent > 1).length <= 1;
    default:
      return false;
  }
}

/** How many products make one output element. */
function fanIn(dims: readonly number[], reader: Reader | undefined): number {
  const { node, input = 0 } = reader ?? {};
  const flag = (name: string): boolean => (node?.attribute.find((attribute) => attribute.name === name)?.i ?? 0) !== 0;
  const [rows = 1, columns = 1] = dims.slice(-2);
  switch (node?.opType) {
    case "Conv":
      return elementCount(dims.slice(1));
    case "ConvTranspose":
      return elementCount(dims) / (dims[1] ?? 1);
    case "Gemm":
      return (input === 0) === flag(input === 0 ? "transA" : "transB") ? rows : columns;
    case "MatMul":
      return input === 0 ? columns : rows;
    default:
      return columns;
  }
}
