import { execute, parse } from "graphql";
import { expect, test } from "vitest";
import { authorizeSchema } from "../../../src/graphql/index.js";
import { major } from "../support/executors.js";
import { grantEngine, silent } from "../support/grants.js";
import { buildSchema, denials } from "../support/serve.js";

const schema = buildSchema(
  `input Input { note: String @authorize(action: "note", on: NONE)  size: Int = 3 @authorize(action: "note", on: NONE) }
   type Query {
     one(note: String @authorize(action: "note", on: NONE)): String @public
     two(input: Input, inputs: [Input!]): String @public
   }`,
  { Query: { one: () => "one", two: () => "two" } },
);

const operations: Record<string, string> = {
  "an argument": `{ ...F(note: "x") } fragment F($note: String) on Query { it: one(note: $note) }`,
  "a field of an input": `{ ...F(note: "x") } fragment F($note: String) on Query { it: two(input: { note: $note }) }`,
  "an input": `{ ...F(input: { note: "x" }) } fragment F($input: Input) on Query { it: two(input: $input) }`,
  "an input in a list": `{ ...F(input: { note: "x" }) } fragment F($input: Input!) on Query { it: two(inputs: [$input]) }`,
  "an input, under the name of a variable of the operation": `query ($input: Input = {}) { ...F(input: { note: "x" }) other: two(input: $input) } fragment F($input: Input) on Query { it: two(input: $input) }`,
  "an argument, under the name of a variable that has no value": `query ($note: String) { ...F(note: "x") other: one(note: $note) } fragment F($note: String) on Query { it: one(note: $note) }`,
  "a default of the fragment": `{ ...F } fragment F($note: String = "x") on Query { it: one(note: $note) }`,
};

test.runIf(major === 17).each(Object.entries(operations))(
  "what an argument of a fragment supplies is asked about: %s",
  async (_, operation) => {
    const engine = await grantEngine({}, ["note"]);
    const guarded = authorizeSchema(schema, { engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) });
    // The types of graphql 16 do not know the option.
    const options: object = { experimentalFragmentArguments: true };
    const document = parse(operation, options);
    const denied = await execute({ schema: guarded, document, contextValue: {} });
    expect(denials(denied)).toEqual(["FORBIDDEN it"]);
    await engine.grant("alice note");
    expect(await execute({ schema: guarded, document, contextValue: {} })).toMatchObject({
      data: { it: expect.any(String) },
    });
  },
);

test.runIf(major === 17)("what no argument of a fragment supplies is not asked about", async () => {
  const engine = await grantEngine({}, ["note"]);
  const guarded = authorizeSchema(schema, { engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) });
  const options: object = { experimentalFragmentArguments: true };
  const text =
    "{ ...F ...G(input: {}) } fragment F($note: String) on Query { a: one(note: $note) b: two(input: { note: $note }) } fragment G($input: Input!) on Query { c: two(input: $input, inputs: [$input]) }";
  expect(await execute({ schema: guarded, document: parse(text, options), contextValue: {} })).toEqual({
    data: { a: "one", b: "two", c: "two" },
  });
});
