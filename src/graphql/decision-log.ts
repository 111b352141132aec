import type { Subject } from "../engine/types.js";
import { isReference } from "../facts/value.js";
import { DecisionSpans, type SetQuestion } from "./decision-spans.js";
import type { Layer } from "./layer.js";
import type { Decision } from "./options.js";

/** Tells `onDecision` and a tracer the decisions of one epoch. They must not be able to break or open anything. */
export class DecisionLog {
  readonly #layer: Layer;
  readonly #context: unknown;
  readonly #epoch: number;
  readonly #spans: DecisionSpans | undefined;
  /** Whether somebody listens. */
  readonly isOn: boolean;

  constructor(layer: Layer, context: unknown, epoch: number) {
    this.#layer = layer;
    this.#context = context;
    this.#epoch = epoch;
    const { onDecision, tracing } = layer.settings;
    this.#spans =
      tracing === undefined ? undefined : new DecisionSpans(tracing, (thrown) => this.#tracerFailed(thrown));
    this.isOn = onDecision !== undefined || tracing !== undefined;
  }

  /** When a question begins, for `tell`; 0 when nobody listens. */
  now(): number {
    return this.isOn ? performance.now() : 0;
  }

  /** `start`: when the question began, 0 when it took no time. `error`: why it could not be answered. */
  tell(
    actor: Subject,
    action: string,
    subject: Subject | undefined,
    allowed: boolean,
    coordinate: string,
    start: number,
    error: unknown,
  ): void {
    if (!this.isOn) return;
    try {
      const resource = subject === undefined ? undefined : describe(subject);
      const decision: Decision = {
        actor: this.#describeActor(actor),
        action,
        ...(resource === undefined ? {} : { resource }),
        allowed,
        coordinate,
        epoch: this.#epoch,
        policy: this.#layer.policyHash(),
        microseconds: start === 0 ? 0 : Math.round((performance.now() - start) * 1000),
        ...(error === undefined ? {} : { error }),
      };
      // What is known from a set was not asked again.
      if (start !== 0) this.#trace((spans) => spans.decided(decision, start));
      this.#layer.settings.onDecision?.(decision);
    } catch (thrown) {
      this.#layer.report(this.#context, coordinate, "`onDecision` failed", thrown);
    }
  }

  /** `found`: how many, or a word for a set that was not counted; `undefined` when the question failed. */
  tellAboutSet(
    method: SetQuestion,
    actor: Subject,
    action: string | undefined,
    type: string | undefined,
    start: number,
    found: number | string | undefined,
  ): void {
    this.#trace((spans) => spans.asked(method, this.#describeActor(actor), action, type, start, found));
  }

  #trace(work: (spans: DecisionSpans) => void): void {
    if (this.#spans === undefined) return;
    try {
      work(this.#spans);
    } catch (thrown) {
      this.#tracerFailed(thrown);
    }
  }

  #tracerFailed(thrown: unknown): void {
    this.#layer.report(this.#context, "tracing", "the tracer failed", thrown);
  }

  tellAboutId(
    actor: Subject,
    action: string,
    type: string,
    id: string,
    allowed: boolean,
    coordinate: string,
    start: number,
  ): void {
    if (this.isOn) this.tell(actor, action, { type, id }, allowed, coordinate, start, undefined);
  }

  #describeActor(actor: Subject): Decision["actor"] {
    if (typeof actor !== "object") return String(actor);
    return isReference(actor) ? { type: actor.type, id: actor.id } : this.#layer.referenceTo(actor);
  }
}

function describe(subject: Subject): NonNullable<Decision["resource"]> {
  if (typeof subject !== "object") return String(subject);
  const { type, id } = subject as { readonly type?: unknown; readonly id?: unknown };
  return { type: String(type), id: typeof id === "string" ? id : undefined };
}
