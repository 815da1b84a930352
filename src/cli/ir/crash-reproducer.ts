/** Writes what it takes to run a failing pass again: the IR before it and the pass, in one file. */
import type { PassHooks } from "../../index.ts";
import { pipelineText, reproducerText } from "../../index.ts";
import { writeText } from "../../node/output-directory.ts";
import type { CommandIo } from "../io.ts";

/** The hooks for `--crash-reproducer FILE`. */
export function crashReproducer(path: string, io: CommandIo): PassHooks {
  let before = "";
  return {
    beforePass: ({ module, pass }) => (before = reproducerText(module, pipelineText([pass]))),
    passFailed({ pass }) {
      writeText(path, before);
      io.stderr(
        `wrote the IR before ${pass.name} to ${path}: fastc opt --run-reproducer ${path} runs the pass again\n`,
      );
    },
  };
}
