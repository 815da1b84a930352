/** Where a command reads its surroundings from and writes to; tests put their own in. */
import { readFileSync } from "node:fs";

/** The outside world of a command. stdout carries the result, stderr the talk. */
export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** All of the standard input. */
  readonly readStdin: () => string;
  readonly isStdoutTty: boolean;
  readonly isStderrTty: boolean;
  /** Milliseconds from some origin, for durations. */
  readonly now: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls back on the first Ctrl-C until the returned function is called; the second one ends the process. */
  readonly onInterrupt: (callback: () => void) => () => void;
}

/** The process's own streams, clock and signals. */
export function processIo(): CommandIo {
  leaveQuietlyWhenTheReaderIsGone();
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    readStdin: () => readFileSync(0, "utf8"),
    isStdoutTty: process.stdout.isTTY,
    isStderrTty: process.stderr.isTTY,
    now: () => performance.now(),
    environment: process.env,
    onInterrupt(callback) {
      process.once("SIGINT", callback);
      return () => void process.off("SIGINT", callback);
    },
  };
}

/** `fastc … | head` closes the pipe early: that is no failure of ours. */
function leaveQuietlyWhenTheReaderIsGone(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount("error") > 0) continue;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}
