/** Names of a graph that is being imported, and what they stand for. */
import type { Tensor } from "./module-builder.ts";
import type { AttributeProto } from "./read/schema.ts";

/**
 * What a name stands for. `failed`: its node has an error, which was reported. `absent`: the node's importer does not make
 * this output. `refused`: a tensor that cannot be had, which matters only to who reads it. `omitted`: an input of a
 * function that the call leaves out.
 */
export type Entry =
  | Tensor
  | { readonly kind: "failed" }
  | { readonly kind: "absent"; readonly maker: string }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "omitted" };

/** Names of a graph; a subgraph also sees those around it. */
export class Scope {
  private readonly entries = new Map<string, Entry>();
  private readonly outer: Scope | undefined;

  constructor(outer: Scope | undefined) {
    this.outer = outer;
  }

  get(name: string): Entry | undefined {
    return this.entries.get(name) ?? this.outer?.get(name);
  }

  set(name: string, entry: Entry): void {
    if (name !== "") this.entries.set(name, entry);
  }
}

/** Attributes of a function's call by name; undefined for one that has no default and is not given. */
export type BoundAttributes = ReadonlyMap<string, AttributeProto | undefined>;

/**
 * Where nodes are imported: in the model's graph, a subgraph, or the body of a function.
 *
 * @property opsets      versions of the operator sets by domain, those of the function inside of one
 * @property attributes  what attributes may refer to; undefined outside of functions
 * @property prefix      of the labels of its nodes: the calls and iterations around them
 * @property depth       number of subgraphs and functions around it
 */
export interface Frame {
  readonly scope: Scope;
  readonly opsets: ReadonlyMap<string, number>;
  readonly attributes: BoundAttributes | undefined;
  readonly prefix: string;
  readonly depth: number;
}
