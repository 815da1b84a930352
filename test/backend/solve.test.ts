/** What was solved before never changes a result, and spares searches. */
import { describe, expect, test, vi } from "vitest";
import { CapacityWatch } from "../../src/backend/mapping/capacity-watch.ts";
import { changedByCache } from "./support/cache-check.ts";

describe("answers from a cache", () => {
  test("are those of a new search, and spare most of them", () => {
    const { changed, asked, searched } = changedByCache(4);
    expect(changed).toBe(0);
    expect(searched).toBeLessThan(0.6 * asked);
  });

  test("would be others if capacities did not count", () => {
    const covers = vi.spyOn(CapacityWatch.prototype, "covers").mockReturnValue(true);
    const { changed } = changedByCache(6);
    covers.mockRestore();
    expect(changed).toBeGreaterThan(0);
  });
});
