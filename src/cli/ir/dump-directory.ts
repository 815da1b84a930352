/** `--dump-dir`: the module as each pass leaves it, as files. */
import { join } from "node:path";
import type { PassHooks } from "../../index.ts";
import { printModule } from "../../index.ts";
import { writeText } from "../../node/output-directory.ts";
import { passLabel } from "./ir-printer.ts";

/** Writes `NN-pass.mlir` as passes run. */
export class DumpDirectory {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  readonly hooks: PassHooks = {
    afterPass: ({ index, pass, module }) => {
      writeText(join(this.directory, `${passLabel(index, pass.name)}.mlir`), printModule(module));
    },
  };

  /** Writes the page over all passes. */
  finish(): void {
    // The page comes with the next step.
  }
}
