import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.js";
import { ArcturusError, PolicyError } from "../diagnostics/errors.js";
import type { Source } from "../diagnostics/source.js";
import { FactTables } from "../facts/index.js";
import { loadPolicy } from "../polar/load.js";
import type { Goal, Policy } from "../polar/policy.js";
import type { Host } from "../solver/create-host.js";
import type { Limits } from "../solver/limits.js";
import { createMachine, type Machine, type RunOptions } from "../solver/machine.js";
import { settle } from "./settling.js";
import type { Logger } from "./types.js";

/** A policy ready to answer: checked, its inline queries run. Independent of stored facts, so it can be tried before it is used. */
export interface Program {
  readonly policy: Policy;
  readonly machine: Machine;
}

export interface ProgramContext {
  readonly host: Host;
  readonly limits: Limits;
  readonly logger: Logger;
}

/** @throws PolicyError with every diagnostic when the policy does not load or an inline query fails */
export async function loadProgram(sources: readonly Source[], context: ProgramContext): Promise<Program> {
  const { host, limits } = context;
  const { policy, diagnostics } = loadPolicy(sources, {
    types: host.types,
    constants: host.constants,
    limits: { sourceBytes: limits.sourceBytes, nesting: limits.nesting, rules: limits.rules },
  });
  if (policy === undefined) throw policyError(diagnostics);
  const machine = createMachine(policy, host);
  const failed: Diagnostic[] = [];
  for (const goal of policy.inlineQueries) {
    const problem = await inlineProblem(goal, machine, context);
    if (problem !== undefined) failed.push(problem);
  }
  if (failed.length > 0) throw policyError([...diagnostics, ...failed]);
  return { policy, machine };
}

/** Inline queries see the facts of the policy and no others (Polar reference, section 22). */
async function inlineProblem(
  goal: Goal,
  machine: Machine,
  { host, limits, logger }: ProgramContext,
): Promise<Diagnostic | undefined> {
  const run: RunOptions = {
    facts: new FactTables(),
    limits,
    now: BigInt(Math.floor(Date.now() / 1_000)),
    logger,
    memo: host.memo(),
    mode: "first",
  };
  try {
    const answers = await settle(
      (pace) => machine.inPieces.ask(goal, { ...run, pace }),
      run,
      () => [],
    );
    if (answers.length > 0) return undefined;
    return diagnostic("polar/inline-query-failed", goal.condition.span, "the inline query has no answer");
  } catch (error) {
    if (!(error instanceof ArcturusError)) throw error;
    return diagnostic(
      "polar/inline-query-failed",
      goal.condition.span,
      `the inline query ended with an error: ${error.message} (${error.code})`,
    );
  }
}

function policyError(diagnostics: readonly Diagnostic[]): PolicyError {
  const errors = diagnostics.filter((found) => found.severity === "error");
  const [first] = errors;
  const where = first === undefined ? "" : `: ${first.source}:${first.line}:${first.column}: ${first.message}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new PolicyError(diagnostics, `the policy does not load${where}${more}`);
}
