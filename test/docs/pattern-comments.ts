/** What the source says about passes and patterns: doc comments, and the reasons with which patterns refuse. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { present } from "../../src/support/bug.ts";

/** One `pattern({ name, ... })` in the source. */
export interface PatternComment {
  /** Matches the names that the declaration makes: more than one where a function makes patterns. */
  readonly names: RegExp;
  /** The doc comment of the declaration, in one line. */
  readonly comment: string;
  /** What its `noMatch(...)` calls say, with `…` for what is only known at run time. */
  readonly reasons: readonly string[];
}

/** The doc comment at the beginning of a file, in one line. */
export function fileComment(path: string): string {
  return commentText(/^\/\*\*[^]*?\*\//.exec(readFileSync(path, "utf8"))?.[0] ?? "");
}

/** All patterns that a file declares. */
export function patternComments(path: string): readonly PatternComment[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true);
  const found: PatternComment[] = [];
  const visit = (node: ts.Node): void => {
    const name = ts.isObjectLiteralExpression(node) ? patternName(node) : undefined;
    if (name !== undefined)
      found.push({ names: name, comment: commentOf(node), reasons: [...reasonsIn(node, source)] });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The name of an object that has what a pattern has: a name and a way to rewrite. */
function patternName(node: ts.ObjectLiteralExpression): RegExp | undefined {
  const has = (wanted: string): boolean => node.properties.some((property) => property.name?.getText() === wanted);
  if (!has("rewrite") || !(has("root") || has("isRoot"))) return undefined;
  const name = node.properties.find((property) => property.name?.getText() === "name");
  if (name === undefined || !ts.isPropertyAssignment(name)) return undefined;
  return new RegExp(
    `^${textOf(name.initializer)
      .split("…")
      .map((part) => part.replace(/\W/g, "\\$&"))
      .join(".+")}$`,
  );
}

/** A string or template with `…` in place of what is put in. */
function textOf(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("");
  return "…";
}

/** The comment of the declaration around a node. */
function commentOf(node: ts.Node): string {
  for (let around: ts.Node = node; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isVariableStatement(around) || ts.isFunctionDeclaration(around)) {
      const [comment] = ts.getJSDocCommentsAndTags(around);
      if (comment !== undefined) return commentText(comment.getText());
    }
  }
  return "";
}

function commentText(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trim())
    .join(" ")
    .trim();
}

/** Reasons in a node and in the functions of the file that it calls. */
function reasonsIn(node: ts.Node, source: ts.SourceFile, seen = new Set<string>()): ReadonlySet<string> {
  const reasons = new Set<string>();
  const visit = (inner: ts.Node): void => {
    if (ts.isCallExpression(inner) && ts.isIdentifier(inner.expression)) {
      const called = inner.expression.text;
      const [argument] = inner.arguments;
      if (called === "noMatch" && argument !== undefined) reasons.add(textOf(argument));
      else if (!seen.has(called)) {
        seen.add(called);
        const fn = source.statements.find((item) => ts.isFunctionDeclaration(item) && item.name?.text === called);
        if (fn !== undefined) for (const reason of reasonsIn(fn, source, seen)) reasons.add(reason);
      }
    }
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return reasons;
}

/** The comment of a pattern by its name. */
export function commentOfPattern(name: string, comments: readonly PatternComment[]): PatternComment {
  return present(
    comments.find(({ names }) => names.test(name)),
    `the source of pattern ${name}`,
  );
}
