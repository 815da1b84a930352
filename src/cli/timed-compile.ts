/** Compiling with a stopwatch. */
import type { CompileModelOptions, CompileResult, HardwareDesign } from "../index.ts";
import { compileModel } from "../index.ts";
import type { CompileTime } from "../report/bench/bench-run.ts";
import { compileTimeOf } from "../report/bench/bench-run.ts";
import type { ByteSource } from "../support/byte-source.ts";
import { present } from "../support/bug.ts";

/** A result and how long it took. */
export interface TimedResult {
  readonly result: CompileResult;
  readonly compileSeconds: CompileTime;
}

/** Compiles a model `repeat` times. `now`: milliseconds. */
export function timedCompile(
  job: { readonly content: ByteSource; readonly design: HardwareDesign; readonly options: CompileModelOptions },
  { repeat, now }: { readonly repeat: number; readonly now: () => number },
): TimedResult {
  const seconds: number[] = [];
  let result: CompileResult | undefined;
  for (let run = 0; run < repeat; run += 1) {
    const start = now();
    result = compileModel(job.content, job.design, job.options);
    seconds.push((now() - start) / 1000);
  }
  return { result: present(result, "a compiled model"), compileSeconds: compileTimeOf(seconds) };
}
