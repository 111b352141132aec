import type { TypeOptions } from "../../src/solver/host.js";

/*
 * The classes and objects that the cases of test/data/polar-cases.json speak of.
 */

export class User {
  readonly name: string;

  constructor(name: string, data: object = {}) {
    this.name = name;
    Object.assign(this, data);
  }

  hello(): string {
    return `hi ${this.name}`;
  }
  later(): Promise<number> {
    return Promise.resolve(42);
  }
  *gen(): Generator<number> {
    yield 1;
    yield 2;
  }
  async *agen(): AsyncGenerator<number> {
    yield 1;
    yield 2;
  }
  list(): number[] {
    return [1, 2];
  }
  boom(): never {
    throw new Error("boom");
  }
  tboom(): never {
    throw new TypeError("tboom");
  }
  isNamed(name: string): boolean {
    return this.name === name;
  }
  undef(): undefined {
    return undefined;
  }
  add(a: number, b: number): number {
    return a + b;
  }
}
export class Admin extends User {}
export class Super extends Admin {}

class Named {
  readonly name: string;

  constructor(name: string, data: object = {}) {
    this.name = name;
    Object.assign(this, data);
  }
}
export class Org extends Named {}
export class Repo extends Named {}
export class Issue extends Named {}
export class Dir extends Named {}

export class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

export const types: Readonly<Record<string, TypeOptions>> = {
  User: { class: User, id: "name" },
  Admin: { class: Admin, id: "name" },
  Super: { class: Super, id: "name" },
  Org: { class: Org, id: "name" },
  Repo: { class: Repo, id: "name" },
  Issue: { class: Issue, id: "name" },
  Dir: { class: Dir, id: "name" },
  Point: { class: Point },
};

const org = new Org("acme");
const repo = new Repo("web", { org });

export const objects: Readonly<Record<string, object>> = {
  alice: new User("alice", { age: 30, tags: ["a", "b"], nul: null, und: undefined, obj: { k: 1 } }),
  bob: new User("bob"),
  root: new Admin("root"),
  sup: new Super("sup"),
  org,
  repo,
  issue: new Issue("i1", { repo }),
  d2: new Dir("d2", { parent: new Dir("d1", { parent: null }) }),
};
