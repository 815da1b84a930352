/** A plugin of vitest that loads a module with a mistake in it: `import("…/cse.ts?fault=<name>")`. */
import { faults } from "../passes/faults.ts";

/** The part of Vite's plugin interface that is used. */
interface TransformPlugin {
  readonly name: string;
  readonly enforce: "pre";
  readonly transform: (code: string, id: string) => string | undefined;
}

/** Puts a fault into the source of the module that is asked for with its name. */
export function faultPlugin(): TransformPlugin {
  return {
    name: "seeded-faults",
    enforce: "pre",
    transform(code, id) {
      const name = /\?fault=([^&]+)/.exec(id)?.[1];
      if (name === undefined) return undefined;
      const fault = faults.find((candidate) => candidate.name === decodeURIComponent(name));
      if (fault === undefined) throw new Error(`there is no fault '${name}'`);
      const parts = code.split(fault.from);
      if (parts.length !== 2)
        throw new Error(`fault '${fault.name}': its text stands ${parts.length - 1} times in ${fault.file}`);
      return parts.join(fault.to);
    },
  };
}
