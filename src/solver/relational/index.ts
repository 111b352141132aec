import type { FactTables, Reference } from "../../facts/index.js";
import { isPlainText } from "../../facts/plain-text.js";
import type { EntityDomain } from "../../facts/tables-domain.js";
import type { Policy } from "../../polar/policy.js";
import { defaultLimits, type Limits } from "../limits.js";
import type { Pace } from "../pace.js";
import { follow } from "./flow.js";
import { flowOf } from "./flow-build.js";
import type { Compiled } from "./program.js";
import { type Entry, Questions, type Verb } from "./questions.js";
import type { Codes, Relational, RelationalOptions } from "./relational.js";
import { Lengthy, Run } from "./runtime.js";

export type { Codes, Relational, RelationalOptions } from "./relational.js";

/** Compiles on demand, per question's types and action, and again whenever a new table of facts appears. */
export function createRelational(policy: Policy, tables: FactTables, options: RelationalOptions = {}): Relational {
  return new Solver(policy, tables, { ...defaultLimits, ...options.limits });
}

/** An id that no resource can have. */
const unmentioned = "\0";

class Solver implements Relational {
  readonly #tables: FactTables;
  readonly #run: Run;
  readonly #questions: Questions;
  /** Whether the check at hand had better be short. */
  #brief = false;

  constructor(policy: Policy, tables: FactTables, limits: Limits) {
    this.#tables = tables;
    this.#run = new Run(limits);
    this.#questions = new Questions(policy, tables, this.#run);
  }

  check(actor: Reference, action: string, resource: Reference | undefined): boolean | undefined {
    const entry = this.#questions.check(actor.type, action, resource?.type);
    if (entry?.compiled === undefined) return undefined;
    const what = resource === undefined ? -1 : codeOfResource(entry, actor.id, resource.id);
    return this.#answer(entry, entry.compiled, codeOf(entry.actor, actor.id), action, what);
  }

  decide(
    actorType: string,
    actorId: string,
    action: string,
    resourceType: string | undefined,
    resourceId: string | undefined,
  ): boolean | undefined {
    const entry = this.#questions.check(actorType, action, resourceType);
    if (entry?.compiled === undefined) return undefined;
    const { actor, resource } = entry;
    // An id that is there was looked at when it came.
    const who = actor.lookup(actorId);
    if ((who < 0 || !actor.plain) && !isPlainText(actorId)) return undefined;
    let what = -1;
    if (resourceId !== undefined) {
      what = resource!.lookup(resourceId);
      if ((what < 0 || !resource!.plain) && !isPlainText(resourceId)) return undefined;
      if (what < 0) what = codeOfResource(entry, actorId, resourceId);
    }
    return this.#answer(entry, entry.compiled, who >= 0 ? who : actor.size, action, what);
  }

  decider(actor: Reference, action: string, type: string): (id: string) => boolean | undefined {
    const { type: actorType, id: actorId } = actor;
    let entry: Entry | undefined;
    let shapes = -1;
    let who = -1;
    return (id) => {
      if (shapes !== this.#tables.shapes) {
        entry = this.#questions.check(actorType, action, type);
        shapes = this.#tables.shapes;
      }
      if (entry?.compiled === undefined) return undefined;
      // A code once given is the actor's for ever.
      if (who < 0) who = entry.actor.lookup(actorId);
      const resource = entry.resource!;
      let what = resource.lookup(id);
      if ((what < 0 || !resource.plain) && !isPlainText(id)) return undefined;
      if (what < 0) what = codeOfResource(entry, actorId, id);
      return this.#answer(entry, entry.compiled, who >= 0 ? who : entry.actor.size, action, what);
    };
  }

  way(actorType: string, action: string, resourceType: string | undefined): "flow" | "closures" | "machine" {
    const entry = this.#questions.check(actorType, action, resourceType);
    if (entry?.compiled === undefined) return "machine";
    return entry.flow === undefined ? "closures" : "flow";
  }

  #answer(entry: Entry, compiled: Compiled, who: number, action: string, what: number): boolean | undefined {
    if (this.#brief && !areIndexed(entry)) throw new Lengthy();
    const flowing = this.#flowing(entry, who, action, what);
    if (flowing !== undefined) return flowing;
    const run = this.#run;
    if (this.#brief) run.beginShort(entry.loops);
    else run.begin(entry.loops);
    try {
      this.#write(entry, compiled.registers, who, action, what);
      return compiled.direct !== undefined && run.loops === 0 ? compiled.direct() : compiled.check();
    } catch (error) {
      return beyond(error);
    } finally {
      if (run.endings.length > 0) run.end();
    }
  }

  /** What the flow chart says, if there is one and it knows. */
  #flowing(entry: Entry, who: number, action: string, what: number): boolean | undefined {
    const { flow } = entry;
    if (flow === undefined) return undefined;
    this.#write(entry, flow.registers, who, action, what);
    const answer = follow(flow);
    if (answer === undefined && !entry.forks) {
      entry.forks = true;
      entry.flow = flowOf(entry.compiled!.unit, this.#run, true);
    }
    return answer;
  }

  /** Writes the codes of the arguments; -1 where there is no resource, or none is given. */
  #write(entry: Entry, registers: Int32Array, who: number, action: string, what: number): void {
    registers[0] = who;
    if (entry.openAction) {
      const { strings } = this.#tables;
      const code = strings.lookup(action);
      registers[1] = code >= 0 ? code : strings.size;
    }
    if (what >= 0) registers[2] = what;
  }

  checkMany(actor: Reference, action: string, resources: readonly Reference[]): boolean[] | undefined {
    const run = this.#run;
    const answers: boolean[] = [];
    // What one resource made it find out is remembered for the others.
    run.begin(resources.length > 1 ? 1 : 0);
    try {
      for (const resource of resources) {
        const entry = this.#questions.check(actor.type, action, resource.type);
        if (entry?.compiled === undefined) return undefined;
        answers.push(this.#holds(entry, entry.compiled, actor, action, resource));
      }
      return answers;
    } catch (error) {
      return beyond(error);
    } finally {
      if (run.endings.length > 0) run.end();
    }
  }

  list(actor: Reference, action: string, type: string): "all" | string[] | undefined {
    const entry = this.#questions.list(actor.type, action, type);
    if (entry?.compiled === undefined) return undefined;
    this.#run.begin(entry.loops);
    return this.#listing(entry, entry.compiled, actor, action);
  }

  listIfShort(actor: Reference, action: string, type: string): "all" | string[] | "lengthy" | undefined {
    const entry = this.#questions.list(actor.type, action, type);
    if (entry?.compiled === undefined) return undefined;
    if (!areIndexed(entry)) return "lengthy";
    this.#run.beginShort(entry.loops);
    try {
      return this.#listing(entry, entry.compiled, actor, action);
    } catch (error) {
      if (error instanceof Lengthy) return "lengthy";
      throw error;
    }
  }

  #listing(entry: Entry, compiled: Compiled, actor: Reference, action: string): "all" | string[] | undefined {
    const run = this.#run;
    try {
      this.#write(entry, compiled.registers, codeOf(entry.actor, actor.id), action, -1);
      const answers = compiled.answers();
      const { texts } = entry.resource!;
      const { open, count, cells } = answers;
      if (open) return "all";
      const ids: string[] = count === 0 ? [] : new Array<string>(count);
      // A code beyond the domain is that of an actor without facts, who may see itself.
      for (let i = 0; i < count; i++) ids[i] = texts[cells[i]!] ?? actor.id;
      compiled.release(answers);
      return ids;
    } catch (error) {
      return beyond(error);
    } finally {
      if (run.endings.length > 0) run.end();
    }
  }

  briefly<T>(ask: () => T): T | "lengthy" {
    this.#brief = true;
    try {
      return ask();
    } catch (error) {
      if (error instanceof Lengthy) return "lengthy";
      throw error;
    } finally {
      this.#brief = false;
    }
  }

  *walkCheck(
    actor: Reference,
    action: string,
    resource: Reference | undefined,
    pace: Pace,
    started: number,
  ): Generator<undefined, boolean | undefined> {
    const entry = this.#questions.check(actor.type, action, resource?.type);
    if (entry?.compiled === undefined) return undefined;
    const write = (compiled: Compiled): void => {
      const what = resource === undefined ? -1 : codeOfResource(entry, actor.id, resource.id);
      this.#write(entry, compiled.registers, codeOf(entry.actor, actor.id), action, what);
    };
    return yield* this.#inPieces(entry, "check", pace, started, function* (compiled) {
      write(compiled);
      return compiled.walkCheck === undefined ? compiled.check() : yield* compiled.walkCheck();
    });
  }

  *walk(
    actor: Reference,
    action: string,
    type: string,
    pace: Pace,
    started: number,
  ): Generator<undefined, "all" | Codes | undefined> {
    const entry = this.#questions.list(actor.type, action, type);
    if (entry?.compiled === undefined) return undefined;
    const write = (compiled: Compiled): void =>
      this.#write(entry, compiled.registers, codeOf(entry.actor, actor.id), action, -1);
    return yield* this.#inPieces(entry, "list", pace, started, function* (compiled): Generator<
      undefined,
      "all" | Codes
    > {
      write(compiled);
      const { open, count, cells, kept } = yield* compiled.walk!();
      // What is remembered is used again; everything else is never given back.
      const codes = kept ? cells.slice(0, count) : cells.subarray(0, count);
      const { texts, size } = entry.resource!;
      return open ? "all" : { codes, texts, size, other: actor.id };
    });
  }

  /** What `find` finds with a program of its own, after the indexes that it takes have been built. */
  *#inPieces<R>(
    entry: Entry,
    verb: Verb,
    pace: Pace,
    started: number,
    find: (compiled: Compiled) => Generator<undefined, R>,
  ): Generator<undefined, R | undefined> {
    for (const { table, mask } of entry.indexes) {
      for (const _ of table.indexing(mask)) if (pace.due()) yield;
    }
    const walking = this.#questions.walking(entry, verb);
    if (walking === undefined) return undefined;
    if (pace.due()) yield;
    const { compiled, run } = walking;
    run.beginWalk(entry.loops, pace, started);
    let found: R;
    try {
      found = yield* find(compiled);
    } catch (error) {
      return beyond(error);
    } finally {
      run.end();
    }
    // After an error, or when it was not resumed, it is in no state to be used again.
    this.#questions.putBack(walking);
    return found;
  }

  extent(actor: Reference, action: string, type: string): "all" | "some" | "none" | undefined {
    const entry = this.#questions.list(actor.type, action, type);
    if (entry?.compiled === undefined) return undefined;
    // When every resource is allowed, so is one that no fact mentions. Rules that leave none open need not be tried.
    if (entry.compiled.unit.open && this.check(actor, action, { type, id: unmentioned }) !== false) {
      const ids = this.list(actor, action, type);
      return ids === "all" || ids === undefined ? ids : ids.length > 0 ? "some" : "none";
    }
    const any = this.#questions.any(actor.type, action, type);
    if (any?.compiled === undefined) {
      const ids = this.list(actor, action, type);
      return ids === "all" || ids === undefined ? ids : ids.length > 0 ? "some" : "none";
    }
    const run = this.#run;
    run.begin(any.loops);
    try {
      return this.#holds(any, any.compiled, actor, action, undefined) ? "some" : "none";
    } catch (error) {
      return beyond(error);
    } finally {
      if (run.endings.length > 0) run.end();
    }
  }

  actions(actor: Reference, resource: Reference | undefined): string[] | undefined {
    const entry = this.#questions.actions(actor.type, resource?.type);
    if (entry === undefined || entry === "machine") return undefined;
    const { open, named } = entry;
    const run = this.#run;
    run.begin(entry.loops);
    try {
      const found: string[] = [];
      if (open?.compiled !== undefined) this.#openActions(open, open.compiled, actor, resource, found);
      const [first] = named;
      if (first === undefined) return found.sort();
      const who = codeOf(first.entry.actor, actor.id);
      const what = resource === undefined ? -1 : codeOfResource(first.entry, actor.id, resource.id);
      for (const { action, entry, compiled } of named) {
        let holds = this.#flowing(entry, who, action, what);
        if (holds === undefined) {
          this.#write(entry, compiled.registers, who, action, what);
          holds = compiled.check();
        }
        if (holds && !found.includes(action)) found.push(action);
      }
      // The named ones are tried in order.
      return open?.compiled === undefined ? found : found.sort();
    } catch (error) {
      return beyond(error);
    } finally {
      if (run.endings.length > 0) run.end();
    }
  }

  /** Actions that rules find without naming them; `"*"` among them when a rule leaves the action open. */
  #openActions(
    entry: Entry,
    compiled: Compiled,
    actor: Reference,
    resource: Reference | undefined,
    found: string[],
  ): void {
    const what = resource === undefined ? -1 : codeOfResource(entry, actor.id, resource.id);
    this.#write(entry, compiled.registers, codeOf(entry.actor, actor.id), "", what);
    const answers = compiled.answers();
    const { texts } = this.#tables.strings;
    for (let i = 0; i < answers.count; i++) found.push(texts[answers.cells[i]!]!);
    if (answers.open) found.push("*");
    compiled.release(answers);
  }

  #holds(entry: Entry, compiled: Compiled, actor: Reference, action: string, resource: Reference | undefined): boolean {
    const who = codeOf(entry.actor, actor.id);
    const what = resource === undefined ? -1 : codeOfResource(entry, actor.id, resource.id);
    const flowing = this.#flowing(entry, who, action, what);
    if (flowing !== undefined) return flowing;
    this.#write(entry, compiled.registers, who, action, what);
    return this.#run.loops === 0 && compiled.direct !== undefined ? compiled.direct() : compiled.check();
  }
}

/** Whether all indexes that an answer takes are there, or soon made. */
function areIndexed({ indexes }: Entry): boolean {
  for (let i = 0; i < indexes.length; i++) if (!indexes[i]!.table.isIndexed(indexes[i]!.mask)) return false;
  return true;
}

/**
 * The code of an id. One without a code gets one beyond its domain: no row holds it, yet it equals itself, and the same
 * reference in both places is the same value.
 */
function codeOf(domain: EntityDomain, id: string): number {
  const code = domain.lookup(id);
  return code >= 0 ? code : domain.size;
}

function codeOfResource({ actor, resource }: Entry, actorId: string, id: string): number {
  const code = resource!.lookup(id);
  return code >= 0 ? code : resource!.size + (resource === actor && id !== actorId ? 1 : 0);
}

/** Rules nested so deeply that the JavaScript stack does not hold them are the machine's; all else is an error. */
function beyond(error: unknown): undefined {
  if (error instanceof RangeError) return undefined;
  throw error;
}
