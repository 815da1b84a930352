/** Prints IR on stderr around passes: whole, or what changed. */
import type { Operation, PassEvent, PassHooks } from "../../index.ts";
import { functionName, printModule } from "../../index.ts";
import { unifiedDiff } from "../../report/ir/line-diff.ts";
import { StableNames } from "../../report/ir/stable-names.ts";
import type { CommandIo } from "../io.ts";
import type { PassFlags } from "./pass-flags.ts";
import { isNamed } from "./pass-flags.ts";

/** How IR is printed: `PrintOptions` without names. */
export interface IrForm {
  readonly generic?: boolean;
  readonly locations?: boolean;
}

/** `03-cse`: a pass by its place in the pipeline, as its dump is called. */
export function passLabel(index: number, name: string): string {
  return `${String(index).padStart(2, "0")}-${name}`;
}

/** The hooks for all `--print-ir-…` options. */
export function irPrinter(flags: PassFlags, io: CommandIo, form: IrForm): PassHooks {
  const isBefore = (name: string): boolean => flags.printIrBeforeAll === true || isNamed(flags.printIrBefore, name);
  // Narrowing options that stand alone narrow "after every pass".
  const isNarrowed = flags.printIrAfterChange === true || flags.printIrDiff === true;
  const isAfterAll = flags.printIrAfterAll === true || (isNarrowed && flags.printIrAfter.length === 0);
  const isAfter = (name: string): boolean => isAfterAll || isNamed(flags.printIrAfter, name);
  const differ = flags.printIrDiff === true ? new Differ(form) : undefined;
  const print = (when: string, event: PassEvent): void => {
    for (const op of scopesOf(event, flags)) io.stderr(`${header(when, event, op)}${printModule(op, form)}`);
  };
  return {
    ...(differ === undefined ? {} : { listener: differ.listener }),
    beforePass(event) {
      differ?.note(event.module);
      if (isBefore(event.pass.name)) print("before", event);
    },
    afterPass(event) {
      if (!isAfter(event.pass.name) || (isNarrowed && !event.hasChanged)) return;
      if (differ === undefined) print("after", event);
      else io.stderr(`${header("diff of", event, event.module)}${differ.diff(event.module)}`);
    },
    passFailed(event) {
      if (flags.printIrAfterFailure === true) print("after failure of", event);
    },
  };
}

/** What is printed: the functions that the pass runs on, or the module. */
function scopesOf({ module, targets }: PassEvent, flags: PassFlags): readonly Operation[] {
  return flags.printIrModuleScope === true ? [module] : targets;
}

function header(when: string, { index, pass, module }: PassEvent, op: Operation): string {
  const scope = op === module ? "" : ` (${op.name} @${functionName(op)})`;
  return `// -----// IR ${when} ${passLabel(index, pass.name)}${scope} //----- //\n`;
}

/** Prints what changed since it noted a module. */
class Differ {
  private readonly names = new StableNames();
  readonly listener = this.names.listener;
  private readonly form: IrForm;
  private before: readonly string[] = [];

  constructor(form: IrForm) {
    this.form = form;
  }

  note(module: Operation): void {
    this.before = this.lines(module);
  }

  diff(module: Operation): string {
    return unifiedDiff(this.before, this.lines(module));
  }

  private lines(module: Operation): readonly string[] {
    return printModule(module, { ...this.form, nameOf: this.names.namerFor(module) })
      .trimEnd()
      .split("\n");
  }
}
