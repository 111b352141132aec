import { createEngine, type Engine, entity, type Fact, type Reference, TypedObject } from "arcturus";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { runs } from "../support/effort.js";
import { acme, ann, anvil, bob, eve, gitcloudEngine, silent } from "./gitcloud.js";

let engine: Engine;
beforeEach(async () => {
  engine = await gitcloudEngine();
});

/** Telling, deleting, reading and asking with this value in the place of a reference all refuse it. */
async function refusedEverywhere(value: unknown, code: string): Promise<void> {
  const bad = value as Reference;
  const fact = { name: "InputError", code: `facts/${code}` };
  const input = { name: "InputError", code: `input/${code}` };
  await expect(engine.tell("has_role", bad, "reader", anvil), "tell").rejects.toMatchObject(fact);
  await expect(engine.bulkTell([["has_role", ann, "reader", bad]]), "bulkTell").rejects.toMatchObject(fact);
  await expect(
    engine.authorize(ann, "read", anvil, { contextFacts: [["has_role", bad, "reader", anvil]] }),
    "contextFacts",
  ).rejects.toMatchObject(fact);
  await expect(engine.authorize(bad, "read", anvil), "authorize").rejects.toMatchObject(input);
  if (value !== undefined) await expect(engine.authorize(ann, "read", bad), "authorize").rejects.toMatchObject(input);
  expect(() => engine.decide(bad, "read", anvil), "decide").toThrow(expect.objectContaining(input));
  await expect(engine.authorizeMany(ann, "read", [anvil, bad]), "authorizeMany").rejects.toMatchObject(input);
  await expect(engine.list(bad, "read", "Repo"), "list").rejects.toMatchObject(input);
  await expect(engine.actions(bad, anvil), "actions").rejects.toMatchObject(input);
  await expect(engine.explain(bad, "read", anvil), "explain").rejects.toMatchObject(input);
  await expect(engine.filter(bad, "read", "Repo"), "filter").rejects.toMatchObject(input);
}

describe("identity", () => {
  test("R31: ids with separators, quotes and line ends are distinct from their lookalikes", async () => {
    const awkward = [":", "#", "@", "|", "/", ",", '"', "\\", "%", "\n", "'", " ", "a:b", "{}", "[", "\u2028"];
    for (const id of awkward) {
      await engine.tell("has_role", entity("User", `x${id}`), "reader", anvil);
      expect(await engine.authorize(entity("User", `x${id}`), "read", anvil), JSON.stringify(id)).toBe(true);
    }
    expect(await engine.get("has_role", { type: "User" }, "reader", anvil)).toHaveLength(awkward.length);
    for (const id of ["x", "x::", "xa", "xb", "x:b", "x\\\\", "x\r\n"]) {
      expect(await engine.authorize(entity("User", id), "read", anvil), JSON.stringify(id)).toBe(false);
    }
    expect(await engine.authorize(entity("User:x", "b"), "read", anvil)).toBe(false);
  });

  test("R32: undefined, null and NaN are refused wherever they stand, inside a reference too", async () => {
    for (const value of [undefined, null]) await refusedEverywhere(value, "bad-value");
    await refusedEverywhere({ type: "User", id: undefined }, "bad-value");
    await refusedEverywhere({ type: "User", id: null }, "bad-value");
    await refusedEverywhere(Number.NaN, "bad-integer");
    await refusedEverywhere({ type: "User", id: Number.NaN }, "bad-integer");
    await expect(engine.tell("is_banned", [undefined] as never)).rejects.toMatchObject({ code: "facts/bad-value" });
  });

  test("R32: an id that is undefined does not make a delete one of the whole type", async () => {
    const row: { readonly id?: string } = {};
    await expect(engine.delete("has_role", { type: "User", id: row.id } as never, null, acme)).rejects.toMatchObject({
      code: "facts/bad-value",
    });
    expect(await engine.get("has_role", null, null, acme)).toHaveLength(2);
  });

  test('R33: 1, "1", 1n, true and "true" are different values, except that 1 and 1n are one Integer', async () => {
    const values = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo {}
        allow(u: User, "read", _: Repo) if tagged(u, x) and x = 1;
        declare tagged(User, Integer); declare tagged(User, String); declare tagged(User, Boolean);`,
    });
    for (const [i, value] of (["1", true, "true", false] as const).entries()) {
      await values.tell("tagged", entity("User", `u${i}`), value);
      expect(await values.authorize(entity("User", `u${i}`), "read", anvil), String(value)).toBe(false);
    }
    await values.tell("tagged", ann, 1);
    await values.tell("tagged", ann, 1n);
    expect(await values.get("tagged", ann, null)).toEqual([["tagged", ann, 1]]);
    expect(await values.authorize(ann, "read", anvil)).toBe(true);
  });

  test("R33: a numeric id becomes its decimal string at the border, and only there", async () => {
    await engine.tell("has_role", { type: "User", id: 7 } as never, "reader", { type: "Repo", id: 9n } as never);
    expect(await engine.get("has_role", { type: "User", id: "7" }, null, null)).toEqual([
      ["has_role", { type: "User", id: "7" }, "reader", { type: "Repo", id: "9" }],
    ]);
    for (const id of [7, 7n, "7"]) {
      expect(engine.decide({ type: "User", id } as never, "read", entity("Repo", "9"))).toBe(true);
    }
    expect(engine.decide(entity("User", 7), "read", entity("Repo", 9n))).toBe(true);
    expect(engine.decide(entity("User", "07"), "read", entity("Repo", "9"))).toBe(false);
  });

  test("R34: -0 is 0; NaN, infinities and fractions are refused", async () => {
    const numbers = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo {} allow(u: User, "read", _: Repo) if level(u, 0); declare level(User, Integer);`,
    });
    await numbers.tell("level", ann, -0);
    expect(await numbers.authorize(ann, "read", anvil)).toBe(true);
    expect(await numbers.get("level", ann, 0)).toEqual([["level", ann, 0]]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, 1e300]) {
      await expect(numbers.tell("level", ann, value), String(value)).rejects.toMatchObject({
        code: "facts/bad-integer",
      });
      await expect(numbers.authorize(value, "read", anvil)).rejects.toMatchObject({ code: "input/bad-integer" });
    }
  });

  test("R35: an integer beyond 2^53-1 is refused as a number, fine as a bigint, and bounded by 64 bits", async () => {
    const numbers = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo {} allow(u: User, "read", _: Repo) if level(u, 9007199254740993); declare level(User, Integer);`,
    });
    // biome-ignore lint/correctness/noPrecisionLoss: that it is lost is what the test is about
    await expect(numbers.tell("level", ann, 9007199254740993)).rejects.toMatchObject({ code: "facts/bad-integer" });
    await numbers.tell("level", ann, 9007199254740993n);
    await numbers.tell("level", bob, 9007199254740992n);
    expect(await numbers.authorize(ann, "read", anvil)).toBe(true);
    expect(await numbers.authorize(bob, "read", anvil)).toBe(false);
    await numbers.tell("level", eve, 2n ** 63n - 1n);
    await numbers.tell("level", eve, -(2n ** 63n));
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 10n ** 30n]) {
      await expect(numbers.tell("level", eve, value)).rejects.toMatchObject({ code: "facts/bad-integer" });
    }
    await numbers.tell("level", entity("User", "9007199254740993"), 0);
  });

  test("R36: ids compare byte for byte, without folding or normalisation", async () => {
    const pairs = [
      ["\u00e9", "e\u0301"],
      ["K", "\u212a"],
      ["\u0130", "i"],
      ["\u00df", "ss"],
      ["\uff21", "A"],
      ["Ann", "ann"],
      ["a\u0430", "aa"],
      ["x ", "x"],
    ] as const;
    for (const [one, other] of pairs) {
      await engine.tell("has_role", entity("User", `id-${one}`), "reader", anvil);
      expect(await engine.authorize(entity("User", `id-${one}`), "read", anvil), one).toBe(true);
      expect(await engine.authorize(entity("User", `id-${other}`), "read", anvil), other).toBe(false);
    }
  });

  test("R37: lone surrogates are refused, pairs are fine", async () => {
    for (const id of ["\ud800", "a\udc00", "\udc00\ud800", "\ud83d"]) {
      await refusedEverywhere({ type: "User", id }, "lone-surrogate");
      await refusedEverywhere({ type: `T${id}`, id: "x" }, "lone-surrogate");
    }
    await engine.tell("has_role", entity("User", "\u{1f43b}"), "reader", anvil);
    expect(engine.decide(entity("User", "\u{1f43b}"), "read", anvil)).toBe(true);
  });

  test("R38: NUL is refused", async () => {
    await refusedEverywhere({ type: "User", id: "a\0b" }, "nul");
    await refusedEverywhere({ type: "\0", id: "a" }, "nul");
    await expect(engine.tell("a\0b", ann)).rejects.toMatchObject({ code: "facts/nul" });
    await expect(engine.authorize("a\0", "read", anvil)).rejects.toMatchObject({ code: "input/nul" });
  });

  test("R39: empty ids are refused, blank ones are ids, 384 bytes of UTF-8 fit and 385 do not", async () => {
    await refusedEverywhere({ type: "User", id: "" }, "empty");
    await refusedEverywhere({ type: "", id: "a" }, "empty");
    await expect(engine.tell("", ann)).rejects.toMatchObject({ code: "facts/empty" });
    for (const fits of [
      " ",
      "a".repeat(383),
      "a".repeat(384),
      "é".repeat(192),
      "\u{1f43b}".repeat(96),
      "あ".repeat(128),
    ]) {
      await engine.tell("has_role", entity("User", fits), "reader", anvil);
      expect(engine.decide(entity("User", fits), "read", anvil)).toBe(true);
    }
    const long = [
      "a".repeat(385),
      `${"é".repeat(192)}a`,
      `${"\u{1f43b}".repeat(96)}a`,
      "a".repeat(1_024),
      "a".repeat(10_240),
    ];
    for (const id of long) await refusedEverywhere({ type: "User", id }, "too-long");
    await refusedEverywhere({ type: "T".repeat(385), id: "a" }, "too-long");
    const strings = await createEngine({ logger: silent, policy: "declare name(User, String); actor User {}" });
    for (const text of ["a".repeat(384), "é".repeat(192), ""]) await strings.tell("name", ann, text);
    for (const text of long) {
      const refused = { code: "facts/too-long" };
      await expect(strings.tell("name", ann, text)).rejects.toMatchObject(refused);
      await expect(strings.delete("name", ann, text)).rejects.toMatchObject(refused);
      await expect(strings.get("name", ann, text)).rejects.toMatchObject(refused);
      await expect(strings.list(ann, "x", "User", { contextFacts: [["name", ann, text]] })).rejects.toMatchObject(
        refused,
      );
    }
  });

  test("R39: a bad id is refused by decide, first of all and right after a good one", async () => {
    for (const bad of ["", "a\0", "\ud800", "x".repeat(400)]) {
      const fresh = await gitcloudEngine();
      const refused = expect.objectContaining({ name: "InputError" }) as unknown as Error;
      for (let i = 0; i < 3; i++) {
        expect(() => fresh.decide(entity("User", bad), "read", anvil)).toThrow(refused);
        expect(() => fresh.decide(ann, "read", entity("Repo", bad))).toThrow(refused);
        expect(() => fresh.decide(entity(bad, "ann"), "read", anvil)).toThrow(refused);
        expect(() => fresh.decide(ann, "read", entity(bad, "anvil"))).toThrow(refused);
        expect(fresh.decide(ann, "read", anvil)).toBe(true);
      }
    }
  });

  test("R41: one question sees one time, and it is that of the engine's clock", async () => {
    const clock = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo {}
        allow(u: User, "read", _: Repo) if until(u, t) and t > @current_unix_time; declare until(User, Integer);`,
    });
    const now = Math.floor(Date.now() / 1_000);
    await clock.tell("until", ann, now + 3_600);
    await clock.tell("until", bob, now - 3_600);
    expect(await clock.authorize(ann, "read", anvil)).toBe(true);
    expect(await clock.authorize(bob, "read", anvil)).toBe(false);
    const [{ same }] = (await clock.query("a = @current_unix_time and b = @current_unix_time and same = [a, b]")) as [
      { same: [number, number] },
    ];
    expect(same[0]).toBe(same[1]);
    expect(Math.abs(same[0] - now)).toBeLessThan(60);
  });

  test("R42: the id * is an id like any other", async () => {
    await engine.tell("has_role", entity("User", "*"), "reader", anvil);
    expect(await engine.authorize(ann, "delete", entity("Repo", "*"))).toBe(false);
    expect(await engine.authorize(eve, "read", anvil)).toBe(false);
    await engine.tell("has_role", eve, "reader", entity("Repo", "*"));
    expect(await engine.authorize(eve, "read", anvil)).toBe(false);
    await engine.delete("has_role", entity("User", "*"), null, null);
    expect(await engine.get("has_role", null, null, acme)).toHaveLength(2);
  });

  test("R42: a list of nothing but the id * is an error, since it would read as all; a filter tells them apart", async () => {
    const open = await createEngine({
      policy: `
        actor User {}
        resource Repo { permissions = ["read"]; roles = ["reader"]; "read" if "reader"; }
        has_permission(user: User, "read", repo: Repo) if trusted(user) and repo matches Repo;
        declare trusted(User);`,
    });
    await open.tell("has_role", eve, "reader", entity("Repo", "*"));
    await expect(open.list(eve, "read", "Repo")).rejects.toMatchObject({ code: "engine/star-id" });
    await expect(open.list(eve, "read", "Repo", { contextFacts: [] })).rejects.toMatchObject({
      code: "engine/star-id",
    });
    const only = { kind: "where", condition: { kind: "ids", type: "Repo", ids: ["*"] } };
    expect(await open.filter(eve, "read", "Repo")).toEqual(only);
    await open.tell("has_role", eve, "reader", anvil);
    expect((await open.list(eve, "read", "Repo")).sort()).toEqual(["*", "anvil"]);
    await open.tell("trusted", ann);
    expect(await open.list(ann, "read", "Repo")).toEqual(["*"]);
    expect(await open.filter(ann, "read", "Repo")).toEqual({ kind: "all" });
  });

  test("R43: types are told apart by case, and a __typename in an object means nothing", async () => {
    expect(await engine.authorize({ type: "user", id: "ann" }, "read", anvil)).toBe(false);
    expect(await engine.authorize(ann, "read", { type: "repo", id: "anvil" })).toBe(false);
    const row = { __typename: "User", type: "Robot", id: "ann" };
    expect(await engine.authorize(row, "read", anvil)).toBe(false);
    await expect(engine.authorize({ __typename: "User", id: "ann" }, "read", anvil)).rejects.toMatchObject({
      code: "input/bad-value",
    });
  });

  test("R44: nobody is never an actor by accident", async () => {
    await expect(engine.authorize(undefined as never, "read", anvil)).rejects.toMatchObject({
      code: "input/bad-value",
    });
    await expect(engine.authorize(null as never, "read", anvil)).rejects.toMatchObject({ code: "input/bad-value" });
    await expect(engine.authorize(ann, "read", null as never)).rejects.toMatchObject({ code: "input/bad-value" });
    await expect(engine.authorize(ann, undefined as never, anvil)).rejects.toMatchObject({ code: "input/bad-action" });
    await expect(engine.list(ann, "read", undefined as never)).rejects.toMatchObject({ code: "input/bad-type" });
    await expect(engine.authorizeMany(ann, "read", undefined as never)).rejects.toMatchObject({
      code: "input/bad-resources",
    });
  });

  test("R45: %, _ and \\ in ids match themselves alone", async () => {
    await engine.tell("has_role", eve, "reader", entity("Repo", "a_b%"));
    for (const id of ["axb%", "a_b", "a_bcd", "%", "_", "a\\_b%"]) {
      expect(await engine.authorize(eve, "read", entity("Repo", id)), id).toBe(false);
    }
    expect(await engine.list(eve, "read", "Repo")).toEqual(["a_b%"]);
    await engine.delete("has_role", eve, "reader", entity("Repo", "%"));
    expect(await engine.list(eve, "read", "Repo")).toEqual(["a_b%"]);
  });
});

describe("values that are none", () => {
  class Undeclared {
    readonly type = "User";
    readonly id = "ann";
  }

  test("R18, R22: a Proxy, a function, a symbol are refused, and a getter is read once", async () => {
    await refusedEverywhere(new Proxy({ type: "User", id: "ann" }, {}), "bad-value");
    await refusedEverywhere(() => ann, "bad-value");
    await refusedEverywhere(Symbol("ann"), "bad-value");
    await refusedEverywhere(new Proxy([], {}), "bad-value");
    let reads = 0;
    const shifty = {
      type: "User",
      get id() {
        return ++reads === 1 ? "eve" : "ann";
      },
    };
    expect(engine.decide(shifty, "delete", anvil), "the first id counts").toBe(false);
    expect(reads).toBe(1);
    const throwing = {
      type: "User",
      get id(): string {
        throw new Error("secret");
      },
    };
    await expect(engine.authorize(throwing, "read", anvil)).rejects.toThrow();
  });

  test("R20: a __proto__ key is refused and pollutes nothing", async () => {
    await refusedEverywhere(JSON.parse('{"type":"User","id":"ann","__proto__":{"admin":true}}'), "bad-value");
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
    const [answer] = await engine.query("x = {__proto__: 1}");
    expect(Object.getPrototypeOf(answer?.["x"])).toBe(Object.prototype);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test("R21: a polluted Object.prototype lends nobody a type or an id", async () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    prototype["type"] = "User";
    prototype["id"] = "ann";
    try {
      await expect(engine.authorize({}, "delete", anvil)).rejects.toMatchObject({ name: "InputError" });
      await expect(engine.authorize({ type: "User" }, "delete", anvil)).rejects.toMatchObject({ name: "InputError" });
      await expect(engine.tell("is_banned", {} as never)).rejects.toMatchObject({ name: "InputError" });
      expect(await engine.authorize(bob, "delete", anvil)).toBe(false);
      expect(await engine.authorize(ann, "delete", anvil)).toBe(true);
      for (const half of [{ type: "User" }, { id: "ann" }]) await refusedEverywhere(half, "bad-value");
    } finally {
      delete prototype["type"];
      delete prototype["id"];
    }
  });

  test("R24, R25: instances of undeclared classes, array-likes, dates, boxes and promises are refused", async () => {
    const values: unknown[] = [
      new Undeclared(),
      ["User", "ann"],
      new Map([["type", "User"]]),
      new Date(),
      Buffer.from("ann"),
      new String("ann"),
      new Number(1),
      Promise.resolve(ann),
      /ann/,
      {},
      { id: "ann" },
      { type: "User" },
      { type: ["User"], id: "ann" },
      { type: "User", id: ["ann"] },
      { type: "User", id: true },
      { type: "User", id: { toString: () => "ann" } },
    ];
    for (const value of values) await refusedEverywhere(value, "bad-value");
  });

  test("an object of a declared class is of that class's type, whatever its own `type` says", async () => {
    class Member {
      readonly type: string;
      readonly id: string;
      constructor(type: string, id: string) {
        this.type = type;
        this.id = id;
      }
    }
    const declared = await createEngine({
      logger: silent,
      types: { Member: { class: Member } },
      policy: `actor User {} resource Member { roles = ["boss"]; permissions = ["read"]; "read" if "boss"; }
        allow(actor, action, resource) if has_permission(actor, action, resource);
        allow(_: Member, "read", _: User);`,
    });
    const [user, member] = [entity("User", "1"), entity("Member", "1")];
    await declared.tell("has_role", user, "boss", member);
    const shifty = new Member("User", "1");
    // As a resource it is Member 1, as an actor it is no User.
    expect(await declared.authorize(user, "read", shifty)).toBe(true);
    expect(declared.decide(user, "read", shifty)).toBe(true);
    expect(await declared.authorizeMany(user, "read", [shifty, user, member])).toEqual([true, false, true]);
    expect(await declared.actions(user, shifty)).toEqual(["read"]);
    expect(await declared.authorize(shifty, "read", member)).toBe(false);
    expect(declared.decide(shifty, "read", member)).toBe(false);
    expect(await declared.authorizeMany(shifty, "read", [member, user])).toEqual([false, true]);
    expect(await declared.list(shifty, "read", "Member")).toEqual([]);
    expect(await declared.actions(shifty, member)).toEqual([]);
    expect(await declared.actions(shifty, user)).toEqual(["read"]);
    expect((await declared.explain(shifty, "read", member)).allowed).toBe(false);
    await expect(declared.tell("has_role", shifty as never, "boss", member)).rejects.toMatchObject({
      name: "InputError",
    });
  });

  test("an object of a class below a declared one is of the declared type, however far below", async () => {
    class Animal {
      readonly id: string;
      constructor(id: string) {
        this.id = id;
      }
    }
    class Bear extends Animal {}
    class PolarBear extends Bear {}
    const zoo = await createEngine({
      logger: silent,
      types: { Animal: { class: Animal } },
      policy: `actor User {} resource Animal { roles = ["keeper"]; permissions = ["feed"]; "feed" if "keeper"; }`,
    });
    await zoo.tell("has_role", ann, "keeper", entity("Animal", "1"));
    for (const animal of [new Animal("1"), new Bear("1"), new PolarBear("1")]) {
      expect(await zoo.authorize(ann, "feed", animal)).toBe(true);
      expect(zoo.decide(bob, "feed", animal)).toBe(false);
      expect(await zoo.authorizeMany(ann, "feed", [animal, new PolarBear("2")])).toEqual([true, false]);
    }
    await refusedEverywhere(new Bear("1"), "bad-value");
  });

  test("an object handed in with its type is checked like a reference", async () => {
    expect(engine.decide(ann, "delete", new TypedObject("Repo", {}, "anvil"))).toBe(true);
    expect(engine.decide(bob, "delete", new TypedObject("Repo", {}, "anvil"))).toBe(false);
    await refusedEverywhere(new TypedObject("User", {}, ""), "empty");
    await refusedEverywhere(new TypedObject("", {}, "ann"), "empty");
    await refusedEverywhere(new TypedObject("User", "ann" as never, "ann"), "bad-value");
  });

  test("R28: only true allows; a truthy value in a fact is no boolean", async () => {
    const flags = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo {} allow(u: User, "read", _: Repo) if active(u, true); declare active(User, Boolean);`,
    });
    for (const value of ["false", "true", 1, 0] as const) {
      await expect(flags.tell("active", ann, value), String(value)).rejects.toMatchObject({ code: "facts/wrong-type" });
    }
    await flags.tell("active", ann, false);
    expect(await flags.authorize(ann, "read", anvil)).toBe(false);
    await flags.tell("active", ann, true);
    expect(await flags.authorize(ann, "read", anvil)).toBe(true);
  });
});

describe("facts", () => {
  test("R54: undeclared predicates, types, names and arities are refused, each with its code", async () => {
    const refusals: readonly [Fact, string][] = [
      [["has_rolle", ann, "admin", acme], "facts/unknown-predicate"],
      [["has_role", ann, "admin", acme, acme], "facts/wrong-arity"],
      [["has_role", ann, "owner", acme], "facts/unknown-name"],
      [["has_relation", anvil, "organization", acme], "facts/unknown-name"],
      [["has_role", entity("Robot", "r2"), "admin", acme], "facts/wrong-type"],
      [["is_banned", "ann"], "facts/wrong-type"],
      [["allow", ann, "read", anvil], "facts/unknown-predicate"],
    ];
    for (const [fact, code] of refusals) {
      await expect(engine.tell(...fact), fact.join(" ")).rejects.toMatchObject({ name: "InputError", code });
      await expect(engine.authorize(ann, "read", anvil, { contextFacts: [fact] })).rejects.toMatchObject({ code });
    }
    await expect(engine.tell("has_rolle", ann, "admin", acme)).rejects.toThrow("not used in policy");
  });

  test("a fact has one to five arguments", async () => {
    for (const fact of [["is_banned"], ["is_banned", 1, 2, 3, 4, 5, 6]] as unknown as Fact[]) {
      await expect(engine.bulkTell([fact])).rejects.toMatchObject({ code: "facts/wrong-arity" });
      await expect(engine.delete(...fact)).rejects.toMatchObject({ code: "facts/wrong-arity" });
    }
  });

  test("what is not a fact is refused as one", async () => {
    for (const fact of [undefined, null, "is_banned", {}, [], [1], [null, ann], [["is_banned"], ann]]) {
      await expect(engine.bulkTell([fact as never])).rejects.toMatchObject({ code: "facts/bad-fact" });
      await expect(engine.bulkDelete([fact as never])).rejects.toMatchObject({ code: "facts/bad-fact" });
      await expect(engine.authorize(ann, "read", anvil, { contextFacts: [fact as never] })).rejects.toMatchObject({
        code: "facts/bad-fact",
      });
    }
    for (const list of [undefined, null, "facts", {}]) {
      await expect(engine.bulkTell(list as never)).rejects.toMatchObject({ code: "facts/bad-fact" });
      await expect(engine.bulkDelete(list as never)).rejects.toMatchObject({ code: "facts/bad-fact" });
    }
    await expect(engine.batch(undefined as never)).rejects.toMatchObject({ code: "facts/bad-fact" });
    await expect(engine.authorize(ann, "read", anvil, { contextFacts: {} as never })).rejects.toMatchObject({
      code: "facts/bad-fact",
    });
  });

  test("a wildcard cannot be told", async () => {
    await expect(engine.tell("has_role", ann, null as never, acme)).rejects.toMatchObject({ code: "facts/bad-value" });
    await expect(engine.tell("has_role", { type: "User" } as never, "admin", acme)).rejects.toMatchObject({
      code: "facts/bad-value",
    });
  });

  test("R31: whatever text an id is, it is told, found and taken back as itself", async () => {
    const text = fc
      .string({ unit: "binary", minLength: 1, maxLength: 60 })
      .filter((id) => !id.includes("\0") && Buffer.byteLength(id) <= 384);
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const told = entity("User", one);
        await engine.tell("has_role", told, "reader", anvil);
        expect(engine.decide(told, "read", anvil)).toBe(true);
        expect(engine.decide(entity("User", other), "read", anvil)).toBe(other === one);
        await engine.delete("has_role", told, "reader", anvil);
        expect(engine.decide(told, "read", anvil)).toBe(false);
      }),
      { numRuns: runs(100) },
    );
  });
});

describe("goals", () => {
  test("a goal that does not parse or check is an input error with diagnostics", async () => {
    await expect(engine.query("allow(")).rejects.toMatchObject({
      name: "InputError",
      code: "input/bad-goal",
      diagnostics: [expect.objectContaining({ severity: "error", line: 1 })],
    });
    await expect(engine.query("no_such_rule(1)")).rejects.toMatchObject({
      diagnostics: [expect.objectContaining({ code: "polar/undefined-rule" })],
    });
    await expect(engine.query(7 as never)).rejects.toMatchObject({ code: "input/bad-goal" });
  });

  test("bindings that are no values are refused", async () => {
    for (const value of [undefined, () => 1, Symbol("x")]) {
      await expect(engine.query("x = x", { bindings: { x: value } })).rejects.toMatchObject({
        name: expect.stringMatching(/^(InputError|EvaluationError)$/) as unknown,
      });
    }
  });

  test("an object with a `__proto__` of its own is no reference, whatever it holds", async () => {
    for (const own of [{}, null, { type: "User", id: "ann" }, "x"]) {
      const odd = { type: "User", id: "ann" };
      Object.defineProperty(odd, "__proto__", { value: own, enumerable: true });
      await refusedEverywhere(odd, "bad-value");
    }
    const heir: object = Object.create({ type: "User", id: "ann" });
    Object.defineProperty(heir, "__proto__", { value: Object.prototype, enumerable: true });
    await refusedEverywhere(heir, "bad-value");
  });

  test("reading a resource cannot change who is asked about", async () => {
    const { id, type } = anvil;
    const asking = {
      type,
      get id() {
        expect(engine.decide(ann, "read", anvil)).toBe(true);
        return id;
      },
    };
    expect(engine.decide(ann, "read", asking as never)).toBe(true);
    expect(engine.decide(eve, "read", asking as never)).toBe(false);
    expect(await engine.authorize(eve, "read", asking as never)).toBe(false);
  });
});
