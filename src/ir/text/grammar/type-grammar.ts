/** Grammar of types. */
import type { IToken } from "chevrotain";
import type { Attribute } from "../../attributes.ts";
import { attributeText } from "../../attributes.ts";
import { memrefType } from "../../memref-type.ts";
import type { TensorType, Type } from "../../types.ts";
import { functionType, noneType, opaqueType, scalarNamed, tensorType, typesText, typeText } from "../../types.ts";
import type { Rule } from "./base-grammar.ts";
import { BaseGrammar } from "./base-grammar.ts";
import { keywords, literals, signs, word } from "./tokens.ts";

/** See the file's comment. */
export abstract class TypeGrammar extends BaseGrammar {
  protected abstract readonly attribute: Rule<Attribute>;
  private readonly plainTensors = new Map<string, TensorType>();

  readonly type: Rule<Type> = this.RULE("type", () => {
    this.ACTION(() => this.deeper());
    const type = this.OR({ DEF: this.typeAlternatives, ERR_MSG: "a type" });
    this.depth--;
    return type;
  });

  private readonly typeAlternatives = [
    { ALT: () => this.plainTensor(this.CONSUME(literals.plainTensor)) },
    { ALT: () => this.foreignType(this.CONSUME(literals.opaqueType)) },
    { ALT: () => this.aliasedType(this.CONSUME(literals.typeAlias)) },
    { ALT: () => this.SUBRULE(this.functionType) },
    { ALT: () => this.SUBRULE(this.tensor) },
    { ALT: () => this.SUBRULE(this.memref) },
    { ALT: () => this.SUBRULE(this.vector) },
    { ALT: () => this.SUBRULE(this.complex) },
    { ALT: () => this.SUBRULE(this.tuple) },
    // A keyword is a word as well: those that begin a type come first.
    { ALT: () => this.namedType(this.CONSUME(word)), IGNORE_AMBIGUITIES: true },
  ];

  /** `(types) -> results`. */
  protected readonly functionType: Rule<Type> = this.RULE("functionType", () => {
    const inputs = this.SUBRULE(this.typeList);
    this.CONSUME(signs["->"]);
    const results = this.SUBRULE(this.resultTypes);
    return this.ACTION(() => functionType(inputs, results));
  });

  /** One type, or any number of them in parentheses. */
  protected readonly resultTypes: Rule<readonly Type[]> = this.RULE("resultTypes", () =>
    this.OR({ DEF: this.resultAlternatives, ERR_MSG: "a type or '('" }),
  );

  private readonly resultAlternatives: { ALT: () => readonly Type[]; IGNORE_AMBIGUITIES?: boolean }[] = [
    // A function type as the only result is written in parentheses.
    { ALT: () => this.SUBRULE1(this.typeList), IGNORE_AMBIGUITIES: true },
    { ALT: () => [this.SUBRULE2(this.type)] },
  ];

  /** Types in parentheses. */
  protected readonly typeList: Rule<readonly Type[]> = this.RULE("typeList", () => {
    const types: Type[] = [];
    this.CONSUME(signs["("]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => types.push(this.SUBRULE(this.type)) });
    this.CONSUME(signs[")"]);
    return types;
  });

  private readonly tensor: Rule<Type> = this.RULE("tensor", () => {
    this.CONSUME(keywords.tensor);
    this.CONSUME(signs["<"]);
    const extents = this.OPTION1(() => this.CONSUME(literals.extents));
    const element = this.SUBRULE(this.type);
    const encoding = this.OPTION2(() => {
      this.CONSUME(signs[","]);
      return this.SUBRULE(this.attribute);
    });
    this.CONSUME(signs[">"]);
    return this.ACTION(() => {
      const parts = this.extentsOf(extents);
      const shape = parts.filter((part) => typeof part === "number");
      const isPlain = encoding === undefined && element.kind === "scalar" && shape.length === parts.length;
      if (isPlain) return tensorType(shape, element);
      return opaqueType(
        `tensor<${extentsText(parts)}${typeText(element)}${encoding === undefined ? "" : `, ${attributeText(encoding)}`}>`,
      );
    });
  });

  private readonly memref: Rule<Type> = this.RULE("memref", () => {
    const more: { readonly attribute: Attribute; readonly token: IToken }[] = [];
    this.CONSUME(keywords.memref);
    this.CONSUME(signs["<"]);
    const extents = this.OPTION(() => this.CONSUME(literals.extents));
    const element = this.SUBRULE(this.type);
    this.MANY(() => {
      const token = this.CONSUME(signs[","]);
      more.push({ attribute: this.SUBRULE(this.attribute), token });
    });
    this.CONSUME(signs[">"]);
    return this.ACTION(() => {
      const third = more[2];
      if (third !== undefined) this.refuse(third.token, "a memref has at most a layout and a memory space");
      return memrefOf(
        this.extentsOf(extents),
        element,
        more.map(({ attribute }) => attribute),
      );
    });
  });

  private readonly vector: Rule<Type> = this.RULE("vector", () => {
    this.CONSUME(keywords.vector);
    this.CONSUME(signs["<"]);
    const extents = this.OPTION(() => this.CONSUME(literals.extents));
    const element = this.SUBRULE(this.type);
    this.CONSUME(signs[">"]);
    return this.ACTION(() => opaqueType(`vector<${extentsText(this.extentsOf(extents))}${typeText(element)}>`));
  });

  private readonly complex: Rule<Type> = this.RULE("complex", () => {
    this.CONSUME(keywords.complex);
    this.CONSUME(signs["<"]);
    const element = this.SUBRULE(this.type);
    this.CONSUME(signs[">"]);
    return this.ACTION(() => opaqueType(`complex<${typeText(element)}>`));
  });

  private readonly tuple: Rule<Type> = this.RULE("tuple", () => {
    const types: Type[] = [];
    this.CONSUME(keywords.tuple);
    this.CONSUME(signs["<"]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => types.push(this.SUBRULE(this.type)) });
    this.CONSUME(signs[">"]);
    return this.ACTION(() => opaqueType(`tuple<${typesText(types)}>`));
  });

  /** A tensor type that is one token; texts that were seen before are looked up. */
  private plainTensor(token: IToken): Type {
    const known = this.plainTensors.get(token.image);
    if (known !== undefined) return known;
    return this.ACTION(() => {
      const [, extents = "", name = ""] = /^tensor<((?:\d+x)*)(\w+)>$/.exec(token.image) ?? [];
      const element = scalarNamed(name);
      if (element === undefined) return this.refuse(token, `${name} is not a type`);
      const type = tensorType(numbersOf(extents), element);
      if (type.shape.some((extent) => !Number.isSafeInteger(extent))) this.refuse(token, "an extent is too large");
      this.plainTensors.set(token.image, type);
      return type;
    });
  }

  private foreignType(token: IToken): Type {
    return this.ACTION(() => opaqueType(token.image));
  }

  private aliasedType(token: IToken): Type {
    return this.ACTION(
      () =>
        this.typeAliases.get(token.image) ??
        this.refuse(token, `type alias ${token.image} is not defined before it is used`),
    );
  }

  private namedType(token: IToken): Type {
    return this.ACTION(() => {
      if (token.image === "none") return noneType;
      return scalarNamed(token.image) ?? this.refuse(token, `${token.image} is not a type`);
    });
  }

  private extentsOf(token: IToken | undefined): readonly Extent[] {
    if (token === undefined) return [];
    const parts = token.image.replace(/\s/g, "").split("x").slice(0, -1);
    return parts.map((part) => {
      if (!/^\d+$/.test(part)) return part;
      const extent = Number(part);
      return Number.isSafeInteger(extent) ? extent : this.refuse(token, "an extent is too large");
    });
  }
}

/** A number, `?`, `*` for any rank, or `[4]` for a scalable extent of a vector. */
type Extent = number | string;

function extentsText(extents: readonly Extent[]): string {
  return extents.map((extent) => `${extent}x`).join("");
}

function numbersOf(extents: string): readonly number[] {
  return extents.split("x").slice(0, -1).map(Number);
}

function memrefOf(extents: readonly Extent[], element: Type, attributes: readonly Attribute[]): Type {
  const isRanked = extents.every((extent) => typeof extent === "number" || extent === "?");
  const texts = attributes.map((attribute) => `, ${attributeText(attribute)}`).join("");
  if (!isRanked) return opaqueType(`memref<${extentsText(extents)}${typeText(element)}${texts}>`);
  const shape = extents.map((extent) => (typeof extent === "number" ? extent : undefined));
  const [first, second] = attributes;
  const hasLayout = first !== undefined && (second !== undefined || isLayout(first));
  return memrefType({ shape, element, layout: hasLayout ? first : undefined, memorySpace: hasLayout ? second : first });
}

function isLayout(attribute: Attribute): boolean {
  return attribute.kind === "affineMap" || (attribute.kind === "opaque" && attribute.text.startsWith("strided<"));
}
