/** Locations of which parts may still be names of aliases. */
import type { Location } from "../../location.ts";
import type { LocationAliases, LocationSyntax } from "./syntax.ts";

/** A location made of others, as soon as they are known. */
export function whenKnown(
  parts: readonly LocationSyntax[],
  make: (known: readonly Location[]) => Location,
): LocationSyntax {
  const known = parts.filter((part) => part.kind !== "pending");
  if (known.length === parts.length) return make(known);
  return { kind: "pending", resolve: (aliases) => make(parts.map((part) => resolveLocation(part, aliases))) };
}

/** The location that a syntax stands for. */
export function resolveLocation(location: LocationSyntax, aliases: LocationAliases): Location {
  return location.kind === "pending" ? location.resolve(aliases) : location;
}
