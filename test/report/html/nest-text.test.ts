/** Region programs as text. */
import { describe, expect, it } from "vitest";
import type { RegionProgram } from "../../../src/backend/schedule/program.ts";
import { nestText } from "../../../src/report/html/nest-text.ts";

const dma = { op: "dma", ahead: 0, when: "needed", multicast: false, indexed: false } as const;

const region: RegionProgram = {
  id: 3,
  name: "conv",
  engine: "systolic-array",
  dataflow: "weight-stationary",
  anchor: 5,
  operations: [5, 6],
  onnxNodes: ["conv", "relu"],
  nest: {
    kind: "vector",
    extents: { row: 40, element: 1 },
    opsPerPoint: 1,
    inputWords: 40,
    outputWords: 40,
  },
  buffers: [],
  body: [
    {
      op: "for",
      loop: "k",
      level: "gm",
      step: 16,
      body: [
        { ...dma, from: ["t1"], to: ["gm.input"], ahead: 1 },
        {
          op: "spread",
          peRows: { k: 2, b: 4 },
          peColumns: {},
          body: [
            { op: "wait", buffer: "gm.input" },
            { ...dma, from: ["gm.input"], to: ["l1.input"], ahead: 1, multicast: true, indexed: true },
            {
              op: "pass",
              input: "l1.input",
              weight: "l1.weight",
              output: "l1.output",
              dataflow: "weight-stationary",
              groupsPerPass: 4,
            },
            {
              op: "vector",
              stage: "epilogue",
              operations: [6],
              reads: "l1.output",
              writes: "l1.output",
              streams: ["t4"],
              copies: ["t9"],
            },
          ],
        },
        { ...dma, from: ["gm.output"], to: ["t7", "t8"], when: "left", partialsTo: "r3.sums" },
      ],
    },
  ],
};

describe("nestText", () => {
  it("spells every statement, with what is not usual about it", () => {
    expect(nestText(region).split("\n")).toEqual([
      "// extents {row: 40}",
      "for k@gm step 16",
      "  dma t1 -> gm.input  (1 ahead)",
      "  spread PE rows {k: 2, b: 4} PE columns {}",
      "    wait gm.input",
      "    dma gm.input -> l1.input  (1 ahead, multicast, indexed)",
      "    pass l1.output += l1.input × l1.weight  (weight-stationary, 4 groups a pass)",
      "    vector epilogue l1.output -> l1.output  (1 operation, with t4, also to t9)",
      "  dma gm.output -> [t7, t8]  (left, partial sums to r3.sums)",
    ]);
  });
});
