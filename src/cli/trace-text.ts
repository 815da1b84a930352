/** The timeline file that `--trace` writes. */
import type { ScheduleFile } from "../index.ts";
import { traceOf } from "../index.ts";

/** The timeline of a schedule as the text of a JSON file; of one region in full. */
export function traceText({ model, program, design }: ScheduleFile, onlyRegion?: number): string {
  const trace = traceOf({
    program,
    design: design.content,
    modelName: model.name,
    ...(onlyRegion === undefined ? {} : { onlyRegion }),
  });
  return `${JSON.stringify(trace)}\n`;
}
