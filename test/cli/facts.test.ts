import { describe, expect, it } from "vitest";
import { facts, policy, workplace } from "./workplace.js";

const { arcturus, write } = workplace("facts", { "policy.polar": policy });

let databases = 0;
/** Runs commands one after the other on a database of their own. */
function database() {
  const db = `facts-${++databases}.db`;
  return async (line: string, options: Parameters<typeof arcturus>[1] = {}) =>
    arcturus(`${line} --policy policy.polar --db ${db}`, options);
}
const done = { code: 0, stdout: "", stderr: "" };

describe("facts from the command line", () => {
  it("what is told is stored, and gone when it is deleted", async () => {
    const run = database();
    expect(await run("tell has_role User:alice admin Organization:acme")).toEqual(done);
    expect(await run("tell has_role User:bob member Organization:acme")).toEqual(done);
    expect(await run("tell is_public Repository:anvil Boolean:true")).toEqual(done);
    expect(await run("get has_role User:_ _ Organization:_")).toEqual({
      ...done,
      stdout: "has_role User:alice admin Organization:acme\nhas_role User:bob member Organization:acme\n",
    });
    expect(await run("delete has_role User:alice _ Organization:_")).toEqual({ ...done, stderr: "1 fact deleted\n" });
    expect(await run("delete has_role User:alice _ Organization:_")).toEqual({ ...done, stderr: "0 facts deleted\n" });
    expect(await run("get has_role _ _ _")).toMatchObject({ stdout: "has_role User:bob member Organization:acme\n" });
    expect(await run("get is_public Repository:anvil Boolean:false")).toEqual(done);
    expect(await run("get is_public Repository:anvil _ --json")).toMatchObject({
      stdout: '[\n  ["is_public",{"type":"Repository","id":"anvil"},true]\n]\n',
    });
  });

  it("what is shown can be pasted into a shell, and cannot recolour the terminal", async () => {
    const run = database();
    const told = ["tell", "is_public", "Repository:it's a \u001b[31mrepository", "Boolean:true"];
    expect(await arcturus([...told, "--policy", "policy.polar", "--db", `facts-${databases}.db`])).toEqual(done);
    const { stdout } = await run("get is_public _ _");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toMatch(/^is_public 'Repository:it'\\''s a .*repository' Boolean:true\n$/);
    expect((await run("list User:a read Repository")).stdout).not.toContain("\u001b");
  });

  it("a fact that no rule can use is refused, with the reason", async () => {
    const run = database();
    const misspelt = await run("tell has_rol User:alice admin Organization:acme");
    expect(misspelt).toMatchObject({ code: 1, stdout: "" });
    expect(misspelt.stderr).toMatch(/^error\[facts\/unknown-predicate\]: .*not used in policy/);
    expect((await run("tell has_role User:alice boss Organization:acme")).stderr).toContain("facts/unknown-name");
    expect((await run("tell is_public Repository:anvil true")).stderr).toContain("facts/wrong-type");
    expect((await run("tell has_role User:alice _ Organization:acme")).code).toBe(2);
    expect(await run("export")).toEqual(done);
  });

  it("export writes what import reads", async () => {
    const run = database();
    write("facts.jsonl", `${facts.join("\n")}\n\n`);
    expect(await run("import facts.jsonl")).toEqual({ ...done, stderr: "6 facts told\n" });
    const { stdout } = await run("export");
    expect(stdout.trimEnd().split("\n").sort()).toEqual([...facts].sort());

    const other = database();
    expect(await other("import -", { input: stdout })).toEqual({ ...done, stderr: "6 facts told\n" });
    expect((await other("export")).stdout.split("\n").sort()).toEqual(stdout.split("\n").sort());
  });

  it("an import with one bad fact stores none, and says which", async () => {
    const run = database();
    write(
      "bad-name.jsonl",
      `${facts[0]}\n["has_role",{"type":"User","id":"x"},"boss",{"type":"Organization","id":"y"}]\n`,
    );
    expect(await run("import bad-name.jsonl")).toMatchObject({ code: 1, stderr: expect.stringContaining("boss") });
    write("bad-json.jsonl", `${facts[0]}\n{"has_role":1}\n`);
    expect(await run("import bad-json.jsonl")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("bad-json.jsonl:2: a fact is an array"),
    });
    expect(await run("export")).toEqual(done);
  });

  it("more facts than one write of a server may hold are still one import", async () => {
    const run = database();
    const many = Array.from({ length: 12_000 }, (_, i) =>
      JSON.stringify(["is_public", { type: "Repository", id: `r${i}` }, true]),
    );
    write("many.jsonl", many.join("\n"));
    expect(await run("import many.jsonl")).toEqual({ ...done, stderr: "12000 facts told\n" });
    expect((await run("list User:a read Repository")).stdout.split("\n")).toHaveLength(12_001);
  });

  it("an Integer beyond what JSON can hold survives export and import", async () => {
    write(
      "big.polar",
      'actor User {}\ndeclare has_number(User, Integer);\nallow(u: User, "count") if has_number(u, _);\n',
    );
    const flags = "--policy big.polar --db big-1.db";
    expect(await arcturus(`tell has_number User:a Integer:9223372036854775807 ${flags}`)).toEqual(done);
    const { stdout } = await arcturus(`export ${flags}`);
    expect(stdout).toBe('["has_number",{"type":"User","id":"a"},{"type":"Integer","id":"9223372036854775807"}]\n');
    expect(await arcturus("import - --policy big.polar --db big-2.db", { input: stdout })).toMatchObject({ code: 0 });
    expect(await arcturus("get has_number _ _ --policy big.polar --db big-2.db")).toMatchObject({
      stdout: "has_number User:a Integer:9223372036854775807\n",
    });
  });

  it("needs a database to write to, and a policy to check what is written", async () => {
    expect(await arcturus("tell has_role User:a admin Organization:b --policy policy.polar")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("which database?"),
    });
    expect(await arcturus("tell has_role User:a admin Organization:b --db x.db")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("which policy?"),
    });
    expect(await arcturus("get has_role _ _ --policy policy.polar --db postgres://localhost/x")).toMatchObject({
      code: 2,
    });
  });
});
