// How long a policy takes to load: a generated one of 1,000 rules, and GitCloud's.
import { readFileSync } from "node:fs";
import { createEngine } from "../../dist/src/index.js";
import { parseFile, Source } from "../../dist/src/polar/index.js";
import { median, precise, save } from "./measure.mjs";

/** Ten rules a type: shorthand and written ones, over roles, relations and facts, in about the mix that people write. */
function generated(types) {
  const blocks = ["actor User {}", `resource T0 { roles = ["admin", "member"]; "member" if "admin"; }`];
  for (let i = 1; i < types; i++) {
    const type = `T${i}`;
    const parent = `T${Math.floor(i / 2)}`;
    blocks.push(`
resource ${type} {
  roles = ["admin", "member"];
  permissions = ["read", "write", "delete"];
  relations = { parent: ${parent}, owner: User };

  "admin" if "admin" on "parent";
  "admin" if "owner";
  "member" if "admin";
  "member" if "member" on "parent";
  "read" if "member";
  "read" if is_public(resource);
  "write" if "admin" or "owner";
  "delete" if "admin" and is_archived(resource);
}
has_permission(user: User, "read", thing: ${type}) if was_invited(user, thing) and not is_blocked(user);
has_role(user: User, "member", thing: ${type}) if group matches User and stands_for(user, group) and has_role(group, "member", thing);`);
  }
  return blocks.join("\n");
}

const gitcloud = new URL("../../policies/gitcloud.polar", import.meta.url);
const policies = {
  "1,000 rules": generated(100),
  GitCloud: readFileSync(gitcloud, "utf8"),
};

const rows = [];
for (const [name, source] of Object.entries(policies)) {
  const parse = [];
  const load = [];
  let first;
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    parseFile(new Source(`${name}.polar`, source));
    const parsed = performance.now();
    const engine = await createEngine({ policy: source, logger: { info() {}, warn() {} } });
    const loaded = performance.now();
    await engine.close();
    first ??= loaded - parsed;
    parse.push(parsed - start);
    load.push(loaded - parsed);
  }
  rows.push({
    policy: name,
    kilobytes: precise(source.length / 1024),
    "parse ms": precise(median(parse)),
    "createEngine ms": precise(median(load)),
    "first createEngine ms": precise(first),
  });
}
console.table(rows);
save("policy-load", { rows });
