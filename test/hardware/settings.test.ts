/** `--set field=value`. */
import { describe, expect, it } from "vitest";
import { applySettings } from "../../src/hardware/settings.ts";
import { errorText } from "../support/error-text.ts";
import { preset } from "./preset.ts";

const design = preset("fast-large");

describe("applySettings", () => {
  it("changes numbers, words, whole groups and absent optional fields, and nothing else", () => {
    const changed = applySettings(design, [
      "globalMemoryMiB=64",
      "dram.channels=4",
      "dram.bandwidthGBpsPerChannel=64.5",
      'peGrid={"rows": 4, "columns": 2}',
      "overrides.blockDiagonal=false",
      'dataflows=["weight-stationary"]',
      "name=007",
    ]);
    expect(changed).toEqual({
      ...design,
      name: "007",
      globalMemoryMiB: 64,
      dram: { kind: "gddr6", channels: 4, bandwidthGBpsPerChannel: 64.5 },
      peGrid: { rows: 4, columns: 2 },
      overrides: { blockDiagonal: false },
      dataflows: ["weight-stationary"],
    });
    expect(design.globalMemoryMiB).toBe(128);
  });

  it("checks the design only after the last setting, and lets the last one of a field win", () => {
    const settings = ["l2.config=private", "l2.inputMultiplier=2", "l2.weightMultiplier=3", "l2.outputMultiplier=4"];
    expect(applySettings(design, [...settings, "l2.inputMultiplier=5"]).l2).toEqual({
      config: "private",
      inputMultiplier: 5,
      weightMultiplier: 3,
      outputMultiplier: 4,
    });
  });

  it("returns the design itself without settings", () => {
    expect(applySettings(design, [])).toBe(design);
  });

  it("names every unknown field, all known ones, and the nearest", () => {
    const known =
      "schemaVersion, name, technologyNm, clockGhz, datatypes.operand, datatypes.accumulator, cores, peGrid.rows, " +
      "peGrid.columns, systolicArray.rows, systolicArray.columns, vectorMultiplier, l1.config, l1.inputKiB, " +
      "l1.weightKiB, l1.outputKiB, l2.config, l2.inputMultiplier, l2.weightMultiplier, l2.outputMultiplier, " +
      "globalMemoryMiB, dram.kind, dram.channels, dram.bandwidthGBpsPerChannel, interconnect.links, " +
      "interconnect.gbpsPerLink, nativeBatch, dataflows, " +
      "overrides.blockDiagonal, overrides.pipelining, overrides.dramEfficiency, overrides.inputBusBytesPerCycle, " +
      "overrides.weightBusBytesPerCycle, overrides.outputBusBytesPerCycle, overrides.globalMemoryBytesPerCycle, " +
      "overrides.platformWatts";
    expect(errorText(() => applySettings(design, ["dram.chanels=4", "colour=red", "cores"]))).toBe(
      [
        "error[setting-unknown]: unknown field 'dram.chanels'",
        "  at --set dram.chanels=4",
        `  note: known fields are ${known}`,
        "  help: did you mean 'dram.channels'?",
        "error[setting-unknown]: unknown field 'colour'",
        "  at --set colour=red",
        `  note: known fields are ${known}`,
        "error[setting-malformed]: 'cores' is not of the form field=value",
        "  help: for example --set globalMemoryMiB=64",
      ].join("\n"),
    );
  });

  it("says which settings made the design invalid", () => {
    expect(errorText(() => applySettings(design, ["dram.channels=0", "dram.kind=gddr7"]))).toBe(
      [
        'error[design-invalid]: "gddr7" is not one of "ddr3", "gddr6", "hbm2", "hbm2e", "lpddr"',
        "  at dram.kind in fast-large with --set dram.channels=0 --set dram.kind=gddr7",
        "  note: it is DRAM technology",
        "error[design-invalid]: 0 is not >= 1",
        "  at dram.channels in fast-large with --set dram.channels=0 --set dram.kind=gddr7",
        "  note: it is channels (HBM: stacks)",
      ].join("\n"),
    );
  });

  it.each(["cores=", "cores=two", "cores=1.5", "cores=null", "cores=[1]", "cores=-0", "l1=private"])(
    "refuses %s",
    (setting) => {
      expect(errorText(() => applySettings(design, [setting]))).toMatch(/^error\[design-invalid\]/);
    },
  );
});
