import type { Frame } from "./bindings.js";
import type { Op, RuleCode, Step } from "./code.js";
import type { Premises } from "./proof.js";
import { type Missing, nothingMissing, type Table } from "./tables.js";
import type { Term } from "./values.js";

/** A branch of the search: what is still to be proved, and what is known. It owns its frame. */
export class State {
  readonly kind = "state";
  step: Step | undefined;
  readonly frame: Frame;
  /** Goals that wait for variables, newest first. */
  waiting: Waiting | undefined;
  readonly owner: Table | Probe;
  readonly rule: RuleCode | undefined;
  /** The terms that stand for the open variables of the owner's call. */
  readonly open: readonly Term[];
  scope: Scope | undefined;
  /** The disjunctions that this branch is inside of, innermost first. */
  joins: Joins | undefined;
  premises: Premises | undefined;
  /** Facts assumed so far, in an explanation of a denial. */
  missing: readonly Missing[];

  constructor(
    step: Step | undefined,
    frame: Frame,
    owner: Table | Probe,
    rule: RuleCode | undefined,
    open: readonly Term[],
    scope: Scope | undefined,
  ) {
    this.step = step;
    this.frame = frame;
    this.waiting = undefined;
    this.owner = owner;
    this.rule = rule;
    this.open = open;
    this.scope = scope;
    this.joins = undefined;
    this.premises = undefined;
    this.missing = nothingMissing;
  }

  /** Another branch with the same past and the same future. */
  branch(): State {
    const other = new State(this.step, this.frame.copy(), this.owner, this.rule, this.open, this.scope);
    other.waiting = this.waiting;
    other.joins = this.joins;
    other.premises = this.premises;
    other.missing = this.missing;
    return other;
  }
}

export interface Waiting {
  readonly op: Op;
  readonly earlier: Waiting | undefined;
}

export interface Joins {
  /** What branches that have left the disjunction knew. */
  readonly seen: Set<string>;
  readonly outer: Joins | undefined;
}

/** What a `cut` drops: everything on the stack from `base` on. */
export interface Scope {
  readonly base: number;
  readonly outer: Scope | undefined;
  /** How much was pending when the scope began: a cut is not decided while something to its left is unknown. */
  readonly pending: number;
}

/** The goal under a `not`: whether it has an answer is all that matters. */
export class Probe {
  found = false;
  readonly base: number;
  readonly by: State;

  constructor(base: number, by: State) {
    this.base = base;
    this.by = by;
  }
}
