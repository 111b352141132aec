import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { spreadPolicyFiles } from "../../src/cli/arguments.js";
import { program } from "../../src/cli/program.js";
import { reportFailure } from "../../src/cli/report-failure.js";
import type { Paint, Terminal } from "../../src/cli/terminal.js";
import { EvaluationError, LimitError, StoreError } from "../../src/diagnostics/errors.js";
import { facts, policy } from "./workplace.js";

/*
 * What a script or a CI job goes by: 0 yes or done, 1 no or something is wrong, 2 a wrong command line. Without a process for
 * each, so that every place of a mistake among several can be tried.
 */

const folder = mkdtempSync(join(tmpdir(), "arcturus-exit-codes-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});
const path = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};

const asIs = (text: string): string => text;
const plain: Paint = { enabled: false, bold: asIs, dim: asIs, green: asIs, red: asIs, yellow: asIs };

/** As `main.ts` runs it. Words with a dot are files of the folder. */
async function arcturus(line: string): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    outPaint: plain,
    errPaint: plain,
    columns: 100,
  };
  const words = line.split(" ").map((word) => (/^[\w-]+\.\w+$/.test(word) ? path(word) : word));
  const code = await program(terminal)
    .run(spreadPolicyFiles(words))
    .catch((error: unknown) => reportFailure(error, terminal));
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const actor = "actor User {}\n";
const passing = (name: string): string => `test "${name}" { assert_not allow(User{"a"}, "x", User{"b"}); }\n`;
const failing = (name: string): string => `test "${name}" { assert allow(User{"a"}, "x", User{"b"}); }\n`;
write("policy.polar", policy);
write("good.polar", actor + passing("good"));
write("good2.polar", actor + passing("good too"));
write("fails.polar", actor + failing("fails"));
write("second-fails.polar", actor + passing("one") + failing("two") + passing("three"));
write(
  "second-assertion.polar",
  `${actor}test "t" { assert_not allow(User{"a"}, "x", User{"b"}); assert allow(User{"a"}, "x", User{"b"}); assert_not allow(User{"a"}, "y", User{"b"}); }\n`,
);
write("errs.polar", `${actor}allow(_: User, "x", _: User) if 1 > "a" or 1 / 0 > 1;\n${passing("an error")}`);
write("broken.polar", `${actor}allow(_: Usr, "x", _: User);\n${passing("not run")}`);
write("inline.polar", `${actor}f(1);\n?= f(1);\n?= f(2);\n${passing("not run either")}`);
write("warns.polar", 'actor User {}\nallow(a: User, "x", _: User);\n');
write("tidy.polar", "actor User {}\n");
write("tidy2.polar", 'actor User {}\n\nallow(_: User, "x", _: User);\n');
const untidy = 'actor   User{}\nallow(_:User,"x",_:User) ;\n';
const places = (bad: string): string[] => [
  `${bad} good.polar good2.polar`,
  `good.polar ${bad} good2.polar`,
  `good.polar good2.polar ${bad}`,
];

describe("arcturus validate fails for every file that does not load, wherever it stands", () => {
  test.each([...places("broken.polar"), ...places("inline.polar"), "broken.polar", "inline.polar"])(
    "%s",
    async (files) => {
      const each = files.includes(" ") ? "--each " : "";
      expect(await arcturus(`validate ${each}${files}`)).toMatchObject({ code: 1 });
      expect(await arcturus(`validate ${each}--json ${files}`)).toMatchObject({ code: 1 });
      if (each !== "") expect((await arcturus(`validate --together ${files}`)).code).toBe(1);
    },
  );

  test("and not for warnings", async () => {
    expect(await arcturus("validate warns.polar")).toMatchObject({ code: 0, out: expect.stringContaining("warning") });
    expect((await arcturus("validate --each good.polar warns.polar good2.polar")).code).toBe(0);
    expect((await arcturus("validate --json good.polar")).code).toBe(0);
  });
});

describe("arcturus test fails for every test that does, wherever it stands", () => {
  const bad = [
    "fails.polar",
    "second-fails.polar",
    "second-assertion.polar",
    "errs.polar",
    "broken.polar",
    "inline.polar",
  ];
  test.each([...bad, ...bad.flatMap(places)])("%s", async (files) => {
    const each = files.includes(" ") ? "--each " : "";
    const { code, out } = await arcturus(`test ${each}${files}`);
    expect(code).toBe(1);
    expect(out).toMatch(/failed|error/);
    expect((await arcturus(`test --json ${each}${files}`)).code).toBe(1);
  });

  test("a policy is tested with what the application declares to its engine", async () => {
    write("declared.mjs", "export const types = {};\nexport const constants = { LIMIT: 5 };\n");
    write(
      "limited.polar",
      `${actor}allow(_: User, "x", _: User) if LIMIT = 5;\ntest "limit" { assert allow(User{"a"}, "x", User{"b"}); }\n`,
    );
    expect((await arcturus("test limited.polar")).code).toBe(1);
    expect((await arcturus("test limited.polar --types declared.mjs")).code).toBe(0);
    expect((await arcturus("validate limited.polar --types declared.mjs")).code).toBe(0);
    const asked = "authorize User:a x User:b --policy limited.polar";
    expect((await arcturus(`${asked} --types declared.mjs`)).code).toBe(0);
    write("declared-otherwise.mjs", "export const types = {};\nexport const constants = { LIMIT: 6 };\n");
    expect((await arcturus("test limited.polar --types declared-otherwise.mjs")).code).toBe(1);
    expect((await arcturus(`${asked} --types declared-otherwise.mjs`)).code).toBe(1);
  });

  test("and not when all of them pass", async () => {
    expect((await arcturus("test good.polar")).code).toBe(0);
    expect((await arcturus("test --each good.polar good2.polar")).code).toBe(0);
    expect((await arcturus("test --json --each good.polar good2.polar")).code).toBe(0);
    expect(await arcturus("test second-fails.polar --only three")).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 test, 1 passed"),
    });
    expect((await arcturus("test second-fails.polar --only two")).code).toBe(1);
  });
});

describe("arcturus fmt --check fails for every file that is not formatted, wherever it stands", () => {
  const files = (bad: string): string[] => [
    bad,
    `${bad} tidy.polar tidy2.polar`,
    `tidy.polar ${bad} tidy2.polar`,
    `tidy.polar tidy2.polar ${bad}`,
  ];
  test.each([...files("untidy.polar"), ...files("unparsed.polar")])("%s", async (line) => {
    write("untidy.polar", untidy);
    write("unparsed.polar", "actor User {\n");
    expect((await arcturus(`fmt --check ${line}`)).code).toBe(1);
    expect(readFileSync(path("untidy.polar"), "utf8")).toBe(untidy);
    const broken = line.includes("unparsed");
    expect((await arcturus(`fmt ${line}`)).code).toBe(broken ? 1 : 0);
    if (!broken) expect(await arcturus(`fmt --check ${line}`)).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("questions", () => {
  const world = "--policy policy.polar --db facts.db";

  test("are answered by the exit code, with and without --json", async () => {
    write("facts.jsonl", facts.join("\n"));
    expect(await arcturus(`import facts.jsonl ${world}`)).toMatchObject({ code: 0 });
    for (const json of ["", " --json"]) {
      const ask = async (line: string): Promise<number> => (await arcturus(`${line} ${world}${json}`)).code;
      expect(await ask("authorize User:alice delete Repository:anvil")).toBe(0);
      expect(await ask("authorize User:bob delete Repository:anvil")).toBe(1);
      expect(await ask("authorize User:sven see_metrics")).toBe(0);
      expect(await ask("authorize User:bob see_metrics")).toBe(1);
      expect(await ask("explain User:alice delete Repository:anvil")).toBe(0);
      expect(await ask("explain User:bob delete Repository:anvil")).toBe(1);
      expect(await ask("query has_role User:bob member Organization:acme")).toBe(0);
      expect(await ask("query has_role User:bob admin Organization:acme")).toBe(1);
      expect(await ask("query has_role User:_ _ Organization:nowhere")).toBe(1);
      expect(await ask("list User:bob delete Repository")).toBe(0);
      expect(await ask("actions User:nobody Repository:anvil")).toBe(0);
    }
    const none = await arcturus("authorize User:alice delete Repository:anvil --policy policy.polar");
    expect([none.code, none.out], "without the facts").toEqual([1, "denied"]);
  });

  test("an empty --db means none, whatever ARCTURUS_DB says", async () => {
    write("facts.jsonl", facts.join("\n"));
    expect((await arcturus("import facts.jsonl --policy policy.polar --db other.db")).code).toBe(0);
    vi.stubEnv("ARCTURUS_DB", path("other.db"));
    const question = "authorize User:alice delete Repository:anvil --policy policy.polar";
    expect((await arcturus(question)).code).toBe(0);
    expect((await arcturus(`${question} --db=`)).code).toBe(1);
    expect((await arcturus(`${question} --db third.db`)).code).toBe(1);
  });

  test("a policy of several files is all of them, and no file that is not text", async () => {
    write("rule.polar", 'allow(_: User, "read", _: User);\n');
    write("rule2.polar", 'allow(_: User, "write", _: User);\n');
    for (const files of ["tidy.polar rule.polar rule2.polar", "rule2.polar rule.polar tidy.polar"]) {
      for (const action of ["read", "write"]) {
        expect((await arcturus(`authorize User:a ${action} User:b --policy ${files}`)).code).toBe(0);
      }
      expect((await arcturus(`authorize User:a delete User:b --policy ${files}`)).code).toBe(1);
    }
    writeFileSync(path("latin1.polar"), Buffer.from("actor User {} # caf\u00e9\n", "latin1"));
    for (const line of ["validate latin1.polar", "test latin1.polar", "fmt --check latin1.polar"]) {
      expect(await arcturus(line)).toMatchObject({ code: 2, err: expect.stringContaining("is not UTF-8 text") });
    }
  });

  test("the policy that is named counts more than that of the environment", async () => {
    vi.stubEnv("ARCTURUS_POLICY", write("open.polar", 'actor User {}\nallow(_: User, "read", _: User);\n'));
    expect((await arcturus("authorize User:a read User:b")).code).toBe(0);
    expect((await arcturus("authorize User:a read User:b --policy tidy.polar")).code).toBe(1);
  });

  test.each([
    "authorize User:alice delete Repository:anvil",
    "authorize alice read Repository:x --policy policy.polar",
    "authorize User:_ read Repository:x --policy policy.polar",
    "authorize User:alice read Repository: --policy policy.polar",
    "authorize User:alice read anvil --policy policy.polar",
    "explain User:alice read _ --policy policy.polar",
    "list _ read Repository --policy policy.polar",
    "actions User:alice Boolean:maybe --policy policy.polar",
    "query is_public Repository:x Boolean:TRUE --policy policy.polar",
    "query is_public Repository:x Integer:1e3 --policy policy.polar",
    "tell is_public Repository:x Boolean:1 --policy policy.polar --db facts.db",
    "tell is_public Repository:_ Boolean:true --policy policy.polar --db facts.db",
    "tell is_public _ Boolean:true --policy policy.polar --db facts.db",
    "tell has_role User:a admin Organization:b --policy policy.polar",
    "validate --each --together good.polar",
    "validate nowhere.polar",
    "test good.polar nowhere.polar",
    "fmt --check tidy.polar nowhere.polar",
    "test",
    "frobnicate",
  ])("`arcturus %s` is a wrong command line", async (line) => {
    expect(await arcturus(line)).toMatchObject({ code: 2, out: "" });
  });
});

test("whatever fails is no yes and not done", async () => {
  const terminal: Terminal = { out: () => {}, err: () => {}, outPaint: plain, errPaint: plain, columns: 80 };
  for (const error of [
    new Error("a defect"),
    new TypeError("another"),
    "a text",
    undefined,
    new LimitError("steps", 1, "steps"),
    new StoreError("store/damaged", "damaged"),
    new EvaluationError("engine/timeout", "late"),
  ]) {
    expect(await reportFailure(error, terminal)).toBe(1);
  }
});

test("an import is one write: a fact that is refused, wherever it stands, leaves none behind", async () => {
  const good = ["a", "b", "c"].map((id) => JSON.stringify(["is_public", { type: "Repository", id }, true]));
  for (const [n, bad] of [
    ['["is_public",{"type":"Repository","id":"x"},"yes"]', 1],
    ['["is_pubic",{"type":"Repository","id":"x"},true]', 1],
    ['["is_public",{"type":"Repository","id":"x"},null]', 2],
    ['["is_public",{"type":"Repository","id":7},true]', 2],
    ['{"is_public":true}', 2],
    ["nonsense", 2],
  ].entries()) {
    const [line, code] = bad as [string, number];
    for (const at of [0, 1, 3]) {
      const lines = [...good];
      lines.splice(at, 0, line);
      write("lines.jsonl", lines.join("\n"));
      const db = `lines-${n}-${at}.db`;
      expect(await arcturus(`import lines.jsonl --policy policy.polar --db ${db}`)).toMatchObject({ code });
      expect((await arcturus(`get is_public _ _ --policy policy.polar --db ${db}`)).out).toBe("");
    }
  }
});

describe("arcturus coverage", () => {
  const schema =
    'type Query { user(id: ID!): User  status: String @public }\ntype User @authorize(action: "x") { id: ID! }\n';

  test("fails for a field that nobody decided about, and for a guard that nothing can grant", async () => {
    write("grants.polar", 'actor User {}\nallow(_: User, "x", _: User);\n');
    write("complete.graphql", schema);
    write("open.graphql", schema.replace(" @public", ""));
    write("misspelt.graphql", schema.replace('"x"', '"y"'));
    for (const format of ["", " --json", " --format markdown"]) {
      const code = async (file: string): Promise<number> =>
        (await arcturus(`coverage --schema ${file} --policy grants.polar${format}`)).code;
      expect(await code("complete.graphql")).toBe(0);
      expect(await code("open.graphql")).toBe(1);
      expect(await code("misspelt.graphql")).toBe(1);
    }
  });
});
