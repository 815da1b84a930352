/** Aliases of locations, which may be used before they are defined. */
import type { Location } from "../../location.ts";
import { unknownLocation } from "../../location.ts";
import { resolveLocation } from "./location-syntax.ts";
import type { LocationSyntax, NameSyntax, SyntaxProblem } from "./syntax.ts";

/** Aliases in aliases; more are taken for a cycle. */
const longestChain = 200;

/** See the file's comment. */
export class LocationTable {
  readonly problems: SyntaxProblem[] = [];
  private readonly definitions = new Map<string, LocationSyntax>();
  private readonly known = new Map<string, Location>();
  private chain = 0;

  /** False when the alias has a definition already. */
  define(name: string, location: LocationSyntax): boolean {
    if (this.definitions.has(name)) return false;
    this.definitions.set(name, location);
    return true;
  }

  /** The location that a syntax stands for; what is wrong with its aliases goes to `problems`. */
  resolve(location: LocationSyntax): Location {
    return resolveLocation(location, (alias) => this.resolveAlias(alias));
  }

  private resolveAlias({ name, offset }: NameSyntax): Location {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const definition = this.definitions.get(name);
    const problem =
      definition === undefined
        ? `location alias ${name} is not defined`
        : this.chain >= longestChain
          ? `location alias ${name} leads to itself, or over too many others`
          : undefined;
    if (definition === undefined || problem !== undefined) {
      if (problem !== undefined) this.problems.push({ offset, message: problem });
      this.known.set(name, unknownLocation);
      return unknownLocation;
    }
    this.chain++;
    const location = this.resolve(definition);
    this.chain--;
    // A cycle has set it already.
    const result = this.known.get(name) ?? location;
    this.known.set(name, result);
    return result;
  }
}
