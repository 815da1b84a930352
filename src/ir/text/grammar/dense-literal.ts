/** The values between `dense<` and `>` as a tensor. */
import { isSinglePrecision, zeros } from "../../tensor-value.ts";
import type { TensorValue } from "../../tensor-value.ts";
import type { ScalarType, TensorType } from "../../types.ts";
import { elementCount, isFloat, typeText } from "../../types.ts";
import { floatFromBits, patternWidth } from "../../numbers/float-bits.ts";
import type { NumberLiteral } from "./number-attributes.ts";
import { floatOf, integerOf, NumberProblem } from "./number-attributes.ts";

/** One value; `other` is what fastc's tensors cannot hold: strings, complex numbers. */
export type DenseElement =
  NumberLiteral | { readonly kind: "bool"; readonly value: boolean } | { readonly kind: "other" };

/** A whole `dense<...>`: its values in row-major order with the shape of their brackets, or the bytes of a string `"0x..."`. */
export type DenseLiteral =
  | { readonly kind: "values"; readonly elements: readonly DenseElement[]; readonly shape: readonly number[] }
  | { readonly kind: "bytes"; readonly digits: string };

/** A literal that is written once for all elements of a tensor larger than this stays text. */
const largestSplat = 2 ** 22;

/** The tensor; undefined when fastc's tensors cannot hold it exactly; or what is wrong. */
export function denseTensor(literal: DenseLiteral, type: TensorType): TensorValue | undefined | NumberProblem {
  return literal.kind === "bytes" ? tensorOfBytes(literal.digits, type) : tensorOfValues(literal, type);
}

function tensorOfValues(
  { elements, shape }: Extract<DenseLiteral, { kind: "values" }>,
  type: TensorType,
): TensorValue | undefined | NumberProblem {
  const count = elementCount(type.shape);
  const [first] = elements;
  const isSplat = shape.length === 0 && first !== undefined;
  // `dense<>` stands for no values whatever the shape.
  const fits = isSplat || (elements.length === 0 ? count === 0 : sameShape(shape, type.shape));
  if (!fits)
    return new NumberProblem(`the values have shape [${shape.join(", ")}], which is not that of ${typeText(type)}`);
  if (isSplat && count > largestSplat) return undefined;
  const value = zeros(type);
  if (isSplat) {
    const item = elementValue(first, type.element);
    if (typeof item !== "number") return item;
    value.data.fill(item);
    return value;
  }
  for (const [at, element] of elements.entries()) {
    const item = elementValue(element, type.element);
    if (typeof item !== "number") return item;
    value.data[at] = item;
  }
  return value;
}

function elementValue(element: DenseElement, type: ScalarType): number | undefined | NumberProblem {
  if (element.kind === "other") return undefined;
  if (element.kind === "bool") {
    return type.name === "i1"
      ? Number(element.value)
      : new NumberProblem(`${element.value} is not a number of type ${type.name}`);
  }
  if (isFloat(type)) return floatOf(element, type);
  const value = integerOf(element, type);
  if (value instanceof NumberProblem) return value;
  if (type.name === "i1") return value === 0n ? 0 : 1;
  return BigInt(Number(value)) === value ? Number(value) : undefined;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, dim) => extent === b[dim]);
}

/** Little-endian values of whole bytes each; one value stands for all elements. */
function tensorOfBytes(digits: string, type: TensorType): TensorValue | undefined | NumberProblem {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(digits))
    return new NumberProblem("the string is not 0x and pairs of hexadecimal digits");
  const { element } = type;
  if (element.name === "i1") return tensorOfBits(digits, type);
  const width = elementWidth(element);
  if (width === undefined) return undefined;
  const sizeBytes = Math.ceil(width / 8);
  const [count, have] = [elementCount(type.shape), (digits.length - 2) / 2];
  if (have !== count * sizeBytes && have !== sizeBytes) {
    return new NumberProblem(`${have} bytes are given, but ${typeText(type)} has ${count * sizeBytes}`);
  }
  const isSplat = have === sizeBytes;
  if (isSplat && count > largestSplat) return undefined;
  const value = zeros(type);
  for (let at = 0; at < count; at++) {
    const number = decode(bitsAt(digits, isSplat ? 0 : at, sizeBytes), element);
    if (number === undefined) return undefined;
    value.data[at] = number;
  }
  return value;
}

/** Truth values: eight in a byte, the first in the lowest bit; one byte of equal bits stands for all elements. */
function tensorOfBits(digits: string, type: TensorType): TensorValue | undefined | NumberProblem {
  const [count, have] = [elementCount(type.shape), (digits.length - 2) / 2];
  const isSplat = have === 1 && count > 8 && /^0x(?:00|ff)$/i.test(digits);
  if (!isSplat && have !== Math.ceil(count / 8)) {
    return new NumberProblem(`${have} bytes are given, but ${typeText(type)} has ${Math.ceil(count / 8)}`);
  }
  if (isSplat && count > largestSplat) return undefined;
  const value = zeros(type);
  for (let at = 0; at < count; at++) {
    const byte = Number(bitsAt(digits, isSplat ? 0 : at >> 3, 1));
    value.data[at] = (byte >> (at & 7)) & 1;
  }
  return value;
}

/** Bits of one element in a string of bytes; undefined for formats that fastc does not know. */
function elementWidth(type: ScalarType): number | undefined {
  if (isFloat(type)) return patternWidth(type);
  return type.name === "index" ? 64 : Number(/\d+/.exec(type.name)?.[0]);
}

function bitsAt(digits: string, index: number, sizeBytes: number): bigint {
  let text = "0x";
  const start = 2 + index * sizeBytes * 2;
  for (let byte = sizeBytes - 1; byte >= 0; byte--) text += digits.slice(start + byte * 2, start + byte * 2 + 2);
  return BigInt(text);
}

function decode(bits: bigint, type: ScalarType): number | undefined {
  if (isFloat(type)) {
    const number = floatFromBits(bits, type);
    return isSinglePrecision(type.name) ? Math.fround(number) : number;
  }
  const width = type.name === "index" ? 64 : Number(/\d+/.exec(type.name)?.[0]);
  const value = type.name.startsWith("u") ? BigInt.asUintN(width, bits) : BigInt.asIntN(width, bits);
  return BigInt(Number(value)) === value ? Number(value) : undefined;
}
