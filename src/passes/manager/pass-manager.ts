/** Runs passes over a module, and around each: verification, timing, and whoever wants to look at the IR. */
import { bug } from "../../support/bug.ts";
import { renderDiagnostic } from "../../support/diagnostics.ts";
import type { Operation } from "../../ir/core.ts";
import { functionsOf } from "../../ir/ops/builtin.ts";
import type { RewriteObserver } from "../../ir/rewrite/pattern.ts";
import type { RewriteListener } from "../../ir/rewrite/rewriter.ts";
import { Rewriter } from "../../ir/rewrite/rewriter.ts";
import type { VerifyOptions } from "../../ir/verify.ts";
import { verifyOperation } from "../../ir/verify.ts";
import type { PassContext, PassInstance } from "./pass.ts";

/** A pass at its place in the pipeline. */
export interface PassEvent {
  readonly index: number;
  readonly pass: PassInstance;
  readonly module: Operation;
  /** What the pass runs on: the module, or each of its functions. */
  readonly targets: readonly Operation[];
}

/** A pass that has run; unless verification is off, its result is known to be valid. */
export interface PassDone extends PassEvent {
  readonly hasChanged: boolean;
  readonly record: PassRecord;
}

/** What the caller wants to know or do around passes. */
export interface PassHooks {
  /** Milliseconds since some start; passes are timed only when it is given. */
  readonly clock?: () => number;
  /** Told of every pattern that looked at an operation. */
  readonly observer?: RewriteObserver;
  /** Told of every change that passes make. */
  readonly listener?: RewriteListener;
  readonly beforePass?: (event: PassEvent) => void;
  readonly afterPass?: (event: PassDone) => void;
  /** Called when a pass throws or leaves invalid IR, before the error goes on. */
  readonly passFailed?: (event: PassEvent) => void;
  /** Number of the first pass, where several pipelines run one after the other. 0 when not given. */
  readonly firstIndex?: number;
  /** Whether the module is verified after each pass. True when not given. */
  readonly isVerifying?: boolean;
  /** Lets ops be that fastc does not know; passes leave them alone. False when not given. */
  readonly allowUnregistered?: boolean;
}

/** Callbacks of several as one, called in the order of the list. */
export function joinHooks(all: readonly PassHooks[]): PassHooks {
  const observers = all.flatMap(({ observer }) => observer ?? []);
  const listeners = all.flatMap(({ listener }) => listener ?? []);
  return {
    // Without an observer, patterns need not spell out what they refuse.
    ...(observers.length === 0 ? {} : { observer: joinObservers(observers) }),
    ...(listeners.length === 0 ? {} : { listener: joinListeners(listeners) }),
    beforePass: (event) => all.forEach(({ beforePass }) => beforePass?.(event)),
    afterPass: (event) => all.forEach(({ afterPass }) => afterPass?.(event)),
    passFailed: (event) => all.forEach(({ passFailed }) => passFailed?.(event)),
  };
}

function joinObservers(all: readonly RewriteObserver[]): RewriteObserver {
  return {
    refused: (refusal) => all.forEach(({ refused }) => refused?.(refusal)),
    applied: (application) => all.forEach(({ applied }) => applied?.(application)),
  };
}

function joinListeners(all: readonly RewriteListener[]): RewriteListener {
  return {
    inserted: (op) => all.forEach(({ inserted }) => inserted?.(op)),
    changed: (op) => all.forEach(({ changed }) => changed?.(op)),
    replaced: (value, by) => all.forEach(({ replaced }) => replaced?.(value, by)),
    erased: (op) => all.forEach(({ erased }) => erased?.(op)),
  };
}

/** One run of a pass. */
export interface PassRecord {
  readonly name: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly milliseconds?: number;
  /** Of the verification behind it. */
  readonly verifyMilliseconds?: number;
}

/** Runs the passes in order; the module is changed in place. A pass that leaves invalid IR is a bug of the pass. */
export function runPasses(
  module: Operation,
  passes: readonly PassInstance[],
  hooks: PassHooks = {},
): readonly PassRecord[] {
  const { firstIndex = 0 } = hooks;
  return passes.map((pass, position) => {
    const targets = pass.runsOn === "builtin.module" ? [module] : functionsOf(module);
    const event: PassEvent = { index: firstIndex + position, pass, module, targets };
    hooks.beforePass?.(event);
    try {
      const done = runPass(event, hooks);
      hooks.afterPass?.(done);
      return done.record;
    } catch (error) {
      hooks.passFailed?.(event);
      throw error;
    }
  });
}

function runPass(event: PassEvent, hooks: PassHooks): PassDone {
  const { clock, observer, listener, isVerifying = true, allowUnregistered = false } = hooks;
  const { pass, module, targets } = event;
  const rewriter = new Rewriter(listener);
  const context: PassContext = { rewriter, ...(observer === undefined ? {} : { observer }) };
  const counters: Record<string, number> = {};
  const start = clock?.();
  for (const target of targets) {
    const { counters: found } = target === module ? pass.run(target, context) : runAlone(pass, target, context);
    for (const [name, count] of Object.entries(found)) counters[name] = (counters[name] ?? 0) + count;
  }
  const end = clock?.();
  if (isVerifying) verify(event, { allowUnregistered });
  const verified = clock?.();
  const times =
    start === undefined || end === undefined || verified === undefined
      ? {}
      : { milliseconds: end - start, ...(isVerifying ? { verifyMilliseconds: verified - end } : {}) };
  return { ...event, hasChanged: rewriter.changes > 0, record: { name: pass.name, counters, ...times } };
}

/** Takes a function out of its module while a pass runs on it: the pass finds no way to the module or another function. */
function runAlone(pass: PassInstance, fn: Operation, context: PassContext): ReturnType<PassInstance["run"]> {
  const { parent, next } = fn;
  fn.detach();
  try {
    return pass.run(fn, context);
  } finally {
    if (fn.parent !== undefined) bug(`pass ${pass.name} put the function that it runs on into a block`);
    parent?.insertBefore(fn, next);
  }
}

function verify({ pass, module }: PassEvent, options: VerifyOptions): void {
  const [problem] = verifyOperation(module, options);
  if (problem !== undefined) bug(`pass ${pass.name} leaves invalid IR\n${renderDiagnostic(problem)}`);
}
