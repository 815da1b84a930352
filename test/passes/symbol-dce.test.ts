import { describe, expect, it } from "vitest";
import { arrayAttribute, stringAttribute, symbolAttribute } from "../../src/ir/attributes.ts";
import type { Operation } from "../../src/ir/core.ts";
import { unknownLocation } from "../../src/ir/location.ts";
import { createFunction, createModule, finishFunction, functionName, functionsOf } from "../../src/ir/ops/builtin.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { symbolDce } from "../../src/passes/symbol-dce.ts";

/** Functions without inputs; each entry says whether it is private and which symbols it names. */
function moduleOf(functions: Readonly<Record<string, { private?: true; names?: readonly string[] }>>): Operation {
  const module = createModule(undefined, unknownLocation);
  for (const [name, { private: isPrivate, names = [] }] of Object.entries(functions)) {
    const fn = createFunction({ name, inputTypes: [], location: unknownLocation });
    finishFunction(fn, [], { location: unknownLocation });
    if (isPrivate === true) fn.attributes.set("sym_visibility", stringAttribute("private"));
    fn.attributes.set("test.uses", arrayAttribute(names.map((used) => symbolAttribute(used))));
    module.regions[0]!.block.append(fn);
  }
  return module;
}

function left(module: Operation): readonly string[] {
  runPasses(module, [symbolDce.with({})]);
  return functionsOf(module).map(functionName);
}

describe("symbol-dce", () => {
  it("keeps public functions and what they lead to, and removes other private ones", () => {
    const module = moduleOf({
      main: { names: ["a"] },
      a: { private: true, names: ["b"] },
      b: { private: true },
      c: { private: true, names: ["d"] },
      d: { private: true, names: ["c", "main"] },
      other: {},
    });
    expect(left(module)).toEqual(["main", "a", "b", "other"]);
  });

  it("keeps what the module itself names", () => {
    const module = moduleOf({ a: { private: true }, b: { private: true } });
    module.attributes.set("test.entry", symbolAttribute("b"));
    expect(left(module)).toEqual(["b"]);
  });
});
