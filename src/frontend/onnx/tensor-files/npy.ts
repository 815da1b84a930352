/** NumPy's `.npy` files. @see NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays" */
import type { TensorValue } from "../../../ir/tensor-value.ts";
import { tensorValue } from "../../../ir/tensor-value.ts";
import type { ScalarName } from "../../../ir/types.ts";
import { elementCount, tensorType } from "../../../ir/types.ts";
import { fail } from "../../../support/diagnostics.ts";
import { readRaw } from "../read/read-tensor.ts";
import { tensorBytes } from "./tensor-bytes.ts";

/** NumPy's type codes of the element types that NumPy has. */
const codes: Readonly<Partial<Record<ScalarName, string>>> = {
  f64: "<f8",
  f32: "<f4",
  f16: "<f2",
  i1: "|b1",
  i8: "|i1",
  i16: "<i2",
  i32: "<i4",
  i64: "<i8",
  ui8: "|u1",
  ui16: "<u2",
  ui32: "<u4",
  ui64: "<u8",
};
const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** Magic, two version bytes, and two bytes for the header's length in version 1. */
const preambleBytes = 10;
/** The data begin at a multiple of this. */
const alignment = 64;

/** A tensor as `.npy`, version 1. Types that NumPy has not are written as f32 (small floats) or i8 (4-bit integers). */
export function encodeNpy(value: TensorValue): Uint8Array {
  const { shape, element } = value.type;
  const substitute = element.name === "i4" || element.name === "ui4" ? "i8" : "f32";
  const name = codes[element.name] === undefined ? substitute : element.name;
  const shapeText = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${codes[name] ?? ""}', 'fortran_order': False, 'shape': (${shapeText}), }`;
  const length = Math.ceil((preambleBytes + header.length + 1) / alignment) * alignment;
  const data = tensorBytes({ type: tensorType(shape, name), data: value.data });
  const file = new Uint8Array(length + data.length);
  file.set(magic);
  file.set([1, 0, (length - preambleBytes) & 255, (length - preambleBytes) >> 8], magic.length);
  file.set(new TextEncoder().encode(header.padEnd(length - preambleBytes - 1) + "\n"), preambleBytes);
  file.set(data, length);
  return file;
}

/**
 * The tensor in a `.npy` file.
 * @throws DiagnosticError `npy-invalid`
 */
export function decodeNpy(bytes: Uint8Array, fileName: string): TensorValue {
  const refuse = (message: string, ...help: readonly string[]): never =>
    fail({ code: "npy-invalid", message, at: [fileName], ...(help.length === 0 ? {} : { help }) });
  if (magic.some((byte, at) => bytes[at] !== byte)) return refuse("this is not a .npy file of NumPy");
  const { header, start } = headerOf(bytes);
  const code = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (code === undefined || shape === undefined) return refuse(`its header is not understood: ${header.trim()}`);
  const native = code.replace(/^=/, "<");
  const name = Object.entries(codes).find(([, known]) => known === native)?.[0];
  if (name === undefined) return refuse(`element type '${code}' is not supported`, "convert it with astype");
  if (/'fortran_order'\s*:\s*True/.test(header)) {
    return refuse("the array is stored column by column", "save numpy.ascontiguousarray of it");
  }
  const extents = shape
    .split(",")
    .filter((text) => text.trim() !== "")
    .map(Number);
  // Keys of the table are scalar names.
  const type = tensorType(extents, name as ScalarName);
  const [have, one] = [bytes.length - start, Number(native.slice(2))];
  const want = elementCount(extents) * one;
  if (have !== want) return refuse(`shape (${shape}) of '${code}' needs ${want} bytes but ${have} follow the header`);
  return want === 0 ? tensorValue(extents, type.element.name, []) : readRaw(type, bytes.subarray(start));
}

/** The header's text, and where the data begin. */
function headerOf(bytes: Uint8Array): { readonly header: string; readonly start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirst = bytes[6] === 1;
  const at = isFirst ? preambleBytes : preambleBytes + 2;
  if (bytes.length < at) return { header: "", start: bytes.length };
  const start = at + (isFirst ? view.getUint16(8, true) : view.getUint32(8, true));
  return { header: new TextDecoder("latin1").decode(bytes.subarray(at, start)), start };
}
