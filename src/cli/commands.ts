/** The list of commands; a command's code is loaded when it is called. */
import type { CommandDeclaration } from "./command.ts";

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandDeclaration>;
}

/** All commands, in the order of the help text. */
export const commands: readonly CommandEntry[] = [
  {
    name: "compile",
    summary: "compile an ONNX model for a design: latency, traffic, energy, schedule",
    load: async () => (await import("./commands/compile.ts")).declareCompile,
  },
  {
    name: "import",
    summary: "print the tensor IR of an ONNX model, or count what is in it",
    load: async () => (await import("./commands/import.ts")).declareImport,
  },
  {
    name: "inspect",
    summary: "show what is in an ONNX model, and what stands in the way of importing it",
    load: async () => (await import("./commands/inspect.ts")).declareInspect,
  },
  {
    name: "opt",
    summary: "run passes on IR: text in, text out",
    load: async () => (await import("./commands/opt.ts")).declareOpt,
  },
  {
    name: "run",
    summary: "run an ONNX model on numbers: the reference execution of its IR",
    load: async () => (await import("./commands/run.ts")).declareRun,
  },
  {
    name: "verify",
    summary: "check the import of an ONNX model, and what the passes make of it, against onnxruntime",
    load: async () => (await import("./commands/verify.ts")).declareVerify,
  },
  {
    name: "simulate",
    summary: "simulate a schedule cycle by cycle: time, stalls and traffic of every region",
    load: async () => (await import("./commands/simulate.ts")).declareSimulate,
  },
  {
    name: "materialize",
    summary: "generate the weights files that an ONNX model lacks",
    load: async () => (await import("./commands/materialize.ts")).declareMaterialize,
  },
  {
    name: "schedule",
    summary: "make schedule.mlir from schedule.json, or the other way round",
    load: async () => (await import("./commands/schedule.ts")).declareSchedule,
  },
  {
    name: "hw",
    summary: "print the datasheet of a design: peak, ridge point, area, TDP",
    load: async () => (await import("./commands/hw.ts")).declareHw,
  },
  {
    name: "map",
    summary: "find the best mapping of one problem on a freely described machine",
    load: async () => (await import("./commands/map.ts")).declareMap,
  },
  {
    name: "bench",
    summary: "compare compiled schedules, or run a suite of models × designs × options",
    load: async () => (await import("./commands/bench.ts")).declareBench,
  },
  {
    name: "search",
    summary: "search a space of designs for the best performance per TDP",
    load: async () => (await import("./commands/search.ts")).declareSearch,
  },
];
