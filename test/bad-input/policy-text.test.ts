import { readdirSync, readFileSync } from "node:fs";
import { createEngine, PolicyError } from "arcturus";
import { type Diagnostic, formatPolicy, parsePolicy } from "arcturus/polar";
import { describe, expect, test } from "vitest";

/*
 * Bad policy text, row by row. Every row ends in a diagnostic with a code and a place or in an answer; never in a crash, a hang
 * or an overflow of the stack.
 */

const quiet = { info: (): void => {}, warn: (): void => {} };

/** The errors with which a policy is refused; none when it loads. */
async function refusals(policy: string): Promise<readonly Diagnostic[]> {
  try {
    const engine = await createEngine({ policy, logger: quiet });
    await engine.close();
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.diagnostics.filter((d) => d.severity === "error");
    throw error;
  }
}

const codes = async (policy: string): Promise<string[]> => [...new Set((await refusals(policy)).map((d) => d.code))];

describe("R1: nesting", () => {
  const deep = (open: string, close: string, levels: number): string =>
    `f(x) if ${open.repeat(levels)}x = 1${close.repeat(levels)};`;

  test("R1: 10,000 and 100,000 nested parentheses, lists and negations are refused by counting", async () => {
    for (const levels of [10_000, 100_000]) {
      expect(await codes(deep("(", ")", levels))).toContain("polar/too-deep");
      expect(await codes(`f(${"[".repeat(levels)}1${"]".repeat(levels)});`)).toContain("polar/too-deep");
      expect(await codes(deep("not (", ")", levels))).toContain("polar/too-deep");
    }
  });

  test("R1: the limit is 200 levels: 199 load, 201 are too deep", async () => {
    expect(await codes(deep("(", ")", 199))).toEqual([]);
    expect(await codes(deep("(", ")", 201))).toEqual(["polar/too-deep"]);
  });
});

test("R2: a condition of 100,000 terms loads, a name of a megabyte and a file above a mebibyte do not", async () => {
  const terms = Array.from({ length: 100_000 }, () => "x=1");
  expect(await codes(`f(x) if ${terms.join(" or ")};`)).toEqual([]);
  expect(await codes(`f(x) if ${terms.join(" and ")};`)).toEqual([]);
  expect(await codes(`${"n".repeat(1_000_000)}(1);`)).toEqual(["polar/limit-exceeded"]);
  expect(await codes(`# ${"x".repeat(1_048_577)}\nf(1);`)).toEqual(["polar/limit-exceeded"]);
});

describe("R3: characters", () => {
  const refused: readonly (readonly [string, string])[] = [
    ["a string that does not end", 'f("abc);'],
    ["a string over two lines", 'f("a\nb");'],
    ["NUL in a name", "f\u0000(1);"],
    ["NUL in a string", 'f("a\u0000b");'],
    ["a lone surrogate", 'f("\ud800");'],
    ["a line separator between tokens", "f(1);\u2028g(2);"],
    ["a bidirectional control in a name", "a\u202eb(1);"],
    ["a zero-width space in a name", "a\u200bb(1);"],
    ["a form feed", "f(1);\f"],
    ["a no-break space", "f(\u00a01);"],
  ];
  test.each(refused)("R3: %s is refused with its place", async (_, text) => {
    const [first] = await refusals(text);
    expect(first?.severity).toBe("error");
    expect(first?.line).toBeGreaterThanOrEqual(1);
    expect(first?.column).toBeGreaterThanOrEqual(1);
  });

  test("R3: a byte order mark, CRLF and a comment at the very end are fine", async () => {
    expect(await codes("\ufefff(1);\r\ng(2);\r\n# end")).toEqual([]);
    const [diagnostic] = await refusals("\ufefff(1);\r\ng(x) if y = ;");
    expect([diagnostic?.line, diagnostic?.column]).toEqual([2, 13]);
  });
});

test("R4: numbers out of range are refused, integers stay exact", async () => {
  for (const text of ["f(0x10);", "f(1_000);", "f(1e);", "f(9223372036854775808);", "f(.5);"]) {
    expect(await codes(text), text).not.toEqual([]);
  }
  const engine = await createEngine({ policy: "f(9007199254740993); g(-0); h(1e309);", logger: quiet });
  expect(await engine.query("f(x)")).toEqual([{ x: 9007199254740993n }]);
  expect(await engine.query("f(9007199254740992)")).toEqual([]);
  expect(await engine.query("g(0)")).toEqual([{}]);
  expect(await engine.query("h(inf)")).toEqual([{}]);
});

test("R5: what is declared twice and contradicts itself is refused, the same rule twice is a warning", async () => {
  expect(await codes('resource A { roles = ["x"]; permissions = ["x"]; }')).toEqual(["polar/duplicate-declaration"]);
  expect(await codes('resource A { roles = ["x", "x"]; }')).toEqual(["polar/duplicate-declaration"]);
  expect(await codes('resource A { roles = ["x"]; roles = ["y"]; }')).toEqual(["polar/bad-declaration"]);
  expect(parsePolicy("f(1);\nf(1);").diagnostics.map((d) => [d.code, d.severity])).toContainEqual([
    "polar/duplicate-rule",
    "warning",
  ]);
});

test("R6: names that nobody declared and wrong arities are refused, never quietly false", async () => {
  const block = 'actor User {} resource Org { roles = ["a"]; permissions = ["p"]; "p" if "a"; }';
  expect(await codes(`${block} has_role(_: User, "b", _: Org);`)).toEqual(["polar/unknown-role"]);
  expect(await codes(`${block} has_permission(_: User, "q", _: Org);`)).toEqual(["polar/unknown-permission"]);
  expect(await codes(`${block} f(_: Nobody);`)).toEqual(["polar/unknown-type"]);
  expect(await codes(`${block} f(x) if hidden(x);`)).toEqual(["polar/undefined-rule"]);
  expect(await codes(`${block} f(1); g(x) if f(x, x);`)).toEqual(["polar/wrong-arity"]);
});

test("R7: recursion without a base, left and mutual recursion end with the least fixpoint", async () => {
  const engine = await createEngine({
    policy: "a(x) if a(x); b(x) if c(x); c(x) if b(x); d(x) if d(y) and y < 3 and x = y + 1; d(1);",
    logger: quiet,
  });
  expect(await engine.query("a(1)")).toEqual([]);
  expect(await engine.query("b(1)")).toEqual([]);
  expect((await engine.query("d(x)")).map(({ x }) => x).sort()).toEqual([1, 2, 3]);
});

test("R8: negation through a cycle is refused when the policy loads", async () => {
  expect(await codes("p(x) if x = 1 and not q(x); q(x) if p(x);")).toEqual(["polar/unstratified"]);
  expect(await codes("p(x) if x = 1 and forall(q(x), x = 1); q(x) if p(x);")).toEqual(["polar/unstratified"]);
});

test("R9: a negation over a variable that nothing binds is never true", async () => {
  const engine = await createEngine({ policy: "f(x) if not x = 1;", logger: quiet });
  await expect(engine.query("f(y)")).rejects.toMatchObject({ code: "engine/unbound-variable" });
  expect(await engine.query("f(2)")).toEqual([{}]);
});

test("R10: alternatives 30 deep are no exponential work", async () => {
  const levels = Array.from({ length: 30 }, (_, i) => `f${i}(x) if f${i + 1}(x) or f${i + 1}(x);`);
  const engine = await createEngine({ policy: `${levels.join("\n")}\nf30(x) if x = 1;`, logger: quiet });
  expect(await engine.query("f0(1)")).toEqual([{}]);
  expect(await engine.query("f0(2)")).toEqual([]);
});

test("R11: there is no regular expression to be caught in", async () => {
  const engine = await createEngine({ policy: "", logger: quiet });
  for (const member of ["match", "replace", "search", "matchAll", "test", "exec"]) {
    const goal = `"aaaaaaaaaaaaaaaaaaaaaaaaaaaa".${member}("(a+)+$") = x`;
    await expect(engine.query(goal)).rejects.toMatchObject({ code: "engine/unknown-member" });
  }
});

test("R12: formatting hostile text changes nothing of what it means", () => {
  const folder = new URL("../diagnostics/", import.meta.url);
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith(".polar"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  texts.push(`f(${"[".repeat(190)}1${"]".repeat(190)});`, 'f("\\\\\\"\\n\\0");', "# only a comment", "");
  expect(texts.length).toBeGreaterThan(40);
  for (const text of texts) {
    const once = formatPolicy(text).text;
    // Text with syntax errors is left as it is.
    if (once === undefined) continue;
    expect(formatPolicy(once).text).toBe(once);
    const before = parsePolicy(text)
      .diagnostics.map((d) => d.code)
      .sort();
    expect(
      parsePolicy(once)
        .diagnostics.map((d) => d.code)
        .sort(),
    ).toEqual(before);
  }
});

test("R13: tests in a policy have a store and a budget of their own", async () => {
  const engine = await createEngine({
    policy:
      'actor User {} resource Doc { roles = ["r"]; permissions = ["p"]; "p" if "r"; }\n' +
      'test "t" { setup { has_role(User{"a"}, "r", Doc{"d"}); } assert allow(User{"a"}, "p", Doc{"d"}); }',
    logger: quiet,
  });
  expect(await engine.authorize({ type: "User", id: "a" }, "p", { type: "Doc", id: "d" })).toBe(false);
  expect(await engine.get("has_role", null, null, null)).toEqual([]);
});

test("R14: what comes from users goes in as data: a value is never read as Polar", async () => {
  const engine = await createEngine({
    policy: 'actor User {} resource Doc { roles = ["r"]; permissions = ["p"]; "p" if "r"; }',
    logger: quiet,
  });
  const hostile = 'x"}) or allow(User{"a';
  await engine.tell("has_role", { type: "User", id: hostile }, "r", { type: "Doc", id: "d" });
  expect(await engine.authorize({ type: "User", id: "a" }, "p", { type: "Doc", id: "d" })).toBe(false);
  expect(await engine.authorize({ type: "User", id: hostile }, "p", { type: "Doc", id: "d" })).toBe(true);
  expect(await engine.query("x = y", { bindings: { y: hostile } })).toEqual([{ x: hostile, y: hostile }]);
});

test("R15: comments and strings that look like Polar or like templates are what they are", async () => {
  const text = '# allow(_, _, _);\nf("# not a comment", "%s", "{{y}}", "allow(_, _, _);");';
  const engine = await createEngine({ policy: text, logger: quiet });
  expect(await engine.query("f(a, b, c, d)")).toEqual([
    { a: "# not a comment", b: "%s", c: "{{y}}", d: "allow(_, _, _);" },
  ]);
  expect(await engine.authorize("x", "y", "z")).toBe(false);
});

test("R16: a policy reads no files: paths are strings, an import is a syntax error", async () => {
  expect(await codes('import "../../etc/passwd";')).toEqual(["polar/unexpected-token"]);
  expect(await codes('f("../../etc/passwd"); g("\\\\host\\share"); h("https://example.com/x.polar");')).toEqual([]);
});
