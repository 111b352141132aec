import { createEngine, type Engine, type EngineOptions, type Fact, isReference, type Reference } from "arcturus";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs as scaled } from "../support/effort.js";
import { randomWorld, valuesOfSort } from "../support/random-worlds.js";

/*
 * An invariant is a property of whatever makes engines. It has to hold for ours, and to fail for one with a defect: a
 * property that no defect can break says nothing.
 */

export type Make = (options: EngineOptions, facts: readonly Fact[]) => Promise<Engine>;

/** Ours, changed into something that is wrong. `facts` are those it begins with. */
export type Defect = (engine: Engine, facts: readonly Fact[]) => Engine;

const silent = { info: () => {}, warn: () => {} };

const make: Make = async (options, facts) => {
  const engine = await createEngine({ logger: silent, ...options });
  await engine.bulkTell(facts);
  return engine;
};

export function invariant<T>(
  title: string,
  property: (make: Make) => fc.IAsyncProperty<T>,
  { runs = 20, defects }: { readonly runs?: number; readonly defects: Readonly<Record<string, Defect>> },
): void {
  test(title, async () => {
    await fc.assert(property(make), { numRuns: scaled(runs / 2) });
  }, 1_200_000);
  const [id] = title.split(":");
  for (const [name, defect] of Object.entries(defects)) {
    test(`${id}: found out: ${name}`, async () => {
      const defective: Make = async (options, facts) => defect(await make(options, facts), facts);
      // Always the same cases: whether a defect is found must not be a matter of luck.
      const { failed } = await fc.check(property(defective), { numRuns: runs * 6, endOnFailure: true, seed: 1 });
      expect(failed).toBe(true);
    }, 180_000);
  }
}

/** Ways into the predicates that random policies define. */
export const doors = `
allow(a, p, x) if has_permission(a, p, x);
allow(a: Actor, "role: reader", x) if has_role(a, "reader", x);
allow(u: User, "trusted", f: Folder) if trusted(u, f);
allow(u: User, "untrusted", f: Folder) if level(f, _) and not trusted(u, f);
`;
export const actions: readonly string[] = ["read", "write", "role: reader", "trusted", "untrusted"];
export const actors: readonly Reference[] = [...valuesOfSort.User, ...valuesOfSort.Team].filter(isReference);
export const resources: readonly Reference[] = valuesOfSort.Folder.filter(isReference);

/** A random policy with its doors, and facts. */
export const world: fc.Arbitrary<{ readonly policy: string; readonly facts: readonly Fact[] }> = randomWorld.map(
  ({ policy, facts }) => ({ policy: policy + doors, facts }),
);

/** What the random rules call, should all of their rules have had a `not`. */
const positiveRules = `
near(f: Folder, g: Folder) if linked(f, g);
works(u: User, t: Team) if on_team(u, t);
special(f: Folder) if open(f, true);
trusted(u: User, f: Folder) if level(f, n) and risk(u, n);
extra(u: User, f: Folder) if trusted(u, f);
`;

/** The same without the rules that have a `not`. */
export const positiveWorld: typeof world = world.map(({ policy, facts }) => ({
  policy: policy
    .split("\n")
    .filter((line) => !/\bnot\b/.test(line))
    .join("\n")
    .concat(positiveRules),
  facts,
}));

export type Ask = (actor: Reference, action: string, resource: Reference) => unknown;

/** Everything that is allowed, one line each. */
export function allowed(ask: Ask): string[] {
  const lines: string[] = [];
  for (const actor of actors)
    for (const action of actions)
      for (const resource of resources)
        if (ask(actor, action, resource) === true) lines.push(questionText(actor, action, resource));
  return lines;
}

export function questionText(actor: Reference, action: string, resource: Reference): string {
  return JSON.stringify([actor, action, resource]);
}

/** Ids that look like each other, like nothing, like something else. */
export const hostileIds: readonly string[] = [
  "__proto__",
  "constructor",
  "a",
  "A",
  "a ",
  "a:b",
  "b:a",
  "a|b",
  "a,b",
  'a"b',
  "a\\b",
  "a\nb",
  "1",
  "01",
  "*",
  "_",
  "ä",
  "a\u0308",
  "\u{1F512}",
];

/** Gives the ids of a world other names, each its own. */
export interface Renaming {
  readonly reference: (reference: Reference) => Reference;
  readonly fact: (fact: Fact) => Fact;
  readonly policy: (text: string) => string;
}

/** The random worlds have ids from 0 to 2. */
export const renaming: fc.Arbitrary<Renaming> = fc
  .oneof(
    fc.shuffledSubarray([...hostileIds], { minLength: 3, maxLength: 3 }),
    // `a` and `b:a`, joined by a colon, are `a:b` and `a`.
    fc.shuffledSubarray(["a", "a:b", "b:a"], { minLength: 3 }),
    fc.shuffledSubarray(["a", "A", "a "], { minLength: 3 }),
    fc.shuffledSubarray(["\u00e4", "a\u0308", "a"], { minLength: 3 }),
    fc.shuffledSubarray(["1", "01", "_"], { minLength: 3 }),
  )
  .map((ids) => {
    const reference = ({ type, id }: Reference): Reference => ({ type, id: ids[Number(id)] as string });
    return {
      reference,
      fact: ([predicate, ...args]) => [predicate, ...args.map((arg) => (isReference(arg) ? reference(arg) : arg))],
      policy: (text) => text.replace(/\{"(\d)"\}/g, (_, id: string) => `{${JSON.stringify(ids[Number(id)])}}`),
    };
  });
