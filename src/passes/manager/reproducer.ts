/** Reproducers: IR and the pipeline to run on it in one file, in the form in which `mlir-opt` writes and reads them. */
import { quoted } from "../../ir/text/quoted.ts";

/** The text of a reproducer: IR with a resource section that holds the pipeline. */
export function reproducerText(ir: string, pipeline: string): string {
  return `${ir}
{-#
  external_resources: {
    mlir_reproducer: {
      pipeline: ${quoted(pipeline)},
      disable_threading: true,
      verify_each: true
    }
  }
#-}
`;
}
