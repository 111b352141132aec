import { describe, expect, test } from "vitest";
import { type Denial, type DenyMode, denied, fail, stricter, Verdict } from "../../src/graphql/denial.js";
import { type AuthorizationCode, AuthorizationError, isAuthorizationError } from "../../src/graphql/errors.js";
import { attempt, chain, together } from "../../src/graphql/promises.js";
import type { Operation } from "../../src/graphql/session.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

/** From the least strict to the strictest. */
const modes: readonly DenyMode[] = ["NULL", "ERROR", "HIDDEN", "NOT_FOUND", "REJECT"];
const codes: readonly Denial["code"][] = ["FORBIDDEN", "UNAUTHENTICATED", "AUTHORIZATION_UNAVAILABLE"];
const denial = (deny: DenyMode, code: Denial["code"] = "FORBIDDEN"): Denial => ({ code, deny });
const operation = (): Operation => ({ rejected: undefined }) as unknown as Operation;
const late = <T>(value: T) => Promise.resolve(value);

describe("of several denials", () => {
  test("the strictest shows, in whatever order they come, and whatever their codes", () => {
    for (const [i, weak] of modes.entries()) {
      for (const strong of modes.slice(i + 1)) {
        for (const a of codes) {
          for (const b of codes) {
            const [one, other] = [denial(weak, a), denial(strong, b)];
            expect(stricter(one, other)).toBe(other);
            expect(stricter(other, one)).toBe(other);
          }
        }
      }
    }
    expect(stricter(undefined, denial("NULL"))).toEqual(denial("NULL"));
  });

  test("of two alike the decision shows, and not the failure", () => {
    for (const mode of modes) {
      const [no, failure] = [denial(mode), denial(mode, "AUTHORIZATION_UNAVAILABLE")];
      expect(stricter(no, failure)).toBe(no);
      expect(stricter(failure, no)).toBe(no);
    }
  });

  test("a field of which one question fails and another is answered with no is forbidden", async () => {
    for (const order of [
      ["first", "second"],
      ["second", "first"],
    ]) {
      const schema = buildSchema(
        `type Query { a: Int ${order.map((action) => `@authorize(action: "${action}", on: NONE)`).join(" ")} }`,
        { Query: { a: () => 1 } },
      );
      const engine = await grantEngine({}, order, {
        decide: (_actor, action) => {
          if (action === "first") throw new Error("trouble");
          return false;
        },
      });
      expect(denials(await serve(schema, { engine }).ask("{ a }"))).toEqual(["FORBIDDEN a"]);
    }
  });

  test("an answer that comes later counts as much as one that is known, and nothing but yes is one", async () => {
    for (const wait of [false, true]) {
      const of = <T>(value: T) => (wait ? late(value) : value);
      const settle = async (...answers: readonly (boolean | "unavailable")[]) => {
        const verdict = new Verdict();
        for (const answer of answers) verdict.add(of(answer), "ERROR");
        return (await verdict.settle())?.code;
      };
      expect(await settle(true, true)).toBeUndefined();
      expect(await settle(true, false)).toBe("FORBIDDEN");
      expect(await settle(false, true)).toBe("FORBIDDEN");
      expect(await settle("unavailable", true)).toBe("AUTHORIZATION_UNAVAILABLE");
      expect(await settle("unavailable", false)).toBe("FORBIDDEN");
    }
    const slow = new Verdict();
    slow.add(new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 10)), "ERROR");
    slow.add(late(true), "ERROR");
    expect(await slow.settle()).toEqual(denial("ERROR"));
    const mixed = new Verdict();
    mixed.add(late(false), "ERROR");
    mixed.add(true, "ERROR");
    mixed.add(late(true), "ERROR");
    expect(await mixed.settle()).toEqual(denial("ERROR"));
  });
});

describe("what stands in the place of a denial", () => {
  const shown = (deny: DenyMode, code: Denial["code"], nullable: boolean): AuthorizationCode | null => {
    const answer = denied(denial(deny, code), operation(), nullable);
    return answer === null ? null : answer.code;
  };

  test("is silent where it was told to be and can be, and tells failures but for deny: NULL", () => {
    expect(modes.map((mode) => shown(mode, "FORBIDDEN", true))).toEqual([
      null,
      "FORBIDDEN",
      null,
      "NOT_FOUND",
      "FORBIDDEN",
    ]);
    expect(modes.map((mode) => shown(mode, "FORBIDDEN", false))).toEqual([
      "FORBIDDEN",
      "FORBIDDEN",
      "NOT_FOUND",
      "NOT_FOUND",
      "FORBIDDEN",
    ]);
    const failed: AuthorizationCode = "AUTHORIZATION_UNAVAILABLE";
    expect(modes.map((mode) => shown(mode, failed, true))).toEqual([null, failed, failed, failed, failed]);
    expect(modes.map((mode) => shown(mode, failed, false))).toEqual([failed, failed, failed, failed, failed]);
    const stranger: AuthorizationCode = "UNAUTHENTICATED";
    expect(modes.map((mode) => shown(mode, stranger, true))).toEqual([null, stranger, null, stranger, stranger]);
    expect(modes.map((mode) => shown(mode, stranger, false))).toEqual(modes.map(() => stranger));
  });

  test("a rejection is one error for the whole operation, and the first one stays", () => {
    const one = operation();
    const first = denied(denial("REJECT"), one, true);
    expect(one.rejected).toBe(first);
    expect(denied(denial("REJECT", "AUTHORIZATION_UNAVAILABLE"), one, true)).toBe(first);
    expect(denied(denial("ERROR"), operation(), true)).not.toBe(first);
    const untouched = operation();
    denied(denial("NOT_FOUND"), untouched, true);
    expect(untouched.rejected).toBeUndefined();
  });

  test("where null can stand it is thrown, where it cannot it comes as a promise", async () => {
    const error = new Error("denied");
    expect(() => fail(error, true)).toThrow(error);
    await expect(fail(error, false)).rejects.toBe(error);
  });

  test("an error of this layer is known as one, also behind another", () => {
    const error = new AuthorizationError("FORBIDDEN");
    expect(isAuthorizationError(error)).toBe(true);
    expect(isAuthorizationError(Object.assign(new Error("x"), { originalError: error }))).toBe(true);
    expect(isAuthorizationError(new Error("x"))).toBe(false);
    expect(isAuthorizationError(Object.assign(new Error("x"), { originalError: new Error("y") }))).toBe(false);
    expect(isAuthorizationError({ extensions: { code: "FORBIDDEN" } })).toBe(false);
  });
});

describe("values that may be promised", () => {
  test("are handed on at once when all are known, and waited for when one is not", async () => {
    expect(together([1, 2, 3])).toEqual([1, 2, 3]);
    for (const values of [
      [late(1), 2, 3],
      [1, 2, late(3)],
      [1, late(2), 3],
    ]) {
      expect(await together(values)).toEqual([1, 2, 3]);
      expect(together(values)).toBeInstanceOf(Promise);
    }
    expect(chain(1, (value) => value + 1)).toBe(2);
    expect(await chain(late(1), (value) => value + 1)).toBe(2);
  });

  test("what is thrown comes as a promise", async () => {
    const error = new Error("thrown");
    const thrown = attempt(() => {
      throw error;
    });
    await expect(thrown).rejects.toBe(error);
    expect(attempt(() => 1)).toBe(1);
  });
});
