/** Where an operation comes from, so that every number can be traced back to an ONNX node. */
import type { Attribute } from "./attributes.ts";
import { attributeText } from "./attributes.ts";
import { quoted } from "./text/quoted.ts";

export type Location =
  | { readonly kind: "unknown" }
  | {
      readonly kind: "file";
      readonly file: string;
      readonly line: number;
      readonly column: number;
      /** Where it ends, when it is a range. */
      readonly end?: { readonly line: number; readonly column: number } | undefined;
    }
  /** A name (an ONNX node's) at an inner location (the model file, with the node's index as line). */
  | { readonly kind: "name"; readonly name: string; readonly child: Location }
  /** Several, with what a dialect notes about how they were fused. */
  | { readonly kind: "fused"; readonly sources: readonly Location[]; readonly metadata?: Attribute | undefined }
  /** Code that was inlined: where it stood, and where it was called. */
  | { readonly kind: "callsite"; readonly callee: Location; readonly caller: Location };

export const unknownLocation: Location = { kind: "unknown" };

export function fileLocation(file: string, line: number, column: number): Location {
  return { kind: "file", file, line, column };
}

export function nameLocation(name: string, child: Location = unknownLocation): Location {
  return { kind: "name", name, child };
}

/** The location of an operation that replaces several: their distinct sources in order; one alone stays itself. */
export function fusedLocation(locations: readonly Location[]): Location {
  const distinct = new Map<string, Location>();
  for (const location of locations.flatMap(leaves)) distinct.set(locationText(location), location);
  const sources = [...distinct.values()];
  const [only] = sources;
  if (only === undefined) return unknownLocation;
  return sources.length === 1 ? only : { kind: "fused", sources };
}

function leaves(location: Location): readonly Location[] {
  if (location.kind === "unknown") return [];
  return location.kind === "fused" ? location.sources.flatMap(leaves) : [location];
}

/** Names in a location, outermost first: the ONNX nodes that an operation comes from. */
export function locationNames(location: Location): readonly string[] {
  return leaves(location).flatMap((leaf) => {
    if (leaf.kind === "callsite") return locationNames(leaf.callee);
    return leaf.kind === "name" ? [leaf.name] : [];
  });
}

/** A location for a person, innermost first: `node "conv1" in m.onnx, node 12`. Empty when nothing is known. */
export function describeLocation(location: Location): readonly string[] {
  return leaves(location).flatMap((leaf) => {
    if (leaf.kind === "callsite") return describeLocation(leaf.callee);
    if (leaf.kind === "file") return `${leaf.file}:${leaf.line}:${leaf.column}`;
    if (leaf.kind !== "name") return "an unknown place";
    const { child } = leaf;
    return `node "${leaf.name}"${child.kind === "file" ? ` in ${child.file} (node ${child.line})` : ""}`;
  });
}

/** MLIR text of a location without the surrounding `loc( )`. */
export function locationText(location: Location): string {
  switch (location.kind) {
    case "unknown":
      return "unknown";
    case "file":
      return `${quoted(location.file)}:${location.line}:${location.column}${endText(location)}`;
    case "name":
      return location.child.kind === "unknown"
        ? quoted(location.name)
        : `${quoted(location.name)}(${locationText(location.child)})`;
    case "fused":
      return `fused${metadataText(location.metadata)}[${location.sources.map(locationText).join(", ")}]`;
    case "callsite":
      return `callsite(${locationText(location.callee)} at ${locationText(location.caller)})`;
  }
}

function endText({ line, end }: Extract<Location, { kind: "file" }>): string {
  if (end === undefined) return "";
  return end.line === line ? ` to :${end.column}` : ` to ${end.line}:${end.column}`;
}

function metadataText(metadata: Attribute | undefined): string {
  return metadata === undefined ? "" : `<${attributeText(metadata)}>`;
}
