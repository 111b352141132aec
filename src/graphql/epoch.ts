import type { Subject } from "../engine/types.js";
import { TypedObject } from "../solver/host.js";
import { type Asker, lookUpAsker } from "./asker.js";
import { DecisionLog } from "./decision-log.js";
import { type Budget, EngineQuestions } from "./engine-questions.js";
import type { FieldGuard } from "./guard-table.js";
import { type Identity, isPossibleId } from "./identity.js";
import type { Layer } from "./layer.js";
import type { Permitted } from "./lists.js";
import { chain, isPromiseLike, type MaybePromise } from "./promises.js";
import { type AllowedSet, type Answer, type QuestionTable, questionTable, remember } from "./question-table.js";
import { ResolverQuestions } from "./resolver-questions.js";

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
  /** The object that the gate of its type let through last: executors look at it again right away. */
  latest: Identity | undefined;
  readonly #identities = new Map<string, Map<unknown, Identity>>();
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

  #readId(type: string, instance: unknown): string | undefined {
    try {
      return this.layer.readId(type, instance);
    } catch (error) {
      this.layer.report(this.context, type, "the id of an object could not be read", error);
      return undefined;
    }
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
      table = questionTable(action, type, this.layer.readsObject(action, type));
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
    return remember(table.answers, identity.instance, this.#engine.ask(actor, table, subject, coordinate));
  }

  /** May the actor do the action on the resource with this id? */
  askAboutId(actor: Subject, table: QuestionTable, id: string, coordinate: string): MaybePromise<Answer> {
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

  #keepAllowed(table: QuestionTable, asked: MaybePromise<AllowedSet>): MaybePromise<AllowedSet> {
    table.allowed = asked;
    if (isPromiseLike(asked)) {
      void asked.then((known) => {
        table.allowed = known.kind === "failed" ? undefined : known;
      });
    }
    return asked;
  }

  // --- resolvers ---------------------------------------------------------------------------------------------------

  /** What resolvers ask beyond what guards ask. */
  get resolvers(): ResolverQuestions {
    this.#resolvers ??= new ResolverQuestions(this.#engine);
    return this.#resolvers;
  }
}
