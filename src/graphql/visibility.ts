import {
  type DocumentNode,
  ExecutableDefinitionsRule,
  type GraphQLError,
  type GraphQLSchema,
  KnownFragmentNamesRule,
  LoneAnonymousOperationRule,
  NoFragmentCyclesRule,
  NoUndefinedVariablesRule,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  UniqueArgumentNamesRule,
  UniqueInputFieldNamesRule,
  UniqueOperationNamesRule,
  UniqueVariableNamesRule,
  type ValidationRule,
  validate,
} from "graphql";
import { prepared } from "../engine/prepared.js";
import type { Subject } from "../engine/types.js";
import { isReference } from "../facts/value.js";
import type { Asker } from "./asker.js";
import type { GuardTable } from "./guard-table.js";
import { hiddenClosure } from "./hidden-closure.js";
import { type CouldBe, hopelessParts, type Prospect, prospectKey } from "./hidden-parts.js";
import type { Layer } from "./layer.js";
import type { VisibilityOptions } from "./options.js";
import { isPromiseLike, type MaybePromise } from "./promises.js";
import { withoutSuggestion } from "./suggestions.js";
import { visibleSchema } from "./visible-schema.js";

/**
 * Rules about the text of a document alone. They run when documents are validated, for everybody alike and before anybody
 * knows who asks; whatever speaks of the schema has to wait for the actor.
 */
export const textRules: readonly ValidationRule[] = [
  ExecutableDefinitionsRule,
  UniqueOperationNamesRule,
  LoneAnonymousOperationRule,
  KnownFragmentNamesRule,
  NoUnusedFragmentsRule,
  NoFragmentCyclesRule,
  UniqueVariableNamesRule,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  UniqueArgumentNamesRule,
  UniqueInputFieldNamesRule,
];

interface Verdict {
  readonly rules: readonly ValidationRule[];
  readonly errors: readonly GraphQLError[];
}

/** A schema as some actors see it. It depends on what they may, not on who they are. */
export interface View {
  readonly schema: GraphQLSchema;
  readonly verdicts: WeakMap<DocumentNode, Verdict>;
}

/**
 * The views of one guarded schema. A view is found by the answers to all questions on which it depends, so that nobody is
 * given a view that was made for others unless it is the same; the views used last are kept.
 */
export class Views {
  readonly #schema: GraphQLSchema;
  readonly #table: GuardTable;
  readonly #layer: Layer;
  readonly #options: VisibilityOptions;
  readonly #prospects: readonly Prospect[];
  readonly #views = new Map<string, View>();
  /** What the rules say for actors of a type, for the policy in force. */
  #rules: { readonly policy: string; readonly byType: Map<string, "never" | "facts" | "rules"> } | undefined;

  constructor(schema: GraphQLSchema, table: GuardTable, layer: Layer, options: VisibilityOptions) {
    this.#schema = schema;
    this.#table = table;
    this.#layer = layer;
    this.#options = options;
    const found = new Map<string, Prospect>();
    hopelessParts(schema, table, (prospect) => {
      found.set(prospectKey(prospect), prospect);
      return true;
    });
    this.#prospects = [...found.values()];
  }

  /** How many views are kept. */
  get size(): number {
    return this.#views.size;
  }

  /** What the asker sees. @throws what the engine throws */
  of(asker: Exclude<Asker, { readonly kind: "failed" }>): MaybePromise<View> {
    const answers = this.#prospects.map((prospect) => asker.kind === "actor" && this.#could(asker.actor, prospect));
    if (!answers.some(isPromiseLike)) return this.#view(answers as boolean[]);
    return Promise.all(answers).then((known) => this.#view(known));
  }

  /** What is wrong with a document for whoever has this view. */
  validate(view: View, document: DocumentNode, rules: readonly ValidationRule[]): readonly GraphQLError[] {
    const known = view.verdicts.get(document);
    if (known !== undefined && same(known.rules, rules)) return known.errors;
    const found = validate(view.schema, document, rules);
    const errors = this.#options.suggestions === false ? found.map(withoutSuggestion) : found;
    view.verdicts.set(document, { rules: [...rules], errors });
    return errors;
  }

  #view(answers: readonly boolean[]): View {
    const key = answers.map((answer) => (answer ? "1" : "0")).join("");
    let view = this.#views.get(key);
    if (view === undefined) {
      const byProspect = new Map(this.#prospects.map((prospect, i) => [prospectKey(prospect), answers[i] === true]));
      const could: CouldBe = (prospect) => byProspect.get(prospectKey(prospect)) === true;
      const hidden = hiddenClosure(this.#schema, hopelessParts(this.#schema, this.#table, could));
      view = { schema: visibleSchema(this.#schema, hidden), verdicts: new WeakMap() };
    } else this.#views.delete(key);
    // Behind the others: what is at the front was not used for longest.
    this.#views.set(key, view);
    const most = this.#options.views ?? 50;
    for (const oldest of this.#views.keys()) {
      if (this.#views.size <= most) break;
      this.#views.delete(oldest);
    }
    return view;
  }

  #could(actor: Subject, prospect: Prospect): MaybePromise<boolean> {
    const { engine } = this.#layer.settings;
    if (prospect.kind === "none") {
      const answer: MaybePromise<unknown> = engine.decide(actor, prospect.action, prospect.type);
      return isPromiseLike(answer) ? answer.then((known) => known === true) : answer === true;
    }
    const { action, type, candidate } = prospect;
    const byRules = this.#byRules(typeOf(actor), action, type);
    if (byRules === "never") return false;
    if (byRules === "rules" && (this.#options.by === "rules" || candidate)) return true;
    // Facts can be the grant themselves, of what exists.
    return prepared(engine.list, actor, action, type)?.extent() !== "none";
  }

  #byRules(actorType: string | undefined, action: string, type: string): "never" | "facts" | "rules" {
    const { policyGrants } = this.#layer.settings.engine;
    if (policyGrants === undefined) return "rules";
    const policy = this.#layer.policyHash();
    if (this.#rules?.policy !== policy) this.#rules = { policy, byType: new Map() };
    const { byType } = this.#rules;
    const key = JSON.stringify([actorType, action, type]);
    let known = byType.get(key);
    if (known === undefined) {
      const { rules, facts } = policyGrants({
        action,
        resource: { type },
        ...(actorType !== undefined && { actorType }),
      });
      known = rules.length > 0 ? "rules" : facts.length > 0 ? "facts" : "never";
      byType.set(key, known);
    }
    return known;
  }
}

/** The very type of an actor, where it cannot be a subtype of what it seems. */
function typeOf(actor: Subject): string | undefined {
  if (!isReference(actor)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(actor);
  return prototype === Object.prototype || prototype === null ? actor.type : undefined;
}

function same(a: readonly ValidationRule[], b: readonly ValidationRule[]): boolean {
  return a.length === b.length && a.every((rule, i) => rule === b[i]);
}
