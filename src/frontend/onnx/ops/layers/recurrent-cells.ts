/** What recurrent layers compute at one step. */
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { Composer } from "../composer.ts";
import type { Activation } from "./recurrent-activations.ts";

/** Weights of one direction, and how their ops are made. */
export interface CellParts {
  readonly compose: Composer;
  readonly hidden: number;
  readonly activations: readonly Activation[];
  /** `[gates · hidden, hidden]`. */
  readonly recurrent: Tensor;
  /** `[gates · hidden]`. */
  readonly inputBias: Tensor | undefined;
  readonly recurrentBias: Tensor | undefined;
  /** `[3 · hidden]`: of the input, output and forget gates. */
  readonly peepholes: Tensor | undefined;
}

/** A cell: what is added to the inputs' products of all steps, and the step itself. */
export interface Cell {
  readonly bias: Tensor | undefined;
  /** The states after a step, from its input's product `[batch, gates · hidden]` and the states before. */
  readonly step: (input: Tensor, states: readonly Tensor[]) => readonly Tensor[];
}

function joinedBias({ compose, inputBias, recurrentBias }: CellParts): Tensor | undefined {
  return inputBias && recurrentBias && compose.add(inputBias, recurrentBias);
}

/** The part of a gate, or of several that follow each other. */
function gate({ compose, hidden }: CellParts, tensor: Tensor, [from, to]: readonly [number, number]): Tensor {
  return compose.slice(tensor, tensor.type.shape.length - 1, [from * hidden, to * hidden]);
}

/** H = f(X · W + H · R). */
export function plainCell(parts: CellParts): Cell {
  const { compose, recurrent, activations } = parts;
  const [f] = activations;
  return {
    bias: joinedBias(parts),
    step: (input, [h]) => [f!(compose.add(input, compose.matmul(h!, recurrent, { transpose_rhs: true })))],
  };
}

/**
 * z, r = f(X · W + H · R), then h = g(X · W + (r ⊙ H) · R), or with `linear_before_reset` h = g(X · W + r ⊙ (H · R)); then
 * H = (1 − z) ⊙ h + z ⊙ H.
 */
export function gruCell(parts: CellParts, node: NodeContext): Cell {
  const { compose, hidden, recurrent, inputBias, recurrentBias, activations } = parts;
  const [f, g] = activations;
  const isLinearFirst = node.attributes.flag("linear_before_reset");
  const rows = (from: number, to: number): Tensor => compose.slice(recurrent, 0, [from * hidden, to * hidden]);
  const times = (h: Tensor, weights: Tensor): Tensor => compose.matmul(h, weights, { transpose_rhs: true });
  const candidateBias = recurrentBias && gate(parts, recurrentBias, [2, 3]);
  const separateBias =
    inputBias &&
    recurrentBias &&
    compose.concat(
      [compose.add(gate(parts, inputBias, [0, 2]), gate(parts, recurrentBias, [0, 2])), gate(parts, inputBias, [2, 3])],
      0,
    );
  const [gateRows, candidateRows] = isLinearFirst ? [recurrent, recurrent] : [rows(0, 2), rows(2, 3)];
  return {
    bias: isLinearFirst ? separateBias : joinedBias(parts),
    step: (input, [h]) => {
      const product = times(h!, gateRows);
      const gates = f!(compose.add(gate(parts, input, [0, 2]), gate(parts, product, [0, 2])));
      const [z, r] = [gate(parts, gates, [0, 1]), gate(parts, gates, [1, 2])];
      const own = gate(parts, input, [2, 3]);
      const linear = (): Tensor => {
        const candidate = gate(parts, product, [2, 3]);
        return compose.mul(r, candidateBias === undefined ? candidate : compose.add(candidate, candidateBias));
      };
      const candidate = g!(compose.add(own, isLinearFirst ? linear() : times(compose.mul(r, h!), candidateRows)));
      // (1 − z) ⊙ h + z ⊙ H, with one multiplication less.
      return [compose.add(candidate, compose.mul(z, compose.sub(h!, candidate)))];
    },
  };
}

/**
 * i, f = f(X · W + H · R + P ⊙ C), c = g(X · W + H · R), C = f ⊙ C + i ⊙ c, o = f(X · W + H · R + P ⊙ C), H = o ⊙ h(C). The
 * gates stand in the order i, o, f, c.
 */
export function lstmCell(parts: CellParts, node: NodeContext): Cell {
  const { compose, recurrent, activations, peepholes } = parts;
  const [f, g, h] = activations;
  const isCoupled = node.attributes.flag("input_forget");
  const peep = (gates: Tensor, c: Tensor, at: number): Tensor =>
    peepholes === undefined ? gates : compose.add(gates, compose.mul(c, gate(parts, peepholes, [at, at + 1])));
  return {
    bias: joinedBias(parts),
    step: (input, [state, memory]) => {
      const all = compose.add(input, compose.matmul(state!, recurrent, { transpose_rhs: true }));
      // Without peepholes the three gates are one tensor until they are used.
      const early = peepholes === undefined ? f!(gate(parts, all, [0, 3])) : undefined;
      const gateAt = (at: number, c: Tensor): Tensor =>
        early === undefined ? f!(peep(gate(parts, all, [at, at + 1]), c, at)) : gate(parts, early, [at, at + 1]);
      const entering = gateAt(0, memory!);
      const kept = isCoupled ? compose.add(compose.neg(entering), 1) : gateAt(2, memory!);
      const candidate = g!(gate(parts, all, [3, 4]));
      const next = compose.add(compose.mul(kept, memory!), compose.mul(entering, candidate));
      return [compose.mul(gateAt(1, next), h!(next)), next];
    },
  };
}
