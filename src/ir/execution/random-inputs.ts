/** Inputs for a function when nobody gives any: random by seed, and such that the function can run on them. */
import type { RandomStream } from "../../support/random.ts";
import { randomStream } from "../../support/random.ts";
import type { Operation, Value } from "../core.ts";
import { tensorTypeOf } from "../define-op.ts";
import { roundToFloat } from "../numbers/number-formats.ts";
import { functionBody } from "../ops/builtin.ts";
import { gather, gatherNd } from "../ops/gather.ts";
import { kindOf } from "../ops/registry.ts";
import type { TensorValue } from "../tensor-value.ts";
import { zeros } from "../tensor-value.ts";
import { bitWidth, isFloat } from "../types.ts";

/** How the numbers of an input are chosen, from its element type and what reads it. */
export type InputRule =
  | { readonly kind: "normal" }
  | { readonly kind: "indices"; readonly extent: number }
  | { readonly kind: "whole-type"; readonly low: number; readonly high: number }
  | { readonly kind: "ones" };

/**
 * The rule of an input: floats are normally distributed; integers that are indices (token ids) lie inside of the smallest
 * dimension that they index; other integers of up to 16 bits (images, quantised numbers) use their whole type; the rest,
 * integers and truth values (masks), are ones.
 */
export function inputRule(input: Value): InputRule {
  const { element } = tensorTypeOf(input);
  if (isFloat(element)) return { kind: "normal" };
  const extent = Math.min(Infinity, ...indexedExtents(input));
  if (extent < Infinity) return { kind: "indices", extent };
  const bits = bitWidth(element);
  if (element.name === "i1" || bits > 16) return { kind: "ones" };
  return element.name.startsWith("u")
    ? { kind: "whole-type", low: 0, high: 2 ** bits - 1 }
    : { kind: "whole-type", low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 };
}

/** The rule in words. */
export function inputRuleText(rule: InputRule, seed: number): string {
  switch (rule.kind) {
    case "normal":
      return `random, normal with mean 0 and deviation 1, seed ${seed}`;
    case "indices":
      return `random integers from 0 to ${rule.extent - 1}, seed ${seed}`;
    case "whole-type":
      return `random integers from ${rule.low} to ${rule.high}, seed ${seed}`;
    case "ones":
      return "all ones";
  }
}

/** Numbers for input number `index` of a function, the same for the same seed whatever the other inputs are. */
export function randomInput(fn: Operation, index: number, seed: number): TensorValue {
  const input = functionBody(fn).args[index];
  if (input === undefined) throw new Error(`bug: the function has no input ${index}`);
  const value = zeros(tensorTypeOf(input));
  const draw = drawer(inputRule(input), randomStream(seed, index));
  const { element } = value.type;
  for (let at = 0; at < value.data.length; at++) {
    value.data[at] = isFloat(element) ? roundToFloat(draw(), element) : draw();
  }
  return value;
}

function drawer(rule: InputRule, stream: RandomStream): () => number {
  switch (rule.kind) {
    case "normal":
      return () => normal(stream);
    case "indices":
      return () => stream.integer(rule.extent);
    case "whole-type":
      return () => rule.low + stream.integer(rule.high - rule.low + 1);
    case "ones":
      return () => 1;
  }
}

/** Box and Muller, "A Note on the Generation of Random Normal Deviates", Annals of Mathematical Statistics, 1958. */
function normal({ next }: RandomStream): number {
  const [radius, angle] = [Math.sqrt(-2 * Math.log(1 - next())), 2 * Math.PI * next()];
  return radius * Math.cos(angle);
}

/** Ops through which integers go as they are. */
const carriers: ReadonlySet<string> = new Set([
  "nn.cast",
  "nn.reshape",
  "nn.transpose",
  "nn.slice",
  "nn.concat",
  "nn.broadcast_to",
]);

/** Extents of the dimensions that the value's numbers index, however it comes to the ops that do so. */
function indexedExtents(value: Value, seen = new Set<Value>()): readonly number[] {
  if (seen.has(value)) return [];
  seen.add(value);
  return value.uses.flatMap(({ user, index }) => {
    const isIndex = Object.keys(kindOf(user)?.operandSpecs ?? {})[index] === "indices";
    if (isIndex) return extentsBehind(user);
    return carriers.has(user.name) ? user.results.flatMap((result) => indexedExtents(result, seen)) : [];
  });
}

/** What the indices of an op count: one dimension, or several one after the other in `nn.gather_nd`. */
function extentsBehind(user: Operation): readonly number[] {
  const nd = gatherNd.match(user);
  if (nd !== undefined) {
    const first = nd.attrs.batch_dims;
    return nd.types.data.shape.slice(first, first + (nd.types.indices.shape.at(-1) ?? 0));
  }
  const one = gather.match(user);
  if (one !== undefined) return one.types.data.shape.slice(one.attrs.axis, one.attrs.axis + 1);
  const [data] = user.operands;
  const axis = user.attributes.get("axis");
  if (data === undefined) return [];
  const { shape } = tensorTypeOf(data);
  return axis?.kind === "integer" ? shape.slice(Number(axis.value), Number(axis.value) + 1) : shape;
}
