import type { Random } from "./random.js";

/*
 * A random API as data: out of it come the SDL, the resolvers, the operations, and what the directives mean. Types Alpha, Beta and
 * Gamma implement `Node`; some implement `Named`; `Thing` is any of them, `Pair` one of two.
 */

export type Deny = "ERROR" | "NULL" | "NOT_FOUND";

/** One `@authorize` that asks about an object. */
export interface Question {
  readonly action: string;
  readonly deny?: Deny;
}

export interface Field {
  readonly name: string;
  /** A leaf, an object, a list, a list of lists, a connection, or a leaf with guarded arguments. */
  readonly kind: "leaf" | "one" | "many" | "grid" | "page" | "pick";
  /** The type of what it answers; an abstract one at times. */
  readonly target: string;
  readonly nonNull: boolean;
  readonly itemNonNull: boolean;
  readonly parent: readonly Question[];
  readonly result: readonly Question[];
  /** Actions of `on: LIST`. */
  readonly list: readonly string[];
  /** `on: ARG` with the argument `id`. */
  readonly arg: (Question & { readonly type: string }) | undefined;
  /** Whether the resolver of a connection takes the set into its own query. */
  readonly pushesDown: boolean;
}

export interface TypeModel {
  readonly name: string;
  readonly gate: readonly Question[];
  /** Whether it implements `Named`. */
  readonly named: boolean;
  readonly fields: readonly Field[];
}

/** What guards the places of arguments. */
export interface InputModel {
  /** Type and action of the ids that an argument, and a field of the input, name. */
  readonly ids: { readonly type: string; readonly action: string };
  readonly id: { readonly type: string; readonly action: string };
}

export interface Model {
  readonly types: readonly TypeModel[];
  /** Gate of the interface `Named`, and guard of its field `name`. */
  readonly namedGate: readonly Question[];
  readonly nameGuard: readonly Question[];
  readonly unionGates: Readonly<Record<"Thing" | "Pair", readonly Question[]>>;
  readonly pair: readonly string[];
  readonly inputs: InputModel;
  /** Nothing in it is non-null, so that types may be hidden by `deny: NULL`. */
  readonly nullable: boolean;
}

export const typeNames: readonly string[] = ["Alpha", "Beta", "Gamma"];
export const actionNames: readonly string[] = ["read", "edit", "list"];
export const abstractNames: readonly string[] = ["Node", "Named", "Thing", "Pair"];

export function randomModel(random: Random): Model {
  const { chance, pick } = random;
  const nullable = chance(0.15);
  const bang = (probability: number): boolean => !nullable && chance(probability);
  const pair = [pick(typeNames), pick(typeNames)];
  const unionGate = (): readonly Question[] => (chance(0.3) ? [gateQuestion()] : []);

  return {
    nullable,
    pair: [...new Set(pair)],
    namedGate: chance(0.3) ? [gateQuestion()] : [],
    nameGuard: chance(0.5) ? [fieldQuestion(true)] : [],
    unionGates: { Thing: unionGate(), Pair: unionGate() },
    inputs: {
      ids: { type: pick(typeNames), action: pick(actionNames) },
      id: { type: pick(typeNames), action: pick(actionNames) },
    },
    types: typeNames.map((name, i) => ({
      name,
      gate: chance(0.7) ? questions(gateQuestion) : [],
      named: i === 0 || chance(0.5),
      fields: fieldsOf(),
    })),
  };

  function gateQuestion(): Question {
    const deny = pick<Deny | undefined>([
      undefined,
      undefined,
      "ERROR",
      "NOT_FOUND",
      ...(nullable ? ["NULL" as const] : []),
    ]);
    return { action: pick(actionNames), ...(deny !== undefined && { deny }) };
  }

  function fieldQuestion(canBeNull: boolean): Question {
    const deny = pick<Deny | undefined>([undefined, "ERROR", "NOT_FOUND", ...(canBeNull ? ["NULL" as const] : [])]);
    return { action: pick(actionNames), ...(deny !== undefined && { deny }) };
  }

  /** One, now and then two different ones. */
  function questions(make: () => Question): readonly Question[] {
    const [one, two] = [make(), make()];
    return chance(0.2) && one.action !== two.action ? [one, two] : [one];
  }

  function fieldsOf(): readonly Field[] {
    const target = (): string => pick([...typeNames, ...typeNames, ...abstractNames]);
    const lists = (probability: number): readonly string[] => {
      if (!chance(probability)) return [];
      return chance(0.15) ? ["read", "list"] : [pick(actionNames)];
    };
    const field = (name: string, kind: Field["kind"], given: Partial<Field>): Field => ({
      name,
      kind,
      target: target(),
      nonNull: false,
      itemNonNull: false,
      parent: [],
      result: [],
      list: [],
      arg: undefined,
      pushesDown: false,
      ...given,
    });
    const leaf = (name: string): Field => {
      const nonNull = bang(0.15);
      return field(name, "leaf", {
        target: "String",
        nonNull,
        parent: chance(0.5) ? questions(() => fieldQuestion(!nonNull)) : [],
      });
    };
    const one = (name: string): Field => {
      const nonNull = bang(0.2);
      const ask = (probability: number): readonly Question[] => (chance(probability) ? [fieldQuestion(!nonNull)] : []);
      const arg = chance(0.2) ? { ...fieldQuestion(!nonNull), type: pick(typeNames) } : undefined;
      return field(name, "one", { nonNull, parent: ask(0.2), result: ask(0.3), arg });
    };
    const many = (name: string, kind: "many" | "grid"): Field => {
      const nonNull = bang(0.3);
      const list = lists(0.55);
      const asks = chance(0.2);
      return field(name, kind, {
        nonNull,
        itemNonNull: bang(0.4),
        list,
        parent: asks ? [fieldQuestion(!nonNull)] : [],
        result: list.length === 0 && chance(0.3) ? [fieldQuestion(!nonNull)] : [],
      });
    };
    const list = lists(0.85);
    return [
      leaf("leaf0"),
      leaf("leaf1"),
      one("one0"),
      one("one1"),
      many("many0", "many"),
      many("many1", "many"),
      many("grid", "grid"),
      field("page", "page", {
        target: pick(typeNames),
        list,
        pushesDown: list.length === 1 && chance(0.4),
        parent: chance(0.1) ? [fieldQuestion(true)] : [],
      }),
      field("pick", "pick", { target: "String" }),
    ];
  }
}

/** All that is asked about an object of this type, wherever it is reached. */
export function gatesOf(model: Model, type: string): readonly Question[] {
  const found = model.types.find((one) => one.name === type)!;
  return found.named ? [...found.gate, ...model.namedGate] : found.gate;
}

/** What is asked about an object besides when it is reached through a field of this type. */
export function unionGatesOf(model: Model, through: string): readonly Question[] {
  return through === "Thing" || through === "Pair" ? model.unionGates[through] : [];
}

/** The concrete types that a type can turn out to be. */
export function possibleTypes(model: Model, type: string): readonly string[] {
  switch (type) {
    case "Node":
    case "Thing":
      return typeNames;
    case "Named":
      return model.types.filter(({ named }) => named).map(({ name }) => name);
    case "Pair":
      return model.pair;
    default:
      return [type];
  }
}
