/** Grammar of locations. An alias may be defined after it is used, so that a location may have to wait for one. */
import type { IToken } from "chevrotain";
import type { Attribute } from "../../attributes.ts";
import { opaqueAttribute } from "../../attributes.ts";
import type { Location } from "../../location.ts";
import { fileLocation, locationText, nameLocation, unknownLocation } from "../../location.ts";
import { AttributeGrammar } from "./attribute-grammar.ts";
import type { Rule } from "./base-grammar.ts";
import { whenKnown } from "./location-syntax.ts";
import type { LocationSyntax } from "./syntax.ts";
import { keywords, literals, signs } from "./tokens.ts";

/** See the file's comment. */
export abstract class LocationGrammar extends AttributeGrammar {
  /** `loc(...)` behind an operation or an argument. */
  protected readonly trailingLocation: Rule<LocationSyntax> = this.RULE("trailingLocation", () =>
    this.OR(this.trailingAlternatives),
  );

  private readonly trailingAlternatives: { ALT: () => LocationSyntax }[] = [
    { ALT: () => this.plainLocation(this.CONSUME(literals.plainLocation)) },
    {
      ALT: () => {
        this.CONSUME(keywords.loc);
        this.CONSUME(signs["("]);
        const location = this.SUBRULE(this.location);
        this.CONSUME(signs[")"]);
        return location;
      },
    },
  ];

  protected readonly locationAttribute: Rule<Attribute> = this.RULE("locationAttribute", () => {
    const token = this.LA(1);
    const location = this.SUBRULE(this.trailingLocation);
    return this.ACTION(() => {
      if (location.kind === "pending") {
        return this.refuse(token, "a location that is an attribute cannot name an alias");
      }
      return opaqueAttribute(`loc(${locationText(location)})`);
    });
  });

  protected readonly location: Rule<LocationSyntax> = this.RULE("location", () => {
    this.ACTION(() => this.deeper());
    const location = this.OR({ DEF: this.locationAlternatives, ERR_MSG: "a location" });
    this.depth--;
    return location;
  });

  private readonly locationAlternatives: { ALT: () => LocationSyntax }[] = [
    { ALT: () => this.SUBRULE(this.fileOrNameLocation) },
    { ALT: () => this.pendingLocation(this.CONSUME(literals.attributeAlias)) },
    { ALT: () => (this.CONSUME(keywords.unknown), unknownLocation) },
    { ALT: () => this.SUBRULE(this.fusedLocation) },
    { ALT: () => this.SUBRULE(this.callsiteLocation) },
  ];

  /** `"file":1:2`, `"file":1:2 to 3:4`, `"file":1:2 to :5`, `"name"(location)` or `"name"`. */
  private readonly fileOrNameLocation: Rule<LocationSyntax> = this.RULE("fileOrNameLocation", () => {
    const token = this.CONSUME(literals.string);
    const text = this.ACTION(() => this.stringText(token, token.image));
    return (
      this.OPTION(() =>
        this.OR<LocationSyntax>([
          { ALT: () => this.SUBRULE(this.positionInFile, { ARGS: [text] }) },
          {
            ALT: () => {
              this.CONSUME(signs["("]);
              const child = this.SUBRULE(this.location);
              this.CONSUME(signs[")"]);
              return this.ACTION(() => whenKnown([child], ([known]) => nameLocation(text, known)));
            },
          },
        ]),
      ) ?? nameLocation(text)
    );
  });

  private readonly positionInFile: Rule<Location, [string?]> = this.RULE(
    "positionInFile",
    (name?: string): Location => {
      const file = name ?? "";
      const line = this.lineNumber((this.CONSUME1(signs[":"]), this.CONSUME1(literals.integer)));
      const column = this.lineNumber((this.CONSUME2(signs[":"]), this.CONSUME2(literals.integer)));
      const end = this.OPTION1(() => {
        this.CONSUME(keywords.to);
        const endLine = this.OPTION2(() => this.lineNumber(this.CONSUME3(literals.integer)));
        this.CONSUME3(signs[":"]);
        return { line: endLine ?? line, column: this.lineNumber(this.CONSUME4(literals.integer)) };
      });
      return end === undefined ? { kind: "file", file, line, column } : { kind: "file", file, line, column, end };
    },
  );

  private readonly fusedLocation: Rule<LocationSyntax> = this.RULE("fusedLocation", () => {
    const sources: LocationSyntax[] = [];
    this.CONSUME(keywords.fused);
    const metadata = this.OPTION(() => {
      this.CONSUME(signs["<"]);
      const attribute = this.SUBRULE(this.attribute);
      this.CONSUME(signs[">"]);
      return attribute;
    });
    this.CONSUME(signs["["]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => sources.push(this.SUBRULE(this.location)) });
    this.CONSUME(signs["]"]);
    return this.ACTION(() =>
      whenKnown(sources, (known) =>
        metadata === undefined ? { kind: "fused", sources: known } : { kind: "fused", sources: known, metadata },
      ),
    );
  });

  private readonly callsiteLocation: Rule<LocationSyntax> = this.RULE("callsiteLocation", () => {
    this.CONSUME(keywords.callsite);
    this.CONSUME(signs["("]);
    const callee = this.SUBRULE1(this.location);
    this.CONSUME(keywords.at);
    const caller = this.SUBRULE2(this.location);
    this.CONSUME(signs[")"]);
    return this.ACTION(() =>
      whenKnown([callee, caller], ([inner = unknownLocation, outer = unknownLocation]) => ({
        kind: "callsite",
        callee: inner,
        caller: outer,
      })),
    );
  });

  /** A location that is one token. */
  private plainLocation(token: IToken): LocationSyntax {
    return this.ACTION(() => {
      const [, outer = "", inner, line, column] = /"([^"]*)"(?:\("([^"]*)")?:(\d+):(\d+)/.exec(token.image) ?? [];
      const place = fileLocation(inner ?? outer, Number(line), Number(column));
      return inner === undefined ? place : nameLocation(outer, place);
    });
  }

  private pendingLocation(token: IToken): LocationSyntax {
    const alias = { name: token.image, offset: token.startOffset };
    return { kind: "pending", resolve: (aliases) => aliases(alias) };
  }

  private lineNumber(token: IToken): number {
    return this.ACTION(() => {
      const value = Number(token.image);
      return value < 2 ** 32 ? value : this.refuse(token, "a line or column is too large");
    });
  }
}
