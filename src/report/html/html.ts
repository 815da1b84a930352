/** HTML text that escapes what it is given: names of models and ONNX nodes are the user's, and may hold anything. */

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[];

/** A template whose values are escaped unless they are HTML themselves. */
export function markup(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const parts = values.map((value, at) => `${textOf(value)}${strings[at + 1] ?? ""}`);
  return { html: (strings[0] ?? "") + parts.join("") };
}

function textOf(value: Part): string {
  if (typeof value === "string" || typeof value === "number") return escapeHtml(`${value}`);
  return "html" in value ? value.html : value.map((part) => part.html).join("");
}

/** Data for a script of the page: inside of a script element nothing may look like its end. */
export function scriptData(data: unknown): Html {
  return { html: JSON.stringify(data).replaceAll("<", "\\u003c") };
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
