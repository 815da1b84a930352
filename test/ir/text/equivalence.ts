/** Whether two modules are the same but for the names of values and the order of attributes. */
import { attributeText, sortedEntries } from "../../../src/ir/attributes.ts";
import type { Block, Operation, Value } from "../../../src/ir/core.ts";
import { locationText } from "../../../src/ir/location.ts";
import { typeText } from "../../../src/ir/types.ts";

interface Comparison {
  readonly locations: boolean;
  /** Values and blocks of the first module with their counterparts. */
  readonly values: Map<Value, Value>;
  readonly blocks: Map<Block, Block>;
}

/** The first difference in words; undefined when there is none. Floats are compared by their exact texts. */
export function differenceOf(a: Operation, b: Operation, options: { readonly locations: boolean }): string | undefined {
  return operationDifference(a, b, { locations: options.locations, values: new Map(), blocks: new Map() });
}

function operationDifference(a: Operation, b: Operation, comparison: Comparison): string | undefined {
  const [have, want] = [headOf(a, comparison), headOf(b, comparison)];
  if (have !== want) return `${have}\nis not\n${want}`;
  a.results.forEach((result, index) => comparison.values.set(result, b.results[index]!));
  const operands = a.operands.findIndex((operand, index) => {
    const known = comparison.values.get(operand);
    return known !== undefined && known !== b.operands[index];
  });
  if (operands >= 0) return `operand ${operands} of ${have} is another value`;
  // A value that is read before it is made is told by the reader's counterpart.
  a.operands.forEach((operand, index) => comparison.values.set(operand, b.operands[index]!));
  const successors = a.successors.findIndex((block, index) => comparison.blocks.get(block) !== b.successors[index]);
  if (successors >= 0) return `successor ${successors} of ${have} is another block`;
  for (const [index, region] of a.regions.entries()) {
    const found = blocksDifference(region.blocks, b.regions[index]!.blocks, comparison);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Everything about an operation but which values and blocks it names. */
function headOf(op: Operation, { locations }: Comparison): string {
  const types = (values: readonly Value[]): string => values.map((value) => typeText(value.type)).join(", ");
  const attributes = sortedEntries(op.attributes).map(([name, value]) => `${name} = ${attributeText(value)}`);
  const place = locations ? ` loc(${locationText(op.location)})` : "";
  const shape = `${op.regions.length} regions, ${op.successors.length} successors`;
  return `${op.name}(${types(op.operands)}) {${attributes.join(", ")}} -> (${types(op.results)}), ${shape}${place}`;
}

function blocksDifference(a: readonly Block[], b: readonly Block[], comparison: Comparison): string | undefined {
  if (a.length !== b.length) return `${a.length} blocks are not ${b.length}`;
  for (const [index, block] of a.entries()) {
    const other = b[index]!;
    comparison.blocks.set(block, other);
    const [have, want] = [argumentsOf(block, block, comparison), argumentsOf(other, block, comparison)];
    if (have !== want) return `arguments ${have} are not ${want}`;
    block.args.forEach((arg, position) => comparison.values.set(arg, other.args[position]!));
  }
  for (const [index, block] of a.entries()) {
    const [left, right] = [[...block.operations()], [...b[index]!.operations()]];
    if (left.length !== right.length) return `a block has ${left.length} operations, not ${right.length}`;
    for (const [position, op] of left.entries()) {
      const found = operationDifference(op, right[position]!, comparison);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Types of arguments, with the locations of those that have one in `shown`: mlir-opt invents one for the others. */
function argumentsOf(block: Block, shown: Block, { locations }: Comparison): string {
  return block.args
    .map((arg, index) => {
      const isShown = locations && shown.argumentLocations[index]?.kind !== "unknown";
      return typeText(arg.type) + (isShown ? ` loc(${locationText(block.argumentLocations[index]!)})` : "");
    })
    .join(", ");
}
