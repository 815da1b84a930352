/** The page over a run of passes: what its script gets is enough to show every step as it was, with the nodes of each line. */
import { describe, expect, it } from "vitest";
import { sigmoid } from "../../../src/ir/ops/elementwise-unary.ts";
import { add, mul } from "../../../src/ir/ops/elementwise-binary.ts";
import { cloneModule } from "../../../src/ir/frozen.ts";
import type { Operation } from "../../../src/ir/core.ts";
import { canonicalize } from "../../../src/passes/canonicalize.ts";
import { cse } from "../../../src/passes/cse.ts";
import { runPasses } from "../../../src/passes/manager/pass-manager.ts";
import { recognizeSilu } from "../../../src/passes/recognize-silu.ts";
import { PipelinePage } from "../../../src/report/ir/pipeline-page.ts";
import { one, program, two } from "../../support/pass-harness.ts";

/** silu(x) computed twice, added, with a long constant. */
const sample = (): Operation =>
  program([[2, 30]], (b, x) => {
    const silu = () => two(b, mul, x, one(b, sigmoid, x));
    const bias = b.tensor(
      [30],
      Array.from({ length: 30 }, (_unused, at) => at + 0.5),
    );
    return two(b, add, two(b, add, silu(), silu()), bias);
  });

interface Data {
  readonly title: string;
  readonly nodes: readonly string[];
  readonly lines: readonly (string | readonly [string, ...number[]])[];
  readonly steps: readonly {
    readonly label: string;
    readonly counters: Readonly<Record<string, number>>;
    readonly edits: readonly (number | readonly number[])[];
  }[];
}

function dataOf(html: string): Data {
  const json = /<script id="data" type="application\/json">(.*)<\/script>\n<script>/.exec(html)?.[1] ?? "";
  // The page was written from this interface's twin.
  return JSON.parse(json) as Data;
}

/** The lines of each step, as the script makes them from the edits. */
function linesOf({ lines, steps }: Data): readonly (readonly string[])[] {
  const all: (readonly number[])[] = [];
  for (const { edits } of steps) {
    const before = all.at(-1) ?? [];
    const now: number[] = [];
    let at = 0;
    for (const edit of edits) {
      if (typeof edit !== "number") now.push(...edit);
      else {
        if (edit > 0) now.push(...before.slice(at, at + edit));
        at += Math.abs(edit);
      }
    }
    all.push(now);
  }
  return all.map((step) =>
    step.map((line) => {
      const entry = lines[line]!;
      return typeof entry === "string" ? entry : entry[0];
    }),
  );
}

function pageOf(module: Operation): PipelinePage {
  const page = new PipelinePage("a <b> & c");
  runPasses(module, [canonicalize.with({}), recognizeSilu.with({}), cse.with({})], {
    listener: page.listener,
    beforePass: (event) => page.addInput(event.module),
    afterPass: ({ pass, record, module: now }) =>
      void page.add({ label: pass.name, text: pass.text(), counters: record.counters }, now),
  });
  return page;
}

describe("PipelinePage", () => {
  it("holds every step, with values that keep their names", () => {
    const data = dataOf(pageOf(sample()).html());
    expect(data.steps.map(({ label }) => label)).toEqual(["input", "canonicalize", "recognize-silu", "cse"]);
    const bodies = linesOf(data).map((lines) => lines.slice(2, -2).map((line) => line.trim().replace(/ :.*/, "")));
    const [input, canonical, recognized, merged] = bodies;
    expect(input!.map((line) => line.replace(/\{.*/, "…"))).toEqual([
      "%0 = nn.constant …",
      "%1 = nn.sigmoid %arg0",
      "%2 = nn.mul %arg0, %1",
      "%3 = nn.sigmoid %arg0",
      "%4 = nn.mul %arg0, %3",
      "%5 = nn.add %2, %4",
      "%6 = nn.add %5, %0",
      "func.return %6",
    ]);
    expect(canonical).toEqual(input);
    expect(recognized!.slice(1)).toEqual([
      "%2 = nn.silu %arg0",
      "%4 = nn.silu %arg0",
      "%5 = nn.add %2, %4",
      "%6 = nn.add %5, %0",
      "func.return %6",
    ]);
    expect(merged!.slice(1, 3)).toEqual(["%2 = nn.silu %arg0", "%5 = nn.add %2, %2"]);
  });

  it("names the ONNX nodes of every line, all of those that were fused", () => {
    const { lines, nodes } = dataOf(pageOf(sample()).html());
    const nodesOf = (start: string): readonly (readonly string[])[] =>
      lines.flatMap((entry) =>
        typeof entry !== "string" && entry[0].trim().startsWith(start)
          ? [entry.slice(1).map((node) => nodes[Number(node)]!)]
          : [],
      );
    expect(nodesOf("%1 = nn.sigmoid")).toEqual([["node2"]]);
    // As recognised, and merged with the other one.
    expect(nodesOf("%2 = nn.silu")).toEqual([
      ["node2", "node3"],
      ["node2", "node3", "node4", "node5"],
    ]);
  });

  it("cuts long lists of numbers, keeps those that differ apart, and keeps its data out of the markup", () => {
    const html = pageOf(sample()).html();
    expect(html).toContain("<title>a &lt;b> &amp; c</title>");
    const constants = dataOf(html)
      .lines.map(String)
      .filter((line) => line.includes("nn.constant"));
    expect(constants).toHaveLength(1);
    expect(constants[0]).toMatch(/dense\\?<\[0\.5, 1\.5, .*… [0-9a-f]{8}> : tensor<30xf32>/);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/src=|href=|@import|url\(/);
  });

  it("shows a copy of the module as the same program, and another module as a new input", () => {
    const module = sample();
    const page = pageOf(module);
    const before = dataOf(page.html()).steps.length;
    page.addInput(cloneModule(module).module);
    expect(dataOf(page.html()).steps).toHaveLength(before);
    page.addInput(program([[3]], (b, x) => one(b, sigmoid, x)));
    expect(dataOf(page.html()).steps.at(-1)?.label).toBe("input");
  });

  it("is the same for the same run", () => {
    expect(pageOf(sample()).html()).toBe(pageOf(sample()).html());
  });
});
