/** Where the elements of a matrix op's operands lie for each value of the canonical loops: sums of one table a loop. */
import type { Operation } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { AffineIndex, LoopNest } from "../../ir/loop-nest.ts";
import { rowMajorStrides } from "../../ir/numbers/indexing.ts";
import { operandName } from "../../ir/op-kind.ts";
import { kindOf } from "../../ir/ops/registry.ts";
import { elementCount } from "../../ir/types.ts";
import { bug, present } from "../../support/bug.ts";
import type { CanonicalLoops, SlidingWindow } from "../mapping/problem.ts";
import { at, canonicalLoops } from "../mapping/problem.ts";

/** A part of the offset for each value of a loop. */
export type OffsetTable = Int32Array;

/** An input dimension that is not slid over, but where some points lie outside of the tensor and read zero. */
export interface CheckedDimension {
  /** By slot of the canonical loops; the coordinate is the sum. */
  readonly coordinates: readonly OffsetTable[];
  readonly extent: number;
}

/** How a window slides, and what a step along its dimension adds to the offset. */
export interface WindowAxis extends SlidingWindow {
  readonly inputStride: number;
}

/** Offsets of all three operands; tables by slot of the canonical loops (see `at`). */
export interface AnchorLayout {
  readonly extents: readonly number[];
  readonly rows: WindowAxis;
  readonly columns: WindowAxis;
  /** Without rows and columns, which are `WindowAxis.inputStride` apart. */
  readonly input: readonly OffsetTable[];
  readonly checks: readonly CheckedDimension[];
  readonly weight: readonly OffsetTable[];
  /** Of the kernel's rows and columns. */
  readonly weightRows: OffsetTable;
  readonly weightColumns: OffsetTable;
  readonly output: readonly OffsetTable[];
  readonly inputElements: number;
  readonly weightElements: number;
  readonly outputElements: number;
}

/** The layout of a matrix op, from its access functions alone. */
export function anchorLayout(anchor: Operation): AnchorLayout {
  const kind = present(kindOf(anchor), "kind of an anchor");
  const nest = present(kind.loopNest(anchor), "loop nest of an anchor");
  const [inputName, weightName] = [operandName(kind, 0), operandName(kind, 1)];
  const shapes = [...anchor.operands.slice(0, 2), anchor.result].map((value) => tensorTypeOf(value).shape);
  const [inputShape = [], weightShape = [], outputShape = []] = shapes;
  const loops = canonicalLoops(nest, { operandNames: [inputName, weightName], inputShape });
  const access = (name: string): readonly AffineIndex[] => nest.access[name] ?? bug(`no access to ${name}`);
  const input = { nest, access: access(inputName), strides: rowMajorStrides(inputShape) };
  const weight = { nest, access: access(weightName), strides: rowMajorStrides(weightShape) };
  const output = { nest, access: access("output"), strides: rowMajorStrides(outputShape) };
  const [rows, columns] = [windowAxis(loops, 0, input.strides), windowAxis(loops, 1, input.strides)];
  const slid = loops.windows.flatMap(({ outputLoop, dimension }) => (outputLoop === "" ? [] : [dimension]));
  const still = input.access.flatMap((_index, dimension) => (slid.includes(dimension) ? [] : [dimension]));
  const [rowLoop, columnLoop] = loops.windows.map(({ kernelLoop }) => kernelLoop);
  return {
    extents: loops.slots.map((names) => sizeOf(nest, names)),
    rows,
    columns,
    input: withConstant(
      loops.slots.map((names) => offsets({ ...input, dimensions: still }, names)),
      still.reduce((sum, dim) => sum + (input.access[dim]?.offset ?? 0) * (input.strides[dim] ?? 0), 0),
    ),
    checks: still.flatMap((dimension) => checkedDimension(input, loops, { dimension, shape: inputShape })),
    weight: loops.slots.map((names) => offsets(weight, names)),
    weightRows: offsets(weight, rowLoop === undefined ? [] : [rowLoop]),
    weightColumns: offsets(weight, columnLoop === undefined ? [] : [columnLoop]),
    output: loops.slots.map((names) => offsets(output, names)),
    inputElements: elementCount(inputShape),
    weightElements: elementCount(weightShape),
    outputElements: elementCount(outputShape),
  };
}

interface Indexing {
  readonly nest: LoopNest;
  readonly access: readonly AffineIndex[];
  readonly strides: readonly number[];
  /** Those that count; all where it is not said. */
  readonly dimensions?: readonly number[];
}

function sizeOf(nest: LoopNest, names: readonly string[]): number {
  return names.reduce((product, name) => product * (nest.extents[name] ?? 1), 1);
}

/** What each value of a composite loop adds to the offset; the last of its loops is the innermost. */
function offsets({ nest, access, strides, dimensions }: Indexing, names: readonly string[]): OffsetTable {
  const step = (name: string): number =>
    access.reduce(
      (sum, { terms }, dimension) =>
        dimensions?.includes(dimension) === false ? sum : sum + (terms[name] ?? 0) * (strides[dimension] ?? 0),
      0,
    );
  return names.reduce<OffsetTable>((outer, name) => {
    const extent = nest.extents[name] ?? 1;
    const own = step(name);
    return Int32Array.from({ length: outer.length * extent }, (_unused, index) => {
      const from = present(outer[Math.floor(index / extent)], "an offset");
      return from + (index % extent) * own;
    });
  }, new Int32Array(1));
}

/** Constants of indices, added to one of the tables: that of the groups. */
function withConstant(tables: readonly OffsetTable[], constant: number): readonly OffsetTable[] {
  return tables.map((table, slot) => (slot === at.g ? table.map((value) => value + constant) : table));
}

function windowAxis({ windows }: CanonicalLoops, index: number, strides: readonly number[]): WindowAxis {
  const found = windows[index];
  if (found === undefined || found.outputLoop === "") {
    return { kernel: 1, stride: 1, dilation: 1, padBefore: 0, inputExtent: 1, inputStride: 0 };
  }
  return { ...found.window, inputStride: strides[found.dimension] ?? 0 };
}

/** A dimension where some index is outside of the tensor. */
function checkedDimension(
  input: Indexing,
  { slots }: CanonicalLoops,
  { dimension, shape }: { readonly dimension: number; readonly shape: readonly number[] },
): readonly CheckedDimension[] {
  const extent = shape[dimension] ?? 1;
  const unit = shape.map((_extent, other) => Number(other === dimension));
  const coordinates = slots.map((names) => offsets({ ...input, strides: unit, dimensions: [dimension] }, names));
  const { offset } = present(input.access[dimension], "a dimension");
  const extreme = (choose: (...values: readonly number[]) => number): number =>
    coordinates.reduce((sum, table) => sum + table.reduce((best, value) => choose(best, value)), offset);
  const [least, most] = [extreme(Math.min), extreme(Math.max)];
  if (least >= 0 && most < extent) return [];
  return [{ coordinates: withConstant(coordinates, offset), extent }];
}
