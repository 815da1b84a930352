/** Options that say what the compiler may do. */
import type { Command } from "commander";
import { Option } from "commander";
import type { CompileOptions, CompilerName, DepthwiseMode, FusionMode, PlacementMode } from "../index.ts";
import { compilerNames, compilerPresets, depthwiseModes, fusionModes, placementModes } from "../index.ts";

/** Values of the options of `addCompileOptions`. */
export interface CompileFlags {
  readonly compiler: CompilerName;
  readonly fusion?: FusionMode;
  readonly placement?: PlacementMode;
  readonly depthwise?: DepthwiseMode;
}

/** Adds `--compiler` and the options that it sets together. */
export function addCompileOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--compiler <name>",
        "xla: what TPU-v3's own compiler does (--fusion xla --placement none --depthwise array); fastc: the best of each",
      )
        .choices(compilerNames)
        .default("fastc"),
    )
    .addOption(new Option("--fusion <mode>", "which operations run as one region").choices(fusionModes))
    .addOption(new Option("--placement <mode>", "which tensors stay in global memory").choices(placementModes))
    .addOption(new Option("--depthwise <mode>", "which engine runs depthwise convolutions").choices(depthwiseModes));
}

/** The compiler options that the flags ask for: a named compiler, with single options replaced. */
export function compileOptionsOf({ compiler, fusion, placement, depthwise }: CompileFlags): CompileOptions {
  const preset = compilerPresets[compiler];
  return {
    fusion: fusion ?? preset.fusion,
    placement: placement ?? preset.placement,
    depthwise: depthwise ?? preset.depthwise,
  };
}

/** Name of the compiler with these options; where there is none, that of the full one and what differs from it. */
export function compilerName(compile: CompileOptions): string {
  const changesFrom = (preset: CompileOptions): readonly string[] =>
    (["fusion", "placement", "depthwise"] as const)
      .filter((option) => compile[option] !== preset[option])
      .map((option) => `${option}=${compile[option]}`);
  const named = compilerNames.find((name) => changesFrom(compilerPresets[name]).length === 0);
  return named ?? ["fastc", ...changesFrom(compilerPresets.fastc)].join(" ");
}

/** The options behind the figures, as the user would write them. */
export function optionsText(flags: CompileFlags & { readonly set: readonly string[] }): string {
  const { compiler, fusion, placement, depthwise, set } = flags;
  const changes = Object.entries({ fusion, placement, depthwise }).filter(([, mode]) => mode !== undefined);
  const modes = changes.map(([name, mode]) => `--${name} ${mode}`);
  return [`--compiler ${compiler}`, ...modes, ...set.map((setting) => `--set ${setting}`)].join(" ");
}
