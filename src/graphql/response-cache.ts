import type { Logger } from "../engine/types.js";
import type { UseAuthorizationOptions } from "./options.js";
import { ProblemList } from "./problems.js";

/** What hooks of a response cache are called or speak of. Plugins have no names to be known by. */
const telltale = /response_?cache/i;

/**
 * Warns of response caches that are installed beside the guards: they answer before a guard is asked. Whether their session
 * key is the actor stands inside of them, where nobody can look; whoever has made sure says so. GraphQL reference, section 8.
 */
export function warnAboutCaches(
  plugins: readonly unknown[],
  { responseCacheKeyedByActor = false }: Pick<UseAuthorizationOptions, "responseCacheKeyedByActor">,
  logger: Logger,
): void {
  if (responseCacheKeyedByActor || !plugins.some(isResponseCache)) return;
  const problems = new ProblemList();
  problems.warning(
    "graphql/response-cache",
    "plugins",
    "a response cache answers before any guard is asked, to whoever has the same session key",
    "give it a key that is the actor, then set `responseCacheKeyedByActor: true`",
  );
  for (const problem of problems.sorted()) logger.warn(String(problem));
}

function isResponseCache(plugin: unknown): boolean {
  if (typeof plugin !== "object" || plugin === null) return false;
  return ["onPluginInit", "onExecute", "onParams", "onRequest"].some((hook) => {
    const found: unknown = Reflect.get(plugin, hook);
    return typeof found === "function" && telltale.test(Function.prototype.toString.call(found));
  });
}
