/**
 * Mappings of ZigZag, counted by us: accesses are theirs, but for what its figures get wrong.
 *
 * - Padding clips every tile there, not only those at an edge: inputs of padded problems are not compared.
 * - Factors that do not divide are fractions of a PE there: cases with such are not compared.
 * - Sums that several PEs begin are read back there for all first writes but one each: the difference is checked.
 * - One figure in a hundred contradicts its own amount × periods: then that is compared.
 */
import { describe, expect, test } from "vitest";
import { hasPeers, peerFile, peersNote } from "./peer-data.ts";
import type { ZigZagCase, ZigZagMemories } from "./zigzag-case.ts";
import { isWhole, outputWords, sumCopies, zigZagCounts } from "./zigzag-case.ts";

interface ZigZagFile {
  readonly architectures: Readonly<Record<string, { readonly memories: ZigZagMemories }>>;
  readonly cases: readonly ZigZagCase[];
}

// The file's own layout, described in its README.
const file = hasPeers ? (peerFile("zigzag_cases.json") as ZigZagFile) : { architectures: {}, cases: [] };
const whole = file.cases.filter(isWhole);

describe.runIf(hasPeers)(`ZigZag's mappings${peersNote}`, () => {
  test("all but a few have whole factors", () => {
    expect(whole.length).toBeGreaterThan(0.9 * file.cases.length);
  });

  test.each(whole.map((one) => [one.id, one] as const))("%s", (_, one) => {
    const memories = file.architectures[one.accelerator]?.memories ?? {};
    const isPadded = one.problem.padding?.some((sides) => sides.some((zeros) => zeros > 0)) === true;
    for (const letter of ["I", "W"] as const) {
      if (letter === "I" && isPadded) continue;
      for (const { level, reads, fills } of zigZagCounts(one, memories, letter)) {
        const moves = one.element_moves[letter][level];
        const { amount_elems_per_period_per_unit: amount, period_count: periods } = one.transfers[letter][level] ?? {};
        const byPeriod = (amount?.rd_out_to_low ?? NaN) * (periods?.rd_out_to_low ?? NaN);
        expect([moves?.rd_out_to_low, byPeriod], `${letter} ${level}`).toContain(reads);
        expect(fills, `${letter} ${level}`).toBe(moves?.wr_in_by_high);
      }
    }
    for (const { level, reads, fills, updates } of zigZagCounts(one, memories, "O")) {
      const moves = one.element_moves.O[level];
      const [back, up] = [moves?.rd_out_to_low ?? NaN, moves?.rd_out_to_high ?? NaN];
      const begun = back === 0 ? 0 : (sumCopies(one, memories, level) - 1) * outputWords(one);
      expect({ updates, fills, reads }, level).toEqual({
        updates: moves?.wr_in_by_low,
        fills: moves?.wr_in_by_high,
        reads: back + up - begun,
      });
    }
  });
});
