import { createEngine } from "../../../src/engine/create-engine.js";
import type { Engine, EngineOptions, Logger } from "../../../src/engine/types.js";
import type { Fact, FactArgument } from "../../../src/facts/index.js";

/**
 * Who may do what to what: `"alice read Doc:1"`, `"alice read Doc:*"` for every one, `"alice create"` for the actor alone,
 * `"alice create Doc"` for the name of a type.
 */
export type Grant = string;

/** What an engine was asked, in the form of grants. */
export interface Calls {
  readonly decide: string[];
  readonly authorizeMany: string[];
  readonly list: string[];
  readonly actions: string[];
  readonly filter: string[];
}

export interface Counted {
  readonly calls: Calls;
}

export interface GrantEngine extends Engine, Counted {
  grant(...grants: Grant[]): Promise<void>;
  revoke(...grants: Grant[]): Promise<void>;
}

export interface GrantOptions extends Partial<Engine> {
  /** Whether `decide` always has to be waited for. */
  readonly asynchronous?: boolean;
  readonly engine?: EngineOptions;
}

/** An engine whose policy knows these actions on these types, and these global ones. */
export async function grantEngine(
  types: Readonly<Record<string, readonly string[]>>,
  global: readonly string[] = [],
  { asynchronous = false, engine: options = {}, ...overrides }: GrantOptions = {},
): Promise<GrantEngine> {
  const engine = await createEngine({ ...options, policy: policyOf(types, global), logger: silent });
  const counted = countCalls(engine, asynchronous);
  return {
    ...counted,
    ...overrides,
    grant: async (...grants) => {
      await engine.bulkTell(grants.map(factOf));
    },
    revoke: async (...grants) => {
      await engine.bulkDelete(grants.map(factOf));
    },
  };
}

/** The engine, writing down what it is asked. */
export function countCalls(engine: Engine, asynchronous = false): Engine & Counted {
  const calls: Calls = { decide: [], authorizeMany: [], list: [], actions: [], filter: [] };
  const key = (...parts: unknown[]): string =>
    parts
      .filter((part) => part !== undefined)
      .map(name)
      .join(" ");
  return {
    ...engine,
    calls,
    decide(actor, action, resource, options) {
      calls.decide.push(key(actor, action, resource));
      const answer = engine.decide(actor, action, resource, options);
      return asynchronous ? Promise.resolve(answer) : answer;
    },
    authorizeMany(actor, action, resources, options) {
      calls.authorizeMany.push(`${key(actor, action)} [${resources.map(name).join(", ")}]`);
      return engine.authorizeMany(actor, action, resources, options);
    },
    list(actor, action, type, options) {
      calls.list.push(key(actor, action, type));
      return engine.list(actor, action, type, options);
    },
    actions(actor, resource, options) {
      calls.actions.push(key(actor, resource));
      return engine.actions(actor, resource, options);
    },
    filter(actor, action, type, options) {
      calls.filter.push(key(actor, action, type));
      return engine.filter(actor, action, type, options);
    },
  };
}

/** A logger for what tests do not look at. */
export const silent: Logger = { info: () => {}, warn: () => {} };

function policyOf(types: Readonly<Record<string, readonly string[]>>, global: readonly string[]): string {
  const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(", ");
  const blocks = Object.entries(types).map(
    ([type, actions]) => `
resource ${type} {
  permissions = [${quoted(actions)}];
  roles = [${quoted(actions.map((action) => `can ${action}`))}];
  ${actions.map((action) => `"${action}" if "can ${action}";`).join(" ")}
}
has_role(actor: User, role: String, _: ${type}) if everywhere(actor, role, "${type}");`,
  );
  return [
    "actor User {}",
    ...blocks,
    "allow(actor, action, resource) if has_permission(actor, action, resource);",
    "allow(actor: User, action: String, name: String) if may_on(actor, action, name);",
    ...global.map((action) => `allow(actor: User, "${action}") if may(actor, "${action}");`),
  ].join("\n");
}

function factOf(grant: Grant): Fact {
  const [, who, what, whom] = /^(\S+) (.+?)(?: (\S+))?$/.exec(grant) ?? [];
  const actor: FactArgument = { type: "User", id: who! };
  if (whom === undefined) return ["may", actor, what!];
  const separator = whom.indexOf(":");
  if (separator < 0) return ["may_on", actor, what!, whom];
  const [type, id] = [whom.slice(0, separator), whom.slice(separator + 1)];
  return id === "*" ? ["everywhere", actor, `can ${what!}`, type] : ["has_role", actor, `can ${what!}`, { type, id }];
}

function name(subject: unknown): string {
  if (typeof subject !== "object" || subject === null) return String(subject);
  const { type, id } = subject as { type: string; id?: string };
  if (id === undefined) return `new ${type}`;
  return type === "User" ? id : `${type}:${id}`;
}
