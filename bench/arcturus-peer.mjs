// Arcturus as one more peer of the decision benchmark: the same policy, the same facts, the public engine.
import { createEngine, memoryStore } from "../dist/src/index.js";

export const policy = `
actor User {}

resource Org {
  roles = ["admin", "member"];
  "member" if "admin";
}

resource Repo {
  roles = ["admin", "reader"];
  permissions = ["view"];
  relations = { parent: Org };

  "view" if "reader";
  "reader" if "admin";
  "reader" if "member" on "parent";
}

resource Issue {
  permissions = ["close", "view"];
  relations = { parent: Repo, creator: User };

  "view" if "reader" on "parent";
  "close" if "creator";
  "close" if "admin" on "parent";
}

resource Folder {
  roles = ["reader"];
  permissions = ["view"];
  relations = { parent: Folder };

  "view" if "reader";
  "reader" if "reader" on "parent";
}
`;

/** A tuple of the world as a fact: both begin with the predicate and end with two references around a name. */
export function factOf(tuple) {
  return tuple[0] === "has_role"
    ? ["has_role", { type: "User", id: tuple[2] }, tuple[3], { type: tuple[4], id: tuple[5] }]
    : ["has_relation", { type: tuple[1], id: tuple[2] }, tuple[3], { type: tuple[4], id: tuple[5] }];
}

const BATCH = 10_000;

/** Tells all facts of a world, in batches as large as one write may be. */
export async function tellAll(engine, tuples) {
  let batch = [];
  for (const tuple of tuples) {
    batch.push(factOf(tuple));
    if (batch.length === BATCH) {
      await engine.bulkTell(batch);
      batch = [];
    }
  }
  if (batch.length > 0) await engine.bulkTell(batch);
}

export default function create() {
  let engine;
  return {
    name: "arcturus",
    sync: { authorize: true, list: false, actions: false },
    listBy: "index",
    async setup(world) {
      engine = await createEngine({ policy, store: memoryStore() });
      await tellAll(engine, world.facts());
    },
    authorize: (user, action, resource) => engine.decide(user, action, resource),
    list: (user, action, type) => engine.list(user, action, type),
    actions: (user, resource) => engine.actions(user, resource),
    close: () => engine?.close(),
  };
}
