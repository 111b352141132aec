import type { FactTables, Reference } from "../../facts/index.js";
import { isPlainText } from "../../facts/plain-text.js";
import type { Domain, EntityDomain } from "../../facts/tables-domain.js";
import type { Table } from "../../facts/tables-table.js";
import type { Policy } from "../../polar/policy.js";
import { defaultLimits, type Limits } from "../limits.js";
import type { Pace } from "../pace.js";
import { createTypes, type Types } from "../types.js";
import { ClauseTable } from "./clause-table.js";
import { type Flow, follow } from "./flow.js";
import { flowOf } from "./flow-build.js";
import { Inference } from "./inference.js";
import { type Known, only } from "./known.js";
import { type ArgumentMode, Unsupported } from "./plan.js";
import { Planner } from "./planner.js";
import { type Compiled, Program } from "./program.js";
import { Lengthy, Run } from "./runtime.js";
import { Safety } from "./safety.js";
import { indexesOf } from "./walk.js";

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

/** Compiles on demand, per question's types and action, and again whenever a new table of facts appears. */
export function createRelational(policy: Policy, tables: FactTables, options: RelationalOptions = {}): Relational {
  return new Solver(policy, tables, { ...defaultLimits, ...options.limits });
}

/** A question compiled: for one actor type, one action (or those that no rule names) and one resource type. */
interface Entry {
  readonly actorType: string;
  readonly action: string;
  readonly resourceType: string | undefined;
  readonly actor: EntityDomain;
  readonly resource: EntityDomain | undefined;
  /** `undefined`: not for this solver. */
  readonly compiled: Compiled | undefined;
  /** Whether the action is given when the question is asked. */
  readonly openAction: boolean;
  readonly loops: number;
  /** Of a check. */
  flow: Flow | undefined;
  /** Whether `flow` can hold forks. */
  forks: boolean;
  /** The indexes that a list or a check takes. */
  readonly indexes: readonly { readonly table: Table; readonly mask: number }[];
}

/** A question compiled once more, for one walk at a time: while it pauses, nobody else touches what it has worked out so far. */
interface Walking {
  readonly entry: Entry;
  readonly compiled: Compiled;
  readonly run: Run;
}

/** An action with the check that it takes. */
interface Candidate {
  readonly action: string;
  readonly entry: Entry;
  readonly compiled: Compiled;
}

interface ActionsEntry {
  /** Finds actions that no rule names, if there can be any. */
  readonly open: Entry | undefined;
  /** Sorted by action. */
  readonly named: readonly Candidate[];
  readonly loops: number;
}

const builtin: ReadonlySet<string> = new Set([
  "Integer",
  "Float",
  "String",
  "Boolean",
  "List",
  "Dictionary",
  "Actor",
  "Resource",
]);

/** An id that no resource can have. */
const unmentioned = "\0";

type Verb = "check" | "list" | "any" | "actions";

type Entries = Map<string, Map<string | undefined, Map<string | undefined, Entry>>>;

class Solver implements Relational {
  readonly #policy: Policy;
  readonly #tables: FactTables;
  readonly #run: Run;
  /** Made with the first question, for all that follow. */
  #types: Types | undefined;
  #rules: ClauseTable | undefined;
  /** Of `tables`, when what follows was made. */
  #shapes = -1;
  #inference!: Inference;
  #safety!: Safety;
  #planner!: Planner;
  #program!: Program;
  /** Strings that rules or tables name: an action among them is compiled in, all others share one entry. */
  #texts: ReadonlySet<string> = new Set();
  #checks: Entries = new Map();
  #lists: Entries = new Map();
  /** Whether there is any resource at all: stops at the first. */
  #any: Entries = new Map();
  #named: string[] = [];
  #actions = new Map<string, Map<string | undefined, ActionsEntry | "machine">>();
  /** The latest entry of `check`, and the one before: questions come in runs. */
  #latest: Entry | undefined;
  #earlier: Entry | undefined;
  #latestList: Entry | undefined;
  /** Whether the check at hand had better be short. */
  #brief = false;
  /** The program of the latest walk that came to its end. */
  #idle: Walking | undefined;

  constructor(policy: Policy, tables: FactTables, limits: Limits) {
    this.#policy = policy;
    this.#tables = tables;
    this.#run = new Run(limits);
  }

  check(actor: Reference, action: string, resource: Reference | undefined): boolean | undefined {
    const entry = this.#checkEntry(actor.type, action, resource?.type);
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
    const entry = this.#checkEntry(actorType, action, resourceType);
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
        entry = this.#checkEntry(actorType, action, type);
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
    const entry = this.#checkEntry(actorType, action, resourceType);
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
        const entry = this.#checkEntry(actor.type, action, resource.type);
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
    const entry = this.#listEntry(actor.type, action, type);
    if (entry?.compiled === undefined) return undefined;
    this.#run.begin(entry.loops);
    return this.#listing(entry, entry.compiled, actor, action);
  }

  listIfShort(actor: Reference, action: string, type: string): "all" | string[] | "lengthy" | undefined {
    const entry = this.#listEntry(actor.type, action, type);
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
    const entry = this.#checkEntry(actor.type, action, resource?.type);
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
    const entry = this.#listEntry(actor.type, action, type);
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
    const walking = this.#walking(entry, verb);
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
    this.#idle = walking;
    return found;
  }

  /** Compiles a question with a program of its own, unless one is at hand that nobody uses. */
  #walking(entry: Entry, verb: Verb): Walking | undefined {
    const idle = this.#idle;
    this.#idle = undefined;
    if (idle?.entry === entry) return idle;
    const run = new Run(this.#run.limits);
    const planner = new Planner(this.#inference, this.#tables);
    const text = entry.openAction ? undefined : entry.action;
    const modes = this.#modes(entry.actor, text, entry.resource, verb);
    const { compiled } = this.#compileUnit(modes, planner, new Program(run));
    return compiled === undefined ? undefined : { entry, compiled, run };
  }

  extent(actor: Reference, action: string, type: string): "all" | "some" | "none" | undefined {
    const entry = this.#listEntry(actor.type, action, type);
    if (entry?.compiled === undefined) return undefined;
    // When every resource is allowed, so is one that no fact mentions. Rules that leave none open need not be tried.
    if (entry.compiled.unit.open && this.check(actor, action, { type, id: unmentioned }) !== false) {
      const ids = this.list(actor, action, type);
      return ids === "all" || ids === undefined ? ids : ids.length > 0 ? "some" : "none";
    }
    const text = this.#texts.has(action) ? action : undefined;
    const any = this.#entry(this.#any, actor.type, text, type, () => this.#compile(actor.type, text, type, "any"));
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
    this.#refresh();
    const entry = this.#actionsEntry(actor.type, resource?.type);
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

  /** Which actions some rule or fact could allow for such types. */
  #actionsEntry(actorType: string, resourceType: string | undefined): ActionsEntry | "machine" | undefined {
    const known = this.#actions.get(actorType)?.get(resourceType);
    if (known !== undefined) return known;
    const open = this.#compile(actorType, undefined, resourceType, "actions");
    if (open === undefined) return undefined;
    const entry = open.compiled === undefined ? "machine" : this.#candidates(actorType, resourceType, open);
    let byResource = this.#actions.get(actorType);
    if (byResource === undefined) this.#actions.set(actorType, (byResource = new Map()));
    byResource.set(resourceType, entry);
    return entry;
  }

  #candidates(actorType: string, resourceType: string | undefined, open: Entry): ActionsEntry | "machine" {
    const named: Candidate[] = [];
    let { loops } = open;
    for (const action of this.#named) {
      const entry = this.#checkEntry(actorType, action, resourceType);
      if (entry?.compiled === undefined) return "machine";
      if (entry.compiled.unit.plans.length === 0) continue;
      named.push({ action, entry, compiled: entry.compiled });
      loops = Math.max(loops, entry.loops);
    }
    return { open: open.compiled!.unit.plans.length > 0 ? open : undefined, named, loops };
  }

  #checkEntry(actorType: string, action: string, resourceType: string | undefined): Entry | undefined {
    if (this.#shapes !== this.#tables.shapes) this.#refresh();
    const latest = this.#latest;
    if (
      latest !== undefined &&
      latest.action === action &&
      latest.resourceType === resourceType &&
      latest.actorType === actorType
    )
      return latest;
    const earlier = this.#earlier;
    if (
      earlier !== undefined &&
      earlier.action === action &&
      earlier.resourceType === resourceType &&
      earlier.actorType === actorType
    )
      return earlier;
    const text = this.#texts.has(action) ? action : undefined;
    const entry = this.#entry(this.#checks, actorType, text, resourceType, () =>
      this.#compile(actorType, text, resourceType, "check"),
    );
    if (entry !== undefined && text !== undefined) {
      this.#earlier = latest;
      this.#latest = entry;
    }
    return entry;
  }

  #listEntry(actorType: string, action: string, type: string): Entry | undefined {
    if (this.#shapes !== this.#tables.shapes) this.#refresh();
    const latest = this.#latestList;
    if (latest?.action === action && latest.resourceType === type && latest.actorType === actorType) return latest;
    const text = this.#texts.has(action) ? action : undefined;
    const entry = this.#entry(this.#lists, actorType, text, type, () => this.#compile(actorType, text, type, "list"));
    if (text !== undefined) this.#latestList = entry;
    return entry;
  }

  #entry(
    entries: Entries,
    actorType: string,
    action: string | undefined,
    resourceType: string | undefined,
    make: () => Entry | undefined,
  ): Entry | undefined {
    const known = entries.get(actorType)?.get(action)?.get(resourceType);
    if (known !== undefined) return known;
    const entry = make();
    if (entry === undefined) return undefined;
    let byAction = entries.get(actorType);
    if (byAction === undefined) entries.set(actorType, (byAction = new Map()));
    const byResource = byAction.get(action);
    if (byResource === undefined) byAction.set(action, new Map([[resourceType, entry]]));
    else byResource.set(resourceType, entry);
    return entry;
  }

  #holds(entry: Entry, compiled: Compiled, actor: Reference, action: string, resource: Reference | undefined): boolean {
    const who = codeOf(entry.actor, actor.id);
    const what = resource === undefined ? -1 : codeOfResource(entry, actor.id, resource.id);
    const flowing = this.#flowing(entry, who, action, what);
    if (flowing !== undefined) return flowing;
    this.#write(entry, compiled.registers, who, action, what);
    return this.#run.loops === 0 && compiled.direct !== undefined ? compiled.direct() : compiled.check();
  }

  #refresh(): void {
    if (this.#shapes === this.#tables.shapes) return;
    this.#types ??= createTypes(this.#policy);
    this.#rules ??= new ClauseTable(this.#policy, this.#types);
    this.#inference = new Inference(this.#types, this.#rules, this.#tables);
    this.#safety = new Safety(this.#inference);
    this.#planner = new Planner(this.#inference, this.#tables);
    this.#program = new Program(this.#run);
    this.#checks = new Map();
    this.#lists = new Map();
    this.#any = new Map();
    this.#actions = new Map();
    this.#latest = undefined;
    this.#earlier = undefined;
    this.#latestList = undefined;
    this.#idle = undefined;
    const texts = new Set(this.#rules.texts());
    for (const info of [...this.#policy.types.values(), ...(this.#policy.global ? [this.#policy.global] : [])])
      for (const permission of info.permissions) texts.add(permission);
    for (const arity of [2, 3])
      for (const table of this.#tables.tablesOf("has_permission", arity))
        if (table.name !== undefined) texts.add(table.name);
    this.#texts = texts;
    this.#named = [...texts].sort();
    this.#shapes = this.#tables.shapes;
  }

  /** `undefined` for a type that neither the policy nor the facts know: nothing is remembered about it. */
  #compile(
    actorType: string,
    action: string | undefined,
    resourceType: string | undefined,
    verb: Verb,
  ): Entry | undefined {
    const types = [actorType, ...(resourceType === undefined ? [] : [resourceType])];
    if (
      types.some(
        (type) => builtin.has(type) || !(this.#policy.types.has(type) || this.#tables.domainOf(type) !== undefined),
      )
    )
      return undefined;
    const actor = this.#tables.entities(actorType);
    const resource = resourceType === undefined ? undefined : this.#tables.entities(resourceType);
    const modes = this.#modes(actor, action, resource, verb);
    const { compiled, loops } = this.#compileUnit(modes, this.#planner, this.#program);
    return {
      actorType,
      action: action ?? "",
      resourceType,
      actor,
      resource,
      openAction: action === undefined && verb !== "actions",
      compiled,
      loops,
      // Where calls have to be remembered from the start, there are more of them than a chart has room for.
      flow:
        compiled !== undefined && verb === "check" && loops === 0 ? flowOf(compiled.unit, this.#run, false) : undefined,
      forks: false,
      indexes: compiled === undefined || (verb !== "list" && verb !== "check") ? [] : indexesOf(compiled.unit),
    };
  }

  #modes(
    actor: EntityDomain,
    action: string | undefined,
    resource: EntityDomain | undefined,
    verb: Verb,
  ): readonly ArgumentMode[] {
    const given = (kind: "in" | "out", domain: Domain): ArgumentMode => ({ kind, domain });
    const modes: ArgumentMode[] = [given("in", actor)];
    if (action !== undefined) modes.push({ kind: "text", text: action });
    else if (verb === "actions") modes.push({ kind: "out", domain: this.#tables.strings, unnamed: true });
    else modes.push(given("in", this.#tables.strings));
    if (resource !== undefined) {
      if (verb === "any") modes.push({ kind: "ignored", types: [resource.name] });
      else modes.push(given(verb === "list" ? "out" : "in", resource));
    }
    return modes;
  }

  #compileUnit(
    modes: readonly ArgumentMode[],
    planner: Planner,
    program: Program,
  ): { readonly compiled: Compiled | undefined; readonly loops: number } {
    try {
      const args = modes.map((mode): Known => {
        if (mode.kind === "text") return { bound: true, types: only("String"), text: mode.text };
        if (mode.kind === "ignored") return { bound: false, types: new Set(mode.types), text: undefined };
        return { bound: mode.kind === "in", types: only(mode.domain.name), text: undefined };
      });
      if (!this.#safety.isSafe("allow", args)) throw new Unsupported();
      const compiled = program.compile(planner.plan("allow", modes));
      return { compiled, loops: program.loops(compiled) };
    } catch (error) {
      // Half-made units must not be met again.
      if (!(error instanceof Unsupported || error instanceof RangeError)) throw error;
      this.#planner = new Planner(this.#inference, this.#tables);
      this.#program = new Program(this.#run);
      return { compiled: undefined, loops: 0 };
    }
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
