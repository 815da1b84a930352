/** What the bare words of MLIR text mean: keywords, and the ops whose pretty form is not the plain one. */
import type { TokenType } from "chevrotain";
import { allOpKinds, kindOf } from "../../ops/registry.ts";
import type { WordTypes } from "./lexer.ts";
import { formOf, shortNameEntries } from "../op-forms.ts";
import { keywords, opNames } from "./tokens.ts";

/** Keywords that are not spelled like their names here. */
const spellings: Partial<Record<keyof typeof keywords, readonly string[]>> = {
  affineMap: ["affine_map"],
  affineSet: ["affine_set"],
  denseResource: ["dense_resource"],
  visibility: ["public", "private", "nested"],
};

/** Every word that is more than a name. */
export function wordTypes(): WordTypes {
  const types = new Map<string, TokenType>();
  for (const kind of allOpKinds) {
    const form = formOf(kind);
    if (form !== "plain") types.set(kind.name, opNames[form]);
  }
  for (const [written, name] of shortNameEntries) {
    const kind = kindOf(name);
    const form = kind === undefined ? "plain" : formOf(kind);
    if (form !== "plain") types.set(written, opNames[form]);
  }
  // The keys of the table are the names.
  for (const name of Object.keys(keywords) as (keyof typeof keywords)[]) {
    for (const word of spellings[name] ?? [name]) types.set(word, keywords[name]);
  }
  return types;
}
