/** What the importer of one ONNX operator is given: the node's inputs and attributes, and ways to answer. */
import type { AttributeSpecs } from "../../ir/attribute-specs.ts";
import type { AttributeInputs, TypedOpKind } from "../../ir/define-op.ts";
import type { Location } from "../../ir/location.ts";
import type { OperandSpecs } from "../../ir/op-kind.ts";
import { reshape } from "../../ir/ops/shape.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { tensorValue } from "../../ir/tensor-value.ts";
import { elementCount, isFloat, tensorType } from "../../ir/types.ts";
import { fail } from "../../support/diagnostics.ts";
import type { AttributeReader } from "./attributes.ts";
import { attributeReader } from "./attributes.ts";
import type { ModuleBuilder, Tensor, TensorOperands } from "./module-builder.ts";
import { knownTensor } from "./module-builder.ts";
import type { GraphProto, NodeProto, SparseTensorProto, TensorProto } from "./read/schema.ts";
import { denseTensor } from "./sparse-tensor.ts";

/** What a subgraph starts from. `iteration` tells its nodes from those of the others in locations. */
export interface InlinedInputs {
  readonly inputs: readonly Tensor[];
  readonly iteration: string;
}

/** The importer's view of one node. */
export interface NodeContext {
  /** Version of the operator set that the node's domain is imported with. */
  readonly opset: number;
  readonly attributes: AttributeReader;
  /** All inputs; undefined where an optional one is left out. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Number of outputs that the node names. */
  readonly outputCount: number;
  /** A required input. */
  readonly input: (index: number) => Tensor;
  /** Numbers of an input that must be known before the program runs; undefined when it is left out. */
  readonly known: (index: number, name: string) => TensorValue | undefined;
  /** As `known`, as a list of integers. */
  readonly knownInts: (index: number, name: string) => readonly number[] | undefined;
  readonly emit: <const O extends OperandSpecs, const A extends AttributeSpecs>(
    kind: TypedOpKind<O, A>,
    operands: TensorOperands<O>,
    attributes: AttributeInputs<A>,
  ) => Tensor;
  /** The tensor under another shape; weights are renamed without an op. */
  readonly reshape: (tensor: Tensor, shape: readonly number[]) => Tensor;
  /** A scalar of the element type of another tensor. */
  readonly scalarLike: (tensor: Tensor, number: number) => Tensor;
  /** A stored tensor as a constant of the module. */
  readonly stored: (tensor: TensorProto) => Tensor;
  /** Numbers of a sparse tensor, zeros included. */
  readonly dense: (tensor: SparseTensorProto) => TensorValue;
  /** Outputs of a subgraph, imported in the place of the node; its inputs are none when nothing is said of them. */
  readonly inline: (graph: GraphProto, given?: InlinedInputs) => readonly Tensor[];
  /** A valid model that we cannot import. `help` says what else can be done. */
  readonly unsupported: (problem: string, help?: string) => never;
  /** A model that breaks ONNX's rules. */
  readonly invalid: (problem: string) => never;
}

/** What the graph importer knows of a node. */
export interface NodeParts {
  readonly node: NodeProto;
  readonly opset: number;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly location: Location;
  /** Where the node is, for errors. */
  readonly at: readonly string[];
  readonly builder: ModuleBuilder;
  readonly stored: (tensor: TensorProto) => Tensor;
  readonly inline: (graph: GraphProto, given?: InlinedInputs) => readonly Tensor[];
}

export function nodeContext(parts: NodeParts): NodeContext {
  const { node, opset, inputs, location, at, builder, stored, inline } = parts;
  const { opType = "" } = node;
  const invalid = (problem: string): never => fail({ code: "onnx-invalid-node", message: `${opType}: ${problem}`, at });
  const unsupported = (problem: string, help?: string): never =>
    fail({
      code: "onnx-unsupported",
      message: `${opType}: ${problem}`,
      at,
      ...(help === undefined ? {} : { help: [help] }),
    });
  const known = (index: number, name: string): TensorValue | undefined => {
    const tensor = inputs[index];
    if (tensor === undefined || tensor.kind === "known") return tensor?.numbers;
    return fail({
      code: "onnx-value-unknown",
      message: `${opType}: input '${name}' is not known before the program runs`,
      at,
      help: [
        "give the model's input that it depends on a value, with --input-value NAME=VALUE",
        "or make it a constant and export the model again",
      ],
    });
  };
  return {
    opset,
    attributes: attributeReader(node.attribute, invalid),
    inputs,
    outputCount: node.output.length,
    input: (index) => inputs[index] ?? invalid(`input ${index} is missing`),
    known,
    knownInts: (index, name) => {
      const numbers = known(index, name);
      if (numbers === undefined) return undefined;
      const { element } = numbers.type;
      return isFloat(element)
        ? invalid(`input '${name}' has element type ${element.name}, not an integer type`)
        : [...numbers.data];
    },
    emit: (kind, operands, attributes) => builder.emit(kind, operands, attributes, location),
    reshape: (tensor, shape) => {
      if (sameShape(tensor.type.shape, shape)) return tensor;
      const isRenaming = tensor.kind === "weight" && elementCount(shape) === elementCount(tensor.type.shape);
      if (isRenaming) return { ...tensor, type: tensorType(shape, tensor.type.element) };
      return builder.emit(reshape, { input: tensor }, { shape }, location);
    },
    scalarLike: (tensor, number) => knownTensor(tensorValue([], tensor.type.element.name, [number])),
    stored,
    dense: (tensor) => denseTensor(tensor, at[0] ?? ""),
    inline,
    unsupported,
    invalid,
  };
}

/** True when both shapes have the same extents. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, dim) => extent === b[dim]);
}
