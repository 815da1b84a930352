/** What every command gets, and how it hands back its exit status. */
import type { Command } from "commander";
import type { CommandIo } from "./io.ts";

/** Surroundings of one run of the program. */
export interface CommandContext {
  readonly io: CommandIo;
  /** Sets the exit status of a command that ran to its end; 0 unless called. */
  readonly exitWith: (status: number) => void;
}

/** Declares a command's arguments and options, and what it does. */
export type CommandDeclaration = (command: Command, context: CommandContext) => void;
