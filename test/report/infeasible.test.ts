/** Why a design cannot run a model, in words. */
import { expect, it } from "vitest";
import { infeasibleDiagnostic, infeasibleText } from "../../src/report/infeasible.ts";
import { renderDiagnostic } from "../../src/support/diagnostics.ts";

it.each([
  [{ reason: "area", value: 812.25, limit: 340 }, "the area of 812.3 mm² is more than the limit of 340.0 mm²"],
  [{ reason: "tdp", value: 300, limit: 170.6 }, "the TDP of 300.0 W is more than the limit of 170.6 W"],
  [{ reason: "latency", value: 0.02, limit: 0.015 }, "the latency of 20.00 ms is more than the limit of 15.00 ms"],
  [
    { reason: "no-mapping", value: 1408, limit: 0 },
    "no mapping fits: even the smallest tiles are 1,408 bytes too large for a buffer",
  ],
] as const)("%j", (infeasible, text) => {
  expect(infeasibleText(infeasible)).toBe(text);
});

it("names region and level, and says what makes room there", () => {
  const infeasible = { reason: "no-mapping", value: 64, limit: 0, region: "conv1", level: "l1" } as const;
  expect(renderDiagnostic(infeasibleDiagnostic(infeasible, ["m on d"]))).toBe(
    [
      "error[design-infeasible]: no mapping fits: even the smallest tiles are 64 bytes too large for L1",
      "  at region conv1",
      "  at m on d",
      "  help: raise l1.inputKiB, l1.weightKiB and l1.outputKiB, or make the systolic array smaller",
    ].join("\n"),
  );
});
