/** Checks a partition against the module it was made for, and finds what each region reads and writes. */
import { compileTimeValues } from "../../ir/compile-time.ts";
import type { Operation, Value } from "../../ir/core.ts";
import type { Decisions, OperationId, RegionChoice } from "../../ir/decisions.ts";
import type { FrozenModule } from "../../ir/frozen.ts";
import { describeLocation } from "../../ir/location.ts";
import { kindOf } from "../../ir/ops/registry.ts";
import { bug } from "../../support/bug.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../../support/diagnostics.ts";

/** One region before it is formed. */
export interface PlannedRegion {
  readonly choice: RegionChoice;
  /** Its operations, in program order. */
  readonly operations: readonly Operation[];
  /** Values from outside that it reads, in the order in which they are first read. */
  readonly operands: readonly Value[];
  /** Its values that somebody outside reads from it, in program order. */
  readonly results: readonly Value[];
}

/**
 * The regions in schedule order. An operation may stand in several regions (it is computed again); other regions then read
 * it from the first.
 *
 * @throws DiagnosticError `decisions-mismatch`: made for another module; `decisions-invalid`: they contradict the program
 */
export function planRegions(frozen: FrozenModule, decisions: Decisions): readonly PlannedRegion[] {
  if (frozen.sha256 !== decisions.moduleSha256)
    throw new DiagnosticError([hashMismatch(frozen.sha256, decisions.moduleSha256)]);
  const { regions } = decisions.partition;
  stopAt(regions.flatMap((region) => unknownOperations(frozen, region)));
  stopAt([
    ...regions.flatMap((region, index) => shapeProblems(frozen, region, index)),
    ...forgottenOperations(frozen, regions),
  ]);
  const memberships = membershipsOf(frozen, regions);
  const planned = regions.map((choice) => planRegion(frozen, choice, memberships));
  stopAt(planned.flatMap((region) => orderProblems(frozen, region, memberships)));
  return planned;
}

function stopAt(problems: readonly Diagnostic[]): void {
  if (problems.length > 0) throw new DiagnosticError(problems);
}

/** The diagnostic for decisions that were made for another module. */
export function hashMismatch(have: string, want: string): Diagnostic {
  return errorDiagnostic({
    code: "decisions-mismatch",
    message: `the decisions were made for another module (SHA-256 ${want}, this one has ${have})`,
    help: ["compile the model again with the same options as when the decisions were made"],
  });
}

function unknownOperations(frozen: FrozenModule, { id, anchor, operations }: RegionChoice): readonly Diagnostic[] {
  const count = frozen.operations.length;
  return [...new Set([anchor, ...operations])]
    .filter((operation) => frozen.operations[operation] === undefined)
    .map((operation) =>
      errorDiagnostic({
        code: "decisions-mismatch",
        message: `region ${id} has operation ${operation} but the module has only operations 0 to ${count - 1}`,
      }),
    );
}

function invalid(message: string, op?: Operation): Diagnostic {
  return errorDiagnostic({
    code: "decisions-invalid",
    message,
    ...(op === undefined ? {} : { at: describeLocation(op.location) }),
  });
}

/** What is wrong with one region by itself. */
function shapeProblems(frozen: FrozenModule, region: RegionChoice, index: number): readonly Diagnostic[] {
  const { id, anchor, operations } = region;
  const compileTime = compileTimeOf(frozen);
  const problems: Diagnostic[] = [];
  if (id !== index) problems.push(invalid(`region ${id} stands at position ${index} of the schedule`));
  if (!operations.includes(anchor))
    problems.push(invalid(`region ${id} does not have its anchor ${anchor} among its operations`));
  operations.forEach((operation, at) => {
    const op = operationAt(frozen, operation);
    const before = operations[at - 1] ?? -1;
    if (before >= operation) problems.push(invalid(`region ${id} has operation ${operation} after ${before}`, op));
    const isComputation = kindOf(op)?.traits.has("pure") === true && op.regions.length === 0;
    if (!isComputation)
      problems.push(invalid(`region ${id} has operation ${operation}, a ${op.name}, which computes nothing`, op));
    else if (op.results.every((result) => compileTime.has(result))) {
      problems.push(
        invalid(`region ${id} has operation ${operation}, a ${op.name}, which is computed at compile time`, op),
      );
    }
  });
  return problems;
}

/** Computations that stand in no region. Views may: they cost nothing. */
function forgottenOperations(frozen: FrozenModule, regions: readonly RegionChoice[]): readonly Diagnostic[] {
  const compileTime = compileTimeOf(frozen);
  const covered = new Set(regions.flatMap((region) => region.operations));
  return frozen.operations.flatMap((op, id) => {
    const traits = kindOf(op)?.traits;
    const isFree =
      traits?.has("pure") !== true || traits.has("view") || op.results.every((result) => compileTime.has(result));
    return isFree || covered.has(id) ? [] : [invalid(`operation ${id}, a ${op.name}, runs in no region`, op)];
  });
}

/** For each operation the regions it stands in, in schedule order. */
type Memberships = ReadonlyMap<Operation, readonly RegionChoice[]>;

function membershipsOf(frozen: FrozenModule, regions: readonly RegionChoice[]): Memberships {
  const memberships = new Map<Operation, RegionChoice[]>();
  for (const region of regions) {
    for (const operation of region.operations) {
      const op = operationAt(frozen, operation);
      const known = memberships.get(op);
      if (known === undefined) memberships.set(op, [region]);
      else known.push(region);
    }
  }
  return memberships;
}

function planRegion(frozen: FrozenModule, choice: RegionChoice, memberships: Memberships): PlannedRegion {
  const operations = choice.operations.map((id) => operationAt(frozen, id));
  const inside = new Set(operations);
  const read = operations.flatMap((op) =>
    op.operands.filter((operand) => operand.definingOp === undefined || !inside.has(operand.definingOp)),
  );
  const own = operations.filter((op) => memberships.get(op)?.[0] === choice);
  const results = own.flatMap((op) => op.results.filter((result) => isReadOutside(result, op, memberships)));
  return { choice, operations, operands: [...new Set(read)], results };
}

/** True when a reader stands in no region, or in one that does not compute the value itself. */
function isReadOutside(value: Value, op: Operation, memberships: Memberships): boolean {
  const makers = memberships.get(op) ?? [];
  return value.users.some((user) => memberships.get(user)?.every((region) => makers.includes(region)) !== true);
}

/** Reads of what is computed later, and regions that nobody reads. */
function orderProblems(frozen: FrozenModule, region: PlannedRegion, memberships: Memberships): readonly Diagnostic[] {
  const { choice, operands, results } = region;
  const problems = operands.flatMap((operand) =>
    sources(operand, memberships).flatMap(({ op, home }) => {
      if (home < choice.id) return [];
      if (home > choice.id)
        return [invalid(`region ${choice.id} reads a ${op.name} that runs in region ${home}, not before it`, op)];
      const outside = operand.definingOp === undefined ? "an argument" : `operation ${frozen.idOf(operand.definingOp)}`;
      return [
        invalid(`region ${choice.id} reads its own ${op.name} through ${outside}, which stands in no region`, op),
      ];
    }),
  );
  return results.length > 0 ? problems : [...problems, invalid(`region ${choice.id} has no result that is read`)];
}

/** The operations in regions that a value comes from, looking through operations outside of regions. */
function sources(value: Value, memberships: Memberships): readonly { readonly op: Operation; readonly home: number }[] {
  const op = value.definingOp;
  if (op === undefined) return [];
  const [home] = memberships.get(op) ?? [];
  if (home !== undefined) return [{ op, home: home.id }];
  return op.operands.flatMap((operand) => sources(operand, memberships));
}

function operationAt(frozen: FrozenModule, id: OperationId): Operation {
  const op = frozen.operations[id];
  return op ?? bug(`operation ${id} was not checked`);
}

const compileTimeMemo = new WeakMap<FrozenModule, ReadonlySet<Value>>();

function compileTimeOf(frozen: FrozenModule): ReadonlySet<Value> {
  const known = compileTimeMemo.get(frozen);
  if (known !== undefined) return known;
  const found = compileTimeValues(frozen.module);
  compileTimeMemo.set(frozen, found);
  return found;
}
