import fc, { type IRawProperty, type Stream, type Value } from "../../node_modules/fast-check/lib/fast-check.js";
import { firstSeed } from "./effort.js";

/*
 * fast-check as the tests get it (`vitest.config.ts` says so): a failing property is made smaller for some seconds, not for the
 * minutes that it takes where one run asks thousands of questions. What was found by then is reported, with its seed and path.
 * `ARCTURUS_SHRINK` says how many seconds. Every property begins at the seed of `effort.ts`: `npm test` does the same each time, so that
 * what it says of a change, or of a mutant, is no matter of luck; each night begins somewhere else.
 */

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: firstSeed });

const milliseconds = 1_000 * Number(process.env["ARCTURUS_SHRINK"] ?? 10);

type Shrinking = Pick<IRawProperty<unknown>, "shrink">;

/** Since when a property has failed. */
const failing = new WeakMap<Shrinking, number>();

/** Test files that share their modules share fast-check too, however often they load this one. */
const limited = Symbol.for("arcturus: shrinks for some seconds only");

for (const property of [fc.property(fc.nat(), () => true), fc.asyncProperty(fc.nat(), async () => true)]) {
  const prototype = Object.getPrototypeOf(property) as Shrinking & { [limited]?: true };
  if (prototype[limited] === true) continue;
  prototype[limited] = true;
  const { shrink } = prototype;
  prototype.shrink = function (this: Shrinking, value: Value<unknown>): Stream<Value<unknown>> {
    const since = failing.get(this) ?? performance.now();
    failing.set(this, since);
    return shrink.call(this, value).takeWhile(() => performance.now() - since < milliseconds);
  };
}

export * from "../../node_modules/fast-check/lib/fast-check.js";
export default fc;
