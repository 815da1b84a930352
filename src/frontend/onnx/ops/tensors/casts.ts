/** Importers of operators that change the element type. */
import * as unary from "../../../../ir/ops/elementwise-unary.ts";
import { bitcast } from "../../../../ir/ops/tensors/bitcast.ts";
import { smallFloats } from "../../../../ir/numbers/number-formats.ts";
import type { ScalarType } from "../../../../ir/types.ts";
import { scalar } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { dataTypeName, scalarOfDataType } from "../../read/data-types.ts";

const roundings = ["up", "down", "nearest"] as const;

/** A cast by the node's attributes. They only say what becomes of numbers that small floats do not have. */
function cast(node: NodeContext, to: ScalarType): Tensor {
  const input = node.input(0);
  const saturate = node.attributes.int("saturate") !== 0;
  const given = node.attributes.string("round_mode") ?? "up";
  const rounding = roundings.find((known) => known === given) ?? node.invalid(`round_mode '${given}' is not known`);
  if (input.type.element === to) return input;
  const isScale = to.name === "f8E8M0FNU";
  const isSmall = isScale || smallFloats[to.name]?.saturates === true;
  return node.emit(unary.cast, { input }, { to, saturate: saturate || !isSmall, rounding: isScale ? rounding : "up" });
}

function scalarFor(node: NodeContext, dataType: number): ScalarType {
  const name = scalarOfDataType(dataType);
  return name === undefined
    ? node.unsupported(`element type ${dataTypeName(dataType)} is not supported`)
    : scalar(name);
}

function importCast(node: NodeContext): Tensor {
  return cast(node, scalarFor(node, node.attributes.int("to") ?? node.invalid("attribute 'to' is missing")));
}

/** Operator set 1 writes the type's name in capitals. */
function importCastByName(node: NodeContext): Tensor {
  const name = node.attributes.string("to") ?? node.invalid("attribute 'to' is missing");
  const numbers = Array.from({ length: 32 }, (_unused, number) => number);
  const dataType = numbers.find((number) => dataTypeName(number) === name.toLowerCase());
  return cast(node, scalarFor(node, dataType ?? node.invalid(`type '${name}' is not known`)));
}

/** The same bits, read as another type of the same width. */
function importBitCast(node: NodeContext): Tensor {
  const input = node.input(0);
  const to = scalarFor(node, node.attributes.int("to") ?? node.invalid("attribute 'to' is missing"));
  return input.type.element === to ? input : node.emit(bitcast, { input }, { to });
}

export const castOperators: OperatorTable = {
  Cast: [since(1, [1, 1], importCastByName), since(6, [1, 1], importCast)],
  // The element type is that of the second input, whose numbers are not read.
  CastLike: [since(15, [2, 2], (node) => cast(node, node.input(1).type.element))],
  BitCast: [since(26, [1, 1], importBitCast)],
};
