/** The command line: finds the command, runs it, and turns errors into messages and an exit status. */
import { Command, CommanderError } from "commander";
import { packageVersion } from "../node/package.ts";
import { DiagnosticError } from "../support/diagnostics.ts";
import { commands } from "./commands.ts";
import { exitStatus } from "./exit-status.ts";
import type { CommandIo } from "./io.ts";
import { processIo } from "./io.ts";

/**
 * Runs `fastc` with its arguments.
 *
 * @returns the exit status: 0 done, 1 the answer is no, 2 bad input or usage, 130 stopped by Ctrl-C
 */
export async function main(args: readonly string[], io: CommandIo = processIo()): Promise<number> {
  let status: number = exitStatus.ok;
  try {
    const program = await programFor(args, { io, exitWith: (code) => (status = code) });
    await program.parseAsync([...args], { from: "user" });
    return status;
  } catch (error) {
    return statusOfError(error, io);
  }
}

/** The program with the one command loaded that the arguments name; the others are there for the help text only. */
async function programFor(args: readonly string[], context: Parameters<typeof declare>[2]): Promise<Command> {
  const { io } = context;
  const program = new Command("fastc")
    .description("compile ONNX models for accelerators of FAST's datapath template, and search for better ones")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .showHelpAfterError("Run it with --help for what it takes.")
    .addHelpText("after", "\nRun `fastc COMMAND --help` for the options of a command.");
  const named = args[0] === "help" ? args[1] : args.find((arg) => !arg.startsWith("-"));
  for (const entry of commands) await declare(program, entry, { ...context, isCalled: entry.name === named });
  return program;
}

async function declare(
  program: Command,
  entry: (typeof commands)[number],
  context: { io: CommandIo; exitWith: (status: number) => void; isCalled?: boolean },
): Promise<void> {
  const command = program.command(entry.name).description(entry.summary).helpOption("-h, --help", "print this help");
  command.version(packageVersion(), "-V, --version", "print the version");
  if (context.isCalled !== true) return;
  const declaration = await entry.load();
  declaration(command, context);
}

function statusOfError(error: unknown, io: CommandIo): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version are asked for, everything else is wrong usage.
    return error.exitCode === 0 ? exitStatus.ok : exitStatus.badInput;
  }
  if (error instanceof DiagnosticError) {
    io.stderr(`${error.message}\n`);
    return exitStatus.badInput;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  io.stderr(
    `internal error: ${message}\nThis is a mistake in fastc: please report it with the command line and the model.\n`,
  );
  io.stderr(
    io.environment["FASTC_DEBUG"] === "1" ? `${stack}\n` : "Run again with FASTC_DEBUG=1 for the stack trace.\n",
  );
  return exitStatus.negative;
}
