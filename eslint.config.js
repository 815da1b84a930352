import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { throughRewriter } from "./scripts/lint-rules.mjs";

const noDefaultExport = [
  { selector: "ExportDefaultDeclaration", message: "Use a named export." },
  { selector: "ExportSpecifier[exported.name='default']", message: "Use a named export." },
];

/** What every TypeScript file obeys. */
const typescriptRules = {
  "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": "allow-with-description" }],
  "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
  "@typescript-eslint/no-import-type-side-effects": "error",
  "@typescript-eslint/no-explicit-any": "error",
  "@typescript-eslint/no-floating-promises": "error",
  "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  "@typescript-eslint/prefer-readonly": "error",
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
  "@typescript-eslint/switch-exhaustiveness-check": [
    "error",
    { allowDefaultCaseForExhaustiveSwitch: false, considerDefaultExhaustiveForUnions: true },
  ],
  "no-restricted-syntax": ["error", ...noDefaultExport],
};

/** What the core may not use: it runs in a browser as well, and the same input gives the same bytes on every run. */
const coreRules = {
  "no-console": "error",
  "no-restricted-globals": ["error", "process", "Buffer", "global", "require", "__dirname", "__filename"],
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: "Use the seeded generator in support/random.ts." },
  ],
};

export default defineConfig(
  globalIgnores(["dist/", "coverage/", "docs/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  { rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "object-shorthand": "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: typescriptRules,
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "max-lines": ["error", 600],
      "max-lines-per-function": ["error", 100],
      "max-params": ["error", 4],
    },
  },
  { files: ["src/**/*.ts"], ignores: ["src/node/**", "src/cli/**"], rules: coreRules },
  {
    // The front end builds modules, and src/ir holds the Rewriter; the manager takes functions out of modules and back.
    files: ["src/**/*.ts"],
    ignores: ["src/ir/**", "src/frontend/**", "src/passes/manager/pass-manager.ts"],
    plugins: { fastc: { rules: { "through-rewriter": throughRewriter } } },
    rules: { "fastc/through-rewriter": "error" },
  },
  {
    // A pass gets its Rewriter from the manager, which counts what it changes.
    files: ["src/passes/**/*.ts"],
    ignores: ["src/passes/manager/pass-manager.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/rewriter.ts"],
              importNames: ["Rewriter"],
              allowTypeImports: true,
              message: "Take the rewriter of the pass's context.",
            },
          ],
        },
      ],
    },
  },
  {
    // Asymmetric matchers (`expect.objectContaining`) are typed `any` by vitest.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
  { files: ["*.config.ts"], rules: { "no-restricted-syntax": "off" } },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
);
