import type { QuestionOptions, Subject } from "../engine/types.js";
import { isReference } from "../facts/value.js";
import type { Filter } from "../filter/filter.js";
import type { Explanation } from "../solver/explanation.js";
import { TypedObject } from "../solver/host.js";
import type { Epoch } from "./epoch.js";
import { AuthorizationError } from "./errors.js";
import { booleanOf, booleansOf, filterOf, textsOf } from "./nonsense.js";
import type { Actor } from "./options.js";
import type { MaybePromise } from "./promises.js";
import type { Answer } from "./question-table.js";

/**
 * What resolvers find at `context.authorization`: the engine's questions for the current actor, in the epoch in which
 * they are asked. What was asked before in the epoch is not asked again, except while the resolver of a mutation runs.
 * Options are the engine's; a question with options is always asked anew.
 *
 * A question that cannot be answered throws an `AuthorizationError` with `AUTHORIZATION_UNAVAILABLE`. When nobody is logged
 * in, nothing is asked: `authorize` is false, `list` and `actions` are empty, `filter` is `none`.
 */
export interface Authorization {
  /** Who asks; `null` when nobody is logged in. Known in every resolver. @throws AuthorizationError when it could not be found out */
  readonly actor: Actor | null;
  /** Without a resource, whether the actor may do the action at all. */
  authorize(action: string, resource?: Subject, options?: QuestionOptions): Promise<boolean>;
  /** In the order of the resources. */
  authorizeMany(action: string, resources: readonly Subject[], options?: QuestionOptions): Promise<boolean[]>;
  /** Ids; `["*"]` when every resource of the type is allowed. */
  list(action: string, type: string, options?: QuestionOptions): Promise<string[]>;
  /** Sorted. */
  actions(resource?: Subject, options?: QuestionOptions): Promise<string[]>;
  filter(action: string, type: string, options?: QuestionOptions): Promise<Filter>;
  explain(action: string, resource?: Subject, options?: QuestionOptions): Promise<Explanation>;
}

const coordinate = "context.authorization";

/** `taken` is told which collections a resolver takes into its own hands. */
export function authorizationOf(
  current: () => Epoch,
  taken: (action: string, type: string) => void = () => {},
): Authorization {
  const epochNow = (): Epoch => {
    const epoch = current();
    return epoch.changing ? epoch.fork() : epoch;
  };
  const unlessFailed = async <T>(epoch: Epoch, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AuthorizationError) throw error;
      epoch.layer.report(epoch.context, coordinate, "a question could not be answered", error);
      throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
    }
  };
  const engineOf = (epoch: Epoch) => epoch.layer.settings.engine;

  const authorization: Authorization = {
    get actor(): Actor | null {
      const asker = current().knownAsker;
      if (asker === undefined)
        throw new Error("the actor is not known yet: `context.authorization.actor` is for resolvers");
      if (asker.kind === "failed") throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
      return asker.kind === "actor" ? asker.actor : null;
    },

    async authorize(action, resource, options) {
      const epoch = epochNow();
      const actor = await actorOf(epoch);
      if (actor === undefined) return false;
      if (options !== undefined) {
        return unlessFailed(epoch, async () =>
          booleanOf("authorize", await engineOf(epoch).authorize(actor, action, resource, options)),
        );
      }
      return decided(await ask(epoch, actor, action, resource));
    },

    async authorizeMany(action, resources, options) {
      const epoch = epochNow();
      const actor = await actorOf(epoch);
      if (actor === undefined) return resources.map(() => false);
      if (options !== undefined) {
        return unlessFailed(epoch, async () => {
          const answers = await engineOf(epoch).authorizeMany(actor, action, resources, options);
          return booleansOf("authorizeMany", answers, resources.length);
        });
      }
      const answers = await Promise.all(resources.map((resource) => ask(epoch, actor, action, resource)));
      return answers.map(decided);
    },

    async list(action, type, options) {
      const epoch = epochNow();
      if (options === undefined) taken(action, type);
      const actor = await actorOf(epoch);
      if (actor === undefined) return [];
      if (options !== undefined) {
        return unlessFailed(epoch, async () =>
          textsOf("list", await engineOf(epoch).list(actor, action, type, options)),
        );
      }
      const table = epoch.table(action, type);
      const allowed = await epoch.listed(actor, table, coordinate);
      switch (allowed.kind) {
        case "all":
          return ["*"];
        case "ids":
          if (allowed.ids.size === 1 && allowed.ids.has("*")) throw ambiguous(epoch, action, type);
          return [...allowed.ids];
        case "each":
        case "some":
          return [...(await unlessFailed(epoch, () => epoch.resolvers.ids(actor, table)))];
        case "failed":
          throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
      }
    },

    async actions(resource, options) {
      const epoch = epochNow();
      const actor = await actorOf(epoch);
      if (actor === undefined) return [];
      const names = await unlessFailed<readonly string[]>(epoch, async () =>
        options === undefined
          ? epoch.resolvers.actions(actor, resource)
          : textsOf("actions", await engineOf(epoch).actions(actor, resource, options)),
      );
      return [...names];
    },

    async filter(action, type, options) {
      const epoch = epochNow();
      if (options === undefined) taken(action, type);
      const actor = await actorOf(epoch);
      if (actor === undefined) return { kind: "none" };
      return unlessFailed(epoch, async () =>
        options === undefined
          ? epoch.resolvers.filter(actor, epoch.table(action, type))
          : filterOf(await engineOf(epoch).filter(actor, action, type, options), type),
      );
    },

    async explain(action, resource, options) {
      const epoch = epochNow();
      const actor = await actorOf(epoch);
      if (actor === undefined) return { allowed: false, attempts: [] };
      return unlessFailed(epoch, async () => {
        const explanation = await engineOf(epoch).explain(actor, action, resource, options);
        booleanOf("explain", (explanation as Partial<Explanation> | undefined)?.allowed);
        return explanation;
      });
    },
  };
  made.set(authorization, taken);
  return authorization;
}

const made = new WeakMap<object, (action: string, type: string) => void>();

/** Says that a resolver asks about every row that it answers, which is as good as taking the set into its query. */
export function takeRows(authorization: Authorization, action: string, type: string): void {
  made.get(authorization)?.(action, type);
}

/** Whether `authorizationOf` has made it. */
export function isAuthorization(value: unknown): boolean {
  return typeof value === "object" && value !== null && made.has(value);
}

/** One resource whose id is `*`: its list would read as "all". */
function ambiguous(epoch: Epoch, action: string, type: string): AuthorizationError {
  const message = `the only \`${type}\` to \`${action}\` has the id \`*\`, which in a list stands for all; use \`filter\``;
  epoch.layer.report(epoch.context, coordinate, message);
  return new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
}

/** `undefined` when nobody is logged in. */
async function actorOf(epoch: Epoch): Promise<Subject | undefined> {
  const asker = await epoch.asker();
  if (asker.kind === "failed") throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
  return asker.kind === "actor" ? asker.actor : undefined;
}

function ask(epoch: Epoch, actor: Subject, action: string, resource: Subject | undefined): MaybePromise<Answer> {
  if (resource === undefined || typeof resource === "string") {
    return epoch.askAboutNone(actor, action, resource, coordinate);
  }
  if (resource instanceof TypedObject || typeof resource !== "object" || !isPlainReference(resource)) {
    return epoch.resolvers.subject(actor, action, resource as object);
  }
  return epoch.askAboutId(actor, epoch.table(action, resource.type), resource.id, coordinate);
}

/** Not an object of the application that happens to have a type and an id. */
function isPlainReference(value: object): value is { readonly type: string; readonly id: string } {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && isReference(value);
}

function decided(answer: Answer): boolean {
  if (answer === "unavailable") throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
  return answer;
}
