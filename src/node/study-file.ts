/** A study on disk: a new file to which every record is appended before it counts. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fail } from "../support/diagnostics.ts";
import { access, isFile } from "./files.ts";

/** An open study file. */
export interface StudyFile {
  /** Hands the line to the operating system before it returns: killing the program afterwards does not lose it. */
  readonly append: (line: string) => void;
  readonly close: () => void;
}

/** Refuses a path where a file is already: studies are never overwritten. */
export function refuseExistingStudy(path: string): void {
  if (!isFile(path)) return;
  fail({
    code: "study-exists",
    message: "the study file exists already",
    at: [path],
    help: ["name another file with --study, or move this one away"],
  });
}

/** Creates a study file. */
export function createStudyFile(path: string): StudyFile {
  refuseExistingStudy(path);
  const file = access(path, () => {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    return openSync(path, "wx");
  });
  return { append: (line) => access(path, () => writeSync(file, line)), close: () => closeSync(file) };
}
