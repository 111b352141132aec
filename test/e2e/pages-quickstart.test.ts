import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine } from "arcturus";
import { resourceRoles } from "arcturus/polar";
import { expect, test } from "vitest";
import { openQuickstart, Page, type Role, User } from "../../examples/pages/quickstart.js";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/index.js";
import { root } from "./build.js";

const alice = new User("alice", [
  { name: "guest", page: 0 },
  { name: "admin", page: 1 },
]);
const bob = new User("bob", [{ name: "admin", page: 2 }]);
const carol = new User("carol", []);
const pages = [0, 1, 2].map((num) => new Page(num));

test("guests read, admins write and read, by what get_roles() answers", async () => {
  const engine = await openQuickstart();
  const actions = (user: User) => Promise.all(pages.map((page) => engine.actions(user, page)));
  expect(await actions(alice)).toEqual([["read"], ["read", "write"], []]);
  expect(await actions(bob)).toEqual([[], [], ["read", "write"]]);
  expect(await actions(carol)).toEqual([[], [], []]);
  expect(await engine.authorizeMany(alice, "read", pages)).toEqual([true, true, false]);
  expect(await engine.authorize(alice, "write", pages[0]!)).toBe(false);
  expect(await engine.authorize(alice, "delete", pages[1]!)).toBe(false);
  await engine.close();
});

test("a role that no definition names gives nothing, whatever the user says", async () => {
  const engine = await openQuickstart();
  const mallory = new User("mallory", [{ name: "owner", page: 0 }]);
  expect(await engine.actions(mallory, pages[0]!)).toEqual([]);
  await engine.close();
});

test("roles that change between two questions count for the second", async () => {
  const engine = await openQuickstart();
  const roles: Role[] = [];
  const dave = new User("dave", roles);
  expect(await engine.authorize(dave, "read", pages[2]!)).toBe(false);
  roles.push({ name: "guest", page: 2 });
  expect(await engine.authorize(dave, "read", pages[2]!)).toBe(true);
  roles.pop();
  expect(await engine.authorize(dave, "read", pages[2]!)).toBe(false);
  await engine.close();
});

test("a get_roles() that fails denies the question with an error", async () => {
  const engine = await openQuickstart();
  const eve = new User("eve", [{ name: "admin", page: 0 }]);
  eve.get_roles = () => Promise.reject(new Error("the database is away"));
  await expect(engine.authorize(eve, "read", pages[0]!)).rejects.toMatchObject({ code: "engine/host-error" });
  await engine.close();
});

test("the definitions are in order, and the answers are those of pages.polar", async () => {
  const text = (name: string) => readFileSync(join(root, "policies", name), "utf8");
  const { policy } = loadPolicy([
    new Source("pages-quickstart.polar", text("pages-quickstart.polar")),
    new Source(resourceRoles.filename, resourceRoles.source),
  ]);
  expect(resourceRoles.check(policy!)).toEqual([]);

  const quickstart = await openQuickstart();
  const facts = await createEngine({ policy: text("pages.polar") });
  for (const name of ["guest", "admin"]) {
    const user = new User(name, [{ name, page: 1 }]);
    await facts.tell("has_role", { type: "User", id: name }, name, { type: "Page", id: "1" });
    for (const page of pages) {
      expect(await quickstart.actions(user, page)).toEqual(
        await facts.actions({ type: "User", id: name }, { type: "Page", id: String(page.num) }),
      );
    }
  }
  await quickstart.close();
  await facts.close();
});
