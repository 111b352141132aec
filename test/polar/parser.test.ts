import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { Source } from "../../src/diagnostics/source.js";
import type { BlockStatement, Condition, RuleStatement, Statement, Term } from "../../src/polar/ast.js";
import { parseFile, parseGoalText } from "../../src/polar/parser.js";
import { printCondition, printStatement } from "../../src/polar/printer.js";

function parse(text: string): {
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { file, diagnostics } = parseFile(new Source("policy.polar", text));
  return { statements: file.statements, diagnostics };
}

function statement(text: string): Statement {
  const { statements, diagnostics } = parse(text);
  expect(diagnostics.map((d) => d.message)).toEqual([]);
  expect(statements).toHaveLength(1);
  return statements[0] as Statement;
}

function goal(text: string): Condition {
  const { condition, diagnostics } = parseGoalText(new Source("<goal>", text));
  expect(diagnostics.filter((d) => d.severity === "error").map((d) => d.message)).toEqual([]);
  return condition as Condition;
}

/** The right side of `x = …`. */
function value(text: string): Term {
  const condition = goal(`x = ${text}`);
  if (condition.kind !== "compare") throw new Error(`${text} is not one value`);
  return condition.right;
}

function show({ code, line, column, endLine, endColumn }: Diagnostic): string {
  const end = endLine === line ? `${endColumn}` : `${endLine}:${endColumn}`;
  return `${line}:${column}-${end} ${code.replace("polar/", "")}`;
}

function faults(text: string): string[] {
  return parse(text).diagnostics.map(show);
}

function advice(text: string): readonly (string | undefined)[] {
  return parse(text).diagnostics.map((d) => d.help);
}

/** How the parser understood a condition, with every pair of parentheses that structure needs. */
function grouped(condition: Condition): string {
  switch (condition.kind) {
    case "and":
    case "or":
      return `(${condition.items.map(grouped).join(` ${condition.kind} `)})`;
    case "not":
      return `(not ${grouped(condition.item)})`;
    default:
      return printCondition(condition);
  }
}

describe("precedence", () => {
  it.each([
    ["a or b and c", "(a or (b and c))"],
    ["a and b or c and d", "((a and b) or (c and d))"],
    ["not a and b", "((not a) and b)"],
    ["not a or b", "((not a) or b)"],
    ["not x = 1", "(not x = 1)"],
    ["not x in y and z", "((not x in y) and z)"],
    ["a and b and c", "(a and b and c)"],
    ["(a and b) and c", "((a and b) and c)"],
    ["a and (b and c)", "(a and (b and c))"],
    ["(a or b) and c", "((a or b) and c)"],
    ["not (not a)", "(not (not a))"],
  ])("reads `%s` as `%s`", (text, expected) => {
    // Parentheses of the author are dropped to show the structure alone.
    const plain = (condition: Condition): Condition => {
      const { parens: _, ...rest } = condition;
      if (rest.kind === "and" || rest.kind === "or") return { ...rest, items: rest.items.map(plain) };
      return rest.kind === "not" ? { ...rest, item: plain(rest.item) } : rest;
    };
    expect(grouped(plain(goal(text)))).toBe(expected);
  });

  it.each([
    ["1 + 2 * 3", "1 + 2 * 3"],
    ["(1 + 2) * 3", "(1 + 2) * 3"],
    ["1 - 2 - 3", "1 - 2 - 3"],
    ["1 - (2 - 3)", "1 - (2 - 3)"],
    ["8 / 4 mod 3 rem 2", "8 / 4 mod 3 rem 2"],
    ["((1))", "1"],
    ["a.b + c.d(1).e * 2", "a.b + c.d(1).e * 2"],
  ])("reads the value `%s` as `%s`", (text, expected) => {
    expect(printCondition(goal(`x = ${text}`))).toBe(`x = ${expected}`);
  });

  it("makes a left-leaning tree of `-`", () => {
    expect(value("1 - 2 - 3")).toMatchObject({ operator: "-", left: { operator: "-", right: { value: 2n } } });
  });

  it("remembers where parentheses stood around a condition", () => {
    expect(goal("(a or b) and (cut)")).toMatchObject({
      kind: "and",
      items: [
        { kind: "or", parens: true },
        { kind: "cut", parens: true },
      ],
    });
    expect(goal("((x))")).toMatchObject({ kind: "term", parens: true });
    expect(goal("x")).not.toHaveProperty("parens");
  });

  it("warns about `and` beside `or` without parentheses, once for each chain", () => {
    expect(faults("f(x) if x = 1 or x = 2 and x = 3;")).toEqual(["1:18-33 ambiguous-precedence"]);
    expect(faults("f(x) if x and x or x or x and x;")).toEqual(["1:9-16 ambiguous-precedence"]);
    expect(faults("f(x) if (x and x) or x;")).toEqual([]);
    expect(faults('resource R { "a" if "b" or "c" and "d"; }')).toEqual(["1:28-39 ambiguous-precedence"]);
    expect(parse("f(x) if x or x and x;").diagnostics[0]?.severity).toBe("warning");
    expect(goal("a or b and c").kind).toBe("or");
  });
});

describe("numbers", () => {
  it.each([
    ["9223372036854775807", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
    ["9007199254740993", 9007199254740993n],
    ["007", 7n],
    ["-0", 0n],
    ["+5", 5n],
    [`${"0".repeat(100)}1`, 1n],
  ])("reads the Integer %s", (text, expected) => {
    expect(value(text)).toMatchObject({ kind: "integer", value: expected });
  });

  it.each([
    ["1.", 1],
    ["1.5E-3", 0.0015],
    ["1e+3", 1000],
    ["1e400", Number.POSITIVE_INFINITY],
    ["-inf", Number.NEGATIVE_INFINITY],
    ["nan", Number.NaN],
    ["-0.0", -0],
  ])("reads the Float %s", (text, expected) => {
    expect(value(text)).toMatchObject({ kind: "float", value: expected });
  });

  it("takes a sign that touches a number for its own only where a value may begin", () => {
    expect(value("3 - -2")).toMatchObject({ operator: "-", right: { value: -2n } });
    expect(value("3 -2")).toMatchObject({ operator: "-", right: { value: 2n } });
    expect(value("3-2")).toMatchObject({ operator: "-", right: { value: 2n } });
    expect(value("[-1, +2]")).toMatchObject({ items: [{ value: -1n }, { value: 2n }] });
  });

  it.each([
    ["f(9223372036854775808);", "1:3-22 bad-number"],
    ["f(-9223372036854775809);", "1:3-23 bad-number"],
    ["f(1e);", "1:3-5 bad-number"],
    ["f(- 1);", "1:3-4 unexpected-token"],
    ["f(--1);", "1:3-4 unexpected-token"],
    ["f(-x);", "1:3-4 unexpected-token"],
    ["f(.5);", "1:3-4 unexpected-token"],
  ])("refuses `%s`", (text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });
});

describe("values", () => {
  it("reads entities with an id of any plain kind", () => {
    expect(value('User{"alice"}')).toMatchObject({ kind: "entity", type: { text: "User" }, id: { value: "alice" } });
    expect(value("Integer{-1}")).toMatchObject({ id: { kind: "integer", value: -1n } });
    expect(value("Boolean{true}")).toMatchObject({ id: { kind: "boolean" } });
    expect(value("a::B{1.5}")).toMatchObject({ type: { text: "a::B" }, id: { kind: "float" } });
  });

  it("reads lists with a rest and a trailing comma", () => {
    expect(value("[]")).toMatchObject({ items: [], rest: undefined });
    expect(value("[1, 2,]")).toMatchObject({ items: [{ value: 1n }, { value: 2n }], rest: undefined });
    expect(value("[1, *rest]")).toMatchObject({ items: [{ value: 1n }], rest: { name: "rest" } });
    expect(value("[* _]")).toMatchObject({ items: [], rest: { name: "_" } });
  });

  it("reads dictionaries, whose keys may be reserved words", () => {
    expect(value("{a: 1, in: 2, type: 3,}")).toMatchObject({
      entries: [{ key: { text: "a" } }, { key: { text: "in" } }, { key: { text: "type" } }],
    });
    expect(value("{a}")).toMatchObject({ entries: [{ key: { text: "a" }, value: { kind: "variable", name: "a" } }] });
    expect(value("{}")).toMatchObject({ entries: [] });
  });

  it("reads members, methods and computed members", () => {
    expect(value("a.b")).toMatchObject({ kind: "dot", member: { kind: "name", text: "b" }, args: undefined });
    expect(value("a.b()")).toMatchObject({ kind: "dot", args: [] });
    expect(value('a.("b c")')).toMatchObject({ kind: "dot", member: { kind: "string", value: "b c" } });
    expect(value("a.(k)")).toMatchObject({ kind: "dot", member: { kind: "variable", name: "k" } });
    expect(value("a.type")).toMatchObject({ member: { text: "type" } });
    expect(value("(3).toString()")).toMatchObject({ target: { value: 3n }, args: [] });
    expect(value('"abc".length')).toMatchObject({ target: { value: "abc" } });
    expect(value("new Point(1, 2).x")).toMatchObject({ kind: "dot", target: { kind: "new", type: { text: "Point" } } });
    expect(value('User{"a"}.name')).toMatchObject({ target: { kind: "entity" } });
  });

  it("reads the clock, nil and booleans", () => {
    expect(value("@current_unix_time").kind).toBe("now");
    expect(value("nil").kind).toBe("nil");
    expect(value("true")).toMatchObject({ kind: "boolean", value: true });
  });

  it("keeps keyword arguments beside the others and refuses them", () => {
    const { statements, diagnostics } = parse("f(x) if g(1, k: x) and x.m(k: 1) and y = new P(k: 1);");
    expect(diagnostics.map(show)).toEqual([
      "1:14-18 keyword-arguments",
      "1:28-32 keyword-arguments",
      "1:48-52 keyword-arguments",
    ]);
    expect((statements[0] as RuleStatement).body).toMatchObject({
      items: [
        { kind: "call", args: [{ value: 1n }], keywords: [{ name: { text: "k" }, value: { name: "x" } }] },
        { term: { args: [], keywords: [{ name: { text: "k" } }] } },
        { right: { kind: "new", args: [], keywords: [{ name: { text: "k" } }] } },
      ],
    });
  });
});

describe("conditions", () => {
  it("reads every kind", () => {
    const kinds = (text: string): string[] => {
      const condition = goal(text);
      return condition.kind === "and" ? condition.items.map((item) => item.kind) : [condition.kind];
    };
    expect(kinds("x = 1 and x in y and x matches T and f(x) and cut and print(x) and debug() and x and true")).toEqual([
      "compare",
      "in",
      "matches",
      "call",
      "cut",
      "print",
      "debug",
      "term",
      "term",
    ]);
    expect(goal("forall(x in y, x > 1)")).toMatchObject({
      kind: "forall",
      condition: { kind: "in" },
      action: { kind: "compare", operator: ">" },
    });
    expect(goal("a.b")).toMatchObject({ kind: "term", term: { kind: "dot" } });
    expect(goal("a::f(x)")).toMatchObject({ kind: "call", name: { text: "a::f" } });
  });

  it.each(["=", ":=", "==", "!=", "<", "<=", ">", ">="])("compares with `%s`", (operator) => {
    expect(goal(`x ${operator} y`)).toMatchObject({ kind: "compare", operator });
  });

  it("tells `matches` from `matches!`", () => {
    expect(goal("x matches T")).toMatchObject({ exact: false });
    expect(goal("x matches! T")).toMatchObject({ exact: true });
  });
});

describe("patterns", () => {
  function pattern(text: string): unknown {
    const condition = goal(`x matches ${text}`);
    return condition.kind === "matches" ? condition.pattern : undefined;
  }

  it("take a name behind `matches` or `:` for a type, inside for a variable", () => {
    expect(pattern("T")).toMatchObject({ kind: "type-pattern", fields: undefined });
    expect(pattern("{a: T}")).toMatchObject({ fields: [{ pattern: { kind: "term-pattern", term: { name: "T" } } }] });
    expect(pattern("{a: T{}}")).toMatchObject({ fields: [{ pattern: { kind: "type-pattern", fields: [] } }] });
    expect(pattern("[T, T{b}]")).toMatchObject({
      items: [
        { kind: "term-pattern", term: { kind: "variable" } },
        { kind: "type-pattern", fields: [{ key: { text: "b" }, pattern: { term: { name: "b" } } }] },
      ],
    });
  });

  it("may be entities and literals", () => {
    expect(pattern('T{"a"}')).toMatchObject({ kind: "term-pattern", term: { kind: "entity" } });
    expect(pattern("-1")).toMatchObject({ term: { value: -1n } });
    expect(pattern("nil")).toMatchObject({ term: { kind: "nil" } });
    expect(pattern('["a", *rest]')).toMatchObject({ kind: "list-pattern", rest: { name: "rest" } });
    expect(pattern("{}")).toMatchObject({ kind: "dictionary-pattern", fields: [] });
  });
});

describe("statements", () => {
  it("reads rules, with a body or without", () => {
    expect(statement("f(x);")).toMatchObject({ kind: "rule", name: { text: "f" }, body: undefined, flags: [] });
    expect(statement("f() if x = 1;")).toMatchObject({ params: [], body: { kind: "compare" } });
    expect(statement('f(x: T{a: 1}, _: {b}, [y, *r], x.a, x + 1, "s");')).toMatchObject({
      params: [
        { term: { name: "x" }, pattern: { kind: "type-pattern" } },
        { term: { name: "_" }, pattern: { kind: "dictionary-pattern" } },
        { term: { kind: "list" }, pattern: undefined },
        { term: { kind: "dot" } },
        { term: { kind: "arithmetic" } },
        { term: { kind: "string" } },
      ],
    });
    expect(statement("@a @b f(1);")).toMatchObject({ flags: [{ text: "a" }, { text: "b" }] });
  });

  it("says where the head ends and where the statement does", () => {
    const rule = statement("  f(x) if\n g(x) ;  ") as RuleStatement;
    expect([rule.head.start, rule.head.end]).toEqual([2, 6]);
    expect([rule.span.start, rule.span.end]).toEqual([2, 17]);
  });

  it("reads rule types, declarations and inline queries", () => {
    expect(statement("type f(x: Integer);")).toMatchObject({ kind: "rule-type", params: [{ term: { name: "x" } }] });
    expect(statement("declare f(User, String);")).toMatchObject({
      kind: "declare",
      types: [{ text: "User" }, { text: "String" }],
    });
    expect(statement("declare f();")).toMatchObject({ types: [] });
    expect(statement("?= f(1) and g(2);")).toMatchObject({ kind: "inline", goal: { kind: "and" } });
  });

  it.each(["actor", "resource", "global", "declare", "test", "roles", "on", "role", "setup", "extends", "iff"])(
    "lets a rule be named `%s`",
    (name) => {
      expect(statement(`${name}(x) if ${name}(x) and ${name} = x;`)).toMatchObject({
        kind: "rule",
        name: { text: name },
      });
    },
  );
});

describe("blocks", () => {
  function block(text: string): BlockStatement {
    return statement(text) as BlockStatement;
  }

  it("have a keyword, a name and supertypes", () => {
    expect(block("actor User {}")).toMatchObject({ keyword: "actor", name: { text: "User" }, extends: [], items: [] });
    expect(block("resource A extends B, C, {};")).toMatchObject({ extends: [{ text: "B" }, { text: "C" }] });
    expect(block("global {}")).toMatchObject({ keyword: "global", name: undefined });
  });

  it("hold declarations", () => {
    expect(
      block('resource R { roles = ["a", "b",]; permissions = []; relations = { parent: Org, User, type: T, }; }').items,
    ).toMatchObject([
      { kind: "names-declaration", key: { text: "roles" }, names: [{ value: "a" }, { value: "b" }] },
      { kind: "names-declaration", key: { text: "permissions" }, names: [] },
      {
        kind: "relations-declaration",
        relations: [
          { name: { text: "parent" }, type: { text: "Org" } },
          { name: { text: "User" }, type: { text: "User" } },
          { name: { text: "type" }, type: { text: "T" } },
        ],
      },
    ]);
  });

  it("keep declarations of the wrong shape for the checks", () => {
    expect(block('resource R { roles = { a: B }; relations = ["a"]; other = ["b"]; }').items).toMatchObject([
      { kind: "bad-declaration", key: { text: "roles" }, value: { kind: "relations" } },
      { kind: "bad-declaration", key: { text: "relations" }, value: { kind: "names" } },
      { kind: "bad-declaration", key: { text: "other" } },
    ]);
  });

  it("hold shorthand", () => {
    const items = block(
      'resource R { "a" if "b"; "a" if "b" on "c"; "a" if "b" on resource; role if role on "c"; permission if global permission; "a" if global "b"; "a" if f(actor, 1) and ("b" or "c"); @x "a" if global(actor); }',
    ).items;
    expect(items.map((item) => (item.kind === "shorthand" ? item.body : item))).toMatchObject([
      { kind: "short-atom", name: { value: "b" }, global: false, on: undefined },
      { kind: "short-atom", on: { kind: "string", value: "c" } },
      { kind: "short-atom", on: { kind: "short-resource" } },
      { kind: "short-atom", name: { kind: "short-keyword", keyword: "role" }, on: { value: "c" } },
      { kind: "short-atom", name: { keyword: "permission" }, global: true },
      { kind: "short-atom", name: { value: "b" }, global: true },
      {
        kind: "short-and",
        items: [{ kind: "short-call" }, { kind: "short-or", parens: true }],
      },
      { kind: "short-call", call: { name: { text: "global" } } },
    ]);
    expect(items.at(-1)).toMatchObject({ flags: [{ text: "x" }] });
  });
});

describe("tests", () => {
  it("have a setup and assertions", () => {
    expect(
      statement(
        'test "t" { setup { f(User{"a"}, _: T); fixture base; fixture(1); } assert g(x: T) iff x in [1]; assert_not h(); }',
      ),
    ).toMatchObject({
      kind: "test",
      name: { value: "t" },
      setup: [
        { kind: "fact", params: [{ term: { kind: "entity" } }, { pattern: { kind: "type-pattern" } }] },
        { kind: "fixture-use", name: { text: "base" } },
        { kind: "fact", name: { text: "fixture" } },
      ],
      assertions: [
        { negated: false, name: { text: "g" }, iff: { kind: "in" } },
        { negated: true, name: { text: "h" }, iff: undefined },
      ],
    });
  });

  it("may use fixtures", () => {
    expect(statement("test fixture base { f(1); g(2); }")).toMatchObject({
      kind: "fixture",
      name: { text: "base" },
      facts: [{ name: { text: "f" } }, { name: { text: "g" } }],
    });
  });
});

describe("goals", () => {
  it("are one condition without a `;`", () => {
    expect(goal('allow(a, "read", Repo{"x"})').kind).toBe("call");
    expect(goal("  x # why not\n").kind).toBe("term");
  });

  it.each([
    ["", "1:1-1 unexpected-end"],
    ["f(1);", "1:5-6 unexpected-token"],
    ["f(1), g(2)", "1:5-6 unexpected-token"],
    ["f(1) or", "1:6-8 unexpected-end"],
    ["1", "1:1-2 expected-condition"],
    ['"a"', "1:1-4 expected-condition"],
    ["[1]", "1:1-4 expected-condition"],
    ["new T(1)", "1:1-9 expected-condition"],
    [")", "1:1-2 unexpected-token"],
    ["in(1, [1])", "1:1-3 reserved-word"],
    ["not not x", "1:5-8 unexpected-token"],
    ["forall(x, y, z)", "1:12-13 unexpected-token"],
    ["1 < 2 < 3", "1:1-6 expected-value"],
    ["x in y in z", "1:1-7 expected-value"],
    ["1 matches 1 + 0", "1:1-12 expected-value"],
    ["(1 in [1]) = true", "1:1-11 expected-value"],
    ["x = f(1)", "1:5-9 expected-value"],
    ["x = print(1)", "1:5-13 expected-value"],
    ["f(x).y", "1:1-5 expected-value"],
    ["1 := x", "1:1-2 expected-value"],
    ["f(k: 1)", "1:3-7 keyword-arguments"],
  ])("refuses `%s` at %s", (text, fault) => {
    const { condition, diagnostics } = parseGoalText(new Source("<goal>", text));
    expect(diagnostics.map(show)).toEqual([fault]);
    expect(condition).toBeUndefined();
  });
});

describe("faults", () => {
  it.each([
    ["unexpected-character", "f(x) if x | y;", ["1:11-12"]],
    ["unexpected-character", "f(x) if x = 'a b' and y;", ["1:13-14"]],
    ["unterminated-string", 'f("a);\ng("b);', ["1:3-7", "2:3-7"]],
    ["unexpected-token", "f(1;\ng(2);\nh(x) if x = ;", ["1:4-5", "3:13-14"]],
    ["unexpected-token", "f(x, x,);", ["1:8-9"]],
    ["unexpected-token", "f(,);", ["1:3-4"]],
    ["unexpected-token", "f(1);;", ["1:6-7"]],
    ["unexpected-token", "f(1);\n}", ["2:1-2"]],
    ["unexpected-token", "f(x) if x: T;", ["1:10-11"]],
    ["unexpected-token", "f(x) if [1, *r, 2] = x;", ["1:15-16"]],
    ["unexpected-token", "f(x: 1 + 1);", ["1:8-9"]],
    ["unexpected-token", "f(1: Integer);", ["1:4-5"]],
    ["unexpected-token", "f(_: User{age: 1 + 1}) if x = 1;", ["1:18-19"]],
    ["unexpected-token", "thing Org { }", ["1:1-6"]],
    ["unexpected-token", 'Org { roles = ["a"]; }', ["1:1-4"]],
    ["unexpected-token", "resource Org { resource Repo {} }", ["1:16-24"]],
    ["unexpected-token", "resource Org { roles = [a]; }", ["1:25-26"]],
    ["unexpected-token", 'resource R { "r" if "m" of "parent"; }', ["1:25-27"]],
    ["unexpected-token", 'resource R { "r" if not "m"; }', ["1:21-24"]],
    ["unexpected-token", 'resource R { "r"; }', ["1:17-18"]],
    ["unexpected-token", 'resource R { roles = ["a" "b"]; }', ["1:27-30"]],
    ["unexpected-token", "resource R { relations = { a: R b: R }; }", ["1:33-34"]],
    ["unexpected-token", "f([1 2]); g({a: 1 b: 2}); h(1 2);", ["1:6-7", "1:19-20", "1:31-32"]],
    ["unexpected-token", "f(_: [1 2]); g(_: {a: 1 b: 2}); h(x.m(1 2));", ["1:9-10", "1:25-26", "1:41-42"]],
    ["unexpected-token", "test t {}\ng(1;", ["1:6-7", "2:4-5"]],
    ["unexpected-token", 'resource R { "r" if global "g" on "x"; }', ["1:32-34"]],
    ["unexpected-token", 'test "t" { assert f(1); setup { f(1); } }', ["1:25-30"]],
    ["unexpected-token", 'test "t" { setup { f(1); } setup { f(2); } }', ["1:28-33"]],
    ["unexpected-token", "actor User { f(x); }", ["1:14-15"]],
    ["unexpected-token", "global Foo { }", ["1:8-11"]],
    ["unexpected-token", 'test "t" { f(1); }', ["1:12-13"]],
    ["unexpected-token", "@flag actor User {}", ["1:7-12"]],
    ["unexpected-token", 'x = {"a": 1};', ["1:3-4"]],
    ["unexpected-end", "type f(x: Integer)", ["1:18-19"]],
    ["unexpected-end", "f(x);\ng(", ["2:2-3"]],
    ["unexpected-end", "actor User {", ["1:12-13"]],
    ["unexpected-end", 'test "t" { assert f(1);', ["1:23-24"]],
    ["reserved-word", "f(1);\ng(if);", ["2:3-5"]],
    ["reserved-word", "in(1);", ["1:1-3"]],
    ["reserved-word", "type(x);", ["1:1-5"]],
    ["reserved-word", "f(x) if x = {mod: 1};", ["1:14-17"]],
    ["reserved-word", "f(x) if x = y.mod;", ["1:15-18"]],
    ["reserved-word", "f(x) if x = {in};", ["1:14-16"]],
    ["reserved-word", "resource R { relations = { type }; }", ["1:28-32"]],
    ["reserved-word", "resource R { relations = { a: if }; }", ["1:31-33"]],
    ["expected-value", "f(cut);", ["1:3-6"]],
    ["expected-value", "f(x = 1, y and z);", ["1:3-8", "1:10-17"]],
    ["expected-value", "f(x) if x = [1 == 1];", ["1:14-20"]],
    ["expected-condition", "f(x) if x = 1 and 2;", ["1:19-20"]],
    ["expected-condition", "f(x) if forall(1, x + 1);", ["1:16-17", "1:19-24"]],
    ["expected-condition", "?= 1;", ["1:4-5"]],
    [
      "expected-condition",
      'f(x) if nil; g(x) if "a"; h(x) if [x]; i(x) if {a: x};',
      ["1:9-12", "1:22-25", "1:35-38", "1:48-54"],
    ],
    [
      "expected-condition",
      "f(x) if T{1}; g(x) if new T(x); h(x) if 1.5; i(x) if @current_unix_time; j(x) if x * 2;",
      ["1:9-13", "1:23-31", "1:41-44", "1:54-72", "1:82-87"],
    ],
    ["duplicate-key", "f(x) if x = {a: 1, b: 2, a: 3};", ["1:26-27"]],
    ["duplicate-key", "f(_: {a: 1, a: 2});", ["1:13-14"]],
    ["duplicate-key", "f(_: T{a, a});", ["1:11-12"]],
  ])("%s: `%s`", (code, text, places) => {
    expect(faults(text)).toEqual(places.map((place) => `${place} ${code}`));
  });

  it("reports a key that comes again among keyword arguments", () => {
    expect(faults("f(x) if g(a: 1, a: x);")).toContain("1:17-18 duplicate-key");
  });

  it("points from a key that comes again to the first", () => {
    const [fault] = parse("f({a: 1,\n a: 2});").diagnostics;
    expect(fault?.related).toMatchObject([{ line: 1, column: 4 }]);
  });

  it("points from a missing bracket to the one it should close", () => {
    const [fault] = parse("f(x) if\n  (x = 1;").diagnostics;
    expect(fault).toMatchObject({ help: "missing `)`", related: [{ line: 2, column: 3 }] });
  });
});

describe("advice", () => {
  it.each([
    ["f(1)\ng(2);", "missing `;`"],
    ["f(1)", "missing `;`"],
    ['actor U { roles = ["a"] }', "missing `;`"],
    ["actor U {\nf(1);", "missing `}`"],
    ["f(x) if x = 1, y = 2;", "write `and` between conditions"],
    ["f(x) if x && y;", "write `and`"],
    ["f(x) if x || y;", "write `or`"],
    ["f(x) if !x;", "write `not`, or `!=` to compare"],
    ["f(x) if x isa T;", "write `x matches T`"],
    ["f(x) if x not in y;", "`not` stands before the whole condition: `not x in …`"],
    ["f(x) if in(x, y);", "write `x in …`"],
    ["f(x) if x = -y;", "only numbers have a sign: write `0 - y`"],
    ["f(x) if x = .5;", "write `0.5`"],
    ["f(x) if x = 3.foo;", "write `(3).foo` to read a member of a number"],
    ["f(x) :- g(x);", "a rule's condition follows `if`"],
    ["// f", "a comment begins with `#` and ends with its line"],
    ["thing Org { }", "write `resource Org { … }`"],
    ['"a" if "b";', "shorthand rules stand inside a block: `resource T { … }`"],
    ['actor U { "a" if b; }', 'write `"b"`'],
    ["f(x) if not not x;", "write `not (not …)`"],
  ])("`%s`: %s", (text, help) => {
    expect(advice(text)).toEqual([help]);
  });
});

describe("recovery", () => {
  it("goes on behind the next `;` and keeps what reads well", () => {
    const { statements, diagnostics } = parse("f(1;\ng(2);\nh(x) if x = ;\ni(3);");
    expect(diagnostics.map(show)).toEqual(["1:4-5 unexpected-token", "3:13-14 unexpected-token"]);
    expect(statements.map(printStatement)).toEqual(["g(2);", "i(3);"]);
  });

  it("does not need the `;` at a line's end", () => {
    const { statements, diagnostics } = parse("f(1)\ng(2)\nh(3);");
    expect(diagnostics).toHaveLength(2);
    expect(statements).toHaveLength(3);
  });

  it("stays inside a block and inside a test", () => {
    const { statements, diagnostics } = parse(
      'actor U { roles = [a]; "b" if ; permissions = ["p"]; }\ntest "t" { setup { f(; g(1); } assert ; assert h(); }\nf(x;',
    );
    expect(diagnostics.map((d) => [d.line, d.column])).toEqual([
      [1, 20],
      [1, 31],
      [2, 22],
      [2, 39],
      [3, 4],
    ]);
    expect(statements.map((s) => s.kind)).toEqual(["block", "test"]);
    expect(statements[0]).toMatchObject({ items: [{ key: { text: "permissions" } }] });
    expect(statements[1]).toMatchObject({ setup: [{ name: { text: "g" } }], assertions: [{ name: { text: "h" } }] });
  });

  it("reads what is inside a block whose first line is at fault", () => {
    expect(faults('resource Foo extends { roles = [a]; }\nresource if { "x" if; }\nf(;')).toEqual([
      "1:22-23 unexpected-token",
      "1:33-34 unexpected-token",
      "2:10-12 reserved-word",
      "2:21-22 unexpected-token",
      "3:3-4 unexpected-token",
    ]);
  });

  it("notices a forgotten `}` where the next statement begins in the first column", () => {
    const { statements, diagnostics } = parse('actor U {\n  roles = ["a"];\n\nf(1);\ng(2);\nresource R {}');
    expect(diagnostics.map(show)).toEqual(["4:1-2 unexpected-token"]);
    expect(diagnostics[0]?.related).toMatchObject([{ line: 1, column: 9 }]);
    expect(statements.map((s) => s.kind)).toEqual(["block", "rule", "rule", "block"]);
  });

  it("does not take braces inside a rule for its end", () => {
    expect(faults("f(x) if x = {a: 1 b: 2} and g({c}) and x = 3; h(;")).toEqual([
      "1:19-20 unexpected-token",
      "1:49-50 unexpected-token",
    ]);
  });

  it("says nothing more about a statement once a character in it was not understood", () => {
    expect(faults("f(x) if x $ y z; g(;")).toEqual(["1:11-12 unexpected-character", "1:20-21 unexpected-token"]);
  });

  it("reports everything in source order, in lines that end in LF, CR or CRLF", () => {
    expect(faults("f(;\r\ng('x');\rh(;\ni(x = 1); $\nj(;")).toEqual([
      "1:3-4 unexpected-token",
      "2:3-4 unexpected-character",
      "3:3-4 unexpected-token",
      "4:3-8 expected-value",
      "4:11-12 unexpected-character",
    ]);
  });

  it("gives up after 500 errors and says so, but not for warnings", () => {
    const { diagnostics } = parse(";".repeat(10_000));
    expect(diagnostics).toHaveLength(501);
    expect(diagnostics.at(-1)?.code).toBe("polar/limit-exceeded");
    expect(parse("$ % ".repeat(10_000)).diagnostics).toHaveLength(501);
    const warnings = parse("f(x) if x or x and x;\n".repeat(600)).diagnostics;
    expect(warnings).toHaveLength(600);
    expect(warnings.every((d) => d.severity === "warning")).toBe(true);
  });
});

describe("limits", () => {
  it("count open brackets of every kind", () => {
    expect(faults(`f(${"[".repeat(199)}${"]".repeat(199)});`)).toEqual([]);
    expect(faults(`f(${"[".repeat(200)}${"]".repeat(200)});`)).toEqual(["1:202-203 too-deep"]);
    expect(faults(`?= ${"(".repeat(200)}x${")".repeat(200)};`)).toEqual([]);
    expect(faults(`?= ${"(".repeat(201)}x${")".repeat(201)};`)).toEqual(["1:204-205 too-deep"]);
  });

  it.each([
    ["calls", "f(x) if ", "g(1)", " and ", ";"],
    ["parameters", "", "f(x);", "\n", ""],
    ["parentheses", "f(x) if ", "(x)", " and ", ";"],
    ["lists", "f(x) if ", "x = [1, *y]", " and ", ";"],
    ["dictionaries", "f(x) if ", "x = {a: 1}", " and ", ";"],
    ["fields", "f(x) if ", "x matches T{a: 1}", " and ", ";"],
    ["list patterns", "f(x) if ", "x matches [1]", " and ", ";"],
    ["`forall`", "f(x) if ", "forall(x, x)", " and ", ";"],
    ["methods", "f(x) if ", "x.m(1)", " and ", ";"],
    ["blocks", "", "resource R {}", "\n", ""],
    ["lists of names", "resource R { ", 'roles = ["a"];', " ", "}"],
    ["lists of relations", "resource R { ", "relations = { a: R };", " ", "}"],
    ["conditions of shorthand", 'resource R { "a" if ', '("b")', " and ", ";}"],
    ["tests", "", 'test "t" { setup { f(1); } assert f(1); }', "\n", ""],
    ["fixtures", "", "test fixture t { f(1); }", "\n", ""],
  ])("do not count %s that are closed", (_, before, one, between, after) => {
    expect(faults(before + Array(300).fill(one).join(between) + after)).toEqual([]);
  });

  it("can be set, up to what the stack holds", () => {
    const nested = (depth: number): Source => new Source("x", `?= ${"(".repeat(depth)}x${")".repeat(depth)};`);
    expect(parseFile(nested(4), { nesting: 3 }).diagnostics.map((d) => d.code)).toEqual(["polar/too-deep"]);
    expect(parseFile(nested(500), { nesting: 1e9 }).diagnostics).toEqual([]);
    expect(parseFile(nested(501), { nesting: 1e9 }).diagnostics).toHaveLength(1);
  });

  const deep: readonly (readonly [string, string])[] = [
    ["parentheses", `?= ${"(".repeat(100_000)}`],
    ["closed parentheses", `?= ${"(".repeat(100_000)}x${")".repeat(100_000)};`],
    ["lists", `f(${"[".repeat(100_000)}`],
    ["dictionaries", `f(${"{a: ".repeat(100_000)}`],
    ["negations", `?= ${"not (".repeat(100_000)}`],
    ["quantifiers", `?= ${"forall(".repeat(100_000)}`],
    ["calls", `?= ${"f(".repeat(100_000)}`],
    ["patterns", `f(x: ${"{a: ".repeat(100_000)}`],
    ["list patterns", `f(x: ${"[".repeat(100_000)}`],
    ["shorthand", `actor U { "a" if ${"(".repeat(100_000)}`],
    ["blocks", "actor U { ".repeat(50_000)],
    ["sums", `?= x = ${"1 + ".repeat(100_000)}1;`],
    ["products", `?= x = ${"1 * ".repeat(100_000)}1;`],
    ["members", `?= x${".a".repeat(100_000)};`],
    ["sums inside lists", `?= x = ${"[1 + ".repeat(150)}${"1 + ".repeat(900)}1${"] + 1".repeat(150)};`],
  ];
  it.each(deep)("refuse 100,000 %s without exhausting the stack", (_, text) => {
    expect(parse(text).diagnostics.map((d) => d.code)).toContain("polar/too-deep");
  });

  it("do not count the items of a chain", () => {
    const chain = (word: string): string => `f(x) if ${Array(50_000).fill("x").join(` ${word} `)};`;
    expect(statement(chain("and"))).toMatchObject({ body: { kind: "and", items: { length: 50_000 } } });
    expect(statement(chain("or"))).toMatchObject({ body: { kind: "or", items: { length: 50_000 } } });
    expect(statement(`f(${Array(50_000).fill("1").join(",")});`)).toMatchObject({ params: { length: 50_000 } });
  });

  it("keep the tree low enough to be walked by recursion at the widest setting", () => {
    const level = (inner: string): string => `(a or b and not x = ${"1 + ".repeat(8)}1 and ${inner})`;
    let text = "x";
    for (let i = 0; i < 499; i++) text = level(text);
    const { file } = parseFile(new Source("x", `?= ${text};`), { nesting: 1e9 });
    expect(file.statements.map(printStatement).join("").length).toBeGreaterThan(10_000);
  });
});
