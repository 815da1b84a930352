/** What the tests of the text share: modules of all kinds, and parsing that expects to succeed or to fail. */
import type { Operation } from "../../../src/ir/core.ts";
import type { ParseOptions } from "../../../src/ir/text/parse.ts";
import { parseModule } from "../../../src/ir/text/parse.ts";
import type { PrintOptions } from "../../../src/ir/text/print.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import type { tensorType } from "../../../src/ir/types.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { moduleOf } from "../programs.ts";
import { sampleOperations } from "../samples.ts";

/** Every way to print. */
export const printModes: readonly PrintOptions[] = [
  { generic: false, locations: false },
  { generic: false, locations: true },
  { generic: true, locations: false },
  { generic: true, locations: true },
];

/** All samples in one function, whose arguments are what they read. */
export function everything(): Operation {
  const samples = sampleOperations();
  const operandTypes = samples.flatMap((op) =>
    op.operands.map((operand) => operand.type as ReturnType<typeof tensorType>),
  );
  return moduleOf(operandTypes, (append, args) => {
    let next = 0;
    for (const op of samples) op.operands.forEach((_operand, index) => op.setOperand(index, args[next++]!));
    return samples.map(append);
  });
}

/** The text that a text is printed as after it was parsed. */
export async function reprinted(
  text: string,
  options: PrintOptions = {},
  parseOptions: Partial<ParseOptions> = {},
): Promise<string> {
  const { module, resources } = await parseModule(text, { fileName: "in.mlir", ...parseOptions });
  return printModule(module, { ...options, resources });
}

/** The rendered errors that a text is refused with. */
export async function refusalOf(text: string, options: Partial<ParseOptions> = {}): Promise<string> {
  try {
    await parseModule(text, { fileName: "in.mlir", ...options });
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "was not refused";
}
