import type { GuardedType } from "./guard-table.js";

interface ShownList {
  readonly type: GuardedType;
  readonly items: readonly unknown[];
  /** Where the executor is. */
  at: number;
}

/**
 * The objects that gates have let through and at which executors have not looked yet. They do that soon and in order: at a
 * single object right away, at the items of a list one after the other, each before what is below it. What is not found here
 * is asked about again, so nothing depends on that order but time.
 */
export class SecondLook {
  #single: unknown;
  #type: GuardedType | undefined;
  readonly #lists: ShownList[] = [];

  expect(type: GuardedType, instance: unknown): void {
    this.#single = instance;
    this.#type = type;
  }

  /** `items`: nobody else has this array. */
  expectAll(type: GuardedType, items: readonly unknown[]): void {
    this.#lists.push({ type, items, at: 0 });
  }

  /** Whether the gate of the type has let the object through just now. */
  isExpected(type: GuardedType, instance: unknown): boolean {
    if (this.#single === instance && this.#type === type) return true;
    const lists = this.#lists;
    for (let list = lists.at(-1); list !== undefined; list = lists.at(-1)) {
      const { items } = list;
      if (list.type === type && list.at < items.length && items[list.at] === instance) {
        list.at++;
        this.expect(type, instance);
        return true;
      }
      if (list.at < items.length) return false;
      lists.pop();
    }
    return false;
  }
}
