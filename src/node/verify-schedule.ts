/** Compares what the program of a schedule computes with what onnxruntime does: outputs, or what every region writes. */
import type { ExecutedRegion, NodeTensor, ProgramTensor, TensorDifference, TensorValue, Value } from "../index.ts";
import { executeSteps, functionBody, mainFunction, sourceNames, tensorDifference, tensorTypeOf } from "../index.ts";
import type { ComparedTensor } from "../report/verify-report.ts";
import { present } from "../support/bug.ts";
import { isExchangeable, openRuntime } from "./onnx-runtime.ts";
import type { ScheduledModel } from "./scheduled-model.ts";
import type { Fetch, Target } from "./verify-import.ts";
import { comparison, groupsOf } from "./verify-import.ts";

/** What to compare. */
export interface ScheduleVerifyRequest {
  readonly scheduled: ScheduledModel;
  readonly path: string;
  /** Of the function's inputs, in their order, and all that onnxruntime takes, by name. */
  readonly args: readonly TensorValue[];
  readonly inputs: ReadonlyMap<string, TensorValue>;
  readonly numbers: "f32" | "bf16";
  readonly isAll: boolean;
  readonly tolerance: number;
}

export interface ScheduleComparison {
  readonly runtime: string;
  readonly tensors: readonly ComparedTensor[];
  readonly notCompared: readonly string[];
}

/** Runs the program and onnxruntime, and compares. */
export async function compareSchedule(request: ScheduleVerifyRequest): Promise<ScheduleComparison> {
  const { scheduled, path, inputs } = request;
  const { model } = scheduled;
  const names = sourceNames(mainFunction(model.module), "results");
  const runtime = await openRuntime({ path, outputs: names, externalFiles: model.weights.externalFiles });
  const fetch: Fetch = (wanted) => runtime.run(inputs, [...new Set(wanted)]);
  const compared = await new ScheduleVerification(request, fetch).run();
  return { runtime: runtime.version, ...compared };
}

/** A tensor that a region writes, with what the model calls it. */
interface PlannedTensor {
  readonly tensor: ProgramTensor;
  /** In the order of the program; empty where the model has no such tensor, because a pass made it. */
  readonly targets: readonly Target[];
}

class ScheduleVerification {
  private readonly request: ScheduleVerifyRequest;
  private readonly fetch: Fetch;
  private readonly outputs: readonly Target[];
  private readonly planned: ReadonlyMap<string, PlannedTensor>;
  private readonly groups: ReadonlyMap<Target, readonly string[]>;
  private readonly notCompared: string[] = [];
  private theirs: ReadonlyMap<string, TensorValue> = new Map();
  private worstOwn: TensorDifference | undefined;

  constructor(request: ScheduleVerifyRequest, fetch: Fetch) {
    this.request = request;
    this.fetch = fetch;
    this.outputs = this.outputTargets();
    this.planned = this.plan();
    const all = [...[...this.planned.values()].flatMap(({ targets }) => targets), ...this.outputs];
    this.groups = groupsOf(all);
  }

  async run(): Promise<Pick<ScheduleComparison, "tensors" | "notCompared">> {
    const { scheduled, args, numbers } = this.request;
    const { program, design, frozen, model } = scheduled;
    const steps = executeSteps({ program, design, frozen, inputs: args, weights: model.weights, numbers });
    const tensors: ComparedTensor[] = [];
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) tensors.push(...(await this.compareRegion(step.value)));
    for (const target of this.outputs) {
      const have = step.value[target.output ?? 0];
      tensors.push(...(await this.compare(target, present(have, target.name), this.worstOwn)));
    }
    return { tensors, notCompared: this.notCompared };
  }

  private outputTargets(): readonly Target[] {
    const { model, frozen } = this.request.scheduled;
    const names = sourceNames(mainFunction(model.module), "results");
    const makers = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
    const values = functionBody(mainFunction(frozen.module)).last?.operands ?? [];
    return values.flatMap((value, output): readonly Target[] => {
      const name = names[output] ?? "";
      const { node = "", opType = "" } = makers.get(name) ?? {};
      return this.exchangeable([{ name, node, opType, type: tensorTypeOf(value), output }]);
    });
  }

  private exchangeable(targets: readonly Target[]): readonly Target[] {
    return targets.filter(({ name, type }) => {
      const isKnown = isExchangeable(type.element.name);
      if (!isKnown) this.notCompared.push(name);
      return isKnown;
    });
  }

  /** What every region writes, in the order of the regions, by the tensors' names. */
  private plan(): ReadonlyMap<string, PlannedTensor> {
    const { scheduled, isAll } = this.request;
    const { program, frozen, model, finalOf } = scheduled;
    if (!isAll) return new Map();
    const byTensor = new Map<string, NodeTensor[]>();
    const outputs = new Set(this.outputs.map(({ name }) => name));
    const made = new Map<Value, ProgramTensor>();
    for (const tensor of program.tensors)
      if (tensor.origin === "activation") made.set(frozen.valueOf(tensor.value), tensor);
    for (const each of model.tensors) {
      if (each.tensor.kind !== "computed" || outputs.has(each.name)) continue;
      const tensor = made.get(finalOf(each.tensor.value));
      if (tensor !== undefined) byTensor.set(tensor.name, [...(byTensor.get(tensor.name) ?? []), each]);
    }
    const placeOf = new Map(program.regions.flatMap(({ operations, id }) => operations.map((op) => [op, id] as const)));
    const place = ({ value }: ProgramTensor): number => placeOf.get(value.operation) ?? 0;
    const inOrder = [...made.values()].sort((a, b) => place(a) - place(b));
    return new Map(
      inOrder.map((tensor) => {
        const targets = (byTensor.get(tensor.name) ?? []).map(({ name, node, opType, tensor: { type } }) => ({
          ...{ name, node, opType },
          type,
        }));
        return [tensor.name, { tensor, targets: this.exchangeable(targets) }];
      }),
    );
  }

  /** In bf16 every region is looked at by itself: rounding that is handed down says little about a region. */
  private async compareRegion({ region, written, reference }: ExecutedRegion): Promise<readonly ComparedTensor[]> {
    const { isAll, numbers, tolerance, scheduled } = this.request;
    const compared: ComparedTensor[] = [];
    const order = [...this.planned.keys()];
    const inOrder = [...written].sort((a, b) => order.indexOf(a.tensor.name) - order.indexOf(b.tensor.name));
    for (const { tensor, value } of inOrder) {
      const own = (): TensorDifference => {
        const again = reference(scheduled.frozen.valueOf(tensor.value));
        const difference = tensorDifference(value.data, again.data);
        if (this.worstOwn === undefined || difference.relative > this.worstOwn.relative) this.worstOwn = difference;
        return difference;
      };
      const known = numbers === "bf16" ? own() : undefined;
      if (!isAll) continue;
      const targets = this.planned.get(tensor.name)?.targets ?? [];
      for (const target of targets) {
        const [row] = await this.compare(target, value, undefined);
        if (row === undefined) continue;
        const isOff = !((row.difference?.relative ?? 0) <= tolerance);
        compared.push(isOff ? { ...row, ownDifference: known ?? own() } : row);
      }
      if (targets.length === 0) {
        const name = `${tensor.name} of region ${region.id}, made by a pass`;
        compared.push({
          ...{ name, node: region.name, opType: "", isOutput: false, type: value.type },
          difference: known ?? own(),
        });
      }
    }
    return compared;
  }

  private async compare(
    target: Target,
    have: TensorValue,
    own: TensorDifference | undefined,
  ): Promise<readonly ComparedTensor[]> {
    const group = this.groups.get(target);
    if (group !== undefined) this.theirs = await this.fetch(group);
    const want = this.theirs.get(target.name);
    if (want === undefined) return [];
    // The tensor in memory may be a view of what the model calls so: the same numbers in the same order.
    const row = comparison(target, { type: target.type, data: have.data }, want);
    const isOff = !((row.difference?.relative ?? 0) <= this.request.tolerance);
    return [isOff && own !== undefined ? { ...row, ownDifference: own } : row];
  }
}
