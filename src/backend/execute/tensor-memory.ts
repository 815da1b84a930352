/** DRAM and global memory as the machine has them: tensors at their places, readable from when they were written. */
import { compileTimeValues } from "../../ir/compile-time.ts";
import type { Value } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { FrozenModule } from "../../ir/frozen.ts";
import type { WeightReader } from "../../ir/interpret.ts";
import { interpretValue } from "../../ir/interpret.ts";
import { functionBody, mainFunction } from "../../ir/ops/builtin.ts";
import { hasTrait } from "../../ir/ops/registry.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { present } from "../../support/bug.ts";
import type { Program, ProgramTensor, Statement } from "../schedule/program.ts";
import type { ProgramPlace } from "./fault.ts";
import { fault } from "./fault.ts";
import type { NumberMode } from "./number-mode.ts";
import { emptyNumbers, roundingOf, stored } from "./number-mode.ts";

/** What memory is filled with before the first region. */
export interface MemoryContents {
  readonly frozen: FrozenModule;
  readonly inputs: readonly TensorValue[];
  readonly weights: WeightReader;
  readonly numbers: NumberMode;
}

/** A tensor that a region is writing. */
export interface TensorInWriting {
  readonly tensor: ProgramTensor;
  readonly data: TensorValue["data"];
  /** 1 for each element that is there. */
  readonly isThere: Uint8Array;
  readonly rounding: ((value: number) => number) | undefined;
  count: number;
}

/** The tensors of a program while it runs. */
export class TensorMemory {
  readonly numbers: NumberMode;
  private readonly contents: MemoryContents;
  private readonly byName: ReadonlyMap<string, ProgramTensor>;
  private readonly byValue = new Map<Value, ProgramTensor>();
  private readonly compileTime: ReadonlySet<Value>;
  private readonly known = new Map<ProgramTensor, TensorValue>();
  private readonly inWriting = new Map<ProgramTensor, TensorInWriting>();

  constructor(program: Program, contents: MemoryContents) {
    const { tensors } = program;
    const scratch = scratchNames(program);
    const { frozen, inputs, numbers } = contents;
    this.contents = contents;
    this.numbers = numbers;
    this.compileTime = compileTimeValues(frozen.module);
    this.byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    for (const tensor of tensors) {
      // Partial sums have the place of a result, but are none.
      if (!scratch.has(tensor.name)) this.byValue.set(frozen.valueOf(tensor.value), tensor);
    }
    functionBody(mainFunction(frozen.module)).args.forEach((arg, index) => {
      const tensor = this.byValue.get(arg);
      if (tensor !== undefined) this.known.set(tensor, stored(present(inputs[index], "an input"), numbers));
    });
  }

  named(name: string): ProgramTensor | undefined {
    return this.byName.get(name);
  }

  /** The tensor that holds a value: a view's is that of what it looks at. */
  tensorOf(value: Value): ProgramTensor | undefined {
    const own = this.byValue.get(value);
    const maker = value.definingOp;
    if (own !== undefined || maker === undefined || !hasTrait(maker, "view")) return own;
    return this.tensorOf(present(maker.operands[0], "operand of a view"));
  }

  /** The value that a tensor is. */
  valueOf(tensor: ProgramTensor): Value {
    return this.contents.frozen.valueOf(tensor.value);
  }

  /** The numbers of a tensor. @throws DiagnosticError `tensor-not-written` */
  read(tensor: ProgramTensor, place: ProgramPlace): TensorValue["data"] {
    const known = this.known.get(tensor);
    if (known !== undefined) return known.data;
    const value = this.valueOf(tensor);
    if (!this.compileTime.has(value)) {
      fault(place, "tensor-not-written", `${tensor.name} is read, but no region before has written it`);
    }
    const numbers = stored(interpretValue(value, new Map(), this.contents.weights), this.numbers);
    this.known.set(tensor, numbers);
    return numbers.data;
  }

  /** Where a region's results go. */
  write(tensor: ProgramTensor, place: ProgramPlace): TensorInWriting {
    const started = this.inWriting.get(tensor);
    if (started !== undefined) return started;
    if (this.known.has(tensor) || tensor.origin !== "activation") {
      fault(place, "tensor-not-written", `${tensor.name} is written, but it is there already`);
    }
    const type = tensorTypeOf(this.valueOf(tensor));
    const data = emptyNumbers(type);
    const rounding = roundingOf(type.element, this.numbers);
    const writing = { tensor, data, isThere: new Uint8Array(data.length), rounding, count: 0 };
    this.inWriting.set(tensor, writing);
    return writing;
  }

  /** Ends a region: what it has written must be whole, and can be read from now on. */
  settle(place: ProgramPlace): readonly WrittenTensor[] {
    const written = [...this.inWriting.values()].map(({ tensor, data, isThere, count }): WrittenTensor => {
      if (count !== data.length) {
        const first = isThere.indexOf(0);
        const message = `${data.length - count} of ${data.length} elements of ${tensor.name} are never written`;
        fault(place, "tensor-not-written", message, { notes: [`the first is element ${first}`] });
      }
      return { tensor, value: { type: tensorTypeOf(this.valueOf(tensor)), data } };
    });
    for (const { tensor, value } of written) this.known.set(tensor, value);
    this.inWriting.clear();
    return written;
  }

  /** Lets go what is not needed any more. */
  release(tensor: ProgramTensor): void {
    this.known.delete(tensor);
  }

  /** A value outside of all regions: an output that is an input, or a constant. */
  outside(value: Value): TensorValue {
    const { frozen, inputs, weights } = this.contents;
    const args = functionBody(mainFunction(frozen.module)).args;
    const known = new Map(args.map((arg, index) => [arg, present(inputs[index], "an input")] as const));
    return interpretValue(value, known, weights);
  }
}

/** A tensor that a region has written. */
export interface WrittenTensor {
  readonly tensor: ProgramTensor;
  readonly value: TensorValue;
}

/** Tensors for partial sums that leave the chip: each belongs to one region, and its shape is that of its loops. */
export function scratchNames({ regions }: Program): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (body: readonly Statement[]): void => {
    for (const statement of body) {
      if (statement.op === "dma" && statement.partialsTo !== undefined) found.add(statement.partialsTo);
      if (statement.op === "for" || statement.op === "spread") visit(statement.body);
    }
  };
  for (const { body } of regions) visit(body);
  return found;
}
