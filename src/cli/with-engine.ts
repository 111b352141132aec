import process from "node:process";
import type { Engine, EngineOptions } from "../engine/types.js";
import type { FactStore } from "../facts/index.js";
import { readSources } from "./sources.js";
import type { Terminal } from "./terminal.js";
import { readTypes } from "./types-module.js";
import { UsageError } from "./usage-error.js";

/** Options that every command with an engine under it takes. */
export interface EngineFlags {
  readonly policy?: readonly string[];
  /** Empty: none, whatever ARCTURUS_DB says. */
  readonly db?: string;
  /** A module with what the application declares to its engine. */
  readonly types?: string;
}

/**
 * Opens an engine over the policy and the database of the command line, does `work` and closes it again.
 * Without `--policy` and ARCTURUS_POLICY the policy is empty; without `--db` and ARCTURUS_DB so are the facts.
 */
export async function withEngine<T>(
  flags: EngineFlags,
  terminal: Terminal,
  work: (engine: Engine) => Promise<T>,
  options: EngineOptions = {},
): Promise<T> {
  const policy = await readSources(policyFiles(flags));
  const declared = await readTypes(flags.types);
  const { createEngine } = await import("../engine/index.js");
  const store = databasePath(flags) === undefined ? undefined : await openStore(flags);
  const engine = await createEngine({
    ...options,
    ...declared,
    policy: policy.map(({ name, text }) => ({ filename: name, source: text })),
    ...(store === undefined ? {} : { store }),
    // Warnings of the policy are for `validate`; what the policy prints belongs on the standard error.
    logger: { info: (message) => terminal.err(message), warn: () => {} },
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** As `withEngine`, for commands that make no sense without stored facts. @throws UsageError without a database */
export function withStore<T>(
  flags: EngineFlags,
  terminal: Terminal,
  work: (engine: Engine) => Promise<T>,
  options: EngineOptions = {},
): Promise<T> {
  requireDatabase(flags);
  return withEngine(flags, terminal, work, options);
}

export function policyFiles(flags: EngineFlags): readonly string[] {
  if (flags.policy !== undefined) return flags.policy;
  const fromEnvironment = process.env["ARCTURUS_POLICY"];
  return fromEnvironment ? [fromEnvironment] : [];
}

/** @throws UsageError without a policy */
export function requirePolicy(flags: EngineFlags): void {
  if (policyFiles(flags).length === 0) {
    throw new UsageError("which policy?", "name its files with --policy FILE…, or one in ARCTURUS_POLICY");
  }
}

function databasePath(flags: EngineFlags): string | undefined {
  return (flags.db ?? process.env["ARCTURUS_DB"]) || undefined;
}

function requireDatabase(flags: EngineFlags): string {
  const path = databasePath(flags);
  if (path === undefined) throw new UsageError("which database?", "name its file with --db PATH, or in ARCTURUS_DB");
  return path;
}

/** The store over the database of the command line, not opened yet. @throws UsageError without one */
export async function openStore(flags: EngineFlags): Promise<FactStore> {
  const path = requireDatabase(flags);
  if (/^[a-z+]+:\/\//.test(path)) {
    throw new UsageError(`\`${path}\` is no path of a database file`, "only embedded databases are known so far");
  }
  const { sqliteStore } = await import("../stores/sqlite/index.js");
  return sqliteStore(path);
}
