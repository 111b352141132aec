import { makeExecutableSchema } from "@graphql-tools/schema";
import type { Plugin } from "graphql-yoga";
import { expect, onTestFinished } from "vitest";
import { authorizeDirective } from "../../src/graphql/index.js";
import { createServer } from "../../src/server/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { attack } from "./attack.js";

const typeDefs = `
  enum Order { SALARY }
  input Where { salaryAbove: Int }
  type Person @authorize { id: ID!  salary: Int  colleagues(order: Order): [Person] }
  type Query { person(id: ID, where: Where): Person }`;

interface Guess {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** Each is one mistake away from a name of the schema. */
const guesses: readonly Guess[] = [
  { query: "{ person { salry } }" },
  { query: "{ person { id { x } } }" },
  { query: "{ persn { id } }" },
  { query: "{ person(idd: 1) { id } }" },
  { query: "{ person(where: { salaryAbov: 1 }) { id } }" },
  { query: "{ person { colleagues(order: SALRY) { id } } }" },
  { query: "{ ... on Persn { id } }" },
  { query: "query ($w: Wher) { person { id } }" },
  { query: "{ person @skp(if: true) { id } }" },
  // What is wrong with a variable shows when the operation runs, behind validation.
  { query: "query ($o: Order) { person { colleagues(order: $o) { id } } }", variables: { o: "SALRY" } },
  { query: "query ($w: Where) { person(where: $w) { id } }", variables: { w: { salaryAbov: 1 } } },
  { query: "query ($w: Where) { person(where: $w) { id } }", variables: { w: [{ salaryAbov: 1 }] } },
];
const names = /\b(salary|person|colleagues|salaryAbove|SALARY|Person|Where|skip)\b/;

async function answersIn(environment: string, executor: Plugin): Promise<string[]> {
  const engine = await grantEngine({ Person: ["read"] });
  const logger = { ...silent, error: () => {} };
  const schema = makeExecutableSchema({ typeDefs: [authorizeDirective.typeDefs, typeDefs] });
  const server = createServer({
    engine,
    schema,
    environment,
    logger,
    graphiql: false,
    actor: () => null,
    plugins: [executor],
  });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  return Promise.all(
    guesses.map(async (guess) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(guess) });
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

attack("A17: in production no answer to a guess names something that the guess did not", async ({ engine }) => {
  const answers = await answersIn("production", engine);
  for (const answer of answers) expect(answer).not.toMatch(/did you mean/i);
  const told = answers.map((answer, i) => learned(answer, JSON.stringify(guesses[i])));
  // A misspelt field or argument is refused as one of the type that holds it, which the place of the guess implies.
  expect(told.flat().filter((name) => name !== "Person" && name !== "Where")).toEqual([]);
});

attack("A17: in development the same guesses are helped", async ({ engine }) => {
  const answers = await answersIn("development", engine);
  expect(answers.filter((answer) => answer.includes("Did you mean")).length).toBeGreaterThan(5);
  expect(answers.join()).toContain("salary");
});
