import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { faultPlugin } from "./test/support/fault-plugin.ts";

const full = process.env["FASTC_TEST_FULL"] === "1";

export default defineConfig({
  plugins: [faultPlugin()],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: full ? configDefaults.exclude : [...configDefaults.exclude, "test/**/*.full.test.ts"],
    pool: "forks",
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: full ? 600_000 : 30_000,
    hookTimeout: full ? 600_000 : 60_000,
    coverage: { provider: "v8", include: ["src/**/*.ts"] },
  },
});
