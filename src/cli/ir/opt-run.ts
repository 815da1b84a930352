/** Runs the passes of `fastc opt` on one text after the other. */
import type { ParsedModule, PassInstance } from "../../index.ts";
import {
  parseModule,
  printModule,
  readPipeline,
  reproducerPipeline,
  runPasses,
  withoutReproducer,
} from "../../index.ts";
import { readText } from "../../node/files.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, fail } from "../../support/diagnostics.ts";
import type { CommandIo } from "../io.ts";
import type { IrForm } from "./ir-printer.ts";
import type { PassFlags } from "./pass-flags.ts";
import type { PassSession } from "./pass-session.ts";
import { passSession } from "./pass-session.ts";

/** Options of `fastc opt` that matter for one text. */
export interface OptFlags extends PassFlags {
  readonly passPipeline?: string;
  readonly mlirPrintOpGeneric?: true;
  readonly mlirPrintDebuginfo?: true;
  readonly allowUnregisteredDialect?: true;
  readonly runReproducer?: true;
}

/** What became of one text: IR, or errors. */
export interface OptResult {
  readonly output: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** See the file's comment. */
export class OptRun {
  private readonly flags: OptFlags;
  private readonly io: CommandIo;
  private readonly fileName: string;
  private readonly form: IrForm;
  private readonly passes: readonly PassInstance[];
  private readonly session: PassSession;
  private passesRun = 0;
  private parseMilliseconds = 0;
  private printMilliseconds = 0;

  constructor(flags: OptFlags, io: CommandIo, fileName: string) {
    this.flags = flags;
    this.io = io;
    this.fileName = fileName;
    this.form = { generic: flags.mlirPrintOpGeneric === true, locations: flags.mlirPrintDebuginfo === true };
    // A pipeline that is wrong is so for every text.
    this.passes = readPipeline({ text: flags.passPipeline ?? "", origin: "--pass-pipeline" }, readText);
    this.session = passSession(flags, io, { title: fileName, form: this.form });
  }

  /** Reads, runs and prints; bad input becomes diagnostics. */
  async on(text: string): Promise<OptResult> {
    try {
      return { output: await this.optimize(text), diagnostics: [] };
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return { output: undefined, diagnostics: error.diagnostics };
    }
  }

  /** Writes the reports of all runs. */
  finish(): void {
    this.session.finish({
      before: [{ name: "parse", milliseconds: this.parseMilliseconds }],
      after: [{ name: "print", milliseconds: this.printMilliseconds }],
    });
  }

  private async optimize(text: string): Promise<string> {
    const { fileName, io, form } = this;
    const allowUnregistered = this.flags.allowUnregisteredDialect === true;
    const start = io.now();
    const parsed = await parseModule(text, { fileName, allowUnregistered });
    this.parseMilliseconds += io.now() - start;
    const { module, resources } = parsed;
    const passes = this.flags.runReproducer === true ? this.storedPipeline(parsed) : this.passes;
    const hooks = { ...this.session.hooks, firstIndex: this.passesRun, allowUnregistered };
    this.passesRun += runPasses(module, passes, hooks).length;
    const printStart = io.now();
    const output = printModule(module, { ...form, resources: withoutReproducer(resources) });
    this.printMilliseconds += io.now() - printStart;
    return output;
  }

  private storedPipeline({ resources }: ParsedModule): readonly PassInstance[] {
    const text = reproducerPipeline(resources);
    if (text !== undefined) return readPipeline({ text, origin: `${this.fileName} (mlir_reproducer)` }, readText);
    return fail({
      code: "reproducer-invalid",
      message: "the file holds no pipeline to run",
      at: [this.fileName],
      notes: ["a reproducer ends in a section {-# external_resources: { mlir_reproducer: { pipeline: ... } } #-}"],
      help: ["write one with --crash-reproducer FILE, or name the passes with --pass-pipeline"],
    });
  }
}
