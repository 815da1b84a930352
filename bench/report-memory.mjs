// Preloaded into a measured process: prints its peak resident memory as the last line of stderr. Unit: KiB.
import { writeSync } from "node:fs";

process.on("exit", () => {
  writeSync(2, `maxRSS ${process.resourceUsage().maxRSS}\n`);
});
