import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { formatPolicy, isFaithful, LINE_WIDTH, layOut } from "../../src/polar/format.js";
import { lex } from "../../src/polar/lexer.js";
import { parseFile } from "../../src/polar/parser.js";
import { printFile } from "../../src/polar/printer.js";
import { runs } from "../support/effort.js";
import { polarCases } from "./polar-cases.js";
import { TreeMaker } from "./syntax-trees.js";
import { untidy } from "./untidy.js";

function format(text: string): string {
  const formatted = formatPolicy(text);
  expect(formatted.diagnostics.filter((d) => d.severity === "error").map((d) => d.message)).toEqual([]);
  return formatted.text as string;
}

/** Formats without the net under it: what was laid out, whether it is faithful or not. */
function check(text: string): void {
  const source = new Source("policy", text);
  const { file } = parseFile(source);
  const once = layOut(source, file);
  expect(isFaithful(source, file, once), `${text}\n--- became ---\n${once}`).toBe(true);
  const again = new Source("policy", once);
  expect(layOut(again, parseFile(again).file)).toBe(once);
}

describe("formatting keeps the meaning and the comments, and done twice changes nothing more", () => {
  it("for any policy, however untidy", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 300, size: "max" }), (numbers) => {
        let at = 0;
        const choose = (below: number): number => (numbers[at++] ?? 0) % below;
        check(untidy(printFile(new TreeMaker(choose).file()), choose));
      }),
      { numRuns: runs(200) },
    );
  });

  it.each(
    polarCases
      .filter((c) => typeof c.expected !== "object" || !("error" in c.expected) || c.expected.error !== "parse")
      .map((c) => [c.name, c.policy] as const),
  )("for the policy of %s", (_, policy) => {
    check(policy);
    let state = policy.length;
    check(
      untidy(policy, (below) => {
        state = (state * 48271 + 11) % 2147483647;
        return state % below;
      }),
    );
  });

  it("for a chain of 20,000 conditions", () => {
    check(`f(x) if ${Array(20_000).fill("x = 1").join(" and ")};`);
  });

  it("for trees as high as the parser makes them", () => {
    check(`f(x) if x = ${"[1 + ".repeat(180)}x${"]".repeat(180)} and x = ${"1 + ".repeat(900)}1;`);
  });
});

describe("style", () => {
  it("puts statements on lines and keeps one empty line between them where there were some", () => {
    expect(format("f(1);f(2);\n\n\n\nf(3);\n\n")).toBe("f(1);\nf(2);\n\nf(3);\n");
    expect(format("")).toBe("");
    expect(format(" \n\n")).toBe("");
  });

  it("lays out blocks", () => {
    expect(
      format(
        'actor User{}\nactor Group {};resource Repo extends Item,Thing,{roles=["a" ,"b",];permissions=[];\n\n\nrelations={parent:Org,owner:User};"a"if"b";role if role on"parent" ;}',
      ),
    ).toBe(`actor User {}
actor Group {}

resource Repo extends Item, Thing {
  roles = ["a", "b"];
  permissions = [];

  relations = { parent: Org, owner: User };

  "a" if "b";
  role if role on "parent";
}
`);
  });

  it("lays out tests", () => {
    expect(
      format(
        'test fixture base{f(1);}test "t"{setup{fixture base;f(User{"a"});}assert f(x:T)iff x in[1,2];assert_not g();}test "u"{}',
      ),
    ).toBe(`test fixture base {
  f(1);
}

test "t" {
  setup {
    fixture base;
    f(User{"a"});
  }

  assert f(x: T) iff x in [1, 2];
  assert_not g();
}

test "u" {}
`);
  });

  it("breaks a rule behind `if`, then at each `and`, then inside", () => {
    const a = "has_permission(actor, action, resource)";
    expect(format(`allow(actor, action, resource) if ${a};`)).toBe(`allow(actor, action, resource) if ${a};\n`);
    expect(format(`allow(actor, action, resource) if ${a} and not is_barred(actor, a);`)).toBe(
      `allow(actor, action, resource) if\n  ${a} and not is_barred(actor, a);\n`,
    );
    expect(format(`allow(actor, action, resource) if ${a} and not is_banned(actor) and (${a} or ${a} or ${a});`)).toBe(
      `allow(actor, action, resource) if
  ${a} and
  not is_banned(actor) and
  (
    ${a} or
    ${a} or
    ${a}
  );
`,
    );
  });

  it("keeps the breaks that the author made behind `if` and in a chain", () => {
    const text = "allow(a, b, c) if\n  x(a) and\n  y(b);\nf(x) if\n  x;\n";
    expect(format(text)).toBe(text);
    expect(format("f(x) if x = 1\n and x = 2;")).toBe("f(x) if\n  x = 1 and\n  x = 2;\n");
  });

  it("indents an `and` inside an `or`", () => {
    expect(format("f(x) if\n a and\n b or\n c;")).toBe("f(x) if\n  a and\n    b or\n  c;\n");
  });

  it("breaks long lists and dictionaries, one item to a line with a comma behind the last", () => {
    const word = "a".repeat(40);
    expect(format(`f(x) if x in ["${word}", "${word}", "${word}"];`)).toBe(
      `f(x) if\n  x in [\n    "${word}",\n    "${word}",\n    "${word}",\n  ];\n`,
    );
    expect(format(`f(["${word}", "${word}", *rest${word}]);`)).toBe(
      `f(\n  [\n    "${word}",\n    "${word}",\n    *rest${word}\n  ]\n);\n`,
    );
    expect(format(`f({a: "${word}", b: "${word}", c: "${word}"});`)).toBe(
      `f(\n  {\n    a: "${word}",\n    b: "${word}",\n    c: "${word}",\n  }\n);\n`,
    );
  });

  it("keeps a list broken that the author began on a new line", () => {
    const text = 'resource R {\n  roles = [\n    "a",\n    "b",\n  ];\n}\n';
    expect(format(text)).toBe(text);
    expect(format('resource R { roles = [\n"a", "b"]; }')).toBe(text);
  });

  it("keeps numbers, strings and the author's parentheses as they are written", () => {
    const text = 'f(007, 1.50, 1E3, -1, "\\q\\u", ((x)), 3 - -2, (1 + 2) * 3) if (x);\n';
    expect(format(text)).toBe(text);
  });

  it("does not let a number grow together with the dot behind it", () => {
    expect(format("f(1 .a, 1. .b, (1).c, -1 . d);")).toBe("f(1 .a, 1. .b, (1).c, -1 .d);\n");
  });

  it("keeps to 100 characters where something can break", () => {
    const argument = (i: number): string =>
      `new Thing${i}([${i}, ${i}], {key: "value ${i}"}, x.member${i}.method(${i}))`;
    const text = `f(${[1, 2, 3, 4, 5].map(argument).join(", ")}) if x = ${[1, 2, 3].map(argument).join(" + ")};`;
    for (const line of format(text).split("\n")) expect(line.length).toBeLessThanOrEqual(LINE_WIDTH);
  });

  it("keeps CRLF line ends where all are such", () => {
    expect(format("f(1);\r\ng(2); h(3);\r\n")).toBe("f(1);\r\ng(2);\r\nh(3);\r\n");
    expect(format("f(1);\r\ng(2);\nh(3);\r\n")).toBe("f(1);\ng(2);\nh(3);\n");
  });
});

describe("comments", () => {
  it("stay where they are: before, behind and between", () => {
    const text = `# The policy.

# About users.
actor User {} # people

resource Repo { # things
  # who
  roles = [
    "reader", # may read
    # may write
    "writer",
    # nobody else
  ];

  # what
  "read" if "reader"; # simple
  # the end
}

allow(a, b, c) if # why
  # first
  x(a) and # one
  y(b);
f(
  a, # the a
  # the b
  b
);
# bye
`;
    expect(format(text)).toBe(text);
  });

  it("go with the code they stand behind when it moves", () => {
    expect(format("f(x)   # head\n  if x # body\n  ; # end")).toBe("f(x) if # head\n  x; # body\n# end\n");
    expect(format('resource R { roles = ["a" # one\n, "b" # two\n]; }')).toBe(
      'resource R {\n  roles = [\n    "a", # one\n    "b", # two\n  ];\n}\n',
    );
  });

  it("keep their place in blocks without items", () => {
    expect(format("actor User { # nothing\n}")).toBe("actor User { # nothing\n}\n");
    expect(format("actor User {\n\n  # nothing\n\n}")).toBe("actor User {\n  # nothing\n}\n");
    expect(format('test "t" {\n setup { # none\n } }')).toBe('test "t" {\n  setup { # none\n  }\n}\n');
    expect(format("# only\n\n\n# comments")).toBe("# only\n\n# comments\n");
  });

  it("lose the blanks at their end and nothing else", () => {
    expect(format("#  a\tb  \t\nf(1);")).toBe("#  a\tb\nf(1);\n");
  });

  it("are never mistaken inside strings", () => {
    expect(format('f("# no", "a"); # yes')).toBe('f("# no", "a"); # yes\n');
  });
});

describe("a text that says something else is noticed", () => {
  const text = "# a\nf(1) if x = 2; # b\ng(3);\n";
  it.each([
    ["a rule that is gone", "# a\nf(1) if x = 2; # b\n"],
    ["a rule more", `${text}h(4);\n`],
    ["a body that is gone", "# a\nf(1); # b\ng(3);\n"],
    ["another value", "# a\nf(1) if x = 3; # b\ng(3);\n"],
    ["another order", "# a\ng(3);\n# b\nf(1) if x = 2;\n"],
    ["the last comment gone", "# a\nf(1) if x = 2;\ng(3);\n"],
    ["the first comment gone", "f(1) if x = 2; # b\ng(3);\n"],
    ["a comment more", `${text}# c\n`],
    ["a rule in a comment", "# a\nf(1) if x = 2; # b g(3);\n"],
    ["something that does not parse", "# a\nf(1) if x = 2; # b\ng(3;\n"],
  ])("%s", (_, other) => {
    const source = new Source("policy", text);
    const { file } = parseFile(source);
    expect(isFaithful(source, file, other)).toBe(false);
    expect(isFaithful(source, file, text)).toBe(true);
  });
});

it("refuses a policy that does not parse, and says why", () => {
  const { text, diagnostics } = formatPolicy("f(1;\n");
  expect(text).toBeUndefined();
  expect(diagnostics.map((d) => d.code)).toEqual(["polar/unexpected-token"]);
});

it("formats a policy that only the checks would refuse", () => {
  expect(formatPolicy("f(x)if g(k:x,1)and debug( );").text).toBe("f(x) if g(k: x, 1) and debug();\n");
});

it("takes a source and shows its name in diagnostics", () => {
  expect(formatPolicy(new Source("a.polar", "f(")).diagnostics[0]?.source).toBe("a.polar");
});

it("finds every comment again, in order", () => {
  const text = "# a\nf(x # b\n) if # c\nx # d\nand # e\n# f\nx; # g";
  const comments = (t: string): string[] =>
    lex(new Source("x", t)).comments.map(({ start, end }) => t.slice(start, end));
  expect(comments(format(text))).toEqual(["# a", "# b", "# c", "# d", "# e", "# f", "# g"]);
});
