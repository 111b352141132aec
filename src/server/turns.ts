import type { IncomingMessage } from "node:http";

/** Turns that take longer than this many milliseconds are followed by a rest. */
const LONG_TURN = 10;

/** Whoever asked within so many milliseconds is still about. */
const ABOUT = 1_000;

/**
 * Lets requests begin one after the other, the clients in turn: whoever sends many waits behind its own, not the others
 * behind them. Between two beginnings the event loop takes in what has come, so that a client with one request is seen at
 * once. While others are about, a client whose turn took long rests as long before its next one, so that what it sends
 * fills at most half of the time. Nothing limits how many are being answered: who waits for a database holds nobody up.
 */
export class Turns {
  /** Clients with requests that wait, the one whose turn is next first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** When the rest of a client ends. */
  readonly #resting = new Map<string, number>();
  /** The two clients that asked last. */
  #last = { client: "", at: Number.NEGATIVE_INFINITY };
  #other = { client: "", at: Number.NEGATIVE_INFINITY };
  /** Whose turn it is, and since when. */
  #current: { readonly client: string; readonly since: number } | undefined;
  #alarm: NodeJS.Timeout | undefined;

  /** `undefined` when the request can begin at once. */
  take(client: string): Promise<void> | undefined {
    const now = performance.now();
    if (this.#last.client !== client) {
      this.#other = this.#last;
      this.#last = { client, at: now };
    } else this.#last.at = now;
    if (this.#current === undefined && !this.#rests(client, now)) {
      this.#begin(client, now);
      return undefined;
    }
    return new Promise((resolve) => {
      const queue = this.#waiting.get(client);
      if (queue === undefined) this.#waiting.set(client, [resolve]);
      else queue.push(resolve);
      if (this.#current === undefined) this.#next(now);
    });
  }

  #begin(client: string, now: number): void {
    this.#current = { client, since: now };
    setImmediate(() => this.#end());
  }

  #end(): void {
    const now = performance.now();
    const { client, since } = this.#current!;
    this.#current = undefined;
    const other = this.#last.client === client ? this.#other : this.#last;
    if (now - since > LONG_TURN && now - other.at < ABOUT) this.#resting.set(client, now + (now - since));
    this.#next(now);
  }

  #next(now: number): void {
    clearTimeout(this.#alarm);
    let earliest = Number.POSITIVE_INFINITY;
    for (const [client, queue] of this.#waiting) {
      if (this.#rests(client, now)) {
        earliest = Math.min(earliest, this.#resting.get(client)!);
        continue;
      }
      // To the end of the line, if there is more of it.
      this.#waiting.delete(client);
      const resolve = queue.shift();
      if (queue.length > 0) this.#waiting.set(client, queue);
      this.#begin(client, now);
      resolve?.();
      return;
    }
    if (this.#waiting.size > 0) this.#alarm = setTimeout(() => this.#wake(), Math.ceil(earliest - now));
  }

  #wake(): void {
    if (this.#current === undefined) this.#next(performance.now());
  }

  #rests(client: string, now: number): boolean {
    const until = this.#resting.get(client);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#resting.delete(client);
    return false;
  }
}

/** Who a request is from, as far as the connection tells: an address, of IPv6 the network that one customer has. */
export function clientOf(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? "";
  if (!address.includes(":") || address.startsWith("::ffff:")) return address;
  return networkOf(address);
}

/** The first 64 bits of an IPv6 address, written out. */
function networkOf(address: string): string {
  const [head = "", tail] = (address.split("%", 1)[0] ?? "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array.from({ length: zeros }, () => "0"), ...back].slice(0, 4).join(":");
}
