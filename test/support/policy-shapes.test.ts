import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orgRoles, resourceRoles } from "../../src/polar/preludes.js";
import { decisionWorld } from "../differential/decision-worlds.js";
import { ShapeCount, shapesOf } from "./policy-shapes.js";
import { randomWorld } from "./random-worlds.js";
import { smallPolicies } from "./small-policies.js";

/*
 * What users write must be among what the generators make: each shape of the policies that come with the package, and of the small ones
 * that the tests keep, in one of a fixed number of random policies.
 */

const folder = fileURLToPath(new URL("../../policies", import.meta.url));

/** Policies that are written for a prelude are read together with it. */
const preludes: Readonly<Record<string, string>> = {
  "beatles-roles.polar": orgRoles({ type: "Organization", name: "organization" }).source,
  "pages-quickstart.polar": resourceRoles.source,
};

const written: readonly { readonly name: string; readonly policy: string }[] = [
  ...readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".polar"))
    .map((file) => ({ name: file, policy: `${readFileSync(join(folder, file), "utf8")}${preludes[file] ?? ""}` })),
  ...smallPolicies,
];

/** Shapes that the random policies over facts do not have, and who sees to them. */
const exceptions: Readonly<Record<string, string>> = {
  "a property of an object": "needs objects of an application: test/solver/host.test.ts, test/e2e",
  "one of what a property holds": "needs objects of an application: test/solver/host.test.ts",
  "properties of an object in a head": "needs objects of an application: test/solver/host.test.ts",
  "a dictionary":
    "terms that are no facts: test/differential/oso-cases.ts makes them, with the oso package as the judge",
  "a dictionary or list in a head": "terms that are no facts: test/differential/oso-cases.ts",
  "a list with a rest": "terms that are no facts: test/differential/oso-cases.ts",
};

const made = new ShapeCount();
for (const { policy } of fc.sample(randomWorld, { numRuns: 80, seed: 1 })) made.see(policy);
for (let seed = 1; seed <= 30; seed++) made.see(decisionWorld(seed).policy);

describe("the generators make what users write", () => {
  test.each(written)("$name", ({ policy }) => {
    const missing = [...shapesOf(policy)].filter((shape) => !made.shapes.has(shape) && !(shape in exceptions));
    expect(missing).toEqual([]);
  });

  test("no exception has become needless", () => {
    const known = new Set(written.flatMap(({ policy }) => [...shapesOf(policy)]));
    const needless = Object.keys(exceptions).filter((shape) => made.shapes.has(shape) || !known.has(shape));
    expect(needless).toEqual([]);
  });

  test("what is counted is what stands there", () => {
    const blocks = `actor User {} actor Bot {} resource Org { roles = ["a", "b", "c"]; permissions = ["read"];
      "read" if "a"; "read" if "b"; "read" if "c"; }
      declare banned(User); declare shut(Org); declare near(Org, Org); declare made(Org, User); declare made(Org, Bot);`;
    const own = shapesOf(blocks);
    const of = (rule: string): string[] => [...shapesOf(blocks + rule)].filter((shape) => !own.has(shape)).sort();
    expect(own).toContain("a permission that three roles give");
    expect(own).not.toContain("a permission that two roles give");
    expect(of("f(u: User, o: Org) if made(o, u) and not (banned(u) or shut(o));")).toEqual([
      "a fact or rule about one thing",
      "not over two alternatives",
    ]);
    expect(of("f(u: User, o: Org) if made(o, m) and m != u and near(o, o);")).toEqual([
      "a variable twice in a call",
      "things of two types compared for being different",
      "two facts joined",
    ]);
    expect(of("f(o: Org, p: Org) if near(o, q) and f(q, p) and not shut(q);")).toEqual([
      "a `not` in a recursion",
      "a fact or rule about one thing",
      "a recursion with a condition on each step",
      "a rule that calls itself once",
      "not over a fact or rule",
      "two facts joined",
    ]);
  });
});
