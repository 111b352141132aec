import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { createTextCache } from "../../src/server/document-cache.js";
import { clientOf, Turns } from "../../src/server/turns.js";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Requests of these clients, all there at once; resolves to the order in which they began. */
async function orderOf(
  turns: Turns,
  clients: readonly string[],
  work = (_client: string): void => {},
): Promise<string[]> {
  const began: string[] = [];
  await Promise.all(
    clients.map(async (client) => {
      await turns.take(client);
      began.push(client);
      work(client);
    }),
  );
  return began;
}

describe("turns", () => {
  test("a request begins at once while nobody else does", async () => {
    const turns = new Turns();
    expect(turns.take("a")).toBeUndefined();
    expect(turns.take("a")).toBeInstanceOf(Promise);
    for (let i = 0; i < 3; i++) await nextTurn();
    expect(turns.take("a")).toBeUndefined();
  });

  test("clients take turns, however many requests one of them has", async () => {
    expect(await orderOf(new Turns(), ["a", "a", "a", "a", "a", "b", "c", "b"])).toEqual("aabcabaa".split(""));
  });

  test("what comes meanwhile is seen between two beginnings", async () => {
    const turns = new Turns();
    const began: string[] = [];
    const many = Array.from({ length: 50 }, async () => {
      await turns.take("many");
      began.push("many");
    });
    await nextTurn();
    await turns.take("one");
    began.push("one");
    await Promise.all(many);
    expect(began.indexOf("one")).toBeLessThan(6);
  });

  test("one request begins in each turn of the event loop", async () => {
    const turns = new Turns();
    let loops = 0;
    const counting = setInterval(() => {}, 0);
    const count = (): void => {
      loops++;
      if (loops < 40) setImmediate(count);
    };
    setImmediate(count);
    const at: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await turns.take("a");
        at.push(loops);
      }),
    );
    clearInterval(counting);
    expect(new Set(at).size).toBe(20);
  });

  /** A turn of this client that takes long. */
  async function longTurn(turns: Turns, client: string): Promise<void> {
    await turns.take(client);
    block(200);
    for (let i = 0; i < 3; i++) await nextTurn();
  }

  test("a client whose turn took long rests as long while another is about, and nobody else does", async () => {
    const turns = new Turns();
    await orderOf(turns, ["polite"]);
    await longTurn(turns, "heavy");
    const started = performance.now();
    const rest = turns.take("heavy");
    expect(rest).toBeInstanceOf(Promise);
    expect(turns.take("polite")).toBeUndefined();
    await rest;
    // The rest began with the end of the turn, a moment before.
    expect(performance.now() - started).toBeGreaterThan(100);
  });

  test("alone, a client does not rest", async () => {
    const turns = new Turns();
    await longTurn(turns, "heavy");
    expect(turns.take("heavy")).toBeUndefined();
  });

  test("short turns are followed by no rest", async () => {
    const turns = new Turns();
    await orderOf(turns, ["polite", "quick"]);
    for (let i = 0; i < 3; i++) await nextTurn();
    expect(turns.take("quick")).toBeUndefined();
  });
});

describe("who a request is from", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "::ffff:192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::6", "2001:db8:1:2"],
    ["2001:db8::6", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    [undefined, ""],
  ])("%s", (remoteAddress, client) => {
    expect(clientOf({ socket: { remoteAddress } } as unknown as IncomingMessage)).toBe(client);
  });
});

describe("a cache of texts", () => {
  test("forgets what was not used for longest, when the texts are too long together", () => {
    const cache = createTextCache<number>(10);
    cache.set("aaaa", 1);
    cache.set("bbbb", 2);
    expect(cache.get("aaaa")).toBe(1);
    cache.set("cccc", 3);
    expect([cache.get("aaaa"), cache.get("bbbb"), cache.get("cccc")]).toEqual([1, undefined, 3]);
    cache.set("aaaa", 4);
    expect([cache.get("aaaa"), cache.get("cccc")]).toEqual([4, 3]);
    cache.set("a text that is longer than all", 5);
    expect(cache.get("a text that is longer than all")).toBeUndefined();
    expect(cache.get("aaaa")).toBe(4);
  });
});
