/** Colours of op classes, of what binds a region, and of what lies in memory; legible on light and on dark. */
import type { BindingResource, OpClass } from "../../backend/evaluation.ts";
import type { Html } from "./html.ts";
import { markup } from "./html.ts";

// Observable's categorical scheme: ten hues that stay apart for most kinds of colour blindness.
const hues = {
  blue: "#4269d0",
  orange: "#efb118",
  red: "#ff725c",
  cyan: "#6cc5b0",
  green: "#3ca951",
  pink: "#ff8ab7",
  purple: "#a463f2",
  sky: "#97bbf5",
  brown: "#9c6b4e",
  grey: "#9498a0",
} as const;

/** Of each class of operations. */
export const classColours: Readonly<Record<OpClass, string>> = {
  convolution: hues.blue,
  "depthwise-convolution": hues.sky,
  matmul: hues.purple,
  "attention-matmul": hues.pink,
  softmax: hues.orange,
  normalisation: hues.brown,
  pooling: hues.cyan,
  "element-wise": hues.green,
  "data-movement": hues.grey,
};

/** Of each resource that can bind a region's time. */
export const resourceColours: Readonly<Record<BindingResource, string>> = {
  compute: hues.blue,
  vector: hues.green,
  dram: hues.red,
  gm: hues.orange,
  l2: hues.brown,
  "input-bus": hues.sky,
  "weight-bus": hues.purple,
  "output-bus": hues.pink,
  fill: hues.grey,
};

/** Of what lies in global memory. */
export const memoryColours = { weights: hues.purple, activations: hues.blue, staging: hues.orange } as const;

/** Of amounts and of what has been saved of them. */
export const amountColours = { amount: hues.blue, saved: hues.grey } as const;

/** Hues that are so dark that black letters are hard to read on them. */
const darkHues: ReadonlySet<string> = new Set([hues.blue, hues.green, hues.purple, hues.brown]);

/** Colour of letters on a colour. */
export function lettersOn(colour: string): string {
  return darkHues.has(colour) ? "#fff" : "#000";
}

/** A legend: those of the names that occur, in the order of the colours. */
export function legend(title: string, colours: Readonly<Record<string, string>>, occurring: ReadonlySet<string>): Html {
  const entries = Object.entries(colours).filter(([name]) => occurring.has(name));
  // Colours are constants of this file.
  const swatch = (colour: string): Html => ({ html: `<i style="background:${colour}"></i>` });
  return markup`<p class="legend">
    <b>${title}</b>${entries.map(([name, colour]) => markup`<span>${swatch(colour)}${name}</span>`)}
  </p>`;
}
