/** Strings between MLIR's quotes: bytes of UTF-8, of which those outside printable ASCII are two hexadecimal digits. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A string in MLIR's quotes. */
export function quoted(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let out = "";
  for (const byte of encoder.encode(text)) {
    if (byte === 0x22) out += "\\22";
    else if (byte === 0x5c) out += "\\\\";
    else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
    else out += `\\${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return `"${out}"`;
}

/**
 * The string of a literal with its quotes, whose escapes are valid; undefined when its bytes are not UTF-8, which only a
 * hexadecimal escape can bring about.
 */
export function unquoted(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (!body.includes("\\")) return body;
  const bytes: number[] = [];
  for (const [, byte, escaped, plain] of body.matchAll(/\\([0-9a-fA-F]{2})|\\(.)|([^\\]+)/gs)) {
    if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
    else bytes.push(...encoder.encode(escaped === "n" ? "\n" : escaped === "t" ? "\t" : (escaped ?? plain)));
  }
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
