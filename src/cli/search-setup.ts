/** Everything that `fastc search` must know before the first trial. */
import type { Baseline, ModelSource, SearchSetup, Space, StudyHeader } from "../index.ts";
import {
  areaOf,
  compilerPresets,
  designCount,
  dieShrunk,
  evaluate,
  evaluateBaselines,
  gridSize,
  optimizers,
  parseSpace,
  tdpOf,
  technologyOf,
  workloadSource,
} from "../index.ts";
import { packageVersion, readFileOrPreset } from "../node/package.ts";
import { formatNumber } from "../report/units.ts";
import { present } from "../support/bug.ts";
import { fail } from "../support/diagnostics.ts";
import type { CompileFlags } from "./compile-options.ts";
import { compileOptionsOf, compilerName } from "./compile-options.ts";
import { readDesign } from "./design-files.ts";
import type { CommandIo } from "./io.ts";
import type { InputFlags } from "./model-options.ts";
import { givenModel } from "./model-options.ts";

/** Options of `fastc search`. */
export interface SearchFlags extends CompileFlags, InputFlags {
  readonly space: string;
  readonly baseline: string;
  readonly trials: number;
  readonly seed: number;
  readonly areaLimit?: number | "none";
  readonly tdpLimit?: number | "none";
  readonly study?: string;
  readonly output?: string;
  readonly optimizer: string;
}

/** A search that is ready to run. */
export interface PreparedSearch {
  readonly setup: SearchSetup;
  readonly header: StudyHeader;
  readonly baselines: readonly Baseline[];
  readonly headline: Baseline;
  readonly compiler: string;
}

/** Compiler of the headline's baseline: what TPU-v3's own compiler does, as FAST compares. */
const headlineCompiler = "xla";

/** Reads models, space and baseline, evaluates the baselines, and says on stderr what is going to happen. */
export function prepareSearch(paths: readonly string[], flags: SearchFlags, io: CommandIo): PreparedSearch {
  const { text, fileName } = readFileOrPreset("space", flags.space);
  const space = parseSpace(text, fileName);
  const workloads = paths.map((path) => readModel(path, flags, space));
  const asBuilt = readDesign(flags.baseline);
  const shrunk = dieShrunk(asBuilt, technologyOf(space));
  const designs = asBuilt === shrunk ? [asBuilt] : [asBuilt, shrunk];
  const baselines = designs.flatMap((design) =>
    evaluateBaselines({ workloads, design, compilers: compilerPresets, evaluate }),
  );
  const headline = present(
    baselines.find(({ design, compiler }) => design === shrunk && compiler === headlineCompiler),
    "the headline's baseline",
  );
  const compile = compileOptionsOf(flags);
  const area = flags.areaLimit ?? areaOf(shrunk).totalMm2;
  const tdp = flags.tdpLimit ?? tdpOf(shrunk).totalWatts;
  const limits = {
    ...(area === "none" ? {} : { areaLimitMm2: area }),
    ...(tdp === "none" ? {} : { tdpLimitWatts: tdp }),
  };
  const setup: SearchSetup = {
    space,
    workloads,
    options: { compile, ...limits },
    optimizer: present(
      optimizers.find(({ name }) => name === flags.optimizer),
      `optimizer ${flags.optimizer}`,
    ),
    seed: flags.seed,
    trials: flags.trials,
    baseline: headline.perfPerTdp,
    evaluate,
  };
  announce(setup, io);
  return {
    setup,
    header: headerOf(setup, { workloads, headline, dims: flags.dim }),
    baselines,
    headline,
    compiler: compilerName(compile),
  };
}

function readModel(path: string, flags: SearchFlags, space: Space): ModelSource {
  const { content, options } = givenModel(path, flags);
  const source = workloadSource(content, options);
  const searchesBatch = space.parameters.some(({ name }) => name === "nativeBatch");
  if (searchesBatch && !source.hasSymbolicBatch) {
    fail({
      code: "search-fixed-batch",
      message: `the model's batch is fixed at ${source.batch}, but the space has nativeBatch as a parameter`,
      at: [path],
      help: ["export the model with a symbolic batch dimension, or fix nativeBatch in the space"],
    });
  }
  return source;
}

function announce({ space, options, workloads, optimizer, seed, trials }: SearchSetup, io: CommandIo): void {
  const { areaLimitMm2, tdpLimitWatts } = options;
  const limit = (value: number | undefined, unit: string) =>
    value === undefined ? "none" : `${formatNumber(value)} ${unit}`;
  io.stderr(
    [
      `space ${space.name}: ${Number(gridSize(space)).toExponential(1)} points, ${Number(designCount(space)).toExponential(1)} different designs`,
      `models: ${workloads.map(({ name }) => name).join(", ")}`,
      `limits: area ${limit(areaLimitMm2, "mm²")}, TDP ${limit(tdpLimitWatts, "W")}`,
      `${trials} trials, optimizer ${optimizer.name}, seed ${seed}`,
      "",
    ].join("\n"),
  );
}

interface HeaderParts {
  readonly workloads: readonly ModelSource[];
  readonly headline: Baseline;
  readonly dims: Readonly<Record<string, number>>;
}

function headerOf(
  { space, options, optimizer, seed }: SearchSetup,
  { workloads, headline, dims }: HeaderParts,
): StudyHeader {
  const { areaLimitMm2, tdpLimitWatts, compile } = options;
  return {
    record: "study",
    schemaVersion: 1,
    fastcVersion: packageVersion(),
    space: { name: space.name, sha256: space.sha256 },
    models: workloads.map(({ name, sha256 }) => ({ name, sha256 })),
    dims,
    optimizer: optimizer.name,
    seed,
    compile: { ...compile },
    limits: {
      ...(areaLimitMm2 === undefined ? {} : { areaMm2: areaLimitMm2 }),
      ...(tdpLimitWatts === undefined ? {} : { tdpWatts: tdpLimitWatts }),
    },
    objective: {
      name: "perf/tdp",
      baseline: headline.design.name,
      compile: { ...compilerPresets[headlineCompiler] },
      perfPerTdp: headline.perfPerTdp,
    },
  };
}
