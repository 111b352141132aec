import fc from "fast-check";
import type { ExecutionResult } from "graphql";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import { offerPrepared, prepared } from "../../src/engine/prepared.js";
import type { Engine, Subject } from "../../src/engine/types.js";
import type { Authorization } from "../../src/graphql/index.js";
import { runs } from "../support/effort.js";
import { executors } from "./support/executors.js";
import { silent } from "./support/grants.js";
import { buildSchema, denials, type Served, serve } from "./support/serve.js";

/*
 * `limits.questions` counts what is asked in an epoch, each question once, in whatever form and however often it is asked. What an
 * engine hears is the measure: with that many questions an operation answers its data, with one less something is denied.
 */

/** How the engine is asked: by its short ways, which remember less; by `decide`, as one that somebody has wrapped; or waited for. */
const ways = ["by the short ways", "by calls", "by calls that have to be waited for"] as const;
type Way = (typeof ways)[number];

interface Listening {
  readonly engine: Engine;
  /** Distinct questions so far, each epoch for itself. */
  count(): number;
  beginEpoch(): void;
}

function listenTo(engine: Engine, way: Way): Listening {
  const heard = new Set<string>();
  const candidates = new Map<object, number>();
  let epoch = 0;
  const name = (subject: Subject | undefined): string => {
    if (typeof subject !== "object") return String(subject);
    const { type, id, object } = subject as { type: string; id?: string; object?: object };
    if (id !== undefined || object === undefined) return `${type}:${id}`;
    if (!candidates.has(object)) candidates.set(object, candidates.size);
    return `${type} to be made, ${candidates.get(object)}`;
  };
  const hear = (verb: string, action: string, subject?: Subject): void => {
    heard.add([epoch, verb, action, name(subject)].join(" "));
  };
  const decide: Engine["decide"] = (actor, action, resource, options) => {
    hear("may", action, resource);
    const answer = engine.decide(actor, action, resource, options);
    return way === "by calls that have to be waited for" ? Promise.resolve(answer) : answer;
  };
  const list: Engine["list"] = (actor, action, type, options) => {
    hear("list", action, type);
    return engine.list(actor, action, type, options);
  };
  if (way === "by the short ways") {
    offerPrepared(decide, (actor, action, type) => {
      const short = prepared(engine.decide, actor, action, type);
      if (short === undefined) return undefined;
      const may = (id: string): boolean | undefined => {
        // No resource is called this: it is a question about the policy.
        if (id !== "\0") hear("may", action, { type, id });
        return short.may(id);
      };
      return { ...short, may };
    });
    offerPrepared(list, (actor, action, type) => {
      const short = prepared(engine.list, actor, action, type);
      if (short === undefined) return undefined;
      const extent = (): ReturnType<typeof short.extent> => {
        hear("list", action, type);
        return short.extent();
      };
      return { ...short, extent };
    });
  }
  const beginEpoch = (): void => void epoch++;
  return {
    count: () => heard.size,
    beginEpoch,
    engine: {
      ...engine,
      decide,
      list,
      authorizeMany: (actor, action, resources, options) => {
        for (const resource of resources) hear("may", action, resource);
        return engine.authorizeMany(actor, action, resources, options);
      },
      actions: (actor, resource, options) => {
        hear("actions", "", resource);
        return engine.actions(actor, resource, options);
      },
      filter: (actor, action, type, options) => {
        hear("filter", action, type);
        return engine.filter(actor, action, type, options);
      },
      // Looked at when an epoch begins.
      policyMetadata: () => {
        beginEpoch();
        return engine.policyMetadata();
      },
    },
  };
}

const block = (type: string): string =>
  `resource ${type} { permissions = ["read", "write", "make"]; roles = ["reader", "writer"]; "read" if "reader"; "write" if "writer"; }`;
const engine = await createEngine({
  policy: `actor User {} ${block("Doc")} ${block("Note")}
    has_permission(_: User, "make", _: Doc);
    allow(actor, action, resource) if has_permission(actor, action, resource);
    allow(_: User, "enter"); allow(_: User, "leave", "Doc"); allow(_: User, "enter", "Doc");`,
  logger: silent,
});
const alice = { type: "User", id: "alice" };
for (const [role, type, id] of ["reader Doc 1", "reader Doc 2", "writer Doc 1", "writer Doc 3", "reader Note 2"].map(
  (grant) => grant.split(" "),
)) {
  await engine.tell("has_role", alice, role!, { type: type!, id: id! });
}

const typeDefs = `
  type Doc @authorize { id: ID!  note: Int @authorize(action: "write")  self: Doc  selves: [Doc]  listed: [Doc] @authorize(on: LIST) }
  type Note @authorize { id: ID! }
  type Edge { node: Doc  cursor: String! }
  type PageInfo { hasNextPage: Boolean!  endCursor: String }
  type Docs { edges: [Edge]  pageInfo: PageInfo!  totalCount: Int }
  input Draft { title: String }
  type Query {
    doc(id: ID!): Doc
    docs(ids: [ID!]!): [Doc]
    notes(ids: [ID!]!): [Note]
    list(ids: [ID!]!): [Doc] @authorize(on: LIST)
    both(ids: [ID!]!): [Doc] @authorize(on: LIST) @authorize(action: "write", on: LIST)
    page(first: Int): Docs @authorize(on: LIST)
    last(id: ID!): Int @authorize(action: "write", on: ARG, arg: "id", type: "Doc")
    named(ids: [ID!]!): Int @authorize(on: ARG, arg: "ids", type: "Doc")
    draft(from: Draft!): Int @authorize(action: "make", on: ARG, arg: "from", type: "Doc")
    door: Int @authorize(action: "enter", on: NONE)
    docDoor: Int @authorize(action: "enter", on: NONE, type: "Doc") @authorize(action: "leave", on: NONE, type: "Doc")
    asks(what: String!, ids: [ID!]!): Int @public
  }
  type Change @public { ok: Boolean  docs(ids: [ID!]!): [Doc]  list(ids: [ID!]!): [Doc] @authorize(on: LIST) }
  type Mutation {
    touch(id: ID!): Doc @authorize(on: ARG, arg: "id", type: "Doc")
    change: Change @public
    ask(what: String!, ids: [ID!]!): Change @public
  }`;

interface Ids {
  readonly ids: readonly string[];
}
interface Asking extends Ids {
  readonly what: string;
}
const objects = (_: unknown, { ids }: Ids): object[] => ids.map((id) => ({ id }));

/** What a resolver asks; `before` each question. */
async function askFor(authorization: Authorization, { what, ids }: Asking, before: () => void): Promise<number> {
  const [verb = "", action = "", type = ""] = what.split(" ");
  const resources = ids.map((id) => ({ type, id }));
  const questions: Record<string, () => Promise<unknown>> = {
    each: async () => {
      for (const resource of resources) {
        before();
        await authorization.authorize(action, resource);
      }
    },
    many: () => authorization.authorizeMany(action, resources),
    list: () => authorization.list(action, type),
    filter: () => authorization.filter(action, type),
    actions: () => authorization.actions(resources[0]),
    alone: () => authorization.authorize(action),
  };
  for (let round = 0; round < 2; round++) {
    before();
    await questions[verb]!();
  }
  return ids.length;
}

function schemaFor(beginEpoch: () => void) {
  return buildSchema(typeDefs, {
    Query: {
      doc: (_: unknown, { id }: { id: string }) => ({ id }),
      docs: objects,
      notes: objects,
      list: objects,
      both: objects,
      page: () => ({
        edges: ["1", "2", "3"].map((id) => ({ node: { id }, cursor: id })),
        pageInfo: { hasNextPage: false },
      }),
      last: () => 1,
      named: () => 1,
      draft: () => 1,
      door: () => 1,
      docDoor: () => 1,
      asks: (_: unknown, asking: Asking, { authorization }: { authorization: Authorization }) =>
        askFor(authorization, asking, () => {}),
    },
    Doc: {
      note: () => 1,
      self: (doc: object) => ({ ...doc }),
      selves: (doc: object) => [{ ...doc }, { ...doc }],
      listed: (doc: object) => [{ ...doc }, { id: "3" }],
    },
    Change: { docs: objects, list: objects },
    Mutation: {
      touch: (_: unknown, { id }: { id: string }) => ({ id }),
      change: () => ({ ok: true }),
      // While a mutation changes facts, every question of its resolver is asked anew.
      ask: async (_: unknown, asking: Asking, { authorization }: { authorization: Authorization }) => {
        await askFor(authorization, asking, beginEpoch);
        return { ok: true };
      },
    },
  });
}

interface Ran {
  readonly result: ExecutionResult;
  /** Distinct ones that the engine has heard. */
  readonly questions: number;
  /** Whether the log says that there were too many. */
  readonly tooMany: boolean;
}
type Run = (query: string, limit: number) => Promise<Ran>;

/** Runs operations with a limit of questions, on a server for each. */
function runner(way: Way): Run {
  const { engine: listening, count, beginEpoch } = listenTo(engine, way);
  const schema = schemaFor(beginEpoch);
  const servers = new Map<number, Served>();
  const serverFor = (questions: number): Served => {
    const made = serve(schema, { engine: listening, executors: "graphql-js", limits: { questions } });
    servers.set(questions, made);
    return made;
  };
  return async (query, limit) => {
    const { ask, log } = servers.get(limit) ?? serverFor(limit);
    const before = count();
    log.length = 0;
    const result = await ask(query, { context: { user: "alice" } });
    const tooMany = log.join().includes("more questions than `limits.questions`");
    return { result, questions: count() - before, tooMany };
  };
}

async function checkLimits(query: string, run: Run): Promise<Ran | undefined> {
  const { result: whole, questions: least } = await run(query, 50_000);
  expect(denials(whole).filter((one) => !one.startsWith("FORBIDDEN"))).toEqual([]);
  for (let limit = least; limit <= least + 8; limit++) {
    const { result, tooMany } = await run(query, limit);
    expect({ query, limit, least, result, tooMany }).toEqual({ query, limit, least, result: whole, tooMany: false });
  }
  let last: Ran | undefined;
  for (let limit = Math.max(0, least - 3); limit < least; limit++) {
    last = await run(query, limit);
    expect({ query, limit, least, tooMany: last.tooMany }).toEqual({ query, limit, least, tooMany: true });
  }
  return last;
}

const id = fc.constantFrom("1", "2", "3", "4");
const ids = fc.array(id, { minLength: 1, maxLength: 4 }).map((all) => `[${all.map((one) => `"${one}"`).join(", ")}]`);
const shown = fc.constantFrom("id", "note", "id self { id note }", "selves { id }", "listed { id }");
const doc = (field: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(field, shown).map(([text, inner]) => `${text} { ${inner} }`);
const what = fc.constantFrom(
  ...["each read Doc", "each write Note", "many read Doc", "many write Doc", "list read Doc", "list write Doc"],
  ...["filter read Doc", "filter read Note", "actions read Doc", "actions read Note", "alone enter"],
);
const asks = (field: string): fc.Arbitrary<string> =>
  fc.tuple(what, ids).map(([text, list]) => `${field}(what: "${text}", ids: ${list})`);
const query = fc
  .array(
    fc.oneof(
      doc(id.map((one) => `doc(id: ${one})`)),
      doc(ids.map((list) => `docs(ids: ${list})`)),
      doc(ids.map((list) => `docs(ids: ${list})`)),
      doc(ids.map((list) => `list(ids: ${list})`)),
      doc(ids.map((list) => `both(ids: ${list})`)),
      ids.map((list) => `notes(ids: ${list}) { id }`),
      doc(fc.constant("page(first: 2) { edges { node")).map((text) => `${text} } }`),
      id.map((one) => `last(id: ${one})`),
      ids.map((list) => `named(ids: ${list})`),
      fc.constantFrom('draft(from: { title: "a" })', "door", "docDoor"),
      asks("asks"),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((fields) => `{ ${fields.map((field, i) => `f${i}: ${field}`).join(" ")} }`);
const payload = fc.oneof(
  fc.constant("ok"),
  doc(ids.map((list) => `docs(ids: ${list})`)),
  doc(ids.map((list) => `list(ids: ${list})`)),
);
const mutation = fc
  .array(
    fc.oneof(
      doc(id.map((one) => `touch(id: ${one})`)),
      payload.map((text) => `change { ${text} }`),
      fc.tuple(asks("ask"), payload).map(([text, inner]) => `${text} { ${inner} }`),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((fields) => `mutation { ${fields.map((field, i) => `f${i}: ${field}`).join(" ")} }`);

describe.each(ways)("the limit of questions, when the engine is asked %s", (way) => {
  const run = runner(way);

  test.each([
    [
      "of docs that are shown twice, and then an argument",
      "{ a: docs(ids: [1, 2]) { id } b: docs(ids: [1, 2]) { id } named(ids: [3]) }",
    ],
    ["of docs that are hidden twice", "{ a: docs(ids: [3, 4]) { id } b: docs(ids: [3, 4]) { id } named(ids: [1]) }"],
    [
      "of docs before and after their list",
      "{ a: docs(ids: [1]) { id } list(ids: [1, 2]) { id } b: docs(ids: [1, 2]) { id } c: docs(ids: [1, 2]) { id } last(id: 1) d: last(id: 3) }",
    ],
    ["of a set that a resolver takes", '{ asks(what: "list read Doc", ids: [1]) list(ids: [1, 2]) { id } }'],
    [
      "of steps that each show the same",
      "mutation { a: change { docs(ids: [1, 1, 3, 3]) { id } } b: change { docs(ids: [1, 1]) { id } } touch(id: 1) { id } }",
    ],
  ])("counts each question once: %s", async (_, text) => {
    const below = await checkLimits(text, run);
    expect(denials(below!.result).join()).toContain("AUTHORIZATION_UNAVAILABLE");
  });

  test("counts each question of a query once, whatever it is made of", async () => {
    await fc.assert(
      fc.asyncProperty(query, async (text) => void (await checkLimits(text, run))),
      { numRuns: runs(60) },
    );
  });

  test("counts each question of a step of a mutation once", async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (text) => void (await checkLimits(text, run))),
      { numRuns: runs(40) },
    );
  });
});

test("the executors count alike", async () => {
  const { engine: listening, count, beginEpoch } = listenTo(engine, "by the short ways");
  const counts: number[] = [];
  for (const executor of executors) {
    const { ask } = serve(schemaFor(beginEpoch), { engine: listening, executor });
    const before = count();
    await ask("{ docs(ids: [1, 2, 3]) { id note } list(ids: [1, 2]) { id } }", { context: { user: "alice" } });
    counts.push(count() - before);
  }
  expect(new Set(counts).size).toBe(1);
});
