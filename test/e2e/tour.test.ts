import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openBears } from "../../examples/bears/bears.js";
import { openBeatles } from "../../examples/beatles/beatles.js";
import { openExpenses } from "../../examples/expenses/expenses.js";
import { openGitcloud } from "../../examples/gitcloud/gitcloud.js";
import { openPages } from "../../examples/pages/pages.js";
import { blocksOf } from "../docs/blocks.js";
import { loggedIn } from "./bears-here.js";
import { root } from "./build.js";
import { type ServedExample, serveHere } from "./example-here.js";

const examples: Readonly<Record<string, () => Promise<ServedExample>>> = {
  bears: () => serveHere(openBears),
  beatles: () => serveHere(openBeatles),
  expenses: () => serveHere(openExpenses),
  gitcloud: () => serveHere(openGitcloud),
  pages: () => serveHere(openPages),
};

const blocks = blocksOf(readFileSync(join(root, "docs", "tour.md"), "utf8"));

/** Queries of the tour, each with the answer that stands below it. */
const questions = blocks.flatMap(({ language, attributes, text, line }, index) => {
  const example = attributes.get("example");
  if (language !== "graphql" || example === undefined) return [];
  const below = blocks[index + 1];
  if (below?.language !== "json") throw new Error(`the query in line ${line} of the tour has no answer`);
  return [
    { example, asker: attributes.get("as") ?? null, query: text, answer: JSON.parse(below.text) as unknown, line },
  ];
});

describe("the queries of the tour answer what it says, one after the other", () => {
  test.each(Object.entries(examples))("%s", async (name, serve) => {
    const own = questions.filter(({ example }) => example === name);
    expect(own.length).toBeGreaterThan(2);
    const served = await serve();
    for (const { asker, query, answer, line } of own) {
      const who = name === "bears" && asker !== null ? await loggedIn(asker) : asker;
      expect(await served.ask(who, query), `line ${line}`).toEqual(answer);
    }
  });

  test("and there are no others", () => {
    for (const { example } of questions) expect(Object.keys(examples)).toContain(example);
  });
});
