import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from "graphql";
import type { Engine } from "../../../src/engine/types.js";
import { unwrap as unguarded } from "../../../src/graphql/guarded-connection.js";
import { typeNames } from "./model.js";
import type { Defect } from "./oracle.js";
import type { Paging } from "./pages.js";

/** The engine with another way to answer a question. */
function asking(change: (engine: Engine) => Partial<Engine>): (engine: Engine) => Engine {
  return (engine) => ({ ...engine, ...change(engine) });
}

/** The resolvers of the schema as it was given, in the place of those of the guarded one. */
function unwrap(guarded: GraphQLSchema, plain: GraphQLSchema, types: RegExp, fields: RegExp): void {
  for (const type of Object.values(guarded.getTypeMap())) {
    if (!isObjectType(type) || !types.test(type.name)) continue;
    const originals = (plain.getType(type.name) as GraphQLObjectType).getFields();
    for (const field of Object.values(type.getFields())) {
      if (!fields.test(field.name)) continue;
      const original = originals[field.name]?.resolve;
      if (original === undefined) delete field.resolve;
      else field.resolve = original;
    }
  }
}

const directive = (on: RegExp) => (sdl: string) => sdl.replaceAll(on, "");

/** Ways in which a guard could be wrong. The oracle has to find each of them. */
export const defects: readonly Defect[] = [
  {
    name: "the gates of types are forgotten",
    sdl: (sdl) => sdl.replaceAll(/^(type \w+ implements [\w &]+?) @authorize\(.*\{$/gm, "$1 {"),
  },
  {
    name: "a directive on an interface is not inherited",
    sdl: (sdl) => sdl.replaceAll(/^(interface Named implements Node)[^{]*/gm, "$1 "),
  },
  {
    name: "a directive on a field of an interface is not inherited",
    sdl: (sdl) => sdl.replaceAll(/^(interface .* name: String) @authorize\([^)]*\)/gm, "$1"),
  },
  {
    name: "what an interface says of an argument is not inherited",
    sdl: (sdl) => sdl.replaceAll(/^(interface .*by: ID) @authorize\([^)]*\)/gm, "$1"),
  },
  {
    name: "an argument that an interface guards is not asked about for what its own type says",
    sdl: (sdl) => sdl.replaceAll(/^( {2}note.*by: ID) @authorize\([^)]*\)/gm, "$1"),
  },
  {
    name: "of two names of one enum value the second asks nothing",
    sdl: (sdl) => sdl.replaceAll(/LATEST @authorize\([^)]*\)/g, "LATEST"),
  },
  {
    name: "of two LIST directives the first is enough",
    sdl: (sdl) => sdl.replaceAll(/(@authorize\([^)]*on: LIST\)) @authorize\([^)]*on: LIST\)/g, "$1"),
  },
  {
    name: "a rejection hides its field alone",
    isAboutRejections: true,
    sdl: (sdl) => sdl.replaceAll(", deny: REJECT", ""),
  },
  {
    name: "what is missing looks like an error",
    sdl: (sdl) => sdl.replaceAll(", deny: NOT_FOUND", ", deny: ERROR"),
  },
  {
    name: "a denial that is to be silent is an error",
    sdl: (sdl) => sdl.replaceAll(", deny: NULL", ""),
  },
  {
    name: "what is asked about the actor alone is one answer, whatever the action",
    engine: asking((engine) => ({
      decide: (actor, action, resource, options) =>
        engine.decide(actor, typeof resource === "string" ? "enter" : action, resource, options),
    })),
  },
  {
    name: "a question about the name of a type is one about the actor alone",
    engine: asking((engine) => ({
      decide: (actor, action, resource, options) =>
        engine.decide(actor, action, typeof resource === "string" ? undefined : resource, options),
    })),
  },
  { name: "the gate of a union is forgotten", sdl: (sdl) => sdl.replaceAll(/^(union \w+) .*=/gm, "$1 =") },
  {
    name: "guards of leaves are forgotten",
    sdl: (sdl) => sdl.replaceAll(/^( {2}leaf\d: String!?).*$/gm, "$1"),
  },
  { name: "the parent is not asked about", sdl: directive(/@authorize\([^)]*on: PARENT[^)]*\)/g) },
  { name: "results are not asked about", sdl: directive(/@authorize\([^)]*on: RESULT[^)]*\)/g) },
  { name: "lists are not filtered", sdl: directive(/@authorize\([^)]*on: LIST[^)]*\)/g) },
  {
    name: "ids that an argument of a field names are not asked about",
    sdl: directive(/@authorize\([^)]*on: ARG[^)]*\)/g),
  },
  {
    name: "of a list of ids nobody is asked about",
    sdl: (sdl) => sdl.replaceAll(/(ids: \[ID\]) @authorize\([^)]*\)/g, "$1"),
  },
  {
    name: "fields of inputs are not asked about",
    sdl: (sdl) => sdl.replaceAll(/^( +(?:id: ID|flag: Boolean)) @authorize.*$/gm, "$1"),
  },
  { name: "values of enums are not asked about", sdl: (sdl) => sdl.replaceAll(/DESC @authorize\([^)]*\)/g, "DESC") },
  {
    name: "a default of the schema counts as supplied",
    sdl: (sdl) => sdl.replaceAll("pick(tag: Int!,", 'pick(tag: Int! @authorize(action: "enter", on: NONE),'),
  },
  {
    name: "everything is listed that may be listed by somebody",
    engine: asking((engine) => ({
      list: async (actor, action, type, options) => {
        const ids = await engine.list(actor, action, type, options);
        return ids[0] === "*" ? ids : [...new Set([...ids, "1"])];
      },
    })),
  },
  {
    name: "a list is cut short",
    engine: asking((engine) => ({
      list: async (actor, action, type, options) => (await engine.list(actor, action, type, options)).slice(0, 2),
    })),
  },
  {
    name: "a decision holds for other actors too",
    engine: (engine) => {
      const known = new Map<string, boolean | Promise<boolean>>();
      return asking(() => ({
        decide: (actor, action, resource, options) => {
          const key = JSON.stringify([action, resource]);
          const answer = known.get(key) ?? engine.decide(actor, action, resource, options);
          known.set(key, answer);
          return answer;
        },
      }))(engine);
    },
  },
  {
    name: "a decision outlives the step of a mutation that changes it",
    engine: (engine) => {
      const known = new WeakMap<object, Map<string, boolean | Promise<boolean>>>();
      return asking(() => ({
        decide: (actor, action, resource, options) => {
          // The actor of all operations is one object: what it is answered is kept for the operation, roughly.
          const answers = known.get(actor as object) ?? new Map<string, boolean | Promise<boolean>>();
          known.set(actor as object, answers);
          const key = JSON.stringify([action, resource]);
          const answer = answers.get(key) ?? engine.decide(actor, action, resource, options);
          answers.set(key, answer);
          setImmediate(() => answers.clear());
          return answer;
        },
      }))(engine);
    },
  },
  {
    name: "an action is taken for another one",
    engine: asking((engine) => ({
      decide: (actor, action, resource, options) =>
        engine.decide(actor, action === "edit" ? "read" : action, resource, options),
    })),
  },
  {
    name: "an id is looked up under another type",
    engine: asking((engine) => ({
      decide: (actor, action, resource, options) =>
        engine.decide(
          actor,
          action,
          typeof resource === "object" && "id" in resource
            ? { ...resource, type: "Alpha", id: String(resource.id) }
            : resource,
          options,
        ),
    })),
  },
  {
    name: "a count is one too high",
    schema: (guarded) => {
      for (const name of typeNames) {
        const field = (guarded.getType(`${name}Connection`) as GraphQLObjectType).getFields()["totalCount"]!;
        const { resolve } = field;
        field.resolve = async (...args) => Number(await resolve?.(...args)) + 1;
      }
    },
  },
  {
    name: "the first edge is left out",
    schema: (guarded) => {
      for (const name of typeNames) {
        const field = (guarded.getType(`${name}Connection`) as GraphQLObjectType).getFields()["edges"]!;
        const { resolve } = field;
        field.resolve = async (...args) => ((await resolve!(...args)) as unknown[]).slice(1);
      }
    },
  },
  {
    name: "fields of objects have their own resolvers, and only the last line is there",
    schema: (guarded, plain) => unwrap(guarded, plain, /^(Alpha|Beta|Gamma)$/, /./),
  },
  {
    name: "mutations have their own resolvers",
    schema: (guarded, plain) => unwrap(guarded, plain, /^Mutation$/, /./),
  },
  {
    name: "a LIST ends in a hole",
    schema: (guarded) => {
      for (const name of typeNames) {
        for (const key of ["many0", "many1"]) {
          const field = (guarded.getType(name) as GraphQLObjectType).getFields()[key]!;
          const { resolve } = field;
          field.resolve = async (...args) => {
            const list = (await resolve!(...args)) as unknown[] | null;
            return list?.length === 1 ? [list[0], null] : list;
          };
        }
      }
    },
  },
  {
    name: "the two flags of a page are swapped",
    schema: (guarded) =>
      eachConnection(guarded, "Info", ({ hasNextPage, hasPreviousPage }) => {
        const [next, previous] = [hasNextPage!.resolve, hasPreviousPage!.resolve];
        hasNextPage!.resolve = previous ?? ((source) => memberOf(source, "hasPreviousPage"));
        hasPreviousPage!.resolve = next ?? ((source) => memberOf(source, "hasNextPage"));
      }),
  },
  {
    name: "the last edge is left out where more comes",
    schema: (guarded) =>
      eachConnection(guarded, "Connection", ({ edges, pageInfo }) => {
        const { resolve } = edges!;
        edges!.resolve = async (...args) => {
          const info = await pageInfo!.resolve!(...args);
          const found = (await resolve!(...args)) as unknown[];
          return (await memberOf(info, "hasNextPage")) === true ? found.slice(0, -1) : found;
        };
      }),
  },
  {
    name: "a count is that of the page",
    schema: (guarded) =>
      eachConnection(guarded, "Connection", ({ edges, totalCount }) => {
        totalCount!.resolve = async (...args) => ((await edges!.resolve!(...args)) as unknown[]).length;
      }),
  },
  {
    name: "a count is that of the resolver",
    schema: (guarded) =>
      eachConnection(guarded, "Connection", ({ totalCount }) => {
        const { resolve } = totalCount!;
        totalCount!.resolve = (source, ...rest) => resolve!(unguarded(source), ...rest);
      }),
  },
  {
    name: "a cursor is not looked at where no number of rows is wanted",
    schema: (guarded) => changePaging(guarded, (args) => (args.first == null ? { ...args, after: null } : args)),
  },
  {
    name: "of a page from the end one row is missing",
    schema: (guarded) => changePaging(guarded, (args) => (args.last ? { ...args, last: args.last - 1 } : args)),
  },
  {
    name: "resolvers below slow fields run after a rejection",
    isAboutRejections: true,
    schema: (guarded, plain) => {
      for (const type of Object.values(guarded.getTypeMap())) {
        if (!isObjectType(type) || !typeNames.includes(type.name)) continue;
        const originals = (plain.getType(type.name) as GraphQLObjectType).getFields();
        for (const field of Object.values(type.getFields())) {
          const { resolve } = field;
          if (resolve === undefined) continue;
          field.resolve = (...args) => {
            void originals[field.name]?.resolve?.(...args);
            return resolve(...args);
          };
        }
      }
    },
  },
  {
    name: "what is no yes and no no counts as yes",
    isAboutFailures: true,
    engine: asking((engine) => ({
      decide: (...question) => {
        const answer: unknown = engine.decide(...question);
        return isPromise(answer) ? answer.then(Boolean) : Boolean(answer);
      },
      authorizeMany: async (...question) => (await engine.authorizeMany(...question)).map(Boolean),
    })),
  },
  {
    name: "truthy answers among several count as yes",
    isAboutFailures: true,
    engine: asking((engine) => ({
      authorizeMany: async (...question) => {
        const answers = await engine.authorizeMany(...question);
        return Array.isArray(answers) ? answers.map((one: unknown) => one === undefined || Boolean(one)) : answers;
      },
    })),
  },
  {
    name: "a question that fails is answered with no",
    isAboutFailures: true,
    engine: asking((engine) => ({
      decide: (...question) => {
        try {
          const answer: unknown = engine.decide(...question);
          return isPromise(answer)
            ? answer.then(
                (known) => known === true,
                () => false,
              )
            : answer === true;
        } catch {
          return false;
        }
      },
    })),
  },
  {
    name: "missing answers among several are no",
    isAboutFailures: true,
    engine: asking((engine) => ({
      authorizeMany: async (actor, action, resources, options) => {
        const answers: unknown = await engine.authorizeMany(actor, action, resources, options);
        return resources.map((_, i) => (answers as unknown[])[i] === true);
      },
    })),
  },
  {
    name: "a set that cannot be had is empty",
    isAboutFailures: true,
    engine: asking((engine) => ({ list: async (...question) => engine.list(...question).catch(() => []) })),
  },
  {
    name: "a set of what are no ids is one of those that are",
    isAboutFailures: true,
    engine: asking((engine) => ({
      list: async (...question) =>
        [...((await engine.list(...question)) ?? [])].filter((one) => typeof one === "string"),
    })),
  },
  {
    name: "a failure is remembered for the rest of the operation",
    isAboutFailures: true,
    engine: (engine) => {
      const failed = new Map<string, unknown>();
      return asking(() => ({
        decide: (actor, action, resource, options) => {
          const key = JSON.stringify([actor, action, resource]);
          if (failed.has(key)) return failed.get(key) as boolean;
          const answer: unknown = engine.decide(actor, action, resource, options);
          if (typeof answer !== "boolean" && !isPromise(answer)) failed.set(key, answer);
          setImmediate(() => failed.clear());
          return answer as boolean;
        },
      }))(engine);
    },
  },
];

type Fields = ReturnType<GraphQLObjectType["getFields"]>;

/** The fields of the connection of every type, of its edges, or of its page infos. */
function eachConnection(schema: GraphQLSchema, part: "Connection" | "Info", change: (fields: Fields) => void): void {
  for (const name of typeNames) change((schema.getType(`${name}${part}`) as GraphQLObjectType).getFields());
}

function changePaging(schema: GraphQLSchema, change: (args: Paging) => Paging): void {
  for (const name of typeNames) {
    for (const key of ["page", "page1"]) {
      const field = (schema.getType(name) as GraphQLObjectType).getFields()[key]!;
      const { resolve } = field;
      field.resolve = (source, args, ...rest) => resolve!(source, change(args as Paging) as typeof args, ...rest);
    }
  }
}

function memberOf(source: unknown, name: string): unknown {
  const found =
    (source as Readonly<Record<string, unknown>>)[name] ?? (source as Readonly<Record<string, unknown>>)[`_${name}`];
  return typeof found === "function" ? (found as () => unknown)() : found;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
