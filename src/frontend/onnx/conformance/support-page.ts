/** The page that says which ONNX operators are imported, from which operator set on, and as what. */
import type { OperatorVersion } from "../operator.ts";
import { versionFor } from "../operator.ts";
import { standardOperators } from "../ops/table.ts";
import { refusedOperators } from "../ops/tensors/refused.ts";
import { deprecatedOperators, operatorVersions } from "./operator-versions.ts";
import type { CaseOutcome } from "./run-case.ts";

/** A test case with what became of it. */
export interface NamedOutcome {
  readonly name: string;
  readonly outcome: CaseOutcome;
}

/** Newest operator set of the list of operators. */
const newest = Math.max(...Object.values(operatorVersions).flat());

/** Ranges of operator sets, as `1-6, 9+`, in which an operator is defined and imported. */
function supportedSets(operator: string): string {
  const versions: readonly OperatorVersion[] = standardOperators[operator] ?? [];
  const first = Math.min(...(operatorVersions[operator] ?? []));
  const last = (deprecatedOperators[operator] ?? newest + 1) - 1;
  const sets = Array.from({ length: newest }, (_unused, index) => index + 1).filter(
    (opset) => opset >= first && opset <= last && versionFor(versions, opset) !== undefined,
  );
  const ranges: [number, number][] = [];
  for (const opset of sets) {
    const range = ranges.at(-1);
    if (range?.[1] === opset - 1) range[1] = opset;
    else ranges.push([opset, opset]);
  }
  return ranges
    .map(([from, to]) => (to === newest ? `${from}+` : from === to ? `${from}` : `${from}-${to}`))
    .join(", ");
}

/** What operators became, put together from all cases that passed. */
function allLowerings(outcomes: readonly NamedOutcome[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const { outcome } of outcomes) {
    if (outcome.kind !== "passed") continue;
    for (const [operator, ops] of outcome.lowering) {
      const sofar = all.get(operator) ?? new Set();
      ops.forEach((op) => sofar.add(op));
      all.set(operator, sofar);
    }
  }
  return all;
}

function becomes(operator: string, ops: ReadonlySet<string> | undefined): string {
  if (!Object.hasOwn(standardOperators, operator)) return `refused: ${refusedOperators[operator] ?? ""}`;
  if (ops === undefined) return "no test shows it";
  return ops.size === 0
    ? "a constant, or another name of its input"
    : [...ops]
        .sort()
        .map((op) => `\`${op}\``)
        .join(" ");
}

/** The rows of the table of operators: name, operator sets, what it becomes. */
export function operatorRows(outcomes: readonly NamedOutcome[]): readonly (readonly [string, string, string])[] {
  const lowerings = allLowerings(outcomes);
  return Object.keys(operatorVersions).map((operator) => {
    const sets = supportedSets(operator);
    return [operator, sets === "" ? "-" : sets, becomes(operator, lowerings.get(operator))];
  });
}

function section(title: string, text: string, lines: readonly string[]): readonly string[] {
  return ["", `## ${title}`, "", text, ...(lines.length === 0 ? [] : ["", ...lines])];
}

/**
 * The whole page.
 *
 * @param outcomes  of the conformance cases, in the order in which they ran
 * @param more      of other cases, which only show what operators become
 */
export function supportPage(outcomes: readonly NamedOutcome[], more: readonly NamedOutcome[]): string {
  const lines: Record<CaseOutcome["kind"], string[]> = { passed: [], failed: [], excluded: [] };
  for (const { name, outcome } of outcomes) {
    lines[outcome.kind].push(outcome.kind === "passed" ? name : `- \`${name}\`: ${outcome.reason}`);
  }
  const rows = operatorRows([...outcomes, ...more]);
  const supported = rows.filter(([, sets]) => sets !== "-").length;
  const table = [
    "| operator | operator sets | becomes |",
    "| --- | --- | --- |",
    ...rows.map(([operator, sets, ops]) => `| ${operator} | ${sets} | ${ops} |`),
  ];
  const counts = `${lines.passed.length} of ${outcomes.length} cases pass, ${lines.failed.length} fail, ${lines.excluded.length} are not run.`;
  return [
    "# ONNX operators",
    "",
    "Written by `npm run onnx-support`; a test holds it up to date. Operator sets are those in which an operator is defined",
    `and imported, up to ${newest}. "Becomes" lists the ops that it turned into in any test; what is known before the program`,
    "runs is computed while importing and becomes none. An operator may be refused in a form that needs a value which is only",
    "known when the program runs (`onnx-value-unknown`): bind that input to a constant.",
    ...section("Operators", `${supported} of ${rows.length} operators of the standard domain are imported.`, table),
    ...section(
      "Conformance",
      `ONNX's own operator tests, run by \`npm run test:conformance\` on a folder of them: ${counts}`,
      [],
    ),
    ...section("Cases that fail", lines.failed.length === 0 ? "None." : "Each with the first error:", lines.failed),
    ...section(
      "Cases that are not run",
      "By name, because they test something else than tensors of numbers:",
      lines.excluded,
    ),
    "",
  ].join("\n");
}
