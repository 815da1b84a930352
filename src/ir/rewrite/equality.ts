/** Whether two operations compute the same from the same values; hashed and compared without spelling them. */
import type { Attribute } from "../attributes.ts";
import { attributeText } from "../attributes.ts";
import type { Operation, Value } from "../core.ts";
import { hasTrait } from "../ops/registry.ts";

/** Numbers for objects that are compared by identity, in the order in which they are first seen. */
class Numbering<T extends object> {
  private readonly numbers = new Map<T, number>();

  of(item: T): number {
    const known = this.numbers.get(item);
    if (known !== undefined) return known;
    this.numbers.set(item, this.numbers.size);
    return this.numbers.size - 1;
  }
}

/** A set of operations in which equal ones are found. Operations must not change while they are in it. */
export class OperationSet {
  private readonly buckets = new Map<number, Operation[]>();
  private readonly values = new Numbering<Value>();
  private readonly types = new Numbering<object>();
  private readonly names = new Map<string, number>();

  /** The operation that is equal to this one; when there is none, this one is added. */
  findOrAdd(op: Operation): Operation | undefined {
    const hash = this.hash(op);
    const bucket = this.buckets.get(hash);
    const found = bucket?.find((known) => isSame(known, op));
    if (found !== undefined) return found;
    if (bucket === undefined) this.buckets.set(hash, [op]);
    else bucket.push(op);
    return undefined;
  }

  /** Takes an operation out that was added. */
  remove(op: Operation): void {
    const bucket = this.buckets.get(this.hash(op));
    const at = bucket?.indexOf(op) ?? -1;
    if (at >= 0) bucket?.splice(at, 1);
  }

  private hash(op: Operation): number {
    let hash = this.nameNumber(op.name);
    // Operands that may be exchanged must not change the hash when they are.
    if (isExchangeable(op)) for (const operand of op.operands) hash += mixed(this.values.of(operand));
    else for (const operand of op.operands) hash = joined(hash, this.values.of(operand));
    for (const { type } of op.results) hash = joined(hash, this.types.of(type));
    let attributes = op.attributes.size;
    // Any order of the attributes is the same.
    for (const [name, attribute] of op.attributes)
      attributes += joined(this.nameNumber(name), attributeHash(attribute));
    return joined(hash | 0, attributes | 0);
  }

  private nameNumber(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.names.set(name, this.names.size);
    return this.names.size - 1;
  }
}

function isExchangeable(op: Operation): boolean {
  return op.operands.length === 2 && hasTrait(op, "commutative");
}

/** A hash with another number joined to it (the step of 32-bit FNV-1a, on words). */
function joined(hash: number, next: number): number {
  return Math.imul(hash ^ next, 0x01000193) ^ (next >>> 15);
}

function mixed(number: number): number {
  return Math.imul(number + 1, 0x9e3779b1) | 0;
}

/** Equal attributes have equal hashes; cheap, so that different ones may have the same. */
function attributeHash(attribute: Attribute): number {
  switch (attribute.kind) {
    case "integer":
      return joined(1, Number(BigInt.asIntN(32, attribute.value)));
    case "float":
      return joined(2, Math.fround(attribute.value) | 0);
    case "bool":
      return attribute.value ? 3 : 4;
    case "string":
      return textHash(attribute.value);
    case "symbol":
      return textHash(attribute.name);
    case "array":
      return attribute.items.reduce((hash, item) => joined(hash, attributeHash(item)), 5);
    case "dense": {
      const { data } = attribute.value;
      let hash = joined(6, data.length);
      for (let at = 0; at < Math.min(data.length, 16); at++) hash = joined(hash, (data[at] ?? 0) * 1024);
      return hash;
    }
    case "resource":
      return textHash(attribute.key);
    default:
      return attribute.kind.length;
  }
}

function textHash(text: string): number {
  let hash = text.length;
  for (let at = 0; at < text.length; at++) hash = joined(hash, text.charCodeAt(at));
  return hash;
}

function isSame(a: Operation, b: Operation): boolean {
  if (a.name !== b.name || a.attributes.size !== b.attributes.size || a.results.length !== b.results.length)
    return false;
  // Types are interned: equal types are the same object.
  if (a.results.some(({ type }, at) => type !== b.results[at]?.type)) return false;
  if (!haveSameOperands(a, b)) return false;
  for (const [name, attribute] of a.attributes) {
    const other = b.attributes.get(name);
    if (other === undefined || !isSameAttribute(attribute, other)) return false;
  }
  return true;
}

function haveSameOperands(a: Operation, b: Operation): boolean {
  if (a.operands.length !== b.operands.length) return false;
  if (a.operands.every((operand, at) => operand === b.operands[at])) return true;
  return isExchangeable(a) && a.operands[0] === b.operands[1] && a.operands[1] === b.operands[0];
}

/** True for attributes that print the same. Those that are not interned are compared by content. */
export function isSameAttribute(a: Attribute, b: Attribute): boolean {
  if (a === b) return true;
  if (a.kind === "dense" && b.kind === "dense") {
    const [left, right] = [a.value, b.value];
    // As they are printed: negative zero is not zero, and NaN is NaN.
    return left.type === right.type && left.data.every((item: number, at: number) => Object.is(item, right.data[at]));
  }
  if (a.kind === "resource" && b.kind === "resource") return a.key === b.key && a.type === b.type;
  return a.kind === b.kind && attributeText(a) === attributeText(b);
}
