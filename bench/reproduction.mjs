// The facts of docs/reproduction.md beside what fastc says of them: prints the page and writes it.
//
//   npm run build && npm run bench:reproduction -- MODELS
//
// MODELS is a folder with efficientnet_b0_dyn.onnx, efficientnet_b7_dyn.onnx, resnet50v2_dyn.onnx, bert_base_s128_dyn.onnx,
// bert_base_s1024_dyn.onnx and bert_base_dynseq.onnx (symbolic batch; the last also symbolic `seq`); by default
// ../shared/corpus/models.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writePage } from "./markdown-page.mjs";

/** @type {(path: string) => URL} */
const at = (path) => new URL(path, import.meta.url);
/** @type {typeof import("../src/index.ts")} */
const fastc = await import(at("../dist/index.js").href);
/** @type {typeof import("../src/report/reproduction/reproduction-report.ts")} */
const { reproductionReport } = await import(at("../dist/report/reproduction/reproduction-report.js").href);
/** @type {typeof import("../src/report/calibration-report.ts")} */
const { fitChips } = await import(at("../dist/report/calibration-report.js").href);
/** @type {typeof import("../src/backend/workload.ts")} */
const { buildWorkload } = await import(at("../dist/backend/workload.js").href);
/** @type {typeof import("../src/ir/frozen.ts")} */
const { freeze } = await import(at("../dist/ir/frozen.js").href);

const folder = process.argv[2] ?? fileURLToPath(at("../../shared/corpus/models"));
const files = {
  "ResNet-50": "resnet50v2_dyn",
  "BERT-128": "bert_base_s128_dyn",
  "EfficientNet-B0": "efficientnet_b0_dyn",
  "EfficientNet-B7": "efficientnet_b7_dyn",
  // Has positions for 512 tokens.
  BERT: "bert_base_dynseq",
  "BERT-1024": "bert_base_s1024_dyn",
};
const missing = Object.values(files).filter((name) => !existsSync(join(folder, `${name}.onnx`)));
if (missing.length > 0) {
  console.error(`${folder} lacks ${missing.map((name) => `${name}.onnx`).join(", ")}`);
  process.exit(2);
}

/** @param {keyof typeof files} name */
const contentOf = (name) => readFileSync(join(folder, `${files[name]}.onnx`));
/** @param {string} name */
const design = (name) => fastc.parseDesign(readFileSync(at(`../designs/${name}.json`), "utf8"), `${name}.json`);

/** @type {Map<string, import("../src/index.ts").ModelSource>} */
const sources = new Map();
/**
 * @param {keyof typeof files} name
 * @param {Record<string, number>} [dims]
 */
function sourceOf(name, dims = {}) {
  const key = `${name} ${JSON.stringify(dims)}`;
  const known = sources.get(key) ?? fastc.workloadSource(contentOf(name), { fileName: name, dims });
  sources.set(key, known);
  return known;
}

/**
 * A model at batch 8, as imported and simplified.
 * @param {keyof typeof files} name
 * @param {Record<string, number>} [dims]
 */
function counted(name, dims = {}) {
  const model = fastc.importModel(contentOf(name), { fileName: name, dims, batch: 8 });
  const { sha256, batch, hasSymbolicBatch } = model;
  const imported = buildWorkload(freeze(model.module), { name, sha256, batch, hasSymbolicBatch });
  return { imported, simplified: sourceOf(name, dims).forBatch(8) };
}

/** @type {import("../src/report/reproduction/speed-facts.ts").SpeedContext["evaluate"]} */
function evaluate(model, chip, compile) {
  console.error(
    `${model} on ${chip.name}, ${chip.globalMemoryMiB} MiB, batch ${chip.nativeBatch}, ${compile.placement}`,
  );
  const result = fastc.evaluate([sourceOf(model)], chip, { compile });
  return fastc.isInfeasible(result) ? undefined : result.evaluations[0];
}

const page = reproductionReport({
  chips: fitChips(design),
  speed: { design, evaluate, xla: fastc.compilerPresets.xla },
  counted: {
    b0: counted("EfficientNet-B0"),
    b7: counted("EfficientNet-B7"),
    bert: (seq) => (seq > 512 ? counted("BERT-1024") : counted("BERT", { seq })),
  },
});
await writePage(at("../docs/reproduction.md"), page);
