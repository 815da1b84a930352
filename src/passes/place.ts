/**
 * Writes on each region where its operands and results live: in DRAM, or at an offset in global memory from one region to
 * another. A pinned tensor stays for all inferences.
 */
import { integerAttribute } from "../ir/attributes.ts";
import type { Operation } from "../ir/core.ts";
import type { Place } from "../ir/decision-attributes.ts";
import { placementCodec, valueIdsCodec } from "../ir/decision-attributes.ts";
import type { Residency, ValueId } from "../ir/decisions.ts";
import { readAttribute } from "../ir/ops/fast.ts";
import { moduleAttributes, regionsOf } from "../ir/read-decisions.ts";
import { DiagnosticError, errorDiagnostic } from "../support/diagnostics.ts";
import { definePass } from "./manager/pass.ts";
import { option } from "./manager/pass-options.ts";
import { regionsById } from "./regions/regions-by-id.ts";

/** See the file's comment. */
export const place = definePass({
  name: "place",
  summary: "Write where the operands and results of each fast.region live as the decisions say.",
  runsOn: "builtin.module",
  options: { decisions: option.decisions("what the back end decided about this module") },
  run(module, { decisions }, { rewriter }) {
    regionsById(module, decisions);
    const { residency } = decisions;
    const find = residentFinder(residency);
    const placed = regionsOf(module).map((op) => [op, placementOf(op, find)] as const);
    refuseUnused(
      residency,
      placed.flatMap(([, { operands, results }]) => [...operands, ...results]),
    );
    for (const [op, placement] of placed) rewriter.setAttribute(op, "placement", placementCodec.encode(placement));
    rewriter.setAttribute(module, moduleAttributes.capacityBytes, integerAttribute(residency.capacityBytes));
    return { counters: { regions: placed.length, residentTensors: residency.tensors.length } };
  },
});

/** Where a value lives while a region runs. */
type Finder = (value: ValueId | undefined, region: number) => Place | undefined;

function residentFinder({ tensors }: Residency): Finder {
  const key = ({ operation, index }: ValueId): string => `${operation}.${index}`;
  const byValue = new Map<string, Place[]>();
  tensors.forEach((resident, tensor) => {
    const known = byValue.get(key(resident.value)) ?? [];
    byValue.set(key(resident.value), [...known, { memory: "gm", tensor, resident }]);
  });
  return (value, region) =>
    (value === undefined ? [] : (byValue.get(key(value)) ?? [])).find(
      (found) => found.memory === "gm" && found.resident.firstRegion <= region && region <= found.resident.lastRegion,
    );
}

function placementOf(
  op: Operation,
  find: Finder,
): { readonly operands: readonly Place[]; readonly results: readonly Place[] } {
  const region = readAttribute(op, "id");
  const ids = (name: string): readonly ValueId[] =>
    valueIdsCodec.decode(op.attributes.get(name), `region ${region}: ${name}`);
  const buffers = ids("operand_buffers");
  return {
    // A view shows the memory of another value; the decision may name either.
    operands: ids("operand_values").map(
      (value, index) => find(value, region) ?? find(buffers[index], region) ?? { memory: "dram" },
    ),
    results: ids("result_values").map((value) => find(value, region) ?? { memory: "dram" }),
  };
}

function refuseUnused({ tensors }: Residency, places: readonly Place[]): void {
  const used = new Set(places.flatMap((found) => (found.memory === "gm" ? [found.tensor] : [])));
  const unused = tensors.flatMap(({ value, firstRegion, lastRegion }, tensor) =>
    used.has(tensor)
      ? []
      : [
          errorDiagnostic({
            code: "decisions-mismatch",
            message: `no region from ${firstRegion} to ${lastRegion} reads or writes result ${value.index} of operation ${value.operation}, which is placed in global memory`,
          }),
        ],
  );
  if (unused.length > 0) throw new DiagnosticError(unused);
}
