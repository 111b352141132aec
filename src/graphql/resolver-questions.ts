import type { Subject } from "../engine/types.js";
import { isReference } from "../facts/value.js";
import type { Filter } from "../filter/filter.js";
import { TypedObject } from "../solver/host.js";
import type { EngineQuestions } from "./engine-questions.js";
import type { MaybePromise } from "./promises.js";
import { type Answer, type QuestionTable, remember } from "./question-table.js";

const coordinate = "context.authorization";

/** What resolvers ask beyond what guards ask, remembered for one epoch. */
export class ResolverQuestions {
  readonly #engine: EngineQuestions;
  readonly #subjects = new Map<string, Map<object, MaybePromise<Answer>>>();
  readonly #actions = new Map<string, Map<unknown, Promise<readonly string[]>>>();
  readonly #ids = new Map<QuestionTable, Promise<readonly string[]>>();
  readonly #filters = new Map<string, Map<string, Promise<Filter>>>();

  constructor(engine: EngineQuestions) {
    this.#engine = engine;
  }

  /** May the actor do the action on this object of a class that the engine knows? */
  subject(actor: Subject, action: string, subject: object): MaybePromise<Answer> {
    const answers = this.#subjects.get(action) ?? new Map<object, MaybePromise<Answer>>();
    this.#subjects.set(action, answers);
    const known = answers.get(subject);
    if (known !== undefined) return known;
    return remember(answers, subject, this.#engine.decide(actor, action, subject, undefined, coordinate));
  }

  /** What the actor may do with the resource, asked once per resource. */
  actions(actor: Subject, resource: Subject | undefined): Promise<readonly string[]> {
    const reference = isReference(resource) && !(resource instanceof TypedObject);
    const kind = reference ? resource.type : resource === undefined ? "" : `\0${typeof resource}`;
    const answers = this.#actions.get(kind) ?? new Map<unknown, Promise<readonly string[]>>();
    this.#actions.set(kind, answers);
    const key = reference ? resource.id : resource;
    return answers.get(key) ?? keep(answers, key, this.#engine.actions(actor, resource, !reference, coordinate));
  }

  /** The ids of a set that depends on the objects in it. */
  ids(actor: Subject, table: QuestionTable): Promise<readonly string[]> {
    return this.#ids.get(table) ?? keep(this.#ids, table, this.#engine.listObjects(actor, table, coordinate));
  }

  /** A filter for the resources of a type, out of the list when that is known already. */
  filter(actor: Subject, table: QuestionTable): Promise<Filter> {
    const byType = this.#filters.get(table.action) ?? new Map<string, Promise<Filter>>();
    this.#filters.set(table.action, byType);
    return byType.get(table.type) ?? keep(byType, table.type, this.#makeFilter(actor, table));
  }

  async #makeFilter(actor: Subject, table: QuestionTable): Promise<Filter> {
    const { type } = table;
    const allowed = table.allowed === undefined ? undefined : await table.allowed;
    if (allowed?.kind === "all") return { kind: "all" };
    if (allowed?.kind === "ids") {
      if (allowed.ids.size === 0) return { kind: "none" };
      return { kind: "where", condition: { kind: "ids", type, ids: [...allowed.ids] } };
    }
    const filter = await this.#engine.filter(actor, table, coordinate);
    if (table.allowed === undefined || allowed?.kind === "some") {
      if (filter.kind === "all") table.know({ kind: "all" });
      else if (filter.kind === "none") table.know({ kind: "ids", ids: new Set() });
      else if (filter.condition.kind === "ids") table.know({ kind: "ids", ids: new Set(filter.condition.ids) });
    }
    return filter;
  }
}

/** Remembers a promise, unless it fails. */
function keep<K, V>(answers: Map<K, Promise<V>>, key: K, answer: Promise<V>): Promise<V> {
  answers.set(key, answer);
  answer.catch(() => answers.delete(key));
  return answer;
}
