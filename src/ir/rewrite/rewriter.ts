/** The only way in which passes change IR. It keeps the use lists whole, counts the changes and tells listeners. */
import { bug } from "../../support/bug.ts";
import type { Attribute } from "../attributes.ts";
import type { Operation, Value } from "../core.ts";
import type { Location } from "../location.ts";
import { kindOf } from "../ops/registry.ts";
import { typeText } from "../types.ts";

/** Told of every change after it was made. */
export interface RewriteListener {
  readonly inserted?: (op: Operation) => void;
  /** Its operands, attributes or place changed. */
  readonly changed?: (op: Operation) => void;
  /** The readers of a value are about to read another one instead. */
  readonly replaced?: (value: Value, by: Value) => void;
  /** Called before the operation goes, while it still has its operands. */
  readonly erased?: (op: Operation) => void;
}

/** Changes IR; see the file's comment. */
export class Rewriter {
  private readonly listeners: RewriteListener[] = [];
  private changeCount = 0;

  constructor(listener?: RewriteListener) {
    if (listener !== undefined) this.listeners.push(listener);
  }

  /** Number of changes so far. */
  get changes(): number {
    return this.changeCount;
  }

  /** Tells a listener of every change while `work` runs. */
  listening<T>(listener: RewriteListener, work: () => T): T {
    this.listeners.push(listener);
    try {
      return work();
    } finally {
      this.listeners.splice(this.listeners.lastIndexOf(listener), 1);
    }
  }

  /** Puts a detached operation before `reference`; returns it. */
  insertBefore(reference: Operation, op: Operation): Operation {
    if (reference.parent === undefined)
      bug(`${op.name} is inserted before ${reference.name}, which stands in no block`);
    reference.parent.insertBefore(op, reference);
    this.changeCount++;
    for (const { inserted } of this.listeners) inserted?.(op);
    return op;
  }

  /** Moves an operation before `reference`. */
  moveBefore(reference: Operation, op: Operation): void {
    if (reference.parent === undefined) bug(`${op.name} is moved before ${reference.name}, which stands in no block`);
    op.detach();
    reference.parent.insertBefore(op, reference);
    this.changed(op);
  }

  /**
   * Makes the readers of an operation read the results of another (inserted before it if it stands nowhere yet) or the
   * given values instead, and erases it together with what only it read. Types must be the same.
   */
  replace(op: Operation, replacement: Operation | readonly Value[]): void {
    if (op.parent === undefined) bug(`${op.name} is replaced but stands in no block`);
    const values = isOperation(replacement) ? replacement.results : replacement;
    if (isOperation(replacement) && replacement.parent === undefined) this.insertBefore(op, replacement);
    // Types are interned: equal types are the same object.
    if (values.length !== op.results.length || op.results.some((result, at) => result.type !== values[at]?.type))
      bug(`${op.name} gives ${typesText(op.results)} but is replaced by ${typesText(values)}`);
    op.results.forEach((result, index) => {
      const value = values[index];
      if (value !== undefined) this.replaceAllUses(result, value);
    });
    this.eraseWithProducers(op);
  }

  /** Makes every reader of a value read another one of the same type. */
  replaceAllUses(value: Value, replacement: Value): void {
    for (const { replaced } of this.listeners) replaced?.(value, replacement);
    for (const { user, index } of value.uses) this.setOperand(user, index, replacement);
  }

  setOperand(op: Operation, index: number, value: Value): void {
    op.setOperand(index, value);
    this.changed(op);
  }

  /** Sets an attribute, or removes it when the value is undefined. */
  setAttribute(op: Operation, name: string, value: Attribute | undefined): void {
    if (value === undefined) op.attributes.delete(name);
    else op.attributes.set(name, value);
    this.changed(op);
  }

  setLocation(op: Operation, location: Location): void {
    op.location = location;
    this.changed(op);
  }

  /** Removes an operation whose results nobody reads. */
  erase(op: Operation): void {
    for (const { erased } of this.listeners) erased?.(op);
    op.erase();
    this.changeCount++;
  }

  /** Removes an operation if nobody reads it and it has no other effect, and of what it read what nobody reads any more. */
  eraseIfDead(op: Operation): void {
    if (op.parent !== undefined && isDead(op)) this.eraseWithProducers(op);
  }

  /** Removes an operation, and of the operations that it read those that nobody reads any more. */
  private eraseWithProducers(op: Operation): void {
    const producers = new Set(op.operands.flatMap((operand) => operand.definingOp ?? []));
    this.erase(op);
    for (const producer of producers) this.eraseIfDead(producer);
  }

  private changed(op: Operation): void {
    this.changeCount++;
    for (const { changed } of this.listeners) changed?.(op);
  }
}

/** True when nobody reads the results of an operation that has no other effect. */
export function isDead(op: Operation): boolean {
  return kindOf(op.name)?.traits.has("pure") === true && op.results.every((result) => !result.hasUses);
}

function isOperation(replacement: Operation | readonly Value[]): replacement is Operation {
  return !Array.isArray(replacement);
}

function typesText(values: readonly Value[]): string {
  return `(${values.map((value) => typeText(value.type)).join(", ")})`;
}
