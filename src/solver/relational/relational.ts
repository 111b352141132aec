import type { Reference } from "../../facts/index.js";
import type { Limits } from "../limits.js";
import type { Pace } from "../pace.js";

/**
 * The fast path: questions about references, answered from facts alone by rules compiled to closures over integer tables.
 * Every verb answers `undefined` when the machine must be asked instead; what it does answer is what the machine would.
 * @throws LimitError
 */
export interface Relational {
  /** Whether `allow(actor, action, resource)` holds; without a resource, `allow(actor, action)`. */
  check(actor: Reference, action: string, resource: Reference | undefined): boolean | undefined;
  /**
   * `check` for references in parts that nobody has looked at closely: `undefined` too for an id that is not obviously a
   * text as it should be. Without a resource both of its parts are `undefined`.
   */
  decide(
    actorType: string,
    actorId: string,
    action: string,
    resourceType: string | undefined,
    resourceId: string | undefined,
  ): boolean | undefined;
  /** `decide` for many resources of one type, one after the other. Good for as long as this solver is. */
  decider(actor: Reference, action: string, type: string): (id: string) => boolean | undefined;
  /** How a check of such types is made: a flow chart (`flow.ts`), closures, or by the machine. */
  way(actorType: string, action: string, resourceType: string | undefined): "flow" | "closures" | "machine";
  /** One answer per resource, in order. */
  checkMany(actor: Reference, action: string, resources: readonly Reference[]): boolean[] | undefined;
  /** Ids of the resources of exactly this type, in no order; `"all"` when every one is allowed. */
  list(actor: Reference, action: string, type: string): "all" | string[] | undefined;
  /** What `ask` answers with `check` or `decide`, unless it takes more than a moment: then `walkCheck` is the way to find out. */
  briefly<T>(ask: () => T): T | "lengthy";
  /** What `check` answers, like a `walk`. */
  walkCheck(
    actor: Reference,
    action: string,
    resource: Reference | undefined,
    pace: Pace,
    started: number,
  ): Generator<undefined, boolean | undefined>;
  /** The same, unless it takes more than a moment: then it is `"lengthy"`, and `walk` is the way to find out. */
  listIfShort(actor: Reference, action: string, type: string): "all" | string[] | "lengthy" | undefined;
  /**
   * What `list` answers, with a pause whenever `pace` says so. Whoever resumes it has made sure that no fact came or went in
   * between; who does not go on to the end calls `return`. `started`: when the question began, in milliseconds since 1970.
   */
  walk(
    actor: Reference,
    action: string,
    type: string,
    pace: Pace,
    started: number,
  ): Generator<undefined, "all" | Codes | undefined>;
  /** How much `list` would list, without making the list if that can be found out otherwise. */
  extent(actor: Reference, action: string, type: string): "all" | "some" | "none" | undefined;
  /** Sorted; with `"*"` when any action is allowed. */
  actions(actor: Reference, resource: Reference | undefined): string[] | undefined;
}

/**
 * Ids, not yet written out: `texts[code]`, or `other` for a code that is not below `size`. They stay what they are, whatever
 * comes or goes meanwhile.
 */
export interface Codes {
  readonly codes: Int32Array;
  readonly texts: readonly string[];
  /** How many codes had a text at that moment. */
  readonly size: number;
  readonly other: string;
}

export interface RelationalOptions {
  readonly limits?: Partial<Pick<Limits, "steps" | "answers" | "milliseconds">>;
}
