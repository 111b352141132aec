import {
  type Field,
  gatesOf,
  type Model,
  type NamedQuestion,
  type NoneQuestion,
  type Question,
  typeNames,
} from "./model.js";

/** The SDL of a model. */
export function sdlOf(model: Model): string {
  const bang = model.nullable ? "" : "!";
  const lines = [
    "interface Node { id: ID! }",
    `interface Named implements Node ${authorize(model.namedGate)} { id: ID!  name: String ${authorize(model.nameGuard)}  ${noteField(model.note)} }`,
    `union Thing ${authorize(model.unionGates.Thing)} = ${typeNames.join(" | ")}`,
    `union Pair ${authorize(model.unionGates.Pair)} = ${model.pair.join(" | ")}`,
    `enum Order { ${model.inputs.order.map(({ name, guard }) => `${name} ${none(guard)}`).join("  ")} }`,
    `input Pick {
       id: ID ${named([model.inputs.id])}
       flag: Boolean @authorize(action: "enter", on: NONE)
       quiet: Boolean = true @authorize(action: "enter", on: NONE)
       order: Order
       more: [Pick!]
     }`,
  ];
  for (const { name, named: isNamed, gate, fields, connection, all, note } of model.types) {
    const isGuarded = gatesOf(model, name).length > 0;
    const nodes = connection.hasNodes ? `nodes: [${name}${bang}]${bang}  ` : "";
    const count = connection.countNullable ? "Int" : "Int!";
    lines.push(
      `type ${name} implements Node${isNamed ? " & Named" : ""} ${isGuarded ? authorize(gate) : "@public"} {`,
      "  id: ID!",
      ...(isNamed ? ["  name: String"] : []),
      ...fields.map((field) => `  ${field.kind === "note" ? noteField(note) : fieldOf(model, field)}`),
      "}",
      `type ${name}Info { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }`,
      `type ${name}Connection { edges: [${name}Edge${bang}]${bang}  ${nodes}pageInfo: ${name}Info!  totalCount: ${count} }`,
      `type ${name}Edge { node: ${name}${bang}  cursor: String! }`,
      `type ${name}Payload @public { ok: Boolean  item: ${name}  rest: [${name}${bang}] ${list(all)} }`,
    );
  }
  lines.push("type Query {", `  ${pickField(model)} @public`);
  for (const { name, all } of model.types) {
    const arg = `on: ARG, arg: "id", type: "${name}"`;
    lines.push(
      `  get${name}(id: ID!): ${name} @public`,
      `  ask${name}(id: ID!): ${name} @authorize(action: "edit", ${arg})`,
      `  hide${name}(id: ID!): ${name} @authorize(action: "list", ${arg}, deny: NOT_FOUND)`,
      `  strict${name}(ids: [ID!]!): ${name} @authorize(action: "read", on: ARG, arg: "ids", type: "${name}")`,
      `  all${name}: [${name}${bang}]${bang} ${list(all)}`,
    );
  }
  lines.push(
    "  node(type: String!, id: ID!): Node @public",
    "  things: [Thing] @public",
    "  pairs: [Pair] @public",
    `  named: [Named${bang}] ${list(model.namedList)}`,
    ...model.doors.map((guard, i) => `  door${i}: String ${none(guard)}`),
    "}",
    "type Mutation {",
    ...model.doors.map((guard, i) => `  door${i}: String ${none(guard)}`),
  );
  for (const name of typeNames) {
    const on = `on: ARG, arg: "id", type: "${name}"`;
    const guard = `@authorize(action: "edit", ${on})`;
    for (const verb of ["touch", "drop", "give"]) lines.push(`  ${verb}${name}(id: ID!): ${name}Payload ${guard}`);
    if (model.rejects) {
      lines.push(`  must${name}(id: ID!): ${name}Payload @authorize(action: "strict", ${on}, deny: REJECT)`);
    }
  }
  return [...lines, "}"].join("\n");
}

function fieldOf(model: Model, field: Field): string {
  const { name, target, nonNull, itemNonNull } = field;
  const bang = nonNull ? "!" : "";
  const item = itemNonNull ? `${target}!` : target;
  const guards = [
    none(field.none),
    authorize(field.parent, field.kind === "leaf" ? "" : ", on: PARENT"),
    authorize(field.result, ", on: RESULT"),
    list(field.list),
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
      const open = field.list.length + field.parent.length + field.none.length === 0 ? "@public" : "";
      return `${name}${pageArguments[field.page!.args]}: ${target}Connection ${guards} ${open}`;
    }
    case "pick":
      return pickField(model);
    case "note":
      return noteField(model.note);
  }
}

const pageArguments = {
  both: "(first: Int, after: String, last: Int, before: String)",
  forward: "(first: Int, after: String)",
  backward: "(last: Int, before: String)",
  first: "(first: Int)",
  none: "",
};

function pickField({ inputs }: Model): string {
  return `pick(tag: Int!, by: Pick, ids: [ID] ${named([inputs.ids])}, level: Int ${none([inputs.level])}, order: Order = DESC): String`;
}

function noteField({ by, level }: Model["note"]): string {
  return `note(tag: Int!, by: ID ${named(by)}, level: Int ${none(level)}): String @public`;
}

function authorize(questions: readonly Question[], on = ""): string {
  return questions
    .map(({ action, deny }) => `@authorize(action: "${action}"${on}${deny === undefined ? "" : `, deny: ${deny}`})`)
    .join(" ");
}

function none(questions: readonly NoneQuestion[]): string {
  return questions
    .map(({ type, ...question }) => authorize([question], `, on: NONE${type === undefined ? "" : `, type: "${type}"`}`))
    .join(" ");
}

function list(actions: readonly string[]): string {
  return actions.map((action) => `@authorize(action: "${action}", on: LIST)`).join(" ");
}

function named(questions: readonly NamedQuestion[]): string {
  return questions.map(({ type, action }) => `@authorize(action: "${action}", type: "${type}")`).join(" ");
}
