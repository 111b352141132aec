import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { InputError, StoreError } from "../diagnostics/errors.js";

/** Milliseconds that a question waits for a revision which the view does not hold yet. */
export const revisionWait = 200;

/**
 * Makes and reads the opaque tokens that name a state of one store: its id, the revision, a MAC over both. Tokens come
 * back from clients, so nothing in them is believed before the MAC is.
 */
export class RevisionTokens {
  readonly storeId: string;
  readonly #key: Buffer;
  #last: { readonly revision: number; readonly token: string } | undefined;

  /** Without arguments, for a store that forgets everything when the process ends. */
  constructor(identity: { readonly storeId: string; readonly key: Buffer } = freshIdentity()) {
    this.storeId = identity.storeId;
    this.#key = identity.key;
  }

  issue(revision: number): string {
    if (this.#last?.revision === revision) return this.#last.token;
    const claim = `1.${this.storeId}.${revision.toString(36)}`;
    const token = `${claim}.${this.#mac(claim).toString("base64url")}`;
    this.#last = { revision, token };
    return token;
  }

  /** The revision a token names. @throws InputError `facts/bad-revision` for anything that this store did not make. */
  read(token: unknown): number {
    if (typeof token === "string" && token.length <= 128) {
      const parts = token.split(".");
      const [version, storeId, revision, mac] = parts;
      if (
        parts.length === 4 &&
        version === "1" &&
        storeId === this.storeId &&
        revision !== undefined &&
        /^[0-9a-z]{1,11}$/.test(revision) &&
        mac !== undefined
      ) {
        const given = Buffer.from(mac, "base64url");
        const expected = this.#mac(`1.${storeId}.${revision}`);
        // The text is compared too: base64url has several spellings of one byte string.
        if (
          given.length === expected.length &&
          timingSafeEqual(given, expected) &&
          expected.toString("base64url") === mac
        ) {
          return Number.parseInt(revision, 36);
        }
      }
    }
    throw new InputError("facts/bad-revision", "the revision is not one that this store gave out");
  }

  #mac(claim: string): Buffer {
    return createHmac("sha256", this.#key).update(claim).digest().subarray(0, 16);
  }
}

export function freshIdentity(): { storeId: string; key: Buffer } {
  return { storeId: randomBytes(9).toString("base64url").replaceAll(/[-_]/g, "0"), key: randomBytes(32) };
}

/** The token is genuine, but the store does not hold its state, for example after an older copy was restored. */
export function revisionAhead(kind: string): StoreError {
  return new StoreError(
    "store/revision-unavailable",
    `the ${kind} store does not hold the requested revision after ${revisionWait} ms`,
  );
}
