/** Reproducers: IR and the pipeline to run on it in one file, in the form in which `mlir-opt` writes and reads them. */
import type { Operation } from "../../ir/core.ts";
import type { ResourceSections } from "../../ir/text/grammar/syntax.ts";
import { printModule } from "../../ir/text/print.ts";
import { quoted, unquoted } from "../../ir/text/quoted.ts";

const [section, group] = ["external_resources", "mlir_reproducer"];

/** The text of a reproducer: a module with a resource section that holds the pipeline. */
export function reproducerText(module: Operation, pipeline: string): string {
  const entries = new Map([
    ["pipeline", quoted(pipeline)],
    ["disable_threading", "true"],
    ["verify_each", "true"],
  ]);
  return printModule(module, { locations: true, resources: new Map([[section, new Map([[group, entries]])]]) });
}

/** The pipeline of a reproducer; undefined when the sections of a text hold none. */
export function reproducerPipeline(resources: ResourceSections): string | undefined {
  const pipeline = resources.get(section)?.get(group)?.get("pipeline");
  return pipeline === undefined ? undefined : unquoted(pipeline);
}

/** The sections without a reproducer's pipeline. */
export function withoutReproducer(resources: ResourceSections): ResourceSections {
  const left = new Map([...resources].map(([name, groups]) => [name, new Map(groups)]));
  left.get(section)?.delete(group);
  if (left.get(section)?.size === 0) left.delete(section);
  return left;
}
