/** How an ONNX operator is declared to the importer. */
import type { Tensor } from "./module-builder.ts";
import type { NodeContext } from "./node-context.ts";

/** Imports a node: the tensor of its first output, or those of several; the rest of its outputs must not be read. */
export type ImportNode = (node: NodeContext) => Tensor | readonly Tensor[];

/** One version of an operator's definition. */
export interface OperatorVersion {
  /** First operator set that this definition holds for; it holds up to the next version of the same operator. */
  readonly since: number;
  /** Least and largest number of inputs. */
  readonly inputs: readonly [least: number, most: number];
  readonly importNode: ImportNode;
}

/** Versions of each operator by its name, oldest first. */
export type OperatorTable = Readonly<Record<string, readonly OperatorVersion[]>>;

/** A version of an operator. */
export function since(version: number, inputs: readonly [number, number], importNode: ImportNode): OperatorVersion {
  return { since: version, inputs, importNode };
}

/** The version of an operator's definition that holds in an operator set; undefined when there is none that old. */
export function versionFor(versions: readonly OperatorVersion[], opset: number): OperatorVersion | undefined {
  return versions.findLast((version) => version.since <= opset);
}
