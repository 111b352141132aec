import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freshIdentity, RevisionTokens } from "../../src/stores/revision-token.js";
import { runs } from "../support/effort.js";

const bad = expect.objectContaining({ name: "InputError", code: "facts/bad-revision" }) as Error;

describe("I14: revision tokens", () => {
  test("say the revision that they were made for, whatever was made before", () => {
    const tokens = new RevisionTokens();
    const revisions = [0, 1, 9, 10, 35, 36, 37, 1_295, 1_296, 2 ** 31, 2 ** 53 - 1, 5, 5, 4, 0];
    const made = revisions.map((revision) => tokens.issue(revision));
    expect(made.map((token) => tokens.read(token))).toEqual(revisions);
    expect(new Set(made).size).toBe(new Set(revisions).size);
    expect(tokens.issue(7), "the same for the same revision").toBe(tokens.issue(7));
  });

  test("are read by every instance with the same identity, and by no other", () => {
    const identity = freshIdentity();
    const [one, same] = [new RevisionTokens(identity), new RevisionTokens({ ...identity })];
    expect(same.read(one.issue(12))).toBe(12);
    for (const stranger of [
      new RevisionTokens(),
      new RevisionTokens(freshIdentity()),
      new RevisionTokens({ ...identity, key: freshIdentity().key }),
      new RevisionTokens({ ...identity, storeId: freshIdentity().storeId }),
    ])
      expect(() => stranger.read(one.issue(12))).toThrow(bad);
  });

  test("cannot be made from one another: not by another revision, another ending, another spelling", () => {
    const tokens = new RevisionTokens();
    const token = tokens.issue(12);
    const [version, store, revision, mac] = token.split(".") as [string, string, string, string];
    const bytes = Buffer.from(mac, "base64url");
    const others = tokens.issue(13).split(".")[3]!;
    for (const forged of [
      [version, store, "d", mac],
      [version, store, `0${revision}`, mac],
      [version, store, revision.toUpperCase(), mac],
      [version, store, "", mac],
      [version, store, "-1", mac],
      [version, store, revision, others],
      [version, store, revision, ""],
      [version, store, revision, mac.slice(0, 2)],
      [version, store, revision, mac.slice(0, -2)],
      [version, store, revision, `${mac}A`],
      [version, store, revision, `${mac}=`],
      [
        version,
        store,
        revision,
        `${mac.slice(0, -1)}${mac.endsWith("A") ? "B" : String.fromCharCode(mac.charCodeAt(21) + 1)}`,
      ],
      [version, store, revision, bytes.toString("hex")],
      [version, store, revision, `${bytes.toString("base64")}`],
      [version, store, revision, mac, ""],
      [version, store, revision, mac, mac],
      [version, store, revision],
      ["", version, store, revision, mac],
      ["2", store, revision, mac],
      ["", store, revision, mac],
      [version, "", revision, mac],
      [version, `${store} `, revision, mac],
    ])
      expect(() => tokens.read(forged.join(".")), forged.join(".")).toThrow(bad);
    for (const other of [undefined, null, 12, 12n, {}, [token], { toString: () => token }, ` ${token}`, `${token}\n`])
      expect(() => tokens.read(other)).toThrow(bad);
    expect(tokens.read(token)).toBe(12);
  });

  test("of another version are refused, even when their MAC is right for them", () => {
    const identity = freshIdentity();
    const tokens = new RevisionTokens(identity);
    for (const version of ["0", "2", ""]) {
      const claim = `${version}.${identity.storeId}.c`;
      const mac = createHmac("sha256", identity.key).update(claim).digest().subarray(0, 16).toString("base64url");
      expect(() => tokens.read(`${claim}.${mac}`)).toThrow(bad);
      const usual = tokens.issue(12).split(".")[3]!;
      expect(() => tokens.read(`${claim}.${usual}`)).toThrow(bad);
    }
  });

  test("with any other text in any place are refused", () => {
    const tokens = new RevisionTokens();
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(60), fc.nat(3), fc.string({ maxLength: 3 }), (revision, at, length, text) => {
        const token = tokens.issue(revision);
        const changed = token.slice(0, at) + text + token.slice(at + length);
        if (changed !== token) expect(() => tokens.read(changed)).toThrow(bad);
      }),
      { numRuns: runs(300) },
    );
  });

  test("of two stores have nothing in common", () => {
    const [a, b] = [freshIdentity(), freshIdentity()];
    expect(a.storeId).not.toBe(b.storeId);
    expect(a.key.equals(b.key)).toBe(false);
    expect(a.key).toHaveLength(32);
    expect(a.storeId).toMatch(/^[0-9A-Za-z]{12}$/);
  });
});
