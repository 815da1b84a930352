/** Parsers of option values, used by several commands. */
import { InvalidArgumentError } from "commander";

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a positive integer.");
  return value;
}

/** A whole number of at least 0, below 2³². */
export function seedNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffffffff)
    throw new InvalidArgumentError("It must be an integer from 0 to 4294967295.");
  return value;
}

/** A number greater than 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("It must be a number greater than 0.");
  return value;
}

/** A number of at least 0. */
export function nonNegativeNumber(text: string): number {
  return text.trim() !== "" && Number(text) === 0 ? 0 : positiveNumber(text);
}

/** A limit, or `none` for no limit. */
export function limitOrNone(text: string): number | "none" {
  return text === "none" ? "none" : positiveNumber(text);
}

/** Collects a repeatable option. */
export function collect(text: string, all: readonly string[]): readonly string[] {
  return [...all, text];
}

/** Collects `name=value` pairs with positive integers as values. */
export function collectDims(text: string, all: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const separator = text.lastIndexOf("=");
  if (separator < 1) throw new InvalidArgumentError("It must have the form NAME=VALUE.");
  const name = text.slice(0, separator);
  if (name in all) throw new InvalidArgumentError(`'${name}' is given twice.`);
  return { ...all, [name]: positiveInteger(text.slice(separator + 1)) };
}
