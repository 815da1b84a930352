/** Grammar of affine maps and sets, between their `<` and `>`. */
import type { IToken } from "chevrotain";
import type { AffineConstraint, AffineExpression, AffineMap, AffineSet } from "../../affine.ts";
import type { Rule } from "./base-grammar.ts";
import { keywords, literals, signs, word } from "./tokens.ts";
import { TypeGrammar } from "./type-grammar.ts";

/** Dimensions and symbols of a map by their names. */
type Names = Map<string, AffineExpression>;

/** See the file's comment. */
export abstract class AffineGrammar extends TypeGrammar {
  protected readonly affineMapBody: Rule<AffineMap> = this.RULE("affineMapBody", () => {
    const results: AffineExpression[] = [];
    const space = this.SUBRULE(this.affineSpace);
    this.CONSUME(signs["->"]);
    this.CONSUME(signs["("]);
    this.MANY_SEP({
      SEP: signs[","],
      DEF: () => results.push(this.SUBRULE(this.affineSum, { ARGS: [space.names] })),
    });
    this.CONSUME(signs[")"]);
    return { dimensions: space.dimensions, symbols: space.symbols, results };
  });

  protected readonly affineSetBody: Rule<AffineSet> = this.RULE("affineSetBody", () => {
    const constraints: AffineConstraint[] = [];
    const space = this.SUBRULE(this.affineSpace);
    this.CONSUME(signs[":"]);
    this.CONSUME(signs["("]);
    this.MANY_SEP({
      SEP: signs[","],
      DEF: () => constraints.push(this.SUBRULE(this.affineConstraint, { ARGS: [space.names] })),
    });
    this.CONSUME(signs[")"]);
    return { dimensions: space.dimensions, symbols: space.symbols, constraints };
  });

  /** `(d0, d1)[s0]`. */
  private readonly affineSpace: Rule<{ dimensions: number; symbols: number; names: Names }> = this.RULE(
    "affineSpace",
    () => {
      const names: Names = new Map();
      let [dimensions, symbols] = [0, 0];
      this.CONSUME(signs["("]);
      this.MANY_SEP1({
        SEP: signs[","],
        DEF: () => this.nameAffine(names, this.CONSUME1(word), { kind: "dimension", index: dimensions++ }),
      });
      this.CONSUME(signs[")"]);
      this.OPTION(() => {
        this.CONSUME(signs["["]);
        this.MANY_SEP2({
          SEP: signs[","],
          DEF: () => this.nameAffine(names, this.CONSUME2(word), { kind: "symbol", index: symbols++ }),
        });
        this.CONSUME(signs["]"]);
      });
      return { dimensions, symbols, names };
    },
  );

  private readonly affineConstraint: Rule<AffineConstraint, [Names?]> = this.RULE(
    "affineConstraint",
    (names: Names = new Map()) => {
      const lhs = this.SUBRULE1(this.affineSum, { ARGS: [names] });
      const isEquality = this.OR([
        { ALT: () => this.CONSUME(signs["=="]).image === "==" },
        { ALT: () => this.CONSUME(signs[">="]).image === "==" },
      ]);
      const rhs = this.SUBRULE2(this.affineSum, { ARGS: [names] });
      return this.ACTION(() => ({ expression: difference(lhs, rhs), isEquality }));
    },
  );

  private readonly affineSum: Rule<AffineExpression, [Names?]> = this.RULE(
    "affineSum",
    (names: Names = new Map()): AffineExpression => {
      let sum = this.SUBRULE1(this.affineProduct, { ARGS: [names] });
      this.MANY(() => {
        const isMinus = this.OR([
          { ALT: () => this.CONSUME(signs["+"]).image === "-" },
          { ALT: () => this.CONSUME(signs["-"]).image === "-" },
        ]);
        const term = this.SUBRULE2(this.affineProduct, { ARGS: [names] });
        sum = this.ACTION(() => (isMinus ? difference(sum, term) : { kind: "+", lhs: sum, rhs: term }));
      });
      return sum;
    },
  );

  private readonly affineProduct: Rule<AffineExpression, [Names?]> = this.RULE(
    "affineProduct",
    (names: Names = new Map()): AffineExpression => {
      let product = this.SUBRULE1(this.affineFactor, { ARGS: [names] });
      this.MANY(() => {
        const kind = this.OR<"*" | "floordiv" | "ceildiv" | "mod">([
          { ALT: () => (this.CONSUME(signs["*"]), "*") },
          { ALT: () => (this.CONSUME(keywords.floordiv), "floordiv") },
          { ALT: () => (this.CONSUME(keywords.ceildiv), "ceildiv") },
          { ALT: () => (this.CONSUME(keywords.mod), "mod") },
        ]);
        const rhs = this.SUBRULE2(this.affineFactor, { ARGS: [names] });
        product = { kind, lhs: product, rhs };
      });
      return product;
    },
  );

  private readonly affineFactor: Rule<AffineExpression, [Names?]> = this.RULE(
    "affineFactor",
    (names: Names = new Map()): AffineExpression => {
      this.ACTION(() => this.deeper());
      const factor = this.OR<AffineExpression>({
        DEF: [
          { ALT: () => this.namedAffine(names, this.CONSUME(word)) },
          { ALT: () => this.affineConstant(this.CONSUME(literals.integer)) },
          {
            ALT: () => {
              this.CONSUME(signs["-"]);
              const operand = this.SUBRULE(this.affineFactor, { ARGS: [names] });
              return this.ACTION(() => negative(operand));
            },
          },
          {
            ALT: () => {
              this.CONSUME(signs["("]);
              const inner = this.SUBRULE(this.affineSum, { ARGS: [names] });
              this.CONSUME(signs[")"]);
              return inner;
            },
          },
        ],
        ERR_MSG: "an affine expression",
      });
      this.depth--;
      return factor;
    },
  );

  private nameAffine(names: Names, token: IToken, expression: AffineExpression): void {
    this.ACTION(() => {
      if (names.has(token.image)) this.refuse(token, `${token.image} is named twice`);
      names.set(token.image, expression);
    });
  }

  private namedAffine(names: Names, token: IToken): AffineExpression {
    return this.ACTION(
      () =>
        names.get(token.image) ?? this.refuse(token, `${token.image} is not one of the map's dimensions and symbols`),
    );
  }

  private affineConstant(token: IToken): AffineExpression {
    return this.ACTION(() => ({ kind: "constant", value: BigInt(token.image) }));
  }
}

function negative(expression: AffineExpression): AffineExpression {
  if (expression.kind === "constant") return { kind: "constant", value: -expression.value };
  return { kind: "*", lhs: expression, rhs: { kind: "constant", value: -1n } };
}

function difference(lhs: AffineExpression, rhs: AffineExpression): AffineExpression {
  if (rhs.kind === "constant" && rhs.value === 0n) return lhs;
  return { kind: "+", lhs, rhs: negative(rhs) };
}
