import { type Field, gatesOf, type Model, type Question, typeNames } from "./model.js";

/** The SDL of a model. */
export function sdlOf(model: Model): string {
  const bang = model.nullable ? "" : "!";
  const lines = [
    "interface Node { id: ID! }",
    `interface Named implements Node ${authorize(model.namedGate)} { id: ID!  name: String ${authorize(model.nameGuard)} }`,
    `union Thing ${authorize(model.unionGates.Thing)} = ${typeNames.join(" | ")}`,
    `union Pair ${authorize(model.unionGates.Pair)} = ${model.pair.join(" | ")}`,
    "type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }",
    `enum Order { ASC  DESC @authorize(action: "enter", on: NONE) }`,
    `input Pick {
       id: ID ${named(model.inputs.id)}
       flag: Boolean @authorize(action: "enter", on: NONE)
       quiet: Boolean = true @authorize(action: "enter", on: NONE)
       order: Order
       more: [Pick!]
     }`,
  ];
  for (const { name, named: isNamed, gate, fields } of model.types) {
    const isGuarded = gatesOf(model, name).length > 0;
    lines.push(
      `type ${name} implements Node${isNamed ? " & Named" : ""} ${isGuarded ? authorize(gate) : "@public"} {`,
      "  id: ID!",
      ...(isNamed ? ["  name: String"] : []),
      ...fields.map((field) => `  ${fieldOf(model, field)}`),
      "}",
      `type ${name}Connection { edges: [${name}Edge${bang}]${bang}  nodes: [${name}${bang}]${bang}  pageInfo: PageInfo!  totalCount: Int! }`,
      `type ${name}Edge { node: ${name}${bang}  cursor: String! }`,
      `type ${name}Payload @public { ok: Boolean  item: ${name}  rest: [${name}${bang}] @authorize(action: "list", on: LIST) }`,
    );
  }
  lines.push("type Query {", `  ${pickField(model)} @public`);
  for (const name of typeNames) {
    const arg = `on: ARG, arg: "id", type: "${name}"`;
    lines.push(
      `  get${name}(id: ID!): ${name} @public`,
      `  ask${name}(id: ID!): ${name} @authorize(action: "edit", ${arg})`,
      `  hide${name}(id: ID!): ${name} @authorize(action: "list", ${arg}, deny: NOT_FOUND)`,
      `  strict${name}(ids: [ID!]!): ${name} @authorize(action: "read", on: ARG, arg: "ids", type: "${name}")`,
      `  all${name}: [${name}${bang}]${bang} @authorize(action: "list", on: LIST)`,
    );
  }
  lines.push(
    "  node(type: String!, id: ID!): Node @public",
    "  things: [Thing] @public",
    "  pairs: [Pair] @public",
    `  named: [Named${bang}] @authorize(action: "read", on: LIST)`,
    `  door: String @authorize(action: "enter", on: NONE)`,
    "}",
    "type Mutation {",
  );
  for (const name of typeNames) {
    const guard = `@authorize(action: "edit", on: ARG, arg: "id", type: "${name}")`;
    for (const verb of ["touch", "drop", "give"]) lines.push(`  ${verb}${name}(id: ID!): ${name}Payload ${guard}`);
  }
  return [...lines, "}"].join("\n");
}

function fieldOf(model: Model, field: Field): string {
  const { name, target, nonNull, itemNonNull } = field;
  const bang = nonNull ? "!" : "";
  const item = itemNonNull ? `${target}!` : target;
  const guards = [
    authorize(field.parent, field.kind === "leaf" ? "" : ", on: PARENT"),
    authorize(field.result, ", on: RESULT"),
    ...field.list.map((action) => `@authorize(action: "${action}", on: LIST)`),
    ...(field.arg === undefined ? [] : [authorize([field.arg], `, on: ARG, arg: "id", type: "${field.arg.type}"`)]),
  ].join(" ");
  switch (field.kind) {
    case "leaf":
      return `${name}: String${bang} ${guards}`;
    case "one":
      return `${name}${field.arg === undefined ? "" : "(id: ID!)"}: ${target}${bang} ${guards}`;
    case "many":
      return `${name}: [${item}]${bang} ${guards}`;
    case "grid":
      return `${name}: [[${item}]]${bang} ${guards}`;
    case "page": {
      const open = field.list.length === 0 && field.parent.length === 0 ? "@public" : "";
      return `${name}(first: Int, after: String, last: Int, before: String): ${target}Connection ${guards} ${open}`;
    }
    case "pick":
      return pickField(model);
  }
}

function pickField({ inputs }: Model): string {
  return `pick(tag: Int!, by: Pick, ids: [ID] ${named(inputs.ids)}, level: Int @authorize(action: "enter", on: NONE), order: Order = DESC): String`;
}

function authorize(questions: readonly Question[], on = ""): string {
  return questions
    .map(({ action, deny }) => `@authorize(action: "${action}"${on}${deny === undefined ? "" : `, deny: ${deny}`})`)
    .join(" ");
}

function named({ type, action }: { readonly type: string; readonly action: string }): string {
  return `@authorize(action: "${action}", type: "${type}")`;
}
