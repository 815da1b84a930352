/** Literals of numbers to attributes: ranges of integer types, rounding and bit patterns of floats. */
import type { Attribute } from "../../attributes.ts";
import { boolAttribute, floatAttribute, integerAttribute, opaqueAttribute } from "../../attributes.ts";
import { floatFromBits, patternWidth } from "../../numbers/float-bits.ts";
import { roundToFloat } from "../../numbers/number-formats.ts";
import type { ScalarType, Type } from "../../types.ts";
import { isFloat, isUnsigned, scalar, typeText } from "../../types.ts";

/** A literal as it is written. */
export interface NumberLiteral {
  readonly kind: "integer" | "hexadecimal" | "float";
  /** Without a sign. */
  readonly text: string;
  readonly isNegative: boolean;
}

/** What is wrong with a literal of a type. */
export class NumberProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** The attribute of a literal; `type` undefined: the default of its kind. */
export function numberAttribute(literal: NumberLiteral, type: Type | undefined): Attribute | NumberProblem {
  const scalarType = type ?? scalar(literal.kind === "float" ? "f64" : "i64");
  if (scalarType.kind !== "scalar") {
    // Numbers of foreign types stay what they are.
    if (scalarType.kind === "opaque") return opaqueAttribute(`${literalText(literal)} : ${typeText(scalarType)}`);
    return new NumberProblem(`a number cannot be a ${typeText(scalarType)}`);
  }
  if (isFloat(scalarType)) {
    if (literal.kind === "hexadecimal" && patternWidth(scalarType) === undefined)
      return opaqueAttribute(`${literalText(literal)} : ${scalarType.name}`);
    const value = floatOf(literal, scalarType);
    return value instanceof NumberProblem ? value : floatAttribute(value, scalarType);
  }
  const value = integerOf(literal, scalarType);
  if (value instanceof NumberProblem) return value;
  return scalarType.name === "i1" ? boolAttribute(value !== 0n) : integerAttribute(value, scalarType);
}

/** The number of a literal of a floating-point type. */
export function floatOf(literal: NumberLiteral, type: ScalarType): number | NumberProblem {
  if (literal.kind === "hexadecimal") {
    const [width, bits] = [patternWidth(type), BigInt(literal.text)];
    if (width === undefined) return new NumberProblem(`bit patterns of ${type.name} are not known`);
    if (literal.isNegative || bits >= 1n << BigInt(width))
      return new NumberProblem(`${literalText(literal)} is not a bit pattern of ${type.name}`);
    return floatFromBits(bits, type);
  }
  if (literal.kind === "integer")
    return new NumberProblem(`a ${type.name} is written with a point, as ${literalText(literal)}.0`);
  const value = literal.isNegative ? -Number(literal.text) : Number(literal.text);
  return patternWidth(type) === undefined ? value : roundToFloat(value, type);
}

/** The integer of a literal of an integer type: within its range, signless ones as their two's complement. */
export function integerOf(literal: NumberLiteral, type: ScalarType): bigint | NumberProblem {
  if (literal.kind === "float")
    return new NumberProblem(`${literalText(literal)} is not a number of type ${type.name}`);
  const magnitude = BigInt(literal.text);
  const value = literal.isNegative ? -magnitude : magnitude;
  const width = type.name === "index" ? 64 : Number(/\d+/.exec(type.name)?.[0]);
  const isSigned = type.name.startsWith("s");
  const half = 1n << BigInt(width - 1);
  const least = isUnsigned(type) ? 0n : -half;
  const most = isSigned || type.name === "index" ? half - 1n : 2n * half - 1n;
  if (value < least || value > most) return new NumberProblem(`${value} does not fit into ${type.name}`);
  return isUnsigned(type) ? value : BigInt.asIntN(width, value);
}

function literalText({ text, isNegative }: NumberLiteral): string {
  return isNegative ? `-${text}` : text;
}
