/** Typed reading of a node's attributes, which notices what nobody read. */
import type { AttributeProto, GraphProto, SparseTensorProto, TensorProto } from "./read/schema.ts";

/** `AttributeProto.AttributeType`: numbers and names. */
const typeNames: Readonly<Record<number, string>> = {
  1: "FLOAT",
  2: "INT",
  3: "STRING",
  4: "TENSOR",
  5: "GRAPH",
  6: "FLOATS",
  7: "INTS",
  8: "STRINGS",
  9: "TENSORS",
  10: "GRAPHS",
  11: "SPARSE_TENSOR",
  12: "SPARSE_TENSORS",
  13: "TYPE_PROTO",
  14: "TYPE_PROTOS",
};

const readableTypes = [1, 2, 3, 4, 5, 6, 7, 8, 11] as const;
type ReadableType = (typeof readableTypes)[number];

/** Attributes of one node. Each method gives undefined when the attribute is absent. */
export interface AttributeReader {
  readonly int: (name: string) => number | undefined;
  readonly ints: (name: string) => readonly number[] | undefined;
  readonly float: (name: string) => number | undefined;
  readonly floats: (name: string) => readonly number[] | undefined;
  readonly string: (name: string) => string | undefined;
  readonly strings: (name: string) => readonly string[] | undefined;
  readonly tensor: (name: string) => TensorProto | undefined;
  readonly graph: (name: string) => GraphProto | undefined;
  readonly sparseTensor: (name: string) => SparseTensorProto | undefined;
  /** True (not 0) or false; absent is false. */
  readonly flag: (name: string) => boolean;
  /** Attributes that mean nothing to us (training, performance): read and left alone. */
  readonly ignore: (...names: readonly string[]) => void;
  /** Names that no method was asked for. */
  readonly unread: () => readonly string[];
}

/** A reader of the attributes; `refuse` is called with the problem when one has another type than asked for. */
export function attributeReader(
  attributes: readonly AttributeProto[],
  refuse: (problem: string) => never,
): AttributeReader {
  const byName = new Map(attributes.map((attribute) => [attribute.name ?? "", attribute]));
  if (byName.size < attributes.length) refuse(`attribute '${doubled(attributes)}' is given twice`);
  const read = new Set<string>();
  const find = (name: string, type: ReadableType): AttributeProto | undefined => {
    read.add(name);
    const attribute = byName.get(name);
    if (attribute === undefined) return undefined;
    const have = attribute.type ?? 0;
    // Files of the first IR version have no type: then the filled field tells. Writers that leave zeros out fill none.
    const filled = readableTypes.filter((one) => isFilled(attribute, one));
    if (filled.includes(type) ? have === type || have === 0 : have === type && filled.length === 0) return attribute;
    if (have === type) {
      const what = filled.map((one) => typeNames[one] ?? "").join(", ");
      return refuse(`attribute '${name}' says that it is ${typeNames[type] ?? ""} but holds ${what}`);
    }
    return refuse(
      `attribute '${name}' is ${typeNames[have] ?? `of type ${have}`} but should be ${typeNames[type] ?? ""}`,
    );
  };
  return {
    int: (name) => valueOf(find(name, 2), (attribute) => attribute.i ?? 0),
    ints: (name) => find(name, 7)?.ints,
    float: (name) => valueOf(find(name, 1), (attribute) => attribute.f ?? 0),
    floats: (name) => find(name, 6)?.floats,
    string: (name) => valueOf(find(name, 3), (attribute) => new TextDecoder().decode(attribute.s)),
    strings: (name) => find(name, 8)?.strings.map((text) => new TextDecoder().decode(text)),
    tensor: (name) => valueOf(find(name, 4), ({ t }) => t ?? refuse(`attribute '${name}' holds no tensor`)),
    graph: (name) => valueOf(find(name, 5), ({ g }) => g ?? refuse(`attribute '${name}' holds no graph`)),
    sparseTensor: (name) =>
      valueOf(find(name, 11), ({ sparseTensor }) => sparseTensor ?? refuse(`attribute '${name}' holds no tensor`)),
    flag: (name) => (find(name, 2)?.i ?? 0) !== 0,
    ignore: (...names) => names.forEach((name) => read.add(name)),
    unread: () => [...byName.keys()].filter((name) => !read.has(name)),
  };
}

function doubled(attributes: readonly AttributeProto[]): string {
  const names = attributes.map(({ name = "" }) => name);
  return names.find((name, index) => names.indexOf(name) !== index) ?? "";
}

function valueOf<T>(attribute: AttributeProto | undefined, read: (attribute: AttributeProto) => T): T | undefined {
  return attribute === undefined ? undefined : read(attribute);
}

function isFilled(attribute: AttributeProto, type: ReadableType): boolean {
  switch (type) {
    case 1:
      return attribute.f !== undefined;
    case 2:
      return attribute.i !== undefined;
    case 3:
      return attribute.s !== undefined;
    case 4:
      return attribute.t !== undefined;
    case 5:
      return attribute.g !== undefined;
    case 6:
      return attribute.floats.length > 0;
    case 7:
      return attribute.ints.length > 0;
    case 8:
      return attribute.strings.length > 0;
    case 11:
      return attribute.sparseTensor !== undefined;
  }
}
