/** The program's graph: operations with operands, results, attributes and regions; blocks; values with use lists. */
import { bug } from "../support/bug.ts";
import type { Attribute } from "./attributes.ts";
import type { Location } from "./location.ts";
import { unknownLocation } from "./location.ts";
import type { Type } from "./types.ts";

/** One reading of a value: operand `index` of `user`. */
export interface Use {
  readonly user: Operation;
  readonly index: number;
}

/** A reading in its value's list, which is doubly linked so that adding and removing take the same time for any length. */
class UseNode implements Use {
  readonly user: Operation;
  readonly index: number;
  /** The value that lists it; undefined while none does. */
  value: Value | undefined;
  previous: UseNode | undefined;
  next: UseNode | undefined;

  constructor(user: Operation, index: number) {
    this.user = user;
    this.index = index;
  }
}

/** Something an operation reads: the result of an operation or the argument of a block. */
export class Value {
  readonly type: Type;
  /** The operation that makes it, or the block it is an argument of. */
  readonly owner: Operation | Block;
  /** Its number among the owner's results or arguments. */
  readonly index: number;
  private firstUse: UseNode | undefined;
  private lastUse: UseNode | undefined;

  constructor(type: Type, owner: Operation | Block, index: number) {
    this.type = type;
    this.owner = owner;
    this.index = index;
  }

  /** The operation that makes this value; undefined for a block argument. */
  get definingOp(): Operation | undefined {
    return this.owner instanceof Operation ? this.owner : undefined;
  }

  /** Every reading, oldest first: a copy of the list, which may change while it is looked at. */
  get uses(): readonly Use[] {
    const uses: Use[] = [];
    for (let use = this.firstUse; use !== undefined; use = use.next) uses.push(use);
    return uses;
  }

  /** Operations that read this value, each once. */
  get users(): readonly Operation[] {
    if (this.firstUse === undefined) return [];
    if (this.firstUse.next === undefined) return [this.firstUse.user];
    const users = new Set<Operation>();
    for (let use: UseNode | undefined = this.firstUse; use !== undefined; use = use.next) users.add(use.user);
    return [...users];
  }

  get hasUses(): boolean {
    return this.firstUse !== undefined;
  }

  get hasOneUse(): boolean {
    return this.firstUse !== undefined && this.firstUse.next === undefined;
  }

  /** True when operand `index` of `user` is listed as a reading. */
  isReadAt(user: Operation, index: number): boolean {
    return user.useNode(index)?.value === this;
  }

  /** Makes every reader read `replacement` instead. */
  replaceAllUsesWith(replacement: Value): void {
    for (const { user, index } of this.uses) user.setOperand(index, replacement);
  }

  /** @internal kept by `Operation` */
  addUse(use: UseNode): void {
    use.value = this;
    use.previous = this.lastUse;
    use.next = undefined;
    if (this.lastUse === undefined) this.firstUse = use;
    else this.lastUse.next = use;
    this.lastUse = use;
  }

  /** @internal kept by `Operation` */
  removeUse(use: UseNode): void {
    if (use.value !== this) bug(`${use.user.name} is not listed as a reader`);
    if (use.previous === undefined) this.firstUse = use.next;
    else use.previous.next = use.next;
    if (use.next === undefined) this.lastUse = use.previous;
    else use.next.previous = use.previous;
    use.value = use.previous = use.next = undefined;
  }
}

export interface OperationParts {
  /** `dialect.op`, as printed. */
  readonly name: string;
  readonly operands?: readonly Value[];
  readonly resultTypes?: readonly Type[];
  readonly attributes?: Iterable<readonly [string, Attribute]>;
  readonly regions?: readonly Region[];
  /** Blocks of the same region that may run next; only of an operation that ends its block. */
  readonly successors?: readonly Block[];
  readonly location: Location;
}

/** One operation. Passes change it only through a `Rewriter`. */
export class Operation {
  readonly name: string;
  readonly results: readonly Value[];
  readonly attributes: Map<string, Attribute>;
  readonly regions: readonly Region[];
  readonly successors: readonly Block[];
  location: Location;
  /** The block it stands in; undefined while detached. */
  parent: Block | undefined;
  previous: Operation | undefined;
  next: Operation | undefined;
  private readonly operandList: Value[] = [];
  /** The readings of the operands, each in the list of its value. */
  private readonly useNodes: UseNode[] = [];

  constructor(parts: OperationParts) {
    this.name = parts.name;
    this.location = parts.location;
    this.attributes = new Map(parts.attributes ?? []);
    this.regions = parts.regions ?? [];
    this.successors = parts.successors ?? [];
    for (const region of this.regions) region.parent = this;
    this.results = (parts.resultTypes ?? []).map((type, index) => new Value(type, this, index));
    for (const operand of parts.operands ?? []) this.appendOperand(operand);
  }

  get operands(): readonly Value[] {
    return this.operandList;
  }

  /** The only result. */
  get result(): Value {
    const [only] = this.results;
    if (only === undefined || this.results.length !== 1)
      bug(`${this.name} has ${this.results.length} results, not one`);
    return only;
  }

  /** The operation whose region this one stands in. */
  get parentOp(): Operation | undefined {
    return this.parent?.parent?.parent;
  }

  setOperand(index: number, value: Value): void {
    const [old, use] = [this.operandList[index], this.useNodes[index]];
    if (old === undefined || use === undefined) bug(`${this.name} has no operand ${index}`);
    if (old === value) return;
    old.removeUse(use);
    this.operandList[index] = value;
    value.addUse(use);
  }

  private appendOperand(value: Value): void {
    const use = new UseNode(this, this.operandList.length);
    this.operandList.push(value);
    this.useNodes.push(use);
    value.addUse(use);
  }

  /** @internal the reading of an operand, as `Value` lists it */
  useNode(index: number): UseNode | undefined {
    return this.useNodes[index];
  }

  /** Takes it out of its block; it stays whole and can be inserted elsewhere. */
  detach(): void {
    this.parent?.remove(this);
  }

  /** Removes it with its regions; its results must not be read any more. */
  erase(): void {
    if (this.results.some((result) => result.hasUses)) bug(`${this.name} is erased but still read`);
    this.detach();
    this.dropOperands();
    // Blocks may read each other's values in a cycle: first nobody reads, then all go.
    for (const region of this.regions) for (const inner of walkRegion(region)) inner.dropOperands();
    for (const region of this.regions) for (const block of region.blocks) block.dropAll();
  }

  private dropOperands(): void {
    for (const use of this.useNodes) use.value?.removeUse(use);
    this.operandList.length = this.useNodes.length = 0;
  }
}

/** A list of operations that run in order, with arguments. */
export class Block {
  readonly args: readonly Value[];
  /** Where each argument comes from. */
  readonly argumentLocations: Location[];
  parent: Region | undefined;
  first: Operation | undefined;
  last: Operation | undefined;

  constructor(argumentTypes: readonly Type[] = [], argumentLocations: readonly Location[] = []) {
    this.args = argumentTypes.map((type, index) => new Value(type, this, index));
    this.argumentLocations = argumentTypes.map((_type, index) => argumentLocations[index] ?? unknownLocation);
  }

  /** Operations in order; the one at hand may be removed or replaced while walking. */
  *operations(): Generator<Operation> {
    let op = this.first;
    while (op !== undefined) {
      const next: Operation | undefined = op.next;
      yield op;
      op = next;
    }
  }

  append(op: Operation): void {
    this.insertBefore(op, undefined);
  }

  /** Inserts before `reference`, or at the end when that is undefined. */
  insertBefore(op: Operation, reference: Operation | undefined): void {
    if (op.parent !== undefined) bug(`${op.name} already stands in a block`);
    const previous = reference === undefined ? this.last : reference.previous;
    op.parent = this;
    op.previous = previous;
    op.next = reference;
    if (previous === undefined) this.first = op;
    else previous.next = op;
    if (reference === undefined) this.last = op;
    else reference.previous = op;
  }

  remove(op: Operation): void {
    if (op.parent !== this) bug(`${op.name} does not stand in this block`);
    if (op.previous === undefined) this.first = op.next;
    else op.previous.next = op.next;
    if (op.next === undefined) this.last = op.previous;
    else op.next.previous = op.previous;
    op.parent = op.previous = op.next = undefined;
  }

  /** Erases every operation, readers first. */
  dropAll(): void {
    for (let op = this.last; op !== undefined; op = this.last) op.erase();
  }
}

/** A list of blocks inside an operation. */
export class Region {
  readonly blocks: readonly Block[];
  parent: Operation | undefined;

  constructor(blocks: readonly Block[]) {
    this.blocks = blocks;
    for (const block of blocks) block.parent = this;
  }

  /** The only block. */
  get block(): Block {
    const [only] = this.blocks;
    if (only === undefined || this.blocks.length !== 1) bug(`a region has ${this.blocks.length} blocks, not one`);
    return only;
  }
}

/** All operations under `root`, itself first, parents before children, in program order. */
export function* walk(root: Operation): Generator<Operation> {
  yield root;
  for (const region of root.regions) yield* walkRegion(region);
}

function* walkRegion(region: Region): Generator<Operation> {
  for (const block of region.blocks) {
    for (const op of block.operations()) {
      // Most operations have no regions: a generator for each of them would cost more than the rest of the walk.
      if (op.regions.length === 0) yield op;
      else yield* walk(op);
    }
  }
}
