/**
 * Recognises the sigmoid linear unit (also called swish) in x * sigmoid(x). The gate of a squeeze-and-excite block is not
 * one: there the sigmoid is that of another tensor.
 */
import { fusedLocation } from "../ir/location.ts";
import { mul } from "../ir/ops/elementwise-binary.ts";
import { sigmoid, silu } from "../ir/ops/elementwise-unary.ts";
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definingOp, noMatch, pattern } from "../ir/rewrite/pattern.ts";
import { definePass } from "./manager/pass.ts";

/** mul(x, sigmoid(x)) -> silu(x). One region reads x once, where the two ops would read it twice. */
export const matchSilu = pattern({
  name: "match-silu",
  root: mul,
  rewrite({ op, operands: { lhs, rhs } }, rw) {
    const [left, right] = [definingOp(lhs, sigmoid), definingOp(rhs, sigmoid)];
    const gate = right?.operands.input === lhs ? right : left?.operands.input === rhs ? left : undefined;
    if (gate === undefined) return noMatch("no factor is the sigmoid of the other");
    // The sigmoid would be computed twice.
    if (!gate.result.hasOneUse) return noMatch("the sigmoid has other readers");
    rw.replace(op, silu.build({ input: gate.operands.input }, {}, fusedLocation([gate.op.location, op.location])));
    return undefined;
  },
});

const patterns = [matchSilu];

/** See the file's comment. */
export const recognizeSilu = definePass({
  name: "recognize-silu",
  summary: "Recognise nn.silu in x * sigmoid(x).",
  runsOn: "func.func",
  options: {},
  patterns,
  run: (fn, _options, context) => ({ counters: applyPatterns(fn, patterns, context) }),
});
