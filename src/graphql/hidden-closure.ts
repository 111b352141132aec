import {
  type ASTNode,
  astFromValue,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  visit,
} from "graphql";

/**
 * What has to go from a schema along with its hopeless parts, so that what is left is whole: fields whose result or a
 * needed argument is gone, types without fields, interfaces without implementers, types that only such fields led to. A
 * member that a visible interface declares stays. Enum values that results may hold stay, and so does what a default names.
 */
export function hiddenClosure(schema: GraphQLSchema, hopeless: ReadonlySet<string>): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const roots = rootsOf(schema);
  const inDefaults = namesInDefaults(types);
  const inResults = enumsInResults(types);
  const hidden = new Set<string>();
  /** Members that would go if no interface held them. */
  const unwanted = new Set<string>();
  for (const coordinate of hopeless) {
    if (isTypeOrMember(coordinate)) hidden.add(coordinate);
    else unwanted.add(coordinate);
  }
  for (let before = -1; before !== hidden.size + unwanted.size; ) {
    before = hidden.size + unwanted.size;
    for (const type of types) if (!hidden.has(type.name)) settle(type);
  }
  const reached = reachable(schema, hidden);
  const everything = reachable(schema, new Set());
  for (const { name } of types) if (everything.has(name) && !reached.has(name)) hidden.add(name);
  return hidden;

  /** Types, and members of unions: these go whatever interfaces say. */
  function isTypeOrMember(coordinate: string): boolean {
    const [type = "", member] = coordinate.split(".");
    return member === undefined || isUnionType(schema.getType(type));
  }

  function settle(type: GraphQLNamedType): void {
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields());
      for (const field of fields) {
        const coordinate = `${type.name}.${field.name}`;
        for (const argument of field.args) {
          const place = `${coordinate}(${argument.name}:)`;
          if (isGone(argument.type)) unwanted.add(place);
          if (unwanted.has(place) && isRequiredArgument(argument)) unwanted.add(coordinate);
          settleMember(type, `.${field.name}(${argument.name}:)`);
        }
        if (isGone(field.type)) unwanted.add(coordinate);
        settleMember(type, `.${field.name}`);
      }
      if (!roots.has(type) && fields.every((field) => hidden.has(`${type.name}.${field.name}`))) hidden.add(type.name);
    }
    if (isAbstractType(type)) {
      const possible = schema.getPossibleTypes(type);
      const gone = possible.filter((one) => hidden.has(one.name) || hidden.has(`${type.name}.${one.name}`));
      if (possible.length > 0 && gone.length === possible.length) hidden.add(type.name);
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      for (const field of fields) {
        const coordinate = `${type.name}.${field.name}`;
        if (isGone(field.type)) unwanted.add(coordinate);
        if (!unwanted.has(coordinate)) continue;
        if (isRequiredInputField(field)) hidden.add(type.name);
        if (!isInDefault(field.name)) hidden.add(coordinate);
      }
      if (fields.every((field) => hidden.has(`${type.name}.${field.name}`))) hidden.add(type.name);
    }
    if (isEnumType(type) && !inResults.has(type)) {
      const values = type.getValues().map(({ name }) => name);
      for (const value of values) {
        if (unwanted.has(`${type.name}.${value}`) && !isInDefault(value)) hidden.add(`${type.name}.${value}`);
      }
      if (values.every((value) => hidden.has(`${type.name}.${value}`))) hidden.add(type.name);
    }
  }

  /** A field or argument of an object or interface, by what stands behind the type's name. */
  function settleMember(type: GraphQLNamedType, member: string): void {
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    const coordinate = `${type.name}${member}`;
    if (hidden.has(coordinate)) return;
    if (isInterfaceType(type) && !unwanted.has(coordinate)) {
      const seen = schema.getImplementations(type).objects.filter(({ name }) => !hidden.has(name));
      if (seen.length > 0 && seen.every(({ name }) => unwanted.has(`${name}${member}`))) unwanted.add(coordinate);
    }
    if (!unwanted.has(coordinate)) return;
    const [, field = "", argument] = /^\.(\w+)(?:\((\w+):\))?$/.exec(member) ?? [];
    const isHeld = type.getInterfaces().some((face) => {
      const declared = face.getFields()[field];
      if (hidden.has(face.name) || declared === undefined) return false;
      if (argument !== undefined && !declared.args.some(({ name }) => name === argument)) return false;
      return !hidden.has(`${face.name}${member}`);
    });
    if (!isHeld) hidden.add(coordinate);
  }

  function isGone(type: Parameters<typeof getNamedType>[0]): boolean {
    return hidden.has(getNamedType(type)?.name ?? "");
  }

  function isInDefault(name: string): boolean {
    return inDefaults.has(name);
  }
}

function rootsOf(schema: GraphQLSchema): ReadonlySet<GraphQLNamedType | null | undefined> {
  return new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
}

/** Enums that a field can answer: what stands in a result is never hidden. */
function enumsInResults(types: readonly GraphQLNamedType[]): ReadonlySet<GraphQLNamedType> {
  const found = new Set<GraphQLNamedType>();
  for (const type of types) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) found.add(getNamedType(field.type));
  }
  return found;
}

/** An argument or input field. graphql 17 keeps a default of an SDL as it is written, and one of code as clients send it. */
interface WithDefault {
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
  readonly default?: { readonly literal?: ASTNode; readonly value?: unknown } | undefined;
}

/** Names of enum values and input fields in defaults: introspection writes these out. */
function namesInDefaults(types: readonly GraphQLNamedType[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const type of types) {
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const places: readonly WithDefault[] = isInputObjectType(type)
      ? Object.values(type.getFields())
      : fields.flatMap(({ args }) => args);
    for (const { defaultValue, default: given, type: of } of places) {
      if (given?.value !== undefined) addNames(given.value, found);
      const node = given?.literal ?? (defaultValue === undefined ? undefined : astFromValue(defaultValue, of));
      if (node == null) continue;
      visit(node, {
        EnumValue: ({ value }) => void found.add(value),
        ObjectField: ({ name }) => void found.add(name.value),
      });
    }
  }
  return found;
}

function addNames(value: unknown, found: Set<string>): void {
  if (typeof value === "string") found.add(value);
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    found.add(name);
    addNames(inner, found);
  }
}

/** Names of the types that the roots and the directives lead to, by parts that are not hidden. */
function reachable(schema: GraphQLSchema, hidden: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const enter = (type: GraphQLNamedType | null | undefined): void => {
    if (type == null || found.has(type.name) || hidden.has(type.name)) return;
    found.add(type.name);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${type.name}.${field.name}`;
        if (hidden.has(coordinate)) continue;
        enter(getNamedType(field.type));
        for (const { name, type: of } of field.args) {
          if (!hidden.has(`${coordinate}(${name}:)`)) enter(getNamedType(of));
        }
      }
      for (const face of type.getInterfaces()) enter(face);
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!hidden.has(`${type.name}.${field.name}`)) enter(getNamedType(field.type));
      }
    }
    if (isInterfaceType(type)) {
      const { objects, interfaces } = schema.getImplementations(type);
      for (const one of [...objects, ...interfaces]) enter(one);
    }
    if (isUnionType(type)) {
      for (const member of type.getTypes()) if (!hidden.has(`${type.name}.${member.name}`)) enter(member);
    }
  };
  for (const root of rootsOf(schema)) enter(root);
  for (const directive of schema.getDirectives()) for (const { type } of directive.args) enter(getNamedType(type));
  return found;
}
