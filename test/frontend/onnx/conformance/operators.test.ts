/** Operators one by one against ONNX's reference implementation, and the page that lists them. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { caseFolders, readCase } from "../../../../scripts/conformance.mjs";
import { operatorVersions } from "../../../../src/frontend/onnx/conformance/operator-versions.ts";
import { runCase } from "../../../../src/frontend/onnx/conformance/run-case.ts";
import { operatorRows } from "../../../../src/frontend/onnx/conformance/support-page.ts";
import { controlFlowOperators } from "../../../../src/frontend/onnx/ops/control-flow.ts";
import { layerOperators } from "../../../../src/frontend/onnx/ops/layers/table.ts";
import { standardOperators } from "../../../../src/frontend/onnx/ops/table.ts";
import { refusedOperators } from "../../../../src/frontend/onnx/ops/tensors/refused.ts";
import { tensorOperators } from "../../../../src/frontend/onnx/ops/tensors/table.ts";
import { projectPath } from "../testing.ts";

it.each(caseFolders(projectPath("test/data/onnx/operators")).map((folder) => [basename(folder), folder]))(
  "%s",
  (_name, folder) => {
    expect(runCase(readCase(folder))).toMatchObject({ kind: "passed" });
  },
);

it("docs/onnx-support.md lists every operator and its operator sets", () => {
  const page = readFileSync(projectPath("docs/onnx-support.md"), "utf8");
  const listed = [...page.matchAll(/^\| (\w+) +\| ([-+, \d]+?) +\| (.*?) *\|$/gm)].map(([, name, sets]) => [
    name,
    sets,
  ]);
  expect(listed).toEqual(operatorRows([]).map(([name, sets]) => [name, sets]));
});

it("no operator is in two tables", () => {
  const names = [...Object.keys(layerOperators), ...Object.keys(tensorOperators), ...Object.keys(controlFlowOperators)];
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it("every operator of ONNX is imported, or refused with a reason", () => {
  const [imported, refused] = [Object.keys(standardOperators), Object.keys(refusedOperators)];
  expect([...imported, ...refused].sort()).toEqual(Object.keys(operatorVersions).sort());
  for (const name of imported) {
    const versions = (standardOperators[name] ?? []).map(({ since }) => since);
    expect(
      versions.filter((since) => !operatorVersions[name]?.includes(since)),
      name,
    ).toEqual([]);
    expect(versions, name).toEqual(versions.toSorted((a, b) => a - b));
  }
});
