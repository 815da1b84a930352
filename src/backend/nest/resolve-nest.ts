/** A mapping checked against problem and machine, as loops with their tiles and the places where operands stay. */
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../../support/diagnostics.ts";
import type { NestArchitecture, NestMemory, NestSpatial } from "./nest-architecture.ts";
import { memoryAbove } from "./nest-architecture.ts";
import type { NestItem, NestMapping } from "./nest-mapping.ts";
import type { Extents, NestDim, NestOperand, NestProblem } from "./nest-problem.ts";
import { nestDims, nestOperands, tileWords } from "./nest-problem.ts";

/** A loop; its step is `tile`. `spatial` is the fan-out that it is unrolled over; without one it runs in time. */
export interface ResolvedLoop {
  readonly dim: NestDim;
  readonly tile: number;
  readonly spatial?: NestSpatial;
}

/** A tile of one operand in one memory, below the first `depth` loops. */
export interface ResolvedStore {
  readonly memory: NestMemory;
  readonly depth: number;
  /** Extents of a whole tile. */
  readonly tile: Extents;
}

/** A nest that fits its machine. */
export interface ResolvedNest {
  readonly problem: NestProblem;
  readonly architecture: NestArchitecture;
  readonly loops: readonly ResolvedLoop[];
  /** Per operand, outer to inner; the first is the outermost memory. */
  readonly stores: Readonly<Record<NestOperand, readonly ResolvedStore[]>>;
}

/** Names the place of item `index` of the nest in its file. */
export type PlaceOfItem = (index: number) => string;

interface Draft {
  readonly problem: NestProblem;
  readonly architecture: NestArchitecture;
  readonly loops: ResolvedLoop[];
  readonly stores: Record<NestOperand, ResolvedStore[]>;
  readonly extents: Record<NestDim, number>;
  readonly used: Map<string, number>;
}

/** Checks a mapping; throws a `DiagnosticError` with everything that is wrong with it. */
export function resolveNest(
  problem: NestProblem,
  architecture: NestArchitecture,
  mapping: NestMapping,
  placeOf: PlaceOfItem = (index) => `nest[${index}]`,
): ResolvedNest {
  const draft = newDraft(problem, architecture);
  const errors = mapping.nest.flatMap((item, index) => {
    const message = addItem(draft, item);
    return message === undefined ? [] : [invalid(message, placeOf(index))];
  });
  const open = nestDims.filter((dim) => draft.extents[dim] > 1);
  if (errors.length === 0 && open.length > 0) {
    const left = open.map((dim) => `${dim} ${draft.extents[dim]}`).join(", ");
    errors.push(invalid(`the nest ends with a tile of more than one step: ${left}`, placeOf(mapping.nest.length)));
  }
  if (errors.length === 0) errors.push(...overflows(draft));
  if (errors.length > 0) throw new DiagnosticError(errors);
  return draft;
}

function newDraft(problem: NestProblem, architecture: NestArchitecture): Draft {
  const [memory] = architecture.memories;
  const tile = problem.extents;
  const stores = (): ResolvedStore[] => (memory === undefined ? [] : [{ memory, depth: 0, tile }]);
  return {
    problem,
    architecture,
    loops: [],
    stores: { input: stores(), weight: stores(), output: stores() },
    extents: { ...tile },
    used: new Map(),
  };
}

const invalid = (message: string, at: string): Diagnostic =>
  errorDiagnostic({ code: "mapping-invalid", message, at: [at] });

/** Adds one line; the answer says what is wrong with it. */
function addItem(draft: Draft, item: NestItem): string | undefined {
  switch (item.kind) {
    case "temporal":
      if (item.tile > draft.extents[item.dim]) {
        return `loop ${item.dim}: tile ${item.tile} is larger than the tile above, ${draft.extents[item.dim]}`;
      }
      draft.loops.push({ dim: item.dim, tile: item.tile });
      draft.extents[item.dim] = item.tile;
      return undefined;
    case "spatial":
      return addSpatial(draft, item);
    case "store":
      return addStore(draft, item);
  }
}

function addSpatial(draft: Draft, item: Extract<NestItem, { kind: "spatial" }>): string | undefined {
  const { level, dim, factor } = item;
  const spatial = draft.architecture.spatial.find((candidate) => candidate.name === level);
  if (spatial === undefined) return `no spatial level '${level}' in ${draft.architecture.name}`;
  if (!spatial.dims.includes(dim)) return `${level} does not unroll ${dim}, only ${spatial.dims.join(", ")}`;
  if (factor > draft.extents[dim])
    return `${level}: factor ${factor} is more than the tile above has, ${draft.extents[dim]}`;
  const early = storesBelow(draft, spatial);
  if (early !== undefined)
    return `${level} stands below ${spatial.below ?? ""}: ${early.name} is further in and stands above it`;
  const used = (draft.used.get(level) ?? 1) * factor;
  if (used > spatial.fanout) return `${level}: ${used} instances are unrolled, it has ${spatial.fanout}`;
  draft.used.set(level, used);
  const tile = Math.ceil(draft.extents[dim] / factor);
  draft.loops.push({ dim, tile, spatial });
  draft.extents[dim] = tile;
  return undefined;
}

/** A memory that is stored into already although it is below a fan-out that says where it stands. */
function storesBelow({ architecture, stores }: Draft, spatial: NestSpatial): NestMemory | undefined {
  if (spatial.below === undefined) return undefined;
  const above = memoryAbove(architecture, spatial);
  const held = nestOperands.flatMap((operand) => stores[operand].map(({ memory }) => memory));
  return held.find((memory) => architecture.memories.indexOf(memory) > above);
}

function addStore(draft: Draft, { level, operand }: Extract<NestItem, { kind: "store" }>): string | undefined {
  const { memories, name } = draft.architecture;
  const at = memories.findIndex((candidate) => candidate.name === level);
  const memory = memories[at];
  if (memory === undefined) return `no memory '${level}' in ${name}`;
  if (!memory.keeps.includes(operand)) return `${level} does not keep the ${operand}, only ${memory.keeps.join(", ")}`;
  const above = draft.stores[operand].at(-1);
  if (above !== undefined && memories.indexOf(above.memory) >= at) {
    return `${level}: the ${operand} stays in ${above.memory.name} above, which is not further out`;
  }
  const late = draft.loops.find(
    ({ spatial }) => spatial?.below !== undefined && memoryAbove(draft.architecture, spatial) >= at,
  );
  if (late?.spatial !== undefined) return `${level}: ${late.spatial.name} stands below it, but is unrolled above`;
  draft.stores[operand].push({ memory, depth: draft.loops.length, tile: { ...draft.extents } });
  return undefined;
}

/** Bytes that a tile takes in its memory. */
export function storeBytes(
  nest: Omit<ResolvedNest, "loops" | "stores">,
  operand: NestOperand,
  store: ResolvedStore,
): number {
  const copies = store.memory.isDoubleBuffered ? 2 : 1;
  return (copies * tileWords(nest.problem, operand, store.tile) * nest.architecture.wordBits[operand]) / 8;
}

/** Every memory, or share of an operand in it, that the tiles do not fit. */
function overflows(nest: ResolvedNest): readonly Diagnostic[] {
  return nest.architecture.memories.slice(1).flatMap((memory) => {
    const held = nestOperands.flatMap((operand) =>
      nest.stores[operand]
        .filter((store) => store.memory === memory)
        .map((store) => ({ operand, bytes: storeBytes(nest, operand, store) })),
    );
    const own = held.flatMap(({ operand, bytes }) => {
      const limit = memory.operandBytes?.[operand];
      if (limit === undefined || bytes <= limit) return [];
      return [overflow(`${memory.name}: the ${operand} takes ${bytes} bytes of ${limit}, ${bytes - limit} too many`)];
    });
    const total = held.reduce((sum, { bytes }) => sum + bytes, 0);
    if (memory.capacityBytes === "unlimited" || total <= memory.capacityBytes) return own;
    const parts = held.map(({ operand, bytes }) => `${operand} ${bytes}`).join(", ");
    const excess = total - memory.capacityBytes;
    return [
      ...own,
      overflow(`${memory.name}: tiles take ${total} bytes of ${memory.capacityBytes}, ${excess} too many (${parts})`),
    ];
  });
}

const overflow = (message: string): Diagnostic =>
  errorDiagnostic({ code: "mapping-overflow", message, help: ["make a tile of this memory smaller"] });
