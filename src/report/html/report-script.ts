/** The script of the HTML report. It runs in a browser, and reads the data that the page carries. */

/** JavaScript without imports; `data` is a list of `RegionDetails`. */
export const reportScript = String.raw`
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const table = byId("regions");
const rows = [...table.tBodies[0].rows];

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Which region the address names, if any. */
function named() {
  const found = /^#region-(\d+)$/.exec(location.hash);
  return found && Number(found[1]) < data.length ? Number(found[1]) : undefined;
}

function lines(title, entries) {
  if (entries.length === 0) return [];
  const made = element("table");
  for (const [label, value] of entries) {
    const row = made.insertRow();
    row.append(element("td", label), element("td", value));
  }
  return [element("h3", title), made];
}

function list(title, entries) {
  if (entries.length === 0) return [];
  const made = element("ul");
  made.append(...entries.map((entry) => element("li", entry)));
  return [element("h3", title), made];
}

function show() {
  const id = named();
  for (const old of document.querySelectorAll(".chosen")) old.classList.remove("chosen");
  byId("details").hidden = id === undefined;
  if (id === undefined) return;
  const region = data[id];
  byId("content").replaceChildren(
    element("h2", "Region " + id + ": " + region.name),
    ...lines("Estimated by the model", region.figures),
    ...lines("By the simulator", region.simulation),
    ...lines("Certificate", region.certificate),
    element("h3", "Mapping"),
    element("pre", region.nest),
    ...lines("Buffers", region.buffers),
    ...lines("Tensors", region.tensors),
    ...list("Operations", region.operations),
    ...list("ONNX nodes", region.nodes),
  );
  byId("details").scrollTop = 0;
  byId("previous").disabled = id === 0;
  byId("next").disabled = id === data.length - 1;
  byId("region-" + id).classList.add("chosen");
  for (const mark of document.querySelectorAll('.plot a')) {
    if (mark.getAttribute("href") === "#region-" + id) mark.classList.add("chosen");
  }
}

/** Without a jump: the reader stays where the click was. */
function go(id) {
  history.pushState(null, "", id === undefined ? location.pathname + location.search : "#region-" + id);
  show();
}

function sortBy(column) {
  const heading = table.tHead.rows[0].cells[column];
  const isWord = heading.className === "word";
  const before = heading.getAttribute("aria-sort");
  // Largest first: that is what one looks for among numbers.
  const first = isWord || column === 0 ? "ascending" : "descending";
  const other = first === "ascending" ? "descending" : "ascending";
  const order = before === first ? other : first;
  for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", order);
  const key = (row) => {
    const cell = row.cells[column];
    return isWord ? cell.textContent : Number(cell.dataset.value);
  };
  const sign = order === "ascending" ? 1 : -1;
  const id = (row) => Number(row.dataset.region);
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  rows.sort((a, b) => sign * compare(key(a), key(b)) || id(a) - id(b));
  table.tBodies[0].append(...rows);
}

function filter() {
  const wanted = byId("filter").value.trim();
  // A whole name means this node alone; "/act/Mul" alone would also mean those of every block.
  const isNode = data.some(({ nodes }) => nodes.includes(wanted));
  const isMatch = (text) => text.toLowerCase().includes(wanted.toLowerCase());
  let shown = 0;
  for (const row of rows) {
    const { nodes } = data[Number(row.dataset.region)];
    const words = [...row.querySelectorAll(".word")].map((cell) => cell.textContent);
    row.hidden = !(isNode ? nodes.includes(wanted) : [...words, ...nodes].some(isMatch));
    if (!row.hidden) shown++;
  }
  byId("count").textContent = shown + " of " + rows.length + " regions";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#region-"]') ?? event.target.closest('.plot a');
  const row = event.target.closest("#regions tbody tr");
  const id = link ? Number(link.getAttribute("href").slice("#region-".length)) : row ? Number(row.dataset.region) : undefined;
  if (id === undefined) return;
  event.preventDefault();
  go(id);
});
table.tHead.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) sortBy(Number(button.dataset.column));
});
for (const button of document.querySelectorAll("#states button")) {
  button.addEventListener("click", () => {
    document.body.dataset.state = button.dataset.state;
    for (const other of document.querySelectorAll("#states button")) other.setAttribute("aria-pressed", String(other === button));
  });
}
byId("filter").addEventListener("input", filter);
byId("close").addEventListener("click", () => go(undefined));
byId("previous").addEventListener("click", () => go(named() - 1));
byId("next").addEventListener("click", () => go(named() + 1));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && named() !== undefined) go(undefined);
});
addEventListener("hashchange", show);
addEventListener("popstate", show);
filter();
show();
`;
