/** Constants. */
import { attr } from "../attribute-specs.ts";
import { bug } from "../../support/bug.ts";
import { defineOp } from "../define-op.ts";

/** `nn.constant`: small values are written in the IR (`dense`), weights are resources that only running a model reads. */
export const constant = defineOp({
  name: "nn.constant",
  summary: "A tensor that is known before the program runs.",
  operands: {},
  attributes: { value: attr.raw },
  docs: {
    value: "dense, with its numbers in the text, or dense_resource, which names a weight",
    result: "the type of the value",
  },
  traits: ["constant", "pure"],
  verify: (_operands, { value }) =>
    value.kind === "dense" || value.kind === "resource"
      ? undefined
      : `attribute value is of kind ${value.kind} but should be dense or dense_resource`,
  inferTypes(_operands, { value }) {
    if (value.kind === "dense") return value.value.type;
    return value.kind === "resource" ? value.type : bug("nn.constant passed its verifier without a tensor");
  },
  reference: (_operands, { value }) => (value.kind === "dense" ? value.value : undefined),
});
