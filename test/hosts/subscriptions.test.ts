import { describe, expect, test, vi } from "vitest";
import { transports } from "./hosts.js";
import { library, normal } from "./library.js";

const subscription = { query: "subscription { changed { id title } }" };

describe("a subscription decides anew for each event", () => {
  for (const { name, open } of transports) {
    test(name, async ({ skip }) => {
      const it = await library();
      const { subscribe } = await open(it);
      if (subscribe === undefined) return skip("this way has no subscriptions");
      const results = subscribe(subscription, "alice")[Symbol.asyncIterator]();
      const next = async (id: number): Promise<unknown> => {
        const result = results.next();
        await vi.waitFor(() => expect(it.listeners()).toBe(1));
        it.publish(id);
        return normal((await result).value);
      };
      const shown = { data: { changed: { id: "1", title: "title 1" } }, errors: [] };
      const hidden = { data: { changed: null }, errors: [] };
      expect(await next(1)).toEqual(shown);
      expect(await next(2)).toEqual(hidden);
      await it.engine.revoke("alice read Doc:1");
      expect(await next(1)).toEqual(hidden);
      await it.engine.grant("alice read Doc:1");
      expect(await next(1)).toEqual(shown);
      await results.return?.();
      await vi.waitFor(() => expect(it.listeners()).toBe(0));
    });
  }
});
