/** The HTML report in a browser: a reader's clicks. Needs Chromium at its usual place, and says so without. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { efficientNetB0, runCli, temporaryFolder } from "../../cli/run-cli.ts";
import { tinyOnnx } from "../../cli/tiny-onnx.ts";
import { browserNote, hasBrowser, launchBrowser } from "../../support/browser.ts";

const inFolder = temporaryFolder();

interface Schedule {
  readonly evaluation: {
    readonly regions: readonly {
      readonly name: string;
      readonly cycles: number;
      readonly onnxNodes: readonly string[];
    }[];
  };
}

describe.skipIf(!hasBrowser)(`the HTML report in a browser${browserNote}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  /** Opens a report; any error of its script and any request for another file is a problem. */
  async function open(hash = ""): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("dialog", (dialog) => void problems.push(dialog.message()));
    page.on("request", (request) => {
      if (!request.url().startsWith(`file://${inFolder("report.html")}`)) problems.push(request.url());
    });
    await page.goto(`file://${inFolder("report.html")}${hash}`);
    return { page, problems };
  }

  async function compileB0(): Promise<Schedule["evaluation"]["regions"]> {
    const files = ["--report", inFolder("report.html"), "-o", inFolder("out")];
    await runCli(["compile", efficientNetB0, "--hw", "fast-large", ...files]);
    // What fastc wrote.
    return (JSON.parse(readFileSync(inFolder("out/schedule.json"), "utf8")) as Schedule).evaluation.regions;
  }

  it("leads from marks and rows to region, mapping, operations and ONNX nodes, and back", async () => {
    const regions = await compileB0();
    const { page, problems } = await open();
    const heading = page.locator("#details h2");
    expect(await page.locator("#details").isVisible()).toBe(false);

    // A bar of the timeline, a block of memory, a dot of the roofline, a row: each opens its region.
    for (const [place, id] of [
      ["#timeline .steady svg >> nth=0", 7],
      ["#timeline .steady svg >> nth=1", 6],
      ["#roofline .steady svg", 0],
    ] as const) {
      await page.locator(place).locator(`a[href="#region-${id}"]`).first().click();
      expect(await heading.textContent()).toBe(`Region ${id}: ${regions[id]?.name}`);
      expect(page.url()).toMatch(new RegExp(`#region-${id}$`));
      await page.keyboard.press("Escape");
      expect(await page.locator("#details").isVisible()).toBe(false);
    }
    await page.locator("#region-7 td").first().click();
    expect(await page.locator("#details pre").textContent()).toContain("spread PE rows");
    expect(await page.locator("#details").textContent()).toContain("lower bound");
    expect(await page.locator("#details").textContent()).toMatch(/nn\.\w+\(/);
    const nodes = await page.locator("#details ul").last().locator("li").allTextContents();
    expect(nodes).toEqual(regions[7]?.onnxNodes);
    await page.click("#next");
    expect(await heading.textContent()).toBe(`Region 8: ${regions[8]?.name}`);
    await page.goBack();
    expect(await heading.textContent()).toBe(`Region 7: ${regions[7]?.name}`);
    await page.click("#close");
    expect(await page.locator("#details").isVisible()).toBe(false);
    expect(problems).toEqual([]);
  });

  it("opens the region of its address, sorts, filters, and shows the cold run", async () => {
    const regions = await compileB0();
    const { page, problems } = await open("#region-12");
    expect(await page.locator("#details h2").textContent()).toBe(`Region 12: ${regions[12]?.name}`);
    await page.click("#close");

    const column = (index: number): Promise<readonly string[]> =>
      page.locator(`#regions tbody tr:visible td:nth-child(${index + 1})`).allTextContents();
    const ids = regions.map((_region, id) => id);
    const byCycles = ids.toSorted((a, b) => regions[b]!.cycles - regions[a]!.cycles || a - b);
    await page.locator("#regions th button", { hasText: "cycles" }).click();
    expect((await column(0)).map(Number)).toEqual(byCycles);
    await page.locator("#regions th button", { hasText: "cycles" }).click();
    const rising = (await column(4)).map((text) => Number(text.replaceAll(",", "")));
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    await page.locator("#regions th button", { hasText: "#" }).click();
    expect((await column(0)).map(Number)).toEqual(ids);

    // A node that is inside of a region whose name is another's.
    await page.fill("#filter", "/bn1/act/Sigmoid");
    expect(await column(0)).toEqual(["0"]);
    expect(await page.textContent("#count")).toBe(`1 of ${regions.length} regions`);
    await page.fill("#filter", "");
    expect(await column(0)).toHaveLength(regions.length);

    expect(await page.locator("#timeline .cold").isVisible()).toBe(false);
    await page.locator("#states button", { hasText: "cold" }).click();
    expect(await page.locator("#timeline .cold").isVisible()).toBe(true);
    expect(await page.locator("#roofline .steady").isVisible()).toBe(false);
    expect(problems).toEqual([]);
  });

  it("shows hostile names of nodes as they are", async () => {
    const nodeName = `"></title></script><img src=x onerror="alert(1)"><b>'&amp;`;
    writeFileSync(
      inFolder("tiny.onnx"),
      tinyOnnx({ opType: "MatMul", nodeName, shape: [2, 64], weightShape: [64, 8] }),
    );
    await runCli(["compile", inFolder("tiny.onnx"), "--hw", "fast-small", "--report", inFolder("report.html")]);
    const { page, problems } = await open("#region-0");
    expect(await page.locator("#details h2").textContent()).toBe(`Region 0: ${nodeName}`);
    expect(await page.locator("#regions a").textContent()).toBe(nodeName);
    expect(await page.locator("img").count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
