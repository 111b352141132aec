import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allMutants } from "./list/index.js";
import { folderOf, type Mutant, mutantsOf, mutated } from "./mutant.js";
import { scores, table } from "./score.js";

const root = join(import.meta.dirname, "../..");

describe("the list of mutants", () => {
  test("makes each mistake at one place of the code as it is", () => {
    const wrong: string[] = [];
    for (const mutant of allMutants) {
      try {
        const text = readFileSync(join(root, mutant.file), "utf8");
        if (mutated(text, mutant) === text) wrong.push(`${mutant.name} changes nothing`);
      } catch (error) {
        wrong.push(String(error));
      }
    }
    expect(wrong).toEqual([]);
  });

  test("names tests that there are", () => {
    const files = new Set(allMutants.flatMap(({ tests }) => tests.map((test) => test.split("::")[0] as string)));
    expect([...files].filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(allMutants.filter(({ tests }) => tests.length === 0).map(({ name }) => name)).toEqual([]);
  });

  test("gives every mutant a name of its own, and a reason to what is not found", () => {
    const names = allMutants.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(allMutants.filter(({ noEffect, survives }) => noEffect === "" || survives === "")).toEqual([]);
  });

  test("has mistakes in every folder of the source", () => {
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const known = new Set(allMutants.map(folderOf));
    // The page is looked at in a browser.
    expect(folders.map(({ name }) => name).filter((name) => !known.has(name) && name !== "graphiql")).toEqual([]);
  });
});

describe("the score of a folder", () => {
  const [found, lost] = mutantsOf(
    "src/facts/value.ts",
    ["x.test.ts"],
    [
      { name: "found", mistake: "", find: "a", replace: "b" },
      { name: "lost", mistake: "", find: "a", replace: "b" },
    ],
  ) as [Mutant, Mutant];
  const failed = { mutant: found, outcome: { kind: "failed", by: "x.test.ts", message: "" }, seconds: 1 } as const;

  test("is bad as soon as one mutant is not found for no known reason, however many are", () => {
    const many = Array.from({ length: 50 }, () => failed);
    expect(scores(many)).toMatchObject([{ folder: "facts", found: 50, of: 50, isGood: true }]);
    const passed = { mutant: lost, outcome: { kind: "passed" }, seconds: 1 } as const;
    expect(scores([...many, passed])).toMatchObject([{ found: 50, of: 51, isGood: false }]);
    expect(table([...many, passed], [])).toContain("not found: lost: NO REASON IS KNOWN");
    const known = { ...passed, mutant: { ...lost, survives: "it is a known gap" } };
    expect(scores([...many, known])).toMatchObject([{ found: 50, of: 51, isGood: true }]);
    expect(scores([failed, known])).toMatchObject([{ found: 1, of: 2, isGood: false }]);
  });

  test("does not count a mutant whose tests took too long as found, unless it never ends", () => {
    const late = { mutant: lost, outcome: { kind: "time is up" }, seconds: 60 } as const;
    expect(scores([late])).toMatchObject([{ found: 0, of: 1, isGood: false }]);
    expect(scores([{ ...late, mutant: { ...lost, hangs: true } }])).toMatchObject([{ found: 1, of: 1, isGood: true }]);
  });

  test("does not count tests that were not run", () => {
    expect(scores([{ mutant: lost, outcome: { kind: "no tests" }, seconds: 1 }])).toMatchObject([{ isGood: false }]);
  });

  test("is bad when a mutant is found that the list calls lost: the reason is no longer true", () => {
    expect(scores([{ ...failed, mutant: { ...found, survives: "nobody sees it" } }])).toMatchObject([
      { isGood: false },
    ]);
  });
});
