import type { Decision } from "./options.js";

/** What is used of an OpenTelemetry tracer; `trace.getTracer("arcturus")` is one. */
export interface Tracer {
  startSpan(
    name: string,
    options?: { readonly startTime?: number; readonly attributes?: Record<string, string | number> },
  ): TracedSpan;
}

export interface TracedSpan {
  setAttributes(attributes: Record<string, string | number>): unknown;
  /** 2 is an error. */
  setStatus(status: { code: 2 }): unknown;
  end(): void;
}

export interface Tracing {
  readonly tracer: Tracer;
  /**
   * Whether spans hold ids: of the actor, and of the resource where one question makes the span.
   * @default false
   */
  readonly ids?: boolean;
}

/** A question that has no single resource. */
export type SetQuestion = "list" | "filter" | "actions";

interface Burst {
  readonly span: TracedSpan;
  readonly coordinates: Set<string>;
  allowed: number;
  denied: number;
  unavailable: number;
  id: string | undefined;
}

/**
 * Spans for the questions of one epoch. What is asked in one go about one action and one type is one span, however many
 * objects it is about: a list of 500 makes one. Spans begin under whatever span is active when the question is asked.
 */
export class DecisionSpans {
  readonly #tracing: Tracing;
  readonly #report: (thrown: unknown) => void;
  readonly #bursts = new Map<string, Burst>();

  /** `report` is told what the tracer throws when nobody else could catch it. */
  constructor(tracing: Tracing, report: (thrown: unknown) => void) {
    this.#tracing = tracing;
    this.#report = report;
  }

  /** One decision of the engine. `start`: `performance.now()` when it was asked. */
  decided({ actor, action, resource, allowed, coordinate, error }: Decision, start: number): void {
    const type = typeof resource === "object" ? resource.type : undefined;
    const key = JSON.stringify([typeOf(actor), action, type]);
    let burst = this.#bursts.get(key);
    if (burst === undefined) {
      const span = this.#start("authorize", actor, action, type, start);
      burst = { span, coordinates: new Set(), allowed: 0, denied: 0, unavailable: 0, id: undefined };
      if (this.#bursts.size === 0) queueMicrotask(() => this.#flush());
      this.#bursts.set(key, burst);
    }
    burst.coordinates.add(coordinate);
    burst.id = typeof resource === "object" ? resource.id : resource;
    if (error !== undefined) burst.unavailable++;
    else if (allowed) burst.allowed++;
    else burst.denied++;
  }

  /** A question about a set. `found`: how many, or a word for a set that was not counted; `undefined` when it failed. */
  asked(
    method: SetQuestion,
    actor: Decision["actor"],
    action: string | undefined,
    type: string | undefined,
    start: number,
    found: number | string | undefined,
  ): void {
    const span = this.#start(method, actor, action, type, start);
    if (found === undefined) fail(span);
    else if (typeof found === "number") span.setAttributes({ "arcturus.outcome": "answered", "arcturus.found": found });
    else span.setAttributes({ "arcturus.outcome": found });
    span.end();
  }

  #start(
    method: SetQuestion | "authorize",
    actor: Decision["actor"],
    action: string | undefined,
    type: string | undefined,
    start: number,
  ): TracedSpan {
    const { tracer, ids = false } = this.#tracing;
    const who = typeOf(actor);
    return tracer.startSpan(`arcturus.${method}`, {
      startTime: performance.timeOrigin + start,
      attributes: {
        ...(who !== undefined && { "arcturus.actor.type": who }),
        ...(action !== undefined && { "arcturus.action": action }),
        ...(type !== undefined && { "arcturus.resource.type": type }),
        ...(ids && typeof actor === "object" && actor !== null && { "arcturus.actor.id": actor.id }),
      },
    });
  }

  #flush(): void {
    const bursts = [...this.#bursts.values()];
    this.#bursts.clear();
    try {
      for (const burst of bursts) this.#finish(burst);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  #finish({ span, coordinates, allowed, denied, unavailable, id }: Burst): void {
    const questions = allowed + denied + unavailable;
    const outcome = [allowed > 0 && "allowed", denied > 0 && "denied", unavailable > 0 && "unavailable"];
    const outcomes = outcome.filter((word) => word !== false);
    span.setAttributes({
      "arcturus.outcome": outcomes.length === 1 ? outcomes[0]! : "mixed",
      "arcturus.questions": questions,
      "arcturus.allowed": allowed,
      "arcturus.denied": denied,
      "arcturus.unavailable": unavailable,
      ...(coordinates.size === 1 && { "arcturus.coordinate": [...coordinates][0]! }),
      ...(this.#tracing.ids === true && questions === 1 && id !== undefined && { "arcturus.resource.id": id }),
    });
    if (unavailable > 0) span.setStatus({ code: 2 });
    span.end();
  }
}

function fail(span: TracedSpan): void {
  span.setAttributes({ "arcturus.outcome": "unavailable" });
  // What went wrong stands in the log; a text here might name what the log keeps.
  span.setStatus({ code: 2 });
}

function typeOf(actor: Decision["actor"]): string | undefined {
  return typeof actor === "object" && actor !== null ? actor.type : undefined;
}
