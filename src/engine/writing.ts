import { InputError, LimitError } from "../diagnostics/errors.js";
import type { FactChange, FactReader, StoredFact, StoredPattern, WriteResult } from "../facts/index.js";
import { isConcrete } from "../facts/index.js";
import type { Limits } from "../solver/limits.js";
import { type ObjectTypes, storedFact, storedPattern } from "./arguments.js";
import type { Writer } from "./types.js";

export interface WritingContext {
  readonly objects: ObjectTypes;
  readonly limits: Limits;
  /** The facts as they stand, to count what a wildcard would delete. */
  facts(): FactReader;
  /** @throws InputError when no rule of the policy in force can use the fact */
  checkFact(fact: StoredFact): void;
  /** Makes the change durable. */
  write(change: FactChange): Promise<WriteResult>;
}

/**
 * The five verbs that write. Everything is checked before anything is written; a promise that rejects wrote nothing, save
 * for a `StoreError` that says that it does not know.
 */
export function createWriter(context: WritingContext): Writer {
  const told = (fact: unknown): StoredFact => {
    const stored = storedFact(fact, context.objects);
    context.checkFact(stored);
    return stored;
  };
  const pattern = (value: unknown): StoredPattern => storedPattern(value, context.objects);

  const write = (deletes: readonly unknown[], inserts: readonly unknown[]): Promise<WriteResult> => {
    checkCount(deletes.length + inserts.length, context.limits);
    const change = { deletes: deletes.map(pattern), inserts: inserts.map(told) };
    checkWildcards(change.deletes, context);
    return context.write(change);
  };

  return {
    tell: async (...fact) => write([], [fact]),
    delete: async (...fact) => write([fact], []),
    bulkTell: async (facts) => write([], list(facts, "bulkTell")),
    bulkDelete: async (patterns) => write(list(patterns, "bulkDelete"), []),
    batch: async (change) => {
      if (typeof change !== "object" || change === null) {
        throw new InputError("facts/bad-fact", "batch takes { deletes, inserts }, arrays of facts");
      }
      const { deletes = [], inserts = [] } = change;
      return write(list(deletes, "batch"), list(inserts, "batch"));
    },
  };
}

function list(value: unknown, verb: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InputError("facts/bad-fact", `${verb} takes an array of facts`);
}

function checkCount(count: number, limits: Limits): void {
  if (count > limits.facts) throw tooManyFacts(limits);
}

/** A wildcard counts for every fact that it would delete. */
function checkWildcards(deletes: readonly StoredPattern[], context: WritingContext): void {
  let count = 0;
  for (const pattern of deletes) {
    if (isConcrete(pattern)) continue;
    for (const _ of context.facts().match(pattern.predicate, pattern.args)) {
      if (++count > context.limits.facts) throw tooManyFacts(context.limits);
    }
  }
}

function tooManyFacts(limits: Limits): LimitError {
  return new LimitError("facts", limits.facts, "facts in one write", {
    message: `one write may tell and delete at most ${limits.facts} facts (limit \`facts\`); write in several steps`,
  });
}
