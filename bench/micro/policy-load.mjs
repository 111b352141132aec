// How long a policy takes to load, a generated one of 1,000 rules and GitCloud's: warm, and first in a process, where the first question
// is timed too; and what a fact of a new shape costs the question that follows.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createEngine, entity } from "../../dist/src/index.js";
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

const logger = { info() {}, warn() {} };
const user = entity("User", "a");

/** Milliseconds of CPU, all threads. */
async function cpu(work) {
  const start = process.cpuUsage();
  await work();
  const { user: own, system } = process.cpuUsage(start);
  return (own + system) / 1000;
}

async function fresh(name) {
  let engine;
  const load = await cpu(async () => {
    engine = await createEngine({ policy: policies[name], logger });
  });
  if (name === "GitCloud") return { load };
  await engine.tell("has_role", user, "admin", entity("T1", "1"));
  await engine.tell("has_relation", entity("T3", "3"), "parent", entity("T1", "1"));
  const question = await cpu(() => engine.decide(user, "read", entity("T3", "3")));
  const shapes = [];
  for (let i = 4; i < 60; i++) {
    shapes.push(
      await cpu(async () => {
        await engine.tell("has_role", user, "admin", entity(`T${i}`, "1"));
        engine.decide(user, "read", entity("T3", "3"));
      }),
    );
  }
  return { load, question, shape: median(shapes) };
}

async function measure() {
  const rows = [];
  for (const [name, source] of Object.entries(policies)) {
    const parse = [];
    const load = [];
    for (let i = 0; i < 30; i++) {
      parse.push(await cpu(() => parseFile(new Source(`${name}.polar`, source))));
      load.push(
        await cpu(async () => {
          const engine = await createEngine({ policy: source, logger });
          await engine.close();
        }),
      );
    }
    const first = Array.from({ length: 7 }, () =>
      JSON.parse(
        execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--fresh", name], { encoding: "utf8" }),
      ),
    );
    const of = (key) => (first[0][key] === undefined ? undefined : precise(median(first.map((run) => run[key]))));
    rows.push({
      policy: name,
      kilobytes: precise(source.length / 1024),
      "parse, warm": precise(median(parse)),
      "createEngine, warm": precise(median(load)),
      "createEngine, fresh": of("load"),
      "first question": of("question"),
      "tell of a new shape, and a question": of("shape"),
    });
  }
  console.log("milliseconds of CPU, all threads");
  console.table(rows);
  save("policy-load", { rows });
}

if (process.argv[2] === "--fresh") console.log(JSON.stringify(await fresh(process.argv[3])));
else await measure();
