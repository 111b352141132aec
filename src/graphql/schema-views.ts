import type { Plugin } from "@envelop/core";
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  specifiedRules,
  type ValidationRule,
} from "graphql";
import { wholeOperationError } from "./errors.js";
import type { GuardTable } from "./guard-table.js";
import type { Layer } from "./layer.js";
import type { VisibilityOptions } from "./options.js";
import { chain, isPromiseLike, type MaybePromise } from "./promises.js";
import type { Session } from "./session.js";
import { textRules, Views } from "./visibility.js";

type OnValidate = NonNullable<Plugin["onValidate"]>;

/**
 * The part of the plugin that shows each actor a schema of their own. Hosts validate documents before they make a context,
 * and remember the verdict for everybody: at that time only the text is looked at. Whether a document fits what the actor
 * sees is found out when it is executed, for everything that is executed.
 */
export class SchemaViews {
  readonly #options: VisibilityOptions;
  readonly #bySchema = new WeakMap<GraphQLSchema, Views>();
  /** The rules that a host has put together for a request: also when it then remembers a verdict. */
  readonly #rules = new WeakMap<object, readonly ValidationRule[]>();
  #forYoga = false;

  constructor(options: VisibilityOptions) {
    this.#options = options;
  }

  answerAsYoga(): void {
    this.#forYoga = true;
  }

  readonly onValidate: OnValidate = ({ context, params, validateFn, setValidationFn }) => {
    const key: unknown = context;
    // The list itself: plugins behind this one add to it.
    if (isObject(key) && params.rules !== undefined) this.#rules.set(key, params.rules as ValidationRule[]);
    setValidationFn((schema, document, rules, ...rest) => {
      if (isObject(key) && rules !== undefined) this.#rules.set(key, rules as ValidationRule[]);
      return validateFn(schema, document, textRules, ...rest);
    });
  };

  /**
   * Puts what the actor sees in the place of the schema that is executed.
   * @returns the answer when the document does not fit it, or when that could not be found out
   */
  look(
    session: Session,
    args: { schema: GraphQLSchema; readonly document: DocumentNode },
    schema: GraphQLSchema,
    table: GuardTable,
    layer: Layer,
  ): MaybePromise<ExecutionResult | undefined> {
    const failed = (error: unknown): ExecutionResult => {
      layer.report(session.context, "visibility", "it could not be found out what the actor sees", error);
      return unavailable();
    };
    const epoch = session.upcoming?.epoch ?? session.epoch();
    try {
      const found = chain(epoch.asker(), (asker): MaybePromise<ExecutionResult | undefined> => {
        if (asker.kind === "failed") return unavailable();
        const views = this.#viewsOf(schema, table, layer);
        return chain(views.of(asker), (view) => {
          const rules = isObject(session.context) ? this.#rules.get(session.context) : undefined;
          const errors = views.validate(view, args.document, rules ?? specifiedRules);
          if (errors.length > 0) return { errors: this.#forYoga ? errors.map(asYogaSays) : errors };
          args.schema = view.schema;
          return undefined;
        });
      });
      return isPromiseLike(found) ? found.then(undefined, failed) : found;
    } catch (error) {
      return failed(error);
    }
  }

  #viewsOf(schema: GraphQLSchema, table: GuardTable, layer: Layer): Views {
    let views = this.#bySchema.get(schema);
    if (views === undefined) {
      views = new Views(schema, table, layer, this.#options);
      this.#bySchema.set(schema, views);
    }
    return views;
  }
}

function unavailable(): ExecutionResult {
  return { data: null, errors: [wholeOperationError("AUTHORIZATION_UNAVAILABLE")] };
}

/** Yoga gives errors of validation a code, and the status 400 to those who ask for `application/graphql-response+json`. */
function asYogaSays(error: GraphQLError): GraphQLError {
  const told = new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: "GRAPHQL_VALIDATION_FAILED", ...error.extensions },
  });
  if (told.extensions["http"] === undefined) {
    Object.defineProperty(told.extensions, "http", { value: { spec: true, status: 400 }, configurable: true });
  }
  return told;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
