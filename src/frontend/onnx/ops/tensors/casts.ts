/** Importers of operators that change the element type. */
import * as unary from "../../../../ir/ops/elementwise-unary.ts";
import type { ScalarType } from "../../../../ir/types.ts";
import { scalar } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { dataTypeName, scalarOfDataType } from "../../read/data-types.ts";

function cast(node: NodeContext, input: Tensor, to: ScalarType): Tensor {
  return input.type.element === to ? input : node.emit(unary.cast, { input }, { to });
}

function scalarFor(node: NodeContext, dataType: number): ScalarType {
  const name = scalarOfDataType(dataType);
  return name === undefined
    ? node.unsupported(`element type ${dataTypeName(dataType)} is not supported`)
    : scalar(name);
}

function importCast(node: NodeContext): Tensor {
  const to = node.attributes.int("to") ?? node.invalid("attribute 'to' is missing");
  if (node.attributes.int("saturate") === 0) node.unsupported("saturate=0 is not supported");
  return cast(node, node.input(0), scalarFor(node, to));
}

/** Operator set 1 writes the type's name in capitals. */
function importCastByName(node: NodeContext): Tensor {
  const name = node.attributes.string("to") ?? node.invalid("attribute 'to' is missing");
  const numbers = Array.from({ length: 32 }, (_unused, number) => number);
  const dataType = numbers.find((number) => dataTypeName(number) === name.toLowerCase());
  return cast(node, node.input(0), scalarFor(node, dataType ?? node.invalid(`type '${name}' is not known`)));
}

/** The element type is that of the second input, whose numbers are not read. */
function importCastLike(node: NodeContext): Tensor {
  if (node.attributes.int("saturate") === 0) node.unsupported("saturate=0 is not supported");
  return cast(node, node.input(0), node.input(1).type.element);
}

export const castOperators: OperatorTable = {
  Cast: [since(1, [1, 1], importCastByName), since(6, [1, 1], importCast)],
  CastLike: [since(15, [2, 2], importCastLike)],
};
