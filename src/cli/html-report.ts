/** `--report`: the HTML report of a schedule. */
import type { CompileResult, ScheduleFile } from "../index.ts";
import { packageVersion } from "../node/package.ts";
import type { ReportInput } from "../report/html/report-input.ts";

/** What a schedule does not say by itself. */
interface Beside extends Pick<ReportInput, "simulated"> {
  /** Compiler options and settings, as the user would write them. */
  readonly options: string;
  /** Where the model is at hand. */
  readonly workload?: CompileResult["workload"];
}

/** The page. What draws it is loaded for it alone: every other start stays fast. */
export async function htmlReport(schedule: ScheduleFile, beside: Beside): Promise<string> {
  const { reportPage } = await import("../report/html/report-page.ts");
  return reportPage({
    ...beside,
    evaluation: schedule.evaluation,
    design: schedule.design.content,
    program: schedule.program,
    compile: schedule.options,
    fastcVersion: packageVersion(),
  });
}
