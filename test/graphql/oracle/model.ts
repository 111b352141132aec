import type { Random } from "./random.js";

/*
 * A random API as data: out of it come the SDL, the resolvers, the operations, and what the directives mean. Types Alpha, Beta and
 * Gamma implement `Node`; some implement `Named`; `Thing` is any of them, `Pair` one of two.
 */

export type Deny = "ERROR" | "NULL" | "NOT_FOUND" | "REJECT";

/** One `@authorize` that asks about an object. */
export interface Question {
  readonly action: string;
  readonly deny?: Deny;
}

/** One `on: NONE`: about the actor alone, or about the name of a type. */
export interface NoneQuestion extends Question {
  readonly type?: string;
}

/** One `@authorize` that asks about the objects that an argument names. */
export interface NamedQuestion extends Question {
  readonly type: string;
}

export interface Field {
  readonly name: string;
  /** A leaf, an object, a list, a list of lists, a connection, or a leaf with guarded arguments. */
  readonly kind: "leaf" | "one" | "many" | "grid" | "page" | "pick" | "note";
  /** The type of what it answers; an abstract one at times. */
  readonly target: string;
  readonly nonNull: boolean;
  readonly itemNonNull: boolean;
  readonly none: readonly NoneQuestion[];
  readonly parent: readonly Question[];
  readonly result: readonly Question[];
  /** Actions of `on: LIST`. */
  readonly list: readonly string[];
  /** `on: ARG` with the argument `id`. */
  readonly arg: NamedQuestion | undefined;
  readonly page: Page | undefined;
  /** By how many turns of the event loop its resolver is late. */
  readonly turns: number;
}

/** How the resolver of a connection pages. */
export interface Page {
  /** Which of the four arguments it takes: all, `first` and `after`, `last` and `before`, `first` alone, none. */
  readonly args: "both" | "forward" | "backward" | "first" | "none";
  /** Rows of a page at most, whatever the client asks for. */
  readonly most: number | undefined;
  /** The actions whose sets it takes into its own query. */
  readonly takes: readonly string[];
  readonly by: "list" | "filter";
}

/** How a property is answered: as it is, by a promise, by a method, by one that answers later, or by a resolver. */
export type Style = "plain" | "promise" | "method" | "later" | "resolver";

/** How the members of a type's connection come. */
export interface ConnectionModel {
  readonly connection: Style;
  readonly edge: Style;
  readonly info: Style;
  readonly hasNodes: boolean;
  readonly countNullable: boolean;
}

export interface TypeModel {
  readonly name: string;
  readonly gate: readonly Question[];
  /** Whether it implements `Named`. */
  readonly named: boolean;
  readonly fields: readonly Field[];
  readonly connection: ConnectionModel;
  /** Actions of the LIST of all of them. */
  readonly all: readonly string[];
  /** What guards the arguments of its `note`, beside what the interface says. */
  readonly note: NoteModel;
}

/** What guards the arguments of `note`. */
export interface NoteModel {
  readonly by: readonly NamedQuestion[];
  readonly level: readonly NoneQuestion[];
}

/** What guards the places of arguments. */
export interface InputModel {
  /** Type and action of the ids that an argument, and a field of the input, name. */
  readonly ids: NamedQuestion;
  readonly id: NamedQuestion;
  readonly level: NoneQuestion;
  /** The values of the enum, with what they are inside: several can be the same. */
  readonly order: readonly OrderValue[];
}

export interface OrderValue {
  readonly name: string;
  readonly value: number;
  readonly guard: readonly NoneQuestion[];
}

export interface Model {
  readonly types: readonly TypeModel[];
  /** Gate of the interface `Named`, and guard of its field `name`. */
  readonly namedGate: readonly Question[];
  readonly nameGuard: readonly Question[];
  readonly note: NoteModel;
  readonly unionGates: Readonly<Record<"Thing" | "Pair", readonly Question[]>>;
  readonly pair: readonly string[];
  /** Actions of the LIST of everything that is `Named`. */
  readonly namedList: readonly string[];
  /** Fields of the query that ask about the actor alone. */
  readonly doors: readonly (readonly NoneQuestion[])[];
  readonly inputs: InputModel;
  /** Nothing in it is non-null, so that types may be hidden by `deny: NULL`, and errors stand where they are made. */
  readonly nullable: boolean;
  /** Whether some directives reject the whole operation; all of these, and no others, ask for the action `strict`. */
  readonly rejects: boolean;
}

export const typeNames: readonly string[] = ["Alpha", "Beta", "Gamma"];
export const actionNames: readonly string[] = ["read", "edit", "list", "strict"];
export const globalActions: readonly string[] = ["enter", "leave", "strict"];
/** Types whose names are asked about. */
export const namedTypes: readonly string[] = ["Alpha", "Beta"];
export const abstractNames: readonly string[] = ["Node", "Named", "Thing", "Pair"];

export function randomModel(random: Random): Model {
  const { chance, pick, below } = random;
  const nullable = chance(0.4);
  const rejects = nullable && chance(0.6);
  const bang = (probability: number): boolean => !nullable && chance(probability);
  const actions = actionNames.slice(0, 3);
  const pair = [pick(typeNames), pick(typeNames)];
  const unionGate = (): readonly Question[] => (chance(0.3) ? [gateQuestion()] : []);

  const namedGate = chance(0.3) ? [gateQuestion()] : [];
  const shapes = typeNames.map((name, i) => ({
    name,
    gate: chance(rejects ? 0.5 : 0.7) ? two(gateQuestion) : [],
    named: i === 0 || chance(0.5),
  }));
  return {
    nullable,
    rejects,
    pair: [...new Set(pair)],
    namedGate,
    nameGuard: chance(0.5) ? [fieldQuestion(true)] : [],
    note: noteModel(),
    unionGates: { Thing: unionGate(), Pair: unionGate() },
    namedList: chance(0.3) ? ["read", "list"] : [pick(actions)],
    doors: Array.from({ length: 4 }, () => (chance(0.25) ? [none(true), none(true)] : [none(true)])),
    inputs: {
      ids: { type: pick(typeNames), action: pick(actions) },
      id: { type: pick(typeNames), action: pick(actions) },
      level: rejects ? { action: "strict", deny: "REJECT" } : { action: "enter" },
      order: orderValues(),
    },
    types: shapes.map((shape) => ({
      ...shape,
      fields: fieldsOf(shape),
      connection: connectionModel(),
      all: chance(0.25) ? ["list", "read"] : ["list"],
      note: shape.named ? noteModel() : { by: [], level: [] },
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
    return { action: pick(actions), ...(deny !== undefined && { deny }) };
  }

  function fieldQuestion(canBeNull: boolean): Question {
    if (rejects && chance(0.2)) return { action: "strict", deny: "REJECT" };
    const deny = pick<Deny | undefined>([undefined, "ERROR", "NOT_FOUND", ...(canBeNull ? ["NULL" as const] : [])]);
    return { action: pick(actions), ...(deny !== undefined && { deny }) };
  }

  function none(canBeNull: boolean): NoneQuestion {
    const type = pick([undefined, undefined, ...namedTypes]);
    const { deny } = fieldQuestion(canBeNull);
    const action = deny === "REJECT" ? "strict" : pick(["enter", "leave"]);
    return { action, ...(type !== undefined && { type }), ...(deny !== undefined && { deny }) };
  }

  /** One, now and then two different ones. */
  function two<T extends Question>(make: () => T): readonly T[] {
    const [one, other] = [make(), make()];
    return chance(0.25) && one.action !== other.action ? [one, other] : [one];
  }

  function noteModel(): NoteModel {
    return {
      by: chance(0.6) ? [{ type: pick(typeNames), action: pick(actions) }] : [],
      level: chance(0.6) ? [{ action: pick(["enter", "leave"]) }] : [],
    };
  }

  /** ASC is for everybody. The others share one internal value, or do not; some have no guard of their own. */
  function orderValues(): readonly OrderValue[] {
    const shared = chance(0.7);
    return [
      { name: "ASC", value: 0, guard: [] },
      ...["DESC", "LATEST", "NEWEST"].map((name, i) => ({
        name,
        value: shared ? 1 : i + 1,
        guard: name === "DESC" || chance(0.6) ? [{ action: pick(["enter", "leave"]) }] : [],
      })),
    ];
  }

  function connectionModel(): ConnectionModel {
    const style = (): Style => pick(["plain", "plain", "promise", "method", "later", "resolver"]);
    return {
      connection: style(),
      edge: style(),
      info: style(),
      hasNodes: chance(0.8),
      countNullable: nullable || chance(0.5),
    };
  }

  function fieldsOf({ named }: { readonly named: boolean }): readonly Field[] {
    const target = (): string => pick([...typeNames, ...typeNames, ...abstractNames]);
    const lists = (probability: number): readonly string[] => {
      if (!chance(probability)) return [];
      return chance(0.3)
        ? pick([
            ["read", "list"],
            ["edit", "list"],
            ["list", "read"],
          ])
        : [pick(actions)];
    };
    const field = (name: string, kind: Field["kind"], given: Partial<Field>): Field => ({
      name,
      kind,
      target: target(),
      nonNull: false,
      itemNonNull: false,
      none: chance(0.1) ? two(() => none(given.nonNull !== true)) : [],
      parent: [],
      result: [],
      list: [],
      arg: undefined,
      page: undefined,
      turns: rejects && chance(0.6) ? 3 + below(6) : 0,
      ...given,
    });
    const leaf = (name: string): Field => {
      const nonNull = bang(0.15);
      return field(name, "leaf", {
        target: "String",
        nonNull,
        parent: chance(0.5) ? two(() => fieldQuestion(!nonNull)) : [],
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
        result: chance(list.length === 0 ? 0.3 : 0.15) ? [fieldQuestion(!nonNull)] : [],
      });
    };
    const page = (name: string): Field => {
      const target = pick(typeNames);
      const list = lists(0.85);
      return field(name, "page", {
        target,
        list,
        page: pageModel(target, list),
        parent: chance(0.1) ? [fieldQuestion(true)] : [],
      });
    };
    return [
      leaf("leaf0"),
      leaf("leaf1"),
      one("one0"),
      one("one1"),
      many("many0", "many"),
      many("many1", "many"),
      many("grid", "grid"),
      page("page"),
      page("page1"),
      field("pick", "pick", { target: "String", none: [] }),
      ...(named ? [field("note", "note", { target: "String", none: [] })] : []),
    ];
  }

  function pageModel(target: string, list: readonly string[]): Page {
    const shape = shapes.find(({ name }) => name === target)!;
    const gate = [...shape.gate, ...(shape.named ? namedGate : [])].map(({ action }) => action);
    const needed = [...new Set([...list, ...gate])];
    const args = pick(["both", "both", "both", "forward", "backward", "first", "none"] as const);
    // A resolver with a page size of its own shows smaller pages where everything is allowed. Whether that is known hangs on
    // what else the operation asks, unless the gate asks what the list asks.
    const isKnown = list.length > 0 && (!gate.includes("read") || list.includes("read"));
    const most = isKnown && chance(0.4) ? 2 + below(3) : undefined;
    const takes =
      list.length === 0 || chance(0.5)
        ? []
        : chance(0.5)
          ? needed
          : [...new Set([pick(needed), ...(chance(0.4) ? [pick(actions)] : [])])];
    return { args, most, takes, by: pick(["list", "filter"]) };
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

/** What the value of the enum asks: names that are one inside ask what each of them asks. */
export function orderGuard({ inputs }: Model, name: string): readonly NoneQuestion[] {
  const { value } = inputs.order.find((one) => one.name === name)!;
  return inputs.order.flatMap((one) => (one.value === value ? one.guard : []));
}
