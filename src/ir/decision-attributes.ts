/** How decisions are written into attributes of regions, and read back. Said once for both directions. */
import { fail } from "../support/diagnostics.ts";
import type { Attribute } from "./attributes.ts";
import {
  arrayAttribute,
  attributeText,
  boolAttribute,
  dictionaryAttribute,
  integerAttribute,
  stringAttribute,
} from "./attributes.ts";
import type { LevelTiling, LoopSizes, Mapping, ResidentTensor, ValueId } from "./decisions.ts";

/** Both directions between plain data and an attribute. `path` says where it stands, for messages. */
export interface Codec<T> {
  readonly encode: (value: T) => Attribute;
  /** @throws DiagnosticError `decisions-invalid` */
  readonly decode: (attribute: Attribute | undefined, path: string) => T;
}

function refuse(attribute: Attribute | undefined, path: string, expected: string): never {
  const seen = attribute === undefined ? "missing" : attributeText(attribute);
  fail({ code: "decisions-invalid", message: `${path} is ${seen} but should be ${expected}` });
}

const integer: Codec<number> = {
  encode: (value) => integerAttribute(value),
  decode: (attribute, path) =>
    attribute?.kind === "integer" ? Number(attribute.value) : refuse(attribute, path, "an integer"),
};

const truth: Codec<boolean> = {
  encode: boolAttribute,
  decode: (attribute, path) =>
    attribute?.kind === "bool" ? attribute.value : refuse(attribute, path, "true or false"),
};

const text: Codec<string> = {
  encode: stringAttribute,
  decode: (attribute, path) => (attribute?.kind === "string" ? attribute.value : refuse(attribute, path, "a string")),
};

function word<W extends string>(...words: readonly W[]): Codec<W> {
  const find = (value: string): W | undefined => words.find((known) => known === value);
  return {
    encode: stringAttribute,
    decode: (attribute, path) =>
      find(attribute?.kind === "string" ? attribute.value : "") ?? refuse(attribute, path, words.join(", ")),
  };
}

function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    encode: (values) => arrayAttribute(values.map(item.encode)),
    decode: (attribute, path) =>
      attribute?.kind === "array"
        ? attribute.items.map((entry, index) => item.decode(entry, `${path}[${index}]`))
        : refuse(attribute, path, "an array"),
  };
}

/** Dictionary keys are sorted, as MLIR sorts them. */
function dictionary(entries: readonly (readonly [string, Attribute])[]): Attribute {
  return dictionaryAttribute([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An object with exactly the given fields; `peRows` is written as `pe_rows`. */
function fields<T extends object>(codecs: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  // Object.keys of the codec map are the keys of T: the type has one codec for each.
  const keys = Object.keys(codecs) as (keyof T & string)[];
  return {
    encode: (value) => dictionary(keys.map((key) => [snakeCase(key), codecs[key].encode(value[key])])),
    decode(attribute, path) {
      if (attribute?.kind !== "dictionary") return refuse(attribute, path, "a dictionary");
      const decoded = keys.map((key) => {
        const name = snakeCase(key);
        return [key, codecs[key].decode(attribute.entries.get(name), `${path}.${name}`)];
      });
      // Every key of T was decoded by its own codec.
      return Object.fromEntries(decoded) as T;
    },
  };
}

const sizes: Codec<LoopSizes> = {
  encode: (value) => dictionary(Object.entries(value).map(([loop, size]) => [loop, integer.encode(size)])),
  decode: (attribute, path) =>
    attribute?.kind === "dictionary"
      ? Object.fromEntries(
          [...attribute.entries].map(([loop, size]) => [loop, integer.decode(size, `${path}.${loop}`)]),
        )
      : refuse(attribute, path, "a dictionary of integers"),
};

/** Loops and their padding. */
export const paddingCodec: Codec<LoopSizes> = sizes;

/** A mapping without the number of its region, which the region itself has. */
export const mappingCodec: Codec<Omit<Mapping, "region">> = fields<Omit<Mapping, "region">>({
  dataflow: word("weight-stationary", "output-stationary", "input-stationary", "vector", "copy"),
  extents: sizes,
  spatial: fields<Mapping["spatial"]>({ peRows: sizes, peColumns: sizes }),
  groupsPerPass: integer,
  levels: list(fields<LevelTiling>({ level: word("gm", "l2", "l1"), tile: sizes, order: list(text) })),
});

/** Operation and index as a pair. */
export const valueIdCodec: Codec<ValueId> = {
  encode: ({ operation, index }) => arrayAttribute([integer.encode(operation), integer.encode(index)]),
  decode(attribute, path) {
    const [operation, index, ...rest] = list(integer).decode(attribute, path);
    if (operation === undefined || index === undefined || rest.length > 0)
      return refuse(attribute, path, "a pair of integers");
    return { operation, index };
  },
};

/** The frozen module's names of what a region reads or writes. */
export const valueIdsCodec: Codec<readonly ValueId[]> = list(valueIdCodec);

/** Where a region finds an operand or leaves a result. `tensor` is the position in the list of resident tensors. */
export type Place =
  { readonly memory: "dram" } | { readonly memory: "gm"; readonly tensor: number; readonly resident: ResidentTensor };

const placeInMemory = fields<Extract<Place, { memory: "gm" }>>({
  memory: word("gm"),
  tensor: integer,
  resident: fields<ResidentTensor>({
    value: valueIdCodec,
    sizeBytes: integer,
    offsetBytes: integer,
    firstRegion: integer,
    lastRegion: integer,
    isPinned: truth,
  }),
});
const placeInDram = fields<Extract<Place, { memory: "dram" }>>({ memory: word("dram") });

const place: Codec<Place> = {
  encode: (value) => (value.memory === "gm" ? placeInMemory.encode(value) : placeInDram.encode(value)),
  decode(attribute, path) {
    const memory = attribute?.kind === "dictionary" ? attribute.entries.get("memory") : undefined;
    const isDram = memory?.kind === "string" && memory.value === "dram";
    return isDram ? placeInDram.decode(attribute, path) : placeInMemory.decode(attribute, path);
  },
};

/** One region's part of a residency. */
export interface RegionPlacement {
  readonly operands: readonly Place[];
  readonly results: readonly Place[];
}

/** Both directions of a region's placement. */
export const placementCodec: Codec<RegionPlacement> = fields<RegionPlacement>({
  operands: list(place),
  results: list(place),
});
