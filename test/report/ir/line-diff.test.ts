import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLines, unifiedDiff } from "../../../src/report/ir/line-diff.ts";
import { holds } from "../../ir/testing.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 12 });

/** Length of a longest common subsequence, by the table of the textbook. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const left of a) {
    const next = [0];
    b.forEach((right, at) => next.push(left === right ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!)));
    row = next;
  }
  return row.at(-1)!;
}

describe("diffLines", () => {
  it("turns one list into the other, and keeps as many lines as can be kept", () => {
    holds(fc.tuple(lines, lines), ([before, after]) => {
      const runs = diffLines(before, after);
      const without = (kind: string): readonly string[] => runs.flatMap((run) => (run.kind === kind ? [] : run.lines));
      expect(without("added")).toEqual(before);
      expect(without("removed")).toEqual(after);
      const same = runs.flatMap((run) => (run.kind === "same" ? run.lines : []));
      expect(same).toHaveLength(commonLength(before, after));
    });
  });

  it("copes with thousands of lines that have nothing in common", () => {
    const many = (mark: string): readonly string[] => Array.from({ length: 20_000 }, (_unused, at) => `${mark}${at}`);
    expect(diffLines(many("a"), many("b")).map(({ kind, lines: run }) => [kind, run.length])).toEqual([
      ["removed", 20_000],
      ["added", 20_000],
    ]);
  });
});

describe("unifiedDiff", () => {
  it("shows three lines around each change, and where they stand", () => {
    const before = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"];
    const after = before.flatMap((line) => (line === "4" ? ["four", "and a half"] : line === "13" ? [] : [line]));
    expect(unifiedDiff(before, after)).toBe(`@@ -2,7 +2,8 @@
 1
 2
 3
-4
+four
+and a half
 5
 6
 7
@@ -11,4 +12,3 @@
 10
 11
 12
-13
`);
  });

  it("is empty when nothing differs", () => {
    expect(unifiedDiff(["a", "b"], ["a", "b"])).toBe("");
  });
});
