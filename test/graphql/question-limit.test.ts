import fc from "fast-check";
import type { ExecutionResult } from "graphql";
import { describe, expect, test } from "vitest";
import { offerPrepared } from "../../src/engine/prepared.js";
import type { Engine, PolicyMetadata, Subject } from "../../src/engine/types.js";
import { isReference } from "../../src/facts/value.js";
import { runs } from "../support/effort.js";
import { executors, major } from "./support/executors.js";
import { askedBy, libraryEngine, librarySchema, type Way, ways } from "./support/library.js";
import { denials, type Served, serve } from "./support/serve.js";

/*
 * `limits.questions` counts what is asked in an epoch, each question once, in whatever form and however often it is asked. What an
 * engine hears is the measure: with that many questions an operation answers its data, with one less something is denied.
 */

interface Listening {
  readonly engine: Engine;
  /** Distinct questions so far, each epoch for itself. */
  count(): number;
  beginEpoch(): void;
}

function listenTo(engine: Engine, way: Way): Listening {
  const heard = new Set<string>();
  const objects = new Map<object, number>();
  let epoch = 0;
  const name = (subject: Subject | undefined): string => {
    if (typeof subject !== "object") return String(subject);
    const { type, id, object = subject } = subject as { type?: string; id?: string; object?: object };
    if (object === subject && isReference(subject)) return `${type}:${id}`;
    if (!objects.has(object)) objects.set(object, objects.size);
    return `${type} of object ${objects.get(object)}`;
  };
  const beginEpoch = (): void => void epoch++;
  const listening = askedBy(engine, way, (verb, action, subject) => {
    heard.add([epoch, verb, action, name(subject)].join(" "));
  });
  // Looked at when an epoch begins.
  const policyMetadata = (): PolicyMetadata => {
    beginEpoch();
    return engine.policyMetadata();
  };
  return { count: () => heard.size, beginEpoch, engine: { ...listening, policyMetadata } };
}

const engine = await libraryEngine(
  ["reader Doc 1", "reader Doc 2", "writer Doc 1", "writer Doc 3", "reader Note 2", "enter", "leave Doc", "enter Doc"],
  async () => [{ open: true, owner: "bob" }],
);

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
  const schema = librarySchema(beginEpoch);
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
  for (let limit = least; limit <= least + 4; limit++) {
    const { result, tooMany } = await run(query, limit);
    expect({ query, limit, least, result, tooMany }).toEqual({ query, limit, least, result: whole, tooMany: false });
  }
  let last: Ran | undefined;
  for (let limit = Math.max(0, least - 2); limit < least; limit++) {
    last = await run(query, limit);
    expect({ query, limit, least, tooMany: last.tooMany }).toEqual({ query, limit, least, tooMany: true });
  }
  return last;
}

const id = fc.constantFrom("1", "2", "3", "4");
const ids = fc.array(id, { minLength: 1, maxLength: 4 }).map((all) => `[${all.map((one) => `"${one}"`).join(", ")}]`);
const shown = fc.constantFrom("id", "note", "id self { id note }", "selves { id }", "listed { id }");
const name = fc.constantFrom("doc", "doc", "note");
const of = (field: string, list: fc.Arbitrary<string> = ids): fc.Arbitrary<string> =>
  fc.tuple(name, list, shown).map(([type, named, inner]) => `${type}${field}(ids: ${named}) { ${inner} }`);
const doc = (field: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(field, shown).map(([text, inner]) => `${text} { ${inner} }`);
const what = fc
  .tuple(
    fc.constantFrom("each", "many", "list", "filter", "actions", "name", "alone", "objects", "objectActions"),
    fc.constantFrom("read", "write", "enter"),
    fc.constantFrom("Doc", "Note"),
  )
  .map((words) => words.join(" "));
const asks = (field: string): fc.Arbitrary<string> =>
  fc.tuple(what, ids).map(([text, list]) => `${field}(what: "${text}", ids: ${list})`);
const query = fc
  .array(
    fc.oneof(
      doc(fc.tuple(name, id).map(([type, one]) => `${type}(id: ${one})`)),
      of("s"),
      of("s"),
      of("List"),
      of("Both"),
      doc(name.map((type) => `${type}Page(first: 2) { edges { node`)).map((text) => `${text} } }`),
      doc(fc.tuple(name, id).map(([type, one]) => `${type}Result(id: ${one})`)),
      fc.tuple(name, id).map(([type, one]) => `${type}Write(id: ${one})`),
      fc.tuple(name, ids).map(([type, list]) => `${type}Read(ids: ${list})`),
      fc.constantFrom("true", "false", "true, true, false").map((open) => `papers(open: [${open}]) { id owner }`),
      fc.constantFrom('makeAs(from: { title: "made" })', "enter", "docEnter", "docLeave", "paperRead(id: 1)"),
      asks("asks"),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((fields) => `{ ${fields.map((field, i) => `f${i}: ${field}`).join(" ")} }`);
const payload = fc.oneof(
  fc.constant("ok"),
  doc(ids.map((list) => `docs(ids: ${list})`)),
  doc(ids.map((list) => `docList(ids: ${list})`)),
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
      "{ a: docs(ids: [1, 2]) { id } b: docs(ids: [1, 2]) { id } docRead(ids: [3]) }",
    ],
    [
      "of docs that are shown twice, and then another action",
      "{ a: docs(ids: [1, 2]) { id } b: docs(ids: [1, 2]) { id } docWrite(id: 1) }",
    ],
    ["of a resolver's actions", '{ docs(ids: [1, 1]) { id } asks(what: "actions x Doc", ids: [1, 2, 1]) }'],
    ["of a resolver's filter", '{ docs(ids: [1, 1]) { id } asks(what: "filter write Doc", ids: [1]) }'],
    ["of a resolver's list", '{ docs(ids: [1, 1]) { id } asks(what: "list write Doc", ids: [1]) }'],
    ["of docs that are hidden twice", "{ a: docs(ids: [3, 4]) { id } b: docs(ids: [3, 4]) { id } docRead(ids: [1]) }"],
    [
      "of docs before and after their list",
      "{ a: docs(ids: [1]) { id } docList(ids: [1, 2]) { id } b: docs(ids: [1, 2]) { id } c: docs(ids: [1, 2]) { id } docWrite(id: 1) d: docWrite(id: 3) }",
    ],
    ["of a set that a resolver takes", '{ asks(what: "list read Doc", ids: [1]) docList(ids: [1, 2]) { id } }'],
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
      { numRuns: runs(major === 16 ? 25 : 5) },
    );
  });

  test("counts each question of a step of a mutation once", async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (text) => void (await checkLimits(text, run))),
      { numRuns: runs(major === 16 ? 15 : 3) },
    );
  });
});

test("the executors count alike", async () => {
  const { engine: listening, count, beginEpoch } = listenTo(engine, "by the short ways");
  const counts: number[] = [];
  for (const executor of executors) {
    const { ask } = serve(librarySchema(beginEpoch), { engine: listening, executor });
    const before = count();
    await ask("{ docs(ids: [1, 2, 3]) { id note } docList(ids: [1, 2]) { id } }", { context: { user: "alice" } });
    counts.push(count() - before);
  }
  expect(new Set(counts).size).toBe(1);
});

test("a question that a short way leaves open is counted once", async () => {
  const decide: Engine["decide"] = () => true;
  offerPrepared(decide, () => ({ may: () => undefined, extent: () => undefined, steady: () => true }));
  for (const [questions, unavailable] of [
    [4, 0],
    [3, 1],
    [2, 2],
  ] as const) {
    const { ask } = serve(librarySchema(), {
      engine: { ...engine, decide },
      executors: "graphql-js",
      limits: { questions },
    });
    const result = await ask("{ docs(ids: [1, 2]) { id } a: docRead(ids: [3]) b: docRead(ids: [4]) }");
    expect(denials(result)).toHaveLength(unavailable);
  }
});
