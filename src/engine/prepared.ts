import type { Engine, Subject } from "./types.js";

/**
 * One actor, one action, one type: what `decide` and `list` would answer, without anything made for the answer. Only the
 * layer that guards schemas asks this way.
 */
export interface Prepared {
  /** Whether the resource with this id is allowed: a text as `decide` takes it. `undefined`: ask `decide`. @throws as `decide` */
  may(id: string): boolean | undefined;
  /** How much `list` would list. `undefined`: ask `list`. @throws as `list` */
  extent(): "all" | "some" | "none" | undefined;
  /**
   * Whether the policy and the facts are still those of the moment when this was prepared: as long as they are, the same
   * question has the same answer. @throws as `decide`
   */
  steady(): boolean;
}

/** `undefined` when the actor is none that facts are about. */
export type Prepare = (actor: Subject, action: string, type: string) => Prepared | undefined;

type Verb = Engine["decide"] | Engine["list"];

/*
 * By the very function that it stands for, which the caller looks up on the engine at hand: an engine that somebody wrapped
 * has other functions, and every question goes to them.
 */
const offered = new WeakMap<Verb, Prepare>();

export function offerPrepared(verb: Verb, prepare: Prepare): void {
  offered.set(verb, prepare);
}

/** The short way to the answers of exactly this function; `undefined` when it has none, or not for this actor. */
export function prepared(verb: Verb, actor: Subject, action: string, type: string): Prepared | undefined {
  return offered.get(verb)?.(actor, action, type);
}
