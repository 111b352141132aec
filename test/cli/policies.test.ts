import { describe, expect, it } from "vitest";
import { policy, workplace } from "./workplace.js";

const good = `${policy}
test "members read" {
  setup {
    has_relation(Repository{"anvil"}, "organization", Organization{"acme"});
    has_role(User{"bob"}, "member", Organization{"acme"});
  }
  assert allow(User{"bob"}, "read", Repository{"anvil"});
  assert_not allow(User{"bob"}, "delete", Repository{"anvil"});
}
`;
const failing = `${policy}
test "bob deletes" {
  setup {
    has_relation(Repository{"anvil"}, "organization", Organization{"acme"});
    has_role(User{"bob"}, "member", Organization{"acme"});
  }
  assert allow(User{"bob"}, "delete", Repository{"anvil"});
}

test "bob does not read" {
  setup {
    has_relation(Repository{"anvil"}, "organization", Organization{"acme"});
    has_role(User{"bob"}, "member", Organization{"acme"});
  }
  assert_not allow(User{"bob"}, "read", Repository{"anvil"});
}

test "exactly one repository" {
  setup {
    is_public(Repository{"anvil"}, true);
    is_public(Repository{"rocket"}, true);
  }
  assert allow(User{"bob"}, "read", r: Repository) iff r in [Repository{"anvil"}, Repository{"bird"}];
}

test "this one passes" {
  assert_not allow(User{"bob"}, "read", Repository{"anvil"});
}
`;
const mistakes = `actor User {}

resource Repository {
  roles = ["reader"];
  permissions = ["read"];

  "read" if "raeder";
}

is_friend(_user: Usr);
`;

const pages = `actor User {}
resource Page {}

resource(_type: Page, "page", actions, roles) if
  actions = ["read"] and
  roles = { member: { permissions: ["read"] } };

allow(actor, action, page: Page) if role_allows(actor, action, page);

test "members read" {
  setup { actor_has_role_for_resource(User{"alice"}, "member", Page{"1"}); }
  assert allow(User{"alice"}, "read", Page{"1"});
  assert_not allow(User{"bob"}, "read", Page{"1"});
}
`;

const { arcturus } = workplace("policies", {
  "good.polar": good,
  "failing.polar": failing,
  "mistakes.polar": mistakes,
  "untested.polar": policy,
  "pages.polar": pages,
  "pages-wrong.polar": pages.replace('permissions: ["read"]', 'permisions: ["read"]'),
  "inline.polar": 'limit("free", 3);\n?= limit("pro", _);\n',
  "objects.polar":
    'allow(u: User, "read", d: Document) if u.name = d.owner;\ntest "a" { assert_not allow(User{"alice"}, "write", Document{"1"}); }\n',
  "types.mjs":
    'export const types = { User: { fields: { name: "String" } }, Document: { fields: { owner: "String" } } };\n',
  "team.polar": 'actor User {}\nresource Team { roles = ["lead"]; permissions = ["steer"]; "steer" if "lead"; }\n',
  "team-tests.polar":
    'test "leads steer" { setup { has_role(User{"a"}, "lead", Team{"t"}); } assert allow(User{"a"}, "steer", Team{"t"}); }\n',
});

describe("arcturus validate", () => {
  it("says what is in a policy that loads", async () => {
    expect(await arcturus("validate good.polar")).toEqual({
      code: 0,
      stdout: "✓ good.polar  3 types, 5 rules, 1 test\n",
      stderr: "",
    });
  });

  it("shows every mistake with its place", async () => {
    const { code, stdout } = await arcturus("validate mistakes.polar");
    expect(code).toBe(1);
    expect(stdout).toContain("--> mistakes.polar:7:13");
    expect(stdout).toContain('7 |   "read" if "raeder";');
    expect(stdout).toContain("^^^^^^^^");
    expect(stdout).toContain("--> mistakes.polar:10:18");
    expect(stdout).toMatch(/✗ mistakes\.polar {2}2 errors\n$/);
  });

  it("--json gives the diagnostics", async () => {
    const { code, stdout } = await arcturus("validate mistakes.polar --json");
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as { code: string }[]).map((d) => d.code)).toEqual([
      "polar/undeclared-name",
      "polar/unknown-type",
    ]);
  });

  it("runs inline queries", async () => {
    const { code, stdout } = await arcturus("validate inline.polar");
    expect(code).toBe(1);
    expect(stdout).toContain("polar/inline-query-failed");
    expect(stdout).toContain("--> inline.polar:2:");
  });

  it("knows the prelude for roles defined by `resource` rules, and checks the definitions", async () => {
    expect(await arcturus("validate arcturus/resource-roles.polar pages.polar")).toMatchObject({ code: 0 });
    expect(await arcturus("test arcturus/resource-roles.polar pages.polar")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("✓ members read"),
    });
    const wrong = await arcturus("validate arcturus/resource-roles.polar pages-wrong.polar");
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain("permisions");
    expect((await arcturus("validate pages.polar")).code).toBe(1);
  });

  it("takes several files for one policy, and for several when they do not go together", async () => {
    expect((await arcturus("validate team.polar team-tests.polar")).stdout).toBe(
      "✓ team.polar, team-tests.polar  2 types, 1 rule, 1 test\n",
    );
    expect((await arcturus("validate good.polar failing.polar")).stdout).toMatch(
      /^✓ good\.polar, failing\.polar {2}.*5 tests/m,
    );
    const each = await arcturus("validate --each good.polar failing.polar");
    expect(each.stdout).toBe("✓ good.polar  3 types, 5 rules, 1 test\n✓ failing.polar  3 types, 5 rules, 4 tests\n");
    expect((await arcturus("validate --each team.polar team-tests.polar")).code).toBe(1);
    expect((await arcturus("validate --each --together team.polar")).code).toBe(2);
  });
});

describe("arcturus test", () => {
  it("names every test that passed", async () => {
    expect(await arcturus("test good.polar")).toEqual({
      code: 0,
      stdout: "good.polar\n  ✓ members read\n\n1 test, 1 passed\n",
      stderr: "",
    });
  });

  it("says of a failing assertion where it stands and what was missing for it", async () => {
    const { code, stdout } = await arcturus(["test", "failing.polar", "--only", "bob deletes"]);
    expect(code).toBe(1);
    expect(stdout).toContain("  ✗ bob deletes\n");
    expect(stdout).toMatch(/--> failing\.polar:31:\d/);
    expect(stdout).toContain('assert allow(User{"bob"}, "delete", Repository{"anvil"});');
    expect(stdout).toContain("this does not hold");
    expect(stdout).toContain('+ has_role(User{"bob"}, "admin", Organization{"acme"})');
    expect(stdout).toMatch(/1 test, 0 passed, 1 failed\n$/);
  });

  it("says of a failing assert_not why it holds", async () => {
    const { code, stdout } = await arcturus(["test", "failing.polar", "--only", "bob does not read"]);
    expect(code).toBe(1);
    expect(stdout).toContain("this holds, and should not");
    expect(stdout).toContain('has_role(User{"bob"}, "member", Organization{"acme"})');
    expect(stdout).toMatch(/failing\.polar:21:\d+/);
  });

  it("says of a failing iff which answers differ", async () => {
    const { stdout } = await arcturus(["test", "failing.polar", "--only", "exactly"]);
    expect(stdout).toContain('- Repository{"bird"}');
    expect(stdout).toContain('+ Repository{"rocket"}');
    expect(stdout).not.toContain('Repository{"anvil"}  is');
  });

  it("counts all of them", async () => {
    const { code, stdout } = await arcturus("test --each failing.polar good.polar");
    expect(code).toBe(1);
    expect(stdout).toContain("  ✓ this one passes\n");
    expect(stdout).toMatch(/5 tests, 2 passed, 3 failed\n$/);
  });

  it("does not run the tests of a policy that does not load", async () => {
    const { code, stdout } = await arcturus("test mistakes.polar");
    expect(code).toBe(1);
    expect(stdout).toContain("polar/undeclared-name");
    expect(stdout).toContain("✗ mistakes.polar  2 errors, not run");
  });

  it("a policy without tests is no failure", async () => {
    expect(await arcturus("test untested.polar")).toEqual({ code: 0, stdout: "\n0 tests, 0 passed\n", stderr: "" });
  });

  it("a policy over application objects is told their types by a module", async () => {
    const { code, stdout } = await arcturus("test objects.polar");
    expect(code).toBe(1);
    expect(stdout).toContain("the option `types`");
    expect(await arcturus("test objects.polar --types types.mjs")).toMatchObject({ code: 0, stderr: "" });
    expect(await arcturus("validate objects.polar --types types.mjs")).toEqual({
      code: 0,
      stdout: "✓ objects.polar  2 types, 1 rule, 1 test\n",
      stderr: "",
    });
    const asked = await arcturus(
      "authorize User:alice write Document:1 --policy objects.polar --types types.mjs".split(" "),
    );
    expect(asked).toMatchObject({ code: 1, stdout: "denied\n" });
    expect((await arcturus("generate-types objects.polar --types types.mjs")).code).toBe(0);
    expect(await arcturus("validate objects.polar --types nowhere.mjs")).toMatchObject({ code: 2 });
  });

  it("--json gives the reports", async () => {
    const { code, stdout } = await arcturus("test failing.polar --json");
    expect(code).toBe(1);
    const [report] = JSON.parse(stdout) as { files: string[]; tests: { name: string; passed: boolean }[] }[];
    expect(report?.files).toEqual(["failing.polar"]);
    expect(report?.tests.map(({ name, passed }) => [name, passed])).toEqual([
      ["bob deletes", false],
      ["bob does not read", false],
      ["exactly one repository", false],
      ["this one passes", true],
    ]);
  });

  it("runs every modelling pattern", async () => {
    const { code, stdout } = await arcturus(["test", "--each", ...(await patterns())]);
    expect(stdout).not.toContain("✗");
    expect(code).toBe(0);
    expect((await arcturus(["test", ...(await patterns())])).stdout).toBe(stdout);
    expect(await arcturus(["fmt", "--check", ...(await patterns())])).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

async function patterns(): Promise<string[]> {
  const { readdir } = await import("node:fs/promises");
  const { fileURLToPath } = await import("node:url");
  const folder = fileURLToPath(new URL("../../policies/patterns/", import.meta.url));
  return (await readdir(folder)).filter((name) => name.endsWith(".polar")).map((name) => folder + name);
}
