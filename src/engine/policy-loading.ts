import { ConfigError, InputError } from "../diagnostics/errors.js";
import { Source } from "../diagnostics/source.js";
import type { PolicyInput } from "./types.js";

/** The texts of a policy, in the order given. @throws InputError, ConfigError */
export async function policySources(input: unknown): Promise<readonly Source[]> {
  if (typeof input === "string") return [new Source("policy.polar", input)];
  if (Array.isArray(input)) return input.map(namedSource);
  if (typeof input === "object" && input !== null && Array.isArray((input as { files?: unknown }).files)) {
    return Promise.all((input as { readonly files: readonly unknown[] }).files.map(sourceFile));
  }
  throw new InputError(
    "input/bad-policy",
    "a policy is a string of Polar, an array of { source, filename }, or { files } with paths",
  );
}

export type { PolicyInput };

function namedSource(entry: unknown): Source {
  if (typeof entry === "object" && entry !== null) {
    const { source, filename } = entry as { readonly source?: unknown; readonly filename?: unknown };
    if (typeof source === "string" && typeof filename === "string") return new Source(filename, source);
  }
  throw new InputError("input/bad-policy", "each source of a policy is { source, filename }, both strings");
}

async function sourceFile(path: unknown): Promise<Source> {
  if (typeof path !== "string") throw new InputError("input/bad-policy", "the files of a policy are paths");
  // Loaded only here, so that an engine whose policies come as text runs without a file system.
  const { readFile } = await import("node:fs/promises");
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new ConfigError("config/policy-file", `the policy file \`${path}\` cannot be read`, { cause });
  }
  try {
    return new Source(path, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ConfigError("config/policy-file", `the policy file \`${path}\` is not UTF-8`, { cause });
  }
}
