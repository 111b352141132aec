// The benchmarks: decisions and GraphQL against the peers, then our own parts alone. Nothing here passes or fails on time.
//   npm run bench                                   small and medium worlds, GraphQL, micro
//   npm run bench -- --size large                   another world (small, medium, large; several with commas)
//   npm run bench -- --only decision,graphql,micro  some of the three
//   npm run bench -- --peers hand-maps,casl         fewer peers; the first is the base of the ratios
//   npm run bench -- --variants shield              fewer GraphQL layers, by a part of their names
//   npm run bench -- --rounds 2 --ms 300            shorter
//   npm run bench -- --only graphql --turns 300     GraphQL by CPU time, requests in turn: on a busy machine
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// Peers that need seconds or a database of their own per question are asked for with --peers.
const PEERS = ["hand-maps", "hand-typed", "casl", "casbin", "cedar", "oso", "oso-lookup", "libsql"];
const OF_LARGE = ["hand-maps", "hand-typed", "casl", "cedar", "libsql"];

// oso takes seconds a response with 5,000 objects: `--variants ""` is all of them.
const OTHER_VARIANTS = "hand:,async,DataLoader per,shield,generic-auth,graphql-authz";

const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "small,medium" },
    only: { type: "string", default: "decision,graphql,micro" },
    peers: { type: "string" },
    variants: { type: "string", default: OTHER_VARIANTS },
    rounds: { type: "string" },
    ms: { type: "string" },
    turns: { type: "string" },
  },
});
const wanted = new Set(options.only.split(","));

if (!existsSync(here("peers/node_modules"))) {
  console.log("installing the peers into bench/peers (once)");
  // Without scripts: better-sqlite3 would be compiled for minutes. `npm rebuild better-sqlite3` there adds it as a peer.
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], "peers");
}
mkdirSync(here("results"), { recursive: true });

const [cpu] = cpus();
console.log(
  `node ${process.version}, ${availableParallelism()} × ${cpu?.model ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
);

const passOn = (names) => names.flatMap((name) => (options[name] === undefined ? [] : [`--${name}`, options[name]]));
let failed = false;

if (wanted.has("decision")) {
  for (const size of options.size.split(",")) {
    const peers = options.peers ?? (size === "large" ? OF_LARGE : PEERS).join(",");
    const out = here(`results/decision-${size}.json`);
    const extra = here("arcturus-peer.mjs");
    node([
      "peers/decision.mjs",
      "--size",
      size,
      "--peers",
      peers,
      "--extra",
      extra,
      "--out",
      out,
      ...passOn(["rounds", "ms"]),
    ]);
  }
}
if (wanted.has("graphql")) {
  const extra = ["graphql-hand.mjs", "graphql-gate.mjs", "graphql-list.mjs", "graphql-unguarded.mjs"]
    .map(here)
    .join(",");
  const only = options.variants === "" ? [] : ["--only", options.variants];
  node([
    "peers/graphql.mjs",
    ...only,
    "--extra",
    extra,
    "--out",
    here("results/graphql.json"),
    ...passOn(["rounds", "ms", "turns"]),
  ]);
}
if (wanted.has("micro")) {
  for (const script of ["policy-load", "recursion", "list", "memory"]) node([`micro/${script}.mjs`]);
}
process.exitCode = failed ? 1 : 0;

function node([script, ...rest]) {
  console.log(`\n# ${script}`);
  run(process.execPath, ["--expose-gc", "--no-warnings", here(script), ...rest], ".");
}

function run(command, args, folder) {
  const { status } = spawnSync(command, args, {
    cwd: here(folder),
    stdio: "inherit",
    // On a busy machine oso gives up before it answers.
    env: { ...process.env, POLAR_TIMEOUT_MS: "0" },
  });
  if (status !== 0) {
    failed = true;
    console.error(`${command} ${args[0] ?? ""} ended with ${status}`);
  }
}
