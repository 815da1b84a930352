/** The FileCheck engine: every directive where it holds and where it does not, and what a failure shows. */
import { describe, expect, it } from "vitest";
import { CheckFileError } from "./check-lines.ts";
import { fileCheck } from "./file-check.ts";

/** The first line of each failure without the file's name: line, directive and problem. */
function problems(checks: string, text: string, prefixes?: readonly string[]): readonly string[] {
  const found = fileCheck(checks, text, { fileName: "t", ...(prefixes === undefined ? {} : { prefixes }) });
  return found.map((message) => (message.split("\n")[0] ?? "").replace("t:", ""));
}

type Case = readonly [name: string, checks: string, text: string];

/** A case that holds. */
function holds(cases: readonly Case[]): void {
  it.each(cases)("%s", (_name, checks, text) => {
    expect(problems(checks, text)).toEqual([]);
  });
}

/** A case that fails with this message. */
function fails(cases: readonly (readonly [...Case, problem: string])[]): void {
  it.each(cases)("%s", (_name, checks, text, problem) => {
    expect(problems(checks, text)).toEqual([problem]);
  });
}

describe("CHECK", () => {
  holds([
    ["is found anywhere in a line", "// CHECK: b", "abc"],
    ["takes lines in between", "// CHECK: a\n// CHECK: c", "a\nb\nc"],
    ["takes two on one line", "// CHECK: a\n// CHECK: c", "a b c"],
    ["takes any run of blanks as one", "// CHECK: a   b\tc", "a b \t  c"],
    [
      "takes signs of regular expressions as they are",
      "// CHECK: f(x)[0] = a+b*c^2$ | {d} \\n /.",
      "f(x)[0] = a+b*c^2$ | {d} \\n /.",
    ],
    ["stands behind any comment sign", "; CHECK: a\n# CHECK: b\n<!-- CHECK: c", "a b c <!--"],
    ["takes carriage returns as line ends", "// CHECK: a\n// CHECK-NEXT: b", "a\r\nb\r\n"],
  ]);
  fails([
    ["needs its text", "// CHECK: b", "a", "1: CHECK is not in the text"],
    ["needs its text behind the last one", "// CHECK: b\n// CHECK: a", "a b", "2: CHECK is not in the text"],
    ["does not take the same text twice", "// CHECK: a\n// CHECK: a", "a", "2: CHECK is not in the text"],
    ["does not take a blank where there is none", "// CHECK: a b", "ab", "1: CHECK is not in the text"],
    ["does not take a line end as a blank", "// CHECK: a b", "a\nb", "1: CHECK is not in the text"],
  ]);
});

describe("CHECK-NEXT", () => {
  holds([
    ["is on the next line", "// CHECK: a\n// CHECK-NEXT: b", "a x\n  y b"],
    ["relates to another CHECK-NEXT", "// CHECK: a\n// CHECK-NEXT: b\n// CHECK-NEXT: c", "a\nb\nc"],
  ]);
  fails([
    [
      "not on the same",
      "// CHECK: a\n// CHECK-NEXT: b",
      "a b",
      "2: CHECK-NEXT should be on the next line but is on the same line as the one before it",
    ],
    [
      "not further below",
      "// CHECK: a\n// CHECK-NEXT: b",
      "a\nx\nb",
      "2: CHECK-NEXT should be on the next line but is 2 lines below",
    ],
    ["not nowhere", "// CHECK: a\n// CHECK-NEXT: b", "a\nx", "2: CHECK-NEXT is not in the text"],
    [
      "does not look for a later one",
      "// CHECK: a\n// CHECK-NEXT: b",
      "a b\nb",
      "2: CHECK-NEXT should be on the next line but is on the same line as the one before it",
    ],
  ]);
});

describe("CHECK-SAME", () => {
  holds([["is on the same line", "// CHECK: a\n// CHECK-SAME: c", "a b c"]]);
  fails([
    [
      "not on the next",
      "// CHECK: a\n// CHECK-SAME: c",
      "a\nc",
      "2: CHECK-SAME should be on the same line but is on the next line",
    ],
    ["not before", "// CHECK: b\n// CHECK-SAME: a", "a b", "2: CHECK-SAME is not in the text"],
  ]);
});

describe("CHECK-EMPTY", () => {
  holds([
    ["is an empty next line", "// CHECK: a\n// CHECK-EMPTY:\n// CHECK-NEXT: b", "a\n\nb"],
    ["twice", "// CHECK: a\n// CHECK-EMPTY:\n// CHECK-EMPTY:\n// CHECK-NEXT: b", "a\n\n\nb"],
  ]);
  fails([
    [
      "not a full next line",
      "// CHECK: a\n// CHECK-EMPTY:",
      "a\nb\n\nc",
      "2: CHECK-EMPTY should be on the next line but is 2 lines below",
    ],
    ["not where there is none", "// CHECK: a\n// CHECK-EMPTY:", "a\nb", "2: CHECK-EMPTY is not in the text"],
  ]);
});

describe("CHECK-NOT", () => {
  holds([
    ["looks only between its neighbours", "// CHECK: a\n// CHECK-NOT: x\n// CHECK: b", "x a b x"],
    ["looks up to the end", "// CHECK: a\n// CHECK-NOT: x", "x a b"],
    ["looks from the beginning", "// CHECK-NOT: x\n// CHECK: a", "a x"],
    ["stands alone", "// CHECK-NOT: x", "a"],
  ]);
  fails([
    ["between two", "// CHECK: a\n// CHECK-NOT: x\n// CHECK: b", "a x b", "2: CHECK-NOT should not be here"],
    ["before the first", "// CHECK-NOT: x\n// CHECK: a", "x a", "1: CHECK-NOT should not be here"],
    ["behind the last", "// CHECK: a\n// CHECK-NOT: x", "a x", "2: CHECK-NOT should not be here"],
    ["alone", "// CHECK-NOT: x", "a x", "1: CHECK-NOT should not be here"],
    ["each of several", "// CHECK-NOT: x\n// CHECK-NOT: y\n// CHECK: a", "y a", "2: CHECK-NOT should not be here"],
    [
      "before a CHECK-NEXT",
      "// CHECK: a\n// CHECK-NOT: x\n// CHECK-NEXT: b",
      "a x\nb",
      "2: CHECK-NOT should not be here",
    ],
    [
      "with what was captured",
      "// CHECK: [[N:\\w+]] =\n// CHECK-NOT: use [[N]]",
      "v = 1\nuse v",
      "2: CHECK-NOT should not be here",
    ],
  ]);
});

describe("CHECK-DAG", () => {
  holds([
    ["takes any order", "// CHECK-DAG: a\n// CHECK-DAG: b\n// CHECK: c", "b a c"],
    ["takes the same text from different places", "// CHECK-DAG: a\n// CHECK-DAG: a", "a a"],
    [
      "captures for the next group",
      "// CHECK-DAG: [[X:\\w]] = one\n// CHECK-DAG: [[Y:\\w]] = two\n// CHECK: [[X]][[Y]]",
      "q = two\np = one\npq",
    ],
    ["is over with a CHECK-NOT", "// CHECK-DAG: a\n// CHECK-NOT: x\n// CHECK-DAG: b", "a b x"],
  ]);
  fails([
    ["needs every text", "// CHECK-DAG: a\n// CHECK-DAG: b", "a c", "2: CHECK-DAG is not in the text"],
    ["does not take one place twice", "// CHECK-DAG: a\n// CHECK-DAG: a", "a", "2: CHECK-DAG is not in the text"],
    [
      "stands before what follows",
      "// CHECK-DAG: a\n// CHECK-DAG: b\n// CHECK: c",
      "a c b",
      "3: CHECK is not in the text",
    ],
    [
      "stands behind what comes first",
      "// CHECK: c\n// CHECK-DAG: a\n// CHECK-DAG: b",
      "a c b",
      "2: CHECK-DAG is not in the text",
    ],
    [
      "does not go over a CHECK-NOT",
      "// CHECK-DAG: a\n// CHECK-NOT: x\n// CHECK-DAG: b",
      "b a",
      "3: CHECK-DAG is not in the text",
    ],
    [
      "has the CHECK-NOT between the groups",
      "// CHECK-DAG: a\n// CHECK-NOT: x\n// CHECK-DAG: b",
      "a x b",
      "2: CHECK-NOT should not be here",
    ],
  ]);
});

describe("CHECK-LABEL", () => {
  const labels = "// CHECK-LABEL: @f\n// CHECK: one\n// CHECK-LABEL: @g\n// CHECK: two";
  holds([
    ["divides the text", labels, "@f\none\n@g\ntwo"],
    [
      "looks for no more than its part",
      "// CHECK-LABEL: @f\n// CHECK-NOT: two\n// CHECK-LABEL: @g\n// CHECK: two",
      "@f\none\n@g\ntwo",
    ],
  ]);
  fails([
    ["must be there", labels, "@f\none\ntwo", "3: CHECK-LABEL is not in the text"],
    ["must be in order", labels, "@g\ntwo\n@f\none", "3: CHECK-LABEL is not in the text"],
    ["ends what is before it", labels, "@f\n@g\none\ntwo", "2: CHECK is not in the text"],
    [
      "bounds a CHECK-NOT",
      "// CHECK-LABEL: @f\n// CHECK-NOT: x\n// CHECK-LABEL: @g",
      "@f\nx\n@g",
      "2: CHECK-NOT should not be here",
    ],
  ]);

  it("reports each part by itself", () => {
    expect(problems(labels, "@f\n1\n@g\n2")).toEqual(["2: CHECK is not in the text", "4: CHECK is not in the text"]);
  });

  it("takes no variables", () => {
    expect(() => problems("// CHECK-LABEL: [[X:a]]", "a")).toThrow(
      "line 1: CHECK-LABEL is looked for before anything is captured",
    );
  });
});

describe("CHECK-COUNT", () => {
  holds([
    ["counts", "// CHECK-COUNT-3: a", "a\na b a"],
    ["takes more, which are left for others", "// CHECK-COUNT-2: a\n// CHECK: a", "a a a"],
    ["with a CHECK-NOT takes no more", "// CHECK-COUNT-2: a\n// CHECK-NOT: a", "a a"],
  ]);
  fails([
    ["does not take less", "// CHECK-COUNT-3: a", "a a", "1: CHECK-COUNT-3 is not in the text (found 2 of 3)"],
    ["with a CHECK-NOT", "// CHECK-COUNT-2: a\n// CHECK-NOT: a", "a a a", "2: CHECK-NOT should not be here"],
  ]);
});

describe("regular expressions and captures", () => {
  holds([
    ["{{regex}}", "// CHECK: a{{[0-9]+}}b", "a123b"],
    ["{{regex}} that ends in a brace", "// CHECK: x{{a{2}}}y", "xaay"],
    ["{{a|b}} does not reach out", "// CHECK: x{{a|b}}y", "xby"],
    ["{{^}} and {{$}} are the line's ends", "// CHECK: {{^}}b{{$}}", "ab\nb\nbc"],
    ["[[X:regex]] and [[X]]", "// CHECK: %[[X:\\w+]] = f\n// CHECK: g %[[X]]", "%a = f\ng %b\ng %a"],
    ["a capture with groups of its own", "// CHECK: [[X:(a|b)+]]-[[Y:(c)]]\n// CHECK: [[Y]][[X]]", "ab-c\ncab"],
    ["a capture read on its own line", "// CHECK: [[X:\\w]]=[[X]]", "a=b c=c"],
    ["a capture with brackets in it", "// CHECK: [[X:[a-z]+]]\n// CHECK: [[X]]", "abc\nabc"],
    ["a capture is taken as it is", "// CHECK: [[X:.\\*]]\n// CHECK: <[[X]]>", "a*\n<a*>"],
    [
      "a capture is replaced by a later one",
      "// CHECK: v=[[X:\\d]]\n// CHECK: v=[[X:\\d]]\n// CHECK: is [[X]]",
      "v=1\nv=2\nis 2",
    ],
    [
      "[[X]] of an earlier label",
      "// CHECK-LABEL: f\n// CHECK: [[X:\\d]]\n// CHECK-LABEL: g\n// CHECK: [[X]]",
      "f\n7\ng\n7",
    ],
    ["{LITERAL}", "// CHECK{LITERAL}: [[1, 0], [2, 0]] {{}}", "x = [[1, 0], [2, 0]] {{}}"],
    ["CHECK-NEXT{LITERAL}", "// CHECK: a\n// CHECK-NEXT{LITERAL}: [[b]]", "a\n[[b]]"],
  ]);
  fails([
    ["{{regex}} that does not match", "// CHECK: a{{[0-9]+}}b", "ab", "1: CHECK is not in the text"],
    ["{{.}} over a line end", "// CHECK: a{{.*}}b", "a\nb", "1: CHECK is not in the text"],
    ["{{[^x]}} over a line end", "// CHECK: a{{[^x]*}}b", "a\nb", "1: CHECK is not in the text"],
    [
      "another text than what was captured",
      "// CHECK: %[[X:\\w+]] = f\n// CHECK: g %[[X]]",
      "%a = f\ng %b",
      "2: CHECK is not in the text",
    ],
    ["what was never captured", "// CHECK: [[X]]", "X", "1: CHECK reads [[X]], which nothing before it captured"],
    [
      "a capture of a later line",
      "// CHECK: [[X]]\n// CHECK: [[X:a]]",
      "a a",
      "1: CHECK reads [[X]], which nothing before it captured",
    ],
    [
      "a capture read in a CHECK-NOT that is not there",
      "// CHECK-NOT: [[X]]",
      "a",
      "1: CHECK-NOT reads [[X]], which nothing before it captured",
    ],
  ]);
});

describe("prefixes", () => {
  const file = "// ONE: a\n// TWO: b\n// CHECK: c";

  it("takes those that are asked for", () => {
    expect(problems(file, "a", ["ONE"])).toEqual([]);
    expect(problems(file, "b", ["ONE"])).toEqual(["1: ONE is not in the text"]);
    expect(problems(file, "a c", ["ONE", "CHECK"])).toEqual([]);
    expect(problems(file, "c a", ["ONE", "CHECK"])).toEqual(["3: CHECK is not in the text"]);
  });

  it("does not take the end of a longer word, or the beginning", () => {
    expect(problems("// XCHECK: b\n// CHECK: a\n// MY-CHECK: c\n// CHECKS: d", "a")).toEqual([]);
  });
});

describe("a test file that is wrong by itself", () => {
  it.each([
    ["no directive", "// CHECKS: a", "there is no line with CHECK:"],
    ["no text", "// CHECK:", "line 1: CHECK has no text to look for"],
    ["text where none belongs", "// CHECK: a\n// CHECK-EMPTY: a", "line 2: CHECK-EMPTY takes no text"],
    ["an unknown directive", "// CHECK-NXT: a", "line 1: CHECK-NXT is not a directive"],
    ["a count of nothing", "// CHECK-COUNT-0: a", "line 1: CHECK-COUNT-0 is not a directive"],
    ["no colon", "// CHECK: a\n// CHECK-NEXT b", "line 2: this comment begins like a directive but has no colon"],
    ["CHECK-NEXT first", "// CHECK-NEXT: a", "line 1: CHECK-NEXT has no directive before it"],
    [
      "CHECK-SAME behind a CHECK-NOT",
      "// CHECK-NOT: a\n// CHECK-SAME: b",
      "line 2: CHECK-SAME has no directive before it",
    ],
    ["an open {{", "// CHECK: {{a", "line 1: {{ is not closed in '{{a'"],
    ["an open [[", "// CHECK: [[a", "line 1: [[ is not closed in '[[a'"],
    ["brackets that are no variable", "// CHECK: [[1, 0]]", "line 1: [[1, 0]] is neither [[NAME]] nor [[NAME:regex]]"],
    ["a bad regex", "// CHECK: {{(}}", "line 1: bad regular expression '('"],
  ])("%s", (_name, checks, message) => {
    expect(() => fileCheck(checks, "a")).toThrow(CheckFileError);
    expect(() => fileCheck(checks, "a")).toThrow(message);
  });
});

describe("a failure", () => {
  it("shows the line, what was captured, where the search began, and what was possibly meant", () => {
    const checks = "// CHECK: %[[X:\\w+]] = nn.relu\n// CHECK-NEXT: nn.add %[[X]], %[[X]]";
    const text = "func {\n    %a  = nn.relu\n    %b = nn.add   %a, %c\n}\n";
    expect(fileCheck(checks, text, { fileName: "cse.mlir" })).toEqual([
      [
        "cse.mlir:2: CHECK-NEXT is not in the text",
        "  // CHECK-NEXT: nn.add %[[X]], %[[X]]",
        "  with [[X]] = a",
        "     1 | func {",
        "     2 |     %a  = nn.relu",
        "       |                  ^ looked for from here",
        "     3 |     %b = nn.add   %a, %c",
        "       |     ^ possibly meant",
        "     4 | }",
      ].join("\n"),
    ]);
  });

  it("marks the end of the text, and shows only what is near", () => {
    const text = `${Array.from({ length: 40 }, (_unused, at) => `line ${at}`).join("\n")}\n`;
    const [message = ""] = fileCheck("// CHECK: line 39\n// CHECK: other", text);
    expect(message).not.toContain("| line 2\n");
    expect(message).toContain("    40 | line 39\n       |        ^ looked for from here");
  });
});
