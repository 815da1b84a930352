/** What TPUs are published to do, against what the cost model says of their designs. */
import type { CompileOptions, Evaluation } from "../../backend/evaluator.ts";
import type { HardwareDesign } from "../../hardware/design.ts";
import { peakTflops } from "../../hardware/derived.ts";
import { tdpOf } from "../../hardware/tdp.ts";
import type { Fact } from "./fact.ts";
import { between, near } from "./fact.ts";

/** Models whose speed is compared. */
export const speedModels = ["ResNet-50", "BERT-128", "EfficientNet-B7"] as const;

/** Name of such a model. */
export type SpeedModel = (typeof speedModels)[number];

/** What the facts need of the rest of fastc. */
export interface SpeedContext {
  readonly design: (name: string) => HardwareDesign;
  /** A model on a design at its native batch; `undefined` when it has no mapping. */
  readonly evaluate: (model: SpeedModel, design: HardwareDesign, compile: CompileOptions) => Evaluation | undefined;
  /** What TPU-v3's own compiler does. */
  readonly xla: CompileOptions;
}

/** TPU-v3's 450 W over v4i's 175 W (Jouppi et al., ISCA 2021, via a public digest). */
const publishedTdpRatio = 450 / 175;

const batches = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;

interface Best {
  readonly batch: number;
  readonly evaluation: Evaluation;
}

/** The facts, in the order of the page. */
export function speedFacts(context: SpeedContext): readonly Fact[] {
  const residency: CompileOptions = { ...context.xla, placement: "greedy" };
  const v3 = context.design("tpu-v3");
  const v4i = context.design("tpu-v4i");
  const on = (design: HardwareDesign) =>
    speedModels.map((model) => bestBatch(context, { model, design, compile: residency }));
  const bestOfV4i = on(v4i);
  return [
    ...resnetFacts(context, v3),
    ...efficientNetFacts(context, v3),
    ...perfPerTdpFacts([v3, on(v3)], [v4i, bestOfV4i]),
    ...globalMemoryFacts(context, { design: v4i, bests: bestOfV4i, compile: residency }),
  ];
}

interface Setting {
  readonly model: SpeedModel;
  readonly design: HardwareDesign;
  readonly compile: CompileOptions;
}

/** The batch with the most samples per second. */
function bestBatch(context: SpeedContext, { model, design, compile }: Setting): Best | undefined {
  return batches.reduce<Best | undefined>((best, batch) => {
    const evaluation = context.evaluate(model, { ...design, nativeBatch: batch }, compile);
    if (evaluation === undefined) return best;
    return best === undefined || rateOf(evaluation) > rateOf(best.evaluation) ? { batch, evaluation } : best;
  }, undefined);
}

function rateOf({ totals }: Evaluation): number {
  return totals.steady.throughputPerSecond;
}

function batchNote(best: Best | undefined): string {
  return best === undefined ? "no mapping at any batch" : `batch ${best.batch} a core`;
}

function resnetFacts(context: SpeedContext, design: HardwareDesign): readonly Fact[] {
  const best = bestBatch(context, { model: "ResNet-50", design, compile: context.xla });
  const share = best === undefined ? undefined : 100 * best.evaluation.totals.steady.utilization;
  const ours = best === undefined ? undefined : rateOf(best.evaluation);
  const note = `${batchNote(best)}, \`--compiler xla\`; MLPerf Inference v0.5 closed, TPU v3-8 ÷ 4, bf16 (v1; ours is v2)`;
  return [
    { fact: "TPU-v3, ResNet-50", target: near(8179, 0.15), ours, unit: "images/s", note },
    {
      ...{ fact: "TPU-v3, ResNet-50, share of peak", target: near(54.5, 0.15), ours: share, unit: "%" },
      note: `the same, of ${peakTflops(design).toFixed(0)} TFLOP/s`,
    },
  ];
}

function efficientNetFacts(context: SpeedContext, design: HardwareDesign): readonly Fact[] {
  const best = bestBatch(context, { model: "EfficientNet-B7", design, compile: context.xla });
  const depthwise = best?.evaluation.opClasses.find(({ kind }) => kind === "depthwise-convolution");
  const macs = best?.evaluation.totals.steady.macs ?? 0;
  const note = `${batchNote(best)}, \`--compiler xla\``;
  const percent = (share: number | undefined) => (share === undefined ? undefined : 100 * share);
  return [
    {
      ...{ fact: "TPU-v3, EfficientNet-B7, depthwise share of FLOPs", target: near(5, 0.05), unit: "%" },
      ...{
        ours: depthwise === undefined ? undefined : percent(depthwise.macs / macs),
        note: "FAST's authors, lecture notes",
      },
    },
    {
      ...{ fact: "TPU-v3, EfficientNet-B7, depthwise share of time", target: between(55, 80), unit: "%" },
      ...{ ours: percent(depthwise?.share), note: `${note}; FAST's authors: 65.3 %` },
    },
    {
      ...{ fact: "TPU-v3, EfficientNet-B7, utilisation", target: between(10, 17), unit: "%" },
      ...{ ours: percent(best?.evaluation.totals.steady.utilization), note: `${note}; FAST: about 14.8 % (memory)` },
    },
  ];
}

function perfPerTdpFacts(
  [v3, bestOfV3]: readonly [HardwareDesign, readonly (Best | undefined)[]],
  [v4i, bestOfV4i]: readonly [HardwareDesign, readonly (Best | undefined)[]],
): readonly Fact[] {
  const ratios = bestOfV4i.map((best, index) => {
    const base = bestOfV3[index];
    return best === undefined || base === undefined ? undefined : rateOf(best.evaluation) / rateOf(base.evaluation);
  });
  const speed = geometricMean(ratios);
  const tdp = tdpOf(v3).totalWatts / tdpOf(v4i).totalWatts;
  const each = speedModels.map((model, index) => `${model} ${(ratios[index] ?? Number.NaN).toFixed(2)}`).join(", ");
  const over = (ratio: number) => (speed === undefined ? undefined : speed * ratio);
  return [
    {
      ...{ fact: "Perf/TDP of TPU v4i over v3 as built", target: near(2.3, 0.25), ours: over(tdp), unit: "×" },
      note:
        `speed ${each} times, TDP ÷ ${tdp.toFixed(2)}; geometric mean at each chip's best batch, ` +
        "`--fusion xla --placement greedy --depthwise array --attention unfused`; published on Google's mix",
    },
    {
      ...{ fact: "the same with the published TDPs", target: undefined, ours: over(publishedTdpRatio), unit: "×" },
      note: `450 and 175 W, ÷ ${publishedTdpRatio.toFixed(2)}; speed by the model`,
    },
  ];
}

function globalMemoryFacts(
  context: SpeedContext,
  {
    design,
    bests,
    compile,
  }: {
    readonly design: HardwareDesign;
    readonly bests: readonly (Best | undefined)[];
    readonly compile: CompileOptions;
  },
): readonly Fact[] {
  const published = [
    { mib: 0, percent: 69 },
    { mib: 16, percent: 82 },
    { mib: 72, percent: 90 },
    { mib: 112, percent: 98 },
  ] as const;
  return published.map(({ mib, percent }): Fact => {
    const ratios = speedModels.map((model, index) => {
      const best = bests[index];
      if (best === undefined) return undefined;
      const smaller = { ...design, globalMemoryMiB: mib, nativeBatch: best.batch };
      const evaluation = context.evaluate(model, smaller, compile);
      return evaluation === undefined ? undefined : rateOf(evaluation) / rateOf(best.evaluation);
    });
    const mean = geometricMean(ratios);
    const each = speedModels.map((model, index) => `${model} ${(100 * (ratios[index] ?? Number.NaN)).toFixed(0)}`);
    return {
      fact: `TPU v4i with ${mib} of 128 MB of CMEM, speed`,
      target: mib === 72 ? between(80, Number.POSITIVE_INFINITY) : undefined,
      ours: mean === undefined ? undefined : 100 * mean,
      unit: "%",
      note: `${each.join(", ")}; published on Google's mix: ${percent} %`,
    };
  });
}

function geometricMean(values: readonly (number | undefined)[]): number | undefined {
  const logs = values.filter((value) => value !== undefined).map(Math.log);
  return logs.length < values.length ? undefined : Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
}
