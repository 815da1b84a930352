/**
 * `--report`: one HTML file about a compiled model, without references to others. Plots are drawn here, as SVG; the page's
 * script only opens details, sorts and filters. The same input gives the same bytes.
 */
import { summaryRows } from "../compile-report.ts";
import { formatInteger } from "../units.ts";
import { agreementFigure, differenceText } from "./agreement.ts";
import { breakdownFigure, classFigure, trafficFigure } from "./amounts.ts";
import { classColours, legend, memoryColours } from "./colours.ts";
import type { Html } from "./html.ts";
import { markup, scriptData } from "./html.ts";
import { memoryFigure } from "./memory-figure.ts";
import { regionDetails } from "./region-details.ts";
import type { RegionFacts } from "./region-facts.ts";
import { regionFacts } from "./region-facts.ts";
import { regionTable } from "./region-table.ts";
import type { ReportInput, RunState } from "./report-input.ts";
import { reportScript } from "./report-script.ts";
import { reportStyle } from "./report-style.ts";
import { rooflineFigure } from "./roofline.ts";
import { timelineFigure, timelineLegend } from "./timeline.ts";
import { trafficSteps } from "./traffic-steps.ts";

/** The whole page. */
export function reportPage(input: ReportInput): string {
  const { evaluation, design } = input;
  const facts = regionFacts(input);
  const states = statesOf(input);
  const title = `${evaluation.model.name} on ${design.name}`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${{ html: reportStyle }}</style>
</head>
<body data-state="steady">
${header(input, title)}
<p id="states">
  ${states.map((state) => markup`<button data-state="${state}" aria-pressed="${String(state === "steady")}">${state}</button> `)}
  <span class="soft">${states.map((state) => markup`<span class="${state}">${stateMeanings[state]}</span>`)}</span>
</p>
<main>
${timeSection(facts, input)}
${agreementSection(facts, input)}
${rooflineSection(facts, input)}
${amountSections(input)}
${regionsSection(facts)}
</main>
<aside id="details" aria-label="region" hidden>
  <div class="tools"><button id="previous">‹ previous</button><button id="next">next ›</button><button id="close">close</button></div>
  <div id="content"></div>
</aside>
<script id="data" type="application/json">${scriptData(regionDetails(facts, input))}</script>
<script>${{ html: reportScript }}</script>
</body>
</html>
`;
  return page.html;
}

function header(input: ReportInput, title: string): Html {
  const { evaluation, design, options, fastcVersion, simulated } = input;
  const { batch, model } = evaluation;
  const cores = design.cores === 1 ? "" : ` on each of ${design.cores} cores`;
  const rows = summaryRows(evaluation, design).map(
    (cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell.trim()}</td>`)}</tr>`,
  );
  return markup`<header>
    <h1>${title}</h1>
    <p>${design.technologyNm} nm, ${design.clockGhz} GHz, batch ${batch}${cores}, ${options}</p>
    <p class="soft">
      All figures are estimated by the model of fastc ${fastcVersion}${simulated === undefined ? "" : ", or simulated where that is said"}; none is measured. ONNX file: SHA-256
      ${model.sha256.slice(0, 12)}…. Every mark of a region leads to its mapping, certificate, operations and ONNX
      nodes.
    </p>
    <table id="summary">
      <tr><th></th><th>steady</th><th>cold</th><th></th></tr>
      ${rows}
    </table>
  </header>`;
}

/** The runs that there are figures of. */
function statesOf({ simulated }: ReportInput): readonly RunState[] {
  return simulated === undefined ? ["steady", "cold"] : ["steady", "cold", "simulated"];
}

const stateMeanings: Readonly<Record<RunState, string>> = {
  steady: "inferences after the first, by the cost model: they find pinned weights in global memory",
  cold: "the first inference, by the cost model: it fetches the weights that are pinned in global memory",
  simulated: "inferences after the first, by the simulator, which knows none of the cost model's formulas",
};

/** A figure for each run; the page shows one of them. */
function inEachRun(input: ReportInput, draw: (state: RunState) => Html): Html {
  return markup`${statesOf(input).map((state) => markup`<div class="${state}">${draw(state)}</div>`)}`;
}

function timeSection(facts: readonly RegionFacts[], input: ReportInput): Html {
  const { program, design } = input;
  const memory = (state: RunState): Html => memoryFigure(facts, { program, design, state }) ?? markup``;
  const below =
    design.globalMemoryMiB === 0
      ? markup`<p class="soft">The design has no global memory.</p>`
      : markup`${legend("global memory", memoryColours, new Set(Object.keys(memoryColours)))}
          <p class="soft">
            Weights are pinned for all inferences; activations stay from the region that makes them to the last that
            reads them; staging holds the tiles of a region's operands that come through DRAM${input.simulated === undefined ? "" : ": pale what is reserved for them, full what the simulator saw there, iterations that repeat by their first ones"}.
          </p>`;
  return markup`<section>
    <h2>Timeline</h2>
    <p class="soft">
      Regions run one after the other, each on its engine; below, what binds each, and what lies in the global memory of
      a core.
    </p>
    ${timelineLegend(facts)}
    <div class="scroll" id="timeline">
      ${inEachRun(input, (state) => markup`${timelineFigure(facts, state)}${memory(state)}`)}
    </div>
    ${below}
  </section>`;
}

function agreementSection(facts: readonly RegionFacts[], { simulated, evaluation }: ReportInput): Html {
  if (simulated === undefined) return markup``;
  const cycles = simulated.reduce((sum, region) => sum + region.cycles, 0);
  const { cycles: estimated } = evaluation.totals.steady;
  return markup`<section>
    <h2>Simulator and cost model</h2>
    <p class="soft">
      The simulator runs the schedule's program event by event and takes ${formatInteger(cycles)} cycles, the cost model
      says ${formatInteger(estimated)}: ${differenceText(cycles / estimated - 1)}. Shaded: within 5 %, for regions with at least 1 % of the time.
    </p>
    <div class="scroll" id="agreement">${agreementFigure(facts)}</div>
  </section>`;
}

function rooflineSection(facts: readonly RegionFacts[], input: ReportInput): Html {
  const { design } = input;
  const kinds = new Set(facts.map(({ region }) => region.kind));
  return markup`<section>
    <h2>Roofline</h2>
    <p class="soft">
      A dot for each region, as large as its share of the time. Operations are two for each MAC; where there is no MAC,
      those of the vector units, whose own roof is dashed. Regions that move nothing through DRAM stand on the right in
      schedule order, those without arithmetic at the bottom.
    </p>
    ${legend("class", classColours, kinds)}
    <div class="scroll" id="roofline">${inEachRun(input, (state) => rooflineFigure(facts, design, state))}</div>
  </section>`;
}

function amountSections(input: ReportInput): Html {
  const steps = trafficSteps(input);
  return markup`<section>
      <h2>DRAM traffic, step by step</h2>
      <div class="scroll" id="traffic">${trafficFigure(steps)}</div>
      <ul class="soft">
        ${steps.map(({ name, meaning }) => markup`<li>${name}: ${meaning}</li>`)}
      </ul>
    </section>
    <section>
      <h2>Classes of operations</h2>
      ${legend("class", classColours, new Set(input.evaluation.opClasses.map(({ kind }) => kind)))}
      <div class="scroll" id="classes">${classFigure(input.evaluation)}</div>
    </section>
    <section>
      <h2>Area and TDP of the design</h2>
      <div class="pair" id="design">
        ${breakdownFigure(input.design, "area")}${breakdownFigure(input.design, "tdp")}
      </div>
    </section>`;
}

function regionsSection(facts: readonly RegionFacts[]): Html {
  return markup`<section>
    <h2>Regions</h2>
    <p class="tools">
      <label>filter <input id="filter" type="search" placeholder="region, class, engine, what binds, ONNX node" autocomplete="off"></label>
      <span id="count" class="soft"></span>
    </p>
    <div class="scroll">${regionTable(facts)}</div>
  </section>`;
}
