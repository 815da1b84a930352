/** Runs passes over a module, and around each: verification, timing, and whoever wants to look at the result. */
import { bug } from "../../support/bug.ts";
import { renderDiagnostic } from "../../support/diagnostics.ts";
import type { Operation } from "../../ir/core.ts";
import { verifyOperation } from "../../ir/verify.ts";
import type { PassContext, PassInstance } from "./pass.ts";

/** A pass has run and its result is known to be valid. */
export interface PassEvent {
  readonly index: number;
  readonly name: string;
  readonly module: Operation;
}

/** What the caller wants to know or do around passes. */
export interface PassHooks extends PassContext {
  /** Milliseconds since some start; passes are timed only when it is given. */
  readonly clock?: () => number;
  readonly afterPass?: (event: PassEvent) => void;
  /** Number of the first pass, where several pipelines run one after the other. 0 when not given. */
  readonly firstIndex?: number;
}

/** One run of a pass. */
export interface PassRecord {
  readonly name: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly milliseconds?: number;
}

/** Runs the passes in order; the module is changed in place. A pass that leaves invalid IR is a bug of the pass. */
export function runPasses(
  module: Operation,
  passes: readonly PassInstance[],
  hooks: PassHooks = {},
): readonly PassRecord[] {
  const { clock, afterPass, firstIndex = 0, ...context } = hooks;
  return passes.map((pass, position) => {
    const start = clock?.();
    const { counters } = pass.run(module, context);
    const end = clock?.();
    const [problem] = verifyOperation(module);
    if (problem !== undefined) bug(`pass ${pass.name} leaves invalid IR\n${renderDiagnostic(problem)}`);
    afterPass?.({ index: firstIndex + position, name: pass.name, module });
    const times = start === undefined || end === undefined ? {} : { milliseconds: end - start };
    return { name: pass.name, counters, ...times };
  });
}
