import type { Subject } from "../engine/types.js";
import type { Layer } from "./layer.js";
import { nonsense } from "./nonsense.js";
import { isPromiseLike, type MaybePromise } from "./promises.js";

/** Who asks in an epoch. */
export type Asker =
  | { readonly kind: "actor"; readonly actor: Subject }
  | { readonly kind: "nobody" }
  | { readonly kind: "failed" };

/** Asks the application who is there, out of the GraphQL context. */
export function lookUpAsker(layer: Layer, context: unknown): MaybePromise<Asker> {
  const failed = (error: unknown): Asker => {
    layer.report(context, "actor", "it could not be found out who asks", error);
    return { kind: "failed" };
  };
  const known = (actor: unknown): Asker => {
    if (actor === null || actor === undefined) return { kind: "nobody" };
    if (typeof actor === "function" || typeof actor === "symbol") return failed(nonsense("actor", actor));
    return { kind: "actor", actor };
  };
  try {
    const actor: MaybePromise<unknown> = layer.settings.actor(context);
    return isPromiseLike(actor) ? actor.then(known, failed) : known(actor);
  } catch (error) {
    return failed(error);
  }
}
