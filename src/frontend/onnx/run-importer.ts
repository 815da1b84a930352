/** Runs the importer of one node, and tells everything that goes wrong as an error of that node. */
import { DiagnosticError, fail } from "../../support/diagnostics.ts";
import type { Tensor } from "./module-builder.ts";
import type { NodeContext } from "./node-context.ts";
import type { OperatorVersion } from "./operator.ts";
import type { NodeProto } from "./read/schema.ts";

/** The node's outputs. */
export function runImporter(
  version: OperatorVersion,
  context: NodeContext,
  { node: { opType = "" }, at }: { readonly node: NodeProto; readonly at: string },
): readonly Tensor[] {
  const result = asNodeErrors(opType, at, () => version.importNode(context));
  const [unread] = context.attributes.unread();
  if (unread !== undefined) {
    context.unsupported(`attribute '${unread}' is not known in operator set ${context.opset}`);
  }
  return "kind" in result ? [result] : result;
}

/** Errors of an op's own verifier (`nn.conv2d: ...`) and reference, told as errors of the node. */
function asNodeErrors<T>(opType: string, at: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // The engine's own limits: an array, a text or a number too large for it, which a damaged model asks for.
    if (error instanceof RangeError) {
      return fail({
        code: "onnx-unsupported",
        message: `${opType}: it asks for more than can be held: ${error.message}`,
        at: [at],
      });
    }
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(
      error.diagnostics.map((diagnostic) => {
        if (diagnostic.code.startsWith("onnx-")) return diagnostic;
        const message = `${opType}: ${diagnostic.message.replace(/^nn\.\w+: /, "")}`;
        return { ...diagnostic, code: "onnx-invalid-node", message, at: [at] };
      }),
    );
  }
}
