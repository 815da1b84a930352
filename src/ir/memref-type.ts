/** Buffers: apart from the other types because their text has attributes in it. */
import type { Attribute } from "./attributes.ts";
import { attributeText } from "./attributes.ts";
import type { MemrefType, Type } from "./types.ts";
import { internType, typeText } from "./types.ts";

/** What a buffer's type is made from; see `MemrefType`. */
export interface MemrefParts {
  readonly shape: readonly (number | undefined)[];
  readonly element: Type;
  readonly layout?: Attribute | undefined;
  readonly memorySpace?: Attribute | undefined;
}

/** The type of a buffer. */
export function memrefType({ shape, element, layout, memorySpace }: MemrefParts): MemrefType {
  const extents = shape.map((extent) => `${extent ?? "?"}x`).join("");
  const more = [layout, memorySpace].flatMap((attribute) =>
    attribute === undefined ? [] : [`, ${attributeText(attribute)}`],
  );
  const text = `memref<${extents}${typeText(element)}${more.join("")}>`;
  return internType({ kind: "memref", shape: Object.freeze([...shape]), element, layout, memorySpace, text });
}
