// Runs vitest and prints, as the last line, `N passed, N failed`.
//
//   node scripts/test.mjs [--full] [vitest arguments, such as a file or -t name]
//
// --full adds the long suites (test/**/*.full.test.ts). A file that cannot be loaded, a hook that fails, an error outside
// of any test and a run without tests count as one failed test each.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ status: string }} TestEntry */
/** @typedef {{ status: string, assertionResults: TestEntry[] }} FileEntry */
/** @typedef {{ numPassedTests: number, numFailedTests: number, testResults: FileEntry[] }} Report */

/**
 * A failed file without a failed test: it could not be loaded, or one of its hooks failed.
 * @param {FileEntry} file
 */
function failedOutsideTests(file) {
  return file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed");
}

/**
 * @param {Report | undefined} report
 * @param {boolean} succeeded what vitest's exit status says
 */
function count(report, succeeded) {
  const passed = report?.numPassedTests ?? 0;
  const failed = (report?.numFailedTests ?? 0) + (report?.testResults.filter(failedOutsideTests).length ?? 0);
  const unexplained = failed === 0 && (!succeeded || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}

/**
 * @param {boolean} full
 * @param {readonly string[]} vitestArguments
 */
function runVitest(full, vitestArguments) {
  const folder = mkdtempSync(join(tmpdir(), "fastc-test-"));
  const reportFile = join(folder, "report.json");
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  try {
    const { status } = spawnSync(process.execPath, [vitest, "run", ...reporters, ...vitestArguments], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { ...process.env, FASTC_TEST_FULL: full ? "1" : "0" },
      stdio: "inherit",
    });
    /** @type {Report | undefined} */
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, "utf8")) : undefined;
    return count(report, status === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const args = process.argv.slice(2);
const { passed, failed } = runVitest(
  args.includes("--full"),
  args.filter((argument) => argument !== "--full"),
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
