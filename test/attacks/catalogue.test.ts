import { readdirSync, readFileSync } from "node:fs";
import { normalizedExecutor } from "@graphql-tools/executor";
import { GraphQLSchema, parse, versionInfo } from "graphql";
import { expect, inject, test } from "vitest";
import config from "../../vitest.config.js";
import { buildSchema } from "../graphql/support/serve.js";

const folder = new URL("./", import.meta.url);
const files = readdirSync(folder).filter((name) => /^A\d\d-.*\.test\.ts$/.test(name));
const text = (file: string): string => readFileSync(new URL(file, folder), "utf8");
const rows = [
  ...readFileSync(new URL("../../docs/security.md", import.meta.url), "utf8").matchAll(
    /^\| A(\d+) \| .+ \| .+ \| \[.+\]\(\.\.\/test\/attacks\/(.+)\) \|$/gm,
  ),
].map(([, id, file]) => ({ id: Number(id), file }));

interface Project {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly provide?: object;
}

test("the documentation lists the attacks A1 to A45, each once", () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 45 }, (_, i) => i + 1));
});

test("every listed attack has its test file, and every test file its line", () => {
  expect(rows.map(({ file }) => file).sort()).toEqual(files.sort());
  for (const { id, file } of rows) expect(file).toMatch(new RegExp(`^A0?${id}-`));
});

test("every test of a file names the attack of the file", () => {
  for (const file of files) {
    const named = new Set(text(file).match(/(?<=["'`])A\d+(?=: )/g));
    expect({ file, named: [...named] }).toEqual({ file, named: [`A${Number(file.slice(1, 3))}`] });
  }
});

test("every attack runs on both executors: one in which nothing is executed fails", () => {
  for (const file of files)
    expect({ file, attacks: /^\s*attack\(/m.test(text(file)) }).toEqual({ file, attacks: true });
});

test("every attack runs on graphql 16 and on graphql 17", () => {
  const projects = (config.test?.projects ?? []) as readonly { readonly test: Project }[];
  const attacked = projects.filter(({ test }) => test.include.includes("test/attacks/**/*.test.ts"));
  expect(attacked.map(({ test }) => test.provide)).toEqual([{ graphqlMajor: 16 }, { graphqlMajor: 17 }]);
  expect(attacked.map(({ test }) => test.exclude)).toEqual([undefined, undefined]);
});

test("there is one graphql in a run, that of its project", async () => {
  expect(versionInfo.major).toBe(inject("graphqlMajor"));
  // Made by graphql-tools, looked at by Yoga's executor, compared with the class of graphql-js.
  const schema = buildSchema("type Query { ping: String @public }");
  expect(schema).toBeInstanceOf(GraphQLSchema);
  const document = parse('{ __type(name: "Query") { name } }');
  expect(await normalizedExecutor({ schema, document })).toEqual({ data: { __type: { name: "Query" } } });
});
