/** Our own mistakes: conditions that no input can cause. */

/** Throws for a broken invariant of ours; never used for bad input. */
export function bug(message: string): never {
  throw new Error(`bug: ${message}`);
}

/** The value, or a bug report when it is undefined. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) bug(`${what} is missing`);
  return value;
}
