/** The page over a run of passes in a browser: a reader's clicks. Needs Chromium at its usual place, and says so without. */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { runCli, efficientNetB0, temporaryFolder } from "../../cli/run-cli.ts";
import { browserNote, hasBrowser, launchBrowser } from "../../support/browser.ts";

const inFolder = temporaryFolder();

describe.skipIf(!hasBrowser)(`index.html of --dump-dir in a browser${browserNote}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  /** Opens the page of EfficientNet-B0's passes; fails on any error in its script and any request for another file. */
  async function open(hash = ""): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
    await runCli(["compile", efficientNetB0, "--hw", "fast-large", "--dump-dir", inFolder("ir")]);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:") || !request.url().includes("/index.html")) problems.push(request.url());
    });
    await page.goto(`file://${inFolder("ir/index.html")}${hash}`);
    return { page, problems };
  }

  it("shows the first pass that changed something, with unchanged lines folded", async () => {
    const { page, problems } = await open();
    expect(await page.textContent("#step")).toBe("07-recognize-silu: recognize-silu");
    expect(await page.locator("#steps button").count()).toBe(17);
    expect(await page.locator("#code tr.added").count()).toBe(49);
    expect(await page.locator("#code tr.removed").count()).toBe(98);
    const folds = await page.locator("#code tr.fold").count();
    const rows = await page.locator("#code tr").count();
    await page.locator("#code tr.fold").first().click();
    expect(await page.locator("#code tr.fold").count()).toBe(folds - 1);
    expect(await page.locator("#code tr").count()).toBeGreaterThan(rows);
    expect(problems).toEqual([]);
  });

  it("goes from an operation to its ONNX nodes, and from a node to its operations in every pass", async () => {
    const { page, problems } = await open("#07-recognize-silu");
    await page.locator("#code tr.added").first().click();
    expect(await page.locator("#origin li").allTextContents()).toEqual(["/bn1/act/Sigmoid", "/bn1/act/Mul"]);
    await page.locator("#origin li button").last().click();
    expect(await page.inputValue("#filter")).toBe("/bn1/act/Mul");
    const texts = () => page.locator("#code td.text").allTextContents();
    expect((await texts()).map((text) => /nn\.\w+/.exec(text)?.[0])).toEqual(["nn.mul", "nn.silu"]);
    await page.locator("#steps button", { hasText: "12-form-regions" }).click();
    expect((await texts()).some((text) => text.includes("fast.region"))).toBe(true);
    expect((await texts()).filter((text) => text.includes("nn.silu")).length).toBe(2);
    await page.click("#clear");
    expect((await texts()).length).toBeGreaterThan(500);
    expect(problems).toEqual([]);
  });

  it("has both views, the whole IR, keys, and an address for each step", async () => {
    const { page } = await open("#12-form-regions");
    await page.selectOption("#view", "split");
    const cells = await page.locator("#code tr").nth(0).locator("td.text").allTextContents();
    expect(cells[0]).toContain("module");
    expect(cells[1]).toContain("fast.frozen_sha256");
    await page.selectOption("#view", "whole");
    expect(await page.locator("#code tr.removed").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.locator("#step").click();
    await page.keyboard.press("k");
    expect(page.url()).toMatch(/#11-dce$/);
  });

  it("opens EfficientNet-B7 in little time", async () => {
    const model = efficientNetB0.replace("b0", "b7");
    await runCli(["compile", model, "--hw", "fast-large", "--dump-dir", inFolder("b7")]);
    const page = await browser.newPage();
    const start = performance.now();
    await page.goto(`file://${inFolder("b7/index.html")}#12-form-regions`);
    expect(await page.locator("#code tr").count()).toBeGreaterThan(2000);
    // Generous: this machine may do other things besides.
    expect(performance.now() - start).toBeLessThan(10_000);
    writeFileSync(inFolder("b7.png"), await page.screenshot());
  });
});
