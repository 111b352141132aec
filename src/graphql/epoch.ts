import DataLoader from "dataloader";
import { type Prepared, prepared } from "../engine/prepared.js";
import type { QuestionOptions, Subject } from "../engine/types.js";
import { isReference } from "../facts/value.js";
import type { Filter } from "../filter/filter.js";
import { TypedObject } from "../solver/host.js";
import type { FieldGuard } from "./guard-table.js";
import type { Identity } from "./identity.js";
import { isPossibleId } from "./identity.js";
import type { Layer } from "./layer.js";
import type { Permitted } from "./lists.js";
import type { Decision } from "./options.js";
import { chain, isPromiseLike, type MaybePromise } from "./promises.js";

/** Only `true` allows. `"unavailable"`: it could not be found out. */
export type Answer = boolean | "unavailable";

/** Who asks in an epoch. */
export type Asker =
  | { readonly kind: "actor"; readonly actor: Subject }
  | { readonly kind: "nobody" }
  | { readonly kind: "failed" };

/** The resources of a type that are allowed, as far as they can be said without looking at objects. */
export type AllowedSet =
  | { readonly kind: "all" }
  | { readonly kind: "ids"; readonly ids: ReadonlySet<string> }
  /** Some; which ones is looked up by id, for less than it takes to make the set. */
  | { readonly kind: "some"; readonly members: Prepared }
  /** It depends on the objects: ask about each. */
  | { readonly kind: "each" }
  | { readonly kind: "failed" };

/** Counts down the distinct questions of one operation. */
export interface Budget {
  questions: number;
}

/** Everything that was asked about one action on one type in one epoch. */
export interface QuestionTable {
  readonly action: string;
  readonly type: string;
  /** Whether the policy may read properties of the object: then the object is asked about, not its name. */
  readonly readsObject: boolean;
  /** By id, or by instance where the policy reads the object. Failures are not remembered. */
  readonly answers: Map<unknown, MaybePromise<Answer>>;
  allowed: MaybePromise<AllowedSet> | undefined;
  /** The `decide` that was asked last, and the short way to its answers if it has one. */
  decide: unknown;
  short: Prepared | undefined;
  /** Set once an answer had to be waited for: from then on questions are put together. */
  slow: boolean;
  loader: DataLoader<Subject, Answer> | undefined;
}

type Load = NonNullable<ReturnType<Layer["loaderOf"]>>;

let epochs = 0;

/**
 * The time in which decisions hold: a request, a step of a mutation, an event of a subscription. Nothing decided leaves
 * its epoch. GraphQL reference, section 6.
 */
export class Epoch {
  readonly number: number = ++epochs;
  readonly layer: Layer;
  readonly context: unknown;
  readonly budget: Budget;
  #asker: MaybePromise<Asker> | undefined;
  #known: Asker | undefined;
  /** What was found out about LIST fields. */
  readonly permitted: Map<FieldGuard, Permitted> = new Map();
  /** The object that the gate of its type let through last: executors look at it again right away. */
  latest: Identity | undefined;
  readonly #identities = new Map<string, Map<unknown, Identity>>();
  readonly #tables = new Map<string, Map<string, QuestionTable>>();
  readonly #globals = new Map<string, MaybePromise<Answer>>();
  readonly #named = new Map<string, Map<string, MaybePromise<Answer>>>();
  readonly #rows = new Map<string, DataLoader<string, object | null>>();
  readonly #objectOptions: QuestionOptions;

  /**
   * While the resolver of a mutation runs, facts change under it: what it asks itself is then answered anew each time.
   */
  changing = false;
  readonly #subjects = new Map<string, Map<object, MaybePromise<Answer>>>();
  readonly #actions = new Map<string, Map<unknown, Promise<readonly string[]>>>();
  readonly #filters = new Map<string, Map<string, Promise<Filter>>>();

  constructor(layer: Layer, context: unknown, budget: Budget) {
    this.layer = layer;
    this.context = context;
    this.budget = budget;
    this.#objectOptions = { context };
  }

  /** An epoch of the same asker that remembers nothing yet. */
  fork(): Epoch {
    const epoch = new Epoch(this.layer, this.context, this.budget);
    epoch.#asker = this.#asker;
    epoch.#known = this.#known;
    return epoch;
  }

  /** The asker if that is known without waiting. */
  get knownAsker(): Asker | undefined {
    if (this.#known !== undefined) return this.#known;
    const asker = this.asker();
    return isPromiseLike(asker) ? undefined : asker;
  }

  /** Who asks: looked up once, when somebody needs to know. */
  asker(): MaybePromise<Asker> {
    if (this.#asker === undefined) {
      const asker = this.#lookUp();
      this.#asker = asker;
      if (isPromiseLike(asker)) {
        void asker.then((known) => {
          this.#asker = known;
          this.#known = known;
        });
      } else this.#known = asker;
    }
    return this.#asker;
  }

  /** What an object is called; read once. */
  identify(type: string, instance: unknown): Identity {
    let known = this.#identities.get(type);
    if (known === undefined) {
      known = new Map();
      this.#identities.set(type, known);
    }
    let identity = known.get(instance);
    if (identity === undefined) {
      identity = { type, instance, id: this.#readId(type, instance), passed: false };
      known.set(instance, identity);
    }
    return identity;
  }

  /** The object's identity if it was read in this epoch. */
  known(type: string, instance: unknown): Identity | undefined {
    return this.#identities.get(type)?.get(instance);
  }

  table(action: string, type: string): QuestionTable {
    let byType = this.#tables.get(action);
    if (byType === undefined) {
      byType = new Map();
      this.#tables.set(action, byType);
    }
    let table = byType.get(type);
    if (table === undefined) {
      table = {
        action,
        type,
        readsObject: this.layer.readsObject(action, type),
        answers: new Map(),
        allowed: undefined,
        decide: undefined,
        short: undefined,
        slow: false,
        loader: undefined,
      };
      byType.set(type, table);
    }
    return table;
  }

  /** May the actor do the action on this loaded object? */
  askAboutObject(actor: Subject, table: QuestionTable, identity: Identity, coordinate: string): MaybePromise<Answer> {
    if (identity.id === undefined) {
      const { allowed } = table;
      if (allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "all") return true;
      this.layer.report(this.context, coordinate, `an object of type \`${identity.type}\` has no id to ask about`);
      return "unavailable";
    }
    if (!table.readsObject || typeof identity.instance !== "object" || identity.instance === null) {
      return this.askAboutId(actor, table, identity.id, coordinate);
    }
    const known = table.answers.get(identity.instance);
    if (known !== undefined) return known;
    const subject = new TypedObject(table.type, identity.instance, identity.id);
    return this.#ask(actor, table, identity.instance, subject, coordinate);
  }

  /** May the actor do the action on the resource with this id? */
  askAboutId(actor: Subject, table: QuestionTable, id: string, coordinate: string): MaybePromise<Answer> {
    const known = table.answers.get(id);
    if (known !== undefined) return known;
    const { allowed } = table;
    if (allowed !== undefined && !isPromiseLike(allowed) && (allowed.kind === "all" || allowed.kind === "ids")) {
      const answer = allowed.kind === "all" || allowed.ids.has(id);
      table.answers.set(id, answer);
      this.#tellAboutId(actor, table, id, answer, coordinate, 0);
      return answer;
    }
    if (!isPossibleId(id)) return false;
    if (!table.readsObject) {
      const answer = this.#look(actor, table, id, coordinate);
      if (answer !== undefined) return answer;
    }
    const load = table.readsObject ? this.layer.loaderOf(table.type) : undefined;
    if (load !== undefined) {
      return this.#remember(table.answers, id, this.#askAboutRow(actor, table, id, load, coordinate));
    }
    return this.#ask(actor, table, id, { type: table.type, id }, coordinate);
  }

  /** The answer by the short way; `undefined` when there is none. */
  #look(actor: Subject, table: QuestionTable, id: string, coordinate: string): Answer | undefined {
    const start = this.#now();
    try {
      let short: Prepared | undefined;
      const { allowed } = table;
      if (allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "some") short = allowed.members;
      else {
        const { decide } = this.layer.settings.engine;
        if (decide !== table.decide) {
          table.decide = decide;
          table.short = prepared(decide, actor, table.action, table.type);
        }
        short = table.short;
        if (short === undefined) return undefined;
        if (!this.#afford(coordinate)) return "unavailable";
      }
      const answer = short.may(id);
      if (answer === undefined) return undefined;
      table.answers.set(id, answer);
      this.#tellAboutId(actor, table, id, answer, coordinate, start);
      return answer;
    } catch (error) {
      return this.#fail(error, actor, table.action, { type: table.type, id }, coordinate, start);
    }
  }

  /** Loads the object that an id names. One that does not exist is denied, exactly like one that is forbidden. */
  async #askAboutRow(
    actor: Subject,
    table: QuestionTable,
    id: string,
    load: Load,
    coordinate: string,
  ): Promise<Answer> {
    const { type } = table;
    let rows = this.#rows.get(type);
    if (rows === undefined) {
      rows = new DataLoader(async (ids) => {
        const loaded: unknown = await load(ids, this.context);
        if (!Array.isArray(loaded) || loaded.length !== ids.length) throw nonsense("load", loaded);
        return loaded as (object | null)[];
      });
      this.#rows.set(type, rows);
    }
    const start = this.#now();
    const subject = { type, id };
    try {
      const row = await rows.load(id);
      if (row !== null && row !== undefined) {
        return await this.#decide(actor, table.action, new TypedObject(type, row, id), table, coordinate);
      }
    } catch (error) {
      rows.clear(id);
      return this.#fail(error, actor, table.action, subject, coordinate, start);
    }
    this.#tell(actor, table.action, subject, false, coordinate, start, undefined);
    return false;
  }

  /** May the actor do the action on a resource that does not exist yet, with these fields? */
  askAboutCandidate(actor: Subject, table: QuestionTable, fields: object, coordinate: string): MaybePromise<Answer> {
    const known = table.answers.get(fields);
    if (known !== undefined) return known;
    return this.#ask(actor, table, fields, new TypedObject(table.type, fields, undefined), coordinate);
  }

  /** May the actor do the action? With a type, the resource is the type's name. */
  askAboutNone(actor: Subject, action: string, type: string | undefined, coordinate: string): MaybePromise<Answer> {
    let answers: Map<string, MaybePromise<Answer>> = this.#globals;
    let key = action;
    if (type !== undefined) {
      answers = this.#named.get(action) ?? new Map();
      this.#named.set(action, answers);
      key = type;
    }
    const known = answers.get(key);
    if (known !== undefined) return known;
    return this.#remember(answers, key, this.#decide(actor, action, type, undefined, coordinate));
  }

  /** May the actor do the action on this object of a class that the engine knows? */
  askAboutSubject(actor: Subject, action: string, subject: object, coordinate: string): MaybePromise<Answer> {
    const answers = this.#subjects.get(action) ?? new Map<object, MaybePromise<Answer>>();
    this.#subjects.set(action, answers);
    const known = answers.get(subject);
    if (known !== undefined) return known;
    return this.#remember(answers, subject, this.#decide(actor, action, subject, undefined, coordinate));
  }

  /** What the actor may do with the resource, asked once per resource. */
  actions(actor: Subject, resource: Subject | undefined): Promise<readonly string[]> {
    const reference = isReference(resource) && !(resource instanceof TypedObject);
    const kind = reference ? resource.type : resource === undefined ? "" : `\0${typeof resource}`;
    const answers = this.#actions.get(kind) ?? new Map<unknown, Promise<readonly string[]>>();
    this.#actions.set(kind, answers);
    const key = reference ? resource.id : resource;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const { engine } = this.layer.settings;
    const options = reference ? undefined : this.#objectOptions;
    const asked = this.#afford("context.authorization")
      ? engine.actions(actor, resource, options)
      : Promise.reject(new Error("too many questions"));
    return this.#keep(answers, key, asked);
  }

  /** A filter for the resources of a type, out of the list when that is known already. */
  filter(actor: Subject, action: string, type: string): Promise<Filter> {
    const byType = this.#filters.get(action) ?? new Map<string, Promise<Filter>>();
    this.#filters.set(action, byType);
    const known = byType.get(type);
    if (known !== undefined) return known;
    return this.#keep(byType, type, this.#makeFilter(actor, this.table(action, type)));
  }

  async #makeFilter(actor: Subject, table: QuestionTable): Promise<Filter> {
    const { action, type } = table;
    const allowed = table.allowed === undefined ? undefined : await table.allowed;
    if (allowed?.kind === "all") return { kind: "all" };
    if (allowed?.kind === "ids") {
      if (allowed.ids.size === 0) return { kind: "none" };
      return { kind: "where", condition: { kind: "ids", type, ids: [...allowed.ids] } };
    }
    if (!this.#afford("context.authorization")) throw new Error("too many questions");
    const filter = await this.layer.settings.engine.filter(actor, action, type, this.#objectOptions);
    if (table.allowed === undefined || allowed?.kind === "some") {
      if (filter.kind === "all") table.allowed = { kind: "all" };
      else if (filter.kind === "none") table.allowed = { kind: "ids", ids: new Set() };
      else if (filter.condition.kind === "ids") table.allowed = { kind: "ids", ids: new Set(filter.condition.ids) };
    }
    return filter;
  }

  /** Remembers a promise for the epoch, unless it fails. */
  #keep<K, V>(answers: Map<K, Promise<V>>, key: K, answer: Promise<V>): Promise<V> {
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
    return answer;
  }

  /** The set as ids, for a resolver that wants to see them. */
  listed(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    return chain(this.allowed(actor, table, coordinate), (allowed) => {
      if (allowed.kind !== "some") return allowed;
      // Somebody else may have asked in the meantime.
      if (table.allowed !== allowed) return this.listed(actor, table, coordinate);
      return this.#keepAllowed(table, this.#listIds(actor, table, coordinate));
    });
  }

  /** What `list` says, asked once. `each` when the policy reads objects, or when a list cannot be made. */
  allowed(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    if (table.allowed !== undefined) return table.allowed;
    return this.#keepAllowed(table, this.#list(actor, table, coordinate));
  }

  #keepAllowed(table: QuestionTable, asked: MaybePromise<AllowedSet>): MaybePromise<AllowedSet> {
    table.allowed = asked;
    if (isPromiseLike(asked)) {
      void asked.then((known) => {
        table.allowed = known.kind === "failed" ? undefined : known;
      });
    }
    return asked;
  }

  // --- asking the engine -------------------------------------------------------------------------------------------

  #ask(actor: Subject, table: QuestionTable, key: unknown, subject: Subject, coordinate: string): MaybePromise<Answer> {
    const answer = table.slow
      ? this.#load(actor, table, subject, coordinate)
      : this.#decide(actor, table.action, subject, table, coordinate);
    if (isPromiseLike(answer)) table.slow = true;
    return this.#remember(table.answers, key, answer);
  }

  #remember<K>(answers: Map<K, MaybePromise<Answer>>, key: K, answer: MaybePromise<Answer>): MaybePromise<Answer> {
    if (!isPromiseLike(answer)) {
      if (answer !== "unavailable") answers.set(key, answer);
      return answer;
    }
    const settled = answer.then((known) => {
      if (known === "unavailable") answers.delete(key);
      else answers.set(key, known);
      return known;
    });
    answers.set(key, settled);
    return settled;
  }

  #decide(
    actor: Subject,
    action: string,
    subject: Subject | undefined,
    table: QuestionTable | undefined,
    coordinate: string,
  ): MaybePromise<Answer> {
    if (!this.#afford(coordinate)) return "unavailable";
    const start = this.#now();
    const options = table?.readsObject === true ? this.#objectOptions : undefined;
    try {
      const answer: MaybePromise<unknown> = this.layer.settings.engine.decide(actor, action, subject, options);
      if (answer === true || answer === false) {
        this.#tell(actor, action, subject, answer, coordinate, start, undefined);
        return answer;
      }
      if (!isPromiseLike(answer)) throw nonsense("decide", answer);
      return answer.then(
        (known) => this.#judge(known, "decide", actor, action, subject, coordinate, start),
        (error: unknown) => this.#fail(error, actor, action, subject, coordinate, start),
      );
    } catch (error) {
      return this.#fail(error, actor, action, subject, coordinate, start);
    }
  }

  /** Joins what is asked in one tick into one `authorizeMany`. */
  #load(actor: Subject, table: QuestionTable, subject: Subject, coordinate: string): MaybePromise<Answer> {
    if (!this.#afford(coordinate)) return "unavailable";
    const start = this.#now();
    table.loader ??= new DataLoader<Subject, Answer>((subjects) => this.#askMany(actor, table, subjects), {
      // Answers are remembered by id in the table; a loader's own memory would keep failures.
      cache: false,
      maxBatchSize: this.layer.settings.limits.batch,
    });
    return table.loader.load(subject).then(
      (known) => this.#judge(known, "authorizeMany", actor, table.action, subject, coordinate, start),
      (error: unknown) => this.#fail(error, actor, table.action, subject, coordinate, start),
    );
  }

  async #askMany(actor: Subject, table: QuestionTable, subjects: readonly Subject[]): Promise<(Answer | Error)[]> {
    const options = table.readsObject ? this.#objectOptions : undefined;
    const answers: unknown = await this.layer.settings.engine.authorizeMany(actor, table.action, subjects, options);
    if (!Array.isArray(answers)) throw nonsense("authorizeMany", answers);
    return subjects.map((_, i): Answer | Error => {
      const answer: unknown = answers[i];
      return answer === true || answer === false ? answer : nonsense("authorizeMany", answer);
    });
  }

  #list(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    if (table.readsObject) return { kind: "each" };
    const start = this.#now();
    try {
      const members = prepared(this.layer.settings.engine.list, actor, table.action, table.type);
      const extent = members?.extent();
      if (members !== undefined && extent !== undefined) {
        if (!this.#afford(coordinate)) return { kind: "failed" };
        if (extent === "all") return { kind: "all" };
        return extent === "none" ? { kind: "ids", ids: new Set() } : { kind: "some", members };
      }
    } catch (error) {
      return this.#listFailed(error, actor, table, coordinate, start);
    }
    return this.#listIds(actor, table, coordinate);
  }

  #listFailed(error: unknown, actor: Subject, table: QuestionTable, coordinate: string, start: number): AllowedSet {
    if (isUnlistable(error)) return { kind: "each" };
    this.#fail(error, actor, table.action, { type: table.type, id: "*" }, coordinate, start);
    return { kind: "failed" };
  }

  #listIds(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    if (!this.#afford(coordinate)) return { kind: "failed" };
    const { engine } = this.layer.settings;
    const start = this.#now();
    const failed = (error: unknown): AllowedSet => this.#listFailed(error, actor, table, coordinate, start);
    try {
      const asked: MaybePromise<unknown> = engine.list(actor, table.action, table.type);
      return Promise.resolve(asked).then((ids): AllowedSet => {
        if (!isStringArray(ids)) return failed(nonsense("list", ids));
        return ids.length === 1 && ids[0] === "*" ? { kind: "all" } : { kind: "ids", ids: new Set(ids) };
      }, failed);
    } catch (error) {
      return failed(error);
    }
  }

  #judge(
    answer: unknown,
    method: string,
    actor: Subject,
    action: string,
    subject: Subject | undefined,
    coordinate: string,
    start: number,
  ): Answer {
    if (answer !== true && answer !== false) {
      return this.#fail(nonsense(method, answer), actor, action, subject, coordinate, start);
    }
    this.#tell(actor, action, subject, answer, coordinate, start, undefined);
    return answer;
  }

  #fail(
    error: unknown,
    actor: Subject,
    action: string,
    subject: Subject | undefined,
    coordinate: string,
    start: number,
  ): "unavailable" {
    this.layer.report(this.context, coordinate, "a question could not be answered", error);
    this.#tell(actor, action, subject, false, coordinate, start, error ?? new Error("unknown"));
    return "unavailable";
  }

  #afford(coordinate: string): boolean {
    if (this.budget.questions > 0) {
      this.budget.questions--;
      return true;
    }
    if (this.budget.questions === 0) {
      this.budget.questions = -1;
      this.layer.report(this.context, coordinate, "the operation asks more questions than `limits.questions` allows");
    }
    return false;
  }

  // --- around it ---------------------------------------------------------------------------------------------------

  #lookUp(): MaybePromise<Asker> {
    const failed = (error: unknown): Asker => {
      this.layer.report(this.context, "actor", "it could not be found out who asks", error);
      return { kind: "failed" };
    };
    const known = (actor: unknown): Asker => {
      if (actor === null || actor === undefined) return { kind: "nobody" };
      if (typeof actor === "function" || typeof actor === "symbol") return failed(nonsense("actor", actor));
      return { kind: "actor", actor };
    };
    try {
      const actor: MaybePromise<unknown> = this.layer.settings.actor(this.context);
      return isPromiseLike(actor) ? actor.then(known, failed) : known(actor);
    } catch (error) {
      return failed(error);
    }
  }

  #readId(type: string, instance: unknown): string | undefined {
    try {
      return this.layer.readId(type, instance);
    } catch (error) {
      this.layer.report(this.context, type, "the id of an object could not be read", error);
      return undefined;
    }
  }

  #now(): number {
    return this.layer.settings.onDecision === undefined ? 0 : performance.now();
  }

  #tellAboutId(
    actor: Subject,
    table: QuestionTable,
    id: string,
    allowed: boolean,
    coordinate: string,
    start: number,
  ): void {
    if (this.layer.settings.onDecision === undefined) return;
    this.#tell(actor, table.action, { type: table.type, id }, allowed, coordinate, start, undefined);
  }

  /** Tells the audit. It must not be able to break or open anything. */
  #tell(
    actor: Subject,
    action: string,
    subject: Subject | undefined,
    allowed: boolean,
    coordinate: string,
    start: number,
    error: unknown,
  ): void {
    const { onDecision } = this.layer.settings;
    if (onDecision === undefined) return;
    try {
      const resource = subject === undefined ? undefined : this.#describe(subject);
      const decision: Decision = {
        actor: this.#describeActor(actor),
        action,
        ...(resource === undefined ? {} : { resource }),
        allowed,
        coordinate,
        epoch: this.number,
        policy: this.layer.policyHash(),
        microseconds: start === 0 ? 0 : Math.round((performance.now() - start) * 1000),
        ...(error === undefined ? {} : { error }),
      };
      onDecision(decision);
    } catch (thrown) {
      this.layer.report(this.context, coordinate, "`onDecision` failed", thrown);
    }
  }

  #describe(subject: Subject): NonNullable<Decision["resource"]> {
    if (typeof subject !== "object") return String(subject);
    const { type, id } = subject as { readonly type?: unknown; readonly id?: unknown };
    return { type: String(type), id: typeof id === "string" ? id : undefined };
  }

  #describeActor(actor: Subject): Decision["actor"] {
    if (typeof actor !== "object") return String(actor);
    return isReference(actor) ? { type: actor.type, id: actor.id } : this.layer.referenceTo(actor);
  }
}

/** Codes of a list that cannot be made, as opposed to one that failed: then objects are asked about one by one. */
function isUnlistable(error: unknown): boolean {
  return error instanceof Error && "code" in error && unlistable.has(String(error.code));
}

const unlistable: ReadonlySet<string> = new Set([
  "filter/unsupported",
  "engine/unbound-variable",
  "engine/missing-property",
  "engine/limit-exceeded",
  "engine/star-id",
]);

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function nonsense(method: string, answer: unknown): Error {
  return new TypeError(`\`${method}\` answered ${answer === undefined ? "nothing" : `a ${typeof answer}`}`);
}
