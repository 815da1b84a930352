/** `--set field=value`: changes fields of a design by dotted path. */
import type { Diagnostic } from "../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../support/diagnostics.ts";
import { nearestName } from "../support/nearest-name.ts";
import type { HardwareDesign } from "./design.ts";
import { designSchema } from "./design.ts";
import { checkDesign } from "./design-reader.ts";

/**
 * The design with settings applied in order, checked as a whole, so that `l2.config=private` may come before its multipliers.
 *
 * A setting is `path=value`: a dotted path such as `dram.channels`, and JSON or, for text, a bare word.
 *
 * @throws DiagnosticError `setting-malformed`, `setting-unknown` (every one of them), or `design-invalid`
 */
export function applySettings(design: HardwareDesign, settings: readonly string[]): HardwareDesign {
  if (settings.length === 0) return design;
  const parsed = settings.map(parseSetting);
  const errors = parsed.filter((result) => "code" in result);
  if (errors.length > 0) throw new DiagnosticError(errors);
  const changed = parsed.filter((result) => "path" in result).reduce<unknown>(withSetting, design);
  return checkDesign(changed, `${design.name} with ${settings.map((setting) => `--set ${setting}`).join(" ")}`);
}

interface Setting {
  readonly path: string;
  readonly value: unknown;
}

function parseSetting(setting: string): Setting | Diagnostic {
  const equals = setting.indexOf("=");
  if (equals < 1) {
    return errorDiagnostic({
      code: "setting-malformed",
      message: `'${setting}' is not of the form field=value`,
      help: ["for example --set globalMemoryMiB=64"],
    });
  }
  const path = setting.slice(0, equals).trim();
  const kind = knownPaths.get(path);
  if (kind !== undefined) return { path, value: parseValue(setting.slice(equals + 1).trim(), kind) };
  const nearest = nearestName(path, [...knownPaths.keys()]);
  const leaves = [...knownPaths].filter(([, pathKind]) => pathKind !== "group").map(([name]) => name);
  return errorDiagnostic({
    code: "setting-unknown",
    message: `unknown field '${path}'`,
    at: [`--set ${setting}`],
    notes: [`known fields are ${leaves.join(", ")}`],
    ...(nearest === undefined ? {} : { help: [`did you mean '${nearest}'?`] }),
  });
}

/** JSON where it is JSON, else the bare word; a text field takes `007` as it stands. */
function parseValue(text: string, kind: PathKind): unknown {
  if (kind === "text" && !text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** A copy of the content with one field replaced; groups on the way that are absent are made. */
function withSetting(content: unknown, { path, value }: Setting): unknown {
  const [field = "", ...rest] = path.split(".");
  const group = typeof content === "object" && content !== null ? { ...content } : {};
  const inner: unknown = Object.entries(group).find(([name]) => name === field)?.[1];
  return { ...group, [field]: rest.length === 0 ? value : withSetting(inner, { path: rest.join("."), value }) };
}

type PathKind = "text" | "other" | "group";

const knownPaths: ReadonlyMap<string, PathKind> = new Map(pathsOf(designSchema, ""));

/** Every path that the schema knows, in its order; a union has the paths of all its alternatives. */
function pathsOf(schema: unknown, prefix: string): readonly (readonly [string, PathKind])[] {
  if (typeof schema !== "object" || schema === null) return [];
  if ("anyOf" in schema && Array.isArray(schema.anyOf)) {
    return schema.anyOf.flatMap((alternative: unknown) => pathsOf(alternative, prefix));
  }
  if (!("properties" in schema) || typeof schema.properties !== "object" || schema.properties === null) return [];
  return Object.entries(schema.properties).flatMap(([field, inner]: [string, unknown]) => {
    const path = prefix === "" ? field : `${prefix}.${field}`;
    const below = pathsOf(inner, path);
    return [[path, below.length > 0 ? "group" : isText(inner) ? "text" : "other"] as const, ...below];
  });
}

function isText(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && "type" in schema && schema.type === "string";
}
