/** What people are told about JSON that does not fit its schema. */
import { Type } from "@sinclair/typebox";
import { describe, expect, it } from "vitest";
import { DiagnosticError } from "../../src/support/diagnostics.ts";
import { readJson } from "../../src/support/read-json.ts";

const closed = { additionalProperties: false };
const schema = Type.Object(
  {
    rows: Type.Integer({ minimum: 1, description: "rows of the grid" }),
    share: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    node: Type.Union([Type.Literal(7), Type.Literal(16)]),
    list: Type.Array(
      Type.Union([
        Type.Object({ kind: Type.Literal("off") }, closed),
        Type.Object({ kind: Type.Literal("on"), size: Type.Integer({ minimum: 1 }) }, closed),
      ]),
    ),
  },
  closed,
);
const valid = { rows: 1, node: 7, list: [{ kind: "off" }] };

/** What is said of a content, without line and column. */
function errorOf(content: unknown): string {
  return errorWithPlaces(content).replace(/(?<=at .*f\.json):\d+:\d+$/gm, "");
}

function errorWithPlaces(content: unknown): string {
  try {
    readJson({
      text: typeof content === "string" ? content : JSON.stringify(content),
      fileName: "f.json",
      schema,
      code: "f-invalid",
    });
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "no error";
}

describe("readJson", () => {
  it("accepts what fits", () => {
    expect(errorOf(valid)).toBe("no error");
  });

  it.each([
    [{ ...valid, rows: undefined }, "field 'rows' is missing\n  at rows in f.json\n  note: it is rows of the grid"],
    [{ ...valid, rows: 0 }, "0 is not >= 1\n  at rows in f.json\n  note: it is rows of the grid"],
    [{ ...valid, rows: -3 }, "-3 is not >= 1\n  at rows in f.json\n  note: it is rows of the grid"],
    [{ ...valid, rows: 1.5 }, "1.5 is not an integer\n  at rows in f.json\n  note: it is rows of the grid"],
    [{ ...valid, rows: "8" }, '"8" is not an integer\n  at rows in f.json\n  note: it is rows of the grid'],
    [{ ...valid, share: 0 }, "0 is not > 0\n  at share in f.json"],
    [{ ...valid, node: 5 }, "5 is not one of 7, 16\n  at node in f.json"],
    [
      { ...valid, colour: 1 },
      "unknown field 'colour'\n  at colour in f.json\n  note: known fields are rows, share, node, list",
    ],
    [
      { ...valid, list: [{ kind: "off" }, { kind: "of" }] },
      '"of" is not one of "off", "on"\n  at list[1].kind in f.json',
    ],
    [{ ...valid, list: [{ kind: "on" }] }, "field 'size' is missing\n  at list[0].size in f.json"],
    [[], "[] is not an object\n  at f.json"],
  ])("%j: %s", (content, expected) => {
    expect(errorOf(content)).toBe(`error[f-invalid]: ${expected}`);
  });

  it("says line and column: of a value, of an unknown field's name, of the object that lacks a field", () => {
    const text = [
      '{ "rows": 0, "node": 7,',
      '  "colour": {"a/b": [1, "}"]},',
      '  "list": [',
      '    { "kind": "on" } ] }',
    ];
    expect(errorWithPlaces(text.join("\n")).match(/^ {2}at .*$/gm)).toEqual([
      "  at colour in f.json:2:3",
      "  at rows in f.json:1:11",
      "  at list[0].size in f.json:4:5",
    ]);
    expect(errorWithPlaces(' "text" ')).toContain("at f.json:1:2");
  });

  it("takes the last of two fields of one name, as JSON.parse does", () => {
    expect(errorWithPlaces('{"rows": 1, "rows": 0, "node": 7, "list": []}')).toContain("at rows in f.json:1:21");
  });

  it("reports all errors at once, in one message each", () => {
    expect(
      errorOf({
        rows: 0,
        node: 1,
        list: [
          { kind: "on", size: 0 },
          { kind: "off", size: 1 },
        ],
      }).match(/^error/gm),
    ).toHaveLength(4);
  });

  it("tells a syntax error from a wrong content", () => {
    expect(errorOf('{"rows": 1,\n "node" 7}')).toMatch(/^error\[json-syntax\]: not valid JSON: .*\n {2}at f\.json/);
    expect(errorOf("")).toBe("error[json-syntax]: the file is empty, expected JSON\n  at f.json");
  });
});
