/** What `fastc verify` tells: how far every tensor of a model is from what onnxruntime computes. */
import type { TensorDifference } from "../ir/execution/tensor-difference.ts";
import { unravelled } from "../ir/execution/tensor-difference.ts";
import { shapeText } from "../ir/broadcast.ts";
import type { TensorType } from "../ir/types.ts";
import { typeText } from "../ir/types.ts";
import type { TextStyle } from "./table.ts";
import { formatTable, keepEnd } from "./table.ts";
import { formatInteger } from "./units.ts";

/** A tensor that was compared. */
export interface ComparedTensor {
  readonly name: string;
  /** The ONNX node that makes it; empty for an output of the model that no node makes. */
  readonly node: string;
  readonly opType: string;
  readonly isOutput: boolean;
  readonly type: TensorType;
  /** Type that onnxruntime gives instead; then nothing is compared. */
  readonly otherType?: TensorType;
  readonly difference?: TensorDifference;
  /**
   * Where every node or region is looked at, of a tensor that is off: its difference when computed from onnxruntime's operands;
   * of a schedule, from what the reference computes from the region's operands.
   */
  readonly ownDifference?: TensorDifference;
}

/** An output of the module as a pass left it. */
export interface PassComparison {
  readonly index: number;
  readonly pass: string;
  /** False: the pass changed nothing, and nothing was run. */
  readonly isChanged: boolean;
  /** Largest difference of an output from that before the pass and from onnxruntime's, relative to its scale. */
  readonly fromBefore: number;
  readonly fromRuntime: number;
}

/** An input that the comparison ran on. */
export interface InputSource {
  readonly name: string;
  readonly type: TensorType;
  /** A file, or how its numbers were chosen. */
  readonly source: string;
}

/** What was compared: the imported model, or its schedule for a design. */
export type VerifySubject =
  | { readonly kind: "import" }
  | {
      readonly kind: "schedule";
      readonly design: string;
      readonly numbers: "f32" | "bf16";
      /** Regions that ran. */
      readonly regions: number;
    };

export interface VerifyResult {
  readonly subject: VerifySubject;
  readonly model: { readonly name: string; readonly sha256: string };
  readonly runtime: string;
  readonly tolerance: number;
  readonly inputs: readonly InputSource[];
  readonly tensors: readonly ComparedTensor[];
  /** Tensors of element types that onnxruntime's JavaScript interface has not. */
  readonly notCompared: readonly string[];
  readonly passes: readonly PassComparison[];
}

/** True when a tensor is as expected. */
export function isWithin(tensor: ComparedTensor, tolerance: number): boolean {
  return isClose(tensor, tolerance) || isHandedDown(tensor, tolerance);
}

function isClose({ difference }: ComparedTensor, tolerance: number): boolean {
  return difference !== undefined && difference.relative <= tolerance;
}

/** True for a tensor that is off only because its operands are: rounding that was handed down and has grown. */
function isHandedDown({ ownDifference }: ComparedTensor, tolerance: number): boolean {
  return ownDifference !== undefined && ownDifference.relative <= tolerance;
}

/** True when everything that was compared is as expected. */
export function isVerified({ tensors, passes, tolerance }: VerifyResult): boolean {
  const isGood = ({ fromBefore, fromRuntime }: PassComparison) => fromBefore <= tolerance && fromRuntime <= tolerance;
  return tensors.every((tensor) => isWithin(tensor, tolerance)) && passes.every(isGood);
}

/** Tensors, the worst first; those of another type before all. */
function worstFirst(tensors: readonly ComparedTensor[]): readonly ComparedTensor[] {
  const rank = ({ difference }: ComparedTensor): number => difference?.relative ?? Infinity;
  return [...tensors].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}

/** Rows of the table; all that disagree are shown, however many. */
const shownRows = 10;

/** The report as text, with a final line break. */
export function verifyText(result: VerifyResult, style: TextStyle): string {
  const { model, runtime, tolerance, tensors, passes, notCompared } = result;
  const bad = tensors.filter((tensor) => !isWithin(tensor, tolerance));
  const count = formatInteger(tensors.length);
  const verdict =
    bad.length === 0
      ? `${count} ${tensors.length === 1 ? "tensor agrees" : "tensors agree"} within ${tolerance} of their scale`
      : `${formatInteger(bad.length)} of ${count} tensors differ by more than ${tolerance} of their scale`;
  const handedDown = tensors.filter((tensor) => !isClose(tensor, tolerance) && isWithin(tensor, tolerance));
  const shown = worstFirst(tensors).slice(0, Math.max(shownRows, bad.length + handedDown.length));
  return [
    style.bold(`${model.name}${subjectText(result.subject)} against onnxruntime ${runtime}: ${verdict}`),
    formatTable(
      result.inputs.map(({ name, type, source }) => [name, typeText(type), source]),
      ["left", "left", "left"],
    ),
    "",
    style.bold(shown.length < tensors.length ? `The ${shown.length} that differ most` : "Every tensor"),
    formatTable(
      [["of scale", "error", "have", "want", "at", "tensor", "node"], ...shown.map(tensorRow)],
      tensorColumns,
    ),
    ...(handedDown.length === 0
      ? []
      : [
          "",
          `${formatInteger(handedDown.length)} further off, but not ${ownText(result.subject)} ("own"): rounding that was handed down`,
        ]),
    ...(bad.length > 0 && tensors.every(({ isOutput }) => isOutput)
      ? ["", "add --all to see which node is off, or that rounding was handed down and grew"]
      : []),
    ...(notCompared.length === 0
      ? []
      : ["", `not compared, for onnxruntime cannot hand them out: ${notCompared.join(", ")}`]),
    ...(passes.length === 0 ? [] : ["", ...passText(result, style)]),
    "",
  ].join("\n");
}

function subjectText(subject: VerifySubject): string {
  if (subject.kind === "import") return "";
  return ` on ${subject.design}, ${formatInteger(subject.regions)} regions run in ${subject.numbers},`;
}

function ownText({ kind }: VerifySubject): string {
  return kind === "import"
    ? "when computed from onnxruntime's operands"
    : "from what the reference computes from the same operands";
}

const tensorColumns = ["right", "right", "right", "right", "left", "left", "left"] as const;

function tensorRow(tensor: ComparedTensor): readonly string[] {
  const { name, node, opType, type, otherType, difference, ownDifference, isOutput } = tensor;
  const what = [
    `${keepEnd(name, 48)}${isOutput ? " (output)" : ""}`,
    node === "" ? "" : `${keepEnd(node, 40)} (${opType})`,
  ];
  if (difference === undefined) {
    const other = otherType === undefined ? "" : typeText(otherType);
    return ["type", "", typeText(type), other, "", ...what];
  }
  const { relative, maxError, worst } = difference;
  const at = worst === undefined ? "" : shapeText(unravelled(worst.index, type.shape));
  const own = ownDifference === undefined ? "" : ` (own ${errorText(ownDifference.relative)})`;
  return [`${errorText(relative)}${own}`, errorText(maxError), number(worst?.have), number(worst?.want), at, ...what];
}

function errorText(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}

function number(value: number | undefined): string {
  return value === undefined ? "" : Number.isInteger(value) ? `${value}` : value.toPrecision(7);
}

function passText({ passes, tolerance }: VerifyResult, style: TextStyle): readonly string[] {
  const isBad = ({ fromBefore, fromRuntime }: PassComparison) => !(fromBefore <= tolerance && fromRuntime <= tolerance);
  const rows = passes.map((row) => {
    const label = [`${String(row.index).padStart(2, "0")}-${row.pass}`];
    if (!row.isChanged) return [...label, "", "", "changes nothing"];
    return [...label, errorText(row.fromBefore), errorText(row.fromRuntime), isBad(row) ? "DIFFERS" : ""];
  });
  return [
    style.bold("Outputs after each pass, relative to their scale"),
    formatTable([["pass", "from before", "from onnxruntime", ""], ...rows], ["left", "right", "right", "left"]),
  ];
}

/** The report for programs. */
export function verifyJson(result: VerifyResult): object {
  const { model, runtime, tolerance, inputs, tensors, notCompared, passes } = result;
  return {
    schemaVersion: 1,
    model,
    ...(result.subject.kind === "import" ? {} : { schedule: result.subject }),
    onnxruntime: runtime,
    tolerance,
    verified: isVerified(result),
    inputs: inputs.map(({ name, type, source }) => ({ name, type: typeText(type), source })),
    tensors: tensors.map((tensor) => tensorJson(tensor, tolerance)),
    notCompared,
    passes,
  };
}

function tensorJson(tensor: ComparedTensor, tolerance: number): object {
  const { name, node, opType, isOutput, type, otherType, difference, ownDifference } = tensor;
  const { scale, maxError, relative, worst } = difference ?? {};
  return {
    name,
    node,
    opType,
    isOutput,
    type: typeText(type),
    ...(otherType === undefined ? {} : { otherType: typeText(otherType) }),
    agrees: isWithin(tensor, tolerance),
    // JSON has no infinity: numbers that are not finite are texts.
    ...(difference === undefined ? {} : { scale, maxError: jsonNumber(maxError), relativeError: jsonNumber(relative) }),
    ...(ownDifference === undefined ? {} : { ownRelativeError: jsonNumber(ownDifference.relative) }),
    ...(worst === undefined
      ? {}
      : {
          worst: {
            at: unravelled(worst.index, type.shape),
            have: jsonNumber(worst.have),
            want: jsonNumber(worst.want),
          },
        }),
  };
}

function jsonNumber(value: number | undefined): number | string | undefined {
  return value === undefined || Number.isFinite(value) ? value : `${value}`;
}
