/** The script of the page over a run of passes. It runs in a browser, and reads the data that the page carries. */

/** JavaScript without imports; `data` is `PageData` of pipeline-page.ts. */
export const pageScript = String.raw`
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const context = 3;
const textOf = (line) => (typeof data.lines[line] === "string" ? data.lines[line] : data.lines[line][0]);
const nodesOf = (line) => (typeof data.lines[line] === "string" ? [] : data.lines[line].slice(1));

/** The lines of each step, and its changes against the one before: { kind, line } in order. */
const steps = [];
for (const step of data.steps) {
  const before = steps.length === 0 ? [] : steps[steps.length - 1].lines;
  const changes = [];
  let at = 0;
  for (const edit of step.edits) {
    if (Array.isArray(edit)) for (const line of edit) changes.push({ kind: "added", line });
    else {
      const kind = edit < 0 ? "removed" : "same";
      for (const line of before.slice(at, at + Math.abs(edit))) changes.push({ kind, line });
      at += Math.abs(edit);
    }
  }
  const count = (kind) => changes.filter((change) => change.kind === kind).length;
  steps.push({
    changes,
    lines: changes.filter(({ kind }) => kind !== "removed").map(({ line }) => line),
    added: count("added"),
    removed: count("removed"),
  });
}

let current = 0;
let opened = new Set();

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function isWanted(line) {
  const wanted = byId("filter").value.trim();
  // A whole name means this node alone; "/act/Mul" alone would also mean those of every block.
  const isMatch = data.nodes.includes(wanted) ? (name) => name === wanted : (name) => name.includes(wanted);
  return wanted === "" || nodesOf(line).some((node) => isMatch(data.nodes[node]));
}

function nodeCell(line) {
  const nodes = nodesOf(line).map((node) => data.nodes[node]);
  const label = nodes.length > 1 ? nodes[0] + " +" + (nodes.length - 1) : (nodes[0] ?? "");
  const cell = element("td", "node");
  // Ends of names tell more than beginnings: the cell is cut on the left, and the mark keeps slashes at their place.
  cell.textContent = label === "" ? "" : "\u200e" + label;
  cell.title = nodes.join("\n");
  return cell;
}

function row(change) {
  const made = element("tr", change.kind);
  const sign = { same: " ", added: "+", removed: "−" }[change.kind];
  made.append(element("td", "sign", sign), element("td", "text", textOf(change.line)), nodeCell(change.line));
  made.addEventListener("click", () => choose(made, change.line));
  return made;
}

function splitRow(left, right) {
  const made = element("tr");
  for (const change of [left, right]) {
    const kind = change === undefined ? "" : change.kind;
    const cell = element("td", "text " + kind, change === undefined ? "" : textOf(change.line));
    if (change !== undefined) {
      cell.title = textOf(change.line).trim();
      cell.addEventListener("click", () => choose(made, change.line));
    }
    made.append(cell);
  }
  const shown = right ?? left;
  made.append(nodeCell(shown.line));
  return made;
}

/** Runs of changes; what is far from any change is one entry { hidden }. */
function folded(changes) {
  const near = new Uint8Array(changes.length);
  changes.forEach(({ kind }, at) => {
    if (kind !== "same") near.fill(1, Math.max(0, at - context), at + context + 1);
  });
  const entries = [];
  for (let at = 0; at < changes.length; ) {
    if (near[at] === 1 || opened.has(at)) {
      entries.push(changes[at++]);
      continue;
    }
    const start = at;
    while (at < changes.length && near[at] === 0 && !opened.has(at)) at++;
    entries.push({ hidden: at - start, start });
  }
  return entries;
}

function foldRow({ hidden, start }, columns) {
  const made = element("tr", "fold");
  const cell = element("td", "", "⋯ " + hidden + (hidden === 1 ? " unchanged line" : " unchanged lines"));
  cell.colSpan = columns;
  made.append(cell);
  made.addEventListener("click", () => {
    for (let at = start; at < start + hidden; at++) opened.add(at);
    render();
  });
  return made;
}

function splitRows(entries) {
  const rows = [];
  for (let at = 0; at < entries.length; ) {
    const entry = entries[at];
    if (entry.hidden !== undefined) {
      rows.push(foldRow(entry, 3));
      at++;
    } else if (entry.kind === "same") {
      rows.push(splitRow(entry, entry));
      at++;
    } else {
      const [removed, added] = [[], []];
      for (; at < entries.length && entries[at].hidden === undefined && entries[at].kind !== "same"; at++)
        (entries[at].kind === "removed" ? removed : added).push(entries[at]);
      for (let line = 0; line < Math.max(removed.length, added.length); line++)
        rows.push(splitRow(removed[line], added[line]));
    }
  }
  return rows;
}

function rowsOf(step) {
  const view = byId("view").value;
  const isFiltered = byId("filter").value.trim() !== "";
  const all = view === "whole" ? step.changes.filter(({ kind }) => kind !== "removed") : step.changes;
  const changes = view === "whole" ? all.map(({ line }) => ({ kind: "same", line })) : all;
  const isInput = step === steps[0] || view === "whole";
  const shown = isInput ? changes.map(({ line }) => ({ kind: "same", line })) : changes;
  const entries = isFiltered ? shown.filter(({ line }) => isWanted(line)) : isInput ? shown : folded(shown);
  return view === "split" ? splitRows(entries) : entries.map((entry) => (entry.hidden === undefined ? row(entry) : foldRow(entry, 3)));
}

function render() {
  const step = steps[current];
  const { label, text, counters } = data.steps[current];
  byId("step").textContent = text === "" ? label : label + ": " + text;
  const counted = Object.entries(counters).map(([name, count]) => name + " " + count);
  byId("counters").textContent = counted.join(", ");
  byId("code").className = byId("view").value;
  const rows = rowsOf(step);
  if (rows.length === 0) {
    const none = element("tr", "none");
    none.append(element("td", "", "no operation of this step comes from this node"));
    rows.push(none);
  }
  byId("code").replaceChildren(...rows);
  byId("origin").hidden = true;
  [...byId("steps").querySelectorAll("button")].forEach((button, at) => button.setAttribute("aria-current", at === current));
}

/** Shows where a line comes from. */
function choose(made, line) {
  for (const old of byId("code").querySelectorAll(".chosen")) old.classList.remove("chosen");
  made.classList.add("chosen");
  const origin = byId("origin");
  const nodes = nodesOf(line).map((node) => data.nodes[node]);
  const list = element("ul");
  for (const node of nodes) {
    const item = element("li");
    const button = element("button", "", node);
    button.title = "show only operations from this node";
    button.addEventListener("click", () => setFilter(node));
    item.append(button);
    list.append(item);
  }
  const head = nodes.length === 0 ? "comes from no ONNX node" : nodes.length === 1 ? "ONNX node" : nodes.length + " ONNX nodes";
  origin.replaceChildren(element("code", "", textOf(line).trim()), element("div", "", head), list);
  origin.hidden = false;
}

function setFilter(node) {
  byId("filter").value = node;
  render();
  writeHash();
}

function select(at) {
  current = Math.min(Math.max(at, 0), steps.length - 1);
  opened = new Set();
  render();
  byId("steps").querySelectorAll("button")[current].scrollIntoView({ block: "nearest" });
  byId("code").scrollTop = 0;
  writeHash();
}

/** Step and node in the address, so that a place can be sent to somebody. */
function writeHash() {
  const filter = byId("filter").value.trim();
  const hash = "#" + encodeURIComponent(data.steps[current].label) + (filter === "" ? "" : "&node=" + encodeURIComponent(filter));
  history.replaceState(undefined, "", hash);
}

function readHash() {
  const [label = "", node = ""] = location.hash.slice(1).split("&node=").map(decodeURIComponent);
  byId("filter").value = node;
  const found = data.steps.findIndex((step) => step.label === label);
  const firstChanged = steps.findIndex(({ added, removed }, at) => at > 0 && added + removed > 0);
  select(found >= 0 ? found : Math.max(firstChanged, 0));
}

document.querySelector("h1").textContent = data.title;
data.steps.forEach(({ label }, at) => {
  const { added, removed, lines } = steps[at];
  const isChanged = at > 0 && added + removed > 0;
  const item = element("li");
  const button = element("button", isChanged || at === 0 ? "" : "unchanged", (at === 0 ? "▸ " : isChanged ? "● " : "○ ") + label);
  const counted = Object.entries(data.steps[at].counters).filter(([, count]) => count > 0);
  const difference = at === 0 ? lines.length + " lines" : isChanged ? "+" + added + " −" + removed + " lines" : "";
  const small = [difference, ...counted.map(([name, count]) => name + " " + count)].filter((text) => text !== "").join(" · ");
  if (small !== "") button.append(element("small", "", small));
  button.addEventListener("click", () => select(at));
  item.append(button);
  byId("steps").append(item);
});
for (const node of data.nodes) {
  const option = element("option");
  option.value = node;
  byId("nodes").append(option);
}
byId("view").addEventListener("change", render);
byId("filter").addEventListener("input", () => { render(); writeHash(); });
byId("clear").addEventListener("click", () => setFilter(""));
addEventListener("hashchange", readHash);
addEventListener("keydown", (event) => {
  if (event.target.tagName === "INPUT" || event.target.tagName === "SELECT") return;
  if (event.key === "j" || event.key === "ArrowDown") select(current + 1);
  else if (event.key === "k" || event.key === "ArrowUp") select(current - 1);
  else return;
  event.preventDefault();
});
readHash();
`;
