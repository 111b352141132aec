import type { FactTables } from "../../facts/index.js";
import type { Domain, EntityDomain } from "../../facts/tables-domain.js";
import type { Table } from "../../facts/tables-table.js";
import type { Policy } from "../../polar/policy.js";
import { builtinTypes } from "../../polar/type-table.js";
import { createTypes, type Types } from "../types.js";
import { ClauseTable } from "./clause-table.js";
import type { Flow } from "./flow.js";
import { flowOf } from "./flow-build.js";
import { Inference } from "./inference.js";
import { type Known, only } from "./known.js";
import { type ArgumentMode, Unsupported } from "./plan.js";
import { Planner } from "./planner.js";
import { type Compiled, Program } from "./program.js";
import { Run } from "./runtime.js";
import { Safety } from "./safety.js";
import { indexesOf } from "./walk.js";

/** A question compiled: for one actor type, one action (or those that no rule names) and one resource type. */
export interface Entry {
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
export interface Walking {
  readonly entry: Entry;
  readonly compiled: Compiled;
  readonly run: Run;
}

/** An action with the check that it takes. */
export interface Candidate {
  readonly action: string;
  readonly entry: Entry;
  readonly compiled: Compiled;
}

export interface ActionsEntry {
  /** Finds actions that no rule names, if there can be any. */
  readonly open: Entry | undefined;
  /** Sorted by action. */
  readonly named: readonly Candidate[];
  readonly loops: number;
}

export type Verb = "check" | "list" | "any" | "actions";

type Entries = Map<string, Map<string | undefined, Map<string | undefined, Entry>>>;

/**
 * The questions that were asked, compiled: on demand, and again whenever a new table of facts appears. `undefined` is answered for
 * types that neither the policy nor the facts know.
 */
export class Questions {
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
  /** The program of the latest walk that came to its end. */
  #idle: Walking | undefined;

  constructor(policy: Policy, tables: FactTables, run: Run) {
    this.#policy = policy;
    this.#tables = tables;
    this.#run = run;
  }

  /** Which actions some rule or fact could allow for such types. */
  actions(actorType: string, resourceType: string | undefined): ActionsEntry | "machine" | undefined {
    this.#refresh();
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
      const entry = this.check(actorType, action, resourceType);
      if (entry?.compiled === undefined) return "machine";
      if (entry.compiled.unit.plans.length === 0) continue;
      named.push({ action, entry, compiled: entry.compiled });
      loops = Math.max(loops, entry.loops);
    }
    return { open: open.compiled!.unit.plans.length > 0 ? open : undefined, named, loops };
  }

  /** For `check`. */
  check(actorType: string, action: string, resourceType: string | undefined): Entry | undefined {
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

  /** For `list`. */
  list(actorType: string, action: string, type: string): Entry | undefined {
    if (this.#shapes !== this.#tables.shapes) this.#refresh();
    const latest = this.#latestList;
    if (latest?.action === action && latest.resourceType === type && latest.actorType === actorType) return latest;
    const text = this.#texts.has(action) ? action : undefined;
    const entry = this.#entry(this.#lists, actorType, text, type, () => this.#compile(actorType, text, type, "list"));
    if (text !== undefined) this.#latestList = entry;
    return entry;
  }

  /** Whether there is any resource at all, for the same types as a `list`. */
  any(actorType: string, action: string, type: string): Entry | undefined {
    if (this.#shapes !== this.#tables.shapes) this.#refresh();
    const text = this.#texts.has(action) ? action : undefined;
    return this.#entry(this.#any, actorType, text, type, () => this.#compile(actorType, text, type, "any"));
  }

  /** Compiles a question with a program of its own, unless one is at hand that nobody uses. */
  walking(entry: Entry, verb: Verb): Walking | undefined {
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

  /** Lets a walk that came to its end be used for the next one. */
  putBack(walking: Walking): void {
    this.#idle = walking;
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
        (type) =>
          builtinTypes.has(type) ||
          type === "Actor" ||
          type === "Resource" ||
          !(this.#policy.types.has(type) || this.#tables.domainOf(type) !== undefined),
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
