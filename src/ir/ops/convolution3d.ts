/** Convolution over three spatial dimensions (video, volumes). */
import { attr, withDefault } from "../attribute-specs.ts";
import { defineOp } from "../define-op.ts";
import { idx } from "../loop-nest.ts";
import { zeros } from "../tensor-value.ts";
import { tensorType } from "../types.ts";
import { windowExtent } from "./convolution.ts";

type Five = readonly [number, number, number, number, number];

interface Slides {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** Output depth, rows and columns. */
function outputExtents(input: Five, weight: Five, { strides, pads, dilations }: Slides) {
  const along = (dim: 0 | 1 | 2): number =>
    windowExtent(input[dim + 2]!, {
      kernel: weight[dim + 2]!,
      stride: strides[dim]!,
      dilation: dilations[dim]!,
      pads: pads[dim]! + pads[dim + 3]!,
    });
  return [along(0), along(1), along(2)] as const;
}

/** `nn.conv3d`: as `nn.conv2d` with a depth; a bias is a separate `nn.add`. */
export const conv3d = defineOp({
  name: "nn.conv3d",
  summary:
    "3-D convolution, [n, c, d, h, w] activations, [k, c / groups, u, r, s] weights, zero padding. Output [n, k, o, p, q]. " +
    "`pads` are front, top, left, back, bottom, right.",
  operands: { input: { rank: 5 }, weight: { rank: 5 } },
  attributes: {
    strides: attr.ints,
    pads: attr.ints,
    dilations: withDefault(attr.ints, [1, 1, 1]),
    groups: withDefault(attr.int, 1),
  },
  traits: ["pure", "matrix"],
  verify({ input, weight }, { strides, pads, dilations, groups }) {
    const [channels, [k, want]] = [input.shape[1], weight.shape];
    if (input.element !== weight.element) {
      return `element types ${input.element.name} and ${weight.element.name} differ`;
    }
    if (strides.length !== 3 || dilations.length !== 3 || pads.length !== 6) {
      return `has ${strides.length} strides, ${dilations.length} dilations and ${pads.length} pads but needs 3, 3 and 6`;
    }
    if (groups < 1 || channels % groups !== 0 || k % groups !== 0) {
      return `${groups} groups do not divide ${channels} input and ${k} output channels`;
    }
    if (channels / groups !== want) return `input has ${channels / groups} channels a group but weight expects ${want}`;
    if (Math.min(...strides, ...dilations) < 1) return "strides and dilations must be at least 1";
    if (Math.min(...pads) < 0) return "pads must not be negative";
    const output = outputExtents(input.shape, weight.shape, { strides, pads, dilations });
    if (Math.min(...output) >= 1) return undefined;
    return `the kernel does not fit into the padded input (output would be ${output.join("x")})`;
  },
  inferTypes({ input, weight }, slides) {
    return tensorType(
      [input.shape[0], weight.shape[0], ...outputExtents(input.shape, weight.shape, slides)],
      input.element,
    );
  },
  loopNest({ input, weight }, { strides, pads, dilations, groups }) {
    const [o, p, q] = outputExtents(input.shape, weight.shape, { strides, pads, dilations });
    const [k, c, u, r, s] = weight.shape;
    const perGroup = k / groups;
    return {
      extents: { n: input.shape[0], g: groups, k: perGroup, c, o, p, q, u, r, s },
      access: {
        input: [
          idx({ n: 1 }),
          idx({ g: c, c: 1 }),
          idx({ o: strides[0]!, u: dilations[0]! }, 0 - pads[0]!),
          idx({ p: strides[1]!, r: dilations[1]! }, 0 - pads[1]!),
          idx({ q: strides[2]!, s: dilations[2]! }, 0 - pads[2]!),
        ],
        weight: [idx({ g: perGroup, k: 1 }), idx({ c: 1 }), idx({ u: 1 }), idx({ r: 1 }), idx({ s: 1 })],
        output: [idx({ n: 1 }), idx({ g: perGroup, k: 1 }), idx({ o: 1 }), idx({ p: 1 }), idx({ q: 1 })],
      },
      work: { kind: "mac" },
    };
  },
  reference({ input, weight }, { strides, pads, dilations, groups }, [type]) {
    const output = zeros(type!);
    // The op's verifier has seen that the ranks are 5.
    const [, channels, depth, height, width] = input.type.shape as Five;
    const [, c, u, r, s] = weight.type.shape as Five;
    const [n, k, o, p, q] = type!.shape as Five;
    /** Input and weight indices along one dimension that meet at an output index. */
    const meetings = (dim: 0 | 1 | 2, kernel: number, extent: number, at: number): readonly [number, number][] =>
      Array.from({ length: kernel }, (_unused, step): [number, number] => [
        at * strides[dim]! + step * dilations[dim]! - pads[dim]!,
        step,
      ]).filter(([index]) => index >= 0 && index < extent);
    const columnMeetings = Array.from({ length: q }, (_unused, at) => meetings(2, s, width, at));
    let out = 0;
    for (let in0 = 0; in0 < n; in0++) {
      for (let ik = 0; ik < k; ik++) {
        const firstPlane = in0 * channels + Math.floor(ik / (k / groups)) * c;
        for (let io = 0; io < o; io++) {
          const depths = meetings(0, u, depth, io);
          for (let ip = 0; ip < p; ip++) {
            const rows = meetings(1, r, height, ip);
            for (let iq = 0; iq < q; iq++) {
              let sum = 0;
              for (let ic = 0; ic < c; ic++) {
                for (const [z, iu] of depths) {
                  for (const [y, ir] of rows) {
                    const line = (((firstPlane + ic) * depth + z) * height + y) * width;
                    const kernelLine = (((ik * c + ic) * u + iu) * r + ir) * s;
                    for (const [x, is] of columnMeetings[iq]!) {
                      sum += input.data[line + x]! * weight.data[kernelLine + is]!;
                    }
                  }
                }
              }
              output.data[out++] = sum;
            }
          }
        }
      }
    }
    return output;
  },
});
