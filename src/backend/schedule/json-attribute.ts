/** JSON values as attributes, and back: integers as i64, other numbers as f64, objects as dictionaries. */
import type { Attribute } from "../../ir/attributes.ts";
import {
  arrayAttribute,
  attributeText,
  boolAttribute,
  dictionaryAttribute,
  floatAttribute,
  integerAttribute,
  stringAttribute,
  unitAttribute,
} from "../../ir/attributes.ts";
import { bug } from "../../support/bug.ts";
import { fail } from "../../support/diagnostics.ts";

/** The attribute of a JSON value; `null` is `unit`. */
export function jsonAttribute(value: unknown): Attribute {
  switch (typeof value) {
    case "string":
      return stringAttribute(value);
    case "boolean":
      return boolAttribute(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? integerAttribute(value) : floatAttribute(value);
    case "object":
      if (value === null) return unitAttribute;
      if (Array.isArray(value)) return arrayAttribute(value.map(jsonAttribute));
      return dictionaryAttribute(
        Object.entries(value).flatMap(([name, item]) =>
          item === undefined ? [] : [[name, jsonAttribute(item)] as const],
        ),
      );
    default:
      return bug(`${typeof value} is not JSON`);
  }
}

/**
 * The JSON value of an attribute.
 *
 * @throws DiagnosticError `schedule-invalid` for attributes that no JSON value becomes
 */
export function jsonOfAttribute(attribute: Attribute): unknown {
  switch (attribute.kind) {
    case "string":
    case "bool":
    case "float":
      return attribute.value;
    case "integer":
      return Number(attribute.value);
    case "unit":
      return null;
    case "array":
      return attribute.items.map(jsonOfAttribute);
    case "dictionary":
      return Object.fromEntries([...attribute.entries].map(([name, item]) => [name, jsonOfAttribute(item)]));
    default:
      return fail({
        code: "schedule-invalid",
        message: `${attributeText(attribute)} cannot stand in a schedule`,
        help: ["a schedule holds numbers, strings, true and false, lists and dictionaries"],
      });
  }
}
