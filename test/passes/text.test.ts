/** Passes from text to text: every `.mlir` file of this folder; CONTRIBUTING.md says how they are written. */
import { describeTextTests } from "../text/describe-text-tests.ts";

describeTextTests("passes");
