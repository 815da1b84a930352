/**
 * Groups operations into regions as decided: each becomes a `fast.region` at its place in the schedule. `operations` and
 * `anchor` are ids in the frozen module (`anchor` is the one whose loop nest the others follow), `operand_values` and
 * `result_values` its names of what is read and written, `engine` what runs it.
 */
import type { Attribute } from "../ir/attributes.ts";
import { integerAttribute, integersAttribute, stringAttribute } from "../ir/attributes.ts";
import { compileTimeValues } from "../ir/compile-time.ts";
import type { Value } from "../ir/core.ts";
import { Operation } from "../ir/core.ts";
import { valueIdsCodec } from "../ir/decision-attributes.ts";
import type { FrozenModule } from "../ir/frozen.ts";
import { freeze } from "../ir/frozen.ts";
import { fusedLocation } from "../ir/location.ts";
import { mainFunction, functionBody } from "../ir/ops/builtin.ts";
import { createFastRegion } from "../ir/ops/fast.ts";
import { hasTrait } from "../ir/ops/registry.ts";
import { moduleAttributes } from "../ir/read-decisions.ts";
import type { Rewriter } from "../ir/rewrite/rewriter.ts";
import { present } from "../support/bug.ts";
import { definePass } from "./manager/pass.ts";
import { option } from "./manager/pass-options.ts";
import type { PlannedRegion } from "./regions/region-plan.ts";
import { planRegions } from "./regions/region-plan.ts";

/** See the file's comment. */
export const formRegions = definePass({
  name: "form-regions",
  summary: "Group operations into fast.region as the decisions say.",
  runsOn: "builtin.module",
  options: { decisions: option.decisions("what the back end decided about this module") },
  run(module, { decisions }, { rewriter: rw }) {
    const frozen = freeze(module);
    const plan = planRegions(frozen, decisions);
    const originals = new Set(plan.flatMap((region) => region.operations));
    const body = functionBody(mainFunction(module));
    const end = present(body.last, "the function's return");
    const progress: Progress = { values: new Map(), settled: new Set(compileTimeValues(module)), rw, end };
    for (const region of plan) insertRegion(region, frozen, progress);
    for (const op of body.operations())
      if (!originals.has(op)) op.results.forEach((result) => settle(result, progress));
    for (const [value, replacement] of progress.values) rw.replaceAllUses(value, replacement);
    for (const op of [...body.operations()].reverse()) if (originals.has(op)) rw.erase(op);
    rw.setAttribute(module, moduleAttributes.sha256, stringAttribute(frozen.sha256));
    return { counters: { regions: plan.length, operations: originals.size } };
  },
});

interface Progress {
  /** The region's result that stands for a value outside of the region that computes it. */
  readonly values: Map<Value, Value>;
  /** Values outside of regions that are computed where they may be read from now on. */
  readonly settled: Set<Value>;
  readonly rw: Rewriter;
  readonly end: Operation;
}

function insertRegion(region: PlannedRegion, frozen: FrozenModule, progress: Progress): void {
  for (const operand of region.operands) settle(operand, progress);
  const op = createFastRegion({
    operands: region.operands.map((operand) => progress.values.get(operand) ?? operand),
    attributes: identityOf(region, frozen),
    body: (args) => copyOf(region, args),
    location: fusedLocation(region.operations.map((inner) => inner.location)),
  });
  progress.rw.insertBefore(progress.end, op);
  region.results.forEach((result, index) =>
    progress.values.set(result, present(op.results[index], "a region's result")),
  );
}

/** Moves the views outside of regions that make a value behind the regions that they read. */
function settle(value: Value, progress: Progress): void {
  const op = value.definingOp;
  if (op === undefined || progress.values.has(value) || progress.settled.has(value) || !hasTrait(op, "view")) return;
  for (const operand of op.operands) settle(operand, progress);
  progress.rw.moveBefore(progress.end, op);
  for (const result of op.results) progress.settled.add(result);
}

function identityOf(
  { choice, operands, results }: PlannedRegion,
  frozen: FrozenModule,
): readonly (readonly [string, Attribute])[] {
  return [
    ["anchor", integerAttribute(choice.anchor)],
    ["engine", stringAttribute(choice.engine)],
    ["id", integerAttribute(choice.id)],
    ["operand_buffers", valueIdsCodec.encode(operands.map((operand) => frozen.valueId(bufferOf(operand))))],
    ["operand_values", valueIdsCodec.encode(operands.map(frozen.valueId))],
    ["operations", integersAttribute(choice.operations)],
    ["result_values", valueIdsCodec.encode(results.map(frozen.valueId))],
  ];
}

/** The value whose memory a view shows. */
function bufferOf(value: Value): Value {
  const op = value.definingOp;
  const [source] = op !== undefined && hasTrait(op, "view") ? op.operands : [];
  return source === undefined ? value : bufferOf(source);
}

/** Copies of a region's operations that read the arguments that stand for its operands, and its results among them. */
function copyOf(
  { operations, operands, results }: PlannedRegion,
  args: readonly Value[],
): { readonly operations: readonly Operation[]; readonly results: readonly Value[] } {
  const copies = new Map<Value, Value>();
  const copied = (value: Value): Value => present(copies.get(value), "a copied value");
  operands.forEach((operand, index) => copies.set(operand, present(args[index], "a region's argument")));
  const made = operations.map((op) => {
    const resultTypes = op.results.map((result) => result.type);
    const { name, attributes, location } = op;
    const copy = new Operation({ name, operands: op.operands.map(copied), resultTypes, attributes, location });
    op.results.forEach((result, index) => copies.set(result, present(copy.results[index], "a copied result")));
    return copy;
  });
  return { operations: made, results: results.map(copied) };
}
