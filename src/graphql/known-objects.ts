import type { GuardedType } from "./guard-table.js";
import type { IdReader } from "./identity.js";
import type { Layer } from "./layer.js";
import type { QuestionTable } from "./question-table.js";

/**
 * What is known in one epoch about the objects of one type. The id of an object is read once and kept with the instance: later
 * changes of the object do not count.
 */
export class KnownObjects {
  readonly type: GuardedType;
  /** What the gate of the type asks, in the order of its steps. */
  readonly gate: readonly QuestionTable[];
  /** The objects that the gate has let through, with their ids. */
  readonly #passed = new Map<unknown, string | undefined>();
  /** The ids of others that were asked about. */
  readonly #ids = new Map<unknown, string | undefined>();
  readonly #readId: IdReader;
  readonly #layer: Layer;
  readonly #context: unknown;

  constructor(type: GuardedType, gate: readonly QuestionTable[], layer: Layer, context: unknown) {
    this.type = type;
    this.gate = gate;
    this.#layer = layer;
    this.#context = context;
    this.#readId = layer.idReader(type.name);
  }

  hasPassed(instance: unknown): boolean {
    return this.#passed.size > 0 && this.#passed.has(instance);
  }

  pass(instance: unknown, id: string | undefined): void {
    this.#passed.set(instance, id);
  }

  /** `undefined` when the object has no id: it cannot be asked about. */
  idOf(instance: unknown): string | undefined {
    let id = this.#passed.get(instance) ?? this.#ids.get(instance);
    if (id === undefined && !this.#passed.has(instance) && !this.#ids.has(instance)) {
      id = this.read(instance);
      this.keep(instance, id);
    }
    return id;
  }

  /** Whether the id of an object that has not passed was read already. */
  isKept(instance: unknown): boolean {
    return this.#ids.size > 0 && this.#ids.has(instance);
  }

  /** What `read` reads must be kept, here or by `pass`. */
  keep(instance: unknown, id: string | undefined): void {
    this.#ids.set(instance, id);
  }

  read(instance: unknown): string | undefined {
    try {
      return this.#readId(instance);
    } catch (error) {
      this.#layer.report(this.#context, this.type.name, "the id of an object could not be read", error);
      return undefined;
    }
  }
}
