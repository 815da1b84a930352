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

/** Collects `name=text` pairs. */
export function collectTexts(text: string, all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const separator = text.indexOf("=");
  if (separator < 1) throw new InvalidArgumentError("It must have the form NAME=VALUE.");
  return added(all, text.slice(0, separator), text.slice(separator + 1));
}

/** Collects `name:1x3x224x224`; a scalar has nothing after the colon. Names may have colons. */
export function collectShapes(
  text: string,
  all: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, readonly number[]>> {
  const [, name, shape] = /^(.+):((?:\d+(?:x\d+)*)?)$/.exec(text) ?? [];
  if (name === undefined || shape === undefined)
    throw new InvalidArgumentError("It must have the form NAME:1x3x224x224.");
  return added(all, name, shape === "" ? [] : shape.split("x").map(positiveInteger));
}

/** Inputs by name: with a shape, and with numbers from somewhere. */
export interface InputChoices {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly sources: Readonly<Record<string, string>>;
}

/** Collects `name:1x3x224x224` and `name=file`. */
export function collectInputs(text: string, all: InputChoices): InputChoices {
  if (/^[^=]+:[\dx]*$/.test(text)) return { ...all, shapes: collectShapes(text, all.shapes) };
  if (!text.includes("=")) throw new InvalidArgumentError("It must have the form NAME=FILE, or NAME:1x3x224x224.");
  return { ...all, sources: collectTexts(text, all.sources) };
}

function added<T>(all: Readonly<Record<string, T>>, name: string, value: T): Readonly<Record<string, T>> {
  if (Object.hasOwn(all, name)) throw new InvalidArgumentError(`'${name}' is given twice.`);
  return { ...all, [name]: value };
}

/** Collects `name=value` pairs with positive integers as values. */
export function collectDims(text: string, all: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const separator = text.lastIndexOf("=");
  if (separator < 1) throw new InvalidArgumentError("It must have the form NAME=VALUE.");
  const name = text.slice(0, separator);
  return added(all, name, positiveInteger(text.slice(separator + 1)));
}
