/** Grammar of attributes. */
import type { IToken } from "chevrotain";
import type { Attribute } from "../../attributes.ts";
import {
  arrayAttribute,
  boolAttribute,
  denseAttribute,
  dictionaryAttribute,
  opaqueAttribute,
  resourceAttribute,
  stringAttribute,
  symbolAttribute,
  typeAttribute,
  unitAttribute,
} from "../../attributes.ts";
import type { Type } from "../../types.ts";
import { isFloat, typeText } from "../../types.ts";
import { AffineGrammar } from "./affine-grammar.ts";
import type { Rule } from "./base-grammar.ts";
import type { DenseElement, DenseLiteral } from "./dense-literal.ts";
import { denseTensor } from "./dense-literal.ts";
import type { NumberLiteral } from "./number-attributes.ts";
import { floatOf, integerOf, numberAttribute, NumberProblem } from "./number-attributes.ts";
import { unquoted } from "../quoted.ts";
import type { EntrySyntax } from "./syntax.ts";
import { keywords, literals, signs, word } from "./tokens.ts";

/** See the file's comment. */
export abstract class AttributeGrammar extends AffineGrammar {
  /** `loc(...)` as an attribute: its text. */
  protected abstract readonly locationAttribute: Rule<Attribute>;

  protected readonly attribute: Rule<Attribute> = this.RULE("attribute", () => {
    this.ACTION(() => this.deeper());
    const attribute = this.OR({ DEF: this.attributeAlternatives, ERR_MSG: "an attribute" });
    this.depth--;
    return attribute;
  });

  private readonly attributeAlternatives: { ALT: () => Attribute; IGNORE_AMBIGUITIES?: boolean }[] = [
    { ALT: () => this.SUBRULE(this.numberValue) },
    { ALT: () => this.SUBRULE(this.stringValue) },
    { ALT: () => this.SUBRULE(this.array) },
    { ALT: () => this.SUBRULE(this.dictionary) },
    { ALT: () => this.SUBRULE(this.symbol) },
    { ALT: () => (this.CONSUME(keywords.true), boolAttribute(true)) },
    { ALT: () => (this.CONSUME(keywords.false), boolAttribute(false)) },
    { ALT: () => (this.CONSUME(keywords.unit), unitAttribute) },
    { ALT: () => this.SUBRULE(this.dense) },
    { ALT: () => this.SUBRULE(this.denseResource) },
    { ALT: () => this.SUBRULE(this.denseArray) },
    { ALT: () => this.SUBRULE(this.affineMap) },
    { ALT: () => this.SUBRULE(this.affineSet) },
    { ALT: () => this.SUBRULE(this.strided) },
    { ALT: () => this.SUBRULE(this.sparse) },
    { ALT: () => this.SUBRULE(this.distinct) },
    { ALT: () => this.SUBRULE(this.locationAttribute) },
    { ALT: () => this.foreignAttribute(this.CONSUME(literals.opaqueAttribute)) },
    { ALT: () => this.aliasedAttribute(this.CONSUME(literals.attributeAlias)) },
    // A keyword is a word, and a word is a type: those that begin an attribute come first.
    { ALT: () => this.typeValue(this.SUBRULE(this.type)), IGNORE_AMBIGUITIES: true },
  ];

  /** `-5`, `1.5 : f32`, `0x7F800000 : f32`. */
  private readonly numberValue: Rule<Attribute> = this.RULE("numberValue", () => {
    const token = this.LA(1);
    const literal = this.SUBRULE(this.number);
    const type = this.OPTION(() => {
      this.CONSUME(signs[":"]);
      return this.SUBRULE(this.type);
    });
    return this.ACTION(() => this.orRefuse(numberAttribute(literal, type), token));
  });

  private readonly number: Rule<NumberLiteral> = this.RULE("number", () => {
    const isNegative = this.OPTION(() => this.CONSUME(signs["-"])) !== undefined;
    return this.OR<NumberLiteral>({
      DEF: [
        { ALT: () => ({ kind: "integer", text: this.CONSUME(literals.integer).image, isNegative }) },
        { ALT: () => ({ kind: "float", text: this.CONSUME(literals.float).image, isNegative }) },
        { ALT: () => ({ kind: "hexadecimal", text: this.CONSUME(literals.hexInteger).image, isNegative }) },
      ],
      ERR_MSG: "a number",
    });
  });

  /** A string; with a type it is carried as it is. */
  private readonly stringValue: Rule<Attribute> = this.RULE("stringValue", () => {
    const token = this.CONSUME(literals.string);
    const type = this.OPTION(() => {
      this.CONSUME(signs[":"]);
      return this.SUBRULE(this.type);
    });
    return this.ACTION(() => {
      if (type !== undefined) return opaqueAttribute(`${token.image} : ${typeText(type)}`);
      const value = unquoted(token.image);
      // Bytes that are not UTF-8 have no string here.
      return value === undefined ? opaqueAttribute(token.image) : stringAttribute(value);
    });
  });

  private readonly array: Rule<Attribute> = this.RULE("array", () => {
    const items: Attribute[] = [];
    this.CONSUME(signs["["]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => items.push(this.SUBRULE(this.attribute)) });
    this.CONSUME(signs["]"]);
    return this.ACTION(() => arrayAttribute(items));
  });

  private readonly dictionary: Rule<Attribute> = this.RULE("dictionary", () => {
    const entries = this.SUBRULE(this.entries);
    return this.ACTION(() => dictionaryAttribute(entries.map(({ name, value }) => [name, value] as const)));
  });

  /** `{a = 1, b}`. */
  protected readonly entries: Rule<readonly EntrySyntax[]> = this.RULE("entries", () => {
    const entries: EntrySyntax[] = [];
    this.CONSUME(signs["{"]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => entries.push(this.SUBRULE(this.entry)) });
    this.CONSUME(signs["}"]);
    return entries;
  });

  private readonly entry: Rule<EntrySyntax> = this.RULE("entry", () => {
    const token = this.SUBRULE(this.key);
    const value =
      this.OPTION(() => {
        this.CONSUME(signs["="]);
        return this.SUBRULE(this.attribute);
      }) ?? unitAttribute;
    return this.ACTION(() => ({ name: this.keyText(token), offset: token.startOffset, value }));
  });

  /** The name of a dictionary entry or of a resource. */
  protected readonly key: Rule<IToken> = this.RULE("key", () =>
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(word) }, { ALT: () => this.CONSUME(literals.string) }],
      ERR_MSG: "a name",
    }),
  );

  private readonly symbol: Rule<Attribute> = this.RULE("symbol", () => {
    const nested: string[] = [];
    const name = this.symbolName(this.CONSUME1(literals.symbol));
    this.MANY(() => {
      this.CONSUME(signs["::"]);
      nested.push(this.symbolName(this.CONSUME2(literals.symbol)));
    });
    return this.ACTION(() => symbolAttribute(name, nested));
  });

  private readonly dense: Rule<Attribute> = this.RULE("dense", () => {
    const first = this.CONSUME(keywords.dense);
    const elements: DenseElement[] = [];
    this.CONSUME(signs["<"]);
    const start = this.LA(1);
    const shape = this.OPTION(() => this.SUBRULE(this.denseValue, { ARGS: [elements] })) ?? [];
    const last = this.CONSUME(signs[">"]);
    this.CONSUME(signs[":"]);
    const type = this.SUBRULE(this.type);
    return this.ACTION(() => {
      const digits = start.tokenType === literals.string ? unquoted(start.image) : undefined;
      const isBytes = digits?.startsWith("0x") === true;
      const literal: DenseLiteral = isBytes ? { kind: "bytes", digits } : { kind: "values", elements, shape };
      const tensor = type.kind === "tensor" ? denseTensor(literal, type) : undefined;
      if (tensor instanceof NumberProblem) return this.refuse(start, tensor.message);
      return tensor === undefined
        ? opaqueAttribute(`${this.slice(first, last)} : ${typeText(type)}`)
        : denseAttribute(tensor);
    });
  });

  /** A value, or a list of such of equal shapes; returns the shape and adds the values. */
  private readonly denseValue: Rule<readonly number[], [DenseElement[]?]> = this.RULE(
    "denseValue",
    (elements: DenseElement[] = []) => {
      this.ACTION(() => this.deeper());
      const shape = this.OR<readonly number[]>({
        DEF: [
          { ALT: () => this.SUBRULE(this.denseList, { ARGS: [elements] }) },
          {
            ALT: () => {
              elements.push(this.SUBRULE(this.number));
              return [];
            },
          },
          { ALT: () => this.denseElement(elements, this.CONSUME(keywords.true)) },
          { ALT: () => this.denseElement(elements, this.CONSUME(keywords.false)) },
          { ALT: () => this.denseElement(elements, this.CONSUME(literals.string)) },
          { ALT: () => this.denseElement(elements, this.SUBRULE(this.complexNumber)) },
        ],
        ERR_MSG: "a value or '['",
      });
      this.depth--;
      return shape;
    },
  );

  private readonly denseList: Rule<readonly number[], [DenseElement[]?]> = this.RULE(
    "denseList",
    (elements: DenseElement[] = []) => {
      const first = this.CONSUME(signs["["]);
      let length = 0;
      let inner: readonly number[] | undefined;
      this.MANY_SEP({
        SEP: signs[","],
        DEF: () => {
          const shape = this.SUBRULE(this.denseValue, { ARGS: [elements] });
          this.ACTION(() => {
            length++;
            inner ??= shape;
            if (shape.join() !== inner.join()) this.refuse(first, "the lists in this one differ in length");
          });
        },
      });
      this.CONSUME(signs["]"]);
      return [length, ...(inner ?? [])];
    },
  );

  /** `(1.0, -2.0)`. */
  private readonly complexNumber: Rule<IToken> = this.RULE("complexNumber", () => {
    const token = this.CONSUME(signs["("]);
    this.SUBRULE1(this.number);
    this.CONSUME(signs[","]);
    this.SUBRULE2(this.number);
    this.CONSUME(signs[")"]);
    return token;
  });

  private readonly denseResource: Rule<Attribute> = this.RULE("denseResource", () => {
    const first = this.CONSUME(keywords.denseResource);
    this.CONSUME(signs["<"]);
    const key = this.SUBRULE(this.key);
    const last = this.CONSUME(signs[">"]);
    this.CONSUME(signs[":"]);
    const type = this.SUBRULE(this.type);
    return this.ACTION(() =>
      type.kind === "tensor"
        ? resourceAttribute(this.keyText(key), type)
        : opaqueAttribute(`${this.slice(first, last)} : ${typeText(type)}`),
    );
  });

  /** `array<i64: 1, 2>`. */
  private readonly denseArray: Rule<Attribute> = this.RULE("denseArray", () => {
    const elements: { readonly element: DenseElement; readonly token: IToken }[] = [];
    this.CONSUME(keywords.array);
    this.CONSUME(signs["<"]);
    const typeToken = this.LA(1);
    const type = this.SUBRULE(this.type);
    this.OPTION(() => {
      this.CONSUME(signs[":"]);
      this.AT_LEAST_ONE_SEP({
        SEP: signs[","],
        DEF: () => elements.push({ token: this.LA(1), element: this.SUBRULE(this.arrayElement) }),
        ERR_MSG: "a number",
      });
    });
    this.CONSUME(signs[">"]);
    return this.ACTION((): Attribute => {
      if (type.kind !== "scalar") return this.refuse(typeToken, `an array cannot hold a ${typeText(type)}`);
      const values = elements.map(({ element, token }) => {
        if (element.kind === "bool" && type.name === "i1") return element.value ? 1 : 0;
        if (element.kind === "bool" || element.kind === "other")
          return this.refuse(token, `${token.image} is not a number of type ${type.name}`);
        return this.orRefuse(isFloat(type) ? floatOf(element, type) : integerOf(element, type), token);
      });
      return { kind: "denseArray", element: type, values };
    });
  });

  private readonly arrayElement: Rule<DenseElement> = this.RULE("arrayElement", () =>
    this.OR<DenseElement>([
      { ALT: () => this.SUBRULE(this.number) },
      { ALT: () => (this.CONSUME(keywords.true), { kind: "bool", value: true }) },
      { ALT: () => (this.CONSUME(keywords.false), { kind: "bool", value: false }) },
    ]),
  );

  private readonly affineMap: Rule<Attribute> = this.RULE("affineMap", (): Attribute => {
    this.CONSUME(keywords.affineMap);
    this.CONSUME(signs["<"]);
    const map = this.SUBRULE(this.affineMapBody);
    this.CONSUME(signs[">"]);
    return { kind: "affineMap", map };
  });

  private readonly affineSet: Rule<Attribute> = this.RULE("affineSet", (): Attribute => {
    this.CONSUME(keywords.affineSet);
    this.CONSUME(signs["<"]);
    const set = this.SUBRULE(this.affineSetBody);
    this.CONSUME(signs[">"]);
    return { kind: "affineSet", set };
  });

  /** `strided<[?, 1], offset: 3>`. */
  private readonly strided: Rule<Attribute> = this.RULE("strided", () => {
    const strides: string[] = [];
    this.CONSUME(keywords.strided);
    this.CONSUME(signs["<"]);
    this.CONSUME(signs["["]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => strides.push(this.SUBRULE1(this.stride)) });
    this.CONSUME(signs["]"]);
    const offset = this.OPTION(() => {
      this.CONSUME2(signs[","]);
      this.CONSUME(keywords.offset);
      this.CONSUME(signs[":"]);
      return this.SUBRULE2(this.stride);
    });
    this.CONSUME(signs[">"]);
    return this.ACTION(() =>
      opaqueAttribute(`strided<[${strides.join(", ")}]${offset === undefined ? "" : `, offset: ${offset}`}>`),
    );
  });

  private readonly stride: Rule<string> = this.RULE("stride", () =>
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(signs["?"]).image },
        { ALT: () => this.CONSUME1(literals.integer).image },
        { ALT: () => (this.CONSUME(signs["-"]), `-${this.CONSUME2(literals.integer).image}`) },
      ],
      ERR_MSG: "an integer or '?'",
    }),
  );

  /** `sparse<[[0, 1]], [1.0]> : tensor<2x2xf32>`, carried as it is. */
  private readonly sparse: Rule<Attribute> = this.RULE("sparse", () => {
    const first = this.CONSUME(keywords.sparse);
    this.CONSUME(signs["<"]);
    this.OPTION(() => {
      this.SUBRULE1(this.denseValue);
      this.CONSUME(signs[","]);
      this.SUBRULE2(this.denseValue);
    });
    const last = this.CONSUME(signs[">"]);
    this.CONSUME(signs[":"]);
    const type = this.SUBRULE(this.type);
    return this.ACTION(() => opaqueAttribute(`${this.slice(first, last)} : ${typeText(type)}`));
  });

  /** `distinct[0]<"x">`, carried as it is. */
  private readonly distinct: Rule<Attribute> = this.RULE("distinct", () => {
    const first = this.CONSUME(keywords.distinct);
    this.CONSUME(signs["["]);
    this.CONSUME(literals.integer);
    this.CONSUME(signs["]"]);
    this.CONSUME(signs["<"]);
    this.OPTION(() => this.SUBRULE(this.attribute));
    const last = this.CONSUME(signs[">"]);
    return this.ACTION(() => opaqueAttribute(this.slice(first, last)));
  });

  private denseElement(elements: DenseElement[], token: IToken): readonly number[] {
    const isTruth = token.image === "true" || token.image === "false";
    elements.push(isTruth ? { kind: "bool", value: token.image === "true" } : { kind: "other" });
    return [];
  }

  private typeValue(type: Type): Attribute {
    return this.ACTION(() => typeAttribute(type));
  }

  private foreignAttribute(token: IToken): Attribute {
    return this.ACTION(() => opaqueAttribute(token.image));
  }

  private aliasedAttribute(token: IToken): Attribute {
    return this.ACTION(
      () =>
        this.attributeAliases.get(token.image) ??
        this.refuse(token, `attribute alias ${token.image} is not defined before it is used`),
    );
  }

  /** The name that a word or a string is. */
  protected keyText(token: IToken): string {
    return token.tokenType === literals.string ? this.stringText(token, token.image) : token.image;
  }

  /** The name of `@name` or `@"any name"`. */
  protected symbolName(token: IToken): string {
    return this.ACTION(() => {
      const name = token.image.slice(1);
      return name.startsWith('"') ? this.stringText(token, name) : name;
    });
  }

  /** The text of a string that stands for a name. */
  protected stringText(token: IToken, literal: string): string {
    return unquoted(literal) ?? this.refuse(token, "the bytes of this string are not UTF-8");
  }

  private orRefuse<T>(result: T | NumberProblem, token: IToken): T {
    return result instanceof NumberProblem ? this.refuse(token, result.message) : result;
  }
}
