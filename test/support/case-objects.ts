import type { TypeOptions } from "../../src/solver/host.js";

/*
 * The application that the cases of test/data/polar-cases.json are about. Its classes, methods and objects are described in test/data/README.md.
 */

export class User {
  readonly name: string;

  constructor(name: string, data: Readonly<Record<string, unknown>> = {}) {
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
    return name === this.name;
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

export class Org {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class Repo {
  readonly name: string;
  readonly org: Org;
  constructor(name: string, org: Org) {
    this.name = name;
    this.org = org;
  }
}

export class Issue {
  readonly name: string;
  readonly repo: Repo;
  constructor(name: string, repo: Repo) {
    this.name = name;
    this.repo = repo;
  }
}

export class Dir {
  readonly name: string;
  readonly parent: Dir | null;
  constructor(name: string, parent: Dir | null) {
    this.name = name;
    this.parent = parent;
  }
}

/** A value object: no id, compared by structure. */
export class Point {
  readonly x: unknown;
  readonly y: unknown;
  constructor(x: unknown, y: unknown) {
    this.x = x;
    this.y = y;
  }
}

const org = new Org("acme");
const repo = new Repo("web", org);

export const objects: Readonly<Record<string, object>> = {
  alice: new User("alice", { age: 30, tags: ["a", "b"], nul: null, und: undefined, obj: { k: 1 } }),
  bob: new User("bob"),
  root: new Admin("root"),
  sup: new Super("sup"),
  org,
  repo,
  issue: new Issue("i1", repo),
  d2: new Dir("d2", new Dir("d1", null)),
};

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
