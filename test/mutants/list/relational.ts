import { type Mutant, mutantsOf } from "../mutant.js";

const small = "test/solver/small-policies.test.ts";
const remembering = "test/solver/remembering.test.ts";
const relationalTest = "test/solver/relational.test.ts";
const walk = "test/solver/walk.test.ts";
const folder = "src/solver/relational";

export const relational: readonly Mutant[] = [
  ...mutantsOf(
    `${folder}/flow-build.ts`,
    [small],
    [
      {
        name: "relational/not-keeps-the-first-alternative",
        mistake: "of `not (a or b)` only the first alternative is kept [R03]",
        find: "step.alternatives.reduceRight",
        replace: "step.alternatives.slice(0, 1).reduceRight",
      },
      {
        name: "relational/chart-forgets-a-third-table-of-a-ladder",
        mistake: "a climb with three look-ups on each step is drawn with two of them",
        find: "tables.length > 2 ? undefined",
        replace: "tables.length > 3 ? undefined",
      },
      {
        name: "relational/chart-ladder-without-its-second-table",
        mistake: "a climb looks into the first of its two tables only",
        find: "const [table, second] = found.tables;",
        replace: "const [table] = found.tables;\n    const second = undefined;",
      },
      {
        name: "relational/chart-second-pair-replaced",
        mistake: "of three look-ups of one pair the third takes the place of the second",
        find: "else if (known.second === undefined) known.second = step.table;",
        replace: "else if (known.others.length === 0) known.second = step.table;",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/flow.ts`,
    [small],
    [
      {
        name: "relational/chart-forgets-the-third-table",
        mistake: "the last of exactly three look-ups of one pair is forgotten [R02]",
        find: "if (others.length > 0)",
        replace: "if (others.length > 1)",
      },
      {
        name: "relational/chart-fork-without-its-last-row",
        mistake: "the last row of a fork is not looked at [R01]",
        find: "at.end = start + size;",
        replace: "at.end = start + size - 1;",
      },
      {
        name: "relational/chart-climb-goes-on-from-the-last-question",
        mistake: "a climb begins with what the one before it had passed",
        find: "at.passed = -1;\n        at.at = 1;",
        replace: "at.at = 1;",
        tests: [small, "test/solver/flow.test.ts"],
      },
      {
        name: "relational/ladder-does-not-ask-the-second-table",
        mistake: "a ladder leaves its second table out on the first step",
        find: "if (second?.hasPair(x, y, hash) === true) return -steps;",
        replace: "if (hop > 1 && second?.hasPair(x, y, hash) === true) return -steps;",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/steps.ts`,
    [small],
    [
      {
        name: "relational/look-ups-begin-with-the-second-table",
        mistake: "of three and more tables that can grant, the first is not looked into [R05]",
        find: "for (let i = 0; i < tables.length; i++) if (tables[i]!.hasPair(x, y, hash)) return next();",
        replace: "for (let i = 1; i < tables.length; i++) if (tables[i]!.hasPair(x, y, hash)) return next();",
      },
      {
        name: "relational/look-ups-above-without-the-last-table",
        mistake: "of the tables that grant on what stands above, the last is not looked into",
        find: "for (let i = 0; i < lookups.length; i++) if (lookups[i]!.hasPair(x, y, hash)) return true;",
        replace:
          "for (let i = 0; i < Math.max(1, lookups.length - 1); i++) if (lookups[i]!.hasPair(x, y, hash)) return true;",
      },
      {
        name: "relational/rows-without-the-last",
        mistake: "of several rows beside a code the last is skipped [R01]",
        find: "    run.tick(size);\n    run.loops++;\n    for (const end = at + size; at < end; at++) {\n      registers[found] = pool[at]!;",
        replace:
          "    run.tick(size);\n    run.loops++;\n    for (const end = at + size - 1; at < end; at++) {\n      registers[found] = pool[at]!;",
      },
      {
        name: "relational/wide-rows-without-the-last",
        mistake: "of several rows of three and more columns the last is skipped",
        find: "    for (const end = at + size; at < end; at++) {\n      const cell",
        replace: "    for (const end = at + Math.max(1, size - 1); at < end; at++) {\n      const cell",
      },
      {
        name: "relational/scan-stops-early",
        mistake: "a table that is gone through as a whole loses its last row",
        find: "for (let row = 0; row < table.count; row++) {",
        replace: "for (let row = 0; row + 1 < table.count; row++) {",
      },
      {
        name: "relational/not-tries-one-alternative",
        mistake: "`not` over several alternatives looks at all but the last",
        find: "for (const alternative of alternatives) if (alternative()) return false;",
        replace: "for (const alternative of alternatives.slice(0, -1)) if (alternative()) return false;",
      },
      {
        name: "relational/list-of-values-ends-with-the-first",
        mistake: "of the values of a list that a variable takes, only the first is tried",
        find: '          if (next()) return true;\n        }\n        return false;\n      };\n    }\n    case "compare":',
        replace: '          return next();\n        }\n        return false;\n      };\n    }\n    case "compare":',
      },
      {
        name: "relational/open-answer-of-a-call-lost",
        mistake: "a call that holds for everything goes on with its named answers only [R06]",
        find: "    if (answers.open) {\n      registers[first] = anyCode;\n      found = next();\n    }",
        replace:
          "    if (answers.open && answers.count === 0) {\n      registers[first] = anyCode;\n      found = next();\n    }",
      },
      {
        name: "relational/pair-of-a-unit-turned-round",
        mistake: "a look-up of (b, a) is taken for one of (a, b)",
        find: "    if (step.columns[0] !== a || step.columns[1] !== b) return undefined;\n    tables.push(step.table);\n  }\n  return tables;",
        replace:
          "    if (!step.columns.includes(a!) || !step.columns.includes(b!)) return undefined;\n    tables.push(step.table);\n  }\n  return tables;",
      },
      {
        name: "relational/look-ups-of-other-pairs-joined",
        mistake: "look-ups with the same first register are made with the first one's second",
        find: "lookups.find((lookup) => lookup.a === a && lookup.b === b)",
        replace: "lookups.find((lookup) => lookup.a === a)",
      },
      {
        name: "relational/five-ways-begin-with-the-second",
        mistake: "of five and more ways to prove something the first is not tried",
        find: "for (let i = 0; i < goals.length; i++) if (goals[i]!()) return true;",
        replace: "for (let i = 1; i < goals.length; i++) if (goals[i]!()) return true;",
      },
      {
        name: "relational/fourth-way-forgotten",
        mistake: "the fourth of four ways to prove something is not tried",
        find: "return () => a() || b() || c() || d();",
        replace: "return () => a() || b() || c();",
      },
      {
        name: "relational/list-loses-its-last-row",
        mistake: "a list takes all but the last of several rows",
        find: "current.addAll(pool, start, start + size);",
        replace: "current.addAll(pool, start, start + Math.max(1, size - 1));",
      },
      {
        name: "relational/at-least-is-more-than",
        mistake: "`>=` is compared like `>`",
        find: "return (a, b) => a >= b;",
        replace: "return (a, b) => a > b;",
      },
      {
        name: "relational/third-argument-not-passed",
        mistake: "of more than two arguments of a call the last is not passed on",
        find: "for (let i = 0; i < sources.length; i++) to[targets[i]!] = from[sources[i]!]!;",
        replace: "for (let i = 0; i < sources.length - 1; i++) to[targets[i]!] = from[sources[i]!]!;",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/recursion.ts`,
    [small, remembering],
    [
      {
        name: "relational/spread-reads-on-where-it-stopped",
        mistake: "answers that lead to answers are read from where the question before had stopped [R08]",
        find: "    read.fill(0);\n",
        replace: "",
      },
      {
        name: "relational/found-states-stay-searched",
        mistake: "states of a search that was successful stay marked as searched in vain",
        find: "if (found || run.loops === 0) states.truncate(before);",
        replace: "if (run.loops === 0) states.truncate(before);",
      },
      {
        name: "relational/long-way-loses-its-place",
        mistake: "a way of more than 64 steps is given up instead of being recorded",
        find: "          states.add(only, 0);\n          break;\n        }\n        member",
        replace: "          break;\n        }\n        member",
      },
      {
        name: "relational/fork-recorded-from-its-second-branch",
        mistake: "of two states that follow from one the first is not recorded",
        find: "      if (following === 1) states.add(only, 0);\n",
        replace: "",
      },
      {
        name: "relational/waiting-goals-share-registers",
        mistake: "the rest of a plan that waits for answers keeps the registers themselves, not a copy",
        find: "registers: registers.slice(), read: 0",
        replace: "registers, read: 0",
      },
      {
        name: "relational/answers-of-calls-mixed-up",
        mistake: "what one call answered is known as an answer of all calls",
        find: "      answer[0] = current.number;\n",
        replace: "",
      },
      {
        name: "relational/broken-off-table-is-read-again",
        mistake: "a check that stopped early leaves its incomplete calls to the next one",
        find: "        if (agenda.length > 0) {\n          clear();\n          ends = true;\n        }\n",
        replace: "        agenda = [];\n",
      },
      {
        name: "relational/tables-outlive-the-question",
        mistake: "calls of a recursion are remembered beyond the question",
        find: "      run.atEnd(clear);\n      ends = true;",
        replace: "      ends = true;",
      },
      {
        name: "relational/states-outlive-the-question",
        mistake: "what was searched in vain is remembered beyond the question",
        find: "    if (before === 0) run.atEnd(forget);\n",
        replace: "",
      },
      {
        name: "relational/ladder-ends-at-a-fork",
        mistake: "where the way up forks, the climb says no",
        find: "          if (single === undefined) break;\n          const from",
        replace: "          if (single === undefined) return false;\n          const from",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/program.ts`,
    [small, remembering],
    [
      {
        name: "relational/memory-forgets-the-last-input",
        mistake: "what a call answered is remembered without its last argument",
        find: "    if (run.loops === 0) return check();\n    for (let i = 0; i < key.length; i++)",
        replace: "    if (run.loops === 0) return check();\n    for (let i = 0; i < key.length - 1; i++)",
      },
      {
        name: "relational/answers-remembered-without-the-last-input",
        mistake: "answers are remembered without the last argument of their call",
        find: "      for (let i = 0; i < key.length; i++) key[i] = registers[unit.inputs[i]!]!;\n      const there = known.find(key, 0);\n      return there >= 0 ? remembered[there]! : undefined;",
        replace:
          "      for (let i = 0; i < Math.max(0, key.length - 1); i++) key[i] = registers[unit.inputs[i]!]!;\n      const there = known.find(key, 0);\n      return there >= 0 ? remembered[there]! : undefined;",
      },
      {
        name: "relational/checks-remembered-beyond-the-question",
        mistake: "what a call answered is remembered when the question is over",
        find: "    if (known.count === 0) run.atEnd(forget);\n    known.add(key, 0);\n    results.push(result);",
        replace: "    known.add(key, 0);\n    results.push(result);",
      },
      {
        name: "relational/answers-remembered-beyond-the-question",
        mistake: "the answers of a call are remembered when the question is over",
        find: "      if (known.count === 0) run.atEnd(forget);\n      // The registers",
        replace: "      // The registers",
      },
      {
        name: "relational/kept-answers-used-again",
        mistake: "answers that are remembered are given away as room for others",
        find: "if (!answers.kept) keep(free, answers);",
        replace: "keep(free, answers);",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/runtime.ts`,
    [small, remembering, relationalTest],
    [
      {
        name: "relational/everything-stays-allowed",
        mistake: "a list that was `all` once says so again when its room is used for another",
        find: "    this.count = 0;\n    this.open = false;\n",
        replace: "    this.count = 0;\n",
      },
      {
        name: "relational/the-time-stands-still",
        mistake: "the time of the first question is that of all later ones",
        find: "    this.#seconds = undefined;\n",
        replace: "",
      },
      {
        name: "relational/open-answers-are-codes",
        mistake: "an answer for everything is kept only as long as there is no other [R06]",
        find: "    if (code < 0) this.open = true;",
        replace: "    if (code < 0) this.open = this.count === 0;",
      },
      {
        name: "relational/rows-not-marked-as-seen",
        mistake: "ids that come in rows are not marked as listed",
        find: "      if (array[code] !== stamp) {\n        array[code] = stamp;\n        cells[count++] = code;",
        replace: "      if (array[code] !== stamp) {\n        cells[count++] = code;",
      },
      {
        name: "relational/marks-used-without-a-new-stamp",
        mistake: "marks of one list count in the next",
        find: "    marks.stamp++;\n",
        replace: "    if (marks.stamp === 0) marks.stamp++;\n",
      },
      {
        name: "relational/steps-add-up",
        mistake: "the steps of earlier questions count in later ones",
        find: "    this.#steps = 0;\n    this.#nextLook = this.#firstLook;",
        replace: "    this.#nextLook = this.#firstLook;",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/questions.ts`,
    [small, remembering],
    [
      {
        name: "relational/latest-check-of-another-actor-type",
        mistake: "the latest compiled check is used again for an actor of another type",
        find: "      latest.resourceType === resourceType &&\n      latest.actorType === actorType",
        replace: "      latest.resourceType === resourceType",
      },
      {
        name: "relational/earlier-check-of-another-resource-type",
        mistake: "the check before the latest is used again for a resource of another type",
        find: "      earlier.resourceType === resourceType &&\n",
        replace: "",
      },
      {
        name: "relational/latest-list-of-another-actor-type",
        mistake: "the latest compiled list is used again for an actor of another type",
        find: "latest.resourceType === type && latest.actorType === actorType",
        replace: "latest.resourceType === type",
      },
      {
        name: "relational/latest-check-survives-a-new-table",
        mistake: "the latest compiled check is used again when there is a new table of facts",
        find: "    this.#latest = undefined;\n",
        replace: "",
      },
      {
        name: "relational/latest-list-survives-a-new-table",
        mistake: "the latest compiled list is used again when there is a new table of facts",
        find: "    this.#latestList = undefined;\n",
        replace: "",
      },
      {
        name: "relational/actions-survive-a-new-table",
        mistake: "which actions there can be is not found out again when there is a new table of facts",
        find: "    this.#actions = new Map();\n    this.#latest",
        replace: "    this.#latest",
      },
      {
        name: "relational/permissions-told-are-no-actions",
        mistake: "a permission that facts alone name is not among the actions",
        find: "        if (table.name !== undefined) texts.add(table.name);\n    this.#texts",
        replace: '        if (table.name === undefined) texts.add("");\n    this.#texts',
      },
      {
        name: "relational/walk-uses-another-program",
        mistake: "a walk goes on with the program of whatever was walked last",
        find: "    if (idle?.entry === entry) return idle;",
        replace: "    if (idle?.entry.resourceType === entry.resourceType) return idle;",
        tests: [small, walk],
      },
      {
        name: "relational/unsafe-questions-compiled",
        mistake: "whether a question can end in an error is asked for checks of one known action only",
        find: 'if (!this.#safety.isSafe("allow", args)) throw new Unsupported();',
        replace: 'if (args[1]?.text !== undefined && !this.#safety.isSafe("allow", args)) throw new Unsupported();',
        tests: [small, "test/solver/left-to-the-machine.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/index.ts`,
    [small, remembering, relationalTest],
    [
      {
        name: "relational/strangers-are-one",
        mistake: "two references that no fact names are taken for the same one",
        find: "(resource === actor && id !== actorId ? 1 : 0)",
        replace: "0",
      },
      {
        name: "relational/decider-keeps-its-program",
        mistake: "a decider that is kept does not look for new tables of facts",
        find: "      if (shapes !== this.#tables.shapes) {\n        entry",
        replace: "      if (entry === undefined) {\n        entry",
      },
      {
        name: "relational/many-remembered-beyond-the-question",
        mistake: "what many questions found out in common is not forgotten at their end",
        find: "        answers.push(this.#holds(entry, entry.compiled, actor, action, resource));\n      }\n      return answers;\n    } catch (error) {\n      return beyond(error);\n    } finally {\n      if (run.endings.length > 0) run.end();",
        replace:
          "        answers.push(this.#holds(entry, entry.compiled, actor, action, resource));\n      }\n      return answers;\n    } catch (error) {\n      return beyond(error);\n    } finally {\n      run.loops = 0;",
      },
      {
        name: "relational/check-remembered-beyond-the-question",
        mistake: "what a check found out is not forgotten at its end",
        find: "compiled.direct() : compiled.check();\n    } catch (error) {\n      return beyond(error);\n    } finally {\n      if (run.endings.length > 0) run.end();\n    }\n  }\n\n  /** What the flow chart",
        replace:
          "compiled.direct() : compiled.check();\n    } catch (error) {\n      return beyond(error);\n    }\n  }\n\n  /** What the flow chart",
      },
      {
        name: "relational/brief-is-not-over",
        mistake: "after a brief question that took long, all later ones had better be short",
        find: "      throw error;\n    } finally {\n      this.#brief = false;\n    }",
        replace: "      throw error;\n    } finally {\n      if (!this.#brief) this.#brief = false;\n    }",
      },
      {
        name: "relational/extent-of-everything-from-one",
        mistake: "a question that one unmentioned resource passes counts as one that all pass",
        noEffect:
          "what a rule leaves open is looked at by nothing else, so when a resource that nothing mentions passes, the list is `all`",
        find: '      const ids = this.list(actor, action, type);\n      return ids === "all" || ids === undefined ? ids : ids.length > 0 ? "some" : "none";\n    }\n    const any = ',
        replace: '      return "all";\n    }\n    const any = ',
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/clauses.ts`,
    [small, "test/solver/left-to-the-machine.test.ts"],
    [
      {
        name: "relational/for-all-of-nothing",
        mistake: "of several alternatives of a `forall` only the first gets the condition that has to hold",
        find: "this.condition(condition.condition).map((goals) => [...goals, inner])",
        replace: "this.condition(condition.condition).map((goals, i) => (i === 0 ? [...goals, inner] : goals))",
      },
      {
        name: "relational/underscores-are-one-variable",
        mistake: "all `_` of a rule are the same variable",
        noEffect: "the loader has given each `_` a name of its own before",
        find: 'index: term.name === "_" ? this.variables++ : this.#variable(term.name)',
        replace: "index: this.#variable(term.name)",
      },
      {
        name: "relational/false-is-no-condition",
        mistake: "the condition `false` is dropped like `true`",
        find: 'return [condition.term.value ? [] : [{ kind: "fail" }]];',
        replace: "return [[]];",
      },
      {
        name: "relational/very-type-is-any-subtype",
        mistake: "`matches!` is taken for `matches`",
        find: "return argument === undefined ? other : this.#pattern(argument, condition.pattern, condition.exact);",
        replace: "return argument === undefined ? other : this.#pattern(argument, condition.pattern, false);",
      },
      {
        name: "relational/pattern-with-fields-as-a-type",
        mistake: "`T{field: value}` is taken for `T`",
        find: 'pattern.kind !== "type-pattern" || pattern.fields !== undefined || argument.kind',
        replace: 'pattern.kind !== "type-pattern" || argument.kind',
      },
      {
        name: "relational/list-with-a-rest-is-its-items",
        mistake: "a list with a rest is taken for its items alone",
        find: " || condition.collection.rest !== undefined",
        replace: "",
      },
      {
        name: "relational/variables-of-a-comparison-not-counted",
        mistake: "the right side of a comparison within a `not` does not count as a place of its variable",
        find: '      countTerm(condition.left, counts);\n      countTerm(condition.right, counts);\n      return;\n    case "in":',
        replace: '      countTerm(condition.left, counts);\n      return;\n    case "in":',
      },
    ],
  ),
  ...mutantsOf(`${folder}/clause-table.ts`, [small], []),
  ...mutantsOf(
    `${folder}/shape-index.ts`,
    [small],
    [
      {
        name: "relational/rules-for-any-name-hidden",
        mistake: "rules that leave the name open are not found when others name it",
        find: "return unnamed.length === 0 ? named : [...named, ...unnamed];",
        replace: "return named.length > 0 ? named : unnamed;",
      },
      {
        name: "relational/rules-for-any-type-hidden",
        mistake: "rules that leave a type open are not found when others name it",
        find: "    const lists = [untyped];",
        replace: "    const lists: T[][] = [];",
      },
      {
        name: "relational/rules-of-the-first-type",
        mistake: "of an argument of several types only the rules of the first are found",
        survives:
          "no policy was found whose rules are looked for by several types of which one alone has rules without any type beside it",
        find: "      if (list?.length === least) return list;",
        replace: "      if (list !== undefined && untyped.length === 0) return list;",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/inference.ts`,
    [small, "test/solver/left-to-the-machine.test.ts"],
    [
      {
        name: "relational/tables-of-other-types",
        mistake: "a table is looked into when one of its columns has the type that is asked for",
        find: "return columnsOf(table).every((type, i) => args[i]!.types?.has(type) ?? true);",
        replace: "return columnsOf(table).some((type, i) => i !== 1 && (args[i]!.types?.has(type) ?? true));",
      },
      {
        name: "relational/types-not-handed-on",
        mistake: "what is found out later about a rule's answers does not reach the rules that asked before",
        find: "      for (const reader of this.#readers.get(clause) ?? []) this.#waiting.add(reader);\n",
        replace: "",
      },
      {
        name: "relational/open-ends-count-as-bound",
        mistake: "a variable that a call can leave open counts as bound by it",
        find: "if (!outputs[i]!.open) ground[argument.index] = true;",
        replace: "ground[argument.index] = true;",
      },
      {
        name: "relational/open-ends-found-late-are-not-handed-on",
        mistake: "an argument that turns out to be open is no news for the rules that asked before",
        survives: "no policy was found in which an argument turns out to be open after the rules that ask were settled",
        find: "output.types?.size !== before[i]!.types?.size || output.open !== before[i]!.open",
        replace: "output.types?.size !== before[i]!.types?.size",
      },
      {
        name: "relational/a-second-table-adds-no-types",
        mistake: "of several tables that answer a call only the types of the first are known",
        find: "else if (into.types !== undefined) for (const type of types) into.types.add(type);",
        replace:
          "else if (into.types !== undefined && into.types.size === 0) for (const type of types) into.types.add(type);",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/known.ts`,
    [small],
    [
      {
        name: "relational/types-in-common-are-all-types",
        mistake: "types of which some are common to both are all taken for common",
        find: "if (common === small.size) return small;",
        replace: "if (common > 0) return small;",
      },
      {
        name: "relational/texts-that-differ-meet",
        mistake: "two texts that differ are taken for the same",
        find: "  if (a.text !== undefined && b.text !== undefined && a.text !== b.text) return undefined;\n",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/safety.ts`,
    ["test/solver/left-to-the-machine.test.ts"],
    [
      {
        name: "relational/safe-for-one-text-safe-for-all",
        mistake: "a call that is safe with one text counts as safe with every text",
        find: "args.map(({ bound, types, text }) => [bound, text ?? null, types",
        replace: "args.map(({ bound, types }) => [bound, types",
      },
      {
        name: "relational/safe-for-one-type-safe-for-all",
        mistake: "a call that is safe for one type counts as safe for every type",
        find: "[bound, text ?? null, types === undefined ? null : [...types].sort()]",
        replace: "[bound, text ?? null, types === undefined]",
      },
      {
        name: "relational/not-is-safe-when-one-alternative-is",
        mistake: "of the alternatives of a `not` one has to be free of errors, not all",
        find: "goal.alternatives.every((goals) => this.#goals(goals, copy(cells)))",
        replace: "goal.alternatives.some((goals) => this.#goals(goals, copy(cells)))",
      },
      {
        name: "relational/condition-that-may-be-no-truth",
        mistake: "a variable as a condition need not be a Boolean if it can be one",
        find: 'types === undefined ? bound : types.size !== 1 || !types.has("Boolean")',
        replace: 'types === undefined ? bound : !types.has("Boolean")',
      },
      {
        name: "relational/what-waits-for-ever-is-safe",
        mistake: "a comparison whose variable nothing binds is no error",
        noEffect:
          "what nothing binds gets no place in the order of the goals either, which leaves the question to the machine as well",
        find: "    return waiting.length === 0;\n",
        replace: "    return true;\n",
      },
      {
        name: "relational/unlike-values-compared",
        mistake: "a number and a text can be compared without an error",
        find: "if (plain.has(a) && plain.has(b) ? a !== b : ordering || unsure(a) || unsure(b)) return false;",
        replace:
          "if (plain.has(a) && plain.has(b) ? ordering && a !== b : ordering || unsure(a) || unsure(b)) return false;",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/clause-planning.ts`,
    [small],
    [
      {
        name: "relational/variable-of-a-list-not-counted",
        mistake: 'a variable in `c in ["a"]` does not count as used there',
        find: '    else if (goal.kind === "in") see(goal.element);\n',
        replace: "",
      },
      {
        name: "relational/texts-always-equal",
        mistake: "two known texts are taken for equal",
        find: "return register === other;",
        replace: "return true;",
      },
      {
        name: "relational/known-text-in-any-list",
        mistake: "a known text is in every list",
        find: "if (constantCode !== undefined) return codes.includes(constantCode);",
        replace: "if (constantCode !== undefined) return true;",
      },
      {
        name: "relational/variable-twice-in-a-call",
        mistake: "a variable that stands twice in a call is not compared with itself",
        find: "    steps.push(...again);\n",
        replace: "",
      },
      {
        name: "relational/text-in-a-fact-not-given",
        mistake: "a text in a fact is found instead of being looked for",
        find: 'if (mode.kind === "in" || mode.kind === "text") mask |= 1 << columns.length;',
        replace: 'if (mode.kind === "in") mask |= 1 << columns.length;',
      },
      {
        name: "relational/not-plans-the-first-alternative",
        mistake: "of the alternatives of a `not` all but the last are planned",
        find: "const alternatives = goal.alternatives.flatMap((goals) =>",
        replace:
          "const alternatives = goal.alternatives.slice(0, Math.max(1, goal.alternatives.length - 1)).flatMap((goals) =>",
      },
      {
        name: "relational/first-of-several-tables",
        mistake: "a call that several tables answer looks into the first alone",
        find: "if (clauses.length === 0 && tables.length === 1)",
        replace: "if (clauses.length === 0 && tables.length >= 1)",
      },
      {
        name: "relational/open-value-used-twice",
        mistake: "a value that is left open is passed on although something else looks at it",
        find: " && countUses(remaining, slots.length)[argument.index] === 1",
        replace: "",
      },
      {
        name: "relational/unit-does-not-say-that-it-is-open",
        mistake: "a rule that leaves its answer open does not say so [R06]",
        find: '        steps.push({ kind: "any", to: slot.register });\n        this.#unit.open = true;',
        replace: '        steps.push({ kind: "any", to: slot.register });',
      },
      {
        name: "relational/unit-does-not-say-that-its-call-is-open",
        mistake: "a rule that passes on what a call leaves open does not say so [R06]",
        find: "      if (unit.outputs.some((i) => outputs?.[i]?.open)) this.#unit.open = true;\n",
        replace: "",
      },
      {
        name: "relational/entities-of-two-types-are-equal",
        mistake: "`==` between things of two types holds",
        find: 'if (a !== b) return equality ? goal.operator === "!=" : unsupported();',
        replace: 'if (a !== b) return equality ? goal.operator === "==" : unsupported();',
      },
      {
        name: "relational/types-of-an-equation-not-compared",
        mistake: "`=` between things of two types compares their codes",
        find: "        if (a !== undefined && b !== undefined && a !== b) return false;\n",
        replace: "",
      },
      {
        name: "relational/type-condition-dropped",
        mistake: "`x matches T` is not looked at when the type of `x` is chosen",
        noEffect:
          "the inference has narrowed the variable to these types before, and an equation refuses what it did not reach",
        find: "        if (type !== undefined && !this.#inference.typesOf(goal.type, goal.exact).has(type)) return undefined;\n",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/planner.ts`,
    [small, remembering],
    [
      {
        name: "relational/units-for-some-type-shared",
        mistake: "calls that ask for somebody of one type and of another are the same",
        find: 'if (mode.kind === "ignored") return [mode.kind, mode.types ?? null];',
        replace: 'if (mode.kind === "ignored") return [mode.kind];',
      },
      {
        name: "relational/units-that-leave-names-out-shared",
        mistake: "calls for all texts and for those that no rule names are the same",
        find: 'mode.domain.index, mode.kind === "out" && mode.unnamed === true]',
        replace: "mode.domain.index]",
      },
      {
        name: "relational/any-permission-fact-fits",
        mistake: "a permission that is told fits whatever action is asked about",
        find: '        if (mode.kind === "in") steps.unshift({ kind: "same", left: i, right: name });\n        if (mode.kind === "out") steps.unshift',
        replace: '        if (mode.kind === "out") steps.unshift',
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/graph.ts`,
    [small, remembering],
    [
      {
        name: "relational/comparison-keeps-its-right-register",
        mistake: "the right side of a comparison keeps its register when it is put into its caller",
        find: 'right: step.right === "now" ? "now" : name(step.right),',
        replace: "right: step.right,",
      },
      {
        name: "relational/not-renamed-in-its-first-alternative",
        mistake: "of a `not` that is put into its caller the alternatives after the first are lost",
        find: "alternatives: step.alternatives.map((alternative) => alternative.map(rename))",
        replace: "alternatives: step.alternatives.slice(0, 1).map((alternative) => alternative.map(rename))",
      },
      {
        name: "relational/inputs-that-change-count-as-the-same",
        mistake: "a call back with other inputs is taken for one with the same",
        find: "call.unit.inputs.every((input, i) => call.args[input] === unit.inputs[i]),",
        replace: "call.unit.inputs.some((input, i) => call.args[input] === unit.inputs[i]),",
      },
      {
        name: "relational/what-follows-a-call-back-is-cut-off",
        mistake: "a call back whose answers are the answers need not be the last step",
        find: "      plan.steps.at(-1) === call &&\n",
        replace: "",
      },
      {
        name: "relational/inlined-plans-of-two-tables-are-one",
        mistake: "plans that differ in their table alone are taken for the same",
        find: 'name === "table" || name === "domain" || name === "unit" ? identity(value as object) : value',
        replace: 'name === "table" ? 0 : name === "domain" || name === "unit" ? identity(value as object) : value',
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/unit-parts.ts`,
    [small],
    [
      {
        name: "relational/somebody-of-any-type",
        mistake: "an argument that nobody looks at can be of any type",
        find: "return { ...anything, types: mode.types === undefined ? undefined : new Set(mode.types) };",
        replace: "return anything;",
      },
    ],
  ),
  ...mutantsOf(
    `${folder}/walk.ts`,
    [small, walk],
    [
      {
        name: "relational/long-pieces-lose-a-row",
        mistake: "a list taken in pieces loses its last row",
        find: "const stop = start + index.count[group]!;",
        replace: "const stop = start + index.count[group]! - 1;",
      },
      {
        name: "relational/walk-loses-what-is-open",
        mistake: "a walk goes on with the named answers of a call that holds for everything",
        find: "    if (answers.open) {\n      registers[to] = anyCode;\n      found = yield* next.walk();\n    }\n",
        replace: "",
      },
      {
        name: "relational/walk-of-a-column-takes-gaps",
        mistake: "a walk takes a gap in a column for a value",
        find: "      registers[columns[0]!] = round;\n      if (width === 2) registers[columns[1]!] = value;\n      return value >= 0;",
        replace:
          "      registers[columns[0]!] = round;\n      if (width === 2) registers[columns[1]!] = value;\n      return true;",
      },
      {
        name: "relational/walk-loses-the-last-row",
        mistake: "a walk along the rows beside a code leaves out the last",
        find: "      start = index.start[group]!;\n      return index.count[group]!;",
        replace: "      start = index.start[group]!;\n      return Math.max(1, index.count[group]! - 1);",
      },
    ],
  ),
];
