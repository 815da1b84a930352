/** What people are told about a `design.json` that is wrong. */
import { describe, expect, it } from "vitest";
import { parseDesign } from "../../src/hardware/design-reader.ts";
import { errorText } from "../support/error-text.ts";
import { preset, presetNames, presetText } from "./preset.ts";

const valid = preset("fast-large");
const topFields =
  "schemaVersion, name, technologyNm, clockGhz, datatypes, cores, peGrid, systolicArray, vectorMultiplier, l1, l2, " +
  "globalMemoryMiB, dram, interconnect, nativeBatch, dataflows, overrides";
const optionalFields = new Set(["interconnect"]);

/** What is said of a content, without line and column. */
function errorsOf(content: unknown): string {
  return errorsWithPlaces(content).replace(/(?<=at [^\n]* in d\.json):\d+:\d+$/gm, "");
}

function errorsWithPlaces(content: unknown): string {
  return errorText(() => parseDesign(typeof content === "string" ? content : JSON.stringify(content), "d.json"));
}

describe("parseDesign", () => {
  it.each(presetNames)("reads %s, which names itself", (name) => {
    expect(preset(name).name).toBe(name);
    expect(preset(name)).toEqual(JSON.parse(presetText(name)));
  });

  it("takes any positive integer and an L2", () => {
    const l2 = { config: "shared", inputMultiplier: 3, weightMultiplier: 5, outputMultiplier: 7 };
    expect(errorsOf({ ...valid, peGrid: { rows: 3, columns: 7 }, nativeBatch: 13, globalMemoryMiB: 0, l2 })).toBe(
      "no error",
    );
  });

  it("reports every wrong field at once, in the schema's order", () => {
    const wrong = {
      ...valid,
      cores: undefined,
      clokGhz: 2,
      technologyNm: 5,
      peGrid: { rows: -1, columns: 0.5 },
      systolicArray: { rows: 0, columns: "32" },
      dram: { kind: "gddr5", channels: 0 },
    };
    expect(errorsOf(wrong)).toBe(
      [
        "error[design-invalid]: field 'cores' is missing",
        "  at cores in d.json",
        "  note: it is equal cores; they share DRAM",
        "error[design-invalid]: unknown field 'clokGhz'",
        "  at clokGhz in d.json",
        `  note: known fields are ${topFields}`,
        "  help: did you mean 'clockGhz'?",
        "error[design-invalid]: 5 is not one of 7, 16, 28",
        "  at technologyNm in d.json",
        "  note: it is process node, nm",
        "error[design-invalid]: -1 is not >= 1",
        "  at peGrid.rows in d.json",
        "  note: it is rows of processing elements (PEs) of a core",
        "error[design-invalid]: 0.5 is not an integer",
        "  at peGrid.columns in d.json",
        "  note: it is columns of processing elements (PEs) of a core",
        "error[design-invalid]: 0 is not >= 1",
        "  at systolicArray.rows in d.json",
        "  note: it is rows of MACs of the systolic array of a PE",
        'error[design-invalid]: "32" is not an integer',
        "  at systolicArray.columns in d.json",
        "  note: it is columns of MACs of the systolic array of a PE",
        'error[design-invalid]: "gddr5" is not one of "ddr3", "gddr6", "hbm2", "hbm2e", "lpddr"',
        "  at dram.kind in d.json",
        "  note: it is DRAM technology",
        "error[design-invalid]: 0 is not >= 1",
        "  at dram.channels in d.json",
        "  note: it is channels (HBM: stacks)",
      ].join("\n"),
    );
  });

  it("names every missing field of an empty design", () => {
    const missing = [...errorsOf({}).matchAll(/field '(\w+)' is missing/g)].map(([, field]) => field);
    expect(missing).toEqual(topFields.split(", ").filter((field) => !optionalFields.has(field)));
  });

  it.each([
    [
      { datatypes: { operand: "bf16", accumulator: "int32" } },
      '"int32" is not "fp32"\n  at datatypes.accumulator in d.json\n  note: it is what bf16 operands are summed in',
    ],
    [
      { datatypes: { operand: "fp16", accumulator: "fp32" } },
      '"fp16" is not one of "bf16", "int8"\n  at datatypes.operand in d.json',
    ],
    [{ l2: { config: "on" } }, '"on" is not one of "disabled", "private", "shared"\n  at l2.config in d.json'],
    [
      { l2: {} },
      'field \'config\' is missing\n  at l2.config in d.json\n  note: it is one of "disabled", "private", "shared"',
    ],
    [{ l2: "disabled" }, '"disabled" is not an object\n  at l2 in d.json\n  note: it is optional second level'],
    [
      { l2: { config: "disabled", inputMultiplier: 2 } },
      "unknown field 'inputMultiplier'\n  at l2.inputMultiplier in d.json\n  note: known fields are config",
    ],
    [
      { l2: { config: "private", inputMultiplier: 2, weightMultiplier: 0, outputMultiplier: 2 } },
      "0 is not >= 1\n  at l2.weightMultiplier in d.json\n  note: it is weight capacity in multiples of L1's",
    ],
    [
      { dataflows: [] },
      "[] has fewer than 1 item\n  at dataflows in d.json\n  note: it is dataflows that the arrays support",
    ],
    [
      { dataflows: ["input-stationary", "row-stationary"] },
      '"row-stationary" is not one of "weight-stationary", "output-stationary", "input-stationary"\n' +
        "  at dataflows[1] in d.json\n" +
        "  note: it is a dataflow",
    ],
    [
      { overrides: { dramEfficiency: 1.5 } },
      "1.5 is not <= 1\n  at overrides.dramEfficiency in d.json\n" +
        "  note: it is delivered share of DRAM's peak bandwidth; default 1",
    ],
    [
      { dataflows: ["weight-stationary", "weight-stationary"] },
      '["weight-stationary","weight-stationary"] holds the same item twice\n  at dataflows in d.json\n' +
        "  note: it is dataflows that the arrays support",
    ],
    [
      { overrides: { l1BytesPerCycle: 64 } },
      "unknown field 'l1BytesPerCycle'\n  at overrides.l1BytesPerCycle in d.json\n  note: known fields are " +
        "blockDiagonal, pipelining, dramEfficiency, inputBusBytesPerCycle, weightBusBytesPerCycle, " +
        "outputBusBytesPerCycle, globalMemoryBytesPerCycle, platformWatts",
    ],
    [
      { interconnect: { links: 4 } },
      "field 'gbpsPerLink' is missing\n  at interconnect.gbpsPerLink in d.json\n" +
        "  note: it is 10⁹ bits/s of a link in one direction",
    ],
    [
      { peGrid: { rows: 2 ** 20, columns: 2 ** 20 } },
      "cores × PEs × systolic array is 1125899906842624 MACs, more than 1099511627776\n" +
        "  at cores in d.json\n  at peGrid in d.json\n  at systolicArray in d.json\n" +
        "error[design-invalid]: L1, L2 and global memory of all cores are 27021597898440704 bytes, more than 1125899906842624\n" +
        "  at l1 in d.json\n  at l2 in d.json\n  at globalMemoryMiB in d.json",
    ],
    [{ schemaVersion: 0 }, "0 is not 1\n  at schemaVersion in d.json\n  note: it is version of this file format"],
    [
      { cores: 2 ** 40 },
      "1099511627776 is not <= 1073741824\n  at cores in d.json\n  note: it is equal cores; they share DRAM",
    ],
  ])("%j", (change, expected) => {
    expect(errorsOf({ ...valid, ...change })).toBe(`error[design-invalid]: ${expected}`);
  });

  it("lists all errors of a file with line and column", () => {
    const text = presetText("fast-large")
      .replace('"clockGhz": 1.0', '"clokGhz": 1.0')
      .replace('"rows": 8', '"rows": 0')
      .replace('"gddr6"', '"gddr5"');
    expect(errorsWithPlaces(text).match(/^ {2}at .*$/gm)).toEqual([
      "  at clockGhz in d.json:1:1",
      "  at clokGhz in d.json:5:3",
      "  at peGrid.rows in d.json:8:23",
      "  at dram.kind in d.json:14:21",
    ]);
  });

  it("refuses infinite numbers, which JSON can spell", () => {
    const text = presetText("fast-large").replace('"clockGhz": 1.0', '"clockGhz": 1e999');
    expect(errorsOf(text)).toBe(
      "error[design-invalid]: Infinity is not a number\n  at clockGhz in d.json\n" +
        "  note: it is clock of the whole chip, 10⁹ cycles/s",
    );
  });

  it("says that a file is newer instead of naming what it adds", () => {
    expect(errorsOf({ ...valid, schemaVersion: 2, sparsity: true })).toBe(
      "error[design-version]: design file version 2 is newer than 1, the newest known version\n" +
        "  at schemaVersion in d.json\n  help: read it with a newer fastc",
    );
  });

  it.each([
    ['{\n  "cores": x\n}', "expected a value, found 'x'\n  at d.json:2:12"],
    ['{"cores": 1,}', "expected a field name in double quotes, found '}'\n  at d.json:1:13"],
    ['{"cores": 01}', "expected a value, found '01'\n  at d.json:1:11"],
    ['{"cores": 1', "expected ',' or '}', found the end of the file\n  at d.json:1:12"],
  ])("%j is not JSON", (text, expected) => {
    expect(errorsOf(text)).toBe(`error[json-syntax]: not valid JSON: ${expected}`);
  });
});
