/** Whether a program fits into the memories of its design: places of tensors, sizes of buffers. */
import type { FrozenModule } from "../../ir/frozen.ts";
import type { Architecture, MemoryLevel } from "../architecture.ts";
import { gmCapacityBytes } from "../architecture.ts";
import type { Program, ProgramBuffer, ProgramOperand, ProgramTensor, RegionProgram } from "../schedule/program.ts";
import { fault } from "./fault.ts";
import type { RegionPlace } from "./machine.ts";

/** What is checked. */
export interface CheckedProgram {
  readonly program: Program;
  readonly frozen: FrozenModule;
  readonly architecture: Architecture;
}

/** Refuses a program that does not fit. @throws DiagnosticError `program-invalid`, `memory-overflow`, `memory-overlap` */
export function checkMemories(checked: CheckedProgram): void {
  const { program, frozen } = checked;
  checkNames(checked);
  checkPlaces(checked);
  program.regions.forEach((region, index) => {
    const place: RegionPlace = { frozen, region };
    if (region.id !== index) {
      fault(
        place,
        "program-invalid",
        `region ${region.id} stands in place ${index}: regions are numbered in their order`,
      );
    }
    for (const level of checked.architecture.levels) checkLevel(checked, region, level);
    for (const buffer of region.buffers) checkBuffer(checked, place, buffer);
  });
}

function checkNames({ program: { tensors }, frozen }: CheckedProgram): void {
  const names = new Set<string>();
  tensors.forEach(({ name, value }, index) => {
    const place = { frozen, path: `/tensors/${index}` };
    if (names.has(name)) fault(place, "program-invalid", `there are two tensors ${name}`);
    names.add(name);
    const isThere = frozen.operations[value.operation] !== undefined;
    if (!isThere) fault(place, "program-invalid", `the model has no operation ${value.operation}, which ${name} is of`);
  });
}

/** Tensors that live at the same time must not share bytes, and must lie in their memory. */
function checkPlaces({ program, frozen, architecture }: CheckedProgram): void {
  const end = ({ offsetBytes, sizeBytes }: ProgramTensor): number => offsetBytes + sizeBytes;
  for (const memory of ["dram", "gm"] as const) {
    const placed = program.tensors
      .map((tensor, index) => ({ tensor, place: { frozen, path: `/tensors/${index}` } }))
      .filter(({ tensor }) => tensor.memory === memory && tensor.sizeBytes > 0)
      .sort((a, b) => a.tensor.offsetBytes - b.tensor.offsetBytes);
    placed.forEach(({ tensor, place }, index) => {
      const capacity = gmCapacityBytes(architecture);
      if (memory === "gm" && end(tensor) > capacity) {
        fault(place, "memory-overflow", `${tensor.name} ends at byte ${end(tensor)} of a global memory of ${capacity}`);
      }
      for (const { tensor: other } of placed.slice(index + 1)) {
        if (other.offsetBytes >= end(tensor)) break;
        if (other.firstRegion > tensor.lastRegion || tensor.firstRegion > other.lastRegion) continue;
        const first = Math.max(tensor.firstRegion, other.firstRegion);
        fault(place, "memory-overlap", `${tensor.name} and ${other.name} share bytes from region ${first} on`, {
          notes: [placeText(tensor), placeText(other)],
        });
      }
    });
  }
}

function placeText({ name, memory, offsetBytes, sizeBytes, firstRegion, lastRegion }: ProgramTensor): string {
  return `${name}: ${memory} ${offsetBytes} to ${offsetBytes + sizeBytes}, regions ${firstRegion} to ${lastRegion}`;
}

function checkBuffer({ architecture }: CheckedProgram, place: RegionPlace, buffer: ProgramBuffer): void {
  const level = architecture.levels.find((each) => each.level === buffer.memory);
  if (level === undefined)
    fault(place, "program-invalid", `${buffer.name} is in ${buffer.memory}, which the design has not`);
  if (level.isPerPe !== buffer.perPe) {
    const who = level.isPerPe ? "every PE has its own" : "there is one for all PEs";
    fault(place, "program-invalid", `${buffer.name}: of ${buffer.memory} ${who}`);
  }
}

/** The buffers of a level, with the tensors that stay there in a region, must fit into one instance. */
function checkLevel(
  { program, frozen }: CheckedProgram,
  region: RegionProgram,
  { level, capacity }: MemoryLevel,
): void {
  const place: RegionPlace = { frozen, region };
  const buffers = region.buffers.filter(({ memory }) => memory === level);
  const need = (operand?: ProgramOperand): number =>
    buffers
      .filter((buffer) => operand === undefined || buffer.operand === operand)
      .reduce((sum, { slots, slotBytes }) => sum + slots * slotBytes, 0);
  if (capacity.kind === "split") {
    for (const operand of ["input", "weight", "output"] as const) {
      if (need(operand) <= capacity[operand]) continue;
      const message = `buffers of ${operand}s take ${need(operand)} bytes of ${level}, which has ${capacity[operand]} for them`;
      fault(place, "memory-overflow", message);
    }
    return;
  }
  const residents = level !== "gm" ? [] : program.tensors.filter((tensor) => livesIn(tensor, region.id));
  const resident = residents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (need() + resident <= capacity.bytes) return;
  const what = residents.length === 0 ? "buffers take" : `buffers and ${residents.length} resident tensors take`;
  fault(place, "memory-overflow", `${what} ${need() + resident} bytes of ${level}, which has ${capacity.bytes}`);
}

function livesIn({ memory, firstRegion, lastRegion }: ProgramTensor, region: number): boolean {
  return memory === "gm" && firstRegion <= region && region <= lastRegion;
}
