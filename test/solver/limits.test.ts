import { describe, expect, it } from "vitest";
import { EvaluationError, LimitError, StoreError } from "../../src/diagnostics/errors.js";
import { entity } from "../../src/facts/value.js";
import { world } from "../support/questions.js";

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const count = "n(0); n(x) if n(y) and y < 1000000 and x = y + 1;";

describe("limits (reference 17)", () => {
  it("steps", async () => {
    const error = await thrown(world({ policy: count, limits: { steps: 1_000 } }).query("n(5)"));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ code: "engine/limit-exceeded", limit: "steps", value: 1_000 });
  });

  it("answers of one call", async () => {
    const error = await thrown(world({ policy: count, limits: { answers: 500 } }).query("n(x)"));
    expect(error).toMatchObject({ code: "engine/limit-exceeded", limit: "answers" });
  });

  it("time", async () => {
    const error = await thrown(world({ policy: count, limits: { milliseconds: 30, steps: 1e9 } }).query("n(x)"));
    expect(error).toMatchObject({ code: "engine/timeout", limit: "milliseconds", value: 30 });
  });

  it("depth of a term", async () => {
    const error = await thrown(world({ policy: "f(x) if f([x]); g([x, *_]) if g(x);" }).query("f([1])"));
    expect(error).toMatchObject({ limit: "termDepth", value: 1_000 });
  });

  it.each([
    ["the argument of a call", "f(x) if g([[x]]); g(_);", "f([1])"],
    ["an answer", "f(x) if y = [1] and x = [[y]];", "f(x)"],
    ["a dictionary", "f(x) if g({a: {b: x}}); g(_);", "f([1])"],
    ["what the caller asks about", "f(_);", "f([[[1]]])"],
    ["an element that is not the last", "f(_);", "f([[[1]], []])"],
    ["an element that is not the first", "f(_);", "f([[], [[1]]])"],
  ])("a lower depth of a term bounds %s", async (_, policy, goal) => {
    const error = await thrown(world({ policy, limits: { termDepth: 2 } }).query(goal));
    expect(error).toMatchObject({ code: "engine/limit-exceeded", limit: "termDepth", value: 2 });
    expect(await world({ policy, limits: { termDepth: 3 } }).query(goal)).toHaveLength(1);
  });

  it("the elements of a host iterable count, so one without an end is stopped", async () => {
    class Source {
      readonly id = "s";
      *endless(): Generator<number> {
        for (let i = 0; ; i++) yield i;
      }
      async *later(): AsyncGenerator<number> {
        for (let i = 0; ; i++) yield i;
      }
    }
    const w = world({
      policy: "",
      types: { Source: { class: Source } },
      constants: { source: new Source() },
      limits: { answers: 1_000 },
    });
    expect(await thrown(w.query("1001 in source.endless()"))).toMatchObject({ limit: "answers" });
    expect(await thrown(w.query("1001 in source.later()"))).toMatchObject({ limit: "answers" });
  });

  it("a signal that is raised ends the question", async () => {
    const stop = new AbortController();
    stop.abort("enough");
    const error = await thrown(world({ policy: count, signal: stop.signal }).query("n(1)"));
    expect(error).toMatchObject({ code: "engine/aborted", cause: "enough" });
  });
});

describe("run-time errors (reference 16)", () => {
  it("say where, and by which rules", async () => {
    const policy = [
      "allow(u, a, r) if may(u, a, r);",
      "may(u, _, r) if",
      "  owner(u, r);",
      'owner(u, r) if u = r and u < "x";',
    ].join("\n");
    const error = (await thrown(world({ policy }).query("allow(1, 2, 1)"))) as EvaluationError;
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error.code).toBe("engine/type-mismatch");
    expect(error.location).toMatchObject({ source: "policy.polar", line: 4, column: 26 });
    expect(error.rules.map(({ rule, line }) => [rule, line])).toEqual([
      ["owner(u, r)", 4],
      ["may(u, _, r)", 2],
      ["allow(u, a, r)", 1],
    ]);
  });

  it("what the store throws passes through as it is", async () => {
    const facts = {
      match: () => {
        throw new StoreError("store/unavailable", "the disk is gone");
      },
    };
    const w = world({
      policy: 'actor User {} resource Org { roles = ["m"]; } f(u: User) if not has_role(u, "m", _);',
      facts,
    });
    expect(await thrown(w.holds("f", entity("User", "a")))).toMatchObject({ code: "store/unavailable" });
  });

  it("`authorize` may stop at the first proof; other questions reach every branch", async () => {
    const w = world({ policy: 'f(1) if 1 = 1; f(x) if x < "a";' });
    expect(await w.holds("f", 1)).toBe(true);
    await expect(w.call("f", 1)).rejects.toMatchObject({ code: "engine/type-mismatch" });
  });
});
