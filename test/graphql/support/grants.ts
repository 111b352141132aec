import type { Engine } from "../../../src/engine/types.js";
import type { GuardEngine } from "../../../src/graphql/index.js";

/** Who may do what to what: `"alice read Doc:1"`, or `"alice create"` for the actor alone, or `"alice list Doc"` for a type's name. */
export type Grant = string;

export interface Calls {
  readonly decide: string[];
  readonly authorizeMany: string[];
  readonly list: string[];
  readonly actions: string[];
  readonly filter: string[];
}

export interface GrantEngine extends GuardEngine {
  readonly calls: Calls;
  grant(...grants: Grant[]): void;
  revoke(...grants: Grant[]): void;
}

function name(subject: unknown): string {
  if (typeof subject !== "object" || subject === null) return String(subject);
  const { type, id } = subject as { type: string; id?: string };
  return id === undefined ? `new ${type}` : type === "User" ? id : `${type}:${id}`;
}

/** An engine that knows exactly the given grants, and writes down what it was asked. */
export function grantEngine(
  types: Readonly<Record<string, readonly string[]>>,
  global: readonly string[] = [],
  options: Partial<Engine> & { readonly asynchronous?: boolean } = {},
): GrantEngine {
  const granted = new Set<string>();
  const calls: Calls = { decide: [], authorizeMany: [], list: [], actions: [], filter: [] };
  const key = (actor: unknown, action: string, resource?: unknown): string =>
    [name(actor), action, ...(resource === undefined ? [] : [name(resource)])].join(" ");
  const has = (actor: unknown, action: string, resource?: unknown): boolean =>
    granted.has(key(actor, action, resource)) ||
    (typeof resource === "object" &&
      resource !== null &&
      granted.has(`${name(actor)} ${action} ${(resource as { type: string }).type}:*`));
  const engine: GrantEngine = {
    calls,
    grant: (...grants) => {
      for (const one of grants) granted.add(one);
    },
    revoke: (...grants) => {
      for (const one of grants) granted.delete(one);
    },
    decide(actor, action, resource) {
      calls.decide.push(key(actor, action, resource));
      const answer = has(actor, action, resource);
      return options.asynchronous === true ? Promise.resolve(answer) : answer;
    },
    async authorize(actor, action, resource) {
      return has(actor, action, resource);
    },
    async authorizeMany(actor, action, resources) {
      calls.authorizeMany.push(`${name(actor)} ${action} [${resources.map(name).join(", ")}]`);
      return resources.map((resource) => has(actor, action, resource));
    },
    async list(actor, action, type) {
      calls.list.push(key(actor, action, type));
      const prefix = `${name(actor)} ${action} ${type}:`;
      const ids = [...granted].filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
      return ids.includes("*") ? ["*"] : ids.sort();
    },
    async actions(actor, resource) {
      calls.actions.push(`${name(actor)} ${name(resource)}`);
      const all = typeof resource === "object" ? (types[(resource as { type: string }).type] ?? []) : global;
      return all.filter((action) => has(actor, action, resource)).sort();
    },
    async filter(actor, action, type) {
      calls.filter.push(key(actor, action, type));
      const prefix = `${name(actor)} ${action} ${type}:`;
      const ids = [...granted].filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
      if (ids.includes("*")) return { kind: "all" };
      return ids.length === 0 ? { kind: "none" } : { kind: "where", condition: { kind: "ids", type, ids } };
    },
    async explain() {
      return { allowed: false, attempts: [] };
    },
    policyMetadata: () => ({
      hash: "1",
      types: Object.fromEntries(
        Object.entries(types).map(([type, actions]) => [
          type,
          { kind: "resource" as const, roles: [], permissions: actions, relations: {}, actions, objectActions: [] },
        ]),
      ),
      otherTypes: { actions: [], objectActions: [] },
      globalActions: global,
      globalRoles: [],
      globalPermissions: global,
      warnings: [],
      misfits: { count: 0, summary: [] },
    }),
    types: {},
  };
  return Object.assign(engine, options);
}
