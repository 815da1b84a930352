/** `--report`: the HTML report of a compiled model. */
import type { CompileResult } from "../index.ts";
import { packageVersion } from "../node/package.ts";
import type { SimulatedRegion } from "../report/html/report-input.ts";

/**
 * The page. What draws it is loaded for it alone: every other start stays fast.
 *
 * @param options    compiler options and settings, as the user would write them
 * @param simulated  what the simulator says of each region, where it was asked
 */
export async function htmlReport(
  { schedule, ...result }: CompileResult,
  options: string,
  simulated?: readonly SimulatedRegion[],
): Promise<string> {
  const { reportPage } = await import("../report/html/report-page.ts");
  return reportPage({
    ...result,
    program: schedule.program,
    compile: schedule.options,
    options,
    fastcVersion: packageVersion(),
    ...(simulated === undefined ? {} : { simulated }),
  });
}
