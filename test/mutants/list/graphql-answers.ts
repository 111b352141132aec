import { type Mutant, mutantsOf } from "../mutant.js";

export const graphqlAnswers: readonly Mutant[] = [
  ...mutantsOf(
    "src/graphql/connection.ts",
    ["test/graphql/connection-counts.test.ts"],
    [
      {
        name: "answers/a-cut-page-is-the-whole",
        mistake: "a page from the end that is cut counts as the whole of the rows [G11]",
        find: "if (!whole.hasNextPage && !whole.hasPreviousPage) return (await",
        replace: "if (!whole.hasNextPage) return (await",
      },
      {
        name: "answers/a-cut-page-counts",
        mistake: "the count of a connection that is cut is that of the page it gave",
        find: "if (given !== undefined && !given.hasNextPage && !given.hasPreviousPage) {",
        replace: "if (given !== undefined && !given.hasPreviousPage) {",
      },
      {
        name: "answers/a-placed-page-is-the-whole",
        mistake: "a page that starts somewhere counts as the whole of the rows [G13]",
        find: "if (!placed && !given.hasNextPage && !given.hasPreviousPage) this.#total",
        replace: "if (!given.hasNextPage && !given.hasPreviousPage) this.#total",
      },
      {
        name: "answers/before-is-no-place",
        mistake: "only `after` places a page, and not `before`",
        find: 'isGiven(connection.after, args["after"]) || isGiven(connection.before, args["before"]);',
        replace: 'isGiven(connection.after, args["after"]);',
      },
      {
        name: "answers/pages-from-a-cursor-are-the-whole",
        mistake: "a page with a number of rows counts as the whole though it starts at a cursor",
        find: "if (!scan.more && !scan.cut && fromStart) this.#total",
        replace: "if (!scan.more && !scan.cut) this.#total",
      },
      {
        name: "answers/counts-from-the-cursor",
        mistake: "a count walks from the cursor of the page on",
        find: "        after: undefined,\n        before: undefined,\n",
        replace: "        before: undefined,\n",
        noEffect: "a walk that has no position yet leaves `after` out anyway",
      },
      {
        name: "answers/counts-to-the-cursor",
        mistake: "a count walks to the cursor at which the page ends",
        find: "        after: undefined,\n        before: undefined,\n",
        replace: "        after: undefined,\n",
      },
      {
        name: "answers/a-cut-walk-counts",
        mistake: "a count is believed though the walk ended early",
        find: "if (!scan.cut) return scan.allowed.length;",
        replace: "return scan.allowed.length;",
      },
      {
        name: "answers/one-row-too-few-forward",
        mistake: "no row more than the page is looked for, forward",
        find: "this.#scanForward(scan, first + 1, first + 1, given.rows.length, {})",
        replace: "this.#scanForward(scan, first, first + 1, given.rows.length, {})",
      },
      {
        name: "answers/one-row-too-few-backward",
        mistake: "no row more than the page is looked for, backward",
        find: "this.#scanBackward(scan, last + 1, given.rows.length)",
        replace: "this.#scanBackward(scan, last, given.rows.length)",
      },
      {
        name: "answers/backward-pages-are-appended",
        mistake: "rows that are read backward are put behind the others",
        find: "backward ? [...allowed, ...scan.allowed] : [...scan.allowed, ...allowed]",
        replace: "[...scan.allowed, ...allowed]",
      },
      {
        name: "answers/backward-goes-on-at-the-end",
        mistake: "reading backward goes on at the last row of what was read",
        find: "const edge = backward ? batch.rows[0] : batch.rows[batch.rows.length - 1];",
        replace: "const edge = batch.rows[batch.rows.length - 1];",
      },
      {
        name: "answers/backward-looks-ahead",
        mistake: "whether reading backward goes on is said by the flag of the other direction",
        find: "scan.more = backward ? batch.hasPreviousPage : batch.hasNextPage;",
        replace: "scan.more = batch.hasNextPage;",
      },
      {
        name: "answers/a-standing-resolver-is-asked-on",
        mistake: "a resolver that does not move on is asked until the budget is used up",
        find: "if (Object.is(edge.cursor, scan.cursor) || edge.cursor",
        replace: "if (edge.cursor",
      },
      {
        name: "answers/first-and-last-of-the-given-page",
        mistake: "of `first` and `last` the page is cut out of what the resolver cut",
        find: "return this.#forward(first, again, last);",
        replace: "return this.#forward(first, given, last);",
      },
      {
        name: "answers/an-empty-page-says-what-follows",
        mistake: "a page of no rows is believed when it says that nothing follows",
        find: "if (first === 0) scan.more = true;",
        replace: "",
      },
      {
        name: "answers/an-empty-page-says-what-precedes",
        mistake: "a page of no rows from the end is believed when it says that nothing precedes",
        find: "if (last === 0) scan.more = true;",
        replace: "",
      },
      {
        name: "answers/large-pages-are-tried-again",
        mistake: "a resolver that refuses large pages is asked for them again",
        find: "        largest = safeSize;\n",
        replace: "",
      },
      {
        name: "answers/all-sets-are-taken",
        mistake: "a resolver that takes no set is believed",
        find: "return taken\n",
        replace: "return !taken\n",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/connection-reader.ts",
    ["test/graphql/connection-counts.test.ts"],
    [
      {
        name: "answers/promised-flags-are-swapped",
        mistake: "two flags of a page that are promised are taken for each other [G15]",
        find: "next === true, previous === true",
        replace: "previous === true, next === true",
      },
      {
        name: "answers/a-flag-alone-is-not-awaited",
        mistake: "flags are awaited only when both are promised",
        find: "if (!isPromiseLike(hasNextPage) && !isPromiseLike(hasPreviousPage)) {",
        replace: "if (!isPromiseLike(hasNextPage) || !isPromiseLike(hasPreviousPage)) {",
      },
      {
        name: "answers/the-second-flag-is-the-first",
        mistake: "the flag of earlier pages is read as that of later ones",
        find: "this.#read(this.#readers.hasPreviousPage, pageInfo)",
        replace: "this.#read(this.#readers.hasNextPage, pageInfo)",
      },
      {
        name: "answers/late-rows-take-the-last-place",
        mistake: "rows that come later are put in the wrong place",
        find: "const at = rows.length;",
        replace: "const at = Math.max(0, rows.length - 1);",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/connection-types.ts",
    ["test/graphql/shown-objects.test.ts"],
    [
      {
        name: "answers/an-edge-needs-no-cursor",
        mistake: "an edge without a cursor makes a connection",
        find: "if (node === undefined || cursor === undefined) continue;",
        replace: "if (node === undefined) continue;",
      },
      {
        name: "answers/one-edge-is-a-list",
        mistake: "`edges` need not be a list",
        find: "if (!isListType(list) || !isObjectType(edge)",
        replace: "if (!isObjectType(edge)",
      },
      {
        name: "answers/a-count-may-always-be-null",
        mistake: "a count that cannot be null is taken for one that can",
        find: "!isNonNullType(totalCount.type)",
        replace: "isNonNullType(totalCount.type)",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/guarded-connection.ts",
    ["test/graphql/lists.test.ts", "test/graphql/connection-counts.test.ts"],
    [
      {
        name: "answers/edges-stay-ours",
        mistake: "a field of an edge sees our edge and not that of the resolver",
        find: "value instanceof GuardedConnection || value instanceof GuardedEdge ?",
        replace: "value instanceof GuardedConnection ?",
        tests: ["test/graphql/connection-counts.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/authorized-connection.ts",
    ["test/graphql/authorized-connection.test.ts"],
    [
      {
        name: "answers/own-none-is-read",
        mistake: "rows are read where none may be seen",
        find: 'while (this.#filter.kind !== "none" && count < wanted)',
        replace: "while (count < wanted)",
      },
      {
        name: "answers/own-budget-counts",
        mistake: "a count that ends with the budget is believed",
        find: "if (cutAt !== undefined) throw new AuthorizationError",
        replace: "if (false as boolean) throw new AuthorizationError",
      },
      {
        name: "answers/own-count-of-unread-rows",
        mistake: "the application's count is used though the policy reads rows",
        find: "count !== undefined && readsRows !== true",
        replace: "count !== undefined",
      },
      {
        name: "answers/own-page-of-one-less",
        mistake: "no row more than the page is looked for",
        find: 'this.#scan("start", first + 1, args)',
        replace: 'this.#scan("start", first, args)',
      },
      {
        name: "answers/own-backward-order",
        mistake: "pages that were read backward stay in the order of reading",
        find: '(from === "start" ? found : found.reverse()).flat()',
        replace: "found.flat()",
        tests: ["test/graphql/connection-counts.test.ts"],
      },
      {
        name: "answers/own-answers-are-truthy",
        mistake: "whatever is no `false` lets a row through",
        find: "answers[i] === true",
        replace: "answers[i] !== false",
        noEffect: "`authorizeMany` of `context.authorization` answers booleans alone",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/lists.ts",
    ["test/graphql/list-guards.test.ts"],
    [
      {
        name: "answers/one-set-of-two-is-all",
        mistake: "a set that allows everything lets items through whatever the others say [G07]",
        find: "everything: gatesSettled && all.every((ofType) => ofType.every(",
        replace: "everything: gatesSettled && all.every((ofType) => ofType.some(",
      },
      {
        name: "answers/the-first-set-settles",
        mistake: "what a second directive leaves open is not asked about",
        find: '({ action }, i) => ofType[i]?.kind !== "all" && !gate',
        replace: '({ action }, i) => ofType[0]?.kind !== "all" && ofType[i]?.kind !== "all" && !gate',
      },
      {
        name: "answers/an-empty-set-of-one-type",
        mistake: "an empty set of one type empties the list of all",
        find: "all.length > 0 && all.every((ofType) => ofType.some(",
        replace: "all.length > 0 && all.some((ofType) => ofType.some(",
      },
      {
        name: "answers/a-failed-row-is-left-out",
        mistake: "a row about which the question fails is left out [G08]",
        find: '  if (denial.code === "AUTHORIZATION_UNAVAILABLE") return Promise.reject(new AuthorizationError(denial.code));\n',
        replace: "",
      },
      {
        name: "answers/late-denials-are-forgotten",
        mistake: "of items of which the first is allowed the others are shown",
        find: "if (answer !== true) shown ??= new Array<MaybePromise<boolean>>(i).fill(true);",
        replace: "if (answer === false) shown ??= new Array<MaybePromise<boolean>>(i).fill(true);",
      },
      {
        name: "answers/a-list-asks-nothing-open",
        mistake: "what the sets leave open is not asked about",
        find: "const open = known.open.get(type.name) ?? noExtra;",
        replace: "const open = noExtra;",
      },
      {
        name: "answers/results-of-a-list-pass-quickly",
        mistake: "items whose gate holds are not asked about for the field's own `on: RESULT`",
        find: "const passes = inner || call.field.result.length > 0 ? undefined",
        replace: "const passes = inner ? undefined",
      },
      {
        name: "answers/union-gates-of-everything",
        mistake: "the gate of the union is not looked at where the set is everything",
        find: "...(guard.table.gates.get(type) ?? []), ...(guard.table.unionGates.get(field.itemType) ?? [])];\n    return steps",
        replace: "...(guard.table.gates.get(type) ?? [])];\n    return steps",
      },
      {
        name: "answers/failed-sets-are-everything",
        mistake: "a set that failed is passed by when another is there",
        find: 'all.some((ofType) => ofType.some((set) => set.kind === "failed"))',
        replace: 'all.every((ofType) => ofType.every((set) => set.kind === "failed"))',
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/object-gate.ts",
    ["test/graphql/list-guards.test.ts", "test/graphql/gates.test.ts"],
    [
      {
        name: "answers/passed-objects-are-not-asked-again",
        mistake: "an object that has passed its gate is not asked about for what leads to it [G21]",
        find: "if (union.length + extra.length === 0 && passesAlone",
        replace:
          "if (objects.hasPassed(instance)) return undefined;\n  if (union.length + extra.length === 0 && passesAlone",
      },
      {
        name: "answers/extra-questions-pass-by-the-gate",
        mistake: "what is asked beside the gate is forgotten where the gate holds at once",
        find: "if (union.length + extra.length === 0 && passesAlone",
        replace: "if (union.length === 0 && passesAlone",
      },
      {
        name: "answers/union-questions-pass-by-the-gate",
        mistake: "the gate of the union is forgotten where that of the type holds at once",
        find: "if (union.length + extra.length === 0 && passesAlone",
        replace: "if (extra.length === 0 && passesAlone",
      },
      {
        name: "answers/the-first-step-of-a-gate",
        mistake: "of a gate the question of the first step is put for each",
        find: "objects.gate[i]!, objects, instance, step.coordinate), modeOf",
        replace: "objects.gate[0]!, objects, instance, step.coordinate), modeOf",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/type-gates.ts",
    ["test/graphql/gates.test.ts"],
    [
      {
        name: "answers/only-own-directives",
        mistake: "what an interface says of its objects is not inherited",
        find: "const steps = [own, ...inherited].flatMap((place) => gateSteps",
        replace: "const steps = [own].flatMap((place) => gateSteps",
      },
      {
        name: "answers/the-first-interface",
        mistake: "only the first interface of a type is looked at",
        find: "const inherited = type.getInterfaces().map(",
        replace: "const inherited = type.getInterfaces().slice(0, 1).map(",
        tests: ["test/graphql/list-guards.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/field-wrap.ts",
    ["test/graphql/rejections.test.ts"],
    [
      {
        name: "answers/results-run-after-a-rejection",
        mistake: "a field that looks at its result only runs after a rejection [G37]",
        find: "    const { epoch } = operation;\n    if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);\n",
        replace: "    const { epoch } = operation;\n",
      },
      {
        name: "answers/fields-run-after-a-rejection",
        mistake: "a field that asks before it runs does so after a rejection",
        find: "    const operation = guard.sessions.operation(context, info);\n    if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);\n    return runField",
        replace: "    const operation = guard.sessions.operation(context, info);\n    return runField",
        noEffect: "`runField` looks again before it calls the resolver; the questions are asked for nothing",
      },
      {
        name: "answers/steps-run-after-a-rejection",
        mistake: "the next step of a mutation runs after a rejection",
        find: "    if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);\n    if (field.root",
        replace: "    if (field.root",
        noEffect: "`runField` looks again before it calls the resolver",
      },
      {
        name: "answers/what-waited-runs-after-a-rejection",
        mistake:
          "a resolver whose questions were answered after a rejection runs, and so does the next page of a connection",
        find: "      if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);\n      const resolver",
        replace: "      const resolver",
      },
      {
        name: "answers/a-payload-by-the-facts-before",
        mistake: "what the payload of a mutation shows is decided by the facts before it [G35]",
        find: '  if (field.root === "mutation") {\n    // What',
        replace: "  if (field.root === undefined) {\n    // What",
        tests: ["test/graphql/list-guards.test.ts"],
      },
      {
        name: "answers/one-set-is-all",
        mistake: "a count is believed when one of the sets was taken [G39]",
        find: "return [...open, ...gates].every(({ action }) => {",
        replace: "return [...open, ...gates].some(({ action }) => {",
        tests: ["test/graphql/connection-counts.test.ts"],
      },
      {
        name: "answers/gates-need-not-be-taken",
        mistake: "a count is believed though the set of the gate was not taken",
        find: "return [...open, ...gates].every(({ action }) => {",
        replace: "return open.every(({ action }) => {",
        tests: ["test/graphql/connection-counts.test.ts"],
      },
      {
        name: "answers/the-first-list-directive-is-taken",
        mistake: "of two LIST directives only the first has to be taken",
        find: 'known.sets.get(type)?.[i]?.kind !== "all");\n    return',
        replace: 'i === 0 && known.sets.get(type)?.[i]?.kind !== "all");\n    return',
        tests: ["test/graphql/connection-counts.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/reject-plan.ts",
    ["test/graphql/rejections.test.ts"],
    [
      {
        name: "answers/the-first-rejection",
        mistake: "of several fields that reject only the first is asked about beforehand",
        find: "this.#first(plan, candidates.slice(i + 1), values, operation)",
        replace: "undefined",
        tests: ["test/graphql/rejections.test.ts"],
      },
      {
        name: "answers/none-does-not-reject",
        mistake: "a rejection about the actor alone is not known beforehand",
        find: "const steps = [...known.none, ...known.arg];",
        replace: "const steps = [...known.arg];",
      },
      {
        name: "answers/inputs-do-not-reject",
        mistake: "a rejection in the inner of an input is not known beforehand",
        find: "    if (rejectsInput(place.value.fields?.values() ?? [], seen)) return true;\n",
        replace: "",
      },
      {
        name: "answers/skip-is-include",
        mistake: "`@skip(if: false)` leaves a field out",
        find: 'directive.name.value === "skip" ? given !== false : given !== true',
        replace: 'directive.name.value === "skip" ? given !== true : given !== true',
      },
      {
        name: "answers/fragments-are-not-read",
        mistake: "what stands in a fragment is not known beforehand",
        find: "if (fits) visit(fragment.selectionSet, parent, under);",
        replace: "if (fits && selection.kind !== Kind.FRAGMENT_SPREAD) visit(fragment.selectionSet, parent, under);",
      },
      {
        name: "answers/conditions-are-not-read",
        mistake: "what `@skip` leaves out rejects all the same",
        find: "if (conditions.some((directive) => leavesOut(directive, values))) return undefined;\n",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/late-failures.ts",
    ["test/graphql/late-failures.test.ts"],
    [
      {
        name: "answers/only-own-fields-are-fragile",
        mistake: "a type is not fragile for what it holds",
        find: "(table.fields.has(`${type.name}.${field.name}`) || holds(schema, field.type, fragile))",
        replace: "table.fields.has(`${type.name}.${field.name}`)",
      },
    ],
  ),
  ...mutantsOf("src/graphql/noted-context.ts", ["test/graphql/connection-counts.test.ts"], []),
  ...mutantsOf(
    "src/graphql/subscription.ts",
    ["test/graphql/epochs.test.ts"],
    [
      {
        name: "answers/events-share-an-epoch",
        mistake: "all events of a subscription are decided in one epoch",
        find: "        operation.epoch = newEpoch(operation);\n        const { epoch }",
        replace: "        const { epoch }",
      },
      {
        name: "answers/events-are-not-asked-about",
        mistake: "the question of the field is put when the stream begins, and not for each event",
        find: "const denial = await ask();",
        replace: "const denial = undefined as Awaited<ReturnType<typeof ask>>;",
      },
      {
        name: "answers/a-revoked-stream-goes-on",
        mistake: "a stream that is denied goes on",
        find: "        ended = true;\n        return { value: new GuardedEvent(undefined",
        replace: "        return { value: new GuardedEvent(undefined",
        hangs: true,
      },
      {
        name: "answers/skipping-ends",
        mistake: "denied events end a stream that was to leave them out",
        find: 'if (onRevoked === "skip") continue;',
        replace: 'if (onRevoked === "skip") return end();',
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/denial.ts",
    ["test/graphql/denial-order.test.ts"],
    [
      {
        name: "answers/failures-win",
        mistake: "of two alike denials the failure wins over the decision [G52]",
        find: 'return a.code === "AUTHORIZATION_UNAVAILABLE" ? b : a;',
        replace: 'return a.code === "AUTHORIZATION_UNAVAILABLE" ? a : b;',
      },
      {
        name: "answers/the-weaker-denial",
        mistake: "of two denials the less strict shows",
        find: "return difference > 0 ? a : b;",
        replace: "return difference < 0 ? a : b;",
      },
      {
        name: "answers/hidden-is-louder",
        mistake: "a hidden object is stricter than an error NOT_FOUND",
        find: "HIDDEN: 2, NOT_FOUND: 3",
        replace: "HIDDEN: 3, NOT_FOUND: 2",
      },
      {
        name: "answers/hidden-failures",
        mistake: "a failure about a hidden object is silent",
        find: '      if (code === "AUTHORIZATION_UNAVAILABLE") return new AuthorizationError(code);\n      if (nullable)',
        replace: "      if (nullable)",
      },
      {
        name: "answers/the-last-rejection",
        mistake: "a later rejection takes the place of the first",
        find: "operation.rejected ??= wholeOperationError(code);",
        replace: "operation.rejected = wholeOperationError(code);",
      },
      {
        name: "answers/failures-look-missing",
        mistake: "a failure where NOT_FOUND is told looks like what is missing",
        find: 'function notFoundCode(code: Denial["code"]): AuthorizationCode {\n  return code === "FORBIDDEN" ?',
        replace:
          'function notFoundCode(code: Denial["code"]): AuthorizationCode {\n  return code !== "UNAUTHENTICATED" ?',
      },
      {
        name: "answers/late-answers-are-dropped",
        mistake: "an answer that comes later is not added",
        find: "(this.#pending ??= []).push(answer.then((known) => this.add(known, deny)));",
        replace: "this.#pending = [answer.then((known) => this.add(known, deny))];",
        tests: ["test/graphql/denial-order.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/errors.ts",
    ["test/graphql/denial-order.test.ts"],
    [
      {
        name: "answers/every-cause-is-ours",
        mistake: "an error is taken for a denial whatever stands behind it",
        find: '"originalError" in error && error.originalError instanceof AuthorizationError',
        replace: '"originalError" in error',
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/promises.ts",
    ["test/graphql/denial-order.test.ts"],
    [
      {
        name: "answers/the-first-decides",
        mistake: "values are waited for only when the first is promised",
        find: "values.some((value) => isPromiseLike(value))",
        replace: "isPromiseLike(values[0])",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/visibility.ts",
    ["test/graphql/visibility-rules.test.ts"],
    [
      {
        name: "answers/one-rule-for-all-actors",
        mistake: "what rules say of one type of actor is remembered for all",
        find: "JSON.stringify([actorType, action, type])",
        replace: "JSON.stringify([action, type])",
      },
      {
        name: "answers/one-rule-for-all-actions",
        mistake: "what rules say of one action is remembered for all",
        find: "JSON.stringify([actorType, action, type])",
        replace: "JSON.stringify([actorType, type])",
      },
      {
        name: "answers/the-first-policy-stays",
        mistake: "what rules say is remembered when the policy changes",
        find: "if (this.#rules?.policy !== policy) this.#rules",
        replace: "if (this.#rules === undefined) this.#rules",
      },
      {
        name: "answers/facts-hide-candidates",
        mistake: "by facts, what does not exist yet is hidden until something is granted",
        find: '(this.#options.by === "rules" || candidate)',
        replace: 'this.#options.by === "rules"',
      },
      {
        name: "answers/rules-are-facts",
        mistake: "by rules, only what is granted at present is seen",
        find: '(this.#options.by === "rules" || candidate)',
        replace: "candidate",
      },
      {
        name: "answers/truthy-answers-show",
        mistake: "an answer that is no yes shows a part",
        find: "return isPromiseLike(answer) ? answer.then((known) => known === true) : answer === true;",
        replace: "return isPromiseLike(answer) ? answer.then(Boolean) : Boolean(answer);",
      },
      {
        name: "answers/verdicts-without-rules",
        mistake: "a verdict is remembered whatever the rules",
        find: "if (known !== undefined && same(known.rules, rules)) return",
        replace: "if (known !== undefined) return",
      },
      {
        name: "answers/the-oldest-view-stays",
        mistake: "of too many views the one used last is dropped",
        find: "    } else this.#views.delete(key);\n",
        replace: "    }\n",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/hidden-parts.ts",
    ["test/graphql/visibility-rules.test.ts", "test/graphql/visible-schema.test.ts"],
    [
      {
        name: "answers/one-type-of-a-union-is-all",
        mistake: "a union is hidden when one of its types is hopeless",
        find: "hopeless.add(`${name}.${member.name}`);",
        replace: "hopeless.add(name);",
      },
      {
        name: "answers/ids-are-candidates",
        mistake: "an argument that is an id counts as something that does not exist yet",
        find: "!isLeafType(getNamedType(found.type))",
        replace: "isLeafType(getNamedType(found.type)) || true",
      },
      {
        name: "answers/candidates-without-a-mark",
        mistake: "a question about what does not exist yet is taken for one about what does",
        find: 'prospect.kind === "some" ? prospect.candidate : "none"',
        replace: "prospect.kind",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/hidden-closure.ts",
    ["test/graphql/visible-schema.test.ts"],
    [
      {
        name: "answers/needed-arguments-go-alone",
        mistake: "a field stays when an argument that it needs is gone",
        find: "if (unwanted.has(place) && isRequiredArgument(argument)) unwanted.add(coordinate);",
        replace: "",
      },
      {
        name: "answers/results-hide-values",
        mistake: "a value of an enum that results may hold is hidden",
        find: "if (isEnumType(type) && !inResults.has(type)) {",
        replace: "if (isEnumType(type)) {",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/visible-schema.ts",
    ["test/graphql/visible-schema.test.ts"],
    [
      {
        name: "answers/arguments-stay",
        mistake: "hidden arguments are shown",
        find: "seen.length === Object.keys(args).length ? undefined :",
        replace: "seen.length <= Object.keys(args).length ? undefined :",
        tests: ["test/graphql/visibility.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/suggestions.ts",
    ["test/graphql/visibility-rules.test.ts"],
    [
      {
        name: "answers/a-suggestion-is-left",
        mistake: "of two suggestions the first is left",
        find: 'error.message.indexOf(" Did you mean ")',
        replace: 'error.message.lastIndexOf(" Did you mean ")',
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/second-look.ts",
    ["test/graphql/shown-objects.test.ts"],
    [
      {
        name: "answers/any-type",
        mistake: "an object is expected for whatever type",
        find: "if (this.#single === instance && this.#type === type) return true;",
        replace: "if (this.#single === instance) return true;",
      },
      {
        name: "answers/a-list-in-any-order",
        mistake: "an item of a list is expected for whatever type",
        find: "if (list.type === type && list.at < items.length && items[list.at] === instance) {",
        replace: "if (list.at < items.length && items[list.at] === instance) {",
      },
      {
        name: "answers/a-list-does-not-go-on",
        mistake: "after an object of a list the next is not expected",
        find: "        list.at++;\n",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/graphql/known-objects.ts",
    ["test/graphql/shown-objects.test.ts"],
    [
      {
        name: "answers/no-id-is-read-again",
        mistake: "an object without an id is asked for it again",
        find: "if (id === undefined && !this.#passed.has(instance) && !this.#ids.has(instance)) {",
        replace: "if (id === undefined) {",
      },
      {
        name: "answers/an-id-is-not-kept",
        mistake: "the id of an object that has not passed is read each time",
        find: "      this.keep(instance, id);\n",
        replace: "",
      },
    ],
  ),
];
