import { describe, expect, it } from "vitest";
import { EvaluationError } from "../../src/diagnostics/errors.js";
import { world } from "../support/questions.js";

const empty = world({ policy: "" });

async function codeOf(goal: string, policy = ""): Promise<string> {
  const error: unknown = await world({ policy })
    .query(goal)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EvaluationError);
  return (error as EvaluationError).code;
}

describe("unification (reference 5)", () => {
  it.each([
    ["x = y and y = 1", [{ x: 1, y: 1 }]],
    ["[x, *r] = [1, 2, 3]", [{ x: 1, r: [2, 3] }]],
    ["[1, *a] = [x, 2, *b] and b = []", [{ x: 1, a: [2], b: [] }]],
    ["[*r] = {a: 1}", []],
    ["r = 2 and x = [1, *r]", []],
    ["{a: x} = {a: 1, b: 2}", []],
    ["{a: x, b: y} = {b: [x], a: 1}", [{ x: 1, y: [1] }]],
    ["x = [x]", []],
    ["x = [y] and y = [x]", []],
    ["9007199254740993 = 9007199254740992.0", []],
    ["9007199254740992 = 9007199254740992.0", [{}]],
    ["true = 1", []],
    ['"1" = 1', []],
    ["nan = nan", []],
  ])("%s", async (goal, answers) => {
    expect(await empty.query(goal)).toEqual(answers);
  });
});

describe("waiting goals (reference 7)", () => {
  it.each<[string, Record<string, unknown>[]]>([
    ["x > 1 and x in [1, 2, 3]", [{ x: 2 }, { x: 3 }]],
    ["x = y * 2 and z = x + 1 and y = 3", [{ x: 6, y: 3, z: 7 }]],
    ["(x > 1 or x = 1) and x = 2", [{ x: 2 }]],
    ["x.a = 1 and x = {a: 1}", [{ x: { a: 1 } }]],
    ["x matches {a: y} and x = {a: 1, b: 2}", [{ x: { a: 1, b: 2 }, y: 1 }]],
    [
      "x in y and y = [1, 2]",
      [
        { x: 1, y: [1, 2] },
        { x: 2, y: [1, 2] },
      ],
    ],
    ["not x in [1, 2] and x in [2, 3]", [{ x: 3 }]],
    ["not x = y and x = 1 and y = 2", [{ x: 1, y: 2 }]],
    ['s.startsWith("a") and s in ["ab", "ba"]', [{ s: "ab" }]],
    ["s.length = n and s = [1, 2]", [{ s: [1, 2], n: 2 }]],
    ["forall(x in xs, x > 0) and xs in [[1], [0]]", [{ xs: [1] }]],
  ])("%s", async (goal, answers) => {
    const found = await empty.query(goal);
    expect(found).toHaveLength(answers.length);
    expect(found).toEqual(expect.arrayContaining(answers));
  });

  it.each([
    "x > 1",
    "x = y + 1",
    "3 = y + 1",
    "x != x",
    "x.a = 1",
    "x in y",
    "x matches {a: 1}",
    "not (x > 1)",
    "x in [1, *r]",
  ])("`%s` waits for ever, which is an error", async (goal) => {
    expect(await codeOf(goal)).toBe("engine/unbound-variable");
  });

  it("a goal left of one that fails does not matter when it waits", async () => {
    expect(await empty.query("x > 1 and 1 = 2")).toEqual([]);
  });

  it("a waiting goal ends with its own rule, not with the caller's", async () => {
    expect(await codeOf("f(x) and x = 2", "f(x) if x > 1;")).toBe("engine/unbound-variable");
  });

  it("R9: a negated goal over a variable that nothing binds is an error, never true", async () => {
    expect(await codeOf("f(x)", "f(x) if not x = 1;")).toBe("engine/unbound-variable");
  });

  it("an argument that has to be computed is computed once its variables are known", async () => {
    const w = world({ policy: "next(1, 2); next(2, 3);" });
    expect(await w.query("next(x, x + 1)")).toEqual([{ x: 1 }, { x: 2 }]);
  });

  it("a guard keeps what is right of it from running", async () => {
    expect(await empty.query("p = nil and p != nil and p.name = 1")).toEqual([]);
    expect(await codeOf("p = nil and p.name = 1")).toBe("engine/unknown-member");
  });
});

describe("assignment (reference 7)", () => {
  it("binds a variable that is free, and nothing else", async () => {
    expect(await empty.query("x := 1 + 1 and y = x")).toEqual([{ x: 2, y: 2 }]);
    expect(await codeOf("x = 1 and x := 1")).toBe("engine/reassigned");
    expect(await codeOf("f(y)", "f(x) if x := 1;")).toBe("engine/reassigned");
  });
});
