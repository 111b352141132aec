import { type Mutant, mutantsOf } from "../mutant.js";

const remembered = "test/graphql/remembered.test.ts";
const nonsense = "test/graphql/nonsense.test.ts";
const limit = "test/graphql/question-limit.test.ts";
const shortWay = "test/graphql/short-way.test.ts";
const resolvers = "test/graphql/context-authorization.test.ts";
const loading = "test/graphql/loading.test.ts";
const decisionLog = "test/graphql/decision-log.test.ts";
const actors = "test/graphql/actors.test.ts";
const supplied = "test/graphql/supplied-inputs.test.ts";
const inputs = "test/graphql/arguments.test.ts";
const startUp = "test/graphql/start-up.test.ts";
const notFound = "test/graphql/not-found.test.ts";
const coverageTest = "test/graphql/coverage.test.ts";
const options = "test/graphql/options.test.ts";
const plugin = "test/graphql/plugin.test.ts";
const tracing = "test/graphql/tracing.test.ts";
const policies = "test/graphql/policy-change.test.ts";
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
        tests: [`${remembered}::of a list that is known`],
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
  ...mutantsOf(
    "src/graphql/arguments.ts",
    [supplied],
    [
      {
        name: "schema/the-first-arg-directive-alone",
        mistake: "of several `on: ARG` directives the first alone is asked",
        find: "  for (const step of field.arg) {\n    askAboutPath(step.type",
        replace: "  for (const step of field.arg.slice(0, 1)) {\n    askAboutPath(step.type",
        tests: ["test/attacks/A09-check-one-id-act-on-another.test.ts"],
      },
      {
        name: "schema/the-first-step-of-a-place-alone",
        mistake: "of several directives at one argument or input field the first alone is asked",
        find: "    for (const step of place.steps) found.push({ step, value, holder });",
        replace: "    for (const step of place.steps.slice(0, 1)) found.push({ step, value, holder });",
      },
      {
        name: "schema/the-first-step-of-an-enum-value-alone",
        mistake: "of several directives on the names of one internal value the first alone is asked",
        find: "for (const step of plan.values?.get(value) ?? []) found.push",
        replace: "for (const step of (plan.values?.get(value) ?? []).slice(0, 1)) found.push",
        tests: [inputs],
      },
      {
        name: "schema/what-is-in-a-guarded-place-is-not-looked-at",
        mistake: "below an argument or input field that has a directive of its own nothing is asked",
        find: "    if (place.value !== undefined) visitValue(place.value, value, holder, origin);",
        replace:
          "    if (place.value !== undefined && place.steps.length === 0) visitValue(place.value, value, holder, origin);",
      },
      {
        name: "schema/the-first-item-alone",
        mistake: "of a list of inputs the first alone is looked at",
        find: "      for (const [i, item] of value.entries()) visitValue(plan, item, holder, itemOrigin(origin, i));\n      return;",
        replace: "      visitValue(plan, value[0], holder, itemOrigin(origin, 0));\n      return;",
      },
      {
        name: "schema/items-by-the-first-literal",
        mistake: "what was written for the first item counts for all items of a list",
        find: ': { kind: "literal", node: origin.node.values[index] };',
        replace: ': { kind: "literal", node: origin.node.values[0] };',
        tests: [`${supplied}::is told from what the schema adds`],
      },
      {
        name: "schema/items-by-the-first-variable",
        mistake: "what the variable holds for the first item counts for all items of a list",
        find: '{ kind: "variable", raw: origin.raw[index] }',
        replace: '{ kind: "variable", raw: origin.raw[0] }',
        tests: [`${supplied}::is told from what the schema adds`],
      },
      {
        name: "schema/variables-in-lists-are-literals",
        mistake: "a variable that stands in a list is taken for something that says nothing",
        find: `origin.node.values[index]?.kind === Kind.VARIABLE
        ? { kind: "unknown" }`,
        replace: `origin.node.values[index]?.kind === Kind.VARIABLE
        ? { kind: "variable", raw: {} }`,
        noEffect:
          "a variable that holds nothing says of nothing in it that it was supplied, as one whose origin is unknown does",
      },
      {
        name: "schema/one-item-without-brackets",
        mistake: "one value that stands for a list is not looked at in variables",
        find: '{ kind: "variable", raw: origin.raw[index] } : origin;',
        replace: '{ kind: "variable", raw: origin.raw[index] } : { kind: "variable", raw: {} };',
      },
      {
        name: "schema/a-null-variable-was-not-supplied",
        mistake: "a variable that is null counts as not supplied",
        find: "  if (!Object.hasOwn(variables.coerced, name)) return undefined;",
        replace: "  if (variables.coerced[name] == null) return undefined;",
        tests: [`${supplied}::is told from what the schema adds`],
      },
      {
        name: "schema/a-default-of-a-variable-was-not-supplied",
        mistake: "the default that an operation gives to its variable counts as not supplied",
        find: '  return { kind: "literal", node: definition?.defaultValue };',
        replace:
          '  return definition?.defaultValue === undefined ? undefined : { kind: "literal", node: { kind: Kind.OBJECT, fields: [] } };',
      },
      {
        name: "schema/null-in-a-variable-was-not-supplied",
        mistake: "an input field that a variable sets to null counts as not supplied",
        find: "        if (!Object.hasOwn(raw, place.name)) return withoutOrigin(place, value);",
        replace: "        if ((raw as Args)[place.name] == null) return withoutOrigin(place, value);",
        tests: [`${supplied}::is told from what the schema adds`],
      },
      {
        name: "schema/what-equals-the-default-was-not-supplied",
        mistake: "a literal that says what the schema's default says counts as not supplied",
        find: "        return inner ?? withoutOrigin(place, value);",
        replace: "        return withoutOrigin(place, value);",
      },
      {
        name: "schema/unknown-values-are-defaults",
        mistake: "a value whose origin is unknown counts as the default if there is one",
        find: "return place.defaultValue !== undefined && isSame(value, place.defaultValue) ? undefined",
        replace: "return place.defaultValue !== undefined ? undefined",
        tests: ["test/graphql/defaults.test.ts"],
      },
      {
        name: "schema/part-of-the-default-is-the-default",
        mistake: "a list or input object with less in it than the default counts as the default",
        find: "    keys.length === Object.keys(b).length &&\n",
        replace: "",
        tests: ["test/graphql/defaults.test.ts"],
      },
      {
        name: "schema/a-list-and-an-object-are-the-same",
        mistake: "dates and other values of custom scalars are compared by their properties",
        find: "  return prototype === null || prototype === Object.prototype || Array.isArray(value);",
        replace: "  return prototype !== undefined;",
        tests: ["test/graphql/defaults.test.ts"],
      },
      {
        name: "schema/a-path-from-the-arguments",
        mistake: "`arg` of an input field is read from the arguments instead of from the input that holds the field",
        find: "askAboutPath(step.type, step.action, step.path, holder, step.coordinate, epoch, actor, add);",
        replace: "askAboutPath(step.type, step.action, step.path, args, step.coordinate, epoch, actor, add);",
        tests: [inputs],
      },
      {
        name: "schema/null-names-nothing-and-is-allowed",
        mistake: "a guarded argument that is null is not asked about",
        find: `        if (value === null || value === undefined) {
          askEnclosing(step.action, step.coordinate, add);
        } else if`,
        replace: `        if (value === null || value === undefined) {
          // nothing
        } else if`,
        tests: [inputs],
      },
      {
        name: "schema/no-resource-is-allowed",
        mistake: "a guarded argument that is null is allowed where the field names no resource",
        find: "    if (field.arg.length === 0) add(false);\n",
        replace: "",
        tests: [inputs],
      },
      {
        name: "schema/the-first-enclosing-resource-alone",
        mistake: "of several resources that a field names, the first alone counts for its inputs",
        find: "    for (const own of field.arg) {\n      askAboutPath(own.type, action",
        replace: "    for (const own of field.arg.slice(0, 1)) {\n      askAboutPath(own.type, action",
        tests: [inputs],
      },
      {
        name: "schema/a-missing-path-is-allowed",
        mistake: "a path that ends early names nothing and is allowed",
        find: "      if (!inList) add(false);\n",
        replace: "",
        tests: [inputs],
      },
      {
        name: "schema/nothing-inside-of-a-list-is-allowed",
        mistake: "an input in a list that leaves out what the path names is allowed",
        find: "follow(Object.hasOwn(object, name) ? object[name] : undefined, depth + 1, false);",
        replace: "follow(Object.hasOwn(object, name) ? object[name] : undefined, depth + 1, inList);",
        tests: [inputs],
      },
      {
        name: "schema/the-first-named-resource-alone",
        mistake: "of a list of ids the first alone is asked about",
        find: "      for (const item of value) follow(item, depth, true);",
        replace: "      for (const item of value.slice(0, 1)) follow(item, depth, true);",
        tests: [inputs],
      },
      {
        name: "schema/the-last-value-of-a-list-alone",
        mistake: "of a list in a guarded input the last alone is asked about",
        find: `    for (const item of value) {
      if (item !== null && item !== undefined) askAboutValue(`,
        replace: `    for (const item of value.slice(-1)) {
      if (item !== null && item !== undefined) askAboutValue(`,
        tests: [inputs],
      },
      {
        name: "schema/what-is-no-id-is-allowed",
        mistake: "a value that is no id is not asked about",
        find: "  if (text === undefined) {\n    add(false);\n    return;",
        replace: "  if (text === undefined) {\n    return;",
        tests: [inputs],
      },
      {
        name: "schema/an-id-that-does-not-decode-is-taken-as-it-is",
        mistake: "an id whose decoding fails is asked about as it is",
        find: "  let id: string | undefined;\n  try {",
        replace: "  let id: string | undefined = text;\n  try {",
        tests: [identity],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/layer.ts",
    [identity],
    [
      {
        name: "schema/an-id-that-means-none-is-taken-as-it-is",
        mistake: "an id that `decode` says means none is asked about as it is",
        find: "return decode === undefined ? id : (decode(id) ?? undefined);",
        replace: "return decode === undefined ? id : (decode(id) ?? id);",
      },
      {
        name: "schema/rules-that-read-any-object",
        mistake: "a policy in which every action reads objects is asked about ids",
        find: 'return actions !== undefined && (actions === "*" || actions.includes(action));',
        replace: 'return actions !== undefined && actions !== "*" && actions.includes(action);',
        tests: [policies],
      },
      {
        name: "schema/rules-that-read-objects-of-other-types",
        mistake: "objects of types that the policy does not name are asked about by their id",
        find: "metadata.types[type] : metadata.otherTypes)?.objectActions;",
        replace: "metadata.types[type] : undefined)?.objectActions;",
        tests: [policies],
      },
      {
        name: "schema/the-policy-is-looked-at-once",
        mistake: "what rules read is not looked at again when the policy is replaced",
        find: "      this.#metadata = this.settings.engine.policyMetadata();",
        replace: "      this.#metadata ??= this.settings.engine.policyMetadata();",
        tests: [policies],
      },
      {
        name: "schema/a-new-policy-is-not-compared",
        mistake: "a policy that is replaced is not compared with the schema",
        find: "before === this.#metadata || before.hash === this.#metadata.hash) return;",
        replace: "before.hash !== this.#metadata.hash) return;",
        tests: ["test/graphql/policy-change.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/identity.ts",
    [identity],
    [
      {
        name: "schema/ids-beyond-what-numbers-can-tell",
        mistake: "integers that stand for several ids are ids",
        find: 'return typeof value === "number" && Number.isSafeInteger(value)',
        replace: 'return typeof value === "number" && Number.isInteger(value)',
      },
      {
        name: "schema/anything-is-an-id",
        mistake: "what is no id is made a text",
        find: '  if (typeof value === "bigint") return value.toString();',
        replace: '  if (typeof value === "bigint" || typeof value === "boolean") return value.toString();',
      },
      {
        name: "schema/the-engine-goes-before-the-layer",
        mistake: "how the engine reads ids goes before what the layer's own types say",
        find: "= own ?? shared ?? ",
        replace: "= shared ?? own ?? ",
      },
      {
        name: "schema/one-byte-too-long",
        mistake: "an id may be one character longer than the engine takes",
        find: "id.length > maximumBytes) return false;",
        replace: "id.length > maximumBytes + 1) return false;",
      },
      {
        name: "schema/bytes-are-not-counted",
        mistake: "the length of an id is counted in characters",
        find: "    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;",
        replace: "    bytes += 1;",
      },
      {
        name: "schema/halves-of-characters",
        mistake: "the last half of a character makes a possible id",
        find: "(code >= 0xd800 && code <= 0xdfff)",
        replace: "(code >= 0xd800 && code < 0xdc00)",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/asker.ts",
    [actors],
    [
      {
        name: "schema/an-actor-that-is-missing-is-somebody",
        mistake: "when the actor is `undefined`, somebody is logged in",
        find: "if (actor === null || actor === undefined) return",
        replace: "if (actor === null) return",
      },
      {
        name: "schema/a-function-is-an-actor",
        mistake: "a function counts as an actor",
        find: 'if (typeof actor === "function" || typeof actor === "symbol")',
        replace: 'if (typeof actor === "symbol")',
      },
      {
        name: "schema/an-actor-that-fails-later-is-nobody",
        mistake: "when the look-up of the actor rejects, nobody is logged in",
        find: "actor.then(known, failed)",
        replace: "actor.then(known, () => known(null))",
      },
      {
        name: "schema/an-actor-that-fails-at-once-is-nobody",
        mistake: "when the look-up of the actor throws, nobody is logged in",
        find: "    return failed(error);\n",
        replace: "    return known(error instanceof Error ? null : error);\n",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/session.ts",
    [actors],
    [
      {
        name: "schema/one-operation-for-one-context",
        mistake: "a second operation with the same context gets the decisions of the first",
        find: "    if (key === this.#lastKey) return this.#last!;",
        replace: "    if (this.#last !== undefined) return this.#last;",
        tests: ["test/graphql/epochs.test.ts"],
      },
      {
        name: "schema/each-step-has-the-whole-limit",
        mistake: "each step of a mutation begins with the whole limit of questions",
        find: "operation.epoch = operation.session.newEpoch(operation.budget);",
        replace:
          "operation.epoch = operation.session.newEpoch({ questions: operation.session.layer.settings.limits.questions });",
        tests: [shortWay],
      },
      {
        name: "schema/steps-are-not-settled",
        mistake: "what a step of a mutation asked twice stays paid twice",
        find: "  operation.epoch.settle();\n",
        replace: "",
        tests: [`${limit}::of steps that each show the same`],
      },
      {
        name: "schema/a-step-without-an-epoch",
        mistake: "the steps of a mutation share one epoch",
        find: "  operation.epoch = operation.session.newEpoch(operation.budget);",
        replace: "  operation.epoch.changing = false;",
        tests: ["test/graphql/epochs.test.ts"],
      },
      {
        name: "schema/no-limit-under-the-plugin",
        mistake: "under the plugin an operation has no limit of questions",
        find: "    const begin = (): Epoch => this.newEpoch({ questions: this.layer.settings.limits.questions });",
        replace: "    const begin = (): Epoch => this.newEpoch({ questions: Number.MAX_SAFE_INTEGER });",
        tests: [plugin],
      },
      {
        name: "schema/a-context-that-has-its-own",
        mistake: "what a context calls `authorization` is overwritten",
        find: 'if ("authorization" in context || !Object.isExtensible(context)) return;',
        replace: "if (!Object.isExtensible(context)) return;",
        tests: [resolvers],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/decision-log.ts",
    [decisionLog],
    [
      {
        name: "schema/the-log-says-yes",
        mistake: "the audit says that what was denied was allowed",
        find: "        allowed,\n        coordinate,\n        epoch: this.#epoch,",
        replace: "        allowed: allowed || error === undefined,\n        coordinate,\n        epoch: this.#epoch,",
      },
      {
        name: "schema/the-log-swallows-failures",
        mistake: "the audit does not say that a question failed",
        find: "        ...(error === undefined ? {} : { error }),\n",
        replace: "",
      },
      {
        name: "schema/the-log-names-an-actor-by-its-type",
        mistake: "the audit names an actor that is an object of a class without its id",
        find: "return isReference(actor) ? { type: actor.type, id: actor.id } : this.#layer.referenceTo(actor);",
        replace: 'return isReference(actor) ? { type: actor.type, id: actor.id } : "an object";',
      },
      {
        name: "schema/the-log-breaks-the-answer",
        mistake: "an `onDecision` that throws breaks the answer",
        find: `    } catch (thrown) {
      this.#layer.report(this.#context, coordinate, "\`onDecision\` failed", thrown);`,
        replace: `    } catch (thrown) {
      if (allowed) throw thrown;
      this.#layer.report(this.#context, coordinate, "\`onDecision\` failed", thrown);`,
        tests: ["test/graphql/epochs.test.ts"],
      },
      {
        name: "schema/sets-are-told-as-questions",
        mistake: "what is known from a set is traced as a question to the engine",
        find: "if (start !== 0) this.#trace((spans) => spans.decided(decision, start));",
        replace: "this.#trace((spans) => spans.decided(decision, start));",
        tests: [tracing],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/decision-spans.ts",
    [tracing],
    [
      {
        name: "schema/one-span-for-all-types",
        mistake: "questions about two types are one span, under the name of the first",
        find: "JSON.stringify([typeOf(actor), action, type])",
        replace: "JSON.stringify([typeOf(actor), action])",
      },
      {
        name: "schema/one-span-for-all-actions",
        mistake: "questions about two actions are one span, under the name of the first",
        find: "JSON.stringify([typeOf(actor), action, type])",
        replace: "JSON.stringify([typeOf(actor), type])",
      },
      {
        name: "schema/a-failure-is-traced-as-a-no",
        mistake: "a question that failed is counted as denied",
        find: "if (error !== undefined) burst.unavailable++;\n    else if",
        replace: "if",
      },
      {
        name: "schema/the-last-id-of-many",
        mistake: "a span of many questions bears the id of the last one",
        find: "this.#tracing.ids === true && questions === 1 && id",
        replace: "this.#tracing.ids === true && id",
      },
      {
        name: "schema/ids-in-spans-unasked",
        mistake: "spans bear the id of the resource though nobody wants ids",
        find: "this.#tracing.ids === true && questions === 1 && id",
        replace: "questions === 1 && id",
      },
      {
        name: "schema/a-span-of-two-places",
        mistake: "a span of questions from several places names the first place alone",
        find: "...(coordinates.size === 1 && {",
        replace: "...(coordinates.size > 0 && {",
      },
      {
        name: "schema/spans-are-never-new",
        mistake: "questions of a later moment are added to a span that has ended",
        find: "    this.#bursts.clear();\n",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/argument-path.ts",
    [startUp],
    [
      {
        name: "schema/a-path-through-a-scalar",
        mistake: "a path that goes on after a scalar starts again at the arguments",
        find: "members = isInputObjectType(named) ? Object.values(named.getFields()) : [];",
        replace: "members = isInputObjectType(named) ? Object.values(named.getFields()) : from;",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/input-guards.ts",
    [startUp],
    [
      {
        name: "schema/names-of-one-value",
        mistake: "of two guarded names of one internal enum value the last one's guard alone counts [G33]",
        find: "[...(steps.get(one.value) ?? []), ...own]",
        replace: "own",
        tests: [inputs],
      },
      {
        name: "schema/the-first-of-the-names-of-one-value",
        mistake: "of two guarded names of one internal enum value the first one's guard alone counts",
        find: "if (own.length > 0) steps.set(",
        replace: "if (own.length > 0 && !steps.has(one.value)) steps.set(",
        tests: [inputs],
      },
      {
        name: "schema/an-argument-of-the-first-interface",
        mistake: "guards of an argument are inherited from the first interface alone",
        find: "      for (const face of interfaces) {",
        replace: "      for (const face of interfaces.slice(0, 1)) {",
        tests: [inputs],
      },
      {
        name: "schema/an-argument-of-its-own-or-inherited",
        mistake: "an argument that has a directive of its own inherits none",
        find: "        if (inherited === undefined) continue;",
        replace: "        if (inherited === undefined || steps.length > 0) continue;",
        tests: [supplied],
      },
      {
        name: "schema/inputs-two-levels-deep",
        mistake: "what is guarded more than one level below an argument's type is not found",
        find: "        found.add(type);\n        grown = true;",
        replace: "        found.add(type);\n        grown = found.size === 0;",
        tests: [inputs],
      },
      {
        name: "schema/enums-are-not-found",
        mistake: "an input type whose enum alone is guarded is not looked into",
        find: `        : isEnumType(type)
          ? type.getValues()
          : [];`,
        replace: `        : isEnumType(type) && found.size > 0
          ? type.getValues()
          : [];`,
        tests: [inputs],
      },
      {
        name: "schema/an-input-without-steps-of-its-own",
        mistake: "an input field is looked into only if it has a directive of its own",
        find: "if (own.length === 0 && inner === undefined) continue;",
        replace: "if (own.length === 0) continue;",
        tests: [supplied],
      },
      {
        name: "schema/parent-on-an-input",
        mistake: "`on: PARENT` on an argument, input field or enum value is no problem",
        find: 'if (on === "PARENT" || on === "RESULT"',
        replace: 'if (on === "RESULT"',
      },
      {
        name: "schema/result-on-an-input",
        mistake: "`on: RESULT` on an argument, input field or enum value is no problem",
        find: 'on === "RESULT" || on === "LIST" ||',
        replace: 'on === "LIST" ||',
      },
      {
        name: "schema/list-on-an-input",
        mistake: "`on: LIST` on an argument, input field or enum value is no problem",
        find: 'on === "RESULT" || on === "LIST" ||',
        replace: 'on === "RESULT" ||',
      },
      {
        name: "schema/arg-on-an-enum-value",
        mistake: "`on: ARG` on an enum value is no problem",
        find: ' || (on === "ARG" && what === "an enum value")',
        replace: "",
      },
      {
        name: "schema/silent-denials-of-inputs",
        mistake: "`deny: NULL` and `deny: NOT_FOUND` on inputs are no problem",
        find: 'if (deny === "NULL" || deny === "NOT_FOUND") {',
        replace: "if (false) {",
      },
      {
        name: "schema/not-found-on-an-input",
        mistake: "`deny: NOT_FOUND` on an input is no problem",
        find: 'if (deny === "NULL" || deny === "NOT_FOUND") {',
        replace: 'if (deny === "NULL") {',
      },
      {
        name: "schema/an-input-arg-with-none",
        mistake: "`arg` with `on: NONE` on an input is no problem",
        find: 'if (arg !== undefined) misplaced("`arg` has no meaning with `on: NONE`");\n',
        replace: "",
      },
      {
        name: "schema/an-input-arg-without-a-type",
        mistake: "`arg` without `type` on an input is no problem",
        find: 'if (arg !== undefined) misplaced("`arg` has no meaning without `type`", "say of which type the resource is");\n',
        replace: "",
      },
      {
        name: "schema/an-arg-on-an-enum-value",
        mistake: "`arg` on an enum value is no problem",
        find: `        if (what === "an enum value") {
          misplaced("\`arg\` has no meaning on an enum value");
          continue;
        }`,
        replace: "",
      },
      {
        name: "schema/an-unknown-path-of-an-input",
        mistake: "a path of an input that leads nowhere is no problem",
        find: 'problems.error("graphql/arg-path", coordinate, pathProblem(arg, found, from), found.help);\n',
        replace: "void from;\n",
      },
      {
        name: "schema/an-unknown-type-of-an-input",
        mistake: "a type that nobody knows is no problem on an input",
        find: "      checkType(type, coordinate);\n      if (on",
        replace: "      if (on",
      },
      {
        name: "schema/a-type-of-the-policy-is-unknown",
        mistake: "a type that the policy alone knows is refused",
        find: "schema.getType(type) !== undefined || policyTypes.has(type)) return;",
        replace: "schema.getType(type) !== undefined) return;",
      },
      {
        name: "schema/any-type-is-known",
        mistake: "every type is known once the policy knows some",
        find: "policyTypes.has(type)) return;",
        replace: "policyTypes.size > 0) return;",
      },
      {
        name: "schema/none-of-an-input-is-not-compared",
        mistake: "an action that the policy does not know is no problem with `on: NONE` on an input",
        find: "        asked.push({ coordinate, action, types: type === undefined ? undefined : [] });\n",
        replace: "",
      },
      {
        name: "schema/a-named-input-is-not-compared",
        mistake: "an action that the policy does not know is no problem with a `type` on an input",
        find: "      asked.push({ coordinate, action, types: [type] });\n",
        replace: "",
      },
      {
        name: "schema/an-enclosed-input-is-not-compared",
        mistake:
          "an action that the policy does not know is no problem on an input that asks about what its field names",
        find: "if (types.length > 0) asked.push({ coordinate: step.coordinate, action: step.action, types });\n      else {",
        replace: "if (types.length === 0) {",
      },
      {
        name: "schema/no-resource-at-the-first-level",
        mistake: "an input that asks about a resource that its field does not name is found at the first level alone",
        find: "    for (const field of value.fields?.values() ?? []) visit(field);\n",
        replace: "",
      },
      {
        name: "schema/no-resource-for-an-enum-value",
        mistake: "an enum value that asks about a resource that no field names is no problem",
        find: 'for (const steps of value.values?.values() ?? []) found.push(...steps.filter((step) => step.kind === "enclosing"));\n',
        replace: "",
      },
      {
        name: "schema/ids-of-queries",
        mistake: "an id of a mutation that no directive names is no warning",
        find: 'if (guard.root !== "mutation") return;',
        replace: 'if (guard.root !== "query") return;',
        tests: ["test/attacks/A09-check-one-id-act-on-another.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/field-guards.ts",
    [startUp],
    [
      {
        name: "schema/a-field-of-the-first-interface",
        mistake: "guards of a field are inherited from the first interface that has it alone",
        find: "const faces = type.getInterfaces().filter((face) => field.name in face.getFields());",
        replace: "const faces = type.getInterfaces().filter((face) => field.name in face.getFields()).slice(0, 1);",
      },
      {
        name: "schema/an-own-guard-replaces-the-inherited",
        mistake: "a field with a directive of its own inherits none",
        find: "  const places = [own, ...inherited];",
        replace: "  const places = own.authorize.length > 0 ? [own] : [own, ...inherited];",
      },
      {
        name: "schema/both-on-a-field",
        mistake: "`@public` beside `@authorize` on a field is no problem",
        find: "  if (own.public && own.authorize.length > 0) complainOfBoth(compilation, coordinate);\n",
        replace: "",
      },
      {
        name: "schema/public-against-an-inherited-guard",
        mistake: "`@public` on a field whose interface guards it is no problem",
        find: "    if (against !== undefined) complainOfPublic(compilation, coordinate, place, against);\n",
        replace: "    void against;\n",
      },
      {
        name: "schema/not-found-without-arg",
        mistake: "a field that denies an argument's resource with NOT_FOUND is null when there is nothing [G40]",
        find: "[...steps.none, ...steps.parent, ...steps.arg, ...steps.result].some((s)",
        replace: "[...steps.none, ...steps.parent, ...steps.result].some((s)",
        tests: [notFound],
      },
      {
        name: "schema/not-found-without-none",
        mistake: "a field that denies the actor with NOT_FOUND is null when there is nothing",
        find: "[...steps.none, ...steps.parent, ...steps.arg, ...steps.result].some((s)",
        replace: "[...steps.parent, ...steps.arg, ...steps.result].some((s)",
        tests: [notFound],
      },
      {
        name: "schema/not-found-without-parent",
        mistake: "a field that denies its parent with NOT_FOUND is null when there is nothing",
        find: "[...steps.none, ...steps.parent, ...steps.arg, ...steps.result].some((s)",
        replace: "[...steps.none, ...steps.arg, ...steps.result].some((s)",
        tests: [notFound],
      },
      {
        name: "schema/not-found-without-result",
        mistake: "a field that denies its result with NOT_FOUND is null when there is nothing",
        find: "[...steps.none, ...steps.parent, ...steps.arg, ...steps.result].some((s)",
        replace: "[...steps.none, ...steps.parent, ...steps.arg].some((s)",
        tests: [notFound],
      },
      {
        name: "schema/some-gate-hides",
        mistake:
          "where one of several possible types hides its objects, what is missing looks otherwise than what is hidden",
        find: 'hides: gateModes.some((step) => step.deny === "NOT_FOUND"),',
        replace: 'hides: gateModes.length > 0 && gateModes.every((step) => step.deny === "NOT_FOUND"),',
        tests: [notFound],
      },
      {
        name: "schema/some-gate-is-silent",
        mistake: "a stranger gets null without an error where one of several gates is silent",
        find: 'silentGate: gateModes.every((step) => step.deny === "NULL"),',
        replace: 'silentGate: gateModes.some((step) => step.deny === "NULL"),',
        tests: [notFound],
      },
      {
        name: "schema/some-type-is-every-type",
        mistake: "an interface one of whose types is guarded counts as guarded",
        find: 'return count === 0 ? "none" : count === possible.length ? "every" : "some";',
        replace: 'return count === 0 ? "none" : count >= 1 ? "every" : "some";',
      },
      {
        name: "schema/null-where-null-cannot-stand",
        mistake: "`deny: NULL` on a field that cannot be null is no problem",
        find: 'if (deny === "NULL" && isNonNullType(field.type)) {',
        replace: 'if (directive.deny === "NULL" && isNonNullType(field.type)) {',
        tests: ["test/graphql/denials.test.ts"],
      },
      {
        name: "schema/deny-on-a-list",
        mistake: "`deny` on a LIST is no problem",
        find: "      if (directive.deny !== undefined) {",
        replace: '      if (directive.deny === "NULL") {',
      },
      {
        name: "schema/arguments-without-arg",
        mistake: "`arg` and `type` on a field that asks about no argument are no problem",
        find: '    if (on !== "ARG")\n      complainOfArguments(',
        replace: '    if (on === "NONE")\n      complainOfArguments(',
      },
      {
        name: "schema/arg-beside-none",
        mistake: "`arg` with `on: NONE` is no problem",
        find: 'on === "NONE" ? ["arg"] : ["arg", "type"],',
        replace: 'on === "NONE" ? [] : ["arg", "type"],',
      },
      {
        name: "schema/list-is-not-compared",
        mistake: "an action that the policy does not know is no problem with `on: LIST`",
        find: `      noteQuestion(
        compilation,
        { action, coordinate },
        connection === undefined ? possible : nodesOf(compilation, connection.type),
      );
`,
        replace: "",
      },
      {
        name: "schema/none-is-not-compared",
        mistake: "an action that the policy does not know is no problem with `on: NONE`",
        find: "        asked.push({ coordinate, action, types: directive.type === undefined ? undefined : [] });\n",
        replace: "",
      },
      {
        name: "schema/none-of-an-unknown-type",
        mistake: "a type that nobody knows is no problem with `on: NONE`",
        find: "        inputs.checkType(directive.type, coordinate);\n        asked",
        replace: "        asked",
      },
      {
        name: "schema/parent-is-not-compared",
        mistake: "an action that the policy does not know is no problem with `on: PARENT`",
        find: "        noteQuestion(compilation, { action, coordinate }, [type]);\n",
        replace: "",
      },
      {
        name: "schema/result-is-not-compared",
        mistake: "an action that the policy does not know is no problem with `on: RESULT`",
        find: "        noteQuestion(compilation, { action, coordinate }, possible);\n",
        replace: "",
      },
      {
        name: "schema/arg-is-not-compared",
        mistake: "an action that the policy does not know is no problem with `on: ARG`",
        find: "  asked.push({ coordinate, action, types: [directive.type] });\n",
        replace: "",
      },
      {
        name: "schema/arg-without-arg",
        mistake: "`on: ARG` without `arg` asks nothing and is no problem",
        find: 'problems.error("graphql/arg-path", coordinate, "`on: ARG` needs `arg`", help);\n',
        replace: "void help;\n",
      },
      {
        name: "schema/arg-without-a-type",
        mistake: "`on: ARG` without `type` asks nothing and is no problem",
        find: 'problems.error("graphql/unknown-type", coordinate, "`on: ARG` needs `type`, the type of what the argument names");\n',
        replace: "",
      },
      {
        name: "schema/arg-of-an-unknown-type",
        mistake: "`on: ARG` with a type that nobody knows is no problem",
        find: "  } else {\n    inputs.checkType(directive.type, coordinate);\n  }",
        replace: "  }",
      },
      {
        name: "schema/arg-of-an-unknown-path",
        mistake: "`on: ARG` with a path that leads nowhere asks nothing and is no problem",
        find: '    problems.error("graphql/arg-path", coordinate, pathProblem(directive.arg, found, "the field"), found.help);\n',
        replace: "",
      },
      {
        name: "schema/inherited-public-opens",
        mistake: "a field is public because an interface says so, though it is guarded",
        find: "if (places.some((place) => place.public) && written.length === 0) open.add(coordinate);",
        replace: "if (places.some((place) => place.public)) open.add(coordinate);",
        noEffect: "a field that is annotated is looked up as such first, and the contradiction stops the start",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/field-target.ts",
    [startUp],
    [
      {
        name: "schema/a-root-leaf-is-its-parent",
        mistake: "a directive without `on` on a leaf of a root type asks about the root",
        find: 'if (root === undefined && leaf) return "PARENT";',
        replace: 'if (leaf) return "PARENT";',
      },
      {
        name: "schema/composite-fields-are-their-parent",
        mistake: "a directive without `on` on a field that answers objects asks about the parent",
        find: 'if (root === undefined && leaf) return "PARENT";',
        replace: 'if (root === undefined) return "PARENT";',
      },
      {
        name: "schema/parent-of-a-root",
        mistake: "`on: PARENT` on a root type is no problem",
        find: "if (root !== undefined) return misplaced(`\\`on: PARENT\\`",
        replace: 'if (root === "mutation") return misplaced(`\\`on: PARENT\\`',
      },
      {
        name: "schema/result-of-a-mutation",
        mistake: "`on: RESULT` on a mutation, which asks when all is done, is no problem",
        find: '      if (root === "mutation") {\n        return misplaced(\n          "`on: RESULT`',
        replace: '      if (root === "subscription") {\n        return misplaced(\n          "`on: RESULT`',
      },
      {
        name: "schema/result-of-a-connection",
        mistake: "`on: RESULT` on a connection, whose items it does not look at, is no problem",
        find: "      if (connections.has(named.name)) {",
        replace: "      if (connections.size === 0) {",
      },
      {
        name: "schema/result-of-a-leaf",
        mistake: "`on: RESULT` on a leaf, which asks nothing, is no problem",
        find: "      if (leaf) return misplaced(`\\`on: RESULT\\`",
        replace: "      if (leaf && root !== undefined) return misplaced(`\\`on: RESULT\\`",
      },
      {
        name: "schema/list-of-a-mutation",
        mistake: "`on: LIST` on a mutation, which asks when all is done, is no problem",
        find: '      if (root === "mutation") {\n        return misplaced("`on: LIST`',
        replace: '      if (root === "subscription") {\n        return misplaced("`on: LIST`',
      },
      {
        name: "schema/list-of-leaves",
        mistake: "`on: LIST` on a list of leaves, which filters nothing, is no problem",
        find: "if (leaf || (!isList && connection === undefined)) {",
        replace: "if (!isList && connection === undefined) {",
      },
      {
        name: "schema/list-of-one",
        mistake: "`on: LIST` on a single object is no problem",
        find: "if (leaf || (!isList && connection === undefined)) {",
        replace: "if (leaf) {",
      },
      {
        name: "schema/list-of-a-connection-of-leaves",
        mistake: "`on: LIST` on a connection whose nodes are leaves is no problem",
        find: "if (!isList && connection !== undefined && nodesOf(compilation, connection).length === 0) {",
        replace: "if (!isList && connection !== undefined && nodesOf(compilation, connection).length < 0) {",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/guards.ts",
    [startUp],
    [
      {
        name: "schema/root-types-by-name",
        mistake: "the mutation type of a schema is found by its usual name",
        find: '  if (mutation != null) roots.set(mutation, "mutation");',
        replace: '  if (mutation?.name === "Mutation") roots.set(mutation, "mutation");',
      },
      {
        name: "schema/the-query-type-is-an-object",
        mistake: "the query type of a schema is found by its usual name",
        find: '  if (query != null) roots.set(query, "query");',
        replace: '  if (query?.name === "Query") roots.set(query, "query");',
      },
      {
        name: "schema/subscriptions-are-objects",
        mistake: "the subscription type of a schema is found by its usual name",
        find: '  if (subscription != null) roots.set(subscription, "subscription");',
        replace: '  if (subscription?.name === "Subscription") roots.set(subscription, "subscription");',
      },
      {
        name: "schema/fields-with-inputs-alone",
        mistake: "a field that has nothing but guarded inputs is not looked at",
        find: "    guard.inputs.length > 0\n",
        replace: "    (guard.inputs.length > 0 && guard.parent.length > 0)\n",
        tests: [inputs],
      },
      {
        name: "schema/silent-types-are-not-checked",
        mistake: "a type whose denial is a silent null may stand where null cannot",
        find: "  checkSilentTypes(compilation, objects, gates);\n",
        replace: "",
        tests: ["test/graphql/denials.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/compilation.ts",
    [startUp],
    [
      {
        name: "schema/the-first-possible-type",
        mistake: "a question about several possible types is compared with the policy for the first alone",
        find: "types: on.map((type) => type.name) });",
        replace: "types: on.slice(0, 1).map((type) => type.name) });",
      },
      {
        name: "schema/a-connection-has-no-possible-types",
        mistake: "the nodes of a connection of an interface have no types",
        find: "return node === undefined ? [] : possibleTypes(compilation, node);",
        replace: "return isObjectType(node) ? [node] : [];",
        tests: [startUp, "test/graphql/lists.test.ts"],
      },
      {
        name: "schema/public-of-an-interface-is-no-problem",
        mistake: "`@public` of an interface against a guard of the type is a warning for nobody",
        find: '    "graphql/inheritance",\n    coordinate,',
        replace: '    "graphql/inheritance",\n    place.coordinate,',
      },
      {
        name: "schema/arguments-that-mean-nothing",
        mistake: "of arguments of a directive that mean nothing where it stands the first alone is a problem",
        find: "    if (directive[name] === undefined) continue;",
        replace: "    if (directive[name] === undefined || name !== names[0]) continue;",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/authorize-schema.ts",
    [startUp],
    [
      {
        name: "schema/definitions-are-not-checked",
        mistake: "the directives may be defined in any way",
        find: "  checkDefinitions(schema, problems);\n",
        replace: "",
      },
      {
        name: "schema/uncovered-fields-start",
        mistake: "a field that nobody has decided about does not stop the start",
        find: '  if (settings.mode === "deny-by-default") reportUncovered',
        replace: '  if (settings.mode !== "deny-by-default") reportUncovered',
      },
      {
        name: "schema/the-policy-is-not-compared",
        mistake: "the schema is not compared with the policy at the start",
        find: "  checkAgainstPolicy(table.asked, settings.engine.policyMetadata(), problems);\n",
        replace: "",
      },
      {
        name: "schema/lint-is-left-out",
        mistake: "warnings about what no guard sees are not given",
        find: "  lintSchema(schema, table, settings, problems);\n",
        replace: "",
        tests: [coverageTest],
      },
      {
        name: "schema/one-error-starts",
        mistake: "a schema with a single error starts",
        find: "  if (errors.length > 0) throw new SchemaError(errors);",
        replace: "  if (errors.length > 1) throw new SchemaError(errors);",
      },
      {
        name: "schema/another-engine-guards-again",
        mistake: "a schema that another engine guards already is given back as it is",
        find: "    if (before.layer.settings.engine !== layer.settings.engine) {",
        replace:
          "    if (before.layer.settings.actor !== layer.settings.actor && before.layer.settings.engine !== layer.settings.engine) {",
      },
      {
        name: "schema/a-changed-schema-stays-as-it-is",
        mistake: "a schema that was changed after it was guarded is not guarded again",
        find: "    if (guardedSchemas.has(schema)) return schema;",
        replace: "    return schema;",
      },
      {
        name: "schema/interfaces-ask-their-gated-types",
        mistake: "the type of a value of an interface is found by asking the gates of its possible types in turn",
        find: "      if (!needed) return undefined;\n      const original = originalOf(type.resolveType);",
        replace: "      if (needed || !needed) return undefined;\n      const original = originalOf(type.resolveType);",
        tests: ["test/graphql/gates.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/read-directives.ts",
    [startUp],
    [
      {
        name: "schema/extensions-are-not-read",
        mistake: "directives on `extend type` are not read",
        find: "[element.astNode, ...(element.extensionASTNodes ?? [])].flatMap(",
        replace: "[element.astNode].flatMap(",
      },
      {
        name: "schema/the-first-directive-of-a-place",
        mistake: "of several directives at one place the first alone counts",
        find: "if (read !== undefined && !authorize.some((other) => same(other, read))) authorize.push(read);",
        replace: "if (read !== undefined && authorize.length === 0) authorize.push(read);",
        tests: ["test/graphql/denials.test.ts"],
      },
      {
        name: "schema/directives-of-one-action",
        mistake: "two directives with one action count as one, whatever else they say",
        find: "return argumentNames.every((name) => a[name",
        replace: "return argumentNames.slice(0, 1).every((name) => a[name",
      },
      {
        name: "schema/directives-that-deny-alike",
        mistake: "two directives that differ in how they deny count as one",
        find: "return argumentNames.every((name) => a[name",
        replace: "return argumentNames.slice(0, 4).every((name) => a[name",
      },
      {
        name: "schema/the-first-of-a-list-in-extensions",
        mistake: "of a list of directives in `extensions` the first alone counts",
        find: "given === undefined ? [] : Array.isArray(given) ? given : [given]) take(one);",
        replace: "given === undefined ? [] : Array.isArray(given) ? given.slice(0, 1) : [given]) take(one);",
      },
      {
        name: "schema/public-false-is-public",
        mistake: "`public: false` in `extensions` opens a field",
        find: "if (open !== undefined && open !== false && open !== null) isPublic = true;",
        replace: "if (open !== undefined) isPublic = true;",
      },
      {
        name: "schema/unknown-arguments-of-a-directive",
        mistake: "an argument that the directive does not have is left out without a word",
        find: "    if (!argumentNames.includes(name)) {",
        replace: "    if (!argumentNames.includes(name) && sound) continue;\n    if (!argumentNames.includes(name)) {",
      },
      {
        name: "schema/empty-actions",
        mistake: "an empty action is no problem",
        find: '      given === "" ||\n',
        replace: "",
      },
      {
        name: "schema/actions-that-are-no-text",
        mistake: "an action that is no text is no problem",
        find: '      typeof given !== "string" ||\n',
        replace: "",
      },
      {
        name: "schema/unknown-words-for-on",
        mistake: "a word for `on` that does not exist is no problem",
        find: '      (name === "on" && !directions.has(given)) ||\n',
        replace: "",
      },
      {
        name: "schema/unknown-words-for-deny",
        mistake: "a word for `deny` that does not exist is no problem",
        find: '      (name === "on" && !directions.has(given)) ||\n      (name === "deny" && !denials.has(given))\n',
        replace: '      (name === "on" && !directions.has(given))\n',
      },
      {
        name: "schema/a-broken-directive-in-extensions",
        mistake: "something in `extensions` that is no directive guards nothing and is no problem",
        find: '  if (typeof value !== "object" || value === null) {\n    problems.error(',
        replace:
          '  if (typeof value !== "object" || value === null) {\n    if (value === true) return undefined;\n    problems.error(',
      },
      {
        name: "schema/a-missing-definition",
        mistake: "a directive that is written without a definition guards nothing and is no problem",
        find: "      if (at !== undefined) {",
        replace: '      if (at !== undefined && name === "public") {',
      },
      {
        name: "schema/a-definition-of-public",
        mistake: "`@public` may be defined in any way",
        find: '  for (const name of ["authorize", "public"]) {',
        replace: '  for (const name of ["authorize"]) {',
      },
      {
        name: "schema/enums-of-the-definition",
        mistake: "the enum of `on` may have other values",
        find: '  for (const name of ["AuthorizeOn", "AuthorizeDeny"]) {',
        replace: '  for (const name of ["AuthorizeDeny"]) {',
      },
      {
        name: "schema/look-alikes-on-arguments",
        mistake: "directives that look like ours are not looked for on arguments",
        find: "        for (const arg of field.args) yield [arg, `${type.name}.${field.name}(${arg.name}:)`];\n",
        replace: "",
      },
      {
        name: "schema/look-alikes-on-input-fields",
        mistake: "directives that look like ours are not looked for on input fields",
        find: "      for (const field of Object.values(type.getFields())) yield [field, `${type.name}.${field.name}`];\n    } else if (isEnumType",
        replace: "    } else if (isEnumType",
      },
      {
        name: "schema/look-alikes-on-enum-values",
        mistake: "directives that look like ours are not looked for on enum values",
        find: "      for (const value of type.getValues()) yield [value, `${type.name}.${value.name}`];\n",
        replace: "",
      },
      {
        name: "schema/look-alikes-that-are-defined",
        mistake: "a directive that looks like ours guards nothing without a word if it is defined",
        find: "    if (defined != null && !defined.args.some((a) => argumentNames.includes(a.name))) continue;",
        replace: "    if (defined != null) continue;",
      },
      {
        name: "schema/look-alikes-with-a-prefix",
        mistake: "a directive that was imported under a prefix guards nothing without a word",
        find: "/(^|_)(authori[sz]ed?|public)$/i",
        replace: "/^(authori[sz]ed?|public)$/i",
      },
      {
        name: "schema/defaults-of-the-definition",
        mistake: "a definition of the directive may have a default, which is not read",
        find: '${value === undefined ? "" : ` = ${print(value)}`}',
        replace: "",
        tests: ["test/graphql/defaults.test.ts"],
      },
      {
        name: "schema/locations-of-the-definition",
        mistake: "a definition of the directive may leave out places where it stands",
        find: 'const locations = [...directive.locations].sort().join(" | ");',
        replace: 'const locations = [...directive.locations].slice(0, 1).sort().join(" | ");',
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/policy-check.ts",
    [startUp],
    [
      {
        name: "schema/a-policy-without-types-is-empty",
        mistake: "a policy that has global actions alone counts as empty",
        find: `    metadata.globalActions !== "*" &&
    metadata.globalActions.length === 0 &&
`,
        replace: "",
      },
      {
        name: "schema/an-action-of-another-type",
        mistake: "an action that the policy knows of some type is no problem on another",
        find: "    if (grants(known.actions, action)) return;",
        replace: "    if (Object.values(metadata.types).some(({ actions }) => grants(actions, action))) return;",
      },
      {
        name: "schema/an-unknown-type-without-a-word",
        mistake: "a type that the policy never mentions is no warning",
        find: "      if (grants(metadata.otherTypes?.actions ?? [], action)) return;\n      problems.warning(",
        replace: "      if (metadata.otherTypes !== undefined) return;\n      problems.warning(",
      },
      {
        name: "schema/global-actions-on-types",
        mistake: "a global action is compared with what the policy knows of types",
        find: "} else if (!grants(metadata.globalActions, action)) {",
        replace: "} else if (metadata.globalActions.length === 0) {",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/problems.ts",
    [startUp],
    [
      {
        name: "schema/one-problem-for-each-place",
        mistake: "of several problems at one place the first alone is told",
        find: "    const key = problem.toString();",
        replace: "    const key = problem.coordinate;",
      },
      {
        name: "schema/swapped-letters",
        mistake: "two letters that are swapped are too far away to be noticed",
        find: "if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {",
        replace: "if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 2]) {",
        noEffect:
          "within a third of its length every such word that is tried is near enough by replacements; only advice hangs on it",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/coverage-check.ts",
    [coverageTest],
    [
      {
        name: "schema/a-mutation-is-covered-by-its-result",
        mistake: "a mutation whose result is guarded needs no directive of its own",
        find: 'guard.gated === "every" && type.name !== mutation;',
        replace: 'guard.gated === "every";',
        tests: [startUp],
      },
      {
        name: "schema/some-guarded-types-cover",
        mistake: "a field whose result is guarded for some types counts as guarded",
        find: 'guard.gated === "every" && type.name !== mutation;',
        replace: 'guard.gated !== "none" && type.name !== mutation;',
        tests: [startUp],
      },
      {
        name: "schema/a-public-type-goes-before-a-directive",
        mistake: "a field with a directive on a public type counts as public",
        find: `      if (table.annotated.has(coordinate)) by.set(coordinate, "directive");
      else if (table.gates.has(type.name)) by.set(coordinate, "type");
      else if (table.open.has(coordinate) || table.open.has(type.name)) by.set(coordinate, "public");`,
        replace: `      if (table.open.has(coordinate) || table.open.has(type.name)) by.set(coordinate, "public");
      else if (table.annotated.has(coordinate)) by.set(coordinate, "directive");
      else if (table.gates.has(type.name)) by.set(coordinate, "type");`,
      },
      {
        name: "schema/every-field-of-a-connection",
        mistake: "every field of a connection is covered by its form",
        find: "else if (connectionFields.has(coordinate) || pageInfo.has(type.name))",
        replace:
          "else if (connectionFields.has(coordinate) || pageInfo.has(type.name) || table.connections.has(type.name))",
        tests: [startUp],
      },
      {
        name: "schema/page-infos-by-name",
        mistake: "the type of a connection's `pageInfo` is known by its usual name alone",
        find: `["PageInfo", ...[...table.connections.values()].map((c) => c.pageInfoType)]`,
        replace: `["PageInfo"]`,
      },
      {
        name: "schema/connections-count-as-guarded",
        mistake: "fields of connections are listed as guarded",
        find: 'how === "public" || how === "connection";',
        replace: 'how === "public";',
      },
      {
        name: "schema/an-identity-that-is-missing",
        mistake: "a guarded type without an id is no warning",
        find: 'if (fields["id"] === undefined && !hasId) {',
        replace: 'if (fields["id"] === null && !hasId) {',
      },
      {
        name: "schema/json-below-a-guard",
        mistake: "a field that can hold anything is no warning",
        find: "if (!isScalarType(result) || !/json|object|any|map/i.test(result.name)) continue;",
        replace: "if (!isScalarType(result) || !/^json$/.test(result.name)) continue;",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/coverage-entries.ts",
    [coverageTest],
    [
      {
        name: "schema/ungrantable-by-every-guard",
        mistake: "a place is ungrantable only if none of its guards can be satisfied",
        find: ".filter(({ guards }) => guards.some(never))",
        replace: ".filter(({ guards }) => guards.length > 0 && guards.every(never))",
      },
      {
        name: "schema/facts-grant-nothing",
        mistake: "what facts alone can grant counts as ungrantable",
        find: "rules.length === 0 && facts.length === 0;",
        replace: "rules.length === 0;",
      },
      {
        name: "schema/uncovered-is-guarded",
        mistake: "a field that nobody has decided about is reported as guarded",
        find: 'status: by === undefined ? "uncovered" : by',
        replace: "status: by",
      },
      {
        name: "schema/enum-values-are-left-out",
        mistake: "coverage does not list guarded enum values",
        find: '          for (const step of steps) add(step.coordinate, "enum value", [step], field.arg);',
        replace: '          for (const step of steps.slice(1)) add(step.coordinate, "enum value", [step], field.arg);',
      },
      {
        name: "schema/guards-of-the-first-field",
        mistake: "what an input asks about in a second field is left out",
        find: "entry.guards.set(JSON.stringify(guard), guard);",
        replace: "if (entry.guards.size === 0) entry.guards.set(JSON.stringify(guard), guard);",
      },
      {
        name: "schema/the-first-member-of-a-union",
        mistake: "the gate of a union is granted by the rules of its first member alone",
        find: "    const found = types.map((type) => grants({ action, resource: { type } }));",
        replace: "    const found = types.slice(0, 1).map((type) => grants({ action, resource: { type } }));",
      },
      {
        name: "schema/none-of-a-type-as-none",
        mistake: "who may do an action on the name of a type is told as who may do it at all",
        find: "...grants(type === undefined ? { action } : { action, resource: type }),",
        replace: "...grants({ action }),",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/schema-default.ts",
    ["test/graphql/defaults.test.ts"],
    [
      {
        name: "schema/defaults-are-not-known",
        mistake: "what the schema writes as a default counts as supplied",
        find: "  if (writtenDefault(input) === undefined) return input.defaultValue;",
        replace: "  if (writtenDefault(input) === undefined) return undefined;",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/response-cache.ts",
    ["test/attacks/A21-response-cache.test.ts"],
    [
      {
        name: "schema/the-first-plugin-alone",
        mistake: "a response cache is noticed only as the first plugin",
        find: "!plugins.some(isResponseCache)",
        replace: "!plugins.slice(0, 1).some(isResponseCache)",
      },
      {
        name: "schema/a-cache-is-never-keyed",
        mistake: "the warning about a response cache cannot be put to rest",
        find: "if (responseCacheKeyedByActor || !plugins",
        replace: "if (!plugins",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/options.ts",
    [options],
    [
      {
        name: "schema/not-denied-by-default",
        mistake: "fields that nobody has decided about start by default",
        find: 'mode: options.mode ?? "deny-by-default",',
        replace: 'mode: options.mode ?? "annotated-only",',
        tests: [startUp],
      },
      {
        name: "schema/the-mode-of-fields-for-objects",
        mistake: "objects are denied in the way that is said for fields",
        find: 'object: options.deny?.object ?? "NOT_FOUND",',
        replace:
          'object: (options.deny?.field === "REJECT" ? undefined : options.deny?.field) ?? options.deny?.object ?? "NOT_FOUND",',
      },
      {
        name: "schema/objects-are-errors-by-default",
        mistake: "denied objects are told from missing ones by default",
        find: 'object: options.deny?.object ?? "NOT_FOUND",',
        replace: 'object: options.deny?.object ?? "ERROR",',
      },
      {
        name: "schema/fields-are-null-by-default",
        mistake: "denied fields are null without an error by default",
        find: 'field: options.deny?.field ?? "ERROR",',
        replace: 'field: options.deny?.field ?? "NULL",',
      },
      {
        name: "schema/arguments-are-never-rejected",
        mistake: "how arguments are denied cannot be said",
        find: 'argument: options.deny?.argument ?? "ERROR",',
        replace: 'argument: "ERROR",',
      },
      {
        name: "schema/the-read-action-is-read",
        mistake: "the action of a directive that names none cannot be said",
        find: 'readAction: options.readAction ?? "read",',
        replace: 'readAction: "read",',
      },
      {
        name: "schema/another-limit",
        mistake: "the limit of errors is taken for that of questions",
        find: "questions: options.limits?.questions ?? 50_000,",
        replace: "questions: options.limits?.errors ?? options.limits?.questions ?? 50_000,",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/plugin.ts",
    [plugin],
    [
      {
        name: "schema/one-error-more-than-the-limit",
        mistake: "one denial more than `limits.errors` is listed",
        find: "    return count <= limit;\n",
        replace: "    return count <= limit + 1;\n",
      },
      {
        name: "schema/other-errors-are-cut-off",
        mistake: "errors of resolvers count among the denials that are cut off",
        find: "    if (!isAuthorizationError(error)) return true;\n",
        replace: "",
      },
      {
        name: "schema/few-denials-among-many-errors",
        mistake: "when there are many other errors, a note about denials is added though none is left out",
        find: "  if (count <= limit) return result;\n",
        replace: "",
      },
      {
        name: "schema/variables-are-not-seen",
        mistake: "the plugin does not look at the variables that a client sends",
        find: "    session.announce(args.variableValues ?? {});",
        replace: "    session.announce({});",
        tests: [supplied],
      },
      {
        name: "schema/the-executor-s-own-resolver",
        mistake: "the field resolver of the executor is not called in guarded fields",
        find: "    session.fieldResolver = args.fieldResolver ?? defaultFieldResolver;",
        replace: "    session.fieldResolver = defaultFieldResolver;",
      },
      {
        name: "schema/the-executor-s-own-type-resolver",
        mistake: "the type resolver of the executor is not called for guarded interfaces",
        find: "    session.typeResolver = args.typeResolver ?? undefined;",
        replace: "    session.typeResolver = undefined;",
      },
      {
        name: "schema/rejected-with-data",
        mistake: "what was found before a REJECT denied stays in the answer",
        find: "return { data: null, errors: [operation.rejected], ",
        replace: "return { data: result.data ?? null, errors: [operation.rejected], ",
      },
      {
        name: "schema/a-new-schema-is-not-guarded",
        mistake: "a schema that takes the place of the first is not guarded",
        find: "      if (schema === current) return;",
        replace: "      if (current !== undefined) return;",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/input-guards.ts",
    [startUp],
    [
      {
        name: "schema/guards-in-arguments-of-directives",
        mistake: "something guarded in the argument of a directive that clients write is no problem",
        find: "if (authorize.length === 0 && !(canBeSent && guarded.has(getNamedType(argument.type)))) continue;",
        replace: "if (authorize.length === 0) continue;",
      },
      {
        name: "schema/guards-on-arguments-of-directives",
        mistake: "a directive on the argument of a directive guards nothing and is no problem",
        find: "if (authorize.length === 0 && !(canBeSent && guarded.has(getNamedType(argument.type)))) continue;",
        replace: "if (!(canBeSent && guarded.has(getNamedType(argument.type)))) continue;",
      },
      {
        name: "schema/guards-on-input-types",
        mistake: "a directive on an enum or a scalar guards nothing and is no problem",
        find: 'if (!isInputType(type) || type.name.startsWith("__")) continue;',
        replace: 'if (!isInputObjectType(type) || type.name.startsWith("__")) continue;',
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/epoch.ts",
    [identity],
    [
      {
        name: "questions/objects-without-an-id",
        mistake: "an object without an id is shown as soon as a list of its type is known",
        find: 'if (allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "all") return true;',
        replace: "if (allowed !== undefined && !isPromiseLike(allowed)) return true;",
      },
      {
        name: "questions/objects-without-an-id-are-denied",
        mistake: "an object without an id is hidden though every object of its type is allowed",
        find: '      if (allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "all") return true;\n',
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/policy-check.ts",
    [startUp],
    [
      {
        name: "schema/types-with-names-of-built-in-properties",
        mistake: "a type that is called like a built-in property counts as one that the policy knows",
        find: "const known = Object.hasOwn(metadata.types, type) ? metadata.types[type] : undefined;",
        replace: "const known = metadata.types[type];",
        noEffect: "what the engine says of types has no prototype",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/subscription.ts",
    ["test/graphql/epochs.test.ts"],
    [
      {
        name: "questions/events-share-the-limit",
        mistake: "all events of a subscription share one limit of questions",
        find: "operation.session.newEpoch({ questions: operation.session.layer.settings.limits.questions });",
        replace: "operation.session.newEpoch(operation.budget);",
      },
      {
        name: "questions/events-share-an-epoch",
        mistake: "an event is shown by what was decided for the one before",
        find: "        operation.epoch = newEpoch(operation);\n        const { epoch } = operation;",
        replace: "        const { epoch } = operation;",
      },
      {
        name: "questions/an-event-of-another-epoch",
        mistake: "what an event shows is decided in the epoch of the newest event",
        find: "    operation.epoch = source.epoch;\n",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/lists.ts",
    [notFound],
    [
      {
        name: "schema/strangers-are-told-what-is-missing",
        mistake: "a stranger is told NOT_FOUND of what is missing and UNAUTHENTICATED of what is hidden",
        find: 'call.asker.kind === "actor" ? "NOT_FOUND" : codeWithoutActor(call.asker)',
        replace: '"NOT_FOUND"',
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/epoch.ts",
    [shortWay],
    [
      {
        name: "questions/the-set-goes-before-what-was-answered",
        mistake: "an id that was allowed is denied by a list of the same epoch that was made of newer facts",
        find: `    const known = table.answers.get(id);
    if (known !== undefined) return known;
    const { allowed } = table;`,
        replace: `    const { allowed } = table;
    const known = allowed === undefined ? table.answers.get(id) : undefined;
    if (known !== undefined) return known;`,
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/engine-questions.ts",
    [limit],
    [
      {
        name: "questions/calls-cost-nothing",
        mistake: "what `decide` is asked is not counted",
        find: `    if (!this.afford(coordinate)) return "unavailable";
    const start = this.#log.now();
    const options`,
        replace: `    const start = this.#log.now();
    const options`,
      },
      {
        name: "questions/batches-cost-nothing",
        mistake: "what `authorizeMany` is asked is not counted",
        find: `    if (!this.afford(coordinate)) return "unavailable";
    const start = this.#log.now();
    table.loader`,
        replace: `    const start = this.#log.now();
    table.loader`,
        tests: [`${limit}::waited for counts each question once`],
      },
      {
        name: "questions/some-is-all",
        mistake: "a list of some is taken for one of all",
        find: 'if (extent === "all") return { kind: "all" };',
        replace: 'if (extent !== "none") return { kind: "all" };',
        tests: [shortWay],
      },
      {
        name: "questions/a-list-that-cannot-be-made-is-a-failure",
        mistake: "a list that would have no end is a failure instead of being asked row by row",
        find: '  "engine/limit-exceeded",\n',
        replace: "",
        tests: [`${nonsense}::list`],
      },
      {
        name: "questions/a-list-of-one-star-is-a-failure",
        mistake: "a list of the one id `*` is a failure instead of being asked row by row",
        find: '  "engine/star-id",\n',
        replace: "",
        tests: [`${nonsense}::list`],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/context-authorization.ts",
    [resolvers],
    [
      {
        name: "questions/actions-are-handed-out",
        mistake: "a resolver that changes the actions that it was told changes what others are told",
        find: "      return [...names];",
        replace: "      return names as string[];",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/nonsense.ts",
    [nonsense],
    [
      {
        name: "questions/a-filter-for-another-type",
        mistake: "a filter of ids of another type counts",
        find: "(found.type !== type || !isTexts(found.ids))",
        replace: "!isTexts(found.ids)",
        tests: [`${nonsense}::filter`],
      },
      {
        name: "questions/a-filter-of-anything",
        mistake: "a filter whose ids are no texts counts",
        find: "(found.type !== type || !isTexts(found.ids))",
        replace: "found.type !== type",
        tests: [`${nonsense}::filter`],
      },
      {
        name: "questions/some-text-in-a-list",
        mistake: "a list in which one text stands counts",
        find: 'value.every((one) => typeof one === "string")',
        replace: 'value.some((one) => typeof one === "string")',
        tests: [`${nonsense}::list`],
      },
      {
        name: "questions/answers-of-any-number-with-options",
        mistake: "`authorizeMany` with options may answer less than it was asked",
        find: "answers.length !== count) throw",
        replace: "answers.length > count) throw",
        tests: [`${nonsense}::with options of its own`],
      },
      {
        name: "questions/truthy-answers-with-options",
        mistake: "`authorize` with options may answer anything that is truthy",
        find: "  if (answer === true || answer === false) return answer;",
        replace: "  if (answer === true || answer === false || answer) return Boolean(answer);",
        tests: [`${nonsense}::with options of its own`],
      },
    ],
  ),
];
