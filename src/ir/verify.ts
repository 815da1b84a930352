/** Whether IR is valid: structure, use lists, order of definitions, and what each op kind demands. */
import type { Diagnostic } from "../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../support/diagnostics.ts";
import type { Block, Operation, Value } from "./core.ts";
import { describeLocation } from "./location.ts";
import { kindOf } from "./ops/registry.ts";
import { valueNamer } from "./text/value-names.ts";

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
  const checker: Checker = { visible: new Set(), found: [], lazyNames: () => valueNamer(root), options };
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
  readonly found: IrProblem[];
  readonly options: VerifyOptions;
  readonly lazyNames: () => (value: Value) => string;
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
  const inner: Checker = isIsolated ? { ...checker, visible: new Set() } : checker;
  for (const region of op.regions) {
    if (region.parent !== op) report(checker, op, "has a region that belongs to another operation");
    for (const block of region.blocks) {
      if (block.parent !== region) report(checker, op, "has a block that belongs to another region");
      checkBlock(block, inner, op);
    }
  }
}

function checkBlock(block: Block, checker: Checker, parent: Operation): void {
  for (const arg of block.args) checker.visible.add(arg);
  const defined: Value[] = [];
  let previous: Operation | undefined;
  for (const op of block.operations()) {
    if (op.parent !== block || op.previous !== previous) report(checker, op, "is linked wrongly into its block");
    if (op.next !== undefined && kindOf(op)?.traits.has("terminator") === true) {
      report(checker, op, "is a terminator but not the last of its block");
    }
    checkOperation(op, checker, { isRoot: false });
    for (const result of op.results) {
      checker.visible.add(result);
      defined.push(result);
    }
    previous = op;
  }
  if (block.last !== previous) report(checker, parent, "has a block whose last operation is not linked");
  for (const value of [...block.args, ...defined]) checker.visible.delete(value);
}

function checkVisible(op: Operation, checker: Checker): void {
  op.operands.forEach((operand, index) => {
    if (checker.visible.has(operand)) return;
    report(checker, op, `operand ${index} (${checker.lazyNames()(operand)}) is not defined before it is read here`);
  });
}

/** Operands against the use lists of what they read, and the use lists of what is defined here against its readers. */
function checkUses(op: Operation, checker: Checker): void {
  op.operands.forEach((operand, index) => {
    if (!operand.isReadAt(op, index)) report(checker, op, `operand ${index} is missing in the use list of its value`);
  });
  op.results.forEach((result, index) => {
    if (result.owner !== op || result.index !== index)
      report(checker, op, `result ${index} has another owner or number`);
    checkReaders(result, op, { checker, what: `result ${index}` });
  });
  for (const block of op.regions.flatMap((region) => region.blocks)) {
    block.args.forEach((arg, index) => {
      if (arg.owner !== block || arg.index !== index)
        report(checker, op, `argument ${index} has another owner or number`);
      checkReaders(arg, op, { checker, what: `argument ${index}` });
    });
  }
}

function checkReaders(
  value: Value,
  op: Operation,
  context: { readonly checker: Checker; readonly what: string },
): void {
  const { checker, what } = context;
  for (const { user, index } of value.uses) {
    if (user.operands[index] !== value)
      report(checker, op, `${what} lists ${user.name} as a reader, which does not read it`);
    if (user.parent === undefined) report(checker, op, `${what} is read by ${user.name}, which stands in no block`);
  }
}
