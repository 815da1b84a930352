/** `fastc map`: the best mapping of one problem on one machine, what a given mapping costs, or whether a saved result is right. */
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { readText } from "../../node/files.ts";
import { writeText } from "../../node/output-directory.ts";
import type { ArchitectureQuestion } from "../../report/map/map-problem.ts";
import { mapOnArchitecture, mapOnDesign } from "../../report/map/map-problem.ts";
import type { MapResult } from "../../report/map/map-result.ts";
import { mapText } from "../../report/map/map-text.ts";
import { mapCheckText, verifyMap } from "../../report/map/verify-map.ts";
import { fail } from "../../support/diagnostics.ts";
import type { CommandContext } from "../command.ts";
import { readDesign } from "../design-files.ts";

interface MapFlags {
  readonly problem?: string;
  readonly arch?: string;
  readonly hw?: string;
  readonly mapping?: string;
  readonly objective: ArchitectureQuestion["objective"];
  readonly mapSpace?: ArchitectureQuestion["factors"];
  readonly tiles?: ArchitectureQuestion["tiles"];
  readonly nodes?: number;
  readonly verify?: string;
  readonly output?: string;
  readonly format: "text" | "json";
}

/** Choices of tiles that are costed at most, when nothing else is said: two or three minutes. */
const defaultNodes = { architecture: 50_000_000, design: 100_000 };

/** Declares `fastc map`. */
export function declareMap(command: Command, { io, exitWith }: CommandContext): void {
  command
    .option("--problem <file>", "the loops: problem.json")
    .option("--arch <file>", "the machine: architecture.json")
    .option("--hw <design>", "the machine: one core of a design.json, or of a design that comes with fastc")
    .option("--mapping <file>", "evaluate this mapping.json instead of searching")
    .addOption(
      new Option("--objective <name>", "what is minimised").choices(["energy", "latency", "edp"]).default("edp"),
    )
    .addOption(
      new Option("--map-space <name>", "with --arch, which tiles are searched; ragged when not given").choices([
        "perfect",
        "ragged",
      ]),
    )
    .addOption(
      new Option(
        "--tiles <name>",
        "with --arch, one tile in each memory, or one for each operand (when not given)",
      ).choices(["per-level", "per-tensor"]),
    )
    .option("--nodes <count>", "choices of tiles to cost at most", positiveInteger)
    .option("--verify <file>", "check a result that -o wrote; exit status 1 if it is wrong")
    .option("-o, --output <file>", "write the result as JSON into this file")
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action((flags: MapFlags) => {
      if (flags.verify !== undefined) {
        const check = verifyMap(textFile(refuseOthers(flags, flags.verify)));
        io.stdout(flags.format === "json" ? json(check) : mapCheckText(check));
        if (check.differences.length > 0) exitWith(1);
        return;
      }
      const result = answer(flags);
      if (flags.output !== undefined) writeText(flags.output, json(result));
      io.stdout(flags.format === "json" ? json(result) : mapText(result));
    });
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
const textFile = (fileName: string): { fileName: string; text: string } => ({ fileName, text: readText(fileName) });

function answer({ problem, arch, hw, mapping, objective, mapSpace, tiles, nodes }: MapFlags): MapResult {
  if (problem === undefined) return usage("--problem is missing", "fastc map --problem p.json --arch a.json");
  const given = mapping === undefined ? {} : { mapping: textFile(mapping) };
  const asked = { problem: textFile(problem), ...given, objective };
  if (hw !== undefined) {
    if (arch !== undefined) return usage("--arch and --hw are two machines", "give one of them");
    if (mapSpace !== undefined || tiles !== undefined)
      return usage("--map-space and --tiles are for --arch", "the space of a design is fixed: leave them out");
    return mapOnDesign({ ...asked, design: readDesign(hw), nodes: nodes ?? defaultNodes.design });
  }
  if (arch === undefined) return usage("the machine is missing", "give --arch or --hw");
  return mapOnArchitecture({
    ...asked,
    architecture: textFile(arch),
    factors: mapSpace ?? "ragged",
    tiles: tiles ?? "per-tensor",
    nodes: nodes ?? defaultNodes.architecture,
  });
}

/** A saved result holds all that was asked. */
function refuseOthers(flags: MapFlags, file: string): string {
  const others = (["problem", "arch", "hw", "mapping", "output"] as const).filter((name) => flags[name] !== undefined);
  if (others.length === 0) return file;
  return usage(`--verify goes without --${others.join(", --")}`, "a saved result holds problem, machine and mapping");
}

function usage(message: string, help: string): never {
  return fail({ code: "usage", message, help: [help] });
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("expected a whole number of at least 1.");
  return value;
}
