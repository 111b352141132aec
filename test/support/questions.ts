import { Source } from "../../src/diagnostics/source.js";
import type { FactReader } from "../../src/facts/store.js";
import type { Fact, StoredPattern } from "../../src/facts/value.js";
import { loadGoal } from "../../src/polar/goal.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import type { Answer } from "../../src/solver/answers.js";
import { createHost, type Host } from "../../src/solver/create-host.js";
import type { TypeOptions } from "../../src/solver/host.js";
import { defaultLimits, type Limits } from "../../src/solver/limits.js";
import {
  type CallArgument,
  createMachine,
  type Machine,
  type Outcome,
  type RunOptions,
} from "../../src/solver/machine.js";
import { factList, stored } from "./fact-list.js";

export interface WorldOptions {
  readonly policy: string;
  readonly facts?: readonly Fact[] | FactReader;
  readonly contextFacts?: readonly Fact[] | readonly StoredPattern[];
  readonly types?: Readonly<Record<string, TypeOptions>>;
  readonly constants?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<Limits>;
  readonly now?: bigint;
  readonly signal?: AbortSignal;
  readonly context?: unknown;
}

/** A policy with facts and objects around it, ready to be asked. */
export interface World {
  readonly policy: Policy;
  readonly host: Host;
  readonly machine: Machine;
  /** What `print` wrote. */
  readonly printed: string[];
  run(mode?: "first" | "all"): RunOptions;
  /** All answers to a goal, waiting as often as needed. */
  query(goal: string, bindings?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>[]>;
  call(name: string, ...args: CallArgument[]): Promise<Record<string, unknown>[]>;
  /** Whether the call has an answer. */
  holds(name: string, ...args: CallArgument[]): Promise<boolean>;
}

export class RefusedPolicy extends Error {}

/** @throws RefusedPolicy when the policy or a goal does not load */
export function world(options: WorldOptions): World {
  const host = createHost(options.types, options.constants);
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", options.policy)], {
    types: host.types,
    constants: host.constants,
  });
  if (policy === undefined) throw new RefusedPolicy(diagnostics.map((d) => `${d.line}: ${d.message}`).join("\n"));
  const machine = createMachine(policy, host);
  const printed: string[] = [];
  const facts = options.facts ?? [];
  const reader = "match" in facts ? facts : factList(facts);
  const contextFacts = (options.contextFacts ?? []).map((fact) => ("predicate" in fact ? fact : stored(fact)));
  const run = (mode: "first" | "all" = "all"): RunOptions => ({
    facts: reader,
    contextFacts,
    limits: { ...defaultLimits, ...options.limits },
    now: options.now ?? 1_700_000_000n,
    logger: { info: (message) => printed.push(message) },
    signal: options.signal,
    memo: host.memo(),
    mode,
    context: options.context,
  });
  return {
    policy,
    host,
    machine,
    printed,
    run,
    query: async (text, bindings = {}) => {
      const { goal, diagnostics: found } = loadGoal(text, policy, { bindings: Object.keys(bindings) });
      if (goal === undefined) throw new RefusedPolicy(found.map((d) => `goal: ${d.message}`).join("\n"));
      const options = run();
      return plain(await settled(() => machine.ask(goal, options, bindings)));
    },
    call: async (name, ...args) => {
      const options = run();
      return plain(await settled(() => machine.call(name, args, options)));
    },
    holds: async (name, ...args) => {
      const options = run("first");
      return (await settled(() => machine.call(name, args, options))).length > 0;
    },
  };
}

export async function settled<T>(ask: () => Outcome<T>): Promise<T> {
  for (;;) {
    const outcome = ask();
    if (outcome.kind === "done") return outcome.value;
    await outcome.wait();
  }
}

function plain(answers: readonly Answer[]): Record<string, unknown>[] {
  return answers.map((answer) => Object.fromEntries(answer));
}
