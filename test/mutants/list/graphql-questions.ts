import { type Mutant, mutantsOf } from "../mutant.js";

const remembered = "test/graphql/remembered.test.ts";
const nonsense = "test/graphql/nonsense.test.ts";
const limit = "test/graphql/question-limit.test.ts";
const shortWay = "test/graphql/short-way.test.ts";
const resolvers = "test/graphql/context-authorization.test.ts";
const loading = "test/graphql/loading.test.ts";
const decisionLog = "test/graphql/decision-log.test.ts";
const actors = "test/graphql/actors.test.ts";
const identity = "test/graphql/identity.test.ts";

/** What the GraphQL layer asks, remembers and reads out of schemas. */
export const graphqlQuestions: readonly Mutant[] = [
  ...mutantsOf(
    "src/graphql/epoch.ts",
    [remembered],
    [
      {
        name: "questions/none-of-a-type-without-the-action",
        mistake:
          "`on: NONE` with a type is remembered by the type alone: a second action gets the answer of the first [G19]",
        find: `      answers = this.#named.get(action) ?? new Map();
      this.#named.set(action, answers);`,
        replace: `      answers = this.#named.get("") ?? new Map();
      this.#named.set("", answers);`,
        tests: [`${remembered}::of two actions on the name of one type`],
      },
      {
        name: "questions/none-of-a-type-without-the-type",
        mistake: "`on: NONE` is remembered by the action alone: the name of a second type gets the answer of the first",
        find: "      key = type;\n",
        replace: "",
        tests: [`${remembered}::of two actions on the name of one type`],
      },
      {
        name: "questions/none-with-and-without-a-type",
        mistake: "`on: NONE` with a type is remembered among those without one: the action alone gets its answer",
        find: `      answers = this.#named.get(action) ?? new Map();
      this.#named.set(action, answers);
      key = type;`,
        replace: "",
        tests: [`${remembered}::of two actions on the name of one type`],
      },
      {
        name: "questions/one-table-for-all-types",
        mistake: "all types share the answers to one action: an id of a second type gets the answer of the first",
        find: "    let table = byType.get(type);",
        replace: "    let table = [...byType.values()][0];",
        tests: [`${remembered}::of two types with one id`],
      },
      {
        name: "questions/one-table-for-all-actions",
        mistake: "all actions on a type share their answers",
        find: `    let byType = this.#tables.get(action);
    if (byType === undefined) {
      byType = new Map();
      this.#tables.set(action, byType);`,
        replace: `    let byType = this.#tables.get("");
    if (byType === undefined) {
      byType = new Map();
      this.#tables.set("", byType);`,
        tests: [`${remembered}::of two types with one id`],
      },
      {
        name: "questions/objects-by-their-id",
        mistake:
          "where the policy reads objects, the answer is remembered by their id: a second object of that id gets it",
        find: `    const known = table.answers.get(instance);
    if (known !== undefined) return known;
    const subject = new TypedObject(table.type, instance, id);
    return remember(table.answers, instance, `,
        replace: `    const known = table.answers.get(id);
    if (known !== undefined) return known;
    const subject = new TypedObject(table.type, instance, id);
    return remember(table.answers, id, `,
        tests: [`${remembered}::of each object where the policy reads objects`],
      },
      {
        name: "questions/candidates-by-their-type",
        mistake: "all resources that do not exist yet share one answer",
        find: `    const known = table.answers.get(fields);
    if (known !== undefined) return known;
    const subject = new TypedObject(table.type, fields, undefined);
    return remember(table.answers, fields, `,
        replace: `    const known = table.answers.get(table);
    if (known !== undefined) return known;
    const subject = new TypedObject(table.type, fields, undefined);
    return remember(table.answers, table, `,
        tests: [`${remembered}::of each resource that does not exist yet`],
      },
      {
        name: "questions/a-set-allows-every-id",
        mistake: "an id that is asked about when the list is known is allowed if the list is not empty",
        find: 'const answer = allowed.kind === "all" || allowed.ids.has(id);',
        replace: 'const answer = allowed.kind === "all" || allowed.ids.size > 0;',
        tests: [nonsense],
      },
      {
        name: "questions/impossible-ids-are-asked-about",
        mistake: "an id that no resource can have reaches an engine that allows everything",
        find: "    if (!isPossibleId(id)) return false;\n",
        replace: "",
        tests: [identity],
      },
      {
        name: "questions/a-failed-list-is-remembered",
        mistake: "a list that failed stays failed for the epoch [G22]",
        find: 'table.know(known.kind === "failed" ? undefined : known);',
        replace: "table.know(known);",
        tests: [`${remembered}::of a LIST`],
      },
      {
        name: "questions/a-fork-looks-the-actor-up-again",
        mistake: "while a mutation changes facts, each question of its resolver looks the actor up again",
        find: `    epoch.#asker = this.#asker;
    epoch.#known = this.#known;
`,
        replace: "",
        tests: [actors],
      },
      {
        name: "questions/the-actor-is-looked-up-each-time",
        mistake: "the actor is looked up at each field while the first look-up is under way",
        find: `      const asker = lookUpAsker(this.layer, this.context);
      this.#asker = asker;
`,
        replace: `      const asker = lookUpAsker(this.layer, this.context);
      if (!isPromiseLike(asker)) this.#asker = asker;
      else return asker;
`,
        tests: [actors],
      },
      {
        name: "questions/settled-questions-stay-paid",
        mistake: "an id that an argument names settles what was asked twice without giving it back to the limit",
        find: "    this.#engine.settleTable(table);\n    const known",
        replace: "    table.settle();\n    const known",
        tests: [`${limit}::of docs that are shown twice`],
      },
      {
        name: "questions/the-last-question-of-a-gate-is-dropped",
        mistake: "the gate is passed at once if all but the last question allow it",
        find: `    for (const table of tables) {
      if (this.#engine.atOnce(actor, table, id) !== true) return false;`,
        replace: `    for (const table of tables.length > 1 ? tables.slice(0, -1) : tables) {
      if (this.#engine.atOnce(actor, table, id) !== true) return false;`,
        tests: [shortWay],
      },
      {
        name: "questions/the-object-that-was-denied-is-forgotten",
        mistake: "the id of an object that was denied is read again at the next place",
        find: "      if (!yes) objects.keep(instance, id);\n      else if",
        replace: "      if (yes && !objects.type.isParent) return yes;\n      else if",
        tests: [shortWay],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/engine-questions.ts",
    [nonsense],
    [
      {
        name: "questions/truthy-answers-of-many",
        mistake: "each answer of `authorizeMany` counts as yes if it is truthy [G25]",
        find: 'return answer === true || answer === false ? answer : nonsense("authorizeMany", answer);',
        replace: "return Boolean(answer);",
        tests: [`${nonsense}::authorizeMany`],
      },
      {
        name: "questions/too-many-answers-of-many",
        mistake: "`authorizeMany` may answer more than it was asked",
        find: "answers.length !== subjects.length",
        replace: "answers.length < subjects.length",
        tests: [`${nonsense}::authorizeMany`],
      },
      {
        name: "questions/too-few-answers-of-many",
        mistake: "`authorizeMany` may answer less than it was asked: what is answered counts",
        find: "!Array.isArray(answers) || answers.length !== subjects.length",
        replace: "!Array.isArray(answers) || answers.length > subjects.length",
        tests: [`${nonsense}::authorizeMany`],
      },
      {
        name: "questions/truthy-answers-that-are-promised",
        mistake: "a promise of something truthy counts as yes",
        find: "    if (answer !== true && answer !== false) {\n      return this.#fail(nonsense(method, answer)",
        replace: "    if (!answer) {\n      return this.#fail(nonsense(method, answer)",
        tests: [`${nonsense}::decide`],
      },
      {
        name: "questions/false-is-a-failure",
        mistake: "a promise of false counts as a failure, and another promised nothing as no",
        find: "    if (answer !== true && answer !== false) {\n      return this.#fail(nonsense(method, answer)",
        replace: "    if (answer === false) {\n      return this.#fail(nonsense(method, answer)",
        tests: [`${nonsense}::decide`],
      },
      {
        name: "questions/truthy-answers-at-once",
        mistake: "something truthy that `decide` answers at once counts as yes",
        find: 'if (!isPromiseLike(answer)) throw nonsense("decide", answer);',
        replace: "if (!isPromiseLike(answer)) return Boolean(answer);",
        tests: [`${nonsense}::decide`],
      },
      {
        name: "questions/a-rejection-is-a-no",
        mistake: "a question that fails is answered with no, and the answer is remembered",
        find: `      return answer.then(
        (known) => this.#judge(known, "decide", actor, action, subject, coordinate, start),
        (error: unknown) => this.#fail(error, actor, action, subject, coordinate, start),
      );`,
        replace: `      return answer.then(
        (known) => this.#judge(known, "decide", actor, action, subject, coordinate, start),
        () => false,
      );`,
        tests: [`${remembered}::of a gate`],
      },
      {
        name: "questions/a-list-that-fails-is-empty",
        mistake: "a list that fails is taken for an empty one",
        find: `    this.#fail(error, actor, table.action, { type: table.type, id: "*" }, coordinate, start);
    return { kind: "failed" };`,
        replace: `    this.#fail(error, actor, table.action, { type: table.type, id: "*" }, coordinate, start);
    return { kind: "ids", ids: new Set() };`,
        tests: [`${remembered}::of a LIST`],
      },
      {
        name: "questions/every-failed-list-is-asked-row-by-row",
        mistake: "a list that failed is asked about row by row, as one that cannot be made",
        find: 'return error instanceof Error && "code" in error && unlistable.has(String(error.code));',
        replace: "return error instanceof Error;",
        tests: [`${nonsense}::list`, "test/attacks/A29-failing-engine.test.ts"],
      },
      {
        name: "questions/star-beside-ids-is-all",
        mistake: "`*` among the ids of a list means all",
        find: 'ids.length === 1 && ids[0] === "*"',
        replace: 'ids.includes("*")',
        tests: [`${nonsense}::list`],
      },
      {
        name: "questions/star-is-an-id",
        mistake: "`*` alone in a list is an id like any other",
        find: `return ids.length === 1 && ids[0] === "*" ? { kind: "all" } : { kind: "ids", ids: new Set(ids) };`,
        replace: `return { kind: "ids", ids: new Set(ids) };`,
        tests: [`${nonsense}::list`],
      },
      {
        name: "questions/nothing-is-settled-before-the-limit",
        mistake: "the limit is reached before what was asked twice is given back [G24]",
        find: "    if (budget.questions === 0) this.settle();\n    if (budget.questions > 0) {",
        replace: "    if (budget.questions > 0) {",
        tests: [`${limit}::counts each question`],
      },
      {
        name: "questions/one-more-than-the-limit",
        mistake: "one more question than the limit is answered",
        find: `    if (budget.questions > 0) {
      budget.questions--;`,
        replace: `    if (budget.questions >= 0) {
      budget.questions--;`,
        tests: [`${limit}::counts each question`],
      },
      {
        name: "questions/the-short-way-costs-nothing",
        mistake: "what the short way answers is not counted",
        find: "          if (!bySet) this.#budget.questions--;\n",
        replace: "",
        tests: [`${limit}::counts each question`],
      },
      {
        name: "questions/members-of-a-set-cost",
        mistake: "objects that a known set allows are counted as questions",
        find: "          if (!bySet) this.#budget.questions--;\n",
        replace: "          this.#budget.questions--;\n",
        tests: [`${limit}::of docs before and after their list`],
      },
      {
        name: "questions/members-of-a-set-are-given-back",
        mistake: "objects that a known set allows are given back to the limit, though nobody paid for them",
        find: "if (yes) table.grant(id, bySet);",
        replace: "if (yes) table.grant(id, false);",
        tests: [`${limit}::of docs before and after their list`],
      },
      {
        name: "questions/hidden-twice-is-paid-twice",
        mistake: "a second object of an id that is denied is counted again",
        find: "          else if (table.answers.has(id)) return false;\n",
        replace: "",
        tests: [`${limit}::of docs that are hidden twice`],
      },
      {
        name: "questions/an-open-short-way-is-paid-twice",
        mistake: "a question that the short way cannot answer is counted twice",
        find: "        if (isPaid) this.#budget.questions++;\n",
        replace: "",
        tests: [`${limit}::a question that a short way leaves open`],
      },
      {
        name: "questions/a-listening-log-is-passed-by",
        mistake: "answers of the short way are not told to `onDecision`",
        find: "if (table.isRemembering || this.#log.isOn) return undefined;",
        replace: "if (table.isRemembering) return undefined;",
        tests: [decisionLog],
      },
      {
        name: "questions/impossible-ids-by-the-short-way",
        mistake: "the short way shows an object with an id that no resource can have, if the policy allows everything",
        find: "const yes = answer && (isClosed(table, short) || isPossibleId(id));",
        replace: "const yes = answer;",
        tests: [identity],
      },
      {
        name: "questions/a-no-of-the-short-way-is-forgotten",
        mistake: "what the short way denies is not remembered, but asked and counted again",
        find: "          else table.answers.set(id, false);\n",
        replace: "",
        tests: [`${limit}::of docs that are hidden twice`],
      },
      {
        name: "questions/unsteady-facts-at-once",
        mistake: "the short way is taken when facts have changed since the epoch began to ask",
        find: "      if (short.steady()) {",
        replace: "      if (short !== undefined) {",
        tests: [shortWay],
      },
      {
        name: "questions/a-failure-of-the-short-way-is-a-no",
        mistake: "a failure of the short way is a no",
        find: `    } catch (error) {
      return this.#fail(error, actor, table.action, { type: table.type, id }, coordinate, start);
    }
  }

  /** Loads`,
        replace: `    } catch {
      return false;
    }
  }

  /** Loads`,
        tests: [shortWay],
      },
      {
        name: "questions/another-decide-mixes-with-the-first",
        mistake: "when another `decide` is put in the place of the first, the answers of the first are forgotten",
        find: "      if (table.short !== undefined) table.isRemembering = true;\n",
        replace: "",
        tests: [shortWay],
      },
      {
        name: "questions/decide-is-looked-up-once",
        mistake: "an engine that is wrapped in the middle of a request is asked by its old `decide`",
        find: "    if (decide !== table.decide) {",
        replace: "    if (table.decide === undefined) {",
        tests: [shortWay],
      },
      {
        name: "questions/a-row-that-failed-is-kept",
        mistake: "a row that could not be loaded stays failed for the epoch",
        find: "      rows.clear(id);\n",
        replace: "",
        tests: [`${remembered}::a row that cannot be loaded`],
      },
      {
        name: "questions/rows-of-any-number",
        mistake: "a loader may give fewer rows than it was asked for",
        find: "if (!Array.isArray(loaded) || loaded.length !== ids.length)",
        replace: "if (!Array.isArray(loaded))",
        noEffect: "DataLoader compares the number itself",
      },
      {
        name: "questions/one-loader-for-all-types",
        mistake: "the rows of all types are kept together: an id of a second type gets the row of the first",
        find: "    let rows = this.#rows.get(type);",
        replace: "    let rows = [...this.#rows.values()][0];",
        tests: [loading],
      },
      {
        name: "questions/the-context-is-not-handed-on",
        mistake: "questions about objects do not hand the context to the engine's loaders",
        find: "const options = table?.readsObject === true ? this.#objectOptions : undefined;\n    try {",
        replace: "const options = undefined;\n    try {",
        tests: [loading],
      },
      {
        name: "questions/the-context-is-not-handed-on-to-many",
        mistake: "questions about many objects do not hand the context to the engine's loaders",
        find: "const options = table.readsObject ? this.#objectOptions : undefined;",
        replace: "const options = undefined;",
        tests: [loading],
      },
      {
        name: "questions/batches-without-a-limit",
        mistake: "more resources than `limits.batch` are asked about in one call",
        find: "      maxBatchSize: this.#layer.settings.limits.batch,\n",
        replace: "",
        tests: [loading],
      },
      {
        name: "questions/no-batches",
        mistake: "questions that have to be waited for are asked one by one",
        find: "    if (isPromiseLike(answer)) table.slow = true;\n",
        replace: "",
        tests: [loading],
      },
      {
        name: "questions/a-list-for-rules-that-read-objects",
        mistake: "a set that depends on objects is asked for as a list of ids",
        find: '    if (table.readsObject) return { kind: "each" };\n',
        replace: "",
        tests: ["test/graphql/objects.test.ts"],
      },
      {
        name: "questions/a-list-costs-nothing",
        mistake: "a list does not count as a question",
        find: '    if (!this.afford(coordinate)) return { kind: "failed" };\n',
        replace: "",
        tests: [`${limit}::counts each question`],
      },
      {
        name: "questions/actions-cost-nothing",
        mistake: "`actions`, `filter` and lists of objects do not count as questions",
        find: '    if (!this.afford(coordinate)) throw new Error("too many questions");\n',
        replace: "    this.afford(coordinate);\n",
        tests: [`${limit}::counts each question`],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/question-table.ts",
    [remembered],
    [
      {
        name: "questions/a-failure-is-remembered",
        mistake: "a question that failed later stays unanswered for the epoch [G27]",
        find: `    if (known === "unavailable") answers.delete(key);
    else answers.set(key, known);`,
        replace: "    answers.set(key, known);",
        tests: [`${remembered}::rejects once is asked again`],
      },
      {
        name: "questions/a-failure-at-once-is-remembered",
        mistake: "a question that failed at once stays unanswered for the epoch",
        find: '    if (answer !== "unavailable") answers.set(key, answer);\n    return answer;',
        replace: "    answers.set(key, answer);\n    return answer;",
        tests: [`${remembered}::throws once is asked again`],
      },
      {
        name: "questions/noted-answers-are-forgotten",
        mistake: "ids that were noted as allowed are not remembered when facts change",
        find: "    for (const id of granted) this.answers.set(id, true);\n",
        replace: "",
        tests: [shortWay],
      },
      {
        name: "questions/noted-members-are-forgotten",
        mistake: "ids that a set allowed are not remembered when facts change",
        find: "    for (const id of members) this.answers.set(id, true);\n",
        replace: "",
        tests: [shortWay],
      },
      {
        name: "questions/noted-answers-are-paid-again",
        mistake: "ids that were noted are given back each time that the limit is settled",
        find: "    this.#granted = [];\n    this.#members = [];\n",
        replace: "",
        tests: [`${limit}::counts each question`],
      },
      {
        name: "questions/a-newer-set-replaces-older-answers",
        mistake: "what was allowed before is not remembered when a list is made from newer facts",
        find: "    if (!this.#isSteady()) this.isRemembering = true;\n",
        replace: "",
        tests: [shortWay],
      },
      {
        name: "questions/objects-by-the-short-way",
        mistake: "an object that the policy reads is asked about by its id alone",
        find: "    this.isRemembering = readsObject;",
        replace: "    this.isRemembering = false;",
        noEffect: "a short way does not answer for rules that read objects; said twice, in case that one learns to",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/resolver-questions.ts",
    [remembered],
    [
      {
        name: "questions/actions-without-the-type",
        mistake:
          "`actions` is remembered by the id alone: a second type with that id gets the answer of the first [G57]",
        find: "const kind = reference ? resource.type : resource === undefined",
        replace: 'const kind = reference ? "a reference" : resource === undefined',
        tests: [`${remembered}::of each type, action and object`],
      },
      {
        name: "questions/actions-without-the-id",
        mistake: "`actions` is remembered by the type alone",
        find: "const key = reference ? resource.id : resource;",
        replace: "const key = reference ? resource.type : resource;",
        tests: [`${remembered}::an answer is kept for its own question`, remembered],
      },
      {
        name: "questions/objects-without-the-action",
        mistake: "a resolver's question about an object gets the answer to another action",
        find: `    const answers = this.#subjects.get(action) ?? new Map<object, MaybePromise<Answer>>();
    this.#subjects.set(action, answers);`,
        replace: `    const answers = this.#subjects.get("") ?? new Map<object, MaybePromise<Answer>>();
    this.#subjects.set("", answers);`,
        tests: [`${remembered}::of each type, action and object`],
      },
      {
        name: "questions/filters-without-the-type",
        mistake: "a filter is remembered by the action alone",
        find: "return byType.get(table.type) ?? keep(byType, table.type, ",
        replace: 'return byType.get("") ?? keep(byType, "", ',
        tests: [`${remembered}::of each type, action and object`],
      },
      {
        name: "questions/filters-without-the-action",
        mistake: "a filter is remembered by the type alone",
        find: `    const byType = this.#filters.get(table.action) ?? new Map<string, Promise<Filter>>();
    this.#filters.set(table.action, byType);`,
        replace: `    const byType = this.#filters.get("") ?? new Map<string, Promise<Filter>>();
    this.#filters.set("", byType);`,
        tests: [`${remembered}::of each type, action and object`],
      },
      {
        name: "questions/a-failed-promise-is-kept",
        mistake: "`actions` and `filter` that failed stay failed for the epoch",
        find: "  answer.catch(() => answers.delete(key));\n",
        replace: "  answer.catch(() => {});\n",
        tests: [`${remembered}::of a resolver, for`],
      },
      {
        name: "questions/a-filter-with-a-condition-is-all",
        mistake: "after a filter with a condition the whole type counts as allowed",
        find: 'if (filter.kind === "all") table.know({ kind: "all" });',
        replace: 'if (filter.kind !== "none") table.know({ kind: "all" });',
        tests: [`${nonsense}::is what a LIST after it shows`],
      },
      {
        name: "questions/a-filter-of-nothing-is-not-known",
        mistake: "a filter that allows nothing is taken for one that allows all",
        find: 'table.know({ kind: "ids", ids: new Set() });',
        replace: 'table.know({ kind: "all" });',
        tests: [`${nonsense}::is what a LIST after it shows`],
      },
      {
        name: "questions/an-empty-list-is-every-filter",
        mistake: "the filter after an empty list is that of all",
        find: 'if (allowed.ids.size === 0) return { kind: "none" };',
        replace: 'if (allowed.ids.size === 0) return { kind: "all" };',
        tests: [remembered],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/context-authorization.ts",
    [resolvers],
    [
      {
        name: "questions/a-failure-among-many-is-a-no",
        mistake: "`authorizeMany` of a resolver answers no where a question could not be answered",
        find: "      return answers.map(decided);",
        replace: "      return answers.map((answer) => answer === true);",
        tests: [`${nonsense}::decide`],
      },
      {
        name: "questions/a-failure-for-a-resolver-is-a-no",
        mistake: "`authorize` of a resolver answers no where a question could not be answered",
        find: 'if (answer === "unavailable") throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");\n  return answer;',
        replace: "return answer === true;",
        tests: [`${nonsense}::decide`],
      },
      {
        name: "questions/an-unknown-actor-is-nobody",
        mistake: "for resolvers, an actor that could not be found out is nobody",
        find: `  const asker = await epoch.asker();
  if (asker.kind === "failed") throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");`,
        replace: "  const asker = await epoch.asker();",
        tests: [actors],
      },
      {
        name: "questions/the-actor-of-a-failure-is-null",
        mistake: "`authorization.actor` is null when it could not be found out who asks",
        find: '      if (asker.kind === "failed") throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");\n      return',
        replace: "      return",
        tests: [actors],
      },
      {
        name: "questions/one-id-that-reads-as-all",
        mistake: "a list of the one id `*` is told to a resolver as all",
        find: 'if (allowed.ids.size === 1 && allowed.ids.has("*")) throw ambiguous(epoch, action, type);\n',
        replace: "",
        tests: [`${nonsense}::list`],
      },
      {
        name: "questions/an-object-that-looks-like-a-reference",
        mistake: "an application object with a type and an id is asked about as the reference it looks like",
        find: "  return (prototype === Object.prototype || prototype === null) && isReference(value);",
        replace: "  return (prototype !== undefined) && isReference(value);",
        tests: [resolvers],
      },
      {
        name: "questions/a-list-with-options-counts-as-taken",
        mistake: "a list that a resolver takes with facts of its own counts as the set of the connection",
        find: "      if (options === undefined) taken(action, type);\n      const actor = await actorOf(epoch);\n      if (actor === undefined) return [];",
        replace:
          "      taken(action, type);\n      const actor = await actorOf(epoch);\n      if (actor === undefined) return [];",
        tests: [resolvers],
      },
      {
        name: "questions/a-filter-with-options-counts-as-taken",
        mistake: "a filter that a resolver takes with facts of its own counts as the set of the connection",
        find: '      if (options === undefined) taken(action, type);\n      const actor = await actorOf(epoch);\n      if (actor === undefined) return { kind: "none" };',
        replace:
          '      taken(action, type);\n      const actor = await actorOf(epoch);\n      if (actor === undefined) return { kind: "none" };',
        tests: [resolvers],
      },
      {
        name: "questions/a-question-with-options-is-shared",
        mistake: "a resolver's question with facts of its own is answered from what the epoch remembers",
        find: `      if (options !== undefined) {
        return unlessFailed(epoch, async () =>
          booleanOf(`,
        replace: `      if (options?.contextFacts === null) {
        return unlessFailed(epoch, async () =>
          booleanOf(`,
        tests: [resolvers],
      },
      {
        name: "questions/a-filter-for-nobody",
        mistake: "somebody who is not logged in gets the filter of all",
        find: 'if (actor === undefined) return { kind: "none" };',
        replace: 'if (actor === undefined) return { kind: "all" };',
        tests: [actors],
      },
      {
        name: "questions/a-changing-epoch-remembers",
        mistake: "the resolver of a mutation gets old answers after it has changed facts",
        find: "return epoch.changing ? epoch.fork() : epoch;",
        replace: "return epoch;",
        tests: ["test/graphql/epochs.test.ts"],
      },
    ],
  ),
];
