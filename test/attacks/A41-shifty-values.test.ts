import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

const allowed = { id: 1, title: "allowed" };
const secret = { id: 2, title: "secret" };

/** A list that gives other items each time it is read. */
class Shifty extends Array<unknown> {
  #reads = 0;
  override [Symbol.iterator](): ArrayIterator<unknown> {
    return [this.#reads++ === 0 ? allowed : secret][Symbol.iterator]();
  }
}

const values: Record<string, () => unknown> = {
  "promises of items": () => [Promise.resolve(allowed), Promise.resolve(secret)],
  "a set": () => new Set([allowed, secret]),
  "a generator": function* () {
    yield allowed;
    yield secret;
  },
  "a list that changes between readings": () => new Shifty(1),
  "a proxy whose items change": () => {
    let reads = 0;
    return new Proxy([allowed, allowed], {
      get: (target, key) => (key === "0" || key === "1" ? (++reads > 2 ? secret : allowed) : Reflect.get(target, key)),
    });
  },
  "an object whose id changes": () => {
    let reads = 0;
    return [
      {
        title: "secret",
        get id() {
          return ++reads === 1 ? 2 : 1;
        },
      },
      allowed,
    ];
  },
};

for (const [what, value] of Object.entries(values)) {
  attack(`A41: ${what}: the instance that was asked about is the one that is shown`, async ({ serve }) => {
    const engine = await grantEngine({ Doc: ["read"] });
    await engine.grant("alice read Doc:1");
    const schema = buildSchema(
      "type Doc @authorize { id: ID! title: String } type Query { docs: [Doc] list: [Doc] @authorize(on: LIST) }",
      { Query: { docs: value, list: value } },
    );
    const { ask } = serve(schema, { engine });
    for (const field of ["docs", "list"]) {
      const text = JSON.stringify(await ask(`{ ${field} { title } }`));
      expect(text).not.toContain("secret");
      expect(text).toContain(`"${field}":[`);
    }
  });
}
