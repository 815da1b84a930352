/**
 * Reads protobuf's wire format from a source of any size, through a window that moves with the position: what is skipped
 * is never read.
 *
 * @see Protocol Buffers, "Encoding" (protobuf.dev/programming-guides/encoding): varints, tags, wire types, groups
 */
import type { ByteSource } from "../../../support/byte-source.ts";

/** What is wrong with the bytes, and where. */
export class WireFormatError extends Error {
  override readonly name = "WireFormatError";
}

/** How a field's value is encoded. */
export const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Sources up to this size are read in one piece, larger ones through a window of `windowBytes`. */
const wholeBytes = 2 ** 24;
const windowBytes = 2 ** 18;

/** No varint is longer: 64 bits, 7 in each byte. */
const longestVarint = 10;

/** Largest field number that protobuf allows. */
const largestField = 2 ** 29 - 1;

const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A position in a source, and what can be read there. */
export class WireReader {
  position = 0;
  /** End of the message that is being read: nothing is read beyond it. */
  end: number;
  private readonly source: ByteSource;
  private window: Uint8Array = new Uint8Array();
  private windowStart = 0;
  private view = new DataView(this.window.buffer);

  constructor(source: ByteSource) {
    this.source = source;
    this.end = source.size;
  }

  get isAtEnd(): boolean {
    return this.position >= this.end;
  }

  /** Number and wire type of the field that follows. */
  tag(): { readonly field: number; readonly wireType: number } {
    const start = this.position;
    const tag = this.varint();
    const field = Math.floor(tag / 8);
    if (field < 1 || field > largestField) throw problemAt(start, `${field} is no field number`);
    return { field, wireType: tag % 8 };
  }

  /** A signed 64-bit integer: exact within ±2⁵³, the nearest number outside. */
  varint(): number {
    const start = this.position;
    // 28 bits each in `low` and `middle`, the rest in `high`: sums of numbers above 2³² stay exact.
    let [low, middle, high] = [0, 0, 0];
    for (let index = 0; index < longestVarint; index++) {
      const byte = this.byte();
      const bits = byte & 127;
      if (index < 4) low += bits << (7 * index);
      else if (index < 8) middle += bits << (7 * (index - 4));
      else high |= bits << (7 * (index - 8));
      if (byte < 128) return signed(low, middle, high & 255);
    }
    throw problemAt(start, `a number is longer than ${longestVarint} bytes`);
  }

  float(): number {
    return this.view.getFloat32(this.need(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.need(8), true);
  }

  /** Length of the length-delimited value that follows, which lies inside the message. */
  length(): number {
    const start = this.position;
    const length = this.varint();
    const left = this.end - this.position;
    if (length < 0 || length > left) throw problemAt(start, `${length} bytes are announced, ${left} are left`);
    return length;
  }

  text(): string {
    const length = this.length();
    const start = this.need(length);
    return textDecoder.decode(this.window.subarray(start, start + length));
  }

  /** A copy of the bytes. */
  bytes(): Uint8Array {
    const length = this.length();
    const start = this.need(length);
    return this.window.slice(start, start + length);
  }

  /** Runs `read` on the message that follows, which must end where its length says. */
  within<T>(read: () => T): T {
    const length = this.length();
    const [end, outer] = [this.position + length, this.end];
    this.end = end;
    const result = read();
    this.end = outer;
    return result;
  }

  /** Leaves out the value of a field. Groups, which ONNX does not use, may nest. */
  skip(field: number, wireType: number): void {
    const open: number[] = [];
    let [current, type] = [field, wireType];
    for (;;) {
      if (type === wireTypes.startGroup) open.push(current);
      else if (type === wireTypes.endGroup) {
        if (open.pop() !== current) throw problemAt(this.position, `a group ${current} ends that did not begin`);
      } else this.skipValue(type);
      if (open.length === 0) return;
      ({ field: current, wireType: type } = this.tag());
    }
  }

  private skipValue(wireType: number): void {
    switch (wireType) {
      case wireTypes.varint:
        this.varint();
        return;
      case wireTypes.fixed64:
        this.advance(8);
        return;
      case wireTypes.lengthDelimited:
        this.advance(this.length());
        return;
      case wireTypes.fixed32:
        this.advance(4);
        return;
      default:
        throw problemAt(this.position, `${wireType} is no wire type`);
    }
  }

  /** Goes on by a number of bytes without reading them. */
  advance(count: number): void {
    if (this.position + count > this.end) throw this.endsEarly(count);
    this.position += count;
  }

  private byte(): number {
    if (this.position >= this.end) throw this.endsEarly(1);
    const known = this.window[this.position - this.windowStart];
    if (known !== undefined) {
      this.position++;
      return known;
    }
    const start = this.need(1);
    return this.window[start] ?? 0;
  }

  /** Makes the window hold the next `count` bytes and goes past them; gives their start in the window. */
  private need(count: number): number {
    const { position } = this;
    this.advance(count);
    const start = position - this.windowStart;
    if (start >= 0 && start + count <= this.window.length) return start;
    const isSmall = this.source.size <= wholeBytes;
    this.windowStart = isSmall ? 0 : position;
    const length = isSmall ? this.source.size : Math.min(Math.max(count, windowBytes), this.source.size - position);
    this.window = this.source.read(this.windowStart, length);
    this.view = new DataView(this.window.buffer, this.window.byteOffset, this.window.byteLength);
    return position - this.windowStart;
  }

  private endsEarly(count: number): WireFormatError {
    return problemAt(this.position, `the message ends inside a value of ${count} bytes`);
  }
}

function problemAt(position: number, what: string): WireFormatError {
  return new WireFormatError(`at byte ${position}, ${what}`);
}

/** The number of three parts of 28, 28 and 8 bits, in two's complement. */
function signed(low: number, middle: number, high: number): number {
  if (high < 128) return high * 2 ** 56 + middle * 2 ** 28 + low;
  const mask = 2 ** 28 - 1;
  return -((255 - high) * 2 ** 56 + (mask - middle) * 2 ** 28 + (mask - low) + 1);
}
