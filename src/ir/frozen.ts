/** A module that changes no more: numbered operations, a hash of its text, and copies to work on. */
import { bug, present } from "../support/bug.ts";
import { sha256Hex } from "../support/stable-json.ts";
import type { Value } from "./core.ts";
import { Block, Operation, Region, walk } from "./core.ts";
import type { OperationId, ValueId } from "./decisions.ts";
import { func, functionBody } from "./ops/builtin.ts";
import { printModule } from "./text/print.ts";

/** A module that is only read from now on, with names for its operations and values that fit into files. */
export interface FrozenModule {
  readonly module: Operation;
  /** Of the printed module without locations. */
  readonly sha256: string;
  /** All operations by id: pre-order, the module itself is 0. */
  readonly operations: readonly Operation[];
  readonly idOf: (op: Operation) => OperationId;
  readonly valueId: (value: Value) => ValueId;
  readonly valueOf: (id: ValueId) => Value;
}

/** Numbers the operations of a module and hashes its text. The module must not be changed afterwards. */
export function freeze(module: Operation): FrozenModule {
  const operations = [...walk(module)];
  const ids = new Map(operations.map((op, id) => [op, id]));
  const idOf = (op: Operation): OperationId => ids.get(op) ?? bug(`${op.name} is not in the frozen module`);
  return {
    module,
    sha256: moduleSha256(module),
    operations,
    idOf,
    valueId: (value) => ({ operation: idOf(ownerOf(value)), index: value.index }),
    valueOf({ operation, index }) {
      const op = present(operations[operation], `operation ${operation} of the frozen module`);
      const values = op.name === func.name ? functionBody(op).args : op.results;
      return present(values[index], `value ${index} of operation ${operation}`);
    },
  };
}

/** Lower-case hexadecimal SHA-256 of the module's text without locations. */
export function moduleSha256(module: Operation): string {
  return sha256Hex(printModule(module));
}

/** Whether the module still is what was frozen; prints the whole module, so for tests and after long work. */
export function isUnchanged(frozen: FrozenModule): boolean {
  const now = [...walk(frozen.module)];
  const isSameList = now.length === frozen.operations.length && now.every((op, id) => op === frozen.operations[id]);
  return isSameList && moduleSha256(frozen.module) === frozen.sha256;
}

/** The operation whose result a value is, or the function whose argument it is. */
function ownerOf(value: Value): Operation {
  if (value.owner instanceof Operation) return value.owner;
  const parent = value.owner.parent?.parent;
  return parent?.name === func.name ? parent : bug("only results and function arguments have an id");
}

/** A copy of a module, with what became of each operation and value. */
export interface ModuleClone {
  readonly module: Operation;
  readonly opMap: ReadonlyMap<Operation, Operation>;
  readonly valueMap: ReadonlyMap<Value, Value>;
}

/** A copy that shares nothing mutable with the original. */
export function cloneModule(module: Operation): ModuleClone {
  const maps: Maps = { opMap: new Map(), valueMap: new Map(), blockMap: new Map() };
  return { module: cloneOperation(module, maps), opMap: maps.opMap, valueMap: maps.valueMap };
}

interface Maps {
  readonly opMap: Map<Operation, Operation>;
  readonly valueMap: Map<Value, Value>;
  readonly blockMap: Map<Block, Block>;
}

function cloneOperation(op: Operation, maps: Maps): Operation {
  const regions = op.regions.map((region) => cloneRegion(region, maps));
  const copy = new Operation({
    name: op.name,
    // A value that is defined outside of what is copied stays itself.
    operands: op.operands.map((operand) => maps.valueMap.get(operand) ?? operand),
    resultTypes: op.results.map((result) => result.type),
    attributes: op.attributes,
    regions,
    successors: op.successors.map((block) => present(maps.blockMap.get(block), "a copied block")),
    location: op.location,
  });
  maps.opMap.set(op, copy);
  op.results.forEach((result, index) => maps.valueMap.set(result, present(copy.results[index], "a copied result")));
  return copy;
}

function cloneRegion(region: Region, maps: Maps): Region {
  const copies = region.blocks.map((block) => cloneArguments(block, maps));
  region.blocks.forEach((block, index) => {
    const copy = present(copies[index], "a copied block");
    for (const op of block.operations()) copy.append(cloneOperation(op, maps));
  });
  const copy = new Region(copies);
  // With several blocks, a value may be read in the text before it is made.
  if (copies.length > 1) readCopies(copy, maps);
  return copy;
}

function cloneArguments(block: Block, maps: Maps): Block {
  const copy = new Block(
    block.args.map((arg) => arg.type),
    block.argumentLocations,
  );
  maps.blockMap.set(block, copy);
  block.args.forEach((arg, index) => maps.valueMap.set(arg, present(copy.args[index], "a copied argument")));
  return copy;
}

/** Makes what stands in a copied region read copies where it still reads originals. */
function readCopies(region: Region, maps: Maps): void {
  for (const op of region.blocks.flatMap((block) => [...block.operations()].flatMap((root) => [...walk(root)]))) {
    op.operands.forEach((operand, index) => {
      const copy = maps.valueMap.get(operand);
      if (copy !== undefined) op.setOperand(index, copy);
    });
  }
}
