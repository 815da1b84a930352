/** Seeded faults: each mistake in a program is found while it runs, by the machine or because numbers differ. */
import { describe, expect, it } from "vitest";
import type { RegionProgram, Statement } from "../../../src/backend/schedule/program.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import type { Draft } from "./faulty.ts";
import { changed, editStatements, exchange, faultyNetwork } from "./faulty.ts";
import { worstDifference } from "./run-program.ts";

const sound = faultyNetwork();

const isDma = (s: Statement, from: string, to: string): boolean =>
  s.op === "dma" && s.from.includes(from) && s.to.includes(to);
const isWait = (s: Statement, buffer: string): boolean => s.op === "wait" && s.buffer === buffer;
const isVector = (s: Statement, stage: string): boolean => s.op === "vector" && s.stage === stage;

const region = ({ regions }: Draft, id: number): RegionProgram => regions[id] as RegionProgram;

/** Leaves out the statements that match; there must be some. */
function drop(draft: Draft, id: number, matches: (s: Statement) => boolean): void {
  expect(editStatements(region(draft, id), (s) => (matches(s) ? undefined : s))).toBeGreaterThan(0);
}

/** Changes fields of the statements that match; there must be some. */
function set(draft: Draft, id: number, matches: (s: Statement) => boolean, fields: object): void {
  const edit = (s: Statement): Statement => (matches(s) ? { ...s, ...fields } : s);
  expect(editStatements(region(draft, id), edit)).toBeGreaterThan(0);
}

const isFor = (s: Statement, loop: string, level = "l1"): boolean =>
  s.op === "for" && s.loop === loop && s.level === level;

function buffer(draft: Draft, id: number, name: string) {
  const found = draft.regions[id]?.buffers.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no buffer ${name}`);
  return found;
}

function tensor(draft: Draft, name: string) {
  const found = draft.tensors.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no tensor ${name}`);
  return found;
}

/** What is wrong, what it is found by, and the change. `numbers`: the program runs, but what it computes is not right. */
const faults: readonly (readonly [string, string, (draft: Draft) => void])[] = [
  ["a dropped transfer into L1", "tile-not-there", (d) => drop(d, 0, (s) => isDma(s, "gm.weight", "l1.weight"))],
  ["a dropped transfer into global memory", "tile-not-there", (d) => drop(d, 0, (s) => isDma(s, "t0", "gm.input"))],
  ["a dropped transfer of a strip", "tile-not-there", (d) => drop(d, 1, (s) => isDma(s, "gm.input", "l1.input"))],
  ["results that nothing takes away", "tile-overwritten", (d) => drop(d, 0, (s) => isDma(s, "l1.output", "gm.output"))],
  ["a strip of results that nothing takes", "tile-overwritten", (d) => drop(d, 1, (s) => isDma(s, "gm.output", "t8"))],
  ["a missing wait for L1", "tile-not-there", (d) => drop(d, 0, (s) => isWait(s, "l1.input"))],
  ["a missing wait for global memory", "tile-not-there", (d) => drop(d, 2, (s) => isWait(s, "gm.input"))],
  [
    "a wait before the transfer",
    "tile-not-there",
    (d) =>
      exchange(
        region(d, 0),
        (s) => isDma(s, "gm.weight", "l1.weight"),
        (s) => isWait(s, "l1.weight"),
      ),
  ],
  ["one slot where tiles come ahead", "tile-overwritten", (d) => (buffer(d, 0, "l1.input").slots = 1)],
  ["one slot where strips come ahead", "tile-overwritten", (d) => (buffer(d, 1, "gm.input").slots = 1)],
  [
    "tiles that come two ahead into two slots",
    "tile-overwritten",
    (d) => set(d, 2, (s) => isDma(s, "t8", "gm.input"), { ahead: 2 }),
  ],
  ["a slot one byte too small", "memory-overflow", (d) => (buffer(d, 0, "l1.weight").slotBytes -= 1)],
  ["a slot for sums one byte too small", "memory-overflow", (d) => (buffer(d, 0, "l1.output").slotBytes -= 1)],
  [
    "buffers one byte larger than L1",
    "memory-overflow",
    (d) => {
      const input = buffer(d, 0, "l1.input");
      [input.slots, input.slotBytes] = [1025, 1];
    },
  ],
  ["a tensor that lies in another's bytes", "memory-overlap", (d) => (tensor(d, "t8").offsetBytes -= 64)],
  ["a tensor that ends too early", "tensor-not-written", (d) => (tensor(d, "t7").lastRegion = 0)],
  [
    "regions in the wrong order",
    "tensor-not-written",
    (d) => {
      d.regions = [d.regions[1]!, d.regions[0]!, d.regions[2]!].map((each, id) => ({ ...each, id }));
      for (const { name } of d.tensors) Object.assign(tensor(d, name), { firstRegion: 0, lastRegion: 2 });
    },
  ],
  [
    "a region that is left out",
    "tensor-not-written",
    (d) => {
      d.regions = [d.regions[0]!, { ...d.regions[2]!, id: 1 }];
      for (const { name } of d.tensors) Object.assign(tensor(d, name), { firstRegion: 0, lastRegion: 1 });
    },
  ],
  [
    "input and weight exchanged",
    "program-invalid",
    (d) => set(d, 0, (s) => s.op === "pass", { input: "l1.weight", weight: "l1.input" }),
  ],
  ["the wrong tensor", "tensor-not-written", (d) => set(d, 2, (s) => isDma(s, "t8", "gm.input"), { from: ["t7"] })],
  ["the wrong target", "program-invalid", (d) => set(d, 2, (s) => isDma(s, "gm.output", "t9"), { to: ["t8"] })],
  [
    "a buffer that is not there",
    "program-invalid",
    (d) => set(d, 0, (s) => isWait(s, "l1.weight"), { buffer: "l1.w" }),
  ],
  ["steps that are too large", "memory-overflow", (d) => set(d, 0, (s) => isFor(s, "k"), { step: 20 })],
  [
    "partial sums that do not come back",
    "reduction-wrong",
    (d) => drop(d, 0, (s) => s.op === "dma" && s.when === "revisited"),
  ],
  [
    "a loop order that breaks sums",
    "reduction-wrong",
    (d) => {
      // In region 2 sums stay in L1: its loop over the reduction stood inside.
      buffer(d, 2, "gm.output").slotBytes *= 2;
      const edit = (s: Statement): Statement =>
        isFor(s, "k") ? ({ ...s, loop: "c" } as Statement) : isFor(s, "c") ? ({ ...s, loop: "k" } as Statement) : s;
      editStatements(region(d, 2), edit);
    },
  ],
  [
    "a reduction that is gone through twice",
    "reduction-wrong",
    (d) => {
      const twice = (s: Statement): Statement =>
        s.op === "for" && s.loop === "c" ? { ...s, body: [...s.body, ...s.body.filter(({ op }) => op === "pass")] } : s;
      editStatements(region(d, 2), twice);
    },
  ],
  ["a missing prologue", "program-invalid", (d) => drop(d, 0, (s) => isVector(s, "prologue"))],
  ["a missing epilogue", "program-invalid", (d) => drop(d, 0, (s) => isVector(s, "epilogue"))],
  [
    "an epilogue that leaves out an operation",
    "program-invalid",
    (d) => set(d, 0, (s) => isVector(s, "epilogue"), { operations: [4] }),
  ],
  [
    "an epilogue before the pass",
    "numbers",
    (d) =>
      exchange(
        region(d, 0),
        (s) => s.op === "pass",
        (s) => isVector(s, "epilogue"),
      ),
  ],
  [
    "a prologue after the pass",
    "numbers",
    (d) => {
      const isPrologue = (s: Statement): boolean => isVector(s, "prologue");
      exchange(region(d, 0), isPrologue, (s) => isWait(s, "l1.weight"));
      exchange(region(d, 0), isPrologue, (s) => s.op === "pass");
    },
  ],
  [
    "a pass on a part of the tile",
    "tile-not-there",
    (d) => {
      const split = (s: Statement): Statement => {
        if (!isFor(s, "c") || s.op !== "for" || s.step === 1) return s;
        const body = s.body.map((each) =>
          each.op === "pass" ? ({ op: "for", loop: "c", level: "l1", step: 1, body: [each] } as const) : each,
        );
        return { ...s, body };
      };
      editStatements(region(d, 2), split);
    },
  ],
  [
    "a spread over more PEs than there are",
    "program-invalid",
    (d) => set(d, 0, (s) => s.op === "spread", { peColumns: { b: 4 } }),
  ],
  ["a spread reduction", "program-invalid", (d) => set(d, 2, (s) => s.op === "spread", { peColumns: { c: 2 } })],
];

/** What finds a fault. */
function foundBy(change: (draft: Draft) => void): string {
  try {
    return worstDifference(changed(sound, change), 1) > 1e-4 ? "numbers" : "nothing";
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]?.code ?? "";
    throw error;
  }
}

describe("seeded faults", () => {
  it("are put into a program that is sound", () => {
    expect(worstDifference(sound, 1)).toBeLessThan(1e-6);
  });

  it.each(faults)("%s: %s", (_what, code, change) => {
    expect(foundBy(change)).toBe(code);
  });

  it("are told with region, statement, op and ONNX node", () => {
    const run = () =>
      worstDifference(
        changed(sound, (d) => drop(d, 0, (s) => isWait(s, "l1.input"))),
        1,
      );
    expect(run).toThrow(
      [
        "error[tile-not-there]: l1.input is read before a wait for g 0..1, b 0..6, p 0..1, q 0..1, c 0..24, which is on its way",
        "  at /program/regions/0/body/2/body/0/body/0/body/0/body/5: vector prologue",
        '  at region 0 "node2" (nn.matmul)',
        '  at node "node2" in test.onnx (node 2)',
        "  help: bring the tile with a dma, and wait for it before it is read",
      ].join("\n"),
    );
  });
});
