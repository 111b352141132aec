import type { Engine } from "arcturus";
import { describe, expect, test } from "vitest";
import { serveGitcloud } from "./gitcloud-here.js";

/** GitCloud, with every question to its engine written down. */
async function recordedGitcloud() {
  const questions: string[] = [];
  const wrap = (engine: Engine) =>
    new Proxy(engine, {
      get(target, name: keyof Engine) {
        const method = target[name];
        if (typeof method !== "function") return method;
        return (...args: unknown[]) => {
          questions.push([name, ...args.slice(0, 3).map((arg) => JSON.stringify(arg))].join(" "));
          return Reflect.apply(method, target, args) as unknown;
        };
      },
    });
  const gitcloud = await serveGitcloud({ wrap });
  const ask = async (user: string, query: string) => {
    questions.length = 0;
    return await gitcloud.ask(user, query);
  };
  return { ask, questions };
}

const john = `{"type":"User","id":"john"}`;

describe("the questions of one request", () => {
  test("list is asked once per action and type, however many connections and aliases there are", async () => {
    const { ask, questions } = await recordedGitcloud();
    for (const title of ["One", "Two", "Three"]) await ask("john", `mutation { createOrg(name: "${title}") { id } }`);
    const answer = await ask(
      "john",
      `{
        orgs { id repos { totalCount nodes { id issues(first: 2) { nodes { id } } } } }
        again: orgs { a: repos(first: 1) { nodes { id } } b: repos(last: 1) { totalCount edges { node { id } } } }
        org(id: "1") { repos { nodes { x: issues(first: 1) { nodes { id } } y: issues(last: 3) { totalCount } } } }
        repo(id: "1") { issues(first: 5) { totalCount edges { cursor node { id repo { id issues { totalCount } } } } } }
      }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.["orgs"]).toHaveLength(4);
    expect(questions.filter((question) => question.startsWith("list ")).sort()).toEqual([
      `list ${john} "view" "Issue"`,
      `list ${john} "view" "Org"`,
      `list ${john} "view" "Repo"`,
    ]);
  });

  test("nothing is asked twice about one object", async () => {
    const { ask, questions } = await recordedGitcloud();
    await ask(
      "john",
      `{ a: repo(id: "1") { id } b: repo(id: "1") { id name } c: repo(id: "1") { org { id repos { nodes { id } } } } }`,
    );
    const single = questions.filter((question) => /^(decide|authorize) /.test(question));
    expect(new Set(single).size).toBe(single.length);
  });

  test("each request asks anew", async () => {
    const { ask, questions } = await recordedGitcloud();
    for (let round = 0; round < 3; round += 1) {
      await ask("john", "{ orgs { id } }");
      expect(questions.filter((question) => question.startsWith("list "))).toEqual([`list ${john} "view" "Org"`]);
    }
  });
});
