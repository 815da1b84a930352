/** Where in a JSON text each field and value stands, so that an error in its content can name line and column. */

/** Offsets of one value. */
export interface JsonPosition {
  /** Of the field's name, where the value is a field's. */
  readonly key: number | undefined;
  readonly value: number;
}

interface OpenGroup {
  readonly pointer: string;
  readonly isArray: boolean;
  /** Items before the current one of an array. */
  index: number;
  /** Name and offset of the current field of an object, once read. */
  field: { readonly name: string; readonly offset: number } | undefined;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Position of every value of a valid JSON text by JSON pointer (RFC 6901; the whole text is ""). Of a field that is there
 * twice, the last: the one that `JSON.parse` takes.
 */
export function jsonPositions(text: string): ReadonlyMap<string, JsonPosition> {
  const positions = new Map<string, JsonPosition>();
  const open: OpenGroup[] = [];
  for (const { 0: word, index: offset } of text.matchAll(token)) {
    const group = open.at(-1);
    if (word === ":") continue;
    if (word === "}" || word === "]") {
      open.pop();
    } else if (word === ",") {
      if (group !== undefined) [group.index, group.field] = [group.index + 1, undefined];
    } else if (group?.isArray === false && group.field === undefined) {
      group.field = { name: String(JSON.parse(word)), offset };
    } else {
      const pointer = group === undefined ? "" : `${group.pointer}/${stepOf(group)}`;
      positions.set(pointer, { key: group?.field?.offset, value: offset });
      if (word === "{" || word === "[") open.push({ pointer, isArray: word === "[", index: 0, field: undefined });
    }
  }
  return positions;
}

/** Line and column of an offset, both from 1: `"3:14"`. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

function stepOf({ isArray, index, field }: OpenGroup): string {
  if (isArray) return String(index);
  return (field?.name ?? "").replaceAll("~", "~0").replaceAll("/", "~1");
}
