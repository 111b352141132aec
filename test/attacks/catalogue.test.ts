import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL("./", import.meta.url);
const files = readdirSync(folder).filter((name) => /^A\d\d-.*\.test\.ts$/.test(name));
const rows = [
  ...readFileSync(new URL("../../docs/security.md", import.meta.url), "utf8").matchAll(
    /^\| A(\d+) \| .+ \| .+ \| \[.+\]\(\.\.\/test\/attacks\/(.+)\) \|$/gm,
  ),
].map(([, id, file]) => ({ id: Number(id), file }));

test("the documentation lists the attacks A1 to A45, each once", () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 45 }, (_, i) => i + 1));
});

test("every listed attack has its test file, and every test file its line", () => {
  expect(rows.map(({ file }) => file).sort()).toEqual(files.sort());
  for (const { id, file } of rows) expect(file).toMatch(new RegExp(`^A0?${id}-`));
});

test("every test of a file names the attack of the file", () => {
  for (const file of files) {
    const named = new Set(readFileSync(new URL(file, folder), "utf8").match(/(?<=["'`])A\d+(?=: )/g));
    expect({ file, named: [...named] }).toEqual({ file, named: [`A${Number(file.slice(1, 3))}`] });
  }
});
