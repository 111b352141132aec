import { createEngine } from "arcturus";
import { authorizeDirective, authorizeSchema } from "arcturus/graphql";
import fc from "fast-check";
import {
  buildSchema,
  GraphQLSchema,
  introspectionFromSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  validate,
  validateSchema,
} from "graphql";
import { beforeAll, describe, expect, test } from "vitest";
import { tableOf } from "../../src/graphql/authorize-schema.js";
import type { GuardTable } from "../../src/graphql/guard-table.js";
import { hiddenClosure } from "../../src/graphql/hidden-closure.js";
import { hopelessParts, prospectKey } from "../../src/graphql/hidden-parts.js";
import { Layer } from "../../src/graphql/layer.js";
import { settingsOf } from "../../src/graphql/options.js";
import { Views } from "../../src/graphql/visibility.js";
import { visibleSchema } from "../../src/graphql/visible-schema.js";
import { runs } from "../support/effort.js";

/** Every form that a guard can hide, and what could be left broken without it. */
const typeDefs = `
interface Node { id: ID! }
interface Named implements Node @authorize(action: "a") { id: ID!  name: String @authorize(action: "b")  parent: Named }
interface Priced { price(currency: Currency @authorize(action: "g", on: NONE)): Int @authorize(action: "c") }
type One implements Named & Node & Priced @authorize(action: "d") {
  id: ID!  name: String  parent: One  price(currency: Currency): Int  others: [Two!] @authorize(action: "e", on: LIST)
}
type Two implements Named & Node { id: ID!  name: String  parent: Two  only: Three }
type Three @public { deep: Four  plain: Int }
type Four @authorize(action: "f") { value: Int  level: Level }
type Five implements Priced @public { price(currency: Currency): Int }
union Any = One | Two | Four
union Some @authorize(action: "h") = Two | Five
enum Currency { EURO  GOLD @authorize(action: "g", on: NONE) }
enum Level { LOW  HIGH @authorize(action: "i", on: NONE) }
enum Order { UP  DOWN @authorize(action: "j", on: NONE) }
enum Secret { ALPHA @authorize(action: "k", on: NONE) BETA @authorize(action: "k", on: NONE) }
input Filter { text: String  order: Order = DOWN  inner: Filter  level: Level @authorize(action: "l", on: NONE) }
input Needed { must: ID! @authorize(action: "m", type: "Two")  may: Secret }
input Empty { alone: Secret }
type Query {
  node(id: ID!): Node @public
  named: Named
  any: Any @public
  some: Some @public
  ones(filter: Filter, empty: Empty, order: Order = UP): [One!]! @authorize(action: "n", on: LIST)
  three(secret: Secret!): Three @public
  four: Four
  count: Int @authorize(action: "o", on: NONE)
}
type Mutation {
  put(needed: Needed!): Boolean @authorize(action: "p", on: ARG, arg: "needed.must", type: "Two")
  make(needed: Needed, filter: Filter): Three @authorize(action: "q", on: NONE)
}
type Subscription { seen: One @authorize(action: "r", on: NONE) }
`;

let schema: GraphQLSchema;
let table: GuardTable;
let layer: Layer;
let keys: string[];
beforeAll(async () => {
  const engine = await createEngine({ policy: "actor User {} allow(_: User, _action, _); allow(_: User, _action);" });
  const options = { engine, actor: () => null, logger: { info: () => {}, warn: () => {} } };
  schema = authorizeSchema(buildSchema(`${authorizeDirective.typeDefs}\n${typeDefs}`), options);
  table = tableOf(schema)!;
  layer = new Layer(settingsOf(options));
  const found = new Set<string>();
  hopelessParts(schema, table, (prospect) => {
    found.add(prospectKey(prospect));
    return true;
  });
  keys = [...found];
});

const viewWith = (hopeless: ReadonlySet<string>) => {
  const parts = hopelessParts(schema, table, (prospect) => !hopeless.has(prospectKey(prospect)));
  const hidden = hiddenClosure(schema, parts);
  return { parts, hidden, view: visibleSchema(schema, hidden) };
};

/** Names that a schema shows, as coordinates. */
function coordinatesOf(view: GraphQLSchema): Set<string> {
  const found = new Set<string>();
  for (const type of Object.values(view.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    found.add(type.name);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        found.add(`${type.name}.${field.name}`);
        for (const { name } of field.args) found.add(`${type.name}.${field.name}(${name}:)`);
      }
    }
    if (isInputObjectType(type)) for (const name of Object.keys(type.getFields())) found.add(`${type.name}.${name}`);
    if (isEnumType(type)) for (const { name } of type.getValues()) found.add(`${type.name}.${name}`);
    if (isUnionType(type)) for (const { name } of type.getTypes()) found.add(`${type.name}.${name}`);
  }
  return found;
}

describe("a schema without some of its parts", () => {
  test("is whole, whatever is hopeless: valid, and fit for introspection", () => {
    fc.assert(
      fc.property(fc.func(fc.boolean()), fc.integer({ min: 0, max: 100 }), (pick, share) => {
        const hopeless = new Set(keys.filter((key, i) => (share * 7 + i * 13) % 100 < share && pick(key)));
        const { hidden, view } = viewWith(hopeless);
        const errors = validateSchema(new GraphQLSchema({ ...view.toConfig(), assumeValid: false }));
        // Roots that are empty are the one thing that may be wrong.
        const roots = /^Type (Query|Mutation|Subscription) must define one or more fields\.$/;
        expect(errors.map(({ message }) => message).filter((message) => !roots.test(message))).toEqual([]);
        expect(introspectionFromSchema(view).__schema.queryType.name).toBe("Query");
        const shown = coordinatesOf(view);
        for (const coordinate of hidden) expect(shown).not.toContain(coordinate);
      }),
      { numRuns: 100 },
    );
  });

  test("shows exactly what is not hidden, arguments, members and values included", () => {
    const all = coordinatesOf(schema);
    fc.assert(
      fc.property(fc.subarray(keys), (hopeless) => {
        const { hidden, view } = viewWith(new Set(hopeless));
        const shown = coordinatesOf(view);
        for (const coordinate of all) {
          const [type = "", member] = coordinate.split(/[.]/);
          const field = `${type}.${member?.split("(")[0]}`;
          // A member of a union is named like its type.
          const isMember = isUnionType(schema.getType(type)) && member !== undefined;
          const places = [type, field, coordinate, ...(isMember ? [member] : [])];
          expect([coordinate, shown.has(coordinate)]).toEqual([coordinate, !places.some((one) => hidden.has(one))]);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  test("nothing is hidden while everything could be", () => {
    const { hidden, view } = viewWith(new Set());
    expect(hidden.size).toBe(0);
    expect(view).toBe(schema);
  });

  test("when nothing could be, what is public is left, and what it shows", () => {
    const { view } = viewWith(new Set(keys));
    const shown = coordinatesOf(view);
    // Of what is public, the results are hidden, or an argument that is needed.
    expect([...shown].filter((name) => /^(Query|Mutation|Subscription)\./.test(name))).toEqual([]);
    expect(shown).not.toContain("Four");
    expect(shown).toContain("Query");
  });

  test("an enum value that a result may hold is never hidden, nor one that a default names", () => {
    const only = (...actions: string[]) =>
      coordinatesOf(viewWith(new Set(keys.filter((key) => actions.includes(JSON.parse(key)[0])))).view);
    expect(only("i")).toContain("Level.HIGH");
    expect(only("j")).toContain("Order.DOWN");
    expect(only("g")).not.toContain("Currency.GOLD");
    expect(only("k")).not.toContain("Secret");
    // What cannot be supplied takes along what needs it, and no more.
    expect(only("k")).not.toContain("Query.three");
    expect(only("k")).not.toContain("Empty");
    expect(only("k")).toContain("Query.ones(filter:)");
    expect(only("m")).not.toContain("Mutation.put");
    expect(only("m")).toContain("Mutation.make");
    expect(only("m")).not.toContain("Mutation.make(needed:)");
  });

  test("a field that a visible interface declares stays with the types that implement it", () => {
    const only = (...actions: string[]) =>
      coordinatesOf(viewWith(new Set(keys.filter((key) => actions.includes(JSON.parse(key)[0])))).view);
    const shown = only("b");
    // The interface guards the field for all of its types, so it goes from all of them.
    for (const name of ["Named.name", "One.name", "Two.name"]) expect(shown).not.toContain(name);
    expect(only("d")).not.toContain("One");
    expect(only("d")).toContain("Named");
  });
});

describe("views", () => {
  const nobody = { kind: "nobody" } as const;

  test("are kept up to a limit, the ones used last", async () => {
    const engine = layer.settings.engine;
    let round = 0;
    const changing = Object.create(engine, {
      decide: {
        value: (_actor: unknown, action: string) => ((round >> (action.charCodeAt(0) % 8)) & 1) === 1,
      },
    }) as typeof engine;
    const views = new Views(schema, table, new Layer({ ...layer.settings, engine: changing }), {
      by: "rules",
      views: 5,
    });
    const actor = { kind: "actor", actor: { type: "User", id: "ann" } } as const;
    const first = views.of(nobody);
    for (round = 0; round < 100; round++) {
      await views.of(actor);
      expect(views.size).toBeLessThanOrEqual(5);
    }
    expect(views.size).toBe(5);
    expect(views.of(nobody)).not.toBe(first);
    const again = views.of(nobody);
    for (round = 0; round < 4; round++) await views.of(actor);
    expect(views.of(nobody)).toBe(again);
  });

  test("are shared by actors who see the same, and a verdict is remembered for a view, a document and its rules", async () => {
    const views = new Views(schema, table, layer, { by: "rules" });
    const of = (id: string) => views.of({ kind: "actor", actor: { type: "User", id } });
    const [ann, bob, none] = await Promise.all([of("ann"), of("bob"), views.of(nobody)]);
    expect(ann).toBe(bob);
    expect(none).not.toBe(ann);
    const document = parse("{ count }");
    const { specifiedRules } = await import("graphql");
    const errors = views.validate(ann, document, specifiedRules);
    expect(errors).toEqual(validate(schema, document));
    expect(views.validate(ann, document, [...specifiedRules])).toBe(errors);
    expect(views.validate(ann, document, specifiedRules.slice(1))).not.toBe(errors);
    expect(views.validate(none, document, specifiedRules)).toHaveLength(1);
  });
});
