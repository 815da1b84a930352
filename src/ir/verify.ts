/** Whether IR is valid: structure, use lists, dominance of definitions over readings, and what each op kind demands. */
import type { Diagnostic } from "../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../support/diagnostics.ts";
import type { Block, Operation, Region, Value } from "./core.ts";
import { dominatorTree, successorsOf } from "./dominance.ts";
import { describeLocation } from "./location.ts";
import { hasTrait, kindOf } from "./ops/registry.ts";
import type { ValueNamer } from "./text/value-names.ts";
import { valueNamer } from "./text/value-names.ts";
import { present } from "../support/bug.ts";

/** What is wrong with an operation. */
export interface IrProblem {
  readonly op: Operation;
  readonly message: string;
}

/** How strict the verifier is. */
export interface VerifyOptions {
  /** Lets ops pass that fastc does not know. */
  readonly allowUnregistered?: boolean;
}

/** Everything that is wrong with an operation and with all it holds, in program order; empty when it is valid. */
export function verifyProblems(root: Operation, options: VerifyOptions = {}): readonly IrProblem[] {
  let names: ValueNamer | undefined;
  const nameOf: ValueNamer = (value) => (names ??= valueNamer(root))(value);
  const checker: Checker = { visible: new Set(), isReached: true, found: [], nameOf, options };
  checkOperation(root, checker, { isRoot: true });
  return checker.found;
}

/** The same as diagnostics at the operations' locations. */
export function verifyOperation(root: Operation, options: VerifyOptions = {}): readonly Diagnostic[] {
  return verifyProblems(root, options).map(({ op, message }) => {
    const at = describeLocation(op.location);
    return errorDiagnostic({ code: "ir-invalid", message: `${op.name}: ${message}`, ...(at.length > 0 ? { at } : {}) });
  });
}

/** @throws DiagnosticError `ir-invalid` with everything that is wrong */
export function verifyOrThrow(root: Operation): void {
  const found = verifyOperation(root);
  if (found.length > 0) throw new DiagnosticError(found);
}

interface Checker {
  /** Values that may be read at the current place. */
  readonly visible: Set<Value>;
  /** False in blocks that never run, where every value may be read. */
  readonly isReached: boolean;
  readonly found: IrProblem[];
  readonly options: VerifyOptions;
  readonly nameOf: ValueNamer;
}

function report(checker: Checker, op: Operation, message: string): void {
  checker.found.push({ op, message });
}

function checkOperation(op: Operation, checker: Checker, place: { readonly isRoot: boolean }): void {
  checkUses(op, checker);
  // What a detached operation reads is defined elsewhere, which is not looked at.
  if (!place.isRoot) checkVisible(op, checker);
  const kind = kindOf(op);
  if (kind === undefined) {
    if (checker.options.allowUnregistered !== true) report(checker, op, "is not a known op");
  } else for (const problem of kind.verify(op)) report(checker, op, problem);

  const isIsolated = kind?.traits.has("isolated") ?? false;
  const inner: Checker = isIsolated ? { ...checker, visible: new Set(), isReached: true } : checker;
  for (const region of op.regions) {
    if (region.parent !== op) report(checker, op, "has a region that belongs to another operation");
    for (const block of region.blocks)
      if (block.parent !== region) report(checker, op, "has a block that belongs to another region");
    checkRegion(region, inner, op);
  }
}

function checkRegion(region: Region, checker: Checker, parent: Operation): void {
  const [first, second] = region.blocks;
  if (first === undefined) return;
  if (second === undefined) {
    hide(checkBlock(first, checker, parent), checker);
    return;
  }
  for (const block of region.blocks) checkBranches(block, region, { checker, parent });
  const { childrenOf, unreachable } = dominatorTree(region);
  // What a block defines is seen in all blocks below it in the tree of dominators, however deep that is.
  const open: { readonly block: Block; readonly defined: readonly Value[] | undefined }[] = [
    { block: first, defined: undefined },
  ];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    if (top.defined !== undefined) {
      hide(top.defined, checker);
      continue;
    }
    open.push({ block: top.block, defined: checkBlock(top.block, checker, parent) });
    for (const child of childrenOf(top.block).toReversed()) open.push({ block: child, defined: undefined });
  }
  for (const block of unreachable) hide(checkBlock(block, { ...checker, isReached: false }, parent), checker);
}

/** The end of one of several blocks: an operation that ends it, and goes on in the same region but not at its start. */
function checkBranches(
  block: Block,
  region: Region,
  { checker, parent }: { readonly checker: Checker; readonly parent: Operation },
): void {
  const { last } = block;
  if (last === undefined) report(checker, parent, "has an empty block beside others: it needs a terminator");
  else if (kindOf(last) !== undefined && !hasTrait(last, "terminator"))
    report(checker, last, "is the last of its block but not a terminator");
  if (last !== undefined && successorsOf(block).includes(present(region.blocks[0], "a first block")))
    report(checker, last, "goes to the first block of its region");
}

function hide(values: readonly Value[], checker: Checker): void {
  for (const value of values) checker.visible.delete(value);
}

/** Checks a block; returns what it defines, which stays visible. */
function checkBlock(block: Block, checker: Checker, parent: Operation): readonly Value[] {
  const defined: Value[] = [...block.args];
  for (const arg of block.args) checker.visible.add(arg);
  let previous: Operation | undefined;
  for (const op of block.operations()) {
    checkPlace(op, { block, previous, checker });
    checkOperation(op, checker, { isRoot: false });
    for (const result of op.results) {
      checker.visible.add(result);
      defined.push(result);
    }
    previous = op;
  }
  if (block.last !== previous) report(checker, parent, "has a block whose last operation is not linked");
  return defined;
}

function checkPlace(
  op: Operation,
  place: { readonly block: Block; readonly previous: Operation | undefined; readonly checker: Checker },
): void {
  const { block, previous, checker } = place;
  if (op.parent !== block || op.previous !== previous) report(checker, op, "is linked wrongly into its block");
  if (op.next !== undefined && hasTrait(op, "terminator"))
    report(checker, op, "is a terminator but not the last of its block");
  if (op.successors.length === 0) return;
  if (op.next !== undefined) report(checker, op, "goes to other blocks but is not the last of its own");
  if (op.successors.some((successor) => successor.parent !== block.parent))
    report(checker, op, "goes to a block of another region");
}

function checkVisible(op: Operation, checker: Checker): void {
  if (!checker.isReached) return;
  for (const [index, operand] of op.operands.entries()) {
    if (!checker.visible.has(operand))
      report(checker, op, `operand ${index} (${checker.nameOf(operand)}) is not defined before it is read here`);
  }
}

/** Operands against the use lists of what they read, and the use lists of what is defined here against its readers. */
function checkUses(op: Operation, checker: Checker): void {
  for (const [index, operand] of op.operands.entries()) {
    if (!operand.isReadAt(op, index)) report(checker, op, `operand ${index} is missing in the use list of its value`);
  }
  for (const [index, result] of op.results.entries()) checkValue(result, { owner: op, index, op }, checker);
  for (const region of op.regions)
    for (const block of region.blocks)
      for (const [index, arg] of block.args.entries()) checkValue(arg, { owner: block, index, op }, checker);
}

/** A result or an argument against the place where it stands, and its readers. */
function checkValue(
  value: Value,
  place: { readonly owner: Operation | Block; readonly index: number; readonly op: Operation },
  checker: Checker,
): void {
  const { owner, index, op } = place;
  const what = owner === op ? "result" : "argument";
  if (value.owner !== owner || value.index !== index)
    report(checker, op, `${what} ${index} has another owner or number`);
  for (const { user, index: at } of value.uses) {
    if (user.operands[at] !== value)
      report(checker, op, `${what} ${index} lists ${user.name} as a reader, which does not read it`);
    if (user.parent === undefined)
      report(checker, op, `${what} ${index} is read by ${user.name}, which stands in no block`);
  }
}
