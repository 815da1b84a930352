/** `--dump-dir`: the module as each pass leaves it, as files, and a page that shows what each pass changed. */
import { join } from "node:path";
import type { PassHooks } from "../../index.ts";
import { printModule } from "../../index.ts";
import { writeText } from "../../node/output-directory.ts";
import { PipelinePage } from "../../report/ir/pipeline-page.ts";
import { passLabel } from "./ir-printer.ts";

/** Writes `NN-pass.mlir` as passes run, and `index.html` at the end. */
export class DumpDirectory {
  private readonly directory: string;
  private readonly page: PipelinePage;

  /** `title`: what the passes run on. */
  constructor(directory: string, title: string) {
    this.directory = directory;
    this.page = new PipelinePage(title);
  }

  get hooks(): PassHooks {
    return {
      listener: this.page.listener,
      beforePass: ({ module }) => this.page.addInput(module),
      afterPass: ({ index, pass, module, record }) => {
        const label = passLabel(index, pass.name);
        writeText(join(this.directory, `${label}.mlir`), printModule(module));
        this.page.add({ label, text: pass.text(), counters: record.counters }, module);
      },
      // What ran until then can still be looked at.
      passFailed: () => this.finish(),
    };
  }

  /** Writes the page. */
  finish(): void {
    if (!this.page.isEmpty) writeText(join(this.directory, "index.html"), this.page.html());
  }
}
