import { memoryStore } from "arcturus";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import { type Prepared, prepared } from "../../src/engine/prepared.js";
import type { Engine } from "../../src/engine/types.js";

const policy = 'actor User {} resource Doc { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }';
const alice = { type: "User", id: "alice" };
const doc = (id: string) => ({ type: "Doc", id });

async function library(): Promise<{ readonly engine: Engine; readonly look: Prepared }> {
  const engine = await createEngine({ policy });
  await engine.tell("has_role", alice, "reader", doc("1"));
  return { engine, look: prepared(engine.decide, alice, "read", "Doc")! };
}

describe("a prepared question", () => {
  test("answers what `decide` answers, before and after a change", async () => {
    const { engine, look } = await library();
    expect([look.may("1"), look.may("2")]).toEqual([true, false]);
    await engine.tell("has_role", alice, "reader", doc("2"));
    await engine.delete("has_role", alice, "reader", doc("1"));
    expect([look.may("1"), look.may("2")]).toEqual([false, true]);
  });

  const changes: Record<string, (engine: Engine) => Promise<unknown>> = {
    "a fact is told": (engine) => engine.tell("has_role", alice, "reader", doc("2")),
    "a fact is deleted": (engine) => engine.delete("has_role", alice, "reader", doc("1")),
    "the policy is replaced": (engine) => engine.setPolicy(policy),
  };
  for (const [what, change] of Object.entries(changes)) {
    test(`is steady until ${what}, and then never again`, async () => {
      const { engine, look } = await library();
      expect([look.steady(), look.may("1"), look.steady()]).toEqual([true, true, true]);
      await change(engine);
      expect(look.steady()).toBe(false);
      await engine.tell("has_role", alice, "reader", doc("1"));
      expect(look.steady()).toBe(false);
      expect(prepared(engine.decide, alice, "read", "Doc")!.steady()).toBe(true);
    });
  }

  test("is steady no longer when another engine tells what this one's policy does not know", async () => {
    const store = memoryStore();
    const open = policy.replace('"read" if "reader";', "");
    const rule = 'has_permission(u: User, "read", d: Doc) if has_role(u, _role, d);';
    const engine = await createEngine({ policy: `${open} ${rule}`, store });
    const other = await createEngine({ policy: policy.replace('["reader"]', '["reader", "former"]'), store });
    await engine.tell("has_role", alice, "reader", doc("1"));
    const look = prepared(engine.decide, alice, "read", "Doc")!;
    expect([look.may("1"), look.may("2"), look.steady()]).toEqual([true, false, true]);
    await other.tell("has_role", alice, "former", doc("2"));
    expect([look.may("1"), look.may("2"), look.steady(), look.extent()]).toEqual([true, false, false, "some"]);
    await other.delete("has_role", alice, "reader", doc("1"));
    expect([look.may("1"), look.may("2"), look.steady(), look.extent()]).toEqual([false, false, false, "none"]);
    const anew = prepared(engine.decide, alice, "read", "Doc")!;
    await other.tell("has_role", alice, "former", doc("3"));
    await other.delete("has_role", alice, "former", doc("3"));
    await other.tell("has_role", alice, "reader", doc("4"));
    expect([anew.may("3"), anew.may("4"), anew.steady()]).toEqual([false, true, false]);
  });

  test("says of a closed engine what every question says of it", async () => {
    const { engine, look } = await library();
    await engine.close();
    expect(() => look.steady()).toThrow("the engine was closed");
    expect(() => look.may("1")).toThrow("the engine was closed");
  });
});
