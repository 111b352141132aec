import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { text as readStream } from "node:stream/consumers";
import { Source } from "../diagnostics/source.js";
import { UsageError } from "./usage-error.js";

/**
 * Reads files that the user named. `-` is the standard input; `arcturus/resource-roles.polar` is the prelude of that name
 * (Polar reference, section 21), unless there is such a file. @throws UsageError for one that cannot be read
 */
export async function readSources(files: readonly string[]): Promise<Source[]> {
  return Promise.all(files.map(readSource));
}

async function readSource(file: string): Promise<Source> {
  if (file === "-") return new Source("<stdin>", await readStream(process.stdin));
  if (file.startsWith("arcturus/") && !existsSync(file)) {
    const { resourceRoles } = await import("../polar/index.js");
    if (file === resourceRoles.filename) return new Source(file, resourceRoles.source);
  }
  return new Source(file, await readText(file));
}

/** The text of a file that must be UTF-8. @throws UsageError */
export async function readText(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new UsageError(`\`${file}\` cannot be read: ${reason(error)}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`\`${file}\` is not UTF-8 text`);
  }
}

function reason(error: unknown): string {
  switch ((error as { code?: unknown }).code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
      return "permission denied";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
