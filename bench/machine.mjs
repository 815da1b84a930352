// What a measurement depends on besides the code, and how repeated measurements are summed up.
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** One line: processor, memory, Node and fastc versions. */
export function machineText() {
  const [processor] = cpus();
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const memory = `${(totalmem() / 2 ** 30).toFixed(1)} GiB`;
  return `${processor?.model ?? "unknown processor"} × ${cpus().length}, ${memory}, Node ${process.version}, fastc ${version}`;
}

/**
 * Median and spread.
 * @param {readonly number[]} values
 * @param {(value: number) => string} format
 */
export function spreadText(values, format) {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  return `${format(median).padStart(9)}  (${format(sorted[0] ?? 0)} .. ${format(sorted.at(-1) ?? 0)})`;
}
