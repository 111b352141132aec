import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine, type Engine } from "arcturus";
import { resourceRoles } from "arcturus/polar";
import { root } from "../common/root.js";

/** A role as the application keeps it. */
export interface Role {
  readonly name: string;
  readonly page: number;
}

export class User {
  readonly id: string;
  readonly #roles: readonly Role[];

  constructor(id: string, roles: readonly Role[]) {
    this.id = id;
    this.#roles = roles;
  }

  /** Called by the policy. It may as well be asynchronous and ask a database. */
  async get_roles(): Promise<readonly Role[]> {
    return this.#roles;
  }
}

export class Page {
  readonly num: number;
  readonly body: string;

  constructor(num: number) {
    this.num = num;
    this.body = `this is page ${num}`;
  }
}

/** The pages without a store: an engine that is asked about the application's own objects. */
export async function openQuickstart(): Promise<Engine> {
  const filename = join(root, "policies", "pages-quickstart.polar");
  return await createEngine({
    policy: [{ filename, source: readFileSync(filename, "utf8") }, resourceRoles],
    types: { User: { class: User }, Page: { class: Page, id: "num" } },
  });
}
