/** Affine maps and sets: index arithmetic as data, in MLIR's spelling. */

/** An index expression of dimensions `d0`, `d1`, ..., symbols `s0`, `s1`, ... and constants. */
export type AffineExpression =
  | { readonly kind: "dimension" | "symbol"; readonly index: number }
  | { readonly kind: "constant"; readonly value: bigint }
  | {
      readonly kind: "+" | "*" | "floordiv" | "ceildiv" | "mod";
      readonly lhs: AffineExpression;
      readonly rhs: AffineExpression;
    };

/** A function from dimensions and symbols to as many indices as there are results. */
export interface AffineMap {
  readonly dimensions: number;
  readonly symbols: number;
  readonly results: readonly AffineExpression[];
}

/** One condition of a set: the expression is zero, or not negative. */
export interface AffineConstraint {
  readonly expression: AffineExpression;
  readonly isEquality: boolean;
}

/** The points at which all constraints hold. */
export interface AffineSet {
  readonly dimensions: number;
  readonly symbols: number;
  readonly constraints: readonly AffineConstraint[];
}

/** `(d0, d1)[s0] -> (d0 + s0, d1)`. */
export function affineMapText(map: AffineMap): string {
  return `${spaceText(map)} -> (${map.results.map((result) => affineText(result)).join(", ")})`;
}

/** `(d0) : (d0 - 10 >= 0, d0 == 0)`. */
export function affineSetText(set: AffineSet): string {
  const constraints = set.constraints.map(
    ({ expression, isEquality }) => `${affineText(expression)} ${isEquality ? "==" : ">="} 0`,
  );
  return `${spaceText(set)} : (${constraints.join(", ")})`;
}

function spaceText({ dimensions, symbols }: { readonly dimensions: number; readonly symbols: number }): string {
  const names = (count: number, letter: string): string =>
    Array.from({ length: count }, (_unused, index) => `${letter}${index}`).join(", ");
  return `(${names(dimensions, "d")})${symbols === 0 ? "" : `[${names(symbols, "s")}]`}`;
}

/** The expression; sums inside of products in parentheses, and `a + b * -1` as `a - b`, as MLIR prints them. */
function affineText(expression: AffineExpression, isOperand = false): string {
  switch (expression.kind) {
    case "dimension":
      return `d${expression.index}`;
    case "symbol":
      return `s${expression.index}`;
    case "constant":
      return `${expression.value}`;
    case "+": {
      const text = sumText(expression.lhs, expression.rhs);
      return isOperand ? `(${text})` : text;
    }
    case "*":
    case "floordiv":
    case "ceildiv":
    case "mod": {
      if (isMinusOne(expression)) return `-${affineText(expression.lhs, true)}`;
      const text = `${affineText(expression.lhs, true)} ${expression.kind} ${affineText(expression.rhs, true)}`;
      return isOperand ? `(${text})` : text;
    }
  }
}

function sumText(lhs: AffineExpression, rhs: AffineExpression): string {
  const left = affineText(lhs, lhs.kind !== "+");
  if (isMinusOne(rhs)) return `${left} - ${affineText(rhs.lhs, true)}`;
  if (rhs.kind === "constant" && rhs.value < 0n) return `${left} - ${-rhs.value}`;
  return `${left} + ${affineText(rhs, rhs.kind === "+")}`;
}

function isMinusOne(
  expression: AffineExpression,
): expression is { readonly kind: "*"; readonly lhs: AffineExpression; readonly rhs: AffineExpression } {
  return expression.kind === "*" && expression.rhs.kind === "constant" && expression.rhs.value === -1n;
}
