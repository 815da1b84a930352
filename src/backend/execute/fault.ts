/** What the machine finds wrong with a program while it runs it. */
import { describeLocation } from "../../ir/location.ts";
import type { FrozenModule } from "../../ir/frozen.ts";
import { fail } from "../../support/diagnostics.ts";
import type { RegionProgram, Statement } from "../schedule/program.ts";

/** What can be wrong, and what to do about it. */
const kinds = [
  /** It cannot be run at all: names, loops and operations that are not there, or do not fit together. */
  { code: "program-invalid", help: "write the schedule again with fastc compile -o DIR" },
  /** A buffer is read that nobody has filled, or before the wait for its tile. */
  { code: "tile-not-there", help: "bring the tile with a dma, and wait for it before it is read" },
  /** What is still needed is overwritten. */
  { code: "tile-overwritten", help: "give the buffer more slots, or bring tiles less far ahead" },
  /** A tile, a buffer or a tensor is larger than its place. */
  { code: "memory-overflow", help: "make tiles smaller, or keep fewer tensors in global memory" },
  /** Two tensors have the same bytes at the same time. */
  { code: "memory-overlap", help: "move one of them, or shorten the time that it stays" },
  /** A tensor is read that was not written, or a result is not written whole. */
  { code: "tensor-not-written", help: "every element of a tensor must be written, once, before it is read" },
  /** A sum has not each of its products once. */
  {
    code: "reduction-wrong",
    help: "partial sums that leave must come back: dma revisited; loops must cover every product once",
  },
] as const;

export type FaultCode = (typeof kinds)[number]["code"];

/** Where in a program. */
export interface ProgramPlace {
  readonly frozen: FrozenModule;
  readonly region?: RegionProgram;
  /** JSON path inside the region, as `/body/0/body/2`. */
  readonly path?: string;
  readonly statement?: Statement;
}

/** Throws for a program that is wrong, naming region, statement, op and ONNX node. */
export function fault(
  place: ProgramPlace,
  code: FaultCode,
  message: string,
  more: { readonly notes?: readonly string[] } = {},
): never {
  const help = kinds.flatMap((kind) => (kind.code === code ? [kind.help] : []));
  fail({ code, message, at: placeText(place), help, ...more });
}

function placeText({ frozen, region, path = "", statement }: ProgramPlace): readonly string[] {
  if (region === undefined) return [`/program${path}`];
  const op = frozen.operations[region.anchor];
  return [
    `/program/regions/${region.id}${path}${statement === undefined ? "" : `: ${statementText(statement)}`}`,
    `region ${region.id} "${region.name}"${op === undefined ? "" : ` (${op.name})`}`,
    ...(op === undefined ? [] : describeLocation(op.location)),
  ];
}

/** A statement as a person writes it, without its body. */
export function statementText(statement: Statement): string {
  switch (statement.op) {
    case "for":
      return `for ${statement.loop}@${statement.level} step ${statement.step}`;
    case "spread":
      return "spread";
    case "dma":
      return `dma [${statement.from.join(", ")}] -> [${statement.to.join(", ")}]${statement.when === "needed" ? "" : ` ${statement.when}`}`;
    case "wait":
      return `wait ${statement.buffer}`;
    case "pass":
      return `pass ${statement.input}, ${statement.weight} -> ${statement.output}`;
    case "vector":
      return `vector ${statement.stage}`;
  }
}
