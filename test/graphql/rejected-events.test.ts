import { envelop, useEngine, useSchema } from "@envelop/core";
import { type ExecutionResult, parse, specifiedRules, validate } from "graphql";
import { expect, test } from "vitest";
import { useAuthorization } from "../../src/graphql/index.js";
import { executors } from "./support/executors.js";
import { grantEngine, silent } from "./support/grants.js";
import { buildSchema, denials } from "./support/serve.js";

const schema = buildSchema(
  `type Doc @authorize { id: ID!  note: String @authorize(action: "note", deny: REJECT) }
   type Query { ping: String @public }
   type Subscription { changed: Doc }`,
  {
    Subscription: {
      changed: {
        async *subscribe() {
          for (const id of [1, 2, 1]) yield { changed: { id, note: `note ${id}` } };
        },
      },
    },
  },
);

test.each(executors)(
  "an event in which something is rejected shows nothing, and the next one is whole again: $name",
  async (executor) => {
    const engine = await grantEngine({ Doc: ["read", "note"] });
    await engine.grant("alice read Doc:*", "alice note Doc:1");
    const prepare = envelop({
      plugins: [
        useEngine({ parse, validate, specifiedRules, execute: executor.execute, subscribe: executor.subscribe }),
        useSchema(schema),
        useAuthorization({ engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) }),
      ],
    });
    const run = prepare({});
    const contextValue = await run.contextFactory();
    const document = run.parse("subscription { changed { id note } }");
    const events = (await run.subscribe({
      schema: run.schema,
      document,
      contextValue,
    })) as AsyncIterable<ExecutionResult>;
    const seen: unknown[] = [];
    for await (const event of events) seen.push([event.data, denials(event)]);
    expect(seen).toEqual([
      [{ changed: { id: "1", note: "note 1" } }, []],
      [null, ["FORBIDDEN "]],
      [{ changed: { id: "1", note: "note 1" } }, []],
    ]);
  },
);
