/** Exit statuses of `fastc`. */

/** What a command's exit status says. */
export const exitStatus = {
  /** Done. */
  ok: 0,
  /** Done, and the answer is no (a regression was found); also a mistake of ours. */
  negative: 1,
  /** The command line or an input file is wrong. */
  badInput: 2,
  /** Stopped by Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;
