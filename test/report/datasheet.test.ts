/** The datasheet of a design: figures, labels, and that parts add up. */
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { applySettings } from "../../src/hardware/settings.ts";
import { datasheetOf, datasheetSchema, datasheetText } from "../../src/report/datasheet.ts";
import { preset, presetNames } from "../hardware/preset.ts";

describe("datasheetOf", () => {
  it.each(presetNames)("%s fits its schema, and parts sum to totals", (name) => {
    const sheet = datasheetOf(preset(name));
    const ajv = new Ajv();
    expect(ajv.validate(datasheetSchema, sheet), ajv.errorsText()).toBe(true);
    const sum = (lines: readonly { readonly value: number }[]) => lines.reduce((total, { value }) => total + value, 0);
    expect(sum(sheet.area)).toBeCloseTo(sheet.areaMm2, 6);
    expect(sum(sheet.tdp)).toBeCloseTo(sheet.tdpWatts, 6);
    expect(sum(sheet.memory) * 1024).toBe(sheet.onChipBytes);
    const lines = [sheet.machine, sheet.memory, sheet.bandwidth, sheet.area, sheet.tdp, sheet.energy].flat();
    for (const { name, source } of lines) expect(source, name).not.toBe("");
  });

  it("labels what a design gives differently from a default", () => {
    const basisOf = (settings: readonly string[]) =>
      Object.fromEntries(
        datasheetOf(applySettings(preset("fast-large"), settings)).bandwidth.map(({ name, basis }) => [name, basis]),
      );
    expect(basisOf([])).toEqual({
      ...{ DRAM: "published", "global memory": "computed", L2: "computed" },
      ...{ buses: "computed", "L1 to arrays": "computed" },
    });
    const given = ["dram.bandwidthGBpsPerChannel=64", "overrides.globalMemoryBytesPerCycle=4096"];
    expect(basisOf([...given, "overrides.outputBusBytesPerCycle=64"])).toEqual({
      ...{ DRAM: "given", "global memory": "given", L2: "computed" },
      ...{ buses: "given", "L1 to arrays": "computed" },
    });
  });
});

describe("datasheetText", () => {
  it("prints FAST-Large with a source on every line", () => {
    // Arrays: 65,536 × 1 GHz × 0.6313 pJ = 41.37 W; edges: 64 PEs × 256 bytes × 8 × 0.1065 pJ = 13.96 W; global memory:
    // 2,048 bytes × 12.74 pJ = 26.09 W; DRAM: 448 GB/s × 8 × 6.5 pJ = 23.30 W; idle: 343.4 mm² × 0.1009 = 34.65 W.
    expect(datasheetText(datasheetOf(preset("fast-large")))).toMatchInlineSnapshot(`
      "fast-large: 7 nm, 1 GHz, 1 core
        peak          131.1  TFLOP/s    computed: 65,536 MACs × 2 × 1 GHz
        PEs              64             computed: 1 × 8 × 8, each 32 × 32 MACs
        vector lanes  2,048             computed: PEs × array columns × vectorMultiplier
        ridge point   292.6  FLOP/byte  computed: peak ÷ DRAM bandwidth

      on-chip memory: 132,608 KiB
        global memory  131,072  KiB  98.8 %  computed: 1 × 128 MiB
        L1               1,536  KiB   1.2 %  computed: 8 + 8 + 8 KiB a PE, private

      peak bandwidth, whole chip
        DRAM              448  GB/s  published: 8 × gddr6, docs/hardware.md
        global memory   2,048  GB/s  computed: sum of the buses it feeds
        buses           2,048  GB/s  computed: 64 in, 64 weight, 128 out bytes/cycle
        L1 to arrays   16,384  GB/s  computed: array edges: rows in, columns weight and out

      area: 343.4 mm²
        systolic arrays              41.27  mm²  12.0 %  fit: die areas of TPU v1 to v4, docs/hardware.md
        vector units                 24.72  mm²   7.2 %  fit: die areas of TPU v1 to v4, docs/hardware.md
        L1                           1.636  mm²  0.48 %  fit: die areas of TPU v1 to v4; by capacity as CACTI 7.0
        global memory                107.9  mm²  31.4 %  fit: die areas of TPU v1 to v4; by capacity as CACTI 7.0
        scalar, control, DMA         6.693  mm²   1.9 %  fit: die areas of TPU v1 to v4, docs/hardware.md
        DRAM PHY and controller      59.75  mm²  17.4 %  estimate: GDDR6X PHY of GEMINI (HPCA 2024), DDR5 controller of LLMCompass
        PCIe and fixed blocks           10  mm²   2.9 %  estimate: 10 mm², assumed by the fit
        network, clock, white space  91.46  mm²  26.6 %  fit: die areas of TPU v1 to v4, docs/hardware.md

      TDP, every unit busy: 172.1 W
        systolic arrays    41.37  W  24.0 %  fit: TDPs of TPU v1 to v4i, docs/hardware.md
        vector units       24.33  W  14.1 %  fit: TDPs of TPU v1 to v4i, docs/hardware.md
        array edges        13.96  W   8.1 %  fit: TDPs of TPU v1 to v4i, docs/hardware.md
        L1                 1.302  W  0.76 %  estimate: CACTI 7.0 by capacity, carried to the node, docs/hardware.md
        global memory      26.09  W  15.2 %  estimate: CACTI 7.0 by capacity, carried to the node, docs/hardware.md
        buses              7.079  W   4.1 %  estimate: ¼CV² per mm × side of the PE grid, docs/hardware.md
        DRAM and PHY       23.30  W  13.5 %  published: Jouppi et al., ISCA 2021, Table 2, via a public digest, middle of 5.5 to 7.5
        leakage and clock  34.65  W  20.1 %  fit: TDPs of TPU v1 to v4i, docs/hardware.md

      energy per event
        MAC                0.6313  pJ       fit: TDPs of TPU v1 to v4i, docs/hardware.md
        vector operation    11.88  pJ       fit: TDPs of TPU v1 to v4i, docs/hardware.md
        array edge         0.8520  pJ/byte  fit: TDPs of TPU v1 to v4i, docs/hardware.md
        L1                0.07945  pJ/byte  estimate: CACTI 7.0 by capacity, carried to the node, docs/hardware.md
        global memory       12.74  pJ/byte  estimate: CACTI 7.0 by capacity, carried to the node, docs/hardware.md
        bus                 3.456  pJ/byte  estimate: ¼CV² per mm × side of the PE grid, docs/hardware.md
        DRAM                   52  pJ/byte  published: Jouppi et al., ISCA 2021, Table 2, via a public digest, middle of 5.5 to 7.5
        idle chip           34.65  W        fit: TDPs of TPU v1 to v4i, docs/hardware.md
      "
    `);
  });

  it("shows an L2 and leaves out what is absent", () => {
    const text = datasheetText(
      datasheetOf(
        applySettings(preset("fast-small"), [
          'l2={"config":"shared","inputMultiplier":1,"weightMultiplier":2,"outputMultiplier":3}',
          "globalMemoryMiB=0",
        ]),
      ),
    );
    // 8 PEs × 16 KiB × (1 + 2 + 3); buses of 2 rows × 128 and 4 columns × (64 + 128) bytes a cycle at 1 GHz.
    expect(text).toMatch(/^ {2}L2 +768 +KiB +\S+ % +computed: L1 × 1, 2, 3, shared$/m);
    expect(text).toMatch(/^ {2}L2 +1,024 +GB\/s/m);
    expect(text).not.toMatch(/^ *(global memory|chip-to-chip links)/m);
  });
});
