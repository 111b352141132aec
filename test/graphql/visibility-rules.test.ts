import { createEngine, type Engine, entity } from "arcturus";
import { authorizeDirective, authorizeSchema } from "arcturus/graphql";
import { buildSchema, GraphQLError, type GraphQLSchema, parse, specifiedRules } from "graphql";
import { describe, expect, test } from "vitest";
import { tableOf } from "../../src/graphql/authorize-schema.js";
import { Layer } from "../../src/graphql/layer.js";
import { settingsOf, type VisibilityOptions } from "../../src/graphql/options.js";
import { withoutSuggestion } from "../../src/graphql/suggestions.js";
import { Views } from "../../src/graphql/visibility.js";
import { silent } from "./support/grants.js";

/*
 * What an actor sees must agree with what rules could grant: for each type of actor, each action and each type, and no other.
 */

const types = ["Doc", "Note"];
const actions = ["read", "edit"];
const actorTypes = ["User", "Robot"];

/** A field for every action on every type, by each of the guards that ask about a resource, and two about the actor alone. */
const sdl = `
type Doc @authorize(action: "read") { id: ID! }
type Note @authorize(action: "read") { id: ID! }
type Place @public { x: Int }
${types.map((type) => `input New${type} { name: String }`).join("\n")}
union Paper @authorize(action: "edit") = Doc | Note
type Query {
  open: Int @public
  paper: Paper
  ${types
    .flatMap((type) =>
      actions.map(
        (action) => `
  ${action}${type}(id: ID!): Int @authorize(action: "${action}", on: ARG, arg: "id", type: "${type}")
  ${action}New${type}(input: New${type}!): Int @authorize(action: "${action}", on: ARG, arg: "input", type: "${type}")
  ${action}All${type}: [${type}] @authorize(action: "${action}", on: LIST)
  ${action}On${type}: Int @authorize(action: "${action}", on: NONE, type: "${type}")`,
      ),
    )
    .join("\n")}
  enter: Int @authorize(action: "enter", on: NONE)
  leave: Int @authorize(action: "leave", on: NONE)
}`;

/** How something is granted: by nothing at all, by a rule that facts have to complete, or to everybody of a type. */
type Grant = "never" | "facts" | "always";

interface Granted {
  readonly grants: Readonly<Record<string, Grant>>;
  readonly policy: string;
}

/** Every combination of actor, action and type gets one of the three, in another order each time. */
function policyOf(turn: number): Granted {
  const grants: Record<string, Grant> = {};
  const lines: string[] = [];
  let next = turn;
  for (const type of types) {
    lines.push(`resource ${type} { roles = ["owner"]; permissions = ["read", "edit"]; }`);
    for (const action of actions) {
      for (const actor of actorTypes) {
        const how = (["never", "facts", "always"] as const)[next++ % 3]!;
        grants[`${actor} ${action} ${type}`] = how;
        if (how === "always") lines.push(`has_permission(_: ${actor}, "${action}", _: ${type});`);
        if (how === "facts") {
          lines.push(`has_permission(a: ${actor}, "${action}", x: ${type}) if has_role(a, "owner", x);`);
        }
      }
    }
    next++;
  }
  const policy = `actor User {} actor Robot {}
    ${lines.join("\n")}
    allow(actor, action, resource) if has_permission(actor, action, resource);
    allow(actor, action: String, name: String) if may_on(actor, action, name);
    allow(actor: User, "enter") if may(actor, "enter");
    allow(actor: User, "leave") if may(actor, "leave");
    declare may(User, String); declare may_on(User, String, String); declare may_on(Robot, String, String);`;
  return { grants, policy };
}

async function viewsOf(
  policy: string,
  visibility: VisibilityOptions,
  change: (engine: Engine) => Engine = (one) => one,
) {
  const own = await createEngine({ policy, logger: silent });
  const engine = change(own);
  // Unknown actions are no mistake here: that nothing grants them is what is looked at.
  const sound = await createEngine({
    policy: "actor User {} allow(_: User, _a, _r); allow(_: User, _a);",
    logger: silent,
  });
  const schema = authorizeSchema(buildSchema(`${authorizeDirective.typeDefs}\n${sdl}`), {
    engine: sound,
    actor: () => null,
    logger: silent,
  });
  const layer = new Layer(settingsOf({ engine, actor: () => null, logger: silent, visibility }));
  layer.refreshPolicy();
  const views = new Views(schema, tableOf(schema)!, layer, visibility);
  const seen = async (type: string | undefined, id = "ann"): Promise<ReadonlySet<string>> => {
    const asker =
      type === undefined ? { kind: "nobody" as const } : { kind: "actor" as const, actor: entity(type, id) };
    return fieldsOf((await views.of(asker)).schema);
  };
  return { engine: own, views, layer, seen };
}

function fieldsOf(schema: GraphQLSchema): ReadonlySet<string> {
  return new Set(Object.keys(schema.getQueryType()!.getFields()));
}

/** Fields about one type, beside those about its name. */
const fieldsAbout = (action: string, type: string) => [
  `${action}${type}`,
  `${action}New${type}`,
  `${action}All${type}`,
];

describe("by rules", () => {
  test.each([0, 1, 2, 3, 4, 5])("an actor sees what rules could grant to one of its type: policy %i", async (turn) => {
    const { grants, policy } = policyOf(turn);
    const { seen } = await viewsOf(policy, { by: "rules" });
    for (const actor of actorTypes) {
      const fields = await seen(actor);
      expect(fields.has("open")).toBe(true);
      for (const type of types) {
        const could = (action: string): boolean => grants[`${actor} ${action} ${type}`] !== "never";
        for (const action of actions) {
          for (const field of fieldsAbout(action, type)) {
            // A list of what can never be read leads nowhere.
            const leads = field.includes("All") ? could(action) && could("read") : could(action);
            expect([actor, field, fields.has(field)]).toEqual([actor, field, leads]);
          }
          expect(fields.has(`${action}On${type}`)).toBe(false);
        }
      }
      const papers = types.some((type) => actions.every((action) => grants[`${actor} ${action} ${type}`] !== "never"));
      expect([actor, "paper", fields.has("paper")]).toEqual([actor, "paper", papers]);
    }
    expect([...(await seen(undefined))]).toEqual(["open"]);
  });

  test("what is asked about the actor alone shows as soon as it is granted, each by its own action and type", async () => {
    const { engine, seen } = await viewsOf(policyOf(0).policy, { by: "rules" });
    const about = async () => [...(await seen("User"))].filter((name) => /On|enter|leave/.test(name));
    expect(await about()).toEqual([]);
    await engine.tell("may", entity("User", "ann"), "enter");
    expect(await about()).toEqual(["enter"]);
    await engine.tell("may_on", entity("User", "ann"), "edit", "Note");
    expect(await about()).toEqual(["editOnNote", "enter"]);
    expect([...(await seen("User", "bob"))].filter((name) => /On|enter|leave/.test(name))).toEqual([]);
  });

  test("another policy shows another schema", async () => {
    const one = policyOf(0);
    const { engine, layer, seen } = await viewsOf(one.policy, { by: "rules" });
    await seen("User");
    for (const turn of [1, 2, 3]) {
      const { grants, policy } = policyOf(turn);
      await engine.setPolicy(policy);
      layer.refreshPolicy();
      const fields = await seen("User");
      for (const type of types) {
        for (const action of actions) {
          const could = grants[`User ${action} ${type}`] !== "never";
          expect([turn, action, type, fields.has(`${action}${type}`)]).toEqual([turn, action, type, could]);
        }
      }
    }
  });
});

describe("by facts", () => {
  test.each([0, 1, 2])("an actor sees of what exists what is granted at present: policy %i", async (turn) => {
    const { grants, policy } = policyOf(turn);
    const { engine, seen } = await viewsOf(policy, { by: "facts" });
    const check = async (owned: string | undefined) => {
      for (const actor of actorTypes) {
        const fields = await seen(actor);
        for (const type of types) {
          for (const action of actions) {
            const how = grants[`${actor} ${action} ${type}`];
            const has = how === "always" || (how === "facts" && owned === type);
            expect([owned, actor, action, type, fields.has(`${action}${type}`)]).toEqual([
              owned,
              actor,
              action,
              type,
              has,
            ]);
            // What does not exist yet may have any facts.
            expect(fields.has(`${action}New${type}`)).toBe(how !== "never");
          }
        }
      }
    };
    await check(undefined);
    for (const type of types) {
      for (const actor of actorTypes) await engine.tell("has_role", entity(actor, "ann"), "owner", entity(type, "1"));
      await check(type);
      for (const actor of actorTypes) await engine.delete("has_role", entity(actor, "ann"), "owner", entity(type, "1"));
    }
    await check(undefined);
  });
});

test("what is no yes shows nothing, now or later", async () => {
  for (const answer of ["yes", 1, {}, undefined]) {
    for (const wait of [false, true]) {
      const change = (engine: Engine): Engine => ({
        ...engine,
        decide: () => (wait ? Promise.resolve(answer) : answer) as boolean,
      });
      const { seen } = await viewsOf(policyOf(0).policy, { by: "rules" }, change);
      expect((await seen("User")).has("enter")).toBe(false);
    }
  }
  const yes = await viewsOf(policyOf(0).policy, { by: "rules" }, (engine) => ({
    ...engine,
    decide: () => Promise.resolve(true),
  }));
  expect((await yes.seen("User")).has("enter")).toBe(true);
});

test("of too many views the one that was not used for longest is made anew", async () => {
  const { engine, views } = await viewsOf(policyOf(0).policy, { by: "rules", views: 2 });
  await engine.tell("may", entity("User", "bob"), "enter");
  await engine.tell("may", entity("User", "cleo"), "leave");
  const of = (id: string) => views.of({ kind: "actor", actor: entity("User", id) });
  const [ann, bob] = [await of("ann"), await of("bob")];
  expect(await of("ann")).toBe(ann);
  await of("cleo");
  expect(views.size).toBe(2);
  expect(await of("ann")).toBe(ann);
  expect(await of("bob")).not.toBe(bob);
});

test("a verdict holds for one view, one document and its rules; suggestions are left out where that is asked for", async () => {
  for (const suggestions of [true, false]) {
    const { views, engine } = await viewsOf(policyOf(0).policy, { by: "rules", suggestions });
    const ann = { kind: "actor" as const, actor: entity("User", "ann") };
    const document = parse("{ enter }");
    const before = await views.of(ann);
    expect(views.validate(before, document, specifiedRules)).toHaveLength(1);
    expect(views.validate(before, document, [])).toHaveLength(0);
    expect(views.validate(before, document, specifiedRules)).toHaveLength(1);
    await engine.tell("may", entity("User", "ann"), "enter");
    expect(views.validate(await views.of(ann), document, specifiedRules)).toHaveLength(0);
    const [misspelt] = views.validate(before, parse("{ opem }"), specifiedRules);
    expect(misspelt!.message.includes("Did you mean")).toBe(suggestions);
  }
  const plain = new GraphQLError("there is no such field.");
  expect(withoutSuggestion(plain)).toBe(plain);
  expect(withoutSuggestion(new GraphQLError('No "a". Did you mean "b"? Did you mean "c"?')).message).toBe('No "a".');
});
