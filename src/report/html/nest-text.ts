/** A region's program as text that a person reads: loops, transfers, passes. */
import type { RegionProgram, Statement } from "../../backend/schedule/program.ts";

/** The lines of a region's loop nest, two spaces for each level of nesting. */
export function nestText({ body, nest }: RegionProgram): string {
  const extents = Object.entries(nest.extents)
    .filter(([, extent]) => extent > 1)
    .map(([loop, extent]) => `${loop}: ${extent}`);
  return [`// extents {${extents.join(", ")}}`, ...linesOf(body, "")].join("\n");
}

function linesOf(statements: readonly Statement[], indent: string): readonly string[] {
  return statements.flatMap((statement) => {
    const lines = [`${indent}${textOf(statement)}`];
    return "body" in statement ? [...lines, ...linesOf(statement.body, `${indent}  `)] : lines;
  });
}

function textOf(statement: Statement): string {
  switch (statement.op) {
    case "for":
      return `for ${statement.loop}@${statement.level} step ${statement.step}`;
    case "spread":
      return `spread PE rows {${sizesText(statement.peRows)}} PE columns {${sizesText(statement.peColumns)}}`;
    case "dma": {
      const { from, to, ahead, when, partialsTo, multicast, indexed } = statement;
      const facts = [
        ...(when === "needed" ? [] : [when]),
        ...(ahead > 0 ? [`${ahead} ahead`] : []),
        ...(multicast ? ["multicast"] : []),
        ...(indexed ? ["indexed"] : []),
        ...(partialsTo === undefined ? [] : [`partial sums to ${partialsTo}`]),
      ];
      return `dma ${listText(from)} -> ${listText(to)}${facts.length === 0 ? "" : `  (${facts.join(", ")})`}`;
    }
    case "wait":
      return `wait ${statement.buffer}`;
    case "pass": {
      const { input, weight, output, dataflow, groupsPerPass } = statement;
      const packed = groupsPerPass > 1 ? `, ${groupsPerPass} groups a pass` : "";
      return `pass ${output} += ${input} × ${weight}  (${dataflow}${packed})`;
    }
    case "vector": {
      const { stage, reads, writes, streams, copies, operations } = statement;
      const extra = [
        `${operations.length} ${operations.length === 1 ? "operation" : "operations"}`,
        ...(streams.length === 0 ? [] : [`with ${streams.join(", ")}`]),
        ...(copies.length === 0 ? [] : [`also to ${copies.join(", ")}`]),
      ];
      return `vector ${stage} ${reads} -> ${writes}  (${extra.join(", ")})`;
    }
  }
}

function sizesText(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([loop, ways]) => `${loop}: ${ways}`)
    .join(", ");
}

function listText(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `[${names.join(", ")}]`;
}
