/** Importers of operators that put parts back into an image: the inverses of pooling and of cutting out blocks. */
import { indexList } from "../../../../ir/numbers/indexing.ts";
import { broadcastTo } from "../../../../ir/ops/shape.ts";
import { scatterElements } from "../../../../ir/ops/tensors/scatter.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer, numbersOf } from "../composer.ts";

function zeros(node: NodeContext, like: Tensor, shape: readonly number[]): Tensor {
  return node.emit(broadcastTo, { input: node.scalarLike(like, 0) }, { shape });
}

/** Attributes of a window over spatial dimensions; `pads` are all amounts before, then all after. */
function windowAttributes(node: NodeContext, dims: number) {
  const ones = Array.from({ length: dims }, () => 1);
  const strides = node.attributes.ints("strides") ?? ones;
  const dilations = node.attributes.ints("dilations") ?? ones;
  const pads = node.attributes.ints("pads") ?? [...ones, ...ones].map(() => 0);
  if (strides.length !== dims || dilations.length !== dims || pads.length !== 2 * dims)
    node.invalid(`strides, dilations and pads do not fit ${dims} spatial dimensions`);
  return { strides, dilations, low: pads.slice(0, dims), high: pads.slice(dims) };
}

/** Maxima at their places in an image of zeros; places count all elements of that image. */
function importMaxUnpool(node: NodeContext): Tensor {
  const [input, places] = [node.input(0), node.input(1)];
  const { shape } = input.type;
  const kernel = node.attributes.ints("kernel_shape") ?? node.invalid("attribute 'kernel_shape' is missing");
  if (kernel.length !== shape.length - 2) node.invalid(`kernel_shape has ${kernel.length} numbers`);
  const { strides, low, high } = windowAttributes(node, kernel.length);
  const spatial = kernel.map(
    (size, dim) => ((shape[dim + 2] ?? 1) - 1) * (strides[dim] ?? 1) + size - (low[dim] ?? 0) - (high[dim] ?? 0),
  );
  const image = [...shape.slice(0, 2), ...spatial];
  const make = composer(node);
  const flat = (tensor: Tensor): Tensor => make.reshape(tensor, [elementCount(shape)]);
  const operands = { data: zeros(node, input, [elementCount(image)]), indices: flat(places), updates: flat(input) };
  const filled = make.reshape(node.emit(scatterElements, operands, { axis: 0 }), image);
  const wanted = node.knownInts(2, "output_shape") ?? image;
  const missing = wanted.map((extent, dim) => extent - (image[dim] ?? 0));
  if (wanted.length !== image.length || missing.some((amount) => amount < 0))
    node.invalid(`output_shape [${wanted.join(", ")}] is smaller than [${image.join(", ")}]`);
  return make.pad(
    filled,
    image.map(() => 0),
    missing,
  );
}

/** Blocks `[n, c · block, number]` added up where they overlap in an image with a border, which is then cut off. */
function importCol2Im(node: NodeContext): Tensor {
  const input = node.input(0);
  const image = node.knownInts(1, "image_shape") ?? node.invalid("image_shape is missing");
  const block = node.knownInts(2, "block_shape") ?? node.invalid("block_shape is missing");
  const { strides, dilations, low, high } = windowAttributes(node, image.length);
  const padded = image.map((extent, dim) => extent + (low[dim] ?? 0) + (high[dim] ?? 0));
  const counts = padded.map((extent, dim) => {
    const span = ((block[dim] ?? 1) - 1) * (dilations[dim] ?? 1) + 1;
    return Math.floor((extent - span) / (strides[dim] ?? 1)) + 1;
  });
  const [batch = 1, rows = 1, columns = 1] = input.type.shape;
  const [perBlock, channels] = [elementCount(block), rows / elementCount(block)];
  if (!Number.isInteger(channels) || block.length !== image.length || columns !== elementCount(counts))
    node.invalid(`input [${input.type.shape.join(", ")}] does not fit blocks [${block.join(", ")}]`);
  let places: readonly number[] = [0];
  let stepIn: readonly number[] = [0];
  image.forEach((_extent, dim) => {
    const extent = padded[dim] ?? 1;
    places = places.flatMap((at) => indexList(counts[dim] ?? 1, 0, strides[dim]).map((next) => at * extent + next));
    stepIn = stepIn.flatMap((at) => indexList(block[dim] ?? 1, 0, dilations[dim]).map((next) => at * extent + next));
  });
  const targets = stepIn.flatMap((inner) => places.map((place) => place + inner));
  const make = composer(node);
  const updates = make.reshape(input, [batch, channels, perBlock * columns]);
  const indices = make.broadcast(numbersOf([1, 1, targets.length], "i64", targets), updates.type.shape);
  const data = zeros(node, input, [batch, channels, elementCount(padded)]);
  const summed = node.emit(scatterElements, { data, indices, updates }, { axis: 2, reduction: "add" });
  return image.reduce(
    (tensor, extent, dim) => make.slice(tensor, dim + 2, [low[dim] ?? 0, (low[dim] ?? 0) + extent]),
    make.reshape(summed, [batch, channels, ...padded]),
  );
}

export const unfoldingOperators: OperatorTable = {
  MaxUnpool: [since(9, [2, 3], importMaxUnpool)],
  Col2Im: [since(18, [3, 3], importCol2Im)],
};
