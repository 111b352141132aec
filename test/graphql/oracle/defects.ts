import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from "graphql";
import type { Engine } from "../../../src/engine/types.js";
import { typeNames } from "./model.js";
import type { Defect } from "./oracle.js";

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
    sdl: (sdl) => sdl.replaceAll(/^(interface Named implements Node).*$/gm, "$1 { id: ID!  name: String }"),
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
];
