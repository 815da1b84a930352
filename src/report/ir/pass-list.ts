/** The list of passes with their options, for people. */

/** What is said of a pass. */
export interface ListedPass {
  readonly name: string;
  readonly summary: string;
  readonly runsOn: string;
  readonly options: readonly ListedOption[];
}

export interface ListedOption {
  readonly name: string;
  readonly placeholder: string;
  readonly help: string;
  /** undefined: it must be given. */
  readonly fallback: string | undefined;
}

/** Every pass with what it runs on and each of its options. */
export function passListText(passes: readonly ListedPass[]): string {
  return passes
    .flatMap(({ name, summary, runsOn, options }) => [
      `${name} (${runsOn})`,
      `  ${summary}`,
      ...options.map((option) => `  ${option.name}=${option.placeholder}  ${optionText(option)}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function optionText({ help, fallback }: ListedOption): string {
  if (fallback === undefined) return `${help}; must be given`;
  return `${help}; ${fallback === "" ? "empty" : fallback} if not given`;
}
