/**
 * The fit that gives `fittedConstants`: least squares in logarithms over what is published of the chips and over the priors, first
 * of the constants of area, then, with these, of the constants of power. `docs/hardware.md` explains it.
 */
import { present } from "../../support/bug.ts";
import { areaOf } from "../area.ts";
import type { HardwareDesign } from "../design.ts";
import { tdpOf } from "../tdp.ts";
import { constantsFrom } from "../tech/chip-constants.ts";
import type { FittedConstants } from "../tech/fitted.ts";
import { leastSquares } from "./least-squares.ts";
import type { Prior } from "./priors.ts";
import { areaPriors, powerPriors, priors } from "./priors.ts";
import type { PublishedChip } from "./published-chips.ts";

/** A chip and the design that describes it. */
export interface FitChip {
  readonly published: PublishedChip;
  readonly design: HardwareDesign;
}

/** Relative errors that the model is allowed, one standard deviation. */
const modelError = { dieAndTdp: 0.1, share: 0.15, idle: 0.25 };

type Constant = keyof FittedConstants;

/** Fits all constants to the chips; where no chip says anything of one, its prior stands. */
export function fitConstants(chips: readonly FitChip[]): FittedConstants {
  const start = withPriors();
  const afterArea = fitSome(start, namesOf(areaPriors), (constants) =>
    chips.flatMap((chip) => areaResiduals(chip, constants)),
  );
  return fitSome(afterArea, namesOf(powerPriors), (constants) =>
    chips.flatMap((chip) => powerResiduals(chip, constants)),
  );
}

/** Relative errors of a chip under given constants; that of TDP is `undefined` where none is published. */
export function errorsOf({ published, design }: FitChip, fitted: FittedConstants): ChipErrors {
  const constants = constantsFrom(fitted);
  const areaMm2 = areaOf(design, constants).totalMm2;
  const tdpWatts = tdpOf(design, constants).totalWatts;
  const { dieMm2 } = published;
  return {
    areaMm2,
    tdpWatts,
    area: areaMm2 / dieMm2 - 1,
    tdp: published.tdpWatts === undefined ? undefined : tdpWatts / published.tdpWatts - 1,
  };
}

/** What the model says of a chip, and how far that is off (0.1: 10 % too much). */
export interface ChipErrors {
  readonly areaMm2: number;
  readonly tdpWatts: number;
  readonly area: number;
  readonly tdp: number | undefined;
}

/** Errors of each chip when constants are fitted to the others alone. */
export function leaveOneOut(chips: readonly FitChip[]): readonly ChipErrors[] {
  return chips.map((chip) => errorsOf(chip, fitConstants(chips.filter((other) => other !== chip))));
}

function areaResiduals({ published, design }: FitChip, fitted: FittedConstants): readonly number[] {
  const { totalMm2, parts } = areaOf(design, constantsFrom(fitted));
  const { dieMm2, arrayShare, globalMemoryShare } = published;
  return [
    Math.log(totalMm2 / dieMm2) / modelError.dieAndTdp,
    ...logError(parts.macs / totalMm2, arrayShare, modelError.share),
    ...logError(parts.globalMemory / totalMm2, globalMemoryShare, modelError.share),
  ];
}

function powerResiduals({ published, design }: FitChip, fitted: FittedConstants): readonly number[] {
  const { totalWatts, parts } = tdpOf(design, constantsFrom(fitted));
  return [
    ...logError(totalWatts, published.tdpWatts, modelError.dieAndTdp),
    ...logError(parts.idle, published.idleWatts, modelError.idle),
  ];
}

function logError(model: number, published: number | undefined, sigma: number): readonly number[] {
  return published === undefined ? [] : [Math.log(model / published) / sigma];
}

/** Least squares of the named constants, the others as they are; unknowns are logarithms of constants over their priors. */
function fitSome(
  base: FittedConstants,
  names: readonly Constant[],
  misfit: (constants: FittedConstants) => readonly number[],
): FittedConstants {
  const at = (point: readonly number[]): FittedConstants => ({
    ...base,
    ...Object.fromEntries(
      names.map((name, j) => [name, priors[name].value * Math.exp(present(point[j], "an unknown"))]),
    ),
  });
  const solution = leastSquares(
    (point) => [...misfit(at(point)), ...point.map((value, j) => value / logFactor(names, j))],
    names.map(() => 0),
  );
  return at(solution);
}

function logFactor(names: readonly Constant[], index: number): number {
  return Math.log(priors[present(names[index], "an unknown")].factor);
}

function withPriors(): FittedConstants {
  const value = (name: Constant): number => priors[name].value;
  return {
    macAreaUm2: value("macAreaUm2"),
    int8MacArea: value("int8MacArea"),
    sramAreaMm2PerMiB: value("sramAreaMm2PerMiB"),
    vectorLaneAreaUm2: value("vectorLaneAreaUm2"),
    coreAreaMm2: value("coreAreaMm2"),
    linkArea: value("linkArea"),
    overheadShare: value("overheadShare"),
    logicArea16: value("logicArea16"),
    macEnergyPj: value("macEnergyPj"),
    int8MacEnergy: value("int8MacEnergy"),
    vectorOpEnergyPj: value("vectorOpEnergyPj"),
    arrayEdgeEnergyPjPerBit: value("arrayEdgeEnergyPjPerBit"),
    hbmEnergyPjPerBit: value("hbmEnergyPjPerBit"),
    linkEnergyPjPerBit: value("linkEnergyPjPerBit"),
    idleWattsPerMm2: value("idleWattsPerMm2"),
    switching16: value("switching16"),
    switching28: value("switching28"),
  };
}

function namesOf(group: Partial<Readonly<Record<Constant, Prior>>>): readonly Constant[] {
  // The group's keys are constants: its declaration says so.
  return Object.keys(group) as Constant[];
}
