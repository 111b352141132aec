import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { FactTables, isReference, type PlainValue, type Reference } from "../../src/facts/index.js";
import type { StoredFact } from "../../src/facts/value.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import type { Pace } from "../../src/solver/pace.js";
import { type Codes, createRelational, type Relational } from "../../src/solver/relational/index.js";
import { isNightly } from "../support/effort.js";
import { consequences } from "../support/quick-reference.js";
import { keyOf, valuesOf } from "../support/reference-evaluator.js";
import { bystanders, type SmallPolicy, smallFact, smallPolicies } from "../support/small-policies.js";

/*
 * Small policies with few facts: every fact alone, every two, all but one and all but two of them, asked in every way. So each of several
 * grants is once the only one that holds, and each part of a condition once the only one that is missing.
 */

function load(text: string): Policy {
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return policy;
}

/** Which of `count` facts are there: every `size` of them, then all but every `size` of them. */
function sets(count: number, size: 1 | 2): boolean[][] {
  const all = Array.from({ length: count }, (_, i) => i);
  const few = size === 1 ? [[], ...all.map((i) => [i])] : all.flatMap((i) => all.slice(i + 1).map((j) => [i, j]));
  const chosen = [true, false].flatMap((those) => few.map((some) => all.map((i) => some.includes(i) === those)));
  return [...new Map(chosen.map((subset) => [subset.join(), subset])).values()];
}

interface Asked {
  readonly entities: readonly Reference[];
  /** They and the others of which there are facts: a list holds them too. */
  readonly listed: readonly Reference[];
  readonly actions: readonly string[];
  readonly types: readonly string[];
}

/** All that the facts and the policy mention, and somebody and something that nothing mentions. */
function everything(policy: Policy, { facts }: SmallPolicy, others: readonly StoredFact[]): Asked {
  const values = valuesOf(policy, facts.map(smallFact));
  const types = [...policy.types.keys()];
  const strangers = types.map((type): Reference => ({ type, id: "stranger" }));
  const entities = [...new Map([...values.filter(isReference), ...strangers].map((e) => [keyOf(e), e])).values()];
  const permissions = [...policy.types.values()].flatMap((type) => [...type.permissions, ...type.roles]);
  const texts = values.filter((value) => typeof value === "string");
  const more = others.flatMap(({ args }) => args).filter(isReference);
  const listed = [...new Map([...entities, ...more].map((e) => [keyOf(e), e])).values()];
  return { entities, listed, types, actions: [...new Set([...permissions, ...texts, "unheard of"])] };
}

/** Pauses wherever it is possible at all. */
const everywhere: Pace = { due: () => true, steps: 1 };

function finished<T>(walk: Generator<undefined, T>): T {
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value;
  }
}

function idsOf(found: "all" | Codes | undefined): string[] | "all" | undefined {
  if (found === undefined || found === "all") return found;
  return Array.from(found.codes, (code) => (code < found.size ? (found.texts[code] as string) : found.other));
}

/** Who may do what, with few words: it is asked very often. */
class Right {
  readonly #known = new Set<string>();

  constructor(policy: Policy, facts: readonly StoredFact[], { listed, actions }: Asked) {
    const right = consequences(policy, facts, [...listed, ...actions]);
    for (const arity of [2, 3]) for (const tuple of right.tuples("allow", arity)) this.#known.add(wordsOf(tuple));
  }

  allows(actor: Reference, action: string, resource: Reference | undefined): boolean {
    return this.#known.has(wordsOf(resource === undefined ? [actor, action] : [actor, action, resource]));
  }
}

function wordsOf(values: readonly PlainValue[]): string {
  let words = "";
  for (const value of values) words += typeof value === "object" ? `${value.type}{${value.id}} ` : `"${value}" `;
  return words;
}

function see(question: unknown, got: unknown, wanted: unknown): void {
  // An assertion for each of very many questions would take most of the time.
  if (got !== wanted && JSON.stringify(got) !== JSON.stringify(wanted))
    expect([question, got]).toEqual([question, wanted]);
}

/**
 * Who is allowed by the reference evaluator and who by the solver, in each way that it can be asked. Neighbouring questions
 * differ in the actor, or (`turned`) in the resource: the solver remembers the latest.
 */
function compare(relational: Relational, right: Right, asked: Asked, turned: boolean): void {
  const { entities, listed: things, actions, types } = asked;
  const check = (actor: Reference, action: string, resource: Reference): void => {
    const wanted = right.allows(actor, action, resource);
    const checked = relational.check(actor, action, resource);
    const decided = relational.decide(actor.type, actor.id, action, resource.type, resource.id);
    const decider = relational.decider(actor, action, resource.type)(resource.id);
    if (checked !== wanted || decided !== wanted || decider !== wanted) {
      see([actor, action, resource], [checked, decided, decider], [wanted, wanted, wanted]);
    }
  };
  const list = (actor: Reference, action: string, type: string): void => {
    const own = things.filter((entity) => entity.type === type);
    const wanted = own.filter((entity) => right.allows(actor, action, entity)).map(({ id }) => id);
    const listed = relational.list(actor, action, type);
    const ids = listed === "all" ? own.map(({ id }) => id) : listed;
    see([actor, action, type], ids?.toSorted(), wanted.sort());
    const extent = listed === "all" ? "all" : wanted.length > 0 ? "some" : "none";
    see([actor, action, type, "extent"], relational.extent(actor, action, type), extent);
  };
  for (const action of actions) {
    if (turned) for (const actor of entities) for (const resource of entities) check(actor, action, resource);
    else for (const resource of entities) for (const actor of entities) check(actor, action, resource);
    for (const type of types) for (const actor of entities) list(actor, action, type);
    for (const actor of entities) {
      const wanted = entities.map((resource) => right.allows(actor, action, resource));
      see([actor, action, "many"], relational.checkMany(actor, action, entities), wanted);
      see([actor, action], relational.check(actor, action, undefined), right.allows(actor, action, undefined));
    }
  }
  for (const resource of [...entities, undefined]) {
    for (const actor of entities) {
      const wanted = actions.filter((action) => right.allows(actor, action, resource)).sort();
      const found = relational.actions(actor, resource);
      see([actor, "actions", resource], found?.includes("*") === true ? wanted : found, wanted);
    }
  }
}

/** With pauses wherever it is possible at all. Questions of the same types follow each other: each kind is compiled anew. */
function compareWalks(relational: Relational, right: Right, { entities, listed, actions, types }: Asked): void {
  const of = (type: string): Reference[] => entities.filter((entity) => entity.type === type);
  for (const action of actions) {
    for (const type of types) {
      const things = listed.filter((entity) => entity.type === type);
      for (const actorType of types) {
        for (const actor of of(actorType)) {
          for (const resource of of(type)) {
            const walked = finished(relational.walkCheck(actor, action, resource, everywhere, Date.now()));
            see([actor, action, resource], walked, right.allows(actor, action, resource));
          }
        }
        for (const actor of of(actorType)) {
          const found = idsOf(finished(relational.walk(actor, action, type, everywhere, Date.now())));
          const ids = found === "all" ? things.map(({ id }) => id) : found;
          const wanted = things.filter((thing) => right.allows(actor, action, thing)).map(({ id }) => id);
          see([actor, action, type], ids?.toSorted(), wanted.sort());
        }
      }
    }
  }
}

describe("small policies, asked about everything in every way", () => {
  /** By itself, and among others. */
  const prepare = (small: SmallPolicy): { policy: Policy; facts: StoredFact[]; worlds: readonly Surroundings[] } => {
    const policy = load(small.policy);
    const facts = small.facts.map(smallFact);
    const worlds = [[], bystanders(facts)].map((others) => ({ others, asked: everything(policy, small, others) }));
    return { policy, facts, worlds };
  };
  /**
   * Solvers that live on while facts come and go, all tables there from the beginning: in one of them there are many other facts of the
   * same kinds. `which` says for the n-th set of facts which of the two are asked, and whether one that knows nothing else is as well.
   */
  const compareSets = (small: SmallPolicy, chosen: readonly boolean[][], which: (n: number) => Which): void => {
    const { policy, facts, worlds } = prepare(small);
    const living = worlds.map(({ others, asked }) => {
      const tables = new FactTables();
      tables.insertMany([...others, ...facts]);
      return { others, asked, tables, relational: createRelational(policy, tables) };
    });
    for (const [n, set] of chosen.entries()) {
      const there = facts.filter((_, i) => set[i]);
      for (const [w, { others, asked, tables, relational }] of living.entries()) {
        for (const [i, isThere] of set.entries()) {
          if (isThere) tables.insert(facts[i]!);
          else tables.delete(facts[i]!);
        }
        const { alone, many, fresh } = which(n);
        if (w === 0 ? !alone : !many) continue;
        const right = new Right(policy, [...there, ...others], asked);
        compare(relational, right, asked, n % 2 === 0);
        if (!fresh) continue;
        const own = new FactTables();
        own.insertMany([...others, ...there]);
        compare(createRelational(policy, own), right, asked, false);
      }
    }
  };

  // What most mistakes change comes first, for all policies.
  it.each(smallPolicies)("$name: with every fact alone, and all but one", (small) => {
    compareSets(small, sets(small.facts.length, 1), (n) => ({ alone: true, many: true, fresh: n % 8 === 0 }));
  });

  it.each(smallPolicies)("$name: with pauses", (small) => {
    const { policy, facts, worlds } = prepare(small);
    for (const { others, asked } of worlds) {
      const tables = new FactTables();
      tables.insertMany([...others, ...facts]);
      compareWalks(createRelational(policy, tables), new Right(policy, [...others, ...facts], asked), asked);
    }
  });

  it.each(smallPolicies)("$name: while facts come one by one, the first of their kind among them", (small) => {
    const { policy, facts, worlds } = prepare(small);
    for (const [w, { others, asked }] of worlds.entries()) {
      const order = w === 0 ? facts : facts.toReversed();
      const tables = new FactTables();
      tables.insertMany(others);
      const relational = createRelational(policy, tables);
      const { entities, actions } = asked;
      const deciders = entities.flatMap((actor) =>
        actions.flatMap((action) =>
          asked.types.map((type) => ({ actor, action, type, decide: relational.decider(actor, action, type) })),
        ),
      );
      for (const [i, fact] of order.entries()) {
        tables.insert(fact);
        const right = new Right(policy, [...others, ...order.slice(0, i + 1)], asked);
        compare(relational, right, asked, i % 2 === 0);
        for (const { actor, action, type, decide } of deciders) {
          for (const resource of entities) {
            if (resource.type !== type) continue;
            const [wanted, got] = [right.allows(actor, action, resource), decide(resource.id)];
            if (got !== wanted) see([actor, action, resource, "a decider kept"], got, wanted);
          }
        }
      }
    }
  });

  it.each(smallPolicies)("$name: with every two facts, and all but two", (small) => {
    // Some of them, and all at night.
    compareSets(small, sets(small.facts.length, 2), (n) => ({
      alone: isNightly || n % 8 === 0,
      many: isNightly || n % 8 === 4,
      fresh: isNightly && n % 4 === 0,
    }));
  });
});

interface Surroundings {
  readonly others: readonly StoredFact[];
  readonly asked: Asked;
}

/** Who is asked. */
interface Which {
  readonly alone: boolean;
  readonly many: boolean;
  readonly fresh: boolean;
}
