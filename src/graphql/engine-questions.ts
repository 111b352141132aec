import DataLoader from "dataloader";
import { type Prepared, prepared } from "../engine/prepared.js";
import type { QuestionOptions, Subject } from "../engine/types.js";
import { isReference } from "../facts/value.js";
import type { Filter } from "../filter/filter.js";
import { TypedObject } from "../solver/host.js";
import type { DecisionLog } from "./decision-log.js";
import { isPossibleId } from "./identity.js";
import type { Layer } from "./layer.js";
import { filterOf, nonsense, textsOf } from "./nonsense.js";
import { isPromiseLike, type MaybePromise } from "./promises.js";
import type { AllowedSet, Answer, QuestionTable } from "./question-table.js";

/** Counts down the distinct questions of one operation. */
export interface Budget {
  questions: number;
}

type Load = NonNullable<ReturnType<Layer["loaderOf"]>>;

/**
 * Puts questions to the engine, for one epoch: within the budget, told to the log, with whatever goes wrong turned into
 * `"unavailable"`. Remembers no answer; what belongs together in one tick becomes one call.
 */
export class EngineQuestions {
  readonly #layer: Layer;
  readonly #context: unknown;
  readonly #budget: Budget;
  readonly #log: DecisionLog;
  readonly #objectOptions: QuestionOptions;
  readonly #rows = new Map<string, DataLoader<string, object | null>>();
  /** Those with a short way. */
  readonly #tables = new Set<QuestionTable>();

  constructor(layer: Layer, context: unknown, budget: Budget, log: DecisionLog) {
    this.#layer = layer;
    this.#context = context;
    this.#budget = budget;
    this.#log = log;
    this.#objectOptions = { context };
  }

  /** May the actor do the action on this subject? `table` knows whether others are waited for already. */
  ask(actor: Subject, table: QuestionTable, subject: Subject, coordinate: string): MaybePromise<Answer> {
    const answer = table.slow
      ? this.#load(actor, table, subject, coordinate)
      : this.decide(actor, table.action, subject, table, coordinate);
    if (isPromiseLike(answer)) table.slow = true;
    return answer;
  }

  /** One call of `decide`. */
  decide(
    actor: Subject,
    action: string,
    subject: Subject | undefined,
    table: QuestionTable | undefined,
    coordinate: string,
  ): MaybePromise<Answer> {
    if (!this.afford(coordinate)) return "unavailable";
    const start = this.#log.now();
    const options = table?.readsObject === true ? this.#objectOptions : undefined;
    try {
      const answer: MaybePromise<unknown> = this.#layer.settings.engine.decide(actor, action, subject, options);
      if (answer === true || answer === false) {
        this.#log.tell(actor, action, subject, answer, coordinate, start, undefined);
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

  /**
   * The answer by the short way, remembered by nobody: as long as nothing changes, asking again gives the same.
   * `undefined`: it has to be remembered, or told, or there is no short way.
   */
  atOnce(actor: Subject, table: QuestionTable, id: string): boolean | undefined {
    if (table.isRemembering || this.#log.isOn) return undefined;
    const { allowed } = table;
    if (allowed !== undefined) {
      if (isPromiseLike(allowed)) return undefined;
      if (allowed.kind === "all") return true;
      if (allowed.kind === "ids") return allowed.ids.has(id);
    }
    try {
      const bySet = allowed?.kind === "some";
      let short: Prepared | undefined;
      if (bySet) short = allowed.members;
      else {
        short = this.#shortOf(actor, table);
        if (this.#budget.questions <= 0) this.settle();
        if (short === undefined || table.isRemembering) return undefined;
      }
      if (short.steady()) {
        const answer = short.may(id);
        if (answer !== undefined) {
          const yes = answer && (isClosed(table, short) || isPossibleId(id));
          if (yes) table.grant(id, bySet);
          // An object that was denied is remembered itself; this is another one of that id.
          else if (table.answers.has(id)) return false;
          else table.answers.set(id, false);
          if (!bySet) this.#budget.questions--;
          return yes;
        }
      }
    } catch {
      // Asked again the long way, it fails again and is told.
    }
    table.isRemembering = true;
    return undefined;
  }

  #shortOf(actor: Subject, table: QuestionTable): Prepared | undefined {
    const { decide } = this.#layer.settings.engine;
    if (decide !== table.decide) {
      // Another function may answer otherwise.
      if (table.short !== undefined) table.isRemembering = true;
      this.#tables.add(table);
      table.decide = decide;
      table.short = prepared(decide, actor, table.action, table.type);
    }
    return table.short;
  }

  /** The answer by the short way; `undefined` when there is none. */
  look(actor: Subject, table: QuestionTable, id: string, coordinate: string): Answer | undefined {
    const start = this.#log.now();
    try {
      const { allowed } = table;
      let short: Prepared | undefined;
      let isPaid = false;
      if (allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "some") short = allowed.members;
      else {
        short = this.#shortOf(actor, table);
        if (short === undefined) return undefined;
        if (!this.afford(coordinate)) return "unavailable";
        isPaid = true;
      }
      const answer = short.may(id);
      if (answer === undefined) {
        // Whoever asks the long way takes it again.
        if (isPaid) this.#budget.questions++;
        return undefined;
      }
      this.#log.tellAboutId(actor, table.action, table.type, id, answer, coordinate, start);
      return answer;
    } catch (error) {
      return this.#fail(error, actor, table.action, { type: table.type, id }, coordinate, start);
    }
  }

  /** Loads the object that an id names. One that does not exist is denied, exactly like one that is forbidden. */
  async askAboutRow(actor: Subject, table: QuestionTable, id: string, load: Load, coordinate: string): Promise<Answer> {
    const { type } = table;
    let rows = this.#rows.get(type);
    if (rows === undefined) {
      rows = new DataLoader(async (ids) => {
        const loaded: unknown = await load(ids, this.#context);
        if (!Array.isArray(loaded) || loaded.length !== ids.length) throw nonsense("load", loaded);
        return loaded as (object | null)[];
      });
      this.#rows.set(type, rows);
    }
    const start = this.#log.now();
    const subject = { type, id };
    try {
      const row = await rows.load(id);
      if (row !== null && row !== undefined) {
        return await this.decide(actor, table.action, new TypedObject(type, row, id), table, coordinate);
      }
    } catch (error) {
      rows.clear(id);
      return this.#fail(error, actor, table.action, subject, coordinate, start);
    }
    this.#log.tell(actor, table.action, subject, false, coordinate, start, undefined);
    return false;
  }

  /** What `list` says, as far as it can be said without making it. */
  list(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    if (table.readsObject) return { kind: "each" };
    if (!this.afford(coordinate)) return { kind: "failed" };
    const start = this.#log.now();
    try {
      const members = prepared(this.#layer.settings.engine.list, actor, table.action, table.type);
      const extent = members?.extent();
      if (members !== undefined && extent !== undefined) {
        this.#log.tellAboutSet("list", actor, table.action, table.type, start, extent);
        if (extent === "all") return { kind: "all" };
        return extent === "none" ? { kind: "ids", ids: new Set() } : { kind: "some", members };
      }
    } catch (error) {
      return this.#listFailed(error, actor, table, coordinate, start);
    }
    return this.listIds(actor, table, coordinate);
  }

  /** The same as ids: another form of the answer to one question. */
  listIds(actor: Subject, table: QuestionTable, coordinate: string): MaybePromise<AllowedSet> {
    const { engine } = this.#layer.settings;
    const start = this.#log.now();
    const failed = (error: unknown): AllowedSet => this.#listFailed(error, actor, table, coordinate, start);
    try {
      const asked: MaybePromise<unknown> = engine.list(actor, table.action, table.type);
      const known = (answer: unknown): AllowedSet => {
        const ids = textsOf("list", answer);
        this.#log.tellAboutSet("list", actor, table.action, table.type, start, ids.length);
        return ids.length === 1 && ids[0] === "*" ? { kind: "all" } : { kind: "ids", ids: new Set(ids) };
      };
      return Promise.resolve(asked).then(known).catch(failed);
    } catch (error) {
      return failed(error);
    }
  }

  /** The ids of a set that depends on the objects in it. @throws what the engine throws, or when the budget is used up */
  async listObjects(actor: Subject, table: QuestionTable, coordinate: string): Promise<readonly string[]> {
    // A list that could not be made was paid for when that came out.
    if (table.readsObject) this.#affordOrThrow(coordinate);
    const { engine } = this.#layer.settings;
    return textsOf("list", await engine.list(actor, table.action, table.type, this.#objectOptions));
  }

  /** @throws what the engine throws, or when the budget is used up */
  async filter(actor: Subject, table: QuestionTable, coordinate: string): Promise<Filter> {
    this.#affordOrThrow(coordinate);
    const { action, type } = table;
    const { engine } = this.#layer.settings;
    const start = this.#log.now();
    const ask = async () => filterOf(await engine.filter(actor, action, type, this.#objectOptions), type);
    return this.#told(ask(), (filter) => this.#log.tellAboutSet("filter", actor, action, type, start, filter?.kind));
  }

  /** @throws what the engine throws, or when the budget is used up */
  async actions(
    actor: Subject,
    resource: Subject | undefined,
    isObject: boolean,
    coordinate: string,
  ): Promise<readonly string[]> {
    this.#affordOrThrow(coordinate);
    const type = isReference(resource) ? resource.type : undefined;
    const { engine } = this.#layer.settings;
    const start = this.#log.now();
    const ask = async () =>
      textsOf("actions", await engine.actions(actor, resource, isObject ? this.#objectOptions : undefined));
    return this.#told(ask(), (actions) =>
      this.#log.tellAboutSet("actions", actor, undefined, type, start, actions?.length),
    );
  }

  /** Remembers every answer, from now on and those given already. What was asked twice counts once. */
  settle(): void {
    for (const table of this.#tables) {
      this.settleTable(table);
      table.isRemembering = true;
    }
  }

  /** Remembers the answers given already about one action on one type. What was asked twice counts once. */
  settleTable(table: QuestionTable): void {
    const repeated = table.settle();
    if (this.#budget.questions >= 0) this.#budget.questions += repeated;
  }

  /** Takes one question out of the budget. */
  afford(coordinate: string): boolean {
    const budget = this.#budget;
    if (budget.questions === 0) this.settle();
    if (budget.questions > 0) {
      budget.questions--;
      return true;
    }
    if (budget.questions === 0) {
      budget.questions = -1;
      this.#layer.report(this.#context, coordinate, "the operation asks more questions than `limits.questions` allows");
    }
    return false;
  }

  #affordOrThrow(coordinate: string): void {
    if (!this.afford(coordinate)) throw new Error("too many questions");
  }

  /** Joins what is asked in one tick into one `authorizeMany`. */
  #load(actor: Subject, table: QuestionTable, subject: Subject, coordinate: string): MaybePromise<Answer> {
    if (!this.afford(coordinate)) return "unavailable";
    const start = this.#log.now();
    table.loader ??= new DataLoader<Subject, Answer>((subjects) => this.#askMany(actor, table, subjects), {
      // Answers are remembered by id in the table; a loader's own memory would keep failures.
      cache: false,
      maxBatchSize: this.#layer.settings.limits.batch,
    });
    return table.loader.load(subject).then(
      (known) => this.#judge(known, "authorizeMany", actor, table.action, subject, coordinate, start),
      (error: unknown) => this.#fail(error, actor, table.action, subject, coordinate, start),
    );
  }

  async #askMany(actor: Subject, table: QuestionTable, subjects: readonly Subject[]): Promise<(Answer | Error)[]> {
    const options = table.readsObject ? this.#objectOptions : undefined;
    const answers: unknown = await this.#layer.settings.engine.authorizeMany(actor, table.action, subjects, options);
    // With too many or too few nobody knows which answer belongs to which question.
    if (!Array.isArray(answers) || answers.length !== subjects.length) throw nonsense("authorizeMany", answers);
    return subjects.map((_, i): Answer | Error => {
      const answer: unknown = answers[i];
      return answer === true || answer === false ? answer : nonsense("authorizeMany", answer);
    });
  }

  #listFailed(error: unknown, actor: Subject, table: QuestionTable, coordinate: string, start: number): AllowedSet {
    if (isUnlistable(error)) return { kind: "each" };
    this.#fail(error, actor, table.action, { type: table.type, id: "*" }, coordinate, start);
    return { kind: "failed" };
  }

  /** Tells what came of a question, or `undefined` when it failed. */
  #told<T>(asked: Promise<T>, tell: (answer: T | undefined) => void): Promise<T> {
    if (this.#log.isOn) void Promise.resolve(asked).then(tell, () => tell(undefined));
    return asked;
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
    this.#log.tell(actor, action, subject, answer, coordinate, start, undefined);
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
    this.#layer.report(this.#context, coordinate, "a question could not be answered", error);
    this.#log.tell(actor, action, subject, false, coordinate, start, error ?? new Error("unknown"));
    return "unavailable";
  }
}

/** Whether ids that no fact can mention are denied: then what is allowed is a possible id, and need not be looked at. */
function isClosed(table: QuestionTable, short: Prepared): boolean {
  table.isClosed ??= short.may("\0") === false;
  return table.isClosed;
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
