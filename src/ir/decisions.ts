/**
 * What the back end decides about a frozen module, as plain data: which ops run together, padded how, tiled how, and where
 * tensors live. `backend/` computes it; the passes `form-regions`, `pad-dimensions`, `tile` and `place` write it into IR.
 */

/** An operation's index in a pre-order walk of the frozen module. */
export type OperationId = number;

/** Result `index` of an operation; for function arguments, argument `index` of the `func.func`. */
export interface ValueId {
  readonly operation: OperationId;
  readonly index: number;
}

/** What executes a region. `dma`: data movement without arithmetic. */
export type Engine = "systolic-array" | "vector-unit" | "dma";

/** Operations that run as one, in program order, without their compile-time operands (folded weights). */
export interface RegionChoice {
  /** Position in the schedule. */
  readonly id: number;
  /** The operation whose loop nest the others follow. */
  readonly anchor: OperationId;
  readonly operations: readonly OperationId[];
  readonly engine: Engine;
}

export interface RegionPartition {
  readonly regions: readonly RegionChoice[];
}

/** Loops by name, with a trip count, a tile size or an unrolling factor each. */
export type LoopSizes = Readonly<Record<string, number>>;

/** On-chip memory levels of the design template, outermost first. */
export type OnChipLevel = "gm" | "l2" | "l1";

/** One level's part of a mapping: the tile that stands there, and the loops that step over tiles of this size. */
export interface LevelTiling {
  readonly level: OnChipLevel;
  /** Extent of each loop inside the tile of one instance of the memory (of one PE, where every PE has its own). */
  readonly tile: LoopSizes;
  /** Loops that step over tiles, outermost first; loops with one trip are left out. */
  readonly order: readonly string[];
}

/** How an engine's hardware runs the innermost loops. */
export type Dataflow = "weight-stationary" | "output-stationary" | "input-stationary" | "vector" | "copy";

/** One region's loop nest placed on one design. */
export interface Mapping {
  readonly region: number;
  readonly dataflow: Dataflow;
  readonly extents: LoopSizes;
  /** Unrolling over the PE grid. */
  readonly spatial: { readonly peRows: LoopSizes; readonly peColumns: LoopSizes };
  /** Weight-stationary grouped convolution: groups that share one array pass, block-diagonally. 1 when nothing is packed. */
  readonly groupsPerPass: number;
  readonly levels: readonly LevelTiling[];
}

/** Zeros that an engine adds at the high end of loops so that its array is full; never moved through memory. */
export interface Padding {
  readonly region: number;
  readonly loops: LoopSizes;
}

/** A tensor that stays in global memory from one region to another instead of going through DRAM. */
export interface ResidentTensor {
  readonly value: ValueId;
  readonly sizeBytes: number;
  readonly offsetBytes: number;
  /** First and last region in which it occupies its place; weights that stay for all inferences span all regions. */
  readonly firstRegion: number;
  readonly lastRegion: number;
  /** Kept for all inferences: fetched in the first (cold) one only. */
  readonly isPinned: boolean;
}

export interface Residency {
  readonly capacityBytes: number;
  readonly tensors: readonly ResidentTensor[];
}

/** All decisions for one module on one design. */
export interface Decisions {
  /** SHA-256 of the frozen module's text; materialising onto another module is an error. */
  readonly moduleSha256: string;
  readonly partition: RegionPartition;
  readonly mappings: readonly Mapping[];
  readonly paddings: readonly Padding[];
  readonly residency: Residency;
}
