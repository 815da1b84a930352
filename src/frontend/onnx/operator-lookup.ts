/** Finds the importer of a node's operator, and checks that the node has as many inputs as that takes. */
import { fail } from "../../support/diagnostics.ts";
import { nearestName } from "../../support/nearest-name.ts";
import type { OperatorTable, OperatorVersion } from "./operator.ts";
import { versionFor } from "./operator.ts";
import { microsoftOperators, unofficialOperators } from "./ops/layers/contributed.ts";
import { standardOperators } from "./ops/table.ts";
import { refusedOperators } from "./ops/tensors/refused.ts";
import { standardDomain } from "./read/decode.ts";
import type { NodeProto } from "./read/schema.ts";

/** Operators by the domain that they are written with. */
const tables: readonly { readonly domain: string; readonly operators: OperatorTable }[] = [
  { domain: "", operators: standardOperators },
  { domain: "", operators: unofficialOperators },
  { domain: "com.microsoft", operators: microsoftOperators },
];

/**
 * The version of an operator that an operator set has.
 * @throws DiagnosticError `onnx-unsupported`, `onnx-invalid-graph`, `onnx-invalid-node`
 */
export function operatorOf(node: NodeProto, opsets: ReadonlyMap<string, number>, at: string): OperatorVersion {
  const { opType = "" } = node;
  const domain = standardDomain(node.domain);
  const opset = opsets.get(domain);
  const domainText = domain === "" ? "" : `domain ${domain}, `;
  const refuse = (why: string): never => {
    const reason = domain === "" && Object.hasOwn(refusedOperators, opType) ? refusedOperators[opType] : undefined;
    const meant = domain === "" ? nearestName(opType, Object.keys(standardOperators)) : undefined;
    const isMisspelt = meant !== undefined && meant !== opType && reason === undefined;
    const help = [
      ...(isMisspelt ? [`did you mean ${meant}?`] : []),
      "export the model without it, or add the operator in src/frontend/onnx/ops/",
    ];
    const more = reason === undefined ? { help } : { notes: [reason], help: ["export the model without it"] };
    return fail({ code: "onnx-unsupported", message: `${opType}: ${why}`, at: [at], ...more });
  };
  if (opType === "") fail({ code: "onnx-invalid-node", message: "the node has no operator (op_type)", at: [at] });
  if (opset === undefined) {
    return fail({
      code: "onnx-invalid-graph",
      message: `${opType}: operator set '${domain}' is not imported`,
      at: [at],
    });
  }
  const table = tables.find((known) => known.domain === domain && Object.hasOwn(known.operators, opType));
  const versions = table?.operators[opType];
  if (versions === undefined) return refuse(`this operator is not supported (${domainText}operator set ${opset})`);
  const oldest = versions[0]?.since ?? 0;
  return versionFor(versions, opset) ?? refuse(`operator set ${opset} is not supported, only ${oldest} and newer`);
}

/** Input names without the empty ones at the end. */
export function trimmed(names: readonly string[]): readonly string[] {
  return names.slice(0, names.findLastIndex((name) => name !== "") + 1);
}

/** @throws DiagnosticError `onnx-invalid-node` */
export function checkCounts(
  names: readonly string[],
  version: OperatorVersion,
  { node, at }: { readonly node: NodeProto; readonly at: string },
): void {
  const [least, most] = version.inputs;
  const missing = names.slice(0, least).indexOf("");
  const isGood = names.length >= least && names.length <= most && missing === -1;
  if (isGood) return;
  const range = least === most ? `${least}` : most === Infinity ? `${least} or more` : `${least} to ${most}`;
  const what = missing === -1 ? `has ${names.length} inputs but takes ${range}` : `input ${missing} is missing`;
  fail({ code: "onnx-invalid-node", message: `${node.opType ?? ""}: ${what}`, at: [at] });
}
