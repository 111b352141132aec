import { expect } from "vitest";
import { attack } from "./attack.js";

attack(
  "A18: every error is the constant of its code: no type, field, action, id, actor or policy",
  async ({ world }) => {
    const texts = new Map<string, Set<string>>();
    for (const as of ["alice", "bob", null]) {
      const { ask } = await world(["alice read Person:1", "alice read Doc:1"]);
      for (const query of [
        "{ person(id: 1) { email } }",
        "{ doc(id: 1) { note } }",
        "{ docOrError(id: 5) { id } }",
        "{ docs(first: -1) { totalCount } }",
        `mutation { writeDoc(input: { id: 4, note: "x" }) { id } }`,
        "mutation { deleteDoc(id: 7) }",
      ]) {
        for (const error of (await ask(query, { as })).errors ?? []) {
          const code = String(error.extensions?.["code"]);
          expect(Object.keys(error.extensions ?? {})).toEqual(["code"]);
          texts.set(code, (texts.get(code) ?? new Set()).add(error.message));
        }
      }
    }
    expect([...texts.keys()].sort()).toEqual(["BAD_USER_INPUT", "FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"]);
    for (const messages of texts.values()) expect(messages.size).toBe(1);
  },
);
