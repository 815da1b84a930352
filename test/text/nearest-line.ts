/** Finds the line of a text that a check line that matches nowhere was perhaps meant for. */

/** Lines that are looked at, from where the search began. */
const lineLimit = 200;

/**
 * Start (behind its blanks) of the line that is most like the example; undefined when less than half of it is found there.
 *
 * Likeness is the share of the example's two-letter pairs that stand in the line too (Dice's coefficient without the
 * penalty for longer lines: a check line often spells only the beginning).
 */
export function nearestLine(
  example: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  const wanted = pairsOf(example);
  if (wanted.length === 0) return undefined;
  let best: { readonly start: number; readonly share: number } | undefined;
  let start = from;
  for (let count = 0; count < lineLimit && start < to; count++) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 || end > to ? to : end);
    const have = new Set(pairsOf(line));
    const share = wanted.filter((pair) => have.has(pair)).length / wanted.length;
    if (share >= 0.5 && share > (best?.share ?? 0))
      best = { start: start + (/^ */.exec(line)?.[0].length ?? 0), share };
    if (end < 0) break;
    start = end + 1;
  }
  return best?.start;
}

function pairsOf(text: string): readonly string[] {
  const letters = text.replace(/\s/g, "");
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_unused, at) => letters.slice(at, at + 2));
}
