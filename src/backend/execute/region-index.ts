/** A region's statements by what they do to which buffer; refuses names and combinations that make no sense. */
import { present } from "../../support/bug.ts";
import type {
  Pass,
  ProgramBuffer,
  RegionProgram,
  Spread,
  Statement,
  Transfer,
  VectorWork,
  Wait,
} from "../schedule/program.ts";
import { fault } from "./fault.ts";
import type { Machine, Placed, RegionPlace } from "./machine.ts";
import { regionPlace } from "./machine.ts";

/** A region and its statements by their roles. */
export interface RegionIndex {
  readonly region: RegionProgram;
  readonly place: RegionPlace;
  readonly buffers: ReadonlyMap<string, ProgramBuffer>;
  /** The transfer that brings a buffer's tiles. */
  readonly fills: ReadonlyMap<string, Placed<Transfer>>;
  /** The transfer that takes a buffer's tiles away. */
  readonly drains: ReadonlyMap<string, Placed<Transfer>>;
  readonly waits: readonly Placed<Wait>[];
  readonly passes: readonly Placed<Pass>[];
  readonly vectors: readonly Placed<VectorWork>[];
}

/** Indexes a region. @throws DiagnosticError `program-invalid` */
export function indexRegion(machine: Machine, region: RegionProgram): RegionIndex {
  const place = regionPlace(machine, region);
  const buffers = new Map<string, ProgramBuffer>();
  for (const buffer of region.buffers) {
    if (buffers.has(buffer.name)) fault(place, "program-invalid", `there are two buffers ${buffer.name}`);
    buffers.set(buffer.name, buffer);
  }
  const builder = new IndexBuilder(machine, region, buffers);
  builder.visit(region.body, { path: "/body", isSpread: false });
  return builder.finish();
}

interface Position {
  readonly path: string;
  /** Inside of a spread. */
  readonly isSpread: boolean;
}

class IndexBuilder {
  private readonly machine: Machine;
  private readonly region: RegionProgram;
  private readonly buffers: ReadonlyMap<string, ProgramBuffer>;
  private readonly fills = new Map<string, Placed<Transfer>>();
  private readonly drains = new Map<string, Placed<Transfer>>();
  private readonly waits: Placed<Wait>[] = [];
  private readonly passes: Placed<Pass>[] = [];
  private readonly vectors: Placed<VectorWork>[] = [];

  constructor(machine: Machine, region: RegionProgram, buffers: ReadonlyMap<string, ProgramBuffer>) {
    this.machine = machine;
    this.region = region;
    this.buffers = buffers;
  }

  visit(body: readonly Statement[], position: Position): void {
    body.forEach((statement, index) => {
      const path = `${position.path}/${index}`;
      const place: RegionPlace = { ...regionPlace(this.machine, this.region), path, statement };
      this.note(statement, place, position);
      if (statement.op === "for" || statement.op === "spread") {
        this.visit(statement.body, {
          path: `${path}/body`,
          isSpread: position.isSpread || statement.op === "spread",
        });
      }
    });
  }

  private note(statement: Statement, place: RegionPlace, position: Position): void {
    switch (statement.op) {
      case "for":
        this.checkLoops([statement.loop], place);
        return;
      case "spread":
        this.checkSpread(statement, place, position);
        return;
      case "dma":
        this.noteTransfer({ statement, place }, position);
        return;
      case "wait":
        this.buffer(statement.buffer, place);
        this.waits.push({ statement, place });
        return;
      case "pass":
        this.checkRole(statement.input, "input", place);
        this.checkRole(statement.weight, "weight", place);
        this.checkRole(statement.output, "output", place);
        this.passes.push({ statement, place });
        return;
      case "vector":
        for (const name of [statement.reads, statement.writes]) if (name !== undefined) this.buffer(name, place);
        for (const name of [...statement.streams, ...statement.copies]) this.tensor(name, place);
        this.vectors.push({ statement, place });
    }
  }

  private checkLoops(names: readonly string[], place: RegionPlace): void {
    const { extents } = this.region.nest;
    const known = Object.keys(extents);
    for (const name of names) {
      if (known.includes(name)) continue;
      fault(place, "program-invalid", `the nest has no loop ${name}`, { notes: [`its loops are ${known.join(", ")}`] });
    }
  }

  private checkSpread({ peRows, peColumns }: Spread, place: RegionPlace, { isSpread }: Position): void {
    this.checkLoops([...Object.keys(peRows), ...Object.keys(peColumns)], place);
    if (isSpread) fault(place, "program-invalid", "a spread stands inside of a spread");
    const { architecture } = this.machine;
    const product = (ways: Readonly<Record<string, number>>): number =>
      Object.values(ways).reduce((all, own) => all * own, 1);
    const [rows, columns] = [product(peRows), product(peColumns)];
    if (rows > architecture.peRows || columns > architecture.peColumns) {
      const grid = `${architecture.peRows}x${architecture.peColumns}`;
      fault(place, "program-invalid", `the spread takes ${rows}x${columns} PEs but the grid has ${grid}`);
    }
    if ("c" in peRows || "c" in peColumns || "sweep" in peRows || "sweep" in peColumns) {
      fault(place, "program-invalid", "a reduction cannot be spread: nothing adds up what PEs have");
    }
  }

  private noteTransfer(transfer: Placed<Transfer>, position: Position): void {
    const { statement, place } = transfer;
    const isOut = statement.when === "left";
    const names = isOut ? statement.from : statement.to;
    const [name, ...others] = names;
    if (name === undefined || others.length > 0) {
      fault(place, "program-invalid", `a transfer ${isOut ? "out of" : "into"} ${names.length} buffers`);
    }
    const buffer = this.buffer(name, place);
    if (buffer.perPe !== position.isSpread) {
      const where = buffer.perPe ? "every PE has its own" : "all PEs share it";
      fault(
        place,
        "program-invalid",
        `${name} is moved ${position.isSpread ? "inside" : "outside"} of the spread, but ${where}`,
      );
    }
    const known = isOut ? this.drains : this.fills;
    if (known.has(name)) fault(place, "program-invalid", `two transfers ${isOut ? "empty" : "fill"} ${name}`);
    const isSum = buffer.operand === "output";
    if (isOut !== isSum && statement.when !== "revisited") {
      fault(place, "program-invalid", `tiles of ${name}, ${buffer.operand}s, do not move this way`);
    }
    if (statement.when === "revisited" && !isSum) fault(place, "program-invalid", `${name} holds no sums`);
    for (const other of isOut ? statement.to : statement.from) {
      if (!this.buffers.has(other)) this.tensor(other, place);
      else if (this.buffers.get(other)?.operand !== buffer.operand) {
        fault(place, "program-invalid", `${other} and ${name} hold tiles of different operands`);
      }
    }
    if (statement.partialsTo !== undefined && !this.buffers.has(statement.partialsTo)) {
      this.tensor(statement.partialsTo, place);
    }
    known.set(name, transfer);
  }

  private buffer(name: string, place: RegionPlace): ProgramBuffer {
    const found = this.buffers.get(name);
    if (found !== undefined) return found;
    const known = [...this.buffers.keys()].join(", ");
    return fault(place, "program-invalid", `there is no buffer ${name}`, { notes: [`the region's are ${known}`] });
  }

  private tensor(name: string, place: RegionPlace): void {
    const tensor = this.machine.memory.named(name);
    if (tensor === undefined) fault(place, "program-invalid", `there is no buffer or tensor ${name}`);
    if (this.region.id < tensor.firstRegion || this.region.id > tensor.lastRegion) {
      const life = `${tensor.firstRegion} to ${tensor.lastRegion}`;
      fault(place, "tensor-not-written", `${name} has its place from region ${life} only`);
    }
  }

  private checkRole(name: string, operand: ProgramBuffer["operand"], place: RegionPlace): void {
    const buffer = this.buffer(name, place);
    if (buffer.operand !== operand) {
      fault(place, "program-invalid", `${name} holds tiles of the ${buffer.operand}, not of the ${operand}`);
    }
    if (!buffer.perPe || buffer.memory !== "l1") {
      fault(place, "program-invalid", `${name} is not a buffer in L1, which the array works on`);
    }
  }

  finish(): RegionIndex {
    const place = regionPlace(this.machine, this.region);
    const { fills, drains, waits, passes, vectors, buffers, region } = this;
    for (const buffer of buffers.values()) {
      const isSum = buffer.operand === "output";
      if (!isSum && !fills.has(buffer.name)) {
        fault(place, "tile-not-there", `no transfer brings tiles into ${buffer.name}`);
      }
      if (isSum && !drains.has(buffer.name)) {
        fault(place, "tile-overwritten", `no transfer takes tiles out of ${buffer.name}: they are lost`);
      }
    }
    return { region, place, buffers, fills, drains, waits, passes, vectors };
  }
}

/** Where the tiles of a buffer come from in the end: the name of a tensor. */
export function outermostSource(
  index: RegionIndex,
  buffer: ProgramBuffer,
): { readonly name: string; readonly place: RegionPlace } {
  const seen = new Set<string>();
  let fill = present(index.fills.get(buffer.name), buffer.name);
  for (;;) {
    const [name, ...others] = fill.statement.from;
    if (name === undefined || others.length > 0) {
      return fault(
        fill.place,
        "program-invalid",
        `a tile of a matrix region comes from one place, not from ${others.length + 1}`,
      );
    }
    const outer = index.fills.get(name);
    if (outer === undefined) return { name, place: fill.place };
    if (seen.has(name)) return fault(fill.place, "program-invalid", `${name} is filled from itself`);
    seen.add(name);
    fill = outer;
  }
}
