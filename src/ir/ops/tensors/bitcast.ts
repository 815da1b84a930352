/** Numbers read as other numbers with the same bits. */
import { attr } from "../../attribute-specs.ts";
import { defineOp } from "../../define-op.ts";
import { floatFromBits, floatToBits, patternWidth } from "../../numbers/float-bits.ts";
import { wrapInteger } from "../../numbers/number-formats.ts";
import { zeros } from "../../tensor-value.ts";
import type { ScalarType } from "../../types.ts";
import { bitWidth, isFloat, tensorType } from "../../types.ts";

/** Bits of one element, or undefined for a type whose patterns are not known. */
function widthOf(type: ScalarType): number | undefined {
  return isFloat(type) ? patternWidth(type) : bitWidth(type);
}

function toBits(value: number, type: ScalarType): bigint {
  return isFloat(type) ? floatToBits(value, type) : BigInt.asUintN(bitWidth(type), BigInt(value));
}

function fromBits(bits: bigint, type: ScalarType): number {
  return isFloat(type) ? floatFromBits(bits, type) : wrapInteger(bits, type);
}

/** `nn.bitcast`: integers of 64 bits are exact up to 2⁵³, as everywhere. */
export const bitcast = defineOp({
  name: "nn.bitcast",
  summary: "The same bits as numbers of another element type of the same width; moves nothing.",
  operands: { input: {} },
  attributes: { to: attr.scalarType },
  traits: ["pure", "view"],
  verify({ input: { element } }, { to }) {
    const [have, want] = [element, to].map(widthOf);
    if (have === undefined || want === undefined) return `bits of ${element.name} or ${to.name} are not known`;
    return have === want ? undefined : `${element.name} has ${have} bits but ${to.name} has ${want}`;
  },
  inferTypes: ({ input }, { to }) => tensorType(input.shape, to),
  reference({ input }, { to }, [type]) {
    const output = zeros(type!);
    for (let at = 0; at < output.data.length; at++) {
      output.data[at] = fromBits(toBits(input.data[at]!, input.type.element), to);
    }
    return output;
  },
});
