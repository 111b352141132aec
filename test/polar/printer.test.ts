import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SYNTAX_CODES } from "../../src/diagnostics/codes.js";
import { Source } from "../../src/diagnostics/source.js";
import type { Condition, Statement, Term } from "../../src/polar/ast.js";
import { sameTree } from "../../src/polar/format.js";
import { parseFile, parseGoalText } from "../../src/polar/parser.js";
import {
  printCondition,
  printFile,
  printFloat,
  printStatement,
  printString,
  printTerm,
} from "../../src/polar/printer.js";
import { runs } from "../support/effort.js";
import { polarCases } from "./polar-cases.js";
import { type Choose, TreeMaker } from "./syntax-trees.js";

/** Trees out of lists of numbers, so that a failure shrinks to a small tree. */
function treeMaker(choices: readonly number[]): TreeMaker {
  let at = 0;
  const choose: Choose = (below) => (choices[at++] ?? 0) % below;
  return new TreeMaker(choose);
}

const choices = fc.array(fc.nat(1000), { maxLength: 120, size: "max" });

describe("what was printed reads as the same tree", () => {
  it("for any file", () => {
    fc.assert(
      fc.property(choices, (numbers) => {
        const file = treeMaker(numbers).file();
        const text = printFile(file);
        const again = parseFile(new Source("printed", text));
        expect(again.diagnostics.filter((d) => SYNTAX_CODES.has(d.code)).map((d) => d.message)).toEqual([]);
        expect(sameTree(again.file, file), text).toBe(true);
      }),
      { numRuns: runs(600) },
    );
  });

  it("for any goal", () => {
    fc.assert(
      fc.property(choices, (numbers) => {
        const condition = treeMaker(numbers).condition(5);
        const text = printCondition(condition);
        // Keyword arguments parse and are refused, so goals are read as inline queries here.
        const [statement] = parseFile(new Source("printed", `?= ${text};`)).file.statements;
        expect(sameTree(statement?.kind === "inline" && statement.goal, condition), text).toBe(true);
      }),
      { numRuns: runs(600) },
    );
  });

  it.each(polarCases.map((c) => [c.name, c.policy, c.goal] as const))("for the case %s", (_, policy, goal) => {
    const { file } = parseFile(new Source("policy", policy));
    expect(sameTree(parseFile(new Source("printed", printFile(file))).file, file)).toBe(true);
    const condition = goal === undefined ? undefined : parseGoalText(new Source("goal", goal)).condition;
    if (condition === undefined) return;
    const again = parseGoalText(new Source("printed", printCondition(condition)));
    expect(again.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(sameTree(again.condition, condition)).toBe(true);
  });
});

describe("sameTree", () => {
  const tree = (text: string): unknown => parseFile(new Source("a", text)).file;

  it("does not mind where things stand", () => {
    expect(sameTree(tree("f(1) if x = 2;"), tree("f ( 1 )\n  if x=2 ;"))).toBe(true);
  });

  it.each([
    ["f(1);", "f(2);"],
    ["f(1);", "f(1.0);"],
    ['f("1");', "f(1);"],
    ["f(0.0);", "f(-0.0);"],
    ["f(x);", "f(x) if true;"],
    ["f([]);", "f({});"],
    ["f(x) if (cut);", "f(x) if cut;"],
    ["f(_: T);", "f(_: T{});"],
    ["f(x.a);", "f(x.a());"],
  ])("tells `%s` from `%s`", (a, b) => {
    expect(sameTree(tree(a), tree(b))).toBe(false);
    expect(sameTree(tree(b), tree(a))).toBe(false);
  });
});

describe("style", () => {
  function statement(text: string): string {
    return parseFile(new Source("a", text)).file.statements.map(printStatement).join("\n");
  }

  it("is that of a careful hand", () => {
    expect(statement('@f has_role(u:User,"admin",_) if (a(u)or b(u))and not c( [1,*r] );')).toBe(
      '@f has_role(u: User, "admin", _) if (a(u) or b(u)) and not c([1, *r]);',
    );
    expect(statement('resource R extends A,B{roles=["a"];relations={p:T};"a"if"b"on"p";role if global role;}')).toBe(
      'resource R extends A, B {\n  roles = ["a"];\n  relations = { p: T };\n  "a" if "b" on "p";\n  role if global role;\n}',
    );
    expect(statement('test"t"{setup{f(1);}assert g(x:T)iff x in[1];}')).toBe(
      'test "t" {\n  setup {\n    f(1);\n  }\n  assert g(x: T) iff x in [1];\n}',
    );
  });

  it("puts parentheses where the tree needs them and nowhere else", () => {
    const value = (text: string): string => {
      const { condition } = parseGoalText(new Source("goal", `x = ${text}`));
      return printTerm((condition as Extract<Condition, { kind: "compare" }>).right as Term);
    };
    expect(value("((1 + 2)) * (3)")).toBe("(1 + 2) * 3");
    expect(value("1 + (2 * 3)")).toBe("1 + 2 * 3");
    expect(value("1 - (2 + 3)")).toBe("1 - (2 + 3)");
    expect(value("(1).a")).toBe("(1).a");
    expect(value("(x + 1).a")).toBe("(x + 1).a");
    expect(printCondition(parseGoalText(new Source("goal", "(x + 1) in (y)")).condition as Condition)).toBe(
      "(x + 1) in y",
    );
  });

  it("puts them where the tree needs them, though nobody wrote any", () => {
    const { condition } = parseGoalText(new Source("goal", "not (a() and (b() or c())) and (d() or e())"));
    const bare = JSON.parse(
      JSON.stringify(condition, (key, value) => (key === "parens" ? undefined : value)),
    ) as Condition;
    expect(printCondition(bare)).toBe("not (a() and (b() or c())) and (d() or e())");
    const [block] = parseFile(new Source("a", 'resource R { "p" if ("a" or "b" and "c") and ("d" or "e"); }')).file
      .statements;
    const short = JSON.parse(
      JSON.stringify(block, (key, value) => (key === "parens" ? undefined : value)),
    ) as Statement;
    expect(printStatement(short)).toBe('resource R {\n  "p" if ("a" or "b" and "c") and ("d" or "e");\n}');
  });

  it("writes strings and Floats so that they stay what they are", () => {
    expect(printString('a"\\\n\r\t\0\u2028')).toBe('"a\\"\\\\\\n\\r\\t\\0\u2028"');
    expect([1, -0, 1e21, 1e-7, Number.NaN].map(printFloat)).toEqual(["1.0", "-0.0", "1e+21", "1e-7", "nan"]);
  });
});
