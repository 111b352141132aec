import { beforeAll, describe, expect, it } from "vitest";
import { facts, policy, workplace } from "./workplace.js";

const { arcturus, write } = workplace("questions", {
  "policy.polar": policy,
  "facts.jsonl": facts.join("\n"),
  "types.polar": "actor User {}\n",
  "broken.polar": "actor User {\n",
});
const world = "--policy policy.polar --db facts.db";
beforeAll(async () => {
  expect(await arcturus(`import facts.jsonl ${world}`)).toEqual({ code: 0, stdout: "", stderr: "6 facts told\n" });
});

const answer = async (line: string) => {
  const { code, stdout, stderr } = await arcturus(`${line} ${world}`);
  expect(stderr).toBe("");
  return { code, lines: stdout.split("\n").slice(0, -1) };
};

describe("arcturus authorize", () => {
  it.each([
    ["authorize User:alice delete Repository:anvil", 0, "allowed"],
    ["authorize User:bob read Repository:rocket", 0, "allowed"],
    ["authorize User:bob delete Repository:anvil", 1, "denied"],
    ["authorize User:nobody read Repository:open", 0, "allowed"],
    ["authorize User:sven see_metrics", 0, "allowed"],
    ["authorize User:bob see_metrics", 1, "denied"],
    ["authorize User:bob no_such_action Repository:anvil", 1, "denied"],
    ["authorize User:bob read Repository:anvil --json", 0, '{"allowed":true}'],
    ["authorize User:bob delete Repository:anvil --json", 1, '{"allowed":false}'],
  ])("%s", async (line, code, text) => expect(await answer(line)).toEqual({ code, lines: [text] }));

  it("takes the policy from the environment, and the facts", async () => {
    const env = { ARCTURUS_POLICY: "policy.polar", ARCTURUS_DB: "facts.db" };
    expect(await arcturus("authorize User:alice delete Repository:anvil", { env })).toMatchObject({ code: 0 });
  });

  it("loads several files as one policy", async () => {
    const { code, stdout } = await arcturus("authorize --policy types.polar policy.polar User:x read Repository:y");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "denied\n" });
  });
});

describe("arcturus list, actions and query", () => {
  it.each([
    ["list User:alice delete Repository", ["anvil", "rocket"]],
    ["list User:nobody delete Repository", []],
    ["list User:bob read Repository --json", ['["anvil","open","rocket"]']],
    ["actions User:alice Repository:anvil", ["delete", "read"]],
    ["actions User:bob Repository:anvil --json", ['["read"]']],
    ["actions User:sven", ["see_metrics"]],
  ])("%s", async (line, lines) => {
    const result = await answer(line);
    const sorted = line.includes("--json")
      ? result.lines.map((text) => JSON.stringify((JSON.parse(text) as string[]).sort()))
      : result.lines.sort();
    expect({ code: result.code, lines: sorted }).toEqual({ code: 0, lines });
  });

  it("query finds what rules conclude, and says no with its exit code", async () => {
    expect(await answer("query has_role User:_ member Organization:acme")).toEqual({
      code: 0,
      lines: ["has_role User:alice member Organization:acme", "has_role User:bob member Organization:acme"],
    });
    expect(await answer("query has_role User:alice _ Organization:acme")).toEqual({
      code: 0,
      lines: ["has_role User:alice admin Organization:acme", "has_role User:alice member Organization:acme"],
    });
    expect(await answer("query has_role User:alice member Organization:acme")).toEqual({
      code: 0,
      lines: ["has_role User:alice member Organization:acme"],
    });
    expect(await answer("query has_role User:bob admin Organization:acme")).toEqual({ code: 1, lines: [] });
    expect(await answer("query is_public _ Boolean:true")).toEqual({
      code: 0,
      lines: ["is_public Repository:open Boolean:true"],
    });
  });

  it("query --json gives facts", async () => {
    const { stdout } = await arcturus(`query is_public _ _ --json ${world}`);
    expect(JSON.parse(stdout)).toEqual([["is_public", { type: "Repository", id: "open" }, true]]);
  });

  it("query shows the diagnostics of a goal that does not fit the policy", async () => {
    const { code, stdout, stderr } = await arcturus(`query has_rule User:alice ${world}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error\[polar\/undefined-rule\]/);
  });
});

describe("arcturus explain", () => {
  it("shows the rules and facts that prove a yes", async () => {
    const { code, lines } = await answer("explain User:bob read Repository:anvil");
    expect(code).toBe(0);
    expect(lines[0]).toBe("allowed");
    const text = lines.join("\n");
    expect(text).toContain('has_role(User{"bob"}, "member", Organization{"acme"})');
    expect(text).toContain('has_relation(Repository{"anvil"}, "organization", Organization{"acme"})');
    expect(text).toMatch(/policy\.polar:21:\d+/);
  });

  it("names the facts that would have made a no a yes", async () => {
    const { code, lines } = await answer("explain User:bob delete Repository:anvil");
    expect(code).toBe(1);
    expect(lines[0]).toBe("denied");
    expect(lines.join("\n")).toContain('+ has_role(User{"bob"}, "admin", Organization{"acme"})');
  });

  it("--json gives the explanation as it is", async () => {
    const { stdout } = await arcturus(`explain User:bob delete Repository:anvil --json ${world}`);
    const explanation = JSON.parse(stdout) as { allowed: boolean; attempts: { missing: string[] }[] };
    expect(explanation.allowed).toBe(false);
    expect(explanation.attempts.flatMap(({ missing }) => missing)).toContain(
      'has_role(User{"bob"}, "admin", Organization{"acme"})',
    );
  });
});

describe("a command line that is wrong", () => {
  it.each([
    ["authorize User:alice read Repository:x", "which policy?"],
    ["authorize alice read Repository:x --policy policy.polar", "`alice` is no actor"],
    ["authorize User:alice read anvil --policy policy.polar", "`anvil` is no resource"],
    ["authorize User:alice read Repository:_ --policy policy.polar", "stands for any value"],
    ["authorize User:alice --policy policy.polar", "missing required argument 'action'"],
    ["authorize User:alice read Repository:x Repository:y --policy policy.polar", "too many arguments"],
    ["list User:alice read Repository --policy nowhere.polar", "`nowhere.polar` cannot be read: there is no such file"],
    ["list User:alice read Repository --policy .", "`.` cannot be read: it is a folder"],
    ["get has_role User:_ --policy policy.polar", "which database?"],
    ["query has-role User:_ --policy policy.polar", "`has-role` is no predicate's name"],
    ["frobnicate", "unknown command 'frobnicate'"],
    ["list --frobnicate", "unknown option '--frobnicate'"],
    ["", "Usage: arcturus"],
  ])("`arcturus %s` exits with 2", async (line, message) => {
    const { code, stdout, stderr } = await arcturus(line === "" ? [] : line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("help and version are no mistakes", async () => {
    expect(await arcturus("--help")).toMatchObject({ code: 0, stderr: "" });
    expect(await arcturus("list --help")).toMatchObject({ code: 0, stderr: "" });
    expect(await arcturus("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe("a question that cannot be answered", () => {
  it("a policy with a mistake: its diagnostics, and no answer", async () => {
    const { code, stdout, stderr } = await arcturus("authorize User:a read Repository:b --policy broken.polar");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/error\[polar\/unexpected-end\]/);
    expect(stderr).toContain("broken.polar:1:");
  });

  it("an error on the way: its code and place, and no answer", async () => {
    write("overflow.polar", 'actor User {}\nallow(_: User, "read", _: User) if 9223372036854775807 + 1 > 0;\n');
    const { code, stdout, stderr } = await arcturus("authorize User:a read User:b --policy overflow.polar");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error\[engine\/arithmetic\]: /);
    expect(stderr).toContain("overflow.polar:2:");
  });
});
