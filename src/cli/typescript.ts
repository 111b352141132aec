import type { PolicyMetadata } from "../engine/types.js";
import type { FactSignature, Policy, SignatureArgument } from "../polar/policy.js";

/** A module of TypeScript that types the questions and facts of one policy. `files` is named in its first line. */
export function typeScriptOf(policy: Policy, metadata: PolicyMetadata, files: readonly string[]): string {
  const types = Object.entries(metadata.types).sort(byName);
  const actors = types.filter(([, type]) => type.kind === "actor").map(([name]) => name);
  const entries = (of: (type: (typeof types)[number][1]) => readonly string[] | "*"): string[] =>
    types.flatMap(([name, type]) => (of(type).length === 0 ? [] : [`  readonly ${key(name)}: ${names(of(type))};`]));
  const facts = [...policy.signatures.values()]
    .flat()
    .filter(isTold)
    .map((signature) => factType(signature, policy));

  return `// Made by \`arcturus generate-types ${files.join(" ")}\`. Changes are lost when it is made again.

import type { Engine, ${facts.some((fact) => fact.includes("FactArgument")) ? "FactArgument, " : ""}QuestionOptions, WriteResult } from "arcturus";

/** An entity: its type and its id. */
export interface Ref<Type extends string> {
  readonly type: Type;
  readonly id: string;
}

/** Who asks. */
export type Actor = ${actors.length === 0 ? "never" : `Ref<${names(actors)}>`};

/** What may be done to a resource, by its type. */
export interface Actions {
${entries((type) => type.actions).join("\n")}
}

/** What may be done without a resource. */
export type GlobalAction = ${names(metadata.globalActions)};

/** The roles of each type. */
export interface Roles {
${entries((type) => type.roles).join("\n")}
}

/** Every fact that the policy can use. */
export type Fact =${
    facts.length === 0
      ? " never"
      : `\n${[...new Set(facts)]
          .sort()
          .map((fact) => `  | ${fact}`)
          .join("\n")}`
  };

/** The engine as this policy types it: \`const engine: TypedEngine = await createEngine(…)\`. */
export interface TypedEngine extends Omit<Engine, "actions" | "authorize" | "list" | "tell"> {
  authorize<Type extends keyof Actions>(
    actor: Actor,
    action: Actions[Type],
    resource: Ref<Type>,
    options?: QuestionOptions,
  ): Promise<boolean>;
  authorize(actor: Actor, action: GlobalAction, resource?: undefined, options?: QuestionOptions): Promise<boolean>;
  list<Type extends keyof Actions>(
    actor: Actor,
    action: Actions[Type],
    type: Type,
    options?: QuestionOptions,
  ): Promise<string[]>;
  actions(actor: Actor, resource?: Ref<keyof Actions>, options?: QuestionOptions): Promise<string[]>;
  tell(...fact: Fact): Promise<WriteResult>;
}`;
}

/** Roles and relations of a type that has none are in the signatures as sets without members: nothing to tell. */
function isTold({ args }: FactSignature): boolean {
  return args.every((arg) => arg.kind !== "string" || arg.values === undefined || arg.values.size > 0);
}

function factType({ predicate, args }: FactSignature, policy: Policy): string {
  return `[${[JSON.stringify(predicate), ...args.map((arg) => argumentType(arg, policy))].join(", ")}]`;
}

function argumentType(arg: SignatureArgument, policy: Policy): string {
  switch (arg.kind) {
    case "entity":
      return `Ref<${names(withSubtypes(arg.type, policy))}>`;
    case "any":
      return "FactArgument";
    case "string":
      return arg.values === undefined ? "string" : names([...arg.values]);
    case "integer":
      return "number | bigint";
    case "boolean":
      return "boolean";
  }
}

/** A subtype may stand for its supertype (Polar reference, section 13). */
function withSubtypes(name: string, policy: Policy): string[] {
  if (name === "Actor" || name === "Resource") {
    const all = [...policy.types.values()].filter(
      ({ kind }) => kind === "actor" || (name === "Resource" && kind === "resource"),
    );
    return all.map((type) => type.name);
  }
  const subtypes = [...policy.types.values()].filter((type) => type.ancestors.includes(name)).map((type) => type.name);
  return subtypes.includes(name) ? subtypes : [name, ...subtypes];
}

function names(list: readonly string[] | "*"): string {
  if (list === "*") return "string";
  if (list.length === 0) return "never";
  return [...list]
    .sort()
    .map((name) => JSON.stringify(name))
    .join(" | ");
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
