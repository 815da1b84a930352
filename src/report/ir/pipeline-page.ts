/**
 * The page over a run of passes: the passes on the left, on the right what each changed, every line with the ONNX nodes that
 * it comes from. One file without references to others; the same run gives the same bytes.
 *
 * Every distinct line is in the page once, and a step is how it differs from the one before: large models times many passes
 * stay small.
 */
import type { Operation } from "../../ir/core.ts";
import { walk } from "../../ir/core.ts";
import { locationNames } from "../../ir/location.ts";
import type { RewriteListener } from "../../ir/rewrite/rewriter.ts";
import { printModule } from "../../ir/text/print.ts";
import { diffLines } from "./line-diff.ts";
import { pageScript } from "./pipeline-page-script.ts";
import { pageStyle } from "./pipeline-page-style.ts";
import { StableNames } from "./stable-names.ts";

/** A step of the page: the input, or a pass. */
export interface PageStep {
  readonly label: string;
  /** The pass as a pipeline spells it; empty for the input. */
  readonly text: string;
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * How a step differs from the one before: a number of lines that stay, a negative one of lines that go, or the numbers of lines
 * that come.
 */
type Edit = number | readonly number[];

/** What the page's script reads. */
interface PageData {
  readonly title: string;
  /** Names of ONNX nodes. */
  readonly nodes: readonly string[];
  /** Lines: the text, and behind it the numbers of its nodes where it has any. */
  readonly lines: readonly (string | readonly [string, ...number[]])[];
  readonly steps: readonly (PageStep & { readonly edits: readonly Edit[] })[];
}

/** Collects a run, then writes the page. */
export class PipelinePage {
  private readonly names = new StableNames();
  private readonly title: string;
  private readonly nodes = new Table<string>();
  private readonly lines = new Table<string>();
  private readonly steps: (PageStep & { readonly edits: readonly Edit[] })[] = [];
  private module: Operation | undefined;
  /** The lines of the step before, as numbers. */
  private before: readonly string[] = [];

  constructor(title: string) {
    this.title = title;
  }

  /** Has to hear what passes do, so that values keep their names. */
  get listener(): RewriteListener {
    return this.names.listener;
  }

  get isEmpty(): boolean {
    return this.steps.length === 0;
  }

  /** Adds the module as it is now, behind a step; true when it differs from the one before. */
  add(step: PageStep, module: Operation): boolean {
    this.module = module;
    const now = this.numbered(module);
    const edits = diffLines(this.before, now).map(({ kind, lines }): Edit => {
      if (kind === "added") return lines.map(Number);
      return kind === "removed" ? -lines.length : lines.length;
    });
    this.before = now;
    this.steps.push({ ...step, text: cut(step.text), edits });
    return edits.some((edit) => typeof edit !== "number" || edit < 0);
  }

  /** Adds the module as the input of passes, unless the page shows it like this already. */
  addInput(module: Operation): void {
    // Nothing happens to a module between two passes.
    if (module === this.module) return;
    const now = this.numbered(module);
    const isShown = now.length === this.before.length && now.every((line, at) => line === this.before[at]);
    if (!isShown) this.add({ label: "input", text: "", counters: {} }, module);
  }

  /** The whole page. */
  html(): string {
    // Keys are unique: the text is in front, the numbers of nodes behind the last tab.
    const lines = this.lines.items.map((key): string | [string, ...number[]] => {
      const cut = key.lastIndexOf("\t");
      const numbers = key.slice(cut + 1);
      return numbers === "" ? key.slice(0, cut) : [key.slice(0, cut), ...numbers.split(",").map(Number)];
    });
    const data: PageData = { title: this.title, nodes: this.nodes.items, lines, steps: this.steps };
    return pageHtml(data);
  }

  /** The lines of a module, each as its number in the table. */
  private numbered(module: Operation): readonly string[] {
    const text = printModule(module, { nameOf: this.names.namerFor(module) });
    const lines = text.trimEnd().split("\n");
    const nodesOfLine = nodesByLine(module, lines);
    return lines.map((line, at) => {
      const nodes = (nodesOfLine[at] ?? []).map((node) => this.nodes.numberOf(node));
      return `${this.lines.numberOf(`${shortened(line)}\t${nodes.join(",")}`)}`;
    });
  }
}

/** Numbers for items, in the order in which they are first asked for. */
class Table<T> {
  readonly items: T[] = [];
  private readonly numbers = new Map<T, number>();

  numberOf(item: T): number {
    const known = this.numbers.get(item);
    if (known !== undefined) return known;
    this.numbers.set(item, this.items.length);
    return this.items.push(item) - 1;
  }
}

/**
 * ONNX nodes of each line: those of the operation that begins on it. Operations begin in the order of a walk; lines that end a
 * region or name a block begin none.
 */
function nodesByLine(module: Operation, lines: readonly string[]): readonly (readonly string[])[] {
  const operations = walk(module);
  return lines.map((line) => {
    if (/^\s*[}^]/.test(line)) return [];
    const next = operations.next();
    return next.done === true ? [] : locationNames(next.value.location);
  });
}

/** Characters of numbers in a `dense<…>` that are shown. */
const denseLimit = 80;

/** The line with long lists of numbers cut; a checksum in place of the rest keeps different ones different. */
function shortened(line: string): string {
  return line.replace(/dense<([^>]*)>/g, (whole, numbers: string) => {
    if (numbers.length <= denseLimit) return whole;
    return `dense<${numbers.slice(0, denseLimit / 2)}… ${checksum(numbers)}>`;
  });
}

/** Decisions that are written out in an option are long. */
function cut(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 80)}…`;
}

/** FNV-1a in 32 bits, in hexadecimal. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function pageHtml(data: PageData): string {
  // Inside of a script element nothing may look like its end.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(data.title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<nav>
<h1></h1>
<p id="legend">● changed · ○ unchanged</p>
<ol id="steps"></ol>
</nav>
<main>
<header>
<h2 id="step"></h2>
<span id="counters"></span>
<span class="tools">
<label>view <select id="view"><option value="unified">changes</option><option value="split">side by side</option><option value="whole">whole IR</option></select></label>
<label>ONNX node <input id="filter" list="nodes" placeholder="all nodes" autocomplete="off"></label>
<datalist id="nodes"></datalist>
<button id="clear">show all</button>
</span>
</header>
<table id="code"></table>
<footer id="origin" hidden></footer>
</main>
<script id="data" type="application/json">${json}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
