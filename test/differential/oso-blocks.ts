import { createRequire } from "node:module";
import { createEngine, type Engine, type Fact } from "arcturus";
import { random } from "./oso-cases.js";

/*
 * Resource blocks, three ways: the library over application objects, Arcturus over the same objects, Arcturus over facts.
 * All must allow the same. (Relations are written resource first here and related object first there: reference, section 20.)
 */

const { Oso } = createRequire(import.meta.url)("oso") as { Oso: new () => OsoLibrary };

interface OsoLibrary {
  registerClass(type: unknown): void;
  loadStr(policy: string): Promise<void>;
  isAllowed(actor: unknown, action: unknown, resource: unknown): Promise<boolean>;
}

export interface BlocksReport {
  readonly decisions: number;
  readonly allowed: number;
  readonly differences: readonly {
    readonly seed: number;
    readonly question: string;
    readonly policy: string;
    readonly answers: readonly unknown[];
  }[];
}

class User {
  readonly roles: { readonly name: string; readonly resource: object }[] = [];
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}
class Org {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}
class Repo {
  readonly id: string;
  readonly org: Org;
  constructor(id: string, org: Org) {
    this.id = id;
    this.org = org;
  }
}
class Issue {
  readonly id: string;
  readonly repo: Repo;
  constructor(id: string, repo: Repo) {
    this.id = id;
    this.repo = repo;
  }
}

const types = ["Org", "Repo", "Issue"] as const;

export async function compareBlocks(first: number, count: number): Promise<BlocksReport> {
  let decisions = 0;
  let allowed = 0;
  const differences: BlocksReport["differences"][number][] = [];
  for (let seed = first; seed < first + count && differences.length < 10; seed++) {
    const rnd = random(seed);
    const { blocks, roles, permissions } = randomBlocks(rnd);
    const orgs = [new Org("o1"), new Org("o2")];
    const repos = [0, 1, 2].map((i) => new Repo(`r${i}`, orgs[rnd(2)] as Org));
    const issues = [0, 1, 2].map((i) => new Issue(`i${i}`, repos[rnd(3)] as Repo));
    const resources = [...orgs, ...repos, ...issues];
    const users = [new User("u0"), new User("u1")];
    const ref = (object: { id: string }): { type: string; id: string } => ({
      type: object.constructor.name,
      id: object.id,
    });
    const facts: Fact[] = [
      ...repos.map((r): Fact => ["has_relation", ref(r), "parent", ref(r.org)]),
      ...issues.map((i): Fact => ["has_relation", ref(i), "parent", ref(i.repo)]),
    ];
    for (const user of users)
      for (let i = 0; i < 3; i++) {
        const resource = resources[rnd(resources.length)] as Org;
        const own = roles[resource.constructor.name] as string[];
        const name = own[rnd(own.length)] as string;
        user.roles.push({ name, resource });
        facts.push(["has_role", ref(user), name, ref(resource)]);
      }

    const oso = new Oso();
    for (const type of [User, Org, Repo, Issue]) oso.registerClass(type);
    await oso.loadStr(`allow(a, p, x) if has_permission(a, p, x);\n${blocks}${roleRules}
      has_relation(org: Org, "parent", repo: Repo) if org = repo.org;
      has_relation(repo: Repo, "parent", issue: Issue) if repo = issue.repo;`);
    const overObjects = await createEngine({
      policy: `${blocks}${roleRules}
        has_relation(repo: Repo, "parent", org: Org) if org = repo.org;
        has_relation(issue: Issue, "parent", repo: Repo) if repo = issue.repo;`,
      types: { User: { class: User }, Org: { class: Org }, Repo: { class: Repo }, Issue: { class: Issue } },
      logger: quiet,
    });
    const overFacts = await createEngine({ policy: blocks, logger: quiet });
    await overFacts.bulkTell(facts);

    for (const user of users)
      for (const resource of resources)
        for (const action of permissions[resource.constructor.name] as string[]) {
          decisions++;
          const answers = [
            await oso.isAllowed(user, action, resource),
            await overObjects.authorize(user, action, resource),
            await overFacts.authorize(ref(user), action, ref(resource)),
          ];
          if (answers[0] === true) allowed++;
          if (new Set(answers).size !== 1)
            differences.push({
              seed,
              question: `${user.id} ${action} ${resource.id}`,
              policy: `${blocks}\n${JSON.stringify(facts)}`,
              answers,
            });
        }
    await closeAll(overObjects, overFacts);
  }
  return { decisions, allowed, differences };
}

const quiet = { info: (): void => {}, warn: (): void => {} };

const roleRules = types
  .map(
    (type) =>
      `\nhas_role(user: User, name: String, resource: ${type}) if role in user.roles and role.resource = resource and role.name = name;`,
  )
  .join("");

async function closeAll(...engines: readonly Engine[]): Promise<void> {
  for (const engine of engines) await engine.close();
}

/**
 * Blocks for Org, Repo and Issue with random roles, permissions and shorthand rules. In some the names of roles in one block are those of
 * permissions in the next. No role implies itself: the library would not come back.
 */
function randomBlocks(rnd: (n: number) => number): {
  blocks: string;
  roles: Record<string, string[]>;
  permissions: Record<string, string[]>;
} {
  const roles: Record<string, string[]> = {};
  const permissions: Record<string, string[]> = {};
  let blocks = "actor User {}\n";
  types.forEach((type, level) => {
    const [role, permission] = rnd(2) === 0 ? ["role", "do"] : ["do", "role"];
    const own = (roles[type] = Array.from({ length: 1 + rnd(4) }, (_, i) => `${role}${i}`));
    const may = (permissions[type] = Array.from({ length: 1 + rnd(3) }, (_, i) => `${permission}${i}`));
    const parent = types[level - 1];
    const above = parent === undefined ? [] : [...(roles[parent] ?? []), ...(permissions[parent] ?? [])];
    const rules: string[] = [];
    own.forEach((role, i) => {
      if (i + 1 < own.length && rnd(2) === 0) rules.push(`"${role}" if "${own[i + 1 + rnd(own.length - i - 1)]}";`);
      if (parent !== undefined && rnd(2) === 0) rules.push(`"${role}" if "${above[rnd(above.length)]}" on "parent";`);
    });
    may.forEach((permission, i) => {
      rules.push(`"${permission}" if "${own[rnd(own.length)]}";`);
      for (const role of own) if (rnd(4) === 0) rules.push(`"${permission}" if "${role}";`);
      if (i + 1 < may.length && rnd(2) === 0) rules.push(`"${permission}" if "${may[i + 1]}";`);
      if (parent !== undefined && rnd(2) === 0)
        rules.push(`"${permission}" if "${above[rnd(above.length)]}" on "parent";`);
    });
    const list = (names: readonly string[]): string => names.map((n) => `"${n}"`).join(", ");
    blocks += `resource ${type} {\n  roles = [${list(own)}];\n  permissions = [${list(may)}];\n${
      parent === undefined ? "" : `  relations = { parent: ${parent} };\n`
    }  ${[...new Set(rules)].join("\n  ")}\n}\n`;
  });
  return { blocks, roles, permissions };
}
