/** Dimensions whose name is a sum or product of others, as exporters write them: `past_length + length`. */

/** Names that an expression is made of; empty for a plain name. */
export function expressionNames(text: string): readonly string[] {
  const names: string[] = [];
  const value = evaluate(text, (name) => {
    names.push(name);
    return 1;
  });
  return value === undefined || names.includes(text) ? [] : names;
}

/** The value of an expression; undefined when it is none, or when one of its names has no value. */
export function expressionValue(text: string, values: ReadonlyMap<string, number>): number | undefined {
  const value = evaluate(text, (name) => values.get(name));
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

type Lookup = (name: string) => number | undefined;

/** Tokens that are left, and where names get their values. */
interface Parsing {
  readonly tokens: readonly string[];
  readonly lookup: Lookup;
  at: number;
}

/** Longer texts are names: nobody writes such sums, and each parenthesis takes a level of the stack. */
const longestExpression = 200;

function evaluate(text: string, lookup: Lookup): number | undefined {
  const tokens = text.length > longestExpression ? null : text.match(/[A-Za-z_][\w.]*|\d+|\/\/|[-+*/()]|\S/g);
  if (tokens === null) return undefined;
  const parsing: Parsing = { tokens, lookup, at: 0 };
  const value = sum(parsing);
  return parsing.at === tokens.length ? value : undefined;
}

function sum(parsing: Parsing): number | undefined {
  let value = product(parsing);
  for (;;) {
    const operator = parsing.tokens[parsing.at];
    if (operator !== "+" && operator !== "-") return value;
    parsing.at++;
    const right = product(parsing);
    value = value === undefined || right === undefined ? undefined : operator === "+" ? value + right : value - right;
  }
}

function product(parsing: Parsing): number | undefined {
  let value = factor(parsing);
  for (;;) {
    const operator = parsing.tokens[parsing.at];
    if (operator !== "*" && operator !== "/" && operator !== "//") return value;
    parsing.at++;
    const right = factor(parsing);
    value = value === undefined || right === undefined ? undefined : operator === "*" ? value * right : value / right;
    if (operator === "//" && value !== undefined) value = Math.floor(value);
  }
}

function factor(parsing: Parsing): number | undefined {
  const token = parsing.tokens[parsing.at++];
  if (token === undefined) return undefined;
  if (/^\d/.test(token)) return Number(token);
  if (/^[A-Za-z_]/.test(token)) return parsing.lookup(token);
  if (token !== "(") return undefined;
  const value = sum(parsing);
  return parsing.tokens[parsing.at++] === ")" ? value : undefined;
}
