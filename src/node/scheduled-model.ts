/** A model with the program that runs it on a design: compiled now, or read from a schedule that was written for both. */
import type {
  CompileOptions,
  FrozenModule,
  HardwareDesign,
  ImportedModel,
  ImportOptions,
  PassHooks,
  Program,
  ScheduleFile,
  Value,
} from "../index.ts";
import { compileModel, freeze, hasTrait, simplifyModel } from "../index.ts";
import type { ByteSource } from "../support/byte-source.ts";
import { fail } from "../support/diagnostics.ts";

/** See the file's comment. */
export interface ScheduledModel {
  readonly model: ImportedModel;
  readonly frozen: FrozenModule;
  readonly design: HardwareDesign;
  readonly program: Program;
  /** What became of a value of the imported module: what a view looks at, not the view. */
  readonly finalOf: (value: Value) => Value;
}

/** Compiles a model that was imported with these options. */
export function compiledModel(
  content: Uint8Array | ByteSource,
  design: HardwareDesign,
  options: { readonly importing: ImportOptions; readonly compile: CompileOptions },
): ScheduledModel {
  const { hooks, finalOf } = tracing();
  const { model, frozen, schedule } = compileModel(content, design, {
    ...options.importing,
    compile: options.compile,
    hooks,
  });
  return { model, frozen, design, program: schedule.program, finalOf };
}

/**
 * A schedule for an imported model, which is simplified by this.
 * @throws DiagnosticError `schedule-mismatch`
 */
export function modelWithSchedule(model: ImportedModel, schedule: ScheduleFile, fileName: string): ScheduledModel {
  const help = ["compile the model again, or give the model, batch and dimensions that the schedule was made for"];
  if (schedule.model.sha256 !== model.sha256) {
    fail({
      code: "schedule-mismatch",
      message: `the schedule is for another model: ${schedule.model.name}, not ${model.name} as it is now`,
      at: [`${fileName} /model/sha256`],
      help,
    });
  }
  const { hooks, finalOf } = tracing();
  simplifyModel(model.module, hooks);
  const frozen = freeze(model.module);
  if (schedule.decisions.moduleSha256 !== frozen.sha256) {
    fail({
      code: "schedule-mismatch",
      message: `the schedule is for ${schedule.model.name} at other shapes, or was made by another version`,
      at: [`${fileName} /decisions/moduleSha256`],
      notes: [`its batch is ${schedule.model.batch}, that of this run ${model.batch}`],
      help,
    });
  }
  return { model, frozen, design: schedule.design.content, program: schedule.program, finalOf };
}

/** Follows values through the changes of passes. */
function tracing(): { readonly hooks: PassHooks; readonly finalOf: (value: Value) => Value } {
  const replacement = new Map<Value, Value>();
  const finalOf = (value: Value): Value => {
    let last = value;
    for (let next = replacement.get(last); next !== undefined; next = replacement.get(last)) last = next;
    const maker = last.definingOp;
    const [source] = maker !== undefined && hasTrait(maker, "view") ? maker.operands : [];
    return source === undefined ? last : finalOf(source);
  };
  return { hooks: { listener: { replaced: (value, by) => replacement.set(value, by) } }, finalOf };
}
