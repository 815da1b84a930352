/** The section behind a module that holds what does not fit into its text: blobs of numbers by their keys. */
import { symbolText } from "../attributes.ts";
import type { ResourceSections } from "./grammar/syntax.ts";

/** `{-# dialect_resources: { builtin: { key: "0x..." } } #-}`, as MLIR lays it out. */
export function resourcesText(resources: ResourceSections): string {
  const sections = [...resources].map(([section, groups]) => {
    const inner = [...groups].map(([group, entries]) => {
      const lines = [...entries].map(([key, value]) => `      ${symbolText(key)}: ${value}`);
      return `    ${symbolText(group)}: {\n${lines.join(",\n")}\n    }`;
    });
    return `  ${symbolText(section)}: {\n${inner.join(",\n")}\n  }`;
  });
  return `{-#\n${sections.join(",\n")}\n#-}`;
}
