/** Protobuf's wire format: numbers at their limits, what is skipped, what is damaged, and files that are not loaded. */
import { describe, expect, it } from "vitest";
import { WireReader } from "../../../../src/frontend/onnx/read/wire-reader.ts";
import type { ByteSource } from "../../../../src/support/byte-source.ts";
import { memorySource } from "../../../../src/support/byte-source.ts";

function reader(...bytes: readonly number[]): WireReader {
  return new WireReader(memorySource(Uint8Array.from(bytes)));
}

describe("a varint", () => {
  it.each([
    [[0], 0],
    [[0x96, 0x01], 150],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 53 - 1],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 2 ** 63],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], -1],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], -(2 ** 63)],
  ])("of the bytes %j is %d", (bytes, value) => {
    expect(reader(...bytes).varint()).toBe(value);
  });

  it("has at most 10 bytes", () => {
    const bytes = Array.from({ length: 11 }, () => 0x80);
    expect(() => reader(...bytes).varint()).toThrow("at byte 0, a number is longer than 10 bytes");
  });
});

describe("skipping", () => {
  it.each([
    ["a number", [0x08, 0x96, 0x01]],
    ["8 bytes", [0x09, 1, 2, 3, 4, 5, 6, 7, 8]],
    ["bytes", [0x0a, 2, 1, 2]],
    ["4 bytes", [0x0d, 1, 2, 3, 4]],
    ["a group in a group", [0x0b, 0x13, 0x08, 1, 0x14, 0x0c]],
  ])("goes past %s", (_what, bytes) => {
    const wire = reader(...bytes, 42);
    const { field, wireType } = wire.tag();
    wire.skip(field, wireType);
    expect(wire.position).toBe(bytes.length);
  });

  it.each([
    ["a group that ends twice", [0x0b, 0x14], "at byte 2, a group 2 ends that did not begin"],
    ["a group without end", [0x0b, 0x08, 1], "at byte 3, the message ends inside a value of 1 bytes"],
    ["wire type 6", [0x0e], "at byte 1, 6 is no wire type"],
    ["field 0", [0x02], "at byte 0, 0 is no field number"],
    ["more bytes than there are", [0x0a, 5, 1], "at byte 1, 5 bytes are announced, 1 are left"],
    ["4 bytes of 2", [0x0d, 1, 2], "at byte 1, the message ends inside a value of 4 bytes"],
  ])("refuses %s", (_what, bytes, problem) => {
    const wire = reader(...bytes);
    expect(() => {
      const { field, wireType } = wire.tag();
      wire.skip(field, wireType);
    }).toThrow(problem);
  });
});

describe("a source beyond 4 GiB", () => {
  it("is read through a window, and what is skipped is not read", () => {
    const size = 2 ** 33;
    const tail = [0x08, 7];
    const asked: number[] = [];
    const source: ByteSource = {
      size,
      read: (offset, length) => {
        asked.push(length);
        const bytes = new Uint8Array(length);
        // Field 1 is everything but the last two bytes, which are field 1 again, a number.
        const head = [0x0a, ...varint(size - 8 - tail.length), ...tail];
        bytes.set((offset === 0 ? head : tail).slice(0, length));
        return bytes;
      },
      sha256: () => "",
    };
    const wire = new WireReader(source);
    const { field, wireType } = wire.tag();
    wire.skip(field, wireType);
    expect(wire.position).toBe(size - 2);
    expect(wire.tag()).toEqual({ field: 1, wireType: 0 });
    expect(wire.varint()).toBe(7);
    expect(wire.isAtEnd).toBe(true);
    expect(asked.reduce((sum, length) => sum + length)).toBeLessThan(2 ** 20);
  });
});

/** A varint of 7 bytes, which `size - 8` leaves room for. */
function varint(value: number): readonly number[] {
  return Array.from({ length: 7 }, (_unused, at) => (Math.floor(value / 128 ** at) % 128) + (at < 6 ? 128 : 0));
}
