/** NumPy broadcasting: shapes are aligned at their last dimensions, and an extent of 1 stretches to any other. */
import type { AffineIndex } from "./loop-nest.ts";
import { idx } from "./loop-nest.ts";

/** The shape that all given shapes broadcast to; undefined when they do not fit together. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): readonly number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: number[] = [];
  for (let dim = 0; dim < rank; dim++) {
    let extent = 1;
    for (const shape of shapes) {
      const own = shape[dim - (rank - shape.length)] ?? 1;
      if (own === 1) continue;
      if (extent !== 1 && own !== extent) return undefined;
      extent = own;
    }
    result.push(extent);
  }
  return result;
}

/** The shape that shapes broadcast to, where a verifier has already seen that they do; else an empty shape. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): readonly number[] {
  return broadcastShapes(...shapes) ?? [];
}

/** True when a tensor of the shape broadcasts to `target` without changing it. */
export function broadcastsTo(shape: readonly number[], target: readonly number[]): boolean {
  return shapeText(broadcastShapes(shape, target) ?? [-1]) === shapeText(target);
}

/** A shape for messages: `[1, 3, 224, 224]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** The loops `d0`, `d1`, ... over the dimensions of a shape. */
export function dimensionLoops(shape: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(shape.map((extent, dim) => [`d${dim}`, extent]));
}

/** Access of an operand whose dimensions are the loops `d0`, `d1`, ... of the iteration space. */
export function dimensionAccess(rank: number): readonly AffineIndex[] {
  return Array.from({ length: rank }, (_unused, dim) => idx({ [`d${dim}`]: 1 }));
}

/**
 * Access of an operand that broadcasts to `output`, whose loops are named by `loopName`; a stretched dimension has no
 * terms.
 */
export function broadcastAccess(
  shape: readonly number[],
  output: readonly number[],
  loopName: (dim: number) => string = (dim) => `d${dim}`,
): readonly AffineIndex[] {
  const shift = output.length - shape.length;
  return shape.map((extent, dim) =>
    extent === 1 && output[dim + shift] !== 1 ? idx({}) : idx({ [loopName(dim + shift)]: 1 }),
  );
}
