/** A browser for tests that click: Chromium at its usual place. */
import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export const hasBrowser = existsSync(executablePath);

/** To be added to the names of tests. */
export const browserNote = hasBrowser ? "" : ` (skipped: no ${executablePath})`;

/** Starts the browser, without what asks the network for something by itself. */
export function launchBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"];
  return chromium.launch({ executablePath, args });
}
