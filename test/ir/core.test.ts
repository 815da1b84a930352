/** Operations, blocks and use lists stay whole under any sequence of edits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block, Operation, Region, walk } from "../../src/ir/core.ts";
import type { Value } from "../../src/ir/core.ts";
import { unknownLocation } from "../../src/ir/location.ts";
import { tensorType } from "../../src/ir/types.ts";
import { holds } from "./testing.ts";

const type = tensorType([2], "f32");

function plain(operands: readonly Value[] = [], results = 1): Operation {
  const resultTypes = Array.from({ length: results }, () => type);
  return new Operation({ name: "test.op", operands, resultTypes, location: unknownLocation });
}

/** What is wrong with the links of a block and the use lists of the operations given. */
function brokenLinks(block: Block, all: readonly Operation[]): readonly string[] {
  const problems: string[] = [];
  const forward = [...block.operations()];
  const backward: Operation[] = [];
  for (let op = block.last; op !== undefined; op = op.previous) backward.unshift(op);
  if (forward.length !== backward.length || forward.some((op, at) => op !== backward[at]))
    problems.push("links differ");
  if (forward.some((op) => op.parent !== block)) problems.push("an operation does not know its block");
  const expected = new Map<Value, Set<string>>();
  const values = [...block.args, ...all.flatMap((op) => [...op.results])];
  const label = (op: Operation, index: number): string => `${all.indexOf(op)}:${index}`;
  for (const value of values) expected.set(value, new Set());
  for (const op of all) op.operands.forEach((operand, index) => expected.get(operand)!.add(label(op, index)));
  for (const value of values) {
    const listed = value.uses.map(({ user, index }) => label(user, index)).sort();
    if (listed.join() !== [...expected.get(value)!].sort().join())
      problems.push("a use list differs from the operands");
    if (value.hasUses !== listed.length > 0 || value.hasOneUse !== (listed.length === 1))
      problems.push("use counts differ");
  }
  return problems;
}

describe("use lists", () => {
  it("stay whole under random edits", () => {
    const edits = fc.array(fc.record({ kind: fc.nat(5), a: fc.nat(99), b: fc.nat(99), c: fc.nat(99) }), {
      maxLength: 40,
    });
    holds(edits, (sequence) => {
      const block = new Block([type, type]);
      let all: Operation[] = [];
      for (const { kind, a, b, c } of sequence) {
        const values = [...block.args, ...all.flatMap((op) => [...op.results])];
        const [op, value, other] = [
          all[a % Math.max(all.length, 1)],
          values[b % values.length]!,
          values[c % values.length]!,
        ];
        if (kind <= 1 || op === undefined) {
          const made = plain([value, other, value].slice(0, a % 4), (b % 2) + 1);
          block.insertBefore(made, op?.parent === undefined ? undefined : op);
          all.push(made);
        } else if (kind === 2 && op.operands.length > 0) {
          op.setOperand(c % op.operands.length, value);
        } else if (kind === 3) {
          value.replaceAllUsesWith(other);
        } else if (kind === 4 && op.results.every((result) => !result.hasUses)) {
          op.erase();
          all = all.filter((kept) => kept !== op);
        } else if (kind === 5) {
          if (op.parent === undefined) block.append(op);
          else op.detach();
        }
        expect(brokenLinks(block, all)).toEqual([]);
      }
    });
  });

  it("count a value that is read twice by one operation as two uses", () => {
    const [x] = new Block([type]).args;
    const op = plain([x!, x!]);
    expect(x!.hasOneUse).toBe(false);
    expect(x!.users).toEqual([op]);
    expect(x!.isReadAt(op, 1)).toBe(true);
    expect(x!.isReadAt(op, 2)).toBe(false);
  });
});

describe("operations", () => {
  it("refuse what would break the graph", () => {
    const block = new Block();
    const maker = plain();
    const reader = plain(maker.results);
    block.append(maker);
    block.append(reader);
    expect(() => maker.erase()).toThrow("bug: test.op is erased but still read");
    expect(() => block.append(maker)).toThrow("bug: test.op already stands in a block");
    expect(() => reader.setOperand(1, maker.result)).toThrow("bug: test.op has no operand 1");
    expect(() => plain([], 2).result).toThrow("bug: test.op has 2 results, not one");
    expect(() => new Block().remove(maker)).toThrow("bug: test.op does not stand in this block");
    expect(() => new Region([]).block).toThrow("bug: a region has 0 blocks, not one");
  });

  it("are erased with what they hold", () => {
    const outer = new Block([type]);
    const inner = new Block();
    const user = plain(outer.args);
    inner.append(user);
    inner.append(plain(user.results));
    const holder = new Operation({ name: "test.holder", regions: [new Region([inner])], location: unknownLocation });
    outer.append(holder);
    expect([...walk(holder)]).toHaveLength(3);
    expect(user.parentOp).toBe(holder);
    holder.erase();
    expect(outer.args[0]!.hasUses).toBe(false);
    expect(outer.first).toBeUndefined();
  });

  it("may be removed while their block is walked", () => {
    const block = new Block();
    for (let count = 0; count < 4; count++) block.append(plain());
    for (const op of block.operations()) op.erase();
    expect([...block.operations()]).toEqual([]);
  });
});
