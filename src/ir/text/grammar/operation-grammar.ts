/** Grammar of operations, regions and blocks: MLIR's generic form, and the pretty forms that follow from the op records. */
import type { IToken } from "chevrotain";
import type { Attribute } from "../../attributes.ts";
import { arrayAttribute, dictionaryAttribute, stringAttribute, typeAttribute } from "../../attributes.ts";
import { builtinModule, func } from "../../ops/builtin.ts";
import type { Type } from "../../types.ts";
import { functionType } from "../../types.ts";
import type { Rule } from "./base-grammar.ts";
import { LocationGrammar } from "./location-grammar.ts";
import { fullName } from "../op-forms.ts";
import type {
  ArgumentSyntax,
  BlockSyntax,
  EntrySyntax,
  LocationSyntax,
  NameSyntax,
  OperationSyntax,
  RegionSyntax,
  ResultSyntax,
} from "./syntax.ts";
import { keywords, literals, opNames, signs, word } from "./tokens.ts";

/** What stands between the results of an operation and its location. */
type Body = Omit<OperationSyntax, "results" | "location">;

type Arguments = readonly ArgumentSyntax[];

const nothing = {
  operands: [],
  successors: [],
  attributes: [],
  regions: [],
  operandTypes: [],
  resultTypes: [],
} as const;

/** A parameter or result of a function as it is written. */
interface PartSyntax {
  readonly type: Type;
  readonly attributes: readonly EntrySyntax[];
}

/** See the file's comment. */
export abstract class OperationGrammar extends LocationGrammar {
  protected readonly operation: Rule<OperationSyntax> = this.RULE("operation", () => {
    const results: ResultSyntax[] = [];
    this.OPTION1(() => {
      this.AT_LEAST_ONE_SEP({ SEP: signs[","], DEF: () => results.push(this.SUBRULE(this.result)) });
      this.CONSUME(signs["="]);
    });
    const body = this.OR({ DEF: this.bodyAlternatives, ERR_MSG: "an operation" });
    const location = this.OPTION2(() => this.SUBRULE(this.trailingLocation));
    return this.ACTION(() => operationOf(body, results, location));
  });

  private readonly bodyAlternatives: { ALT: () => Body; IGNORE_AMBIGUITIES?: boolean }[] = [
    { ALT: () => this.SUBRULE(this.genericBody) },
    { ALT: () => this.SUBRULE(this.moduleBody) },
    { ALT: () => this.SUBRULE(this.functionBody) },
    { ALT: () => this.SUBRULE(this.terminatorBody) },
    { ALT: () => this.SUBRULE(this.plainBody), IGNORE_AMBIGUITIES: true },
  ];

  /** `%0` or `%0:2`. */
  private readonly result: Rule<ResultSyntax> = this.RULE("result", () => {
    const token = this.CONSUME(literals.value);
    const count = this.OPTION(() => {
      this.CONSUME(signs[":"]);
      return this.CONSUME(literals.integer);
    });
    return this.ACTION(() => {
      if (token.image.includes("#")) this.refuse(token, `${token.image} names one of several results: only uses do`);
      // More results than types are refused when the operation is built.
      return { ...nameOf(token), count: count === undefined ? 1 : Number(count.image) };
    });
  });

  /** `"dialect.op"(%0)[^bb1] <{properties}> ({region}) {attributes} : (types) -> types`. */
  private readonly genericBody: Rule<Body> = this.RULE("genericBody", () => {
    const token = this.CONSUME(literals.string);
    this.CONSUME1(signs["("]);
    const operands = this.SUBRULE(this.valueList);
    this.CONSUME1(signs[")"]);
    const successors = this.OPTION1(() => this.SUBRULE(this.successorList)) ?? [];
    const properties = this.OPTION2(() => {
      this.CONSUME(signs["<"]);
      const entries = this.SUBRULE1(this.entries);
      this.CONSUME(signs[">"]);
      return entries;
    });
    const regions: RegionSyntax[] = [];
    this.OPTION3(() => {
      this.CONSUME2(signs["("]);
      this.AT_LEAST_ONE_SEP({
        SEP: signs[","],
        DEF: () => regions.push(this.SUBRULE(this.region)),
        ERR_MSG: "a region",
      });
      this.CONSUME2(signs[")"]);
    });
    const attributes = this.OPTION4(() => this.SUBRULE2(this.entries)) ?? [];
    this.CONSUME(signs[":"]);
    const operandTypes = this.SUBRULE(this.typeList);
    this.CONSUME(signs["->"]);
    const resultTypes = this.SUBRULE(this.resultTypes);
    return this.ACTION(() => ({
      name: this.stringText(token, token.image),
      offset: token.startOffset,
      operands,
      successors,
      attributes: properties === undefined ? attributes : [...properties, ...attributes],
      regions,
      operandTypes,
      resultTypes,
    }));
  });

  private readonly successorList: Rule<readonly NameSyntax[]> = this.RULE("successorList", () => {
    const successors: NameSyntax[] = [];
    this.CONSUME(signs["["]);
    this.AT_LEAST_ONE_SEP({ SEP: signs[","], DEF: () => successors.push(nameOf(this.CONSUME(literals.block))) });
    this.CONSUME(signs["]"]);
    return successors;
  });

  private readonly valueList: Rule<readonly NameSyntax[]> = this.RULE("valueList", () => {
    const values: NameSyntax[] = [];
    this.MANY_SEP({ SEP: signs[","], DEF: () => values.push(nameOf(this.CONSUME(literals.value))) });
    return values;
  });

  /** `nn.add %a, %b {attributes} : (types) -> type {region}`: every op without a form of its own. */
  private readonly plainBody: Rule<Body> = this.RULE("plainBody", () => {
    const token = this.CONSUME(word);
    const operands = this.SUBRULE(this.valueList);
    const attributes = this.OPTION1(() => this.SUBRULE(this.entries)) ?? [];
    this.CONSUME(signs[":"]);
    const operandTypes = this.SUBRULE(this.typeList);
    this.CONSUME(signs["->"]);
    const resultTypes = this.SUBRULE(this.resultTypes);
    const regions: RegionSyntax[] = [];
    this.OPTION2(() => {
      this.AT_LEAST_ONE_SEP({ SEP: signs[","], DEF: () => regions.push(this.SUBRULE(this.region)) });
    });
    const { image: name, startOffset: offset } = token;
    return { ...nothing, name, offset, operands, attributes, regions, operandTypes, resultTypes };
  });

  /** `func.return {attributes} %a, %b : types`. */
  private readonly terminatorBody: Rule<Body> = this.RULE("terminatorBody", () => {
    const token = this.CONSUME(opNames.terminator);
    const attributes = this.OPTION1(() => this.SUBRULE(this.entries)) ?? [];
    const operands = this.SUBRULE(this.valueList);
    const operandTypes: Type[] = [];
    this.OPTION2(() => {
      this.CONSUME(signs[":"]);
      this.AT_LEAST_ONE_SEP({ SEP: signs[","], DEF: () => operandTypes.push(this.SUBRULE(this.type)) });
    });
    return { ...nothing, name: fullName(token.image), offset: token.startOffset, attributes, operands, operandTypes };
  });

  /** `module @name attributes {...} {...}`. */
  private readonly moduleBody: Rule<Body> = this.RULE("moduleBody", () => {
    const token = this.CONSUME(opNames.module);
    const name = this.OPTION1(() => this.CONSUME(literals.symbol));
    const attributes = this.OPTION2(() => this.SUBRULE(this.attributesClause)) ?? [];
    const { blocks } = this.SUBRULE(this.region);
    return this.ACTION(() => ({
      ...nothing,
      name: builtinModule.name,
      offset: token.startOffset,
      attributes:
        name === undefined
          ? attributes
          : [this.entryAt(name, "sym_name", stringAttribute(this.symbolName(name))), ...attributes],
      // A module has one block even when nothing stands in it.
      regions: [{ blocks: blocks.length > 0 ? blocks : [{ label: undefined, args: [], operations: [] }] }],
    }));
  });

  private readonly attributesClause: Rule<readonly EntrySyntax[]> = this.RULE("attributesClause", () => {
    this.CONSUME(keywords.attributes);
    return this.SUBRULE(this.entries);
  });

  /** `func.func private @name(%x: type {...}) -> (type {...}) attributes {...} {...}`. */
  private readonly functionBody: Rule<Body> = this.RULE("functionBody", () => {
    const token = this.CONSUME(opNames.function);
    const visibility = this.OPTION1(() => this.CONSUME(keywords.visibility));
    const symbol = this.CONSUME(literals.symbol);
    const parameters = this.SUBRULE(this.parameterList);
    const results = this.OPTION2(() => this.SUBRULE(this.functionResults)) ?? [];
    const attributes = this.OPTION3(() => this.SUBRULE(this.attributesClause)) ?? [];
    const region = this.OPTION4(() => this.SUBRULE(this.region, { ARGS: [parameters.args] }));
    return this.ACTION(() => {
      const type = functionType(
        parameters.parts.map((part) => part.type),
        results.map((part) => part.type),
      );
      const own: EntrySyntax[] = [
        this.entryAt(symbol, "sym_name", stringAttribute(this.symbolName(symbol))),
        this.entryAt(symbol, "function_type", typeAttribute(type)),
        ...positionEntries(symbol, "arg_attrs", parameters.parts),
        ...positionEntries(symbol, "res_attrs", results),
      ];
      if (visibility !== undefined)
        own.push(this.entryAt(visibility, "sym_visibility", stringAttribute(visibility.image)));
      if (region !== undefined && parameters.args.length < parameters.parts.length)
        this.refuse(symbol, "the parameters of a function with a body have names");
      const offset = token.startOffset;
      return {
        ...nothing,
        name: func.name,
        offset,
        attributes: [...own, ...attributes],
        regions: [region ?? { blocks: [] }],
      };
    });
  });

  /** `(%a: type {...} loc(...), ...)`, or types without names in a declaration. */
  private readonly parameterList: Rule<{ parts: readonly PartSyntax[]; args: readonly ArgumentSyntax[] }> = this.RULE(
    "parameterList",
    () => {
      const parts: PartSyntax[] = [];
      const args: ArgumentSyntax[] = [];
      this.CONSUME(signs["("]);
      this.MANY_SEP({
        SEP: signs[","],
        DEF: () => {
          const name = this.OPTION1(() => {
            const token = this.CONSUME(literals.value);
            this.CONSUME(signs[":"]);
            return nameOf(token);
          });
          const type = this.SUBRULE(this.type);
          const attributes = this.OPTION2(() => this.SUBRULE(this.entries)) ?? [];
          const location = this.OPTION3(() => this.SUBRULE(this.trailingLocation));
          parts.push({ type, attributes });
          if (name !== undefined) args.push({ ...name, type, location });
        },
      });
      this.CONSUME(signs[")"]);
      return { parts, args };
    },
  );

  private readonly functionResults: Rule<readonly PartSyntax[]> = this.RULE("functionResults", () => {
    this.CONSUME(signs["->"]);
    return this.OR<readonly PartSyntax[]>([
      { ALT: () => this.SUBRULE(this.functionResultList), IGNORE_AMBIGUITIES: true },
      { ALT: () => [{ type: this.SUBRULE(this.type), attributes: [] }] },
    ]);
  });

  private readonly functionResultList: Rule<readonly PartSyntax[]> = this.RULE("functionResultList", () => {
    const parts: PartSyntax[] = [];
    this.CONSUME(signs["("]);
    this.MANY_SEP({
      SEP: signs[","],
      DEF: () => {
        const type = this.SUBRULE(this.type);
        parts.push({ type, attributes: this.OPTION(() => this.SUBRULE(this.entries)) ?? [] });
      },
    });
    this.CONSUME(signs[")"]);
    return parts;
  });

  /** `{ operations ^bb1(arguments): operations }`; `args` are those of the first block, when something else declares them. */
  private readonly region: Rule<RegionSyntax, [Arguments?]> = this.RULE("region", (args?: Arguments) => {
    this.CONSUME(signs["{"]);
    this.ACTION(() => this.deeper());
    const blocks: BlockSyntax[] = [];
    const operations = this.SUBRULE(this.operations);
    this.ACTION(() => {
      if (operations.length > 0 || args !== undefined) blocks.push({ label: undefined, args: args ?? [], operations });
    });
    this.MANY(() => blocks.push(this.SUBRULE(this.block)));
    this.CONSUME(signs["}"]);
    this.depth--;
    return { blocks };
  });

  private readonly block: Rule<BlockSyntax> = this.RULE("block", () => {
    const label = nameOf(this.CONSUME(literals.block));
    const args = this.OPTION(() => this.SUBRULE(this.blockArguments)) ?? [];
    this.CONSUME(signs[":"]);
    const operations = this.SUBRULE(this.operations);
    return { label, args, operations };
  });

  private readonly blockArguments: Rule<readonly ArgumentSyntax[]> = this.RULE("blockArguments", () => {
    const args: ArgumentSyntax[] = [];
    this.CONSUME(signs["("]);
    this.MANY_SEP({
      SEP: signs[","],
      DEF: () => {
        const token = this.CONSUME(literals.value);
        this.CONSUME(signs[":"]);
        const type = this.SUBRULE(this.type);
        const location = this.OPTION((): LocationSyntax => this.SUBRULE(this.trailingLocation));
        args.push({ ...nameOf(token), type, location });
      },
    });
    this.CONSUME(signs[")"]);
    return args;
  });

  /** Operations up to the end of a block; goes on behind one that is wrong. */
  protected abstract readonly operations: Rule<readonly OperationSyntax[]>;

  private entryAt(token: IToken, name: string, value: Attribute): EntrySyntax {
    return { name, offset: token.startOffset, value };
  }
}

/** Spelled out: spreading a body is slow, and there is one for every operation. */
function operationOf(
  body: Body,
  results: readonly ResultSyntax[],
  location: LocationSyntax | undefined,
): OperationSyntax {
  const { name, offset, operands, successors, attributes, regions, operandTypes, resultTypes } = body;
  return { name, offset, results, operands, successors, attributes, regions, operandTypes, resultTypes, location };
}

function nameOf(token: IToken): NameSyntax {
  return { name: token.image, offset: token.startOffset };
}

/** The list of dictionaries of a function's parameters or results; nothing when all are empty. */
function positionEntries(symbol: IToken, name: string, parts: readonly PartSyntax[]): readonly EntrySyntax[] {
  if (parts.every((part) => part.attributes.length === 0)) return [];
  const dictionaries = parts.map((part) =>
    dictionaryAttribute(part.attributes.map((entry) => [entry.name, entry.value] as const)),
  );
  return [{ name, offset: symbol.startOffset, value: arrayAttribute(dictionaries) }];
}
