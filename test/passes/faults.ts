/**
 * Mistakes that somebody could make in a pass or a pattern, each as a change of the source. `seeded-faults.full.test.ts` puts each
 * into its module alone and expects the tests in text to fail. No imports: the configuration of vitest reads this list.
 */

/** One mistake: `from` stands exactly once in the file. */
export interface Fault {
  readonly name: string;
  /** Path from the root of the project. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The test files that must catch it, without `test/passes/` and the ending; any one of them may. */
  readonly tests: readonly string[];
}

const patterns = "src/passes/patterns";

const paddingFaults: readonly Fault[] = [
  {
    name: "top and left padding swapped",
    file: `${patterns}/padding-patterns.ts`,
    from: "pads: [top, left, bottom, right]",
    to: "pads: [left, top, bottom, right]",
    tests: ["fold-layout/pads"],
  },
  {
    name: "the reader's own padding dropped",
    file: `${patterns}/padding-patterns.ts`,
    from: "return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];",
    to: "return [a[0], a[1], a[2], b[3] * 0 + a[3]];",
    tests: ["fold-layout/pads"],
  },
  {
    name: "padding counted twice",
    file: `${patterns}/padding-patterns.ts`,
    from: "return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];",
    to: "return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + a[3] + b[3]];",
    tests: ["fold-layout/pads"],
  },
  {
    name: "padding of any value folded into a convolution",
    file: `${patterns}/padding-patterns.ts`,
    from: "    if (source.value !== 0) return noMatch(`the padding is ${source.value}, not 0`);\n    const { input }",
    to: "    const { input }",
    tests: ["fold-layout/pads"],
  },
  {
    name: "padding of any mode folded",
    file: `${patterns}/padding-patterns.ts`,
    from: 'if (view.attrs.mode !== "constant") return noMatch(`the padding is of mode ${view.attrs.mode}`);',
    to: "",
    tests: ["fold-layout/pads"],
  },
  {
    name: "cuts folded as padding",
    file: `${patterns}/padding-patterns.ts`,
    from: 'if (Math.min(top, left, bottom, right) < 0) return noMatch("it cuts rows or columns off");',
    to: "",
    tests: ["fold-layout/pads"],
  },
  {
    name: "padding of channels dropped",
    file: `${patterns}/padding-patterns.ts`,
    from: 'if (n !== 0 || c !== 0 || endN !== 0 || endC !== 0) return noMatch("samples or channels are padded");',
    to: "void [n, c, endN, endC];",
    tests: ["fold-layout/pads"],
  },
  {
    name: "zeros folded into max pooling of negative numbers",
    file: `${patterns}/padding-patterns.ts`,
    from: "(source.value <= 0 && isNonNegative(input))",
    to: "(source.value <= 0 && (isNonNegative(input) || true))",
    tests: ["fold-layout/pads"],
  },
  {
    name: "a clip taken as non-negative whatever its limit",
    file: `${patterns}/padding-patterns.ts`,
    from: "(clipped?.attrs.min ?? -1) >= 0",
    to: "clipped !== undefined",
    tests: ["fold-layout/pads"],
  },
  {
    name: "windows that lie in the padding alone",
    file: `${patterns}/padding-patterns.ts`,
    from: "return isUndilated && Math.max(pads[0], pads[2]) < rows && Math.max(pads[1], pads[3]) < columns;",
    to: "return isUndilated || rows + columns > 0;",
    tests: ["fold-layout/pads"],
  },
  {
    name: "padding that average pooling does not count",
    file: `${patterns}/padding-patterns.ts`,
    from: "{ ...attrs, pads, count_include_pad: true }",
    to: "{ ...attrs, pads }",
    tests: ["fold-layout/pads"],
  },
];

const batchNormFaults: readonly Fault[] = [
  {
    name: "the bias of the normalisation dropped",
    file: `${patterns}/batch-norm-patterns.ts`,
    from: ": math.plus(math.times(shift, scale), norm.operands.bias);",
    to: ": math.times(shift, scale);",
    tests: ["fold-batch-norm"],
  },
  {
    name: "another epsilon",
    file: `${patterns}/batch-norm-patterns.ts`,
    from: "value: attrs.epsilon,",
    to: "value: attrs.epsilon + 0.001,",
    tests: ["fold-batch-norm"],
  },
  {
    name: "rows scaled instead of columns",
    file: `${patterns}/batch-norm-patterns.ts`,
    from: "product.attrs.transpose_rhs ? [-1, 1] : [1, -1]",
    to: "product.attrs.transpose_rhs ? [1, -1] : [-1, 1]",
    tests: ["fold-batch-norm"],
  },
  {
    name: "a convolution with other readers folded",
    file: `${patterns}/batch-norm-patterns.ts`,
    from: 'if (!input.hasOneUse || !product.hasOneUse) return noMatch("the convolution has other readers");',
    to: "",
    tests: ["fold-batch-norm"],
  },
  {
    name: "weights of run time scaled at run time",
    file: `${patterns}/batch-norm-patterns.ts`,
    from: 'if (!isCompileTime(source.weight)) return noMatch("the weight is computed at run time");',
    to: "",
    tests: ["fold-batch-norm"],
  },
  {
    name: "a bias for each column taken as one for each channel",
    file: `${patterns}/batch-norm-patterns.ts`,
    from: "return isCompileTime(bias) && isPerChannel && input.type",
    to: "return isCompileTime(bias) && (isPerChannel || true) && input.type",
    tests: ["fold-batch-norm"],
  },
  {
    name: "the mean added instead of subtracted",
    file: `${patterns}/batch-norm-patterns.ts`,
    from: "const shift = math.minus(bias, math.times(mean, scale));",
    to: "const shift = math.plus(bias, math.times(mean, scale));",
    tests: ["fold-batch-norm"],
  },
];

const shapeFaults: readonly Fault[] = [
  {
    name: "permutations composed the wrong way round",
    file: `${patterns}/shape-patterns.ts`,
    from: "return outer.map((dim) => inner[dim] ?? dim);",
    to: "return inner.map((dim) => outer[dim] ?? dim);",
    tests: ["canonicalize/views-and-copies"],
  },
  {
    name: "starts of slices added without the inner step",
    file: `${patterns}/shape-patterns.ts`,
    from: "start + (attrs.starts[dim] ?? 0) * (inner.attrs.steps[dim] ?? 1)",
    to: "start + (attrs.starts[dim] ?? 0)",
    tests: ["canonicalize/views-and-copies"],
  },
  {
    name: "pads of different values merged",
    file: `${patterns}/shape-patterns.ts`,
    from: 'if (attrs.value !== inner.attrs.value) return noMatch("the borders have different values");',
    to: "",
    tests: ["canonicalize/views-and-copies"],
  },
  {
    name: "pads and cuts merged",
    file: `${patterns}/shape-patterns.ts`,
    from: 'if (amounts.some((amount) => amount < 0)) return noMatch("one of them cuts");',
    to: "void amounts;",
    tests: ["canonicalize/views-and-copies"],
  },
  {
    name: "every transpose taken as a view",
    file: `${patterns}/shape-patterns.ts`,
    from: "return isInOrder(permutation.filter((dim) => shape[dim] !== 1));",
    to: "return isInOrder(permutation.filter((dim) => shape[dim] === 1)) || true;",
    tests: ["canonicalize/views-and-copies"],
  },
  {
    name: "reduced dimensions put back anywhere",
    file: `${patterns}/shape-patterns.ts`,
    from: 'if (!sameIntegers(kept, attrs.shape)) return noMatch("the reshape does not put the reduced dimensions back");',
    to: "void kept;",
    tests: ["canonicalize/reductions"],
  },
  {
    name: "indices that skip taken as a range",
    file: `${patterns}/gather-patterns.ts`,
    from: "numbers.every((number, index) => number === first + index)",
    to: "numbers.every((number) => number >= first)",
    tests: ["canonicalize/gathers"],
  },
  {
    name: "negative index tuples taken as they are",
    file: `${patterns}/gather-patterns.ts`,
    from: "index < 0 || index >= (outer[at % indexed] ?? 0)",
    to: "index >= (outer[at % indexed] ?? 0)",
    tests: ["canonicalize/gathers"],
  },
  {
    name: "a broadcast with other readers moved",
    file: `${patterns}/broadcast-patterns.ts`,
    from: "(operand.hasOneUse ? definingOp(operand, broadcastTo) : undefined)",
    to: "definingOp(operand, broadcastTo)",
    tests: ["canonicalize/broadcasts"],
  },
  {
    name: "a batch normalisation broadcast as NumPy does",
    file: `${patterns}/broadcast-patterns.ts`,
    from: "&& kind.name !== batchNorm.name",
    to: "&& batchNorm !== undefined",
    tests: ["canonicalize/broadcasts"],
  },
];

const arithmeticFaults: readonly Fault[] = [
  {
    name: "0 - x taken as x",
    file: `${patterns}/arithmetic-patterns.ts`,
    from: "isCommutative && splatOf(lhs) === neutral",
    to: "(isCommutative || true) && splatOf(lhs) === neutral",
    tests: ["canonicalize/neutral-numbers"],
  },
  {
    name: "x + 1 taken as x",
    file: `${patterns}/arithmetic-patterns.ts`,
    from: "{ root: add, neutral: 0 }",
    to: "{ root: add, neutral: 1 }",
    tests: ["canonicalize/neutral-numbers", "canonicalize"],
  },
  {
    name: "the operands of a difference exchanged",
    file: `${patterns}/arithmetic-patterns.ts`,
    from: 'isRoot: (kind) => kind.traits.has("commutative")',
    to: 'isRoot: (kind) => kind.traits.has("elementwise")',
    tests: ["canonicalize/neutral-numbers"],
  },
  {
    name: "casts merged that lose values",
    file: `${patterns}/arithmetic-patterns.ts`,
    from: "if (!isLossless(from, through)) return",
    to: "if (!isLossless(from, through) && from === through) return",
    tests: ["canonicalize/casts"],
  },
  {
    name: "a constant that is 1 in some columns taken as 1",
    file: `${patterns}/constants.ts`,
    from: "return data.every((number: number) => number === data[0]) ? data[0] : undefined;",
    to: "return data[0];",
    tests: ["canonicalize/neutral-numbers"],
  },
];

const recognitionFaults: readonly Fault[] = [
  {
    name: "softmax along the next dimension",
    file: "src/passes/recognize-softmax.ts",
    from: "softmax.build({ input: row.input }, { axis },",
    to: "softmax.build({ input: row.input }, { axis: axis - 1 },",
    tests: ["recognize-softmax"],
  },
  {
    name: "the maximum over another dimension taken in",
    file: "src/passes/recognize-softmax.ts",
    from: "    largest.axes.length === 1 &&\n    largest.axes[0] === axis;",
    to: "    largest.axes.length + axis > 0;",
    tests: ["recognize-softmax"],
  },
  {
    name: "exponentials with other readers taken in",
    file: "src/passes/recognize-softmax.ts",
    from: 'if (exponentials.result.users.length > 2) return noMatch("the exponentials have other readers");',
    to: "",
    tests: ["recognize-softmax"],
  },
  {
    name: "layer normalisation without its epsilon",
    file: `${patterns}/layer-norm-patterns.ts`,
    from: "layerNorm.build({ input: source.value, scale }, { axis, epsilon }, location)",
    to: "layerNorm.build({ input: source.value, scale }, { axis, epsilon: epsilon / 2 }, location)",
    tests: ["recognize-layer-norm"],
  },
  {
    name: "layer normalisation along inner dimensions",
    file: `${patterns}/layer-norm-patterns.ts`,
    from: 'if (axes[0] !== axis) return noMatch(`dimensions ${axes.join(", ")} are not the last ones`);',
    to: "",
    tests: ["recognize-layer-norm"],
  },
  {
    name: "cubes taken as squares",
    file: `${patterns}/layer-norm-patterns.ts`,
    from: "power?.operands.lhs === centred && splatOf(power.operands.rhs) === 2;",
    to: "power?.operands.lhs === centred;",
    tests: ["recognize-layer-norm"],
  },
  {
    name: "a second scale in place of the first",
    file: `${patterns}/layer-norm-patterns.ts`,
    from: "if (splatOf(norm.operands.scale) !== 1 || norm.operands.bias !== undefined)",
    to: "if (norm.operands.bias !== undefined)",
    tests: ["recognize-layer-norm"],
  },
  {
    name: "the scale dropped with the bias",
    file: `${patterns}/layer-norm-patterns.ts`,
    from: "layerNorm.build({ input, scale, bias }, norm.attrs, location)",
    to: "layerNorm.build({ input, scale: bias, bias }, norm.attrs, location)",
    tests: ["recognize-layer-norm"],
  },
  {
    name: "GELU with any constant factor",
    file: "src/passes/recognize-gelu.ts",
    from: "if (!isNear(factor, 0.5)) return noMatch(`the constant factor is ${factor}, not 0.5`);",
    to: "",
    tests: ["recognize-gelu"],
  },
  {
    name: "GELU with any number inside of erf",
    file: "src/passes/recognize-gelu.ts",
    from: " || !isNear(factor, Math.SQRT1_2)) return undefined;",
    to: " || factor === 0) return undefined;",
    tests: ["recognize-gelu"],
  },
  {
    name: "a sigmoid with other readers computed twice",
    file: "src/passes/recognize-silu.ts",
    from: 'if (!gate.result.hasOneUse) return noMatch("the sigmoid has other readers");',
    to: "",
    tests: ["recognize-silu"],
  },
  {
    name: "a gate taken as SiLU",
    file: "src/passes/recognize-silu.ts",
    from: "right?.operands.input === lhs ? right :",
    to: "right !== undefined ? right :",
    tests: ["recognize-silu"],
  },
];

const layoutFaults: readonly Fault[] = [
  {
    name: "flags of a transposed product not exchanged",
    file: `${patterns}/matmul-layout.ts`,
    from: "{ transpose_lhs: !product.attrs.transpose_rhs, transpose_rhs: !product.attrs.transpose_lhs }",
    to: "{ transpose_lhs: !product.attrs.transpose_lhs, transpose_rhs: !product.attrs.transpose_rhs }",
    tests: ["fold-layout"],
  },
  {
    name: "a flag set that was set already",
    file: `${patterns}/matmul-layout.ts`,
    from: "{ transpose_lhs: !attrs.transpose_lhs }",
    to: "{ transpose_lhs: true }",
    tests: ["fold-layout"],
  },
  {
    name: "a product with other readers computed twice",
    file: `${patterns}/matmul-layout.ts`,
    from: 'if (!product.result.hasOneUse) return noMatch("the product has other readers");',
    to: "",
    tests: ["fold-layout"],
  },
  {
    name: "the transpose of heads with other readers copied",
    file: `${patterns}/matmul-layout.ts`,
    from: "if (!isIdentity(rest) && !source.result.hasOneUse)",
    to: "if (!isIdentity(rest) && source.result.users.length === 0)",
    tests: ["fold-layout"],
  },
  {
    name: "a value between two transposes with other readers",
    file: `${patterns}/transpose-sinking.ts`,
    from: "!isPointwise(op) || !value.hasOneUse || depth === depthLimit",
    to: "!isPointwise(op) || depth === depthLimit",
    tests: ["fold-layout/sink-transpose"],
  },
  {
    name: "a vector aligned at the first dimension",
    file: `${patterns}/transpose-sinking.ts`,
    from: "const aligned = [...Array.from({ length: missing }, () => 1), ...shape];",
    to: "const aligned = [...shape, ...Array.from({ length: missing }, () => 1)];",
    tests: ["fold-layout/sink-transpose"],
  },
  {
    name: "a run-time vector taken as free to transpose",
    file: `${patterns}/transpose-sinking.ts`,
    from: 'return elementCount(shapeOf(operand)) === 1 || isCompileTime(operand) ? "free" : "costs";',
    to: 'return elementCount(shapeOf(operand)) >= 1 || isCompileTime(operand) ? "free" : "costs";',
    tests: ["fold-layout/sink-transpose"],
  },
];

const passFaults: readonly Fault[] = [
  {
    name: "attributes ignored when operations are compared",
    file: "src/ir/rewrite/equality.ts",
    from: "if (other === undefined || !isSameAttribute(attribute, other)) return false;",
    to: "if (other === undefined) return false;",
    tests: ["cse"],
  },
  {
    name: "only the first numbers of constants compared",
    file: "src/ir/rewrite/equality.ts",
    from: "left.data.every((item: number, at: number) => Object.is(item, right.data[at]))",
    to: "left.data.every((item: number, at: number) => at >= 16 || Object.is(item, right.data[at]))",
    tests: ["cse"],
  },
  {
    name: "operands compared in any order",
    file: "src/ir/rewrite/equality.ts",
    from: 'return op.operands.length === 2 && hasTrait(op, "commutative");',
    to: "return op.operands.length === 2 && hasTrait !== undefined;",
    tests: ["cse"],
  },
  {
    name: "regions compared without what is in them",
    file: "src/passes/cse.ts",
    from: 'else if (hasTrait(op, "pure")) merged',
    to: 'if (hasTrait(op, "pure")) merged',
    tests: ["cse"],
  },
  {
    name: "what is outside of an isolated region read inside",
    file: "src/passes/cse.ts",
    from: "const visible = isIsolated ? new OperationSet() : known;",
    to: "const visible = known;",
    tests: ["cse"],
  },
  {
    name: "what one branch computes taken as known in the other",
    file: "src/passes/cse.ts",
    from: "for (const op of top) known.remove(op);",
    to: "for (const op of top) void op;",
    tests: ["cse/blocks"],
  },
  {
    name: "an operation erased that fastc does not know",
    file: "src/ir/rewrite/rewriter.ts",
    from: 'kindOf(op.name)?.traits.has("pure") === true && ',
    to: 'kindOf(op.name)?.traits.has("pure") !== false && ',
    tests: ["dce/effects"],
  },
  {
    name: "the location of the merged operation lost",
    file: "src/passes/cse.ts",
    from: "fusedLocation([earlier.location, op.location])",
    to: "fusedLocation([earlier.location])",
    tests: ["cse"],
  },
  {
    name: "an operation erased with one of its results read",
    file: "src/ir/rewrite/rewriter.ts",
    from: "op.results.every((result) => !result.hasUses)",
    to: "op.results.some((result) => !result.hasUses)",
    tests: ["dce"],
  },
  {
    name: "an operation erased that has an effect",
    file: "src/ir/rewrite/rewriter.ts",
    from: 'kindOf(op.name)?.traits.has("pure") === true && ',
    to: "",
    tests: ["dce"],
  },
];

const materialisingFaults: readonly Fault[] = [
  {
    name: "a tensor gone one region too early",
    file: "src/passes/place.ts",
    from: "region <= found.resident.lastRegion",
    to: "region < found.resident.lastRegion",
    tests: ["place"],
  },
  {
    name: "a tensor resident from the first region on",
    file: "src/passes/place.ts",
    from: "found.resident.firstRegion <= region",
    to: "found.resident.firstRegion >= 0",
    tests: ["place"],
  },
  {
    name: "decisions for another module taken",
    file: "src/passes/regions/regions-by-id.ts",
    from: "if (sha256 !== decisions.moduleSha256)",
    to: "if (sha256 === undefined)",
    tests: ["tile/refused", "place/refused", "pad-dimensions/refused"],
  },
  {
    name: "a value that only the function returns not yielded",
    file: "src/passes/regions/region-plan.ts",
    from: "memberships.get(user)?.every((region) => makers.includes(region)) !== true",
    to: "memberships.get(user)?.every((region) => makers.includes(region)) === false",
    tests: ["form-regions"],
  },
  {
    name: "views left before the region that they read",
    file: "src/passes/form-regions.ts",
    from: "for (const operand of region.operands) settle(operand, progress);",
    to: "for (const operand of region.operands) void operand;",
    tests: ["form-regions"],
  },
  {
    name: "regions that read what runs later",
    file: "src/passes/regions/region-plan.ts",
    from: "if (home > choice.id)",
    to: "if (home > choice.id + 1)",
    tests: ["form-regions/refused"],
  },
];

/** All faults. */
export const faults: readonly Fault[] = [
  ...paddingFaults,
  ...batchNormFaults,
  ...shapeFaults,
  ...arithmeticFaults,
  ...recognitionFaults,
  ...layoutFaults,
  ...passFaults,
  ...materialisingFaults,
];
