/** A value, or a promise of it: what is known is never wrapped in a promise. */
export type MaybePromise<T> = T | PromiseLike<T>;

export function isPromiseLike<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof (value as { readonly then: unknown }).then === "function"
  );
}

/** `next(value)`, now when the value is known, later when it is not. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromiseLike(value) ? value.then(next) : next(value);
}

/** Waits for what is not known yet; without such, answers at once. */
export function settleAll(pending: readonly PromiseLike<unknown>[]): MaybePromise<unknown> {
  return pending.length === 0 ? undefined : Promise.all(pending);
}
