/** Draws a plot as SVG text, without a browser. The only file that knows the plotting library's document. */
import type { PlotOptions } from "@observablehq/plot";
import { plot } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Html } from "./html.ts";

/** The part of a DOM element that is used here; the project is compiled without the types of browsers. */
interface Drawn {
  readonly outerHTML: string;
  readonly querySelector: (selector: string) => { readonly remove: () => void } | null;
}

/** Width of a figure that fills the page. Unit: CSS pixels. */
export const pageWidth = 1080;

/** A plot as an SVG element. `label` says what it shows to who cannot see it. */
export function figure(label: string, options: PlotOptions): Html {
  // What the library calls a window, of which it wants the document.
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    readonly document: object;
  };
  const shown: object = { width: pageWidth, className: "plot", ...options, ariaLabel: label, document };
  const drawn: unknown = plot(shown);
  // An SVG element of that document.
  const svg = drawn as Drawn;
  // Every plot brings the same rules; the page has them once.
  svg.querySelector("style")?.remove();
  return { html: svg.outerHTML };
}
