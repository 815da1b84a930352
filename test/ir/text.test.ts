/** Ops and their text: every `.mlir` file of this folder; CONTRIBUTING.md says how they are written. */
import { describeTextTests } from "../text/describe-text-tests.ts";

describeTextTests("ir");
