import { makeExecutableSchema } from "@graphql-tools/schema";
import { expect, onTestFinished, test } from "vitest";
import { authorizeDirective } from "../../src/graphql/index.js";
import { createServer } from "../../src/server/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";

const typeDefs = `
  enum Order { SALARY }
  input Where { salaryAbove: Int }
  type Person @authorize { id: ID!  salary: Int  colleagues(order: Order): [Person] }
  type Query { person(id: ID, where: Where): Person }`;

/** Each is one mistake away from a name of the schema. */
const guesses = [
  "{ person { salry } }",
  "{ person { id { x } } }",
  "{ persn { id } }",
  "{ person(idd: 1) { id } }",
  "{ person(where: { salaryAbov: 1 }) { id } }",
  "{ person { colleagues(order: SALRY) { id } } }",
  "{ ... on Persn { id } }",
  "query ($w: Wher) { person { id } }",
  "{ person @skp(if: true) { id } }",
];
const names = /\b(salary|person|colleagues|salaryAbove|SALARY|Person|Where|skip)\b/;

async function answersIn(environment: string): Promise<string[]> {
  const engine = await grantEngine({ Person: ["read"] });
  const logger = { ...silent, error: () => {} };
  const schema = makeExecutableSchema({ typeDefs: [authorizeDirective.typeDefs, typeDefs] });
  const server = createServer({ engine, schema, environment, logger, graphiql: false, actor: () => null });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  return Promise.all(
    guesses.map(async (query) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query }) });
      const { errors } = (await response.json()) as { errors: readonly { readonly message: string }[] };
      return errors.map(({ message }) => message).join("\n");
    }),
  );
}

/** The names of an answer that the guess did not hold itself. */
function learned(answer: string, guess: string): string[] {
  const known = new Set(guess.match(/\w+/g));
  return (answer.match(new RegExp(names, "g")) ?? []).filter((name) => !known.has(name));
}

test("A17: in production no answer to a guess names something that the guess did not", async () => {
  const answers = await answersIn("production");
  for (const answer of answers) expect(answer).not.toMatch(/did you mean/i);
  const told = answers.map((answer, i) => learned(answer, guesses[i]!));
  // A misspelt field or argument is refused as one of the type that holds it, which the place of the guess implies.
  expect(told.flat().filter((name) => name !== "Person" && name !== "Where")).toEqual([]);
});

test("A17: in development the same guesses are helped", async () => {
  const answers = await answersIn("development");
  expect(answers.filter((answer) => answer.includes("Did you mean")).length).toBeGreaterThan(5);
  expect(answers.join()).toContain("salary");
});
