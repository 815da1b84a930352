/** The style of the HTML report. */

/** CSS; light or dark as the reader's system is, light on paper. */
export const reportStyle = `
:root { color-scheme: light dark; --line: light-dark(#d8d8d8, #444); --soft: light-dark(#555, #b0b0b0); --panel: light-dark(#f6f6f6, #1c1c1e);
  --mark: light-dark(#1a5fb4, #99c1f1); --chosen: light-dark(#dbe8fa, #1d3557); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1140px; padding: 1rem 1.25rem 4rem; font: 14px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.3rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .25rem; }
p { margin: .25rem 0 .5rem; }
.soft { color: var(--soft); max-width: 75ch; }
a { color: var(--mark); }
button { font: inherit; cursor: pointer; }
:focus-visible { outline: 2px solid var(--mark); }
table { border-collapse: collapse; }
td, th { padding: .15rem .6rem; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
#summary td:nth-child(2), #summary td:nth-child(3), #summary th { text-align: right; font-variant-numeric: tabular-nums; }
#summary td:nth-child(4) { color: var(--soft); }
#states { position: sticky; top: 0; z-index: 1; background: Canvas; padding: .4rem 0; border-bottom: 1px solid var(--line); margin-top: 1rem; }
#states button { border: 1px solid var(--line); background: var(--panel); padding: .15rem .8rem; border-radius: 4px; }
#states button[aria-pressed=true] { background: var(--chosen); }
body:not([data-state=steady]) .steady, body:not([data-state=cold]) .cold, body:not([data-state=simulated]) .simulated { display: none; }
.scroll { overflow-x: auto; }
.plot { display: block; height: auto; background: Canvas; color: CanvasText; overflow: visible; }
.plot text { white-space: pre; }
.plot a { cursor: pointer; outline-offset: 1px; }
.plot a:hover { opacity: .75; }
.plot a.chosen > * { stroke: CanvasText; stroke-width: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: 0 0 .25rem; }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .35em; border-radius: 2px; }
.pair { display: flex; flex-wrap: wrap; gap: 20px; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; margin: .25rem 0 .5rem; }
#filter { width: 22rem; max-width: 100%; font: inherit; }
#regions { width: 100%; font-size: .88em; }
#regions td, #regions th { padding: .1rem .45rem; }
#regions th { border-bottom: 1px solid var(--line); }
#regions th button { all: unset; cursor: pointer; font-weight: 600; white-space: nowrap; }
#regions th button:focus-visible { outline: 2px solid var(--mark); }
#regions th[aria-sort=ascending] button::after { content: " ▲"; }
#regions th[aria-sort=descending] button::after { content: " ▼"; }
#regions tbody tr { cursor: pointer; scroll-margin: 6rem; }
#regions tbody tr:hover { background: var(--panel); }
#regions tr.chosen { background: var(--chosen); }
#regions td { white-space: nowrap; }
/* Ends of names tell more than beginnings. */
#regions td:nth-child(2) { max-width: 17rem; overflow: hidden; text-overflow: ellipsis; direction: rtl; }
#details { position: fixed; inset: 0 0 0 auto; width: min(36rem, 100vw); overflow: auto; z-index: 2; padding: .8rem 1rem 2rem;
  background: Canvas; border-left: 1px solid var(--line); box-shadow: 0 0 1.5rem light-dark(#0003, #000a); }
#details h2 { margin: .3rem 0 .5rem; overflow-wrap: anywhere; }
#details h3 { font-size: .95rem; margin: 1rem 0 .2rem; }
#details .tools { justify-content: flex-end; margin: 0; }
#details table { width: 100%; font-size: .92em; }
#details td:first-child { color: var(--soft); white-space: nowrap; width: 1%; padding-left: 0; }
#details td { overflow-wrap: anywhere; }
#details pre { margin: 0; padding: .5rem .6rem; background: var(--panel); overflow-x: auto; font: 12px/1.5 ui-monospace, monospace; }
#details ul { margin: 0; padding-left: 1.1rem; overflow-wrap: anywhere; }
#details li { font: 12px/1.5 ui-monospace, monospace; }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; }
  #details, #states button, .tools { display: none; }
  .scroll { overflow: visible; }
  .plot { max-width: 100%; break-inside: avoid; }
  * { print-color-adjust: exact; }
  #regions { font-size: .7em; }
  #regions tr { break-inside: avoid; }
}
`;
