import type { GraphQLSchema } from "graphql";
import { createEngine } from "../../../src/engine/create-engine.js";
import { offerPrepared, prepared } from "../../../src/engine/prepared.js";
import type { Engine, Subject } from "../../../src/engine/types.js";
import type { Authorization } from "../../../src/graphql/index.js";
import { silent } from "./grants.js";
import { buildSchema } from "./serve.js";

/*
 * An API in which every form of a question stands about two types with the same ids and two actions: gates, PARENT, LIST, ARG, NONE,
 * resources that do not exist yet, what policies read of objects, and what resolvers ask.
 */

/** How the engine is asked: by its short ways, which remember less; by `decide`, as one that somebody has wrapped; or waited for. */
export const ways = ["by the short ways", "by calls", "by calls that have to be waited for"] as const;
export type Way = (typeof ways)[number];

export const alice = { type: "User", id: "alice" };

/** An object of the application; whether it is open decides about reading it. */
export class Page {
  readonly id: string;
  readonly open: boolean;
  constructor(id: string, open: boolean) {
    this.id = id;
    this.open = open;
  }
}
const pages = new Map(["1", "2", "3", "4"].map((id) => [id, new Page(id, id < "3")]));

const block = (type: string): string =>
  `resource ${type} { permissions = ["read", "write"]; roles = ["reader", "writer"]; "read" if "reader"; "write" if "writer"; }`;

/** Who may `make` and `burn` a sketch or a plan, which does not exist yet, stands in its title. */
const policy = `
actor User {}
${block("Doc")} ${block("Note")}
allow(actor, action, resource) if has_permission(actor, action, resource);
allow(user: User, action: String) if may(user, action);
allow(user: User, action: String, name: String) if may_on(user, action, name);
allow(_: User, "make", sketch: Sketch) if sketch.title = "made";
allow(_: User, "burn", sketch: Sketch) if sketch.title = "burnt";
allow(_: User, "make", plan: Plan) if plan.title = "planned";
allow(_: User, "read", paper: Paper) if paper.open = true;
allow(_: User, "write", paper: Paper) if paper.owner = "alice";
allow(_: User, "read", page: Page) if page.open = true;
allow(_: User, "write", page: Page) if page.id = "3";
`;

/** Facts, each as words: `reader Doc 1`, `enter`, `enter Doc`. */
export async function libraryEngine(grants: readonly string[], load?: () => Promise<unknown>): Promise<Engine> {
  const title = { title: "String" };
  const engine = await createEngine({
    policy,
    logger: silent,
    types: {
      Sketch: { fields: title },
      Plan: { fields: title },
      Paper: {
        fields: { open: "Boolean", owner: "String" },
        ...(load !== undefined && { load: load as () => Promise<(object | null)[]> }),
      },
      Page: { class: Page, fields: { id: "String", open: "Boolean" } },
    },
  });
  for (const grant of grants) {
    const [word = "", type, id] = grant.split(" ");
    if (type === undefined) await engine.tell("may", alice, word);
    else if (id === undefined) await engine.tell("may_on", alice, word, type);
    else await engine.tell("has_role", alice, word, { type, id });
  }
  return engine;
}

/** The same engine, asked in that way; `hear` is told of each question. */
export function askedBy(
  engine: Engine,
  way: Way,
  hear: (verb: string, action: string, subject?: Subject) => void = () => {},
): Engine {
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
        const answer = short.may(id);
        // No resource is called `\0`: that is a question about the policy.
        if (answer !== undefined && id !== "\0") hear("may", action, { type, id });
        return answer;
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
  return {
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
  };
}

const item = (type: string): string => `
  type ${type} @authorize { id: ID!  note: Int @authorize(action: "write")  self: ${type}  selves: [${type}]  listed: [${type}] @authorize(on: LIST) }
  type ${type}Edge { node: ${type}  cursor: String! }
  type ${type}Page { edges: [${type}Edge]  pageInfo: PageInfo!  totalCount: Int }`;
const fields = (type: string): string => {
  const name = type.toLowerCase();
  return `
    ${name}(id: ID!): ${type}
    ${name}s(ids: [ID!]!): [${type}]
    ${name}List(ids: [ID!]!): [${type}] @authorize(on: LIST)
    ${name}Both(ids: [ID!]!): [${type}] @authorize(on: LIST) @authorize(action: "write", on: LIST)
    ${name}Writable(ids: [ID!]!): [${type}] @authorize(action: "write", on: LIST)
    ${name}Page(first: Int): ${type}Page @authorize(on: LIST)
    ${name}Result(id: ID!): ${type} @authorize(action: "write", on: RESULT)
    ${name}Read(ids: [ID!]!): Int @authorize(on: ARG, arg: "ids", type: "${type}")
    ${name}Write(id: ID!): Int @authorize(action: "write", on: ARG, arg: "id", type: "${type}")
    ${name}Enter: Int @authorize(action: "enter", on: NONE, type: "${type}")
    ${name}Leave: Int @authorize(action: "leave", on: NONE, type: "${type}")`;
};

const typeDefs = `
  scalar Any
  ${item("Doc")} ${item("Note")}
  type Paper @authorize { id: ID!  owner: String @authorize(action: "write") }
  type PageInfo { hasNextPage: Boolean!  endCursor: String }
  input Draft { title: String }
  type Query {
    ${fields("Doc")} ${fields("Note")}
    papers(open: [Boolean!]!): [Paper]
    paperRead(id: ID!): Int @authorize(on: ARG, arg: "id", type: "Paper")
    make(from: Draft!): Int @authorize(action: "make", on: ARG, arg: "from", type: "Sketch")
    burn(from: Draft!): Int @authorize(action: "burn", on: ARG, arg: "from", type: "Sketch")
    makeAndBurn(from: Draft!): Int @authorize(action: "make", on: ARG, arg: "from", type: "Sketch") @authorize(action: "burn", on: ARG, arg: "from", type: "Sketch")
    makeBoth(from: Draft!, other: Draft!): Int @authorize(action: "make", on: ARG, arg: "from", type: "Sketch") @authorize(action: "make", on: ARG, arg: "other", type: "Sketch")
    makeAs(from: Draft!): Int @authorize(action: "make", on: ARG, arg: "from", type: "Sketch") @authorize(action: "make", on: ARG, arg: "from", type: "Plan")
    enter: Int @authorize(action: "enter", on: NONE)
    leave: Int @authorize(action: "leave", on: NONE)
    asks(what: String!, ids: [ID!]!): Any @public
    later: Query @public
  }
  type Change @public { ok: Boolean  docs(ids: [ID!]!): [Doc]  docList(ids: [ID!]!): [Doc] @authorize(on: LIST) }
  type Mutation {
    touch(id: ID!): Doc @authorize(on: ARG, arg: "id", type: "Doc")
    change: Change @public
    ask(what: String!, ids: [ID!]!): Change @public
  }`;

interface Ids {
  readonly ids: readonly string[];
}
interface Asking extends Ids {
  /** A verb, then an action, then a type. */
  readonly what: string;
}
interface Context {
  readonly authorization: Authorization;
}

/** What resolvers can ask: `each read Doc`, `many`, `list`, `filter`, `actions`, `objects` (of the application), `alone enter`, `name enter Doc`. */
async function askFor(authorization: Authorization, { what, ids }: Asking, before: () => void): Promise<unknown> {
  const [verb = "", action = "", type = ""] = what.split(" ");
  const resources = ids.map((id) => ({ type, id }));
  const inTurn = async (ask: (i: number) => Promise<unknown>): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (const i of ids.keys()) {
      before();
      answers.push(await ask(i));
    }
    return answers;
  };
  const alone = (answer: Promise<unknown>): Promise<unknown> => answer;
  before();
  switch (verb) {
    case "each":
      return inTurn((i) => authorization.authorize(action, resources[i]));
    case "objects":
      return inTurn((i) => authorization.authorize(action, pages.get(ids[i]!)));
    case "actions":
      return inTurn((i) => authorization.actions(resources[i]));
    case "objectActions":
      return inTurn((i) => authorization.actions(pages.get(ids[i]!)));
    case "many":
      return authorization.authorizeMany(action, resources);
    case "list":
      return (await authorization.list(action, type)).sort();
    case "filter":
      return authorization.filter(action, type);
    case "name":
      return alone(authorization.authorize(action, type));
    default:
      return alone(authorization.authorize(action));
  }
}

/** `beforeQuestion` is called before each question of the resolver of a mutation. */
export function librarySchema(beforeQuestion: () => void = () => {}): GraphQLSchema {
  const objects = (_: unknown, { ids }: Ids): object[] => ids.map((id) => ({ id }));
  const one = (_: unknown, { id }: { readonly id: string }): object => ({ id });
  const page = () => ({
    edges: ["1", "2", "3"].map((id) => ({ node: { id }, cursor: id })),
    pageInfo: { hasNextPage: false },
  });
  const yes = () => 1;
  const fieldsOf = (name: string) => ({
    ...{ [name]: one, [`${name}Result`]: one, [`${name}Page`]: page },
    ...{ [`${name}s`]: objects, [`${name}List`]: objects, [`${name}Both`]: objects, [`${name}Writable`]: objects },
    ...{ [`${name}Read`]: yes, [`${name}Write`]: yes, [`${name}Enter`]: yes, [`${name}Leave`]: yes },
  });
  const node = {
    note: yes,
    self: (doc: object) => ({ ...doc }),
    selves: (doc: object) => [{ ...doc }, { ...doc }],
    listed: (doc: object) => [{ ...doc }, { id: "3" }],
  };
  return buildSchema(typeDefs, {
    Query: {
      ...fieldsOf("doc"),
      ...fieldsOf("note"),
      papers: (_: unknown, { open }: { readonly open: readonly boolean[] }) =>
        open.map((isOpen) => ({ id: "1", open: isOpen, owner: isOpen ? "bob" : "alice" })),
      paperRead: yes,
      make: yes,
      burn: yes,
      makeAndBurn: yes,
      makeBoth: yes,
      makeAs: yes,
      enter: yes,
      leave: yes,
      asks: (_: unknown, asking: Asking, { authorization }: Context) => askFor(authorization, asking, () => {}),
      later: () => new Promise((resolve) => setImmediate(resolve, {})),
    },
    Doc: node,
    Note: node,
    Change: { docs: objects, docList: objects },
    Mutation: {
      touch: one,
      change: () => ({ ok: true }),
      // While a mutation changes facts, every question of its resolver is asked anew.
      ask: async (_: unknown, asking: Asking, { authorization }: Context) => {
        await askFor(authorization, asking, beforeQuestion);
        await askFor(authorization, asking, beforeQuestion);
        return { ok: true };
      },
    },
  });
}
