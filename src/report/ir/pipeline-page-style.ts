/** The style of the page over a run of passes. */

/** CSS; light or dark as the reader's system is. */
export const pageStyle = `
:root { color-scheme: light dark; --line: light-dark(#d8d8d8, #444); --soft: light-dark(#666, #aaa); --panel: light-dark(#f6f6f6, #1c1c1e);
  --added: light-dark(#e3f6e3, #12351a); --removed: light-dark(#fce4e4, #431818); --mark: light-dark(#1a5fb4, #99c1f1); }
* { box-sizing: border-box; }
body { margin: 0; display: flex; height: 100vh; font: 14px/1.45 system-ui, sans-serif; }
nav { width: 19rem; flex: none; overflow: auto; border-right: 1px solid var(--line); background: var(--panel); padding: .75rem; }
h1 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
#legend { margin: 0 0 .5rem; color: var(--soft); font-size: .85em; }
#steps { list-style: none; margin: 0; padding: 0; }
#steps button { all: unset; box-sizing: border-box; display: block; width: 100%; padding: .3rem .5rem; border-radius: 4px; cursor: pointer; }
#steps button:hover { background: light-dark(#e9e9ec, #2c2c2e); }
#steps button:focus-visible { outline: 2px solid var(--mark); }
#steps button[aria-current=true] { background: light-dark(#dbe8fa, #1d3557); }
#steps .unchanged { color: var(--soft); }
#steps small { display: block; color: var(--soft); padding-left: 1.2em; overflow-wrap: anywhere; }
main { flex: 1; min-width: 0; display: flex; flex-direction: column; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; padding: .6rem .9rem; border-bottom: 1px solid var(--line); }
h2 { font-size: 1rem; margin: 0; }
#counters { color: var(--soft); overflow-wrap: anywhere; }
.tools { margin-left: auto; display: flex; flex-wrap: wrap; gap: .5rem 1rem; }
#filter { width: 18rem; }
#code { flex: 1; display: block; overflow: auto; border-collapse: collapse; font: 12px/1.5 ui-monospace, monospace; }
#code td { white-space: pre; padding: 0 .5rem; vertical-align: top; }
#code .text { cursor: pointer; width: 100%; }
/* Half of what the list of passes and the column of nodes leave. */
#code.split .text { width: calc(50vw - 20.5rem); min-width: 15rem; max-width: max(15rem, calc(50vw - 20.5rem)); overflow: hidden;
  text-overflow: ellipsis; }
#code .sign { user-select: none; color: var(--soft); padding-right: 0; }
#code tr { background: Canvas; }
#code .node { position: sticky; right: 0; background: inherit; border-left: 1px solid var(--line); color: var(--mark); width: 18rem; min-width: 18rem;
  max-width: 18rem; overflow: hidden; text-overflow: ellipsis; cursor: pointer; direction: rtl; text-align: left; }
#code .added { background: var(--added); }
#code .removed { background: var(--removed); }
#code .chosen { outline: 1px solid var(--mark); outline-offset: -1px; }
#code .fold td { color: var(--soft); background: var(--panel); cursor: pointer; }
#code .none td { color: var(--soft); padding: 1rem; }
#origin { border-top: 1px solid var(--line); padding: .5rem .9rem; max-height: 30vh; overflow: auto; }
#origin code { overflow-wrap: anywhere; }
#origin ul { margin: .25rem 0; padding-left: 1.25rem; }
#origin button { all: unset; cursor: pointer; color: var(--mark); text-decoration: underline; overflow-wrap: anywhere; }
#origin button:focus-visible { outline: 2px solid var(--mark); }
`;
