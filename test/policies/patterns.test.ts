import { readdirSync, readFileSync } from "node:fs";
import { createEngine, type Engine, entity, type Fact } from "arcturus";
import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { runTests } from "../../src/engine/index.js";
import { loadPolicy } from "../../src/polar/index.js";

const folder = new URL("../../policies/patterns/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".polar"));
const text = (name: string): string => readFileSync(new URL(name, folder), "utf8");

const user = (id: string) => entity("User", id);

async function pattern(name: string, ...facts: Fact[]): Promise<Engine> {
  const engine = await createEngine({ policy: text(`${name}.polar`) });
  await engine.bulkTell(facts);
  return engine;
}

describe("every modelling pattern", () => {
  it("is there", () => expect(files).toHaveLength(28));

  describe.each(files)("%s", (name) => {
    const source = new Source(name, text(name));

    it("loads without errors and warnings", () => {
      const { policy, diagnostics } = loadPolicy([source]);
      const found = policy?.warnings ?? diagnostics ?? [];
      expect(found.map((d) => `${d.line}:${d.column} ${d.code}: ${d.message}`)).toEqual([]);
      expect(policy).toBeDefined();
    });

    it("shows what it allows and what it denies, in tests that pass", async () => {
      const { policy } = loadPolicy([source]);
      const reports = policy === undefined ? [] : await runTests(policy);
      expect(reports.length).toBeGreaterThan(0);
      const assertions = reports.flatMap((report) => report.assertions);
      expect(assertions.some((assertion) => assertion.negated)).toBe(true);
      expect(assertions.some((assertion) => !assertion.negated)).toBe(true);
      expect(assertions.filter((assertion) => !assertion.passed).map((a) => a.error?.message ?? a.text)).toEqual([]);
      expect(reports.every((report) => report.passed)).toBe(true);
    });

    it("is mentioned in the list of patterns", () => expect(text("README.md")).toContain(`(${name})`));
  });
});

describe("what a pattern answers to other questions", () => {
  it("a superadmin lists every organization there is", async () => {
    const engine = await pattern(
      "global-roles",
      ["has_role", user("root"), "superadmin"],
      ["has_role", user("alice"), "member", entity("Organization", "acme")],
    );
    expect(await engine.list(user("root"), "delete", "Organization")).toEqual(["*"]);
    expect(await engine.list(user("alice"), "read", "Organization")).toEqual(["acme"]);
    expect(await engine.actions(user("root"))).toEqual(["see_metrics"]);
    expect(await engine.actions(user("alice"))).toEqual([]);
  });

  it("everyone lists every organization", async () => {
    const engine = await pattern("everyone");
    expect(await engine.list(user("anyone"), "read", "Organization")).toEqual(["*"]);
    expect(await engine.list(user("anyone"), "delete", "Organization")).toEqual([]);
  });

  it("`actions` lists the fields one may read", async () => {
    const alice = entity("Person", "alice");
    const engine = await pattern(
      "field-permissions",
      ["has_relation", alice, "self", user("alice")],
      ["has_role", user("bob"), "colleague", alice],
    );
    expect(await engine.actions(user("bob"), alice)).toEqual(["email.read", "name.read"]);
    expect(await engine.actions(user("alice"), alice)).toEqual([
      "email.read",
      "email.update",
      "name.read",
      "salary.read",
    ]);
    expect(await engine.actions(user("stranger"), alice)).toEqual([]);
  });

  it("an admin's field is any field, the owner's are two", async () => {
    const account = entity("Account", "1");
    const engine = await pattern(
      "field-resources",
      ["has_role", user("root"), "admin", account],
      ["has_relation", account, "owner", user("alice")],
    );
    const fields = (who: string) => engine.query(`allow_field(User{"${who}"}, "read", Account{"1"}, field)`);
    expect(await fields("root")).toEqual([{}]);
    expect((await fields("alice")).map(({ field }) => field).sort()).toEqual(["balance", "name"]);
    expect(await fields("visitor")).toEqual([]);
  });

  it("an invitation takes effect with the next question, and so does its withdrawal", async () => {
    const anvil = entity("Repository", "anvil");
    const engine = await pattern("sharing", ["has_role", user("alice"), "admin", anvil]);
    expect(await engine.authorize(user("alice"), "invite", anvil)).toBe(true);
    expect(await engine.authorize(user("guest"), "read", anvil)).toBe(false);
    await engine.tell("has_role", user("guest"), "reader", anvil);
    expect(await engine.authorize(user("guest"), "read", anvil)).toBe(true);
    expect(await engine.list(user("guest"), "read", "Repository")).toEqual(["anvil"]);
    await engine.delete("has_role", user("guest"), null, anvil);
    expect(await engine.authorize(user("guest"), "read", anvil)).toBe(false);
  });

  it("what a custom role grants changes without a new policy", async () => {
    const engine = await pattern(
      "custom-roles",
      ["has_relation", entity("Repository", "anvil"), "organization", entity("Organization", "acme")],
      ["has_role", user("alice"), entity("Role", "auditor"), entity("Organization", "acme")],
    );
    const asked = () => engine.actions(user("alice"), entity("Repository", "anvil"));
    expect(await asked()).toEqual([]);
    await engine.tell("grants_permission", entity("Role", "auditor"), "read");
    expect(await asked()).toEqual(["read"]);
    await engine.delete("grants_permission", entity("Role", "auditor"), null);
    expect(await asked()).toEqual([]);
  });

  it("an active impersonation can be a fact of the question alone", async () => {
    const savings = entity("Account", "savings");
    const engine = await pattern(
      "impersonation",
      ["has_role", user("sue"), "support"],
      ["has_relation", savings, "owner", user("customer")],
    );
    const contextFacts = [["is_impersonating", user("sue"), user("customer")] as const];
    expect(await engine.authorize(user("sue"), "read", savings)).toBe(false);
    expect(await engine.authorize(user("sue"), "read", savings, { contextFacts })).toBe(true);
    expect(await engine.list(user("sue"), "read", "Account", { contextFacts })).toEqual(["savings"]);
    expect(await engine.authorize(user("sue"), "read", savings)).toBe(false);
  });

  it("a role is valid until its second, and not in it", async () => {
    const now = Math.floor(Date.now() / 1000);
    const engine = await pattern(
      "expiring-roles",
      ["has_role_until", user("alice"), "reader", entity("Repository", "soon"), now + 60],
      ["has_role_until", user("alice"), "reader", entity("Repository", "over"), now],
    );
    expect(await engine.list(user("alice"), "read", "Repository")).toEqual(["soon"]);
  });
});

describe("every actor finds the same with list as with authorize", () => {
  const questions = [
    ["folder-tree", "read", "File"],
    ["roles-up-and-down", "read", "Unit"],
    ["nested-groups", "read", "Repository"],
    ["protected-repositories", "read", "Repository"],
    ["attributes", "approve", "Transfer"],
    ["comment-while-open", "comment", "Issue"],
  ] as const;

  it.each(questions)("%s: %s on every %s", async (name, action, type) => {
    const { policy } = loadPolicy([new Source(name, text(`${name}.polar`))]);
    let compared = 0;
    for (const test of policy?.tests ?? []) {
      const facts = test.facts.map(({ predicate, args }) => [predicate, ...args] as unknown as Fact);
      const engine = await pattern(name, ...facts);
      const entities = facts.flatMap((fact) => fact.slice(1)).filter((arg) => typeof arg === "object");
      const ids = (of: string) => [...new Set(entities.filter((e) => e.type === of).map((e) => e.id))].sort();
      for (const actor of [...ids("User"), "stranger"]) {
        const allowed: string[] = [];
        for (const id of ids(type)) {
          if (await engine.authorize(user(actor), action, entity(type, id))) allowed.push(id);
          compared++;
        }
        expect((await engine.list(user(actor), action, type)).sort()).toEqual(allowed);
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});
