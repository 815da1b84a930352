/** `fastc map`: the best mapping of one problem on a freely described machine, or what a given mapping costs. */
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { NestMapRequest } from "../../report/nest-map-report.ts";
import { nestMapReport, nestMapText } from "../../report/nest-map-report.ts";
import { readText } from "../../node/files.ts";
import type { CommandContext } from "../command.ts";

interface MapFlags {
  readonly problem: string;
  readonly arch: string;
  readonly mapping?: string;
  readonly objective: NestMapRequest["objective"];
  readonly mapSpace: NestMapRequest["factors"];
  readonly tiles: NestMapRequest["tiles"];
  readonly nodes: number;
  readonly verify: boolean;
  readonly format: "text" | "json";
}

/** Declares `fastc map`. */
export function declareMap(command: Command, { io, exitWith }: CommandContext): void {
  command
    .requiredOption("--problem <file>", "the loops: problem.json")
    .requiredOption("--arch <file>", "the machine: architecture.json")
    .option("--mapping <file>", "evaluate this mapping.json instead of searching")
    .addOption(
      new Option("--objective <name>", "what is minimised").choices(["energy", "latency", "edp"]).default("edp"),
    )
    .addOption(
      new Option("--map-space <name>", "which tiles are searched").choices(["perfect", "ragged"]).default("ragged"),
    )
    .addOption(
      new Option("--tiles <name>", "one buffer tile, or one for each operand")
        .choices(["per-level", "per-tensor"])
        .default("per-tensor"),
    )
    .option("--nodes <count>", "choices of tiles to cost at most", positiveInteger, 3_000_000)
    .option("--verify", "count again with a simulator that holds every tile; exit status 1 if it differs", false)
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action((flags: MapFlags) => {
      const file = (fileName: string): { fileName: string; text: string } => ({ fileName, text: readText(fileName) });
      const report = nestMapReport({
        problem: file(flags.problem),
        architecture: file(flags.arch),
        ...(flags.mapping === undefined ? {} : { mapping: file(flags.mapping) }),
        objective: flags.objective,
        factors: flags.mapSpace,
        tiles: flags.tiles,
        nodes: flags.nodes,
        verify: flags.verify,
      });
      io.stdout(flags.format === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : nestMapText(report));
      if (report.simulation === "differs") exitWith(1);
    });
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("expected a whole number of at least 1.");
  return value;
}
