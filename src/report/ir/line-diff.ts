/** Differences between two texts, line by line. */
import { diffArrays } from "diff";

/** A run of lines that both texts have, or one text only. */
export interface DiffRun {
  readonly kind: "same" | "removed" | "added";
  readonly lines: readonly string[];
}

/**
 * Edits after which the search for a shortest difference is given up and the rest counts as replaced: it takes time
 * proportional to lines times edits.
 */
const editLimit = 6000;

/** The runs that turn one list of lines into another. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffRun[] {
  const runs = new RunList();
  const [inBefore, inAfter] = [new Set(before), new Set(after)];
  // Lines of one side only are in no common subsequence: without them the search is short.
  const [shared, sharedAfter] = [
    before.filter((line) => inAfter.has(line)),
    after.filter((line) => inBefore.has(line)),
  ];
  const changes = diffArrays([...shared], [...sharedAfter], { maxEditLength: editLimit }) ?? [];
  let [from, to] = [0, 0];
  const skipUnshared = (): void => {
    for (let line = before[from]; line !== undefined && !inAfter.has(line); line = before[++from])
      runs.push("removed", line);
    for (let line = after[to]; line !== undefined && !inBefore.has(line); line = after[++to]) runs.push("added", line);
  };
  for (const { value, added, removed } of changes) {
    for (const line of value) {
      skipUnshared();
      runs.push(added ? "added" : removed ? "removed" : "same", line);
      if (!added) from++;
      if (!removed) to++;
    }
  }
  for (const line of before.slice(from)) runs.push("removed", line);
  for (const line of after.slice(to)) runs.push("added", line);
  return runs.runs;
}

class RunList {
  readonly runs: { readonly kind: DiffRun["kind"]; readonly lines: string[] }[] = [];

  push(kind: DiffRun["kind"], line: string): void {
    const last = this.runs.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else this.runs.push({ kind, lines: [line] });
  }
}

/** Unchanged lines that are shown around a change. */
const context = 3;
const marks = { same: " ", removed: "-", added: "+" } as const;

/** The difference in unified format, without file names; empty when nothing differs. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): string {
  const lines = diffLines(before, after).flatMap(({ kind, lines: run }) => run.map((text) => ({ kind, text })));
  const isShown = new Uint8Array(lines.length);
  lines.forEach(({ kind }, at) => {
    if (kind !== "same") isShown.fill(1, Math.max(0, at - context), at + context + 1);
  });
  const out: string[] = [];
  let [from, to] = [1, 1];
  for (let at = 0; at < lines.length;) {
    if (isShown[at] === 0) {
      [at, from, to] = [at + 1, from + 1, to + 1];
      continue;
    }
    const end = isShown.indexOf(0, at);
    const hunk = lines.slice(at, end === -1 ? lines.length : end);
    const size = (kind: DiffRun["kind"]): number => hunk.filter((line) => line.kind !== kind).length;
    const [removed, added] = [size("added"), size("removed")];
    out.push(`@@ -${from},${removed} +${to},${added} @@`, ...hunk.map(({ kind, text }) => `${marks[kind]}${text}`));
    [at, from, to] = [at + hunk.length, from + removed, to + added];
  }
  return out.length === 0 ? "" : `${out.join("\n")}\n`;
}
