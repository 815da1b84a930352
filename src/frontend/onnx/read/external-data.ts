/** Where a tensor's numbers are when they are in another file: read and checked, never opened here. */
import { elementCount } from "../../../ir/types.ts";
import { dataTypeName, storedBytes } from "./data-types.ts";
import type { TensorProto } from "./schema.ts";

/** A stretch of bytes in a file beside the model. */
export interface ExternalSpan {
  /** Path relative to the model's folder, inside it. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Where the numbers of an external tensor are, or what is wrong with how the model says it. */
export function externalSpan(tensor: TensorProto): ExternalSpan | { readonly problem: string } {
  const entries = new Map(tensor.externalData.map(({ key = "", value = "" }) => [key, value]));
  const location = entries.get("location");
  if (location === undefined || location === "") return { problem: "external data has no location" };
  if (escapes(location)) return { problem: `external data location '${location}' leaves the model's folder` };
  const want = storedBytes(tensor.dataType ?? 0, elementCount(tensor.dims));
  const offset = natural(entries.get("offset") ?? "0");
  const length = natural(entries.get("length") ?? String(want));
  if (offset === undefined)
    return { problem: `external data offset '${entries.get("offset") ?? ""}' is not a number ≥ 0` };
  if (length === undefined)
    return { problem: `external data length '${entries.get("length") ?? ""}' is not a number ≥ 0` };
  if (length !== want) {
    const type = dataTypeName(tensor.dataType ?? 0);
    return {
      problem: `external data has ${length} bytes but shape [${tensor.dims.join(", ")}] of ${type} needs ${want}`,
    };
  }
  return { location, offset, length };
}

/** Absolute paths, paths with a drive or a scheme, and paths that go up. */
function escapes(location: string): boolean {
  const parts = location.split(/[\\/]/);
  return /^([\\/]|[A-Za-z]:|[a-z]+:\/\/)/.test(location) || parts.includes("..") || location.includes("\0");
}

function natural(text: string): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}
