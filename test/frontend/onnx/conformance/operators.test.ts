/** Operators one by one against ONNX's reference implementation, and the page that lists them. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { caseFolders, readCase } from "../../../../scripts/conformance.mjs";
import { operatorVersions } from "../../../../src/frontend/onnx/conformance/operator-versions.ts";
import { runCase } from "../../../../src/frontend/onnx/conformance/run-case.ts";
import { operatorRows } from "../../../../src/frontend/onnx/conformance/support-page.ts";
import { standardOperators } from "../../../../src/frontend/onnx/ops/table.ts";
import { refusedOperators } from "../../../../src/frontend/onnx/ops/tensors/refused.ts";
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

it("every operator that is imported or refused is one of ONNX, and none is both", () => {
  const [imported, refused] = [Object.keys(standardOperators), Object.keys(refusedOperators)];
  expect([...imported, ...refused].filter((name) => !Object.hasOwn(operatorVersions, name))).toEqual([]);
  expect(imported.filter((name) => refused.includes(name))).toEqual([]);
  for (const name of imported) {
    const versions = (standardOperators[name] ?? []).map(({ since }) => since);
    expect(
      versions.filter((since) => !operatorVersions[name]?.includes(since)),
      name,
    ).toEqual([]);
    expect(versions, name).toEqual(versions.toSorted((a, b) => a - b));
  }
});
