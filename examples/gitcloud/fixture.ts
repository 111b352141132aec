import { type Engine, entity, type Fact } from "arcturus";
import type { Transaction } from "kysely";
import type { Tables } from "./database.js";

const members: Readonly<Record<string, { readonly org: number; readonly role: string; readonly email: string }>> = {
  john: { org: 1, role: "admin", email: "john@beatles.com" },
  paul: { org: 1, role: "member", email: "paul@beatles.com" },
  george: { org: 1, role: "member", email: "george@beatles.com" },
  ringo: { org: 1, role: "member", email: "ringo@beatles.com" },
  mike: { org: 2, role: "admin", email: "mike@monsters.com" },
  sully: { org: 2, role: "member", email: "sully@monsters.com" },
  randall: { org: 2, role: "member", email: "randall@monsters.com" },
};

const orgs = [
  { id: 1, name: "The Beatles", description: "It's The Beatles", billing_address: "64 Penny Ln Liverpool, UK" },
  { id: 2, name: "Monsters Inc.", description: null, billing_address: "123 Scarers Rd Monstropolis, USA" },
];

const repos = [
  { id: 1, org_id: 1, name: "Abbey Road", public: 1 },
  { id: 2, org_id: 2, name: "Paperwork", public: 0 },
];

const issues = [
  { title: "Here Comes the Sun", creator: "john", closed: true },
  { title: "Because", creator: "ringo", closed: false },
  { title: "You Never Give Me Your Money", creator: "paul", closed: false },
  { title: "Sun King", creator: "george", closed: false },
  { title: "Mean Mr. Mustard", creator: "john", closed: false },
  { title: "Polythene Pam", creator: "ringo", closed: false },
  { title: "She Came In Through the Bathroom Window", creator: "paul", closed: false },
  { title: "Golden Slumbers", creator: "george", closed: false },
  { title: "Carry That Weight", creator: "john", closed: false },
  { title: "The End", creator: "ringo", closed: false },
  { title: "Her Majesty", creator: "paul", closed: false },
].map((issue, index) => ({ ...issue, id: index + 1, repo: 1 }));

/** The rows of a new GitCloud, and the facts about them. */
export async function insertFixture(transaction: Transaction<Tables>, engine: Engine): Promise<void> {
  const users = [
    ...Object.entries(members).map(([username, { email }]) => ({ username, email })),
    { username: "admin", email: "admin@admin.com" },
  ];
  await transaction.insertInto("users").values(users).execute();
  await transaction.insertInto("orgs").values(orgs).execute();
  await transaction.insertInto("repos").values(repos).execute();
  await transaction
    .insertInto("issues")
    .values(issues.map(({ id, repo, title, closed }) => ({ id, repo_id: repo, title, closed: closed ? 1 : 0 })))
    .execute();

  const facts: Fact[] = [
    ["has_role", entity("User", "admin"), "admin"],
    ...Object.entries(members).map(
      ([username, { org, role }]): Fact => ["has_role", entity("User", username), role, entity("Org", org)],
    ),
    ...repos.map((repo): Fact => ["has_relation", entity("Repo", repo.id), "parent", entity("Org", repo.org_id)]),
    ...repos.filter((repo) => repo.public === 1).map((repo): Fact => ["is_public", entity("Repo", repo.id)]),
    ...issues.flatMap((issue) => issueFacts(issue)),
  ];
  await engine.within(transaction).bulkTell(facts);
}

/** What the policy needs to know about an issue. */
export function issueFacts(issue: {
  readonly id: number;
  readonly repo: number;
  readonly creator: string;
  readonly closed: boolean;
}): Fact[] {
  const resource = entity("Issue", issue.id);
  return [
    ["has_relation", resource, "parent", entity("Repo", issue.repo)],
    ["has_role", entity("User", issue.creator), "creator", resource],
    ["is_closed", resource, issue.closed],
  ];
}
