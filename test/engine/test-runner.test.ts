import { runTests, type TestReport } from "arcturus";
import { parsePolicy } from "arcturus/polar";
import { describe, expect, test } from "vitest";
import { silent } from "./gitcloud.js";

const rules = `
  actor User {}
  resource Org { roles = ["admin", "member"]; permissions = ["read"]; "member" if "admin"; "read" if "member"; }
  resource Repo { permissions = ["read"]; }
  has_permission(_: User, "read", _: Repo);
  level(1); level(2);
  broken(x) if x > "a";
`;

async function run(tests: string, options: Parameters<typeof runTests>[1] = {}): Promise<TestReport[]> {
  const { policy, diagnostics } = parsePolicy(rules + tests);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return runTests(policy, { logger: silent, ...options });
}

const passed = (reports: readonly TestReport[]): boolean[][] =>
  reports.map((report) => report.assertions.map((assertion) => assertion.passed));

describe("tests in policies", () => {
  test("each test has the facts of its own setup and of its fixtures, and no others", async () => {
    const reports = await run(`
      test fixture staff { has_role(User{"ann"}, "admin", Org{"acme"}); }
      test "one" { setup { fixture staff; } assert has_role(User{"ann"}, "member", Org{"acme"}); }
      test "two" { assert_not has_role(User{"ann"}, "member", Org{"acme"}); }
    `);
    expect(passed(reports)).toEqual([[true], [true]]);
    expect(reports.map((report) => report.name)).toEqual(["one", "two"]);
  });

  test("assert fails without an answer and assert_not with one, at the place where they stand", async () => {
    const [report] = await run(`
      test "wrong" {
        setup { has_role(User{"ann"}, "admin", Org{"acme"}); }
        assert allow(User{"bob"}, "read", Org{"acme"});
        assert_not allow(User{"ann"}, "read", Org{"acme"});
        assert allow(User{"ann"}, "read", Org{"acme"});
      }
    `);
    expect(report?.passed).toBe(false);
    expect(report?.assertions.map((a) => a.passed)).toEqual([false, false, true]);
    const [missing, unwanted, right] = report?.assertions ?? [];
    expect(missing?.text).toBe('assert allow(User{"bob"}, "read", Org{"acme"});');
    expect(missing?.location.line).toBe((report?.location.line ?? 0) + 2);
    expect(missing?.explanation?.attempts[0]?.missing).toEqual(['has_role(User{"bob"}, "member", Org{"acme"})']);
    expect(unwanted?.explanation).toMatchObject({ allowed: true, derivation: { kind: "rule" } });
    expect(right?.explanation).toBeUndefined();
  });

  test("iff compares the whole set of answers, order and repetition aside", async () => {
    const [report] = await run(`
      test "sets" {
        setup {
          has_role(User{"ann"}, "admin", Org{"a"});
          has_role(User{"ann"}, "member", Org{"b"});
        }
        assert has_role(User{"ann"}, "member", org: Org) iff org in [Org{"b"}, Org{"a"}, Org{"b"}];
        assert has_role(User{"ann"}, "member", org: Org) iff org in [Org{"a"}];
        assert has_role(User{"ann"}, "member", org: Org) iff org in [Org{"a"}, Org{"b"}, Org{"c"}];
        assert has_role(User{"eve"}, "member", org: Org) iff org in [];
        assert level(n: Integer) iff n in [2, 1];
        assert level(n: Integer) iff n in ["1", "2"];
      }
    `);
    expect(report?.assertions.map((a) => a.passed)).toEqual([true, false, false, true, true, false]);
    expect(report?.assertions[1]?.iff).toEqual({
      expected: ['Org{"a"}'],
      missing: [],
      unexpected: ['Org{"b"}'],
    });
    expect(report?.assertions[2]?.iff).toMatchObject({ missing: ['Org{"c"}'], unexpected: [] });
    expect(report?.assertions[5]?.iff).toMatchObject({ missing: ['"1"', '"2"'], unexpected: ["1", "2"] });
  });

  test("an answer of any value equals no list, but is an answer", async () => {
    const [report] = await run(`
      test "any" {
        assert has_permission(User{"ann"}, "read", repo: Repo);
        assert has_permission(User{"ann"}, "read", repo: Repo) iff repo in [Repo{"a"}];
        assert_not has_permission(User{"ann"}, "read", org: Org);
      }
    `);
    expect(report?.assertions.map((a) => a.passed)).toEqual([true, false, true]);
    expect(report?.assertions[1]?.iff?.unexpected).toEqual(["any"]);
  });

  test("a wildcard in the setup stands for every value of its type", async () => {
    const reports = await run(`
      test "everybody" {
        setup { has_role(_: User, "member", Org{"acme"}); }
        assert allow(User{"whoever"}, "read", Org{"acme"});
        assert_not allow(User{"whoever"}, "read", Org{"other"});
      }
    `);
    expect(passed(reports)).toEqual([[true, true]]);
  });

  test("an error in an assertion fails it with the error, and the others still run", async () => {
    const [report] = await run(`test "broken" { assert_not broken(1); assert level(1); }`);
    expect(report?.assertions.map((a) => a.passed)).toEqual([false, true]);
    expect(report?.assertions[0]?.error).toMatchObject({ code: "engine/type-mismatch" });
  });

  test("R13: a test that does not end is ended by its limits", async () => {
    const [report] = await run(
      `count(1); count(n) if count(m) and n = m + 1;
       test "endless" { assert_not count(0); assert level(2); }`,
      { limits: { steps: 20_000 } },
    );
    expect(report?.assertions.map((a) => a.passed)).toEqual([false, true]);
    expect(report?.assertions[0]?.error?.name).toBe("LimitError");
  });

  test("a test fails for any of its assertions, wherever it stands, and takes no other test with it", async () => {
    const bad = [
      "assert level(3);",
      "assert_not level(1);",
      "assert_not broken(1);",
      "assert level(n: Integer) iff n in [1];",
    ];
    for (const assertion of bad) {
      for (const at of [0, 1, 2]) {
        const all = ["assert level(1);", "assert level(2);"];
        all.splice(at, 0, assertion);
        const reports = await run(`
          test "before" { assert level(1); }
          test "bad" { ${all.join(" ")} }
          test "after" { assert_not level(3); }`);
        expect(reports.map((report) => report.passed)).toEqual([true, false, true]);
        expect(reports[1]?.assertions.map((found) => found.passed)).toEqual([0, 1, 2].map((i) => i !== at));
      }
    }
  });

  test("tests can be chosen by name", async () => {
    const reports = await run('test "one" { assert level(1); } test "two" { assert level(3); }', {
      only: (name) => name === "one",
    });
    expect(reports.map((report) => [report.name, report.passed])).toEqual([["one", true]]);
    const three = await run(
      'test "one" { assert level(1); } test "two" { assert level(2); } test "three" { assert level(3); }',
      { only: (name) => name !== "two" },
    );
    expect(three.map((report) => [report.name, report.passed])).toEqual([
      ["one", true],
      ["three", false],
    ]);
  });
});
