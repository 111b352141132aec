import type { Subject } from "../engine/types.js";
import { TypedObject } from "../solver/host.js";
import { type Asker, lookUpAsker } from "./asker.js";
import { DecisionLog } from "./decision-log.js";
import { type Budget, EngineQuestions } from "./engine-questions.js";
import type { FieldGuard, GuardedType } from "./guard-table.js";
import { isPossibleId } from "./identity.js";
import { KnownObjects } from "./known-objects.js";
import type { Layer } from "./layer.js";
import type { Permitted } from "./lists.js";
import { chain, isPromiseLike, type MaybePromise } from "./promises.js";
import { type AllowedSet, type Answer, QuestionTable, remember } from "./question-table.js";
import { ResolverQuestions } from "./resolver-questions.js";
import { SecondLook } from "./second-look.js";

let epochs = 0;

/**
 * The time in which decisions hold: a request, a step of a mutation, an event of a subscription. It remembers who asks,
 * what objects are called, and what was answered; nothing decided leaves it. GraphQL reference, section 6.
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
  /** What gates have let through without remembering it. */
  readonly secondLook: SecondLook = new SecondLook();
  readonly #objects = new Map<GuardedType, KnownObjects>();
  readonly #tables = new Map<string, Map<string, QuestionTable>>();
  readonly #globals = new Map<string, MaybePromise<Answer>>();
  readonly #named = new Map<string, Map<string, MaybePromise<Answer>>>();
  readonly #log: DecisionLog;
  readonly #engine: EngineQuestions;
  #resolvers: ResolverQuestions | undefined;

  /**
   * While the resolver of a mutation runs, facts change under it: what it asks itself is then answered anew each time.
   */
  changing = false;

  constructor(layer: Layer, context: unknown, budget: Budget) {
    this.layer = layer;
    this.context = context;
    this.budget = budget;
    this.#log = new DecisionLog(layer, context, this.number);
    this.#engine = new EngineQuestions(layer, context, budget, this.#log);
  }

  /** An epoch of the same asker that remembers nothing yet. */
  fork(): Epoch {
    const epoch = new Epoch(this.layer, this.context, this.budget);
    epoch.#asker = this.#asker;
    epoch.#known = this.#known;
    return epoch;
  }

  /** At its end: questions that were asked again instead of being remembered count once. */
  settle(): void {
    this.#engine.settle();
  }

  // --- who asks ----------------------------------------------------------------------------------------------------

  /** The asker if that is known without waiting. */
  get knownAsker(): Asker | undefined {
    if (this.#known !== undefined) return this.#known;
    const asker = this.asker();
    return isPromiseLike(asker) ? undefined : asker;
  }

  /** Who asks: looked up once, when somebody needs to know. */
  asker(): MaybePromise<Asker> {
    if (this.#asker === undefined) {
      const asker = lookUpAsker(this.layer, this.context);
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

  // --- objects -----------------------------------------------------------------------------------------------------

  objects(type: GuardedType): KnownObjects {
    let objects = this.#objects.get(type);
    if (objects === undefined) {
      const gate = type.gate.map(({ action }) => this.table(action, type.name));
      objects = new KnownObjects(type, gate, this.layer, this.context);
      this.#objects.set(type, objects);
    }
    return objects;
  }

  /** Whether the gate of the type has let the object through in this epoch. */
  hasPassed(type: GuardedType, instance: unknown): boolean {
    if (this.secondLook.isExpected(type, instance)) return true;
    return this.#objects.get(type)?.hasPassed(instance) === true;
  }

  /**
   * Whether the gate of the type, and `more` questions, let the object through at once. If not, nothing is said: it has to be
   * asked the long way. What passes is not remembered, since asking again gives the same for less; what does not pass is.
   */
  passes(actor: Subject, objects: KnownObjects, instance: unknown, more: readonly QuestionTable[]): boolean {
    const passed = objects.hasPassed(instance);
    if (passed && more.length === 0) return true;
    if (!passed && objects.isKept(instance)) return false;
    const id = passed ? objects.idOf(instance) : objects.read(instance);
    const yes =
      id !== undefined && (passed || this.#allAtOnce(actor, objects.gate, id)) && this.#allAtOnce(actor, more, id);
    if (!passed) {
      if (!yes) objects.keep(instance, id);
      else if (objects.type.isParent) objects.pass(instance, id);
    }
    return yes;
  }

  #allAtOnce(actor: Subject, tables: readonly QuestionTable[], id: string): boolean {
    for (const table of tables) {
      if (this.#engine.atOnce(actor, table, id) !== true) return false;
    }
    return true;
  }

  // --- questions ---------------------------------------------------------------------------------------------------

  table(action: string, type: string): QuestionTable {
    let byType = this.#tables.get(action);
    if (byType === undefined) {
      byType = new Map();
      this.#tables.set(action, byType);
    }
    let table = byType.get(type);
    if (table === undefined) {
      table = new QuestionTable(action, type, this.layer.readsObject(action, type));
      byType.set(type, table);
    }
    return table;
  }

  /** May the actor do the action on this loaded object? */
  askAboutObject(
    actor: Subject,
    table: QuestionTable,
    objects: KnownObjects,
    instance: unknown,
    coordinate: string,
  ): MaybePromise<Answer> {
    const id = objects.idOf(instance);
    if (id === undefined) {
      const { allowed } = table;
      if (allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "all") return true;
      this.layer.report(this.context, coordinate, `an object of type \`${table.type}\` has no id to ask about`);
      return "unavailable";
    }
    if (!table.readsObject || typeof instance !== "object" || instance === null) {
      return this.askAboutId(actor, table, id, coordinate);
    }
    const known = table.answers.get(instance);
    if (known !== undefined) return known;
    const subject = new TypedObject(table.type, instance, id);
    return remember(table.answers, instance, this.#engine.ask(actor, table, subject, coordinate));
  }

  /** May the actor do the action on the resource with this id? */
  askAboutId(actor: Subject, table: QuestionTable, id: string, coordinate: string): MaybePromise<Answer> {
    this.#engine.settleTable(table);
    const known = table.answers.get(id);
    if (known !== undefined) return known;
    const { allowed } = table;
    if (allowed !== undefined && !isPromiseLike(allowed) && (allowed.kind === "all" || allowed.kind === "ids")) {
      const answer = allowed.kind === "all" || allowed.ids.has(id);
      table.answers.set(id, answer);
      this.#log.tellAboutId(actor, table.action, table.type, id, answer, coordinate, 0);
      return answer;
    }
    if (!isPossibleId(id)) return false;
    if (!table.readsObject) {
      const answer = this.#engine.look(actor, table, id, coordinate);
      if (answer !== undefined) {
        if (answer !== "unavailable") table.answers.set(id, answer);
        return answer;
      }
    }
    const load = table.readsObject ? this.layer.loaderOf(table.type) : undefined;
    const asked =
      load === undefined
        ? this.#engine.ask(actor, table, { type: table.type, id }, coordinate)
        : this.#engine.askAboutRow(actor, table, id, load, coordinate);
    return remember(table.answers, id, asked);
  }

  /** May the actor do the action on a resource that does not exist yet, with these fields? */
  askAboutCandidate(actor: Subject, table: QuestionTable, fields: object, coordinate: string): MaybePromise<Answer> {
    const known = table.answers.get(fields);
    if (known !== undefined) return known;
    const subject = new TypedObject(table.type, fields, undefined);
    return remember(table.answers, fields, this.#engine.ask(actor, table, subject, coordinate));
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
    return remember(answers, key, this.#engine.decide(actor, action, type, undefined, coordinate));
  }

  // --- collections -------------------------------------------------------------------------------------------------

  /** The set as ids, for a resolver that wants to see them. */
  listed(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    return chain(this.allowed(actor, table, coordinate), (allowed) => {
      if (allowed.kind !== "some") return allowed;
      // Somebody else may have asked in the meantime.
      if (table.allowed !== allowed) return this.listed(actor, table, coordinate);
      return this.#keepAllowed(table, this.#engine.listIds(actor, table, coordinate));
    });
  }

  /** What `list` says, asked once. `each` when the policy reads objects, or when a list cannot be made. */
  allowed(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    if (table.allowed !== undefined) return table.allowed;
    return this.#keepAllowed(table, this.#engine.list(actor, table, coordinate));
  }

  /** Remembers the set, or the promise of it. A failure is not remembered. */
  #keepAllowed(table: QuestionTable, asked: MaybePromise<AllowedSet>): MaybePromise<AllowedSet> {
    const keep = (known: AllowedSet): void => table.know(known.kind === "failed" ? undefined : known);
    if (isPromiseLike(asked)) {
      table.know(asked);
      void asked.then(keep);
    } else keep(asked);
    return asked;
  }

  // --- resolvers ---------------------------------------------------------------------------------------------------

  /** What resolvers ask beyond what guards ask. */
  get resolvers(): ResolverQuestions {
    this.#resolvers ??= new ResolverQuestions(this.#engine);
    return this.#resolvers;
  }
}
