import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import { PolicyError } from "../diagnostics/errors.js";
import type { Source } from "../diagnostics/source.js";
import type { EngineOptions } from "../engine/types.js";
import { loadPolicy, resourceRoles } from "../polar/index.js";
import type { Policy } from "../polar/policy.js";
import { createHost } from "../solver/create-host.js";
import { readSources } from "./sources.js";
import { readTypes } from "./types-module.js";
import { UsageError } from "./usage-error.js";

export interface GroupFlags {
  readonly each?: boolean;
  readonly together?: boolean;
  /** A module with what the application declares to its engine. */
  readonly types?: string;
}

/** What the application declares to its engine. */
export type Declared = Pick<EngineOptions, "types" | "constants">;

/** Sources that were loaded as one policy. `policy` is `undefined` when there are errors among the diagnostics. */
export interface PolicyGroup {
  readonly sources: readonly Source[];
  readonly policy: Policy | undefined;
  /** Errors and warnings, in source order. */
  readonly diagnostics: readonly Diagnostic[];
  readonly declared: Declared;
}

/**
 * Loads files as policies. Several files are one policy; but when they have fewer errors as policies of their own, as a
 * folder of examples that all declare the same types has, then each is one.
 */
export async function loadGroups(files: readonly string[], flags: GroupFlags): Promise<readonly PolicyGroup[]> {
  if (flags.each && flags.together) throw new UsageError("--each and --together exclude each other");
  const sources = await readSources(files);
  const declared = await readTypes(flags.types);
  if (flags.each || sources.length === 1) return Promise.all(sources.map((source) => loadGroup([source], declared)));
  const together = await loadGroup(sources, declared);
  if (flags.together || together.policy !== undefined) return [together];
  const each = await Promise.all(sources.map((source) => loadGroup([source], declared)));
  return errorsIn(each) < errorsIn([together]) ? each : [together];
}

async function loadGroup(sources: readonly Source[], declared: Declared): Promise<PolicyGroup> {
  const { types, constants } = createHost(declared.types, declared.constants);
  const { policy, diagnostics } = loadPolicy(sources, { types, constants });
  if (policy === undefined) return { sources, policy, diagnostics, declared };
  const definitions = sources.some(({ name }) => name === resourceRoles.filename) ? resourceRoles.check(policy) : [];
  const all = [...diagnostics, ...definitions];
  if (hasErrors(definitions)) return { sources, policy: undefined, diagnostics: all, declared };
  if (policy.inlineQueries.length === 0) return { sources, policy, diagnostics: all, declared };
  const failed = await inlineProblems(sources, declared);
  return failed.length === 0
    ? { sources, policy, diagnostics: all, declared }
    : { sources, policy: undefined, diagnostics: failed, declared };
}

/** Whether the `?=` goals hold can only be told by running them, which is what an engine does when it starts. */
async function inlineProblems(sources: readonly Source[], declared: Declared): Promise<readonly Diagnostic[]> {
  const { createEngine } = await import("../engine/index.js");
  const policy = sources.map(({ name, text }) => ({ filename: name, source: text }));
  try {
    await (await createEngine({ ...declared, policy, logger: { info: () => {}, warn: () => {} } })).close();
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.diagnostics;
    throw error;
  }
}

function errorsIn(groups: readonly PolicyGroup[]): number {
  return groups.flatMap((group) => group.diagnostics).filter(({ severity }) => severity === "error").length;
}

/** How a group is called in output: its file, or its files. */
export function groupName(group: PolicyGroup): string {
  return group.sources.map((source) => source.name).join(", ");
}
