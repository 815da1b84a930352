/** Which values are known before the program runs. */
import { expect, it } from "vitest";
import { denseAttribute } from "../../src/ir/attributes.ts";
import { CompileTimeCache, compileTimeValues, isCompileTime, withCompileTimeCache } from "../../src/ir/compile-time.ts";
import type { Operation, Value } from "../../src/ir/core.ts";
import { Block, walk } from "../../src/ir/core.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import { add } from "../../src/ir/ops/elementwise-binary.ts";
import { tensorValue } from "../../src/ir/tensor-value.ts";
import { tensorType } from "../../src/ir/types.ts";
import { convolutionModule, regionModule } from "./programs.ts";
import { here } from "./testing.ts";

it("are constants and what pure ops compute from constants alone", () => {
  const module = convolutionModule();
  const known = compileTimeValues(module);
  const names = [...known].map((value) => value.definingOp!.name);
  expect(names).toEqual(["nn.constant", "nn.constant", "nn.reshape"]);
  for (const op of walk(module)) {
    for (const value of [...op.results, ...op.operands]) {
      expect(isCompileTime(value)).toBe(known.has(value));
      expect(isCompileTime(value, known)).toBe(known.has(value));
    }
  }
});

it("are never results of regions", () => {
  expect(compileTimeValues(regionModule()).size).toBe(0);
});

it("are still the right ones in the cache when operations read other values", () => {
  const block = new Block([tensorType([2], "f32")]);
  const [input] = block.args;
  const made: Value[] = [input!];
  const append = (op: Operation): Value => {
    block.append(op);
    made.push(op.result);
    return op.result;
  };
  const number = append(constant.build({}, { value: denseAttribute(tensorValue([2], "f32", [1, 2])) }, here));
  const first = append(add.build({ lhs: number, rhs: number }, {}, here));
  const second = append(add.build({ lhs: first, rhs: number }, {}, here));
  append(add.build({ lhs: second, rhs: input! }, {}, here));
  withCompileTimeCache((cache) => {
    const expectSame = (expected: readonly boolean[]): void => {
      expect(made.map((value) => isCompileTime(value))).toEqual(expected);
      expect(made.map((value) => new CompileTimeCache().has(value))).toEqual(expected);
    };
    expectSame([false, true, true, true, false]);
    first.definingOp!.setOperand(1, input!);
    cache.changed(first.definingOp!);
    expectSame([false, true, false, false, false]);
    first.definingOp!.setOperand(1, number);
    cache.changed(first.definingOp!);
    expectSame([false, true, true, true, false]);
  });
});
