/** What the grammar makes of a text: operations as they are written, with the offsets that messages point at. */
import type { Attribute } from "../../attributes.ts";
import type { Location } from "../../location.ts";
import type { Type } from "../../types.ts";
import type { LocationTable } from "./location-table.ts";

/** A name as it is written, its sign included: `%0`, `%0#1`, `^bb1`. */
export interface NameSyntax {
  readonly name: string;
  readonly offset: number;
}

/** `%0`, or `%0:2` for two results. */
export interface ResultSyntax extends NameSyntax {
  readonly count: number;
}

export interface EntrySyntax extends NameSyntax {
  readonly value: Attribute;
}

export interface ArgumentSyntax extends NameSyntax {
  readonly type: Type;
  readonly location: LocationSyntax | undefined;
}

/** A location that names an alias, which may be defined further down. */
export interface PendingLocation {
  readonly kind: "pending";
  readonly resolve: (aliases: LocationAliases) => Location;
}

export type LocationSyntax = Location | PendingLocation;

/** Gives the location of an alias; its own place in the text is for messages. */
export type LocationAliases = (alias: NameSyntax) => Location;

export interface OperationSyntax {
  readonly name: string;
  /** Of the name. */
  readonly offset: number;
  readonly results: readonly ResultSyntax[];
  readonly operands: readonly NameSyntax[];
  readonly successors: readonly NameSyntax[];
  readonly attributes: readonly EntrySyntax[];
  readonly regions: readonly RegionSyntax[];
  readonly operandTypes: readonly Type[];
  readonly resultTypes: readonly Type[];
  readonly location: LocationSyntax | undefined;
}

export interface RegionSyntax {
  readonly blocks: readonly BlockSyntax[];
}

export interface BlockSyntax {
  /** undefined for a first block without a label. */
  readonly label: NameSyntax | undefined;
  readonly args: readonly ArgumentSyntax[];
  readonly operations: readonly OperationSyntax[];
}

/** Something wrong in the text. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
  readonly help?: string;
}

/** A whole text. */
export interface SourceSyntax {
  readonly operations: readonly OperationSyntax[];
  readonly problems: readonly SyntaxProblem[];
  /** Names of values and blocks in text that was skipped after an error: that they are not known is no news. */
  readonly skippedNames: ReadonlySet<string>;
  readonly locations: LocationTable;
  readonly resources: ResourceSections;
}

/** `{-# section: { group: { key: value } } #-}`; values as they are written. */
export type ResourceSections = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, string>>>;
