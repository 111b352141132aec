import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { type Fact, FactTables, isReference, type PlainValue, type Reference } from "../../src/facts/index.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import { createRelational, type Relational } from "../../src/solver/relational/index.js";
import { runs } from "../support/effort.js";
import { stored } from "../support/fact-list.js";
import { countShapes } from "../support/policy-shapes.js";
import { consequences } from "../support/quick-reference.js";
import { randomWorld, type Sort, valuesOfSort } from "../support/random-worlds.js";
import { holds, keyOf, type Model } from "../support/reference-evaluator.js";

/** Makes every predicate of the random policies reachable from `allow`. */
const doors = `
allow(a, p, x) if has_permission(a, p, x);
allow(a: Actor, "role: reader", x) if has_role(a, "reader", x);
allow(a: Actor, "role: writer", x: Folder) if has_role(a, "writer", x);
allow(f: Folder, "near", g: Folder) if near(f, g);
allow(u: User, "works", t: Team) if works(u, t);
allow(_: User, "special", f: Folder) if special(f);
allow(u: User, "trusted", f: Folder) if trusted(u, f);
allow(u: User, "extra", f) if extra(u, f);
allow(a, "self", a);
allow(u: User, "untrusted", f: Folder) if level(f, _) and not trusted(u, f);
allow(u: User, "somebody", f: Folder) if trusted(_, f) and on_team(u, _);
allow(u: User, action, f: Folder) if likes(u, action) and color(f, action);
allow(u: User, "role: guest", f: Folder) if has_role(u, "guest", f);
`;
const actions = [
  "read",
  "write",
  "role: reader",
  "share",
  "role: writer",
  "role: guest",
  "near",
  "works",
  "special",
  "trusted",
  "extra",
  "self",
  "untrusted",
  "somebody",
  "red",
  "green",
  "never heard of",
];
const types = ["User", "Team", "Folder", "Note", "Org"] as const;
const everything = (Object.keys(valuesOfSort) as Sort[]).flatMap((sort) =>
  valuesOfSort[sort].map((value): PlainValue => (typeof value === "number" ? BigInt(value) : value)),
);
const strangers: readonly Reference[] = [
  { type: "User", id: "stranger" },
  { type: "Folder", id: "stranger" },
];
const entities: Reference[] = [
  ...new Map([...everything.filter(isReference), ...strangers].map((e) => [keyOf(e), e])).values(),
];

const count = countShapes("policies that the relational solver was asked about");

function load(text: string): Policy {
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return policy;
}

/** What the doors allow, by what holds without them. */
function allows(model: Model, actor: Reference, action: string, resource: Reference): boolean {
  const isFolder = resource.type === "Folder" || resource.type === "Note";
  const isUser = actor.type === "User";
  const fromFolder = actor.type === "Folder" || actor.type === "Note";
  const known = (...args: PlainValue[]): boolean => holds(model, args[0] as string, args.slice(1));
  const some = (predicate: string, fits: (args: readonly PlainValue[]) => boolean): boolean =>
    [...(model.get(predicate)?.values() ?? [])].some(fits);
  if (known("has_permission", actor, action, resource)) return true;
  if (isUser && isFolder && known("likes", actor, action) && known("color", resource, action)) return true;
  switch (action) {
    case "role: reader":
      return known("has_role", actor, "reader", resource);
    case "role: writer":
      return isFolder && known("has_role", actor, "writer", resource);
    case "role: guest":
      return isUser && isFolder && known("has_role", actor, "guest", resource);
    case "near":
      return fromFolder && isFolder && known(action, actor, resource);
    case "works":
      return isUser && resource.type === "Team" && known(action, actor, resource);
    case "trusted":
      return isUser && isFolder && known(action, actor, resource);
    case "extra":
      return isUser && known(action, actor, resource);
    case "special":
      return isUser && isFolder && known(action, resource);
    case "self":
      return keyOf(actor) === keyOf(resource);
    case "untrusted":
      return isUser && some("level/2", ([f]) => keyOf(f!) === keyOf(resource)) && !known("trusted", actor, resource);
    case "somebody":
      return (
        isUser &&
        isFolder &&
        some("trusted/2", ([, f]) => keyOf(f!) === keyOf(resource)) &&
        some("on_team/2", ([u]) => keyOf(u!) === keyOf(actor))
      );
    default:
      return false;
  }
}

/** Asks everything there is to ask; counts the questions that were answered and those left to the machine. */
function compare(text: string, relational: Relational, facts: readonly Fact[]): { answered: number; left: number } {
  count(text);
  const model = consequences(load(text), facts.map(stored), [...everything, ...strangers]).model();
  const known = new Map<Reference, Map<string, Map<Reference, boolean>>>();
  for (const a of entities) {
    const byAction = new Map(
      actions.map((action) => [action, new Map(entities.map((r) => [r, allows(model, a, action, r)]))] as const),
    );
    known.set(a, byAction);
  }
  const allowed = (a: Reference, action: string, r: Reference): boolean => known.get(a)!.get(action)!.get(r)!;
  const questions = { answered: 0, left: 0 };
  const see = <T>(question: unknown, got: T | undefined, wanted: T): void => {
    if (got === undefined) questions.left++;
    else {
      questions.answered++;
      // An assertion for each of thousands of questions would take most of the time.
      if (JSON.stringify(got) !== JSON.stringify(wanted)) expect([question, got]).toEqual([question, wanted]);
    }
  };
  for (const actor of entities) {
    for (const action of actions) {
      const resources = entities.filter((r) => types.includes(r.type as never));
      const wanted = resources.map((r) => allowed(actor, action, r));
      resources.forEach((r, i) => {
        see([actor, action, r], relational.check(actor, action, r), wanted[i]!);
      });
      see([actor, action, "many"], relational.checkMany(actor, action, resources), wanted);
      for (const type of types) {
        const all = resources.filter((r) => r.type === type);
        const ids = all
          .filter((r) => allowed(actor, action, r))
          .map((r) => r.id)
          .sort();
        const got = relational.list(actor, action, type);
        const listed = got === "all" ? all.map((r) => r.id) : got?.filter((id) => !id.startsWith("bystander"));
        see([actor, action, type], listed?.sort(), ids);
        const extent = got === "all" || got === undefined ? got : got.length > 0 ? "some" : "none";
        see([actor, action, type, "extent"], relational.extent(actor, action, type), extent);
      }
    }
    for (const resource of entities) {
      const got = relational.actions(actor, resource);
      see(
        [actor, "actions", resource],
        got?.filter((action) => action !== "never heard of" && actions.includes(action)),
        actions.filter((action) => allowed(actor, action, resource)).toSorted(),
      );
    }
  }
  return questions;
}

describe("the relational solver answers as the reference evaluator does, or not at all", () => {
  it("on random policies and facts, for checks, lists and actions (I1, I3)", () => {
    const total = { answered: 0, left: 0 };
    fc.assert(
      fc.property(randomWorld, ({ policy: text, facts, bystanders }) => {
        const policy = load(text + doors);
        const tables = new FactTables();
        const all = [...bystanders, ...facts];
        tables.insertMany(all.map(stored));
        const { answered, left } = compare(text, createRelational(policy, tables), all);
        total.answered += answered;
        total.left += left;
      }),
      { numRuns: runs(4) },
    );
    // Without this the test could pass by answering nothing.
    expect(total.left / (total.answered + total.left)).toBeLessThan(0.2);
  }, 600_000);

  it("while facts come and go", () => {
    fc.assert(
      fc.property(randomWorld, randomWorld, fc.array(fc.nat(30), { maxLength: 20 }), (world, later, deleted) => {
        const policy = load(world.policy + doors);
        const tables = new FactTables();
        const relational = createRelational(policy, tables);
        const facts = new Map<string, Fact>();
        const tell = (told: readonly Fact[]): void => {
          for (const fact of told) {
            tables.insert(stored(fact));
            facts.set(keyOf(stored(fact) as never), fact);
          }
        };
        tell([...world.bystanders, ...world.facts]);
        relational.check(strangers[0]!, "read", { type: "Folder", id: "0" });
        relational.list({ type: "User", id: "0" }, "read", "Folder");
        tell(later.facts);
        for (const n of deleted) {
          const [key, fact] = [...facts][n] ?? [];
          if (key === undefined || fact === undefined) continue;
          facts.delete(key);
          tables.delete(stored(fact));
        }
        compare(world.policy, relational, [...facts.values()]);
      }),
      { numRuns: runs(2) },
    );
  }, 600_000);
});
