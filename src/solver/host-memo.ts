import { ArcturusError } from "../diagnostics/errors.js";
import type { Reference } from "../facts/value.js";
import { Fault, fault } from "./fault.js";
import { TypedObject } from "./host.js";
import type { HostTypeInfo, HostTypes } from "./host-types.js";
import { anonymousType, entityKey, fromNumber, isPlain, plainReference, refuseExotic } from "./host-values.js";
import { exactKey } from "./keys.js";
import { readId, readProperty, resolveMethod } from "./properties.js";
import { describeStructure } from "./structure.js";
import { Dictionary, Entity, fitsInteger, Instance, kindOf, List, type Term, type Value } from "./values.js";

/** A value read from the application, or the promise of one. */
export type Reading = { readonly kind: "value"; readonly value: Value } | { readonly kind: "pending" };

type Slot<T> = { kind: "value"; value: T } | { kind: "pending" } | { kind: "failed"; error: Error };

const pendingReading: Reading = { kind: "pending" };

/**
 * What one question has seen of the application: every object by identity, every property and every call once. A question
 * that has to wait is asked again with the same memo, so what was read stays as it was.
 */
export class HostMemo {
  /** Milliseconds since 1970 at which the question began; its time limit counts from here, waiting included. */
  readonly startedAt: number = Date.now();
  readonly #types: HostTypes;
  readonly #base: HostMemo | undefined;
  /** By the type that was declared where the object was met: the same object can be met where none is. */
  readonly #values = new Map<string | undefined, Map<object, Value>>();
  readonly #objects = new Map<string, object>();
  readonly #typed = new Map<object, HostTypeInfo>();
  readonly #reads = new Map<object, Map<string, Slot<Value>>>();
  readonly #items = new Map<object, Slot<readonly Value[]>>();
  readonly #loads = new Map<string, { info: HostTypeInfo; slots: Map<string, Slot<object | null>>; queue: string[] }>();
  #waits: Promise<unknown>[] = [];

  constructor(types: HostTypes, base: HostMemo | undefined) {
    this.#types = types;
    this.#base = base;
  }

  /** A JavaScript value as a Polar value. `declared` is the type that the host says a plain object here has. */
  value(input: unknown, declared?: string, depth = 0): Value {
    switch (typeof input) {
      case "string":
      case "boolean":
        return input;
      case "bigint":
        return fitsInteger(input) ? input : fault("engine/not-a-value", `the integer ${input} is beyond 64 bits`);
      case "number":
        return fromNumber(input);
      case "object":
        return input === null ? null : this.#object(input, declared, depth);
      default:
        return fault("engine/not-a-value", `${input === undefined ? "undefined" : `a ${typeof input}`} is not a value`);
    }
  }

  /** Like `value`, for what a caller of the engine hands in: there `{ type, id }` is a reference. */
  argument(input: unknown): Value {
    const reference = plainReference(input);
    if (reference === undefined) return this.value(input);
    return new Entity(reference.type, reference.id, this.#known(reference.type, reference.id));
  }

  /** The entity that an argument is, `undefined` if it is none. */
  reference(input: unknown): Reference | undefined {
    if (typeof input !== "object" || input === null) return undefined;
    const value = this.argument(input);
    return value instanceof Entity ? { type: value.type, id: value.id } : undefined;
  }

  #object(object: object, declared: string | undefined, depth: number): Value {
    const seen = this.#values.get(declared)?.get(object);
    if (seen !== undefined) return seen;
    if (object instanceof Entity) return object;
    if (depth > 500) return fault("engine/not-a-value", "a host value nests too deeply");
    if (Array.isArray(object)) {
      return new List(object.map((item: unknown) => this.value(item, declared, depth + 1)));
    }
    const value = this.#instance(object, declared);
    const values = this.#values.get(declared);
    if (values === undefined) this.#values.set(declared, new Map([[object, value]]));
    else values.set(object, value);
    return value;
  }

  #instance(input: object, declared: string | undefined): Value {
    const typed = input instanceof TypedObject;
    const object = typed ? input.object : input;
    const byClass = this.#types.of(object);
    let info = typed ? this.#types.byName.get(input.type) : this.#infoOf(object);
    if (info === undefined && typed) info = anonymousType(input.type);
    if (info !== undefined && info !== byClass) this.#typed.set(object, info);
    if (info === undefined && declared !== undefined && isPlain(object)) info = this.#types.byName.get(declared);
    if (info === undefined) {
      refuseExotic(object);
      return new Instance(undefined, object, this.#describe);
    }
    const id = typed ? input.id : readId(info, object);
    if (id === undefined) return new Instance(info.name, object, this.#describe);
    const key = entityKey(info.name, id);
    if (!this.#objects.has(key)) this.#objects.set(key, object);
    return new Entity(info.name, id, object);
  }

  readonly #describe = (object: object): string =>
    describeStructure(object, (inner) => {
      const info = this.#infoOf(inner);
      const id = info === undefined ? undefined : readId(info, inner);
      return info === undefined || id === undefined ? undefined : entityKey(info.name, id);
    });

  #infoOf(object: object): HostTypeInfo | undefined {
    const base = this.#base;
    return (
      this.#typed.get(object) ?? (base === undefined ? undefined : base.#typed.get(object)) ?? this.#types.of(object)
    );
  }

  /** What may be read of an object where it stands for a value of the type: one row may be asked about as of several. */
  #infoAs(type: string | undefined, object: object): HostTypeInfo | undefined {
    if (type === undefined) return undefined;
    const byClass = this.#types.of(object);
    if (byClass !== undefined && (byClass.name === type || byClass.extends.includes(type))) return byClass;
    return this.#types.byName.get(type) ?? anonymousType(type);
  }

  #known(type: string, id: string): object | undefined {
    const key = entityKey(type, id);
    const base = this.#base;
    return this.#objects.get(key) ?? (base === undefined ? undefined : base.#objects.get(key));
  }

  /** The object behind a value, loading it if its type can; `null` stands for a row that does not exist. */
  #behind(self: Entity | Instance): { object: object; info: HostTypeInfo | undefined } | "pending" {
    if (self instanceof Instance) return { object: self.object, info: this.#infoAs(self.type, self.object) };
    const object = self.object ?? this.#known(self.type, self.id);
    if (object !== undefined) return { object, info: this.#infoAs(self.type, object) };
    const info = this.#types.byName.get(self.type);
    if (info?.load === undefined) {
      const why = info === undefined ? "" : ", and the type has no `load`";
      return fault("engine/missing-property", `${named(self)} is only a reference: there is no object to read${why}`);
    }
    const row = this.#row(info, self.id);
    if (row === "pending") return "pending";
    if (row === null) return fault("engine/missing-property", `${named(self)} does not exist`);
    return { object: row, info };
  }

  #row(info: HostTypeInfo, id: string): object | null | "pending" {
    let loads = this.#loads.get(info.name);
    if (loads === undefined) {
      loads = { info, slots: new Map(), queue: [] };
      this.#loads.set(info.name, loads);
    }
    const slot = loads.slots.get(id);
    if (slot === undefined) {
      loads.slots.set(id, { kind: "pending" });
      loads.queue.push(id);
      return "pending";
    }
    if (slot.kind === "failed") throw slot.error;
    return slot.kind === "pending" ? "pending" : slot.value;
  }

  /** Whether a dot on the value means a property of the application (and not a missing reference). */
  read(self: Entity | Instance, name: string): Reading {
    const behind = this.#behind(self);
    if (behind === "pending") return pendingReading;
    return this.#once(behind.object, `${typeKey(behind.info)}.${name}`, () => {
      const property = readProperty(behind.info, this.#types, behind.object, name, named(self));
      return { raw: property.value, declared: property.declared };
    });
  }

  call(self: Entity | Instance, name: string, args: readonly Value[]): Reading {
    const behind = this.#behind(self);
    if (behind === "pending") return pendingReading;
    const key = `${typeKey(behind.info)}(${name.length}:${name},${args.map((arg) => exactKey(arg, undefined)).join(",")})`;
    return this.#once(behind.object, key, () => {
      const method = resolveMethod(behind.info, behind.object, name, named(self));
      const input = args.map((arg) => this.toHost(arg));
      return { raw: host(`\`${name}\` of ${named(self)} failed`, () => Reflect.apply(method, behind.object, input)) };
    });
  }

  construct(type: string, args: readonly Value[]): Reading {
    const info = this.#types.byName.get(type);
    const construct = info?.construct;
    if (info === undefined || construct === undefined) {
      return fault("engine/host-error", `\`${type}\` has no class to make objects of`);
    }
    const key = `new(${args.map((arg) => exactKey(arg, undefined)).join(",")})`;
    return this.#once(info, key, () => {
      const input = args.map((arg) => this.toHost(arg));
      return { raw: host(`\`new ${type}\` failed`, () => construct(input)) };
    });
  }

  #once(object: object, key: string, read: () => { raw: unknown; declared?: string | undefined }): Reading {
    let slots = this.#reads.get(object);
    if (slots === undefined) {
      slots = new Map();
      this.#reads.set(object, slots);
    }
    let slot = slots.get(key);
    if (slot === undefined) {
      slot = this.#first(read, (settled) => slots.set(key, settled));
      slots.set(key, slot);
    }
    if (slot.kind === "value") return slot;
    if (slot.kind === "pending") return pendingReading;
    throw slot.error;
  }

  #first(
    read: () => { raw: unknown; declared?: string | undefined },
    settle: (slot: Slot<Value>) => void,
  ): Slot<Value> {
    try {
      const { raw, declared } = read();
      if (!(raw instanceof Promise)) return { kind: "value", value: this.value(raw, declared) };
      this.#waits.push(
        raw.then(
          (result: unknown) => settle(attempt(() => this.value(result, declared))),
          (reason: unknown) => settle(failed("a promise was rejected", reason)),
        ),
      );
      return { kind: "pending" };
    } catch (error) {
      return caught(error);
    }
  }

  /**
   * The elements of a host iterable, read once; `check` is called with the number of elements so far and may throw.
   * `undefined` when the value cannot be iterated.
   */
  iterate(self: Entity | Instance, check: (count: number) => void): readonly Value[] | "pending" | undefined {
    const object = self.object ?? this.#known((self as Entity).type, (self as Entity).id);
    if (object === undefined) return undefined;
    const known = this.#items.get(object);
    if (known !== undefined) {
      if (known.kind === "failed") throw known.error;
      return known.kind === "pending" ? "pending" : known.value;
    }
    const source = object as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
    if (typeof source[Symbol.iterator] === "function") {
      try {
        const items = this.#collect(source as Iterable<unknown>, check);
        this.#items.set(object, { kind: "value", value: items });
        return items;
      } catch (error) {
        // A generator that has failed would say that it is at its end.
        this.#items.set(object, caught(error));
        throw error;
      }
    }
    if (typeof source[Symbol.asyncIterator] !== "function") return undefined;
    this.#items.set(object, { kind: "pending" });
    this.#waits.push(
      this.#collectLater(source as AsyncIterable<unknown>, check).then(
        (items) => this.#items.set(object, { kind: "value", value: items }),
        (error: unknown) => this.#items.set(object, caught(error)),
      ),
    );
    return "pending";
  }

  #collect(source: Iterable<unknown>, check: (count: number) => void): readonly Value[] {
    const items: Value[] = [];
    host("an iterable failed", () => {
      for (const item of source) {
        items.push(this.value(item));
        check(items.length);
      }
    });
    return items;
  }

  async #collectLater(source: AsyncIterable<unknown>, check: (count: number) => void): Promise<readonly Value[]> {
    const items: Value[] = [];
    for await (const item of source) {
      items.push(this.value(item));
      check(items.length);
    }
    return items;
  }

  /** Resolves when everything that is pending has settled. Starts the loads that the round has collected, one batch per type. */
  async wait(context: unknown): Promise<void> {
    const waits = this.#waits;
    this.#waits = [];
    for (const { info, slots, queue } of this.#loads.values()) {
      if (queue.length > 0) waits.push(this.#load(info, slots, queue.splice(0), context));
    }
    await Promise.all(waits);
  }

  async #load(
    info: HostTypeInfo,
    slots: Map<string, Slot<object | null>>,
    ids: readonly string[],
    context: unknown,
  ): Promise<void> {
    let rows: unknown;
    let slot: Slot<object | null> | undefined;
    try {
      rows = await info.load?.(ids, context);
    } catch (error) {
      slot = failed(`\`load\` of ${info.name} failed`, error);
    }
    if (slot === undefined && !(Array.isArray(rows) && rows.length === ids.length)) {
      slot = failed(`\`load\` of ${info.name} must answer one row or null for each id`, undefined);
    }
    for (const [i, id] of ids.entries()) slots.set(id, slot ?? this.#loaded(info, id, (rows as unknown[])[i]));
  }

  #loaded(info: HostTypeInfo, id: string, row: unknown): Slot<object | null> {
    if (row === null) return { kind: "value", value: null };
    if (typeof row !== "object") {
      return failed(`\`load\` of ${info.name} answered ${typeof row} for a row`, undefined);
    }
    const byClass = this.#types.of(row as object);
    if (byClass === undefined) this.#typed.set(row as object, info);
    this.#objects.set(entityKey(info.name, id), row as object);
    return { kind: "value", value: row as object };
  }

  /** A Polar value as JavaScript holds it (reference, section 4). */
  toHost(value: Term): unknown {
    if (typeof value === "bigint") {
      return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
        ? Number(value)
        : value;
    }
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Entity) return value.object ?? { type: value.type, id: value.id };
    if (value instanceof Instance) return value.object;
    if (value instanceof List) return value.items.map((item) => this.toHost(item));
    if (value instanceof Dictionary) {
      const object: Record<string, unknown> = {};
      for (const [key, item] of value.entries) {
        Object.defineProperty(object, key, {
          value: this.toHost(item),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      return object;
    }
    return undefined;
  }
}

function named(self: Entity | Instance): string {
  return self instanceof Entity ? `\`${self.type}{"${self.id}"}\`` : kindOf(self);
}

/** Stands before the names of what was read of an object as of a type. */
function typeKey(info: HostTypeInfo | undefined): string {
  return info === undefined ? "" : `${info.name.length}:${info.name}`;
}

function failed(message: string, reason: unknown): Slot<never> {
  return { kind: "failed", error: new Fault("engine/host-error", message, reason) };
}

/** What went wrong stays what it was if it is ours: a limit, or a value that cannot be one. */
function caught(error: unknown): Slot<never> {
  if (error instanceof Fault || error instanceof ArcturusError) return { kind: "failed", error };
  return failed("the application failed", error);
}

function attempt(read: () => Value): Slot<Value> {
  try {
    return { kind: "value", value: read() };
  } catch (error) {
    return caught(error);
  }
}

/** Runs code of the application. */
function host<T>(message: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Fault || error instanceof ArcturusError) throw error;
    return fault("engine/host-error", message, error);
  }
}
