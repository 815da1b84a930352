/**
 * Removes functions that nothing can reach: private ones to which no symbol leads from a public function or from the module
 * itself. A function without `sym_visibility` is public.
 */
import type { Attribute } from "../ir/attributes.ts";
import type { Operation } from "../ir/core.ts";
import { walk } from "../ir/core.ts";
import { functionName, functionsOf } from "../ir/ops/builtin.ts";
import { definePass } from "./manager/pass.ts";

/** See the file's comment. */
export const symbolDce = definePass({
  name: "symbol-dce",
  summary: "Remove private functions that nothing refers to.",
  runsOn: "builtin.module",
  options: {},
  run(module, _options, { rewriter }) {
    const functions = functionsOf(module);
    const reached = reachedFrom(module, functions);
    const dead = functions.filter((fn) => !reached.has(fn));
    for (const fn of dead) rewriter.erase(fn);
    return { counters: { erased: dead.length } };
  },
});

/** Public functions, and what is named by them, by the module, or by what they reach. */
function reachedFrom(module: Operation, functions: readonly Operation[]): ReadonlySet<Operation> {
  const byName = new Map(functions.map((fn) => [functionName(fn), fn]));
  const reached = new Set(functions.filter((fn) => !isPrivate(fn)));
  const visit = (name: string): void => {
    const fn = byName.get(name);
    // A set that grows while it is iterated shows what was added, too.
    if (fn !== undefined) reached.add(fn);
  };
  for (const op of walkOutside(module, functions)) for (const name of symbolsIn(op)) visit(name);
  for (const fn of reached) for (const op of walk(fn)) for (const name of symbolsIn(op)) visit(name);
  return reached;
}

function isPrivate(fn: Operation): boolean {
  const visibility = fn.attributes.get("sym_visibility");
  return visibility?.kind === "string" && visibility.value === "private";
}

/** The module and all that it holds besides functions. */
function walkOutside(module: Operation, functions: readonly Operation[]): readonly Operation[] {
  const inside = new Set(functions);
  const others = module.regions.flatMap(({ blocks }) => blocks.flatMap((block) => [...block.operations()]));
  return [module, ...others.filter((op) => !inside.has(op)).flatMap((op) => [...walk(op)])];
}

/** Names of symbols that an operation's attributes refer to. */
function symbolsIn(op: Operation): readonly string[] {
  const names: string[] = [];
  const collect = (attribute: Attribute): void => {
    if (attribute.kind === "symbol") names.push(attribute.name);
    else if (attribute.kind === "array") attribute.items.forEach(collect);
    else if (attribute.kind === "dictionary") attribute.entries.forEach(collect);
  };
  op.attributes.forEach(collect);
  return names;
}
