/** Operational intensities of models by counting, against independent counts of the same layers. */
import type { Workload } from "../../backend/workload.ts";
import type { Fact } from "./fact.ts";
import { near } from "./fact.ts";
import { blockBytes, compulsoryBytes, everyNodeBytes, flopsOf, layerBytes, regionBytes } from "./traffic-counts.ts";

/** A model at batch 8. */
export interface CountedModel {
  /** As imported, before any pass. */
  readonly imported: Workload;
  readonly simplified: Workload;
}

/** Models of the facts: EfficientNet-B0, B7, and BERT-base at any sequence length. */
export interface CountedModels {
  readonly b0: CountedModel;
  readonly b7: CountedModel;
  readonly bert: (sequence: number) => CountedModel;
}

const unit = "FLOP/byte";
/** The references give three digits; counts differ by what a layer is. */
const tolerance = 0.1;

/** BERT-base, unfused, batch 8: counts of a layer table at these sequence lengths. */
const bertReference: Readonly<Record<number, number>> = { 128: 201.5, 256: 178.5, 512: 134.3, 1024: 91 };

/** TPU-v3's ridge point: 123 TFLOP/s ÷ 900 GB/s. */
const tpuV3Ridge = 137;

/** The facts, in the order of the page. */
export function intensityFacts(models: CountedModels): readonly Fact[] {
  return [...efficientNetFacts(models), ...bertFacts(models.bert), ...nodeFacts(models)];
}

function efficientNetFacts({ b0, b7 }: CountedModels): readonly Fact[] {
  const rows = [
    { name: "B0", model: b0.simplified, reference: [17.7, 139.3, 477.9] },
    { name: "B7", model: b7.simplified, reference: [36.5, 461, 4043] },
  ] as const;
  return rows.flatMap(({ name, model, reference: [unfused, fused, compulsory] }) => {
    const fact = (what: string, target: number, bytes: number, note: string): Fact => ({
      ...{ fact: `EfficientNet-${name}, ${what}`, target: near(target, tolerance) },
      ...{ ours: flopsOf(model) / bytes, unit, note },
    });
    const layers = "each convolution, FC, pool, scaling and residual addition reads and writes once";
    return [
      fact("unfused", unfused, layerBytes(model, { binaryLayers: true }), layers),
      fact("MBConv fused", fused, blockBytes(model), "of a block its input, output and weights"),
      fact("compulsory only", compulsory, compulsoryBytes(model), "input, output and weights of the model"),
    ];
  });
}

function bertFacts(bert: CountedModels["bert"]): readonly Fact[] {
  const intensities = Object.entries(bertReference).map(([sequence, target]): Fact & { readonly sequence: number } => {
    const { simplified } = bert(Number(sequence));
    return {
      ...{
        sequence: Number(sequence),
        fact: `BERT-base at ${sequence} tokens, unfused`,
        target: near(target, tolerance),
      },
      ...{ ours: flopsOf(simplified) / layerBytes(simplified, { binaryLayers: false }), unit },
      note: "matrix products once; softmax reads 3 times, layer norm twice; the reference counts Q, K and V as one",
    };
  });
  const facts = intensities.map(({ sequence: _sequence, ...fact }) => fact);
  return [
    ...facts,
    {
      ...{ fact: "BERT-base falls below TPU-v3's ridge point at", target: near(512, 0.25) },
      ...{ ours: crossing(intensities.map(({ sequence, ours = 0 }) => [sequence, ours] as const)), unit: "tokens" },
      note: `${tpuV3Ridge} FLOP/byte; log-log between the lengths above`,
    },
  ];
}

/** Sequence length at which the intensity falls below the ridge point. */
function crossing(points: readonly (readonly [sequence: number, intensity: number])[]): number | undefined {
  for (const [index, [sequence, intensity]] of points.entries()) {
    const [before, above] = points[index - 1] ?? [sequence, intensity];
    if (above < tpuV3Ridge || intensity >= tpuV3Ridge) continue;
    const share = Math.log(above / tpuV3Ridge) / Math.log(above / intensity);
    return before * (sequence / before) ** share;
  }
  return undefined;
}

function nodeFacts({ b0, b7, bert }: CountedModels): readonly Fact[] {
  const rows = [
    { name: "EfficientNet-B0", model: b0, unfused: 7.3, fused: 26.8 },
    { name: "EfficientNet-B7", model: b7, unfused: 16.2, fused: 61.6 },
    { name: "BERT-128", model: bert(128), unfused: 73.9, fused: 206 },
    { name: "BERT-1024", model: bert(1024), unfused: 48.2, fused: 118 },
  ];
  const perNode = "every ONNX node reads and writes, as imported";
  const perRegion =
    "only what crosses regions: a matrix op, softmax or layer norm with its element-wise neighbours and pools";
  return rows.flatMap(({ name, model, unfused, fused }): readonly Fact[] => {
    const flops = flopsOf(model.simplified);
    return [
      {
        ...{ fact: `${name}, every ONNX op`, target: near(unfused, tolerance), unit, note: perNode },
        ours: flops / everyNodeBytes(model.imported),
      },
      {
        ...{ fact: `${name}, region-fused`, target: near(fused, tolerance), unit, note: perRegion },
        ours: flops / regionBytes(model.simplified),
      },
    ];
  });
}
