import { type Mutant, mutantsOf } from "../mutant.js";

const expand = "test/polar/expand.test.ts";
const answers = "test/polar/shorthand-answers.test.ts";
const load = "test/polar/load.test.ts";
const resolve = "test/polar/resolve.test.ts";
const signatures = "test/polar/signatures.test.ts";
const stratify = "test/polar/stratify.test.ts";
const lexer = "test/polar/lexer.test.ts";
const parser = "test/polar/parser.test.ts";
const printer = "test/polar/printer.test.ts";
const format = "test/polar/format.test.ts";
const preludes = "test/polar/preludes-answers.test.ts";
const golden = "test/diagnostics/golden.test.ts";
const cases = "test/conformance/polar-cases.test.ts";

/** How policies become rules, and what is said about them on the way. */
export const polar: readonly Mutant[] = [
  // --- blocks and shorthand -------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/expand-body.ts",
    [expand, answers],
    [
      {
        name: "polar/keyword-takes-another-kind-of-the-related-type",
        mistake: '`role if role on "parent"` also takes a permission of the parent that is called like the role [P02]',
        find: "member === undefined || (keyword !== undefined && member.kind !== keyword)) {\n      if (each === undefined || keyword === undefined) this.undeclared(name, members,",
        replace:
          "member === undefined) {\n      if (each === undefined || keyword === undefined) this.undeclared(name, members,",
      },
      {
        name: "polar/keyword-takes-another-kind-of-global",
        mistake: "`role if global role` also takes a global permission that is called like the role",
        find: "member === undefined || (keyword !== undefined && member.kind !== keyword)) {\n      if (each === undefined || keyword === undefined) {",
        replace: "member === undefined) {\n      if (each === undefined || keyword === undefined) {",
      },
      {
        name: "polar/and-forgets-the-half-that-is-not-declared",
        mistake: '`role if role on "a" and role on "b"`: where only `a` knows the role, `a` alone is enough',
        find: "const items = body.items.map((item) => this.#condition(item, each, names));\n        if (!items.every((item) => item !== undefined)) return undefined;",
        replace:
          "const items = body.items.flatMap((item) => this.#condition(item, each, names) ?? []);\n        if (items.length === 0) return undefined;",
      },
      {
        name: "polar/or-needs-every-alternative",
        mistake: '`role if role on "a" or role on "b"`: a role that only `a` knows leads to no rule',
        find: "const items = body.items.flatMap((item) => this.#condition(item, each, names) ?? []);\n        if (items.length <= 1)",
        replace:
          "const items = body.items.flatMap((item) => this.#condition(item, each, names) ?? []);\n        if (items.length < body.items.length) return undefined;\n        if (items.length <= 1)",
      },
      {
        name: "polar/or-becomes-and",
        mistake: "alternatives of shorthand all have to hold",
        find: 'return { kind: "or", items, span',
        replace: 'return { kind: "and", items, span',
      },
      {
        name: "polar/own-relation-reversed",
        mistake: '`"r" if "owner"` asks whether the resource is the owner of the actor',
        find: 'return call("has_relation", [variable("resource", span), name, variable("actor", span)], span);',
        replace: 'return call("has_relation", [variable("actor", span), name, variable("resource", span)], span);',
      },
      {
        name: "polar/on-resource-looks-at-the-keyword",
        mistake: '`"a" if "b" on resource` in a global block is not refused',
        find: "if (atom.on !== undefined && this.#type === undefined) {",
        replace: "if (atom.on !== undefined && this.#type === null) {",
      },
      {
        name: "polar/related-name-of-the-own-block",
        mistake: "a name after `on` that the related type lacks is taken from the block itself, without an error",
        find: 'const member = members.get(name.value);\n    const keyword = atom.name.kind === "short-keyword" ? atom.name.keyword : undefined;\n    if (member === undefined || (keyword !== undefined && member.kind !== keyword)) {\n      if (each === undefined || keyword === undefined) this',
        replace:
          'const member = members.get(name.value) ?? this.#members.get(name.value);\n    const keyword = atom.name.kind === "short-keyword" ? atom.name.keyword : undefined;\n    if (member === undefined || (keyword !== undefined && member.kind !== keyword)) {\n      if (each === undefined || keyword === undefined) this',
      },
      {
        name: "polar/related-kind-of-the-own-block",
        mistake:
          "what a name after `on` means is decided by the block, if it declares the name too, and not by the related type",
        find: 'const member = members.get(name.value);\n    const keyword = atom.name.kind === "short-keyword" ? atom.name.keyword : undefined;\n    if (member === undefined || (keyword !== undefined && member.kind !== keyword)) {\n      if (each === undefined || keyword === undefined) this',
        replace:
          'const known = members.get(name.value);\n    const member = known && (this.#members.get(name.value) ?? known);\n    const keyword = atom.name.kind === "short-keyword" ? atom.name.keyword : undefined;\n    if (member === undefined || (keyword !== undefined && member.kind !== keyword)) {\n      if (each === undefined || keyword === undefined) this',
      },
      {
        name: "polar/related-type-without-what-it-inherits",
        mistake: "after `on`, names that the related type inherits are not known",
        find: "const members = this.#declarations.members.get(type) as Members;",
        replace: "const members = this.#declarations.own.get(type) as Members;",
      },
      {
        name: "polar/global-name-of-the-own-block",
        mistake: 'what kind `global "x"` is of is decided by the block, if it declares `x` too',
        find: "const member = this.#declarations.globalMembers.get(name.value);",
        replace:
          "const member =\n      this.#declarations.globalMembers.get(name.value) && (this.#members.get(name.value) ?? this.#declarations.globalMembers.get(name.value));",
      },
      {
        name: "polar/one-variable-for-a-relation-named-twice",
        mistake: '`"a" on "org" and "b" on "org"` wants both on the same organization',
        find: "this.#next.set(base, n);\n    this.#made",
        replace: "this.#made",
        noEffect:
          "the loop then counts up from the start and finds the same free name, since the names made are remembered",
      },
      {
        name: "polar/variable-of-another-relation-taken-again",
        mistake: "the second resource of a relation `org` gets the variable of a relation that is called `org_2`",
        find: "return own.has(name) || this.#taken.has(name) || this.#made?.has(name) === true;",
        replace: "return own.has(name) || this.#taken.has(name);",
      },
      {
        name: "polar/other-keyword-in-a-condition",
        mistake: '`role if role on "a" and permission on "b"` is read instead of refused',
        find: "if (each === undefined || each.keyword !== name.keyword) {",
        replace: "if (each === undefined) {",
      },
      {
        name: "polar/relation-of-related-to-no-actor",
        mistake: '`"x" on "rel"` with a relation `x` that leads to no actor is not refused and never holds',
        find: `return call(\`has_\${member.kind}\`, [variable("actor", span), name, variable(y, span)], span);\n    }\n    if (!this.#leadsToActor(member)) {`,
        replace: `return call(\`has_\${member.kind}\`, [variable("actor", span), name, variable(y, span)], span);\n    }\n    if (!this.#leadsToActor(member) && member.type === undefined) {`,
      },
      {
        name: "polar/shorthand-call-with-an-unknown-variable",
        mistake: "a call in shorthand may name a variable that nothing binds, below a list or a dictionary",
        find: "walkCondition(condition, { term: check });",
        replace: "for (const arg of condition.args) check(arg);",
      },
      {
        name: "polar/type-of-the-related-forgotten",
        mistake: "a related thing may be of any type",
        find: '{ kind: "matches", term: variable(y, span), pattern: typePattern(type, span), exact: false, span },\n',
        replace: "",
      },
      {
        name: "polar/related-of-exactly-the-type",
        mistake: "a related thing of a subtype does not count",
        find: "pattern: typePattern(type, span), exact: false, span }",
        replace: "pattern: typePattern(type, span), exact: true, span }",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/expand.ts",
    [expand, answers],
    [
      {
        name: "polar/keyword-rule-for-another-kind-of-the-block",
        mistake:
          '`permission if permission on "parent"` also grants a permission that is called like a role of the block',
        find: "if (member.kind !== keyword) continue;",
        replace: 'if (member.kind === "relation") continue;',
      },
      {
        name: "polar/keyword-rule-for-relations-too",
        mistake: '`role if role on "parent"` also grants a role that is called like a relation of the block',
        find: "if (member.kind !== keyword) continue;",
        replace: 'if (member.kind !== keyword && member.kind !== "relation") continue;',
      },
      {
        name: "polar/subtypes-get-no-keyword-rules",
        mistake: "roles that a subtype adds are not inherited from the parent by `role if role on`",
        find: "const types = own === undefined ? [undefined] : [own, ...subtypes(own, declarations, kin)];",
        replace: "const types = [own];",
      },
      {
        name: "polar/second-subtype-forgotten",
        mistake: "of two subtypes that add the same role, only the first gets it from the parent",
        find: "if (type !== undefined && done.some((t) => isSubtype(declarations.types, type, t))) continue;",
        replace: "if (type !== undefined && done.length > 0) continue;",
      },
      {
        name: "polar/keyword-must-stand-everywhere",
        mistake: '`role if role on "a" and "x"` is refused: the keyword has to stand in every part',
        find: "return body.items.some((item) => mentions(item, keyword));",
        replace: "return body.items.every((item) => mentions(item, keyword));",
      },
      {
        name: "polar/relation-granted-by-shorthand",
        mistake: "shorthand with a relation at its head is not refused",
        find: 'if (member.kind === "relation") {\n    report.error(',
        replace: 'if (member.kind === "relation" && type === undefined) {\n    report.error(',
      },
      {
        name: "polar/shorthand-for-every-type",
        mistake: "a rule that shorthand stands for holds for resources of all types",
        find: 'if (type !== undefined) params.push(typed("resource", type, span));',
        replace: 'if (type !== undefined) params.push(typed("resource", "Resource", span));',
      },
      {
        name: "polar/members-of-the-global-block-for-every-block",
        mistake: "the second block of one type is expanded with its own names only",
        find: "const members = type === undefined ? declarations.globalMembers : declarations.members.get(type);",
        replace: "const members = type === undefined ? declarations.globalMembers : declarations.own.get(type);",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/declarations.ts",
    [resolve, expand, answers, load, cases],
    [
      {
        name: "polar/actor-for-the-last-block-only",
        mistake: "a type is an actor if the last of its blocks says so",
        find: 'if (block.keyword === "actor") entry.actor = true;',
        replace: 'entry.actor = block.keyword === "actor";',
      },
      {
        name: "polar/actor-is-not-inherited",
        mistake: "a resource block that extends an actor declares no actor",
        find: "line.some((e) => e.actor)",
        replace: "entry.actor",
      },
      {
        name: "polar/grandparents-forgotten",
        mistake: "a type has its direct supertypes only",
        find: "for (const at of found) for (const parent of entries.get(at)?.parents ?? []) found.add(parent.name);",
        replace: "for (const parent of entries.get(name)?.parents ?? []) found.add(parent.name);",
      },
      {
        name: "polar/relation-changed-by-a-subtype",
        mistake: "a subtype may lead an inherited relation to another type without an error",
        find: "return a.kind === b.kind && a.type?.text === b.type?.text;",
        replace: "return a.kind === b.kind;",
      },
      {
        name: "polar/kind-changed-by-reopening",
        mistake: "a second block of a type may declare a name as another kind; the first one holds",
        find: "} else if (here.has(member.name) || !sameMember(before, member)) {",
        replace: "} else if (here.has(member.name)) {",
      },
      {
        name: "polar/kind-changed-by-a-subtype",
        mistake: "a subtype may declare an inherited name as another kind without an error",
        find: "else if (!sameMember(before, member)) {\n        // Two",
        replace: "else if (before.kind === member.kind && !sameMember(before, member)) {\n        // Two",
      },
      {
        name: "polar/second-supertype-is-not-inherited",
        mistake: "what the second of two supertypes declares is not inherited",
        find: "for (const name of ancestors.get(entry.name) as readonly string[]) {",
        replace: "for (const name of (ancestors.get(entry.name) as readonly string[]).slice(0, 2)) {",
      },
      {
        name: "polar/name-twice-in-one-block",
        mistake: "a name may stand in two lists of one block",
        find: "here.set(member.name, member);\n        own.set",
        replace: "own.set",
      },
      {
        name: "polar/last-extends-counts",
        mistake: "a second block of a type takes back what the first one extends",
        find: "for (const parent of block.extends) entry.parents.push(",
        replace:
          "if (block.extends.length > 0) entry.parents.length = 0;\n    for (const parent of block.extends) entry.parents.push(",
      },
      {
        name: "polar/cycle-of-three-not-seen",
        mistake: "types that extend each other are reported only where one extends itself directly",
        find: "const path = pathTo(parent.name, entry.name, entries);\n      if (path === undefined) return false;",
        replace:
          "const path = pathTo(parent.name, entry.name, entries);\n      if (path === undefined || path.length > 1) return false;",
      },
      {
        name: "polar/second-list-of-a-block-forgotten",
        mistake: "a block with two lists of roles is taken without an error",
        find: 'if (first !== undefined) {\n      report.error("polar/bad-declaration"',
        replace:
          'if (first !== undefined && first.source !== item.key.span.source) {\n      report.error("polar/bad-declaration"',
      },
      {
        name: "polar/every-type-can-be-made",
        mistake: "`new` may name a type without a class",
        find: "entry.constructible = host.constructible;",
        replace: "entry.constructible = true;",
        tests: [resolve],
      },
      {
        name: "polar/class-below-a-block-has-none",
        mistake: "a relation to a class below a type with a block is refused after `on`",
        find: 'block: kind !== "host",\n      constructible: entry.constructible,',
        replace: "block: entry.block,\n      constructible: entry.constructible,",
        tests: [expand],
      },
      {
        name: "polar/supertypes-of-classes-forgotten",
        mistake: "a class does not inherit from the class it extends",
        find: "if (known.has(name)) entry.parents.push({ name, span: undefined });",
        replace: "if (known.has(name) && entry.parents.length > 0) entry.parents.push({ name, span: undefined });",
        tests: [resolve],
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/rule-draft.ts",
    [stratify],
    [
      {
        name: "polar/type-of-shorthand-from-the-actor",
        mistake: "the dependency graph takes the actor's type for the resource's in rules of shorthand",
        find: "const pattern = rule.params[2]?.pattern;",
        replace: "const pattern = rule.params[0]?.pattern;",
      },
    ],
  ),
  // --- names ----------------------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/resolve.ts",
    [resolve, cases],
    [
      {
        name: "polar/constant-in-a-field-of-a-type",
        mistake: "a constant's name in `x: T{field: name}` is a fresh variable, which anything fits",
        find: '        return {\n          ...pattern,\n          fields: pattern.fields.map((field) => ({ ...field, pattern: this.pattern(field.pattern) })),\n        };\n      case "dictionary-pattern":',
        replace: '        return pattern;\n      case "dictionary-pattern":',
      },
      {
        name: "polar/constant-in-a-field-of-a-dictionary",
        mistake: "a constant's name in `x: {field: name}` is a fresh variable, which anything fits",
        find: 'case "dictionary-pattern":\n        return {\n          ...pattern,\n          fields: pattern.fields.map((field) => ({ ...field, pattern: this.pattern(field.pattern) })),\n        };',
        replace: 'case "dictionary-pattern":\n        return pattern;',
      },
      {
        name: "polar/constant-in-a-list-pattern",
        mistake: "a constant's name among the elements of a list pattern is a fresh variable",
        find: "items: this.#each(pattern.items, (item) => this.pattern(item)),",
        replace: "items: pattern.items,",
      },
      {
        name: "polar/constant-right-of-in",
        mistake: "a constant's name right of `in` is a variable",
        find: "collection: this.term(condition.collection) };",
        replace: "collection: condition.collection };",
      },
      {
        name: "polar/constant-in-arguments-of-a-method",
        mistake: "constants among the arguments of a method are variables",
        find: "args: term.args === undefined ? undefined : this.#terms(term.args),",
        replace: "args: term.args,",
      },
      {
        name: "polar/constant-in-a-dictionary",
        mistake: "constants among the values of a dictionary are variables",
        find: "entries: term.entries.map((e) => ({ ...e, value: this.term(e.value) }))",
        replace: "entries: term.entries",
      },
      {
        name: "polar/constant-in-the-action-of-forall",
        mistake: "constants in the second part of `forall` are variables",
        find: "action: this.condition(condition.action),",
        replace: "action: condition.action,",
      },
      {
        name: "polar/constant-in-arithmetic",
        mistake: "constants right of an arithmetic sign are variables",
        find: "right: this.term(term.right) };",
        replace: "right: term.right };",
      },
      {
        name: "polar/rest-of-two-lists-is-one",
        mistake: "`*_` in two lists of a rule stands for the same rest",
        find: 'return rest?.kind === "variable" ? this.#variable(rest) : rest;',
        replace: "return rest;",
      },
      {
        name: "polar/only-the-first-item-that-changes",
        mistake: "of several arguments only the first is resolved",
        find: "if (changed !== undefined) changed.push(resolved);",
        replace: "if (changed !== undefined) changed.push(item);",
      },
      {
        name: "polar/bound-name-read-as-a-constant",
        mistake: "a bound variable of a goal that is called like a constant is the constant",
        find: "if (locals?.has(variable.name) === true) return variable;\n    if (constants",
        replace:
          "if (locals?.has(variable.name) === true && !constants.has(variable.name)) return variable;\n    if (constants",
      },
      {
        name: "polar/float-entity-of-an-integer",
        mistake: "`Float{2}` is the Integer 2",
        find: 'if (id.kind === "integer") return { kind: "float", value: Number(id.value), span };',
        replace: 'if (id.kind === "integer") return { ...id, span };',
      },
      {
        name: "polar/empty-id",
        mistake: "an entity may have an empty id",
        find: 'if (id.value === "") return bad(',
        replace: 'if (id.value === " ") return bad(',
      },
      {
        name: "polar/constant-behind-a-dot",
        mistake: "a constant's name in `x.(name)` is a fresh variable, which stands for every member",
        find: 'term.member.kind === "variable" ? this.#variable(term.member) : term.member',
        replace: 'term.member.kind === "variable" ? this.#named(term.member) : term.member',
      },
      {
        name: "polar/constant-as-a-rest",
        mistake: "a constant's name in `[1, *name]` is a fresh variable, which stands for any rest",
        find: 'return rest?.kind === "variable" ? this.#variable(rest) : rest;',
        replace: 'return rest?.kind === "variable" ? this.#named(rest) : rest;',
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/type-table.ts",
    [resolve, load, cases],
    [
      {
        name: "polar/every-type-is-an-actor",
        mistake: "a resource matches `Actor`",
        find: 'if (sup === "Actor") return info.kind === "actor";',
        replace: 'if (sup === "Actor") return info.kind !== "host";',
      },
      {
        name: "polar/host-types-are-resources",
        mistake: "a type of the application without a block matches `Resource`",
        find: 'if (sup === "Resource") return info.kind !== "host";',
        replace: 'if (sup === "Resource") return true;',
      },
      {
        name: "polar/actors-below-resources-overlap-nothing",
        mistake: "an actor type that extends a resource type is not seen where `Actor` and the resource type meet",
        find: "type.extends.length > 1 || type.extends.some((parent) => types.get(parent)?.kind !== type.kind),",
        replace: "type.extends.length > 1,",
      },
      {
        name: "polar/types-with-a-common-subtype-are-apart",
        mistake: "two types with a type below both are taken for types that nothing can be of",
        find: "return isSubtype(types, a, b) || isSubtype(types, b, a) || commonSubtypes(types, a, b).length > 0;",
        replace: "return isSubtype(types, a, b) || isSubtype(types, b, a);",
        tests: ["test/polar/load-work.test.ts", load],
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/kinship.ts",
    [stratify, "test/polar/load-work.test.ts"],
    [
      {
        name: "polar/actor-or-resource-reach-nothing",
        mistake: "a call whose resource may be any `Resource` is taken to reach no rules of single types",
        find: 'if (type === "Actor" || type === "Resource") return undefined;',
        replace: 'if (type === "Actor" || type === "Resource") continue;',
      },
      {
        name: "polar/kin-of-the-first-of-several-types",
        mistake: "of a value of several types only the first counts",
        find: "if (types.size === 1) return kin;",
        replace: "return kin;",
      },
      {
        name: "polar/kin-by-way-of-two-supertypes",
        mistake: "types that share a subtype with two supertypes are not kin",
        find: "info.extends.length > 1) for",
        replace: "info.extends.length > 2) for",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/predicates.ts",
    [load, signatures, cases],
    [
      {
        name: "polar/allow-field-as-a-fact",
        mistake: "a fact of `allow_field` may be told",
        find: 'new Set(["allow", "allow_field", "allow_request"])',
        replace: 'new Set(["allow"])',
      },
      {
        name: "polar/any-arity",
        mistake: "a known predicate may be called with any number of arguments",
        find: "return arities !== undefined && !arities.has(arity);",
        replace: "return arities !== undefined && arities.size === 0;",
      },
    ],
  ),
  // --- what is known of values ----------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/infer.ts",
    [signatures, stratify, load],
    [
      {
        name: "polar/one-branch-decides",
        mistake: "what two alternatives say of a variable is what the first of them says",
        find: "if (possible.length > 1) {\n      const gathered",
        replace: "if (possible.length > 2) {\n      const gathered",
      },
      {
        name: "polar/branch-that-says-nothing",
        mistake:
          "a branch that says nothing of a variable is left out, so that the other branches decide what it can be",
        find: "for (const branch of possible) gathered.add(branch.get(name) ?? nothingKnown);",
        replace:
          "for (const branch of possible) {\n        const said = branch.get(name);\n        if (said !== undefined) gathered.add(said);\n      }",
      },
      {
        name: "polar/unequal-read-as-equal",
        mistake: '`x != "a"` says that x is "a"',
        find: 'if (condition.operator !== "=" && condition.operator !== ":=" && condition.operator !== "==") return false;',
        replace: 'if (["<", "<=", ">", ">="].includes(condition.operator)) return false;',
      },
      {
        name: "polar/list-with-a-rest-read-as-all",
        mistake: '`x in ["a", *rest]` says that x is "a"',
        find: 'if (collection.kind !== "list" || collection.rest !== undefined) return false;',
        replace: 'if (collection.kind !== "list") return false;',
      },
      {
        name: "polar/any-string-lost-among-some",
        mistake: "a value that is any string or one string is taken for the one",
        find: 'else if (types?.has("String") === true) this.#anyString = true;',
        replace: "",
      },
      {
        name: "polar/any-type-lost-among-some",
        mistake: "a value that may be of any type or of one is taken for one of the one",
        find: "if (types === undefined) this.#anyType = true;\n    if (this.#anyType) return;",
        replace: "if (this.#anyType) return;",
      },
      {
        name: "polar/numbers-of-one-type",
        mistake: "a Float that equals an Integer is taken for impossible",
        find: "if (isNumeric(a) && isNumeric(b)) return false;",
        replace: "",
      },
      {
        name: "polar/not-narrows-what-is-around-it",
        mistake: "what stands under `not` is taken to hold outside of it",
        find: 'case "term":\n      return narrow(inference, environment, condition.term, ofType("Boolean"));',
        replace:
          'case "term":\n      return narrow(inference, environment, condition.term, ofType("Boolean"));\n    case "not":\n      return constrainOnce(inference, condition.item, environment);',
      },
      {
        name: "polar/condition-of-forall-not-negated",
        mistake: "calls in the condition of `forall` do not count as negated",
        find: "follow(inference, condition.condition, inside, true, sites);",
        replace: "follow(inference, condition.condition, inside, negated, sites);",
      },
      {
        name: "polar/not-inside-not",
        mistake: "a negation inside of a negation counts as none",
        find: "follow(inference, condition.item, environment.inner(), true, sites);",
        replace: "follow(inference, condition.item, environment.inner(), !negated, sites);",
      },
      {
        name: "polar/patterns-of-heads-narrow-the-first-only",
        mistake: "what a head says of its second and later parameters is not used",
        find: "for (const param of params) {\n    if (param.pattern === undefined) continue;",
        replace: "for (const param of params.slice(0, 1)) {\n    if (param.pattern === undefined) continue;",
      },
      {
        name: "polar/not-says-nothing-inside",
        mistake: "what stands under a `not` says nothing of the calls beside it",
        find: "const inside = environment.inner();\n      constrain(inference, condition.item, inside);\n      visit(inference, condition.item, inside, true, sites);",
        replace: "visit(inference, condition.item, environment.inner(), true, sites);",
      },
      {
        name: "polar/not-leaks-to-the-calls-behind-it",
        mistake: "what stands under a `not` is taken to hold for the calls to its right",
        find: "follow(inference, condition.item, environment.inner(), true, sites);",
        replace: "follow(inference, condition.item, environment, true, sites);",
      },
      {
        name: "polar/forall-leaks-to-the-calls-behind-it",
        mistake: "what stands in a `forall` is taken to hold for the calls to its right",
        find: "const inside = environment.inner();\n      follow(",
        replace: "const inside = environment;\n      follow(",
      },
      {
        name: "polar/first-alternative-leaks",
        mistake: "what the first alternative says is taken to hold in the second",
        find: "const branches = condition.items.map((item) => {\n        const inside = environment.inner();\n        follow(inference, item, inside, negated, sites);\n        return inside;\n      });",
        replace:
          "const shared = environment.inner();\n      const branches = condition.items.map((item) => {\n        follow(inference, item, shared, negated, sites);\n        return shared;\n      });",
      },
      {
        name: "polar/one-round-is-enough",
        mistake: "what follows from an equality further to the right is not seen",
        find: "for (let round = 0; round < 20; round++) {",
        replace: "for (let round = 0; round < 1; round++) {",
      },
      {
        name: "polar/all-calls-are-plain",
        mistake: "calls under `not` count as plain where facts are inferred",
        find: "visit(inference, condition.item, inside, true, sites);",
        replace: "visit(inference, condition.item, inside, negated, sites);",
      },
      {
        name: "polar/empty-list-says-nothing",
        mistake: "`x in []` is not seen as impossible",
        find: "known ?? { types: new Set(), strings: undefined });",
        replace: "known ?? nothingKnown);",
      },
      {
        name: "polar/literals-behind-matches-say-nothing",
        mistake: "`x matches 1` says nothing of x",
        find: "return equate(inference, condition.term, condition.pattern.term, environment);",
        replace: "return false;",
      },
      {
        name: "polar/equality-narrows-one-side",
        mistake: "`x = y` says something of x alone",
        find: "const changed = narrow(inference, environment, left, b);\n  return narrow(inference, environment, right, a) || changed;",
        replace: "return narrow(inference, environment, left, b);",
      },
      {
        name: "polar/impossible-branches-count",
        mistake: "what a branch says that can never hold still counts",
        find: "const possible = branches.filter((branch) => !branch.isImpossible());",
        replace: "const possible = branches;",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/knowledge.ts",
    [load, signatures, stratify],
    [
      {
        name: "polar/no-string-is-a-string",
        mistake: "a variable that would have to be two strings at once is not seen as impossible",
        find: 'if (strings?.size === 0) types.delete("String");',
        replace: "",
      },
      {
        name: "polar/tenth-variable-mixed-up",
        mistake: "in a rule with many variables, what is known of one is looked up as that of another",
        find: "this.#indexes.set(name, this.#names.length - 1);",
        replace: "this.#indexes.set(name, this.#names.length - 2);",
      },
      {
        name: "polar/division-of-integers-is-an-integer",
        mistake: "`4 / 2` is taken for an Integer",
        find: 'if (term.operator === "/") return ofType("Float");',
        replace: "",
      },
      {
        name: "polar/strings-that-differ-overlap",
        mistake: "two calls with different strings are taken to be able to meet",
        find: "for (const string of a.strings) if (b.strings.has(string)) return true;",
        replace: "if (a.strings.size > 0 && b.strings.size > 0) return true;",
      },
      {
        name: "polar/common-subtypes-of-a-meeting",
        mistake: "a value of two types that have a common subtype is taken for impossible",
        find: "else for (const common of commonSubtypes(table, x, y)) types.add(common);",
        replace: "",
      },
      {
        name: "polar/strings-do-not-tell-knowledge-apart",
        mistake: "that a string is one of fewer than before counts as nothing new",
        find: "(sameSet(a.types, b.types) && sameSet(a.strings, b.strings));",
        replace: "sameSet(a.types, b.types);",
      },
      {
        name: "polar/strings-of-one-side",
        mistake: "of two sets of strings that both hold, the second is kept",
        find: "intersect(a.strings, b.strings);\n",
        replace: "b.strings;\n",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/predicate-uses.ts",
    [signatures, load, cases],
    [
      {
        name: "polar/open-providers-forgotten",
        mistake: "rules with an open name are not asked what a call with a name can answer",
        find: "return this.#open.length === 0 ? found : [...found, ...this.#open];",
        replace: "return found;",
      },
      {
        name: "polar/first-of-two-names",
        mistake: "a call with one of two names is read as one with the first",
        find: "names === undefined || names.size !== 1) return this.#providers;",
        replace: "names === undefined || names.size === 0) return this.#providers;",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/signatures.ts",
    [signatures, load, cases],
    [
      {
        name: "polar/asked-relations-may-be-told",
        mistake: "asking for a relation with an open name makes undeclared relations acceptable as facts",
        find: 'return name !== "has_relation" && ![...third.types].some((type) => isSubtype(types, type, "Resource"));',
        replace:
          'return name === "has_relation" || ![...third.types].some((type) => isSubtype(types, type, "Resource"));',
      },
      {
        name: "polar/asked-roles-may-be-told",
        mistake: "asking for a role with an open name makes undeclared roles of the type acceptable as facts",
        find: 'return name !== "has_relation" && ![...third.types].some((type) => isSubtype(types, type, "Resource"));',
        replace: 'return name !== "has_relation";',
      },
      {
        name: "polar/rules-are-not-looked-into-again",
        mistake: "what is learnt of a predicate later does not reach rules that were looked into before",
        find: "for (const other of entry.readers) pending.add(other);",
        replace: "",
      },
      {
        name: "polar/unknown-under-not",
        mistake: 'with `undefinedPredicates: "warning"` a predicate of unknown arguments may stand under `not`',
        find: "input.lenient && !site.negated)",
        replace: "input.lenient)",
      },
      {
        name: "polar/heads-of-derived-predicates-not-told",
        mistake: "facts of a predicate that has rules are refused",
        find: "for (const rule of rules) addHead(rule, environments.get(rule), inference, input.lenient, collector);",
        replace: "",
      },
      {
        name: "polar/too-many-arguments",
        mistake: "a call with six arguments counts as a fact",
        find: "const full = args.length > maxFactArguments ? undefined : filled(",
        replace: "const full = filled(",
      },
      {
        name: "polar/calls-in-alternatives-of-shorthand",
        mistake: "a call in an alternative of shorthand is not known as a fact",
        find: 'if (condition.kind === "and" || condition.kind === "or") return condition.items.some(mentionsOther);',
        replace: 'if (condition.kind === "and") return condition.items.some(mentionsOther);',
      },
      {
        name: "polar/negated-calls-are-not-uses",
        mistake: "a predicate that stands under `not` alone is not known as a fact",
        find: "const entry = uses.of(call.name.text, args.length);\n      if (!mayAddShape",
        replace:
          "if (site.negated) continue;\n      const entry = uses.of(call.name.text, args.length);\n      if (!mayAddShape",
      },
      {
        name: "polar/other-uses-for-what-cannot-be-a-fact",
        mistake: "a list is taken for an argument of a fact where the predicate's other uses say a type",
        find: "own !== undefined && own.size > 0 ? own : arg.types === undefined ? entry.positions[i] : undefined;",
        replace: "own !== undefined && own.size > 0 ? own : entry.positions[i];",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/signature-collector.ts",
    [signatures],
    [
      {
        name: "polar/shape-without-the-predicate",
        mistake: "two predicates with arguments of the same types share one signature",
        find: `const shape = \`\${predicate}(\${shapeOf(args)}\`;`,
        replace: "const shape = shapeOf(args);",
      },
      {
        name: "polar/first-type-of-each-argument",
        mistake: "of an argument that may be of several types only the first may be told",
        find: "combinations = combinations.flatMap((before) => choices.map((choice) => [...before, choice]));",
        replace:
          "combinations = combinations.flatMap((before) => choices.slice(0, 1).map((choice) => [...before, choice]));",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/fact-signatures.ts",
    [signatures, cases],
    [
      {
        name: "polar/resources-may-have-roles",
        mistake: "a role may be given to a resource that is no actor",
        find: 'const actor: SignatureArgument = { kind: "entity", type: "Actor" };',
        replace: 'const actor: SignatureArgument = { kind: "entity", type: "Resource" };',
      },
      {
        name: "polar/relations-of-any-name",
        mistake: "a relation may be told under the name of another relation of the type",
        find: "values: new Set([name]) }",
        replace: "values: new Set(type.relations.keys()) }",
      },
      {
        name: "polar/permissions-told-as-roles",
        mistake: "a role may be told by the name of a permission",
        find: 'add("has_role", actor, { kind: "string", values: type.roles }, self);',
        replace:
          'add("has_role", actor, { kind: "string", values: new Set([...type.roles, ...type.permissions]) }, self);',
      },
      {
        name: "polar/global-permissions-told-as-roles",
        mistake: "global permissions may be told as global roles and the other way round",
        find: 'add("has_permission", actor, { kind: "string", values: global.permissions });',
        replace:
          'add("has_permission", actor, { kind: "string", values: new Set([...global.permissions, ...global.roles]) });',
      },
    ],
  ),
  // --- negation -------------------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/stratify.ts",
    [stratify, "test/polar/stratify-meaning.test.ts"],
    [
      {
        name: "polar/what-stands-to-the-right-decides",
        mistake: "a call is taken to reach only what the conditions to its right leave, though it runs before them",
        find: "for (const { call, args, negated } of inferCallsInOrder(",
        replace: "for (const { call, args, negated } of inferCalls(",
      },
      {
        name: "polar/heads-of-open-type-not-reached",
        mistake: "a call on a known type is not taken to reach rules for any type",
        find: "if (type === undefined || related === undefined || related.has(type)) found.push(node);",
        replace: "if (related === undefined || (type !== undefined && related.has(type))) found.push(node);",
      },
      {
        name: "polar/heads-of-open-type-not-reached-among-many",
        mistake:
          "a call on a known type is not taken to reach rules for any type, where a predicate has rules for many types",
        find: "if (open !== undefined) found.push(open);",
        replace: "",
      },
      {
        name: "polar/heads-of-open-name-not-reached",
        mistake: "a call with a name is not taken to reach rules whose name is open",
        find: "collect(byName.get(undefined));",
        replace: "",
      },
      {
        name: "polar/first-of-several-names-reached",
        mistake: "a call with one of several names is taken to reach the rules of the first",
        find: "for (const name of names) collect(byName.get(name));",
        replace: "for (const name of [...names].slice(0, 1)) collect(byName.get(name));",
      },
      {
        name: "polar/reached-by-name-alone",
        mistake: "what calls reach is remembered by their name, whatever type they ask for",
        find: "const [nameKey, typeKey] = [keyOf(names), keyOf(types)];",
        replace: "const [nameKey, typeKey] = [keyOf(names), keyOf(names)];",
      },
      {
        name: "polar/reached-by-type-alone",
        mistake: "what calls reach is remembered by their type, whatever name they ask for",
        find: "const [nameKey, typeKey] = [keyOf(names), keyOf(types)];",
        replace: "const [nameKey, typeKey] = [keyOf(types), keyOf(types)];",
      },
      {
        name: "polar/many-targets-lead-nowhere",
        mistake: "a call that may reach more than 32 groups of rules leads to none of them",
        find: "const edges = targets.map((to) => ({ to, negative: false, span }));",
        replace: "const edges = targets.slice(0, 32).map((to) => ({ to, negative: false, span }));",
      },
      {
        name: "polar/cycles-of-three-fall-apart",
        mistake: "rules that lead back by way of others are not found to depend on each other",
        find: "if (parent !== undefined) lower(parent, low[node.index] as number);",
        replace: "",
      },
      {
        name: "polar/second-alternative-of-shorthand-leads-nowhere",
        mistake: "only the first part of shorthand with `or` or `and` counts among what it depends on",
        find: "for (const item of condition.items) this.#addEdgesOfShorthand(from, item, environment);",
        replace: "for (const item of condition.items.slice(0, 1)) this.#addEdgesOfShorthand(from, item, environment);",
      },
      {
        name: "polar/resource-as-a-type-of-its-own",
        mistake: "rules for any `Resource` are taken for rules of a type called so, which no call reaches",
        find: 'return value === "Actor" || value === "Resource" ? undefined : value;',
        replace: "return value;",
      },
      {
        name: "polar/negation-of-the-last-edge",
        mistake: "a rule that calls another both plainly and negated is looked at by its first call only",
        find: "if (!edge.negative || edge.to.component !== node.component) continue;",
        replace:
          "if (!edge.negative || edge.to.component !== node.component || node.edges.find(({ to }) => to === edge.to) !== edge) continue;",
      },
      {
        name: "polar/only-negations-of-itself",
        mistake: "a negation that leads back by way of another rule is not reported",
        find: "if (!edge.negative || edge.to.component !== node.component) continue;",
        replace: "if (!edge.negative || edge.to !== node) continue;",
      },
      {
        name: "polar/types-of-shorthand-unknown",
        mistake: "shorthand with `on` is taken to reach the roles of every type",
        find: "environment.set(condition.term.name, knowledgeOfPattern(condition.pattern, environment));",
        replace: "",
      },
      {
        name: "polar/negated-or-not",
        mistake: "a negated call counts as a plain one",
        find: "this.#addEdgesTo(this.#reached(call.name.text, args.length, args), from, call, negated);",
        replace:
          "this.#addEdgesTo(this.#reached(call.name.text, args.length, args), from, call, negated && args.length < 3);",
      },
      {
        name: "polar/finished-components-are-open",
        mistake: "rules that do not lead back are taken for a part of the cycle that was found before",
        find: "else if (to.component < 0) lower(node, order[to.index] as number);",
        replace: "else lower(node, order[to.index] as number);",
      },
      {
        name: "polar/strata-do-not-grow",
        mistake: "a rule below two negations is of the first stratum",
        find: "else stratum = Math.max(stratum, to.stratum + (negative ? 1 : 0));",
        replace: "else stratum = Math.max(stratum, negative ? 1 : 0);",
      },
      {
        name: "polar/recursion-of-one-rule",
        mistake: "a rule that calls itself is not recursive",
        find: "if (to.component === node.component) node.recursive = true;",
        replace: "if (to.component === node.component) node.recursive = component.length > 1;",
      },
    ],
  ),
  // --- checks ---------------------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/check-names.ts",
    [load, cases],
    [
      {
        name: "polar/permission-for-a-global-role",
        mistake: "a global permission passes for a global role where names are checked",
        find: 'kind === "role"\n        ? declared.global.roles\n        : declared.global.permissions;',
        replace:
          'kind === "role"\n        ? new Set([...declared.global.roles, ...declared.global.permissions])\n        : declared.global.permissions;',
      },
      {
        name: "polar/names-of-any-kind",
        mistake: "a permission passes for a role of the type where names are checked",
        find: 'return kind === "role" ? type.roles : kind === "permission"',
        replace: 'return kind === "role" ? new Set([...type.roles, ...type.permissions]) : kind === "permission"',
      },
      {
        name: "polar/names-of-any-type",
        mistake: "a name that some block declares passes for one of the type that is asked about",
        find: "const candidates = open ? [...declared.types.values()] : [...types].flatMap((t) => declared.types.get(t) ?? []);",
        replace: "const candidates = [...declared.types.values()];",
      },
      {
        name: "polar/relation-names-by-the-related-type",
        mistake: "the name of a relation is looked for among the relations of the related type",
        find: '(kind === "relation" ? known[0] : known[2])?.types;',
        replace: "known[2]?.types;",
      },
      {
        name: "polar/global-names-unchecked-without-a-block",
        mistake: "without a global block, any global role may be asked for",
        find: "if (names.has(name.value)) return;",
        replace: "if (declared.global === undefined || names.has(name.value)) return;",
      },
      {
        name: "polar/names-must-fit-all-types",
        mistake: "a role that one of two possible types declares is refused",
        find: "if (candidates.some((type) => namesOf(type, kind).has(name.value))) return;",
        replace:
          "if (candidates.length > 0 && candidates.every((type) => namesOf(type, kind).has(name.value))) return;",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/check-calls.ts",
    [load, golden, cases],
    [
      {
        name: "polar/wrong-arity-of-a-goal",
        mistake: "a goal may call a known predicate with another number of arguments",
        find: "if (predicates.arities(name) !== undefined) reportWrongArity(site, predicates, report);",
        replace: "if (predicates.arities(name) !== undefined) return true;",
      },
      {
        name: "polar/wrong-arity-once",
        mistake: "of calls with a wrong number of arguments only the first is reported",
        find: "for (const site of result.wrongArity) reportWrongArity(site, predicates, report);",
        replace:
          "for (const site of result.wrongArity.filter(({ negated }) => !negated)) reportWrongArity(site, predicates, report);",
      },
      {
        name: "polar/undefined-under-not",
        mistake: "a rule that does not exist may be called under `not`",
        find: "if (broken.has(rule)) continue;",
        replace: "if (broken.has(rule) || site.negated) continue;",
      },
      {
        name: "polar/short-names-are-never-similar",
        mistake: "a fact's name of four or five letters that is one letter away from a known one is not warned about",
        find: "if (length < 4) return false;",
        replace: "if (length < 6) return false;",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/check-fact.ts",
    [signatures, cases],
    [
      {
        name: "polar/first-argument-of-facts-unchecked",
        mistake: "the first argument of a fact may be of any type",
        find: "for (let i = 0; i < args.length; i++) {\n    if (!fitsArgument(types",
        replace: "for (let i = 1; i < args.length; i++) {\n    if (!fitsArgument(types",
      },
      {
        name: "polar/last-argument-of-facts-unchecked",
        mistake: "the last argument of a fact may be of any type",
        find: "for (let i = 0; i < args.length; i++) {\n    if (!fitsArgument(types",
        replace: "for (let i = 0; i < args.length - 1; i++) {\n    if (!fitsArgument(types",
      },
      {
        name: "polar/supertypes-fit-subtypes",
        mistake: "a fact about a supertype is taken where a subtype is asked for",
        find: "return isSubtype(types, type, expected.type);",
        replace: "return isSubtype(types, type, expected.type) || isSubtype(types, expected.type, type);",
      },
      {
        name: "polar/wildcard-of-any-type",
        mistake: "a wildcard of a type is taken for one of every type",
        find: 'if (actual === undefined || expected.kind === "any") return true;',
        replace:
          'if (actual === undefined || (typeof actual === "object" && "anyOf" in actual) || expected.kind === "any") return true;',
      },
      {
        name: "polar/number-of-arguments",
        mistake: "a fact with fewer arguments than its signature is taken",
        find: "if (signature.args.length !== args.length) return false;",
        replace: "if (signature.args.length < args.length) return false;",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/check-policy.ts",
    [load, golden],
    [
      {
        name: "polar/unreachable-with-an-underscore",
        mistake: "a rule that can never hold is not warned about if the variable begins with `_`",
        find: 'if (!isImpossible(known) || name.startsWith("_#")) continue;',
        replace: 'if (!isImpossible(known) || name.startsWith("_")) continue;',
      },
      {
        name: "polar/unreachable-by-the-second-variable",
        mistake: "only the first variable of a rule is asked whether it can be anything",
        find: "for (const [name, known] of environment.own()) {",
        replace: "for (const [name, known] of environment.own().slice(0, 1)) {",
      },
      {
        name: "polar/third-copy-of-a-rule",
        mistake: "of three equal rules only one is reported",
        find: "bySketch.set(sketch, undefined);",
        replace: "bySketch.delete(sketch);",
      },
      {
        name: "polar/global-permission-granted-by-another",
        mistake: "a global permission that nothing grants passes for granted if some type grants one of that name",
        find: 'rule.params.length === 2 ? new Set(["global"]) : resource?.types);',
        replace: "resource?.types);",
      },
      {
        name: "polar/granted-to-any-type",
        mistake: "a permission that nothing grants passes for granted if an unrelated type grants one of that name",
        find: 'granted.addOne(name, type ?? "global");',
        replace: "granted.addOne(name, undefined);",
      },
      {
        name: "polar/asked-with-an-open-name",
        mistake: "roles that a rule asks for with an open name are hinted at as unused",
        find: "return this.#isUsed(this.#byName.get(name), type) || this.#isUsed(this.#byName.get(undefined), type);",
        replace: "return this.#isUsed(this.#byName.get(name), type);",
      },
      {
        name: "polar/asked-of-a-subtype",
        mistake: "a role that only rules of a subtype ask for is hinted at as unused",
        find: "for (const other of this.#kin.of(type)) if (types.has(other)) return true;",
        replace: "",
      },
      {
        name: "polar/permissions-asked-by-way-of-others",
        mistake: "`allow` that asks for permissions by way of another rule is warned about",
        find: "for (const { to } of node.edges) reached.add(to);",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/check-relations.ts",
    [load, cases],
    [
      {
        name: "polar/relation-to-a-subtype",
        mistake: "a rule for a relation that names a subtype of the related type is refused",
        find: "if (target === other || typesOverlap(types, target, other)) return true;",
        replace: "if (target === other) return true;",
      },
      {
        name: "polar/relation-of-any-name",
        mistake: "a relation rule passes if any relation of the type leads to the related type, whatever its name",
        find: "if (name.strings !== undefined && !name.strings.has(relation)) continue;",
        replace: "",
      },
      {
        name: "polar/relation-order-unchecked",
        mistake: "a relation rule that is written the other way round is refused for another reason only",
        find: "if (declares(types, to, name, from)) {",
        replace: "if (name.strings !== undefined && declares(types, to, name, from)) {",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/check-rule-types.ts",
    [load, cases],
    [
      {
        name: "polar/one-field-is-enough",
        mistake: "a rule fits a `type` head if one of the fields is there",
        find: "return expected.every(({ key, pattern: p }) => {",
        replace: "return expected.some(({ key, pattern: p }) => {",
      },
      {
        name: "polar/lists-of-any-length",
        mistake: "a list fits a longer or shorter one of a `type` head",
        find: "isList && items.length === expected.length && items.every(",
        replace: "isList && items.length <= expected.length && items.every(",
      },
      {
        name: "polar/unannotated-roles",
        mistake: "the resource of has_role needs no type",
        find: "      return true;\n    default:\n      return false;\n  }\n}\n\n/** Whether the rule's parameter demands",
        replace:
          '      return true;\n    case "variable":\n      return type === "Resource";\n    default:\n      return false;\n  }\n}\n\n/** Whether the rule\'s parameter demands',
      },
      {
        name: "polar/entities-of-one-id",
        mistake: "an entity of another type with the same id fits the entity of a `type` head",
        find: 'return a.kind === "entity" && a.type.text === b.type.text && a.id.value === b.id.value;',
        replace: 'return a.kind === "entity" && a.id.value === b.id.value;',
      },
      {
        name: "polar/last-type-counts",
        mistake: "of several `type` heads of a name only the last counts",
        find: "for (const candidate of written) {",
        replace: "for (const candidate of written.slice(-1)) {",
      },
      {
        name: "polar/names-with-heads-of-their-own-are-free",
        mistake: "a name that the language does not know is free, whatever its `type` heads",
        find: "(own.length === 0 && written.length === 0)",
        replace: "own.length === 0",
      },
      {
        name: "polar/large-integers-alike",
        mistake: "two integers that are one as Floats fit each other in a `type` head",
        find: "return a.kind === b.kind && a.value === b.value;",
        replace: "return a.kind === b.kind && (a.value === b.value || Number(a.value) === Number(b.value));",
      },
      {
        name: "polar/dictionaries-of-any-size",
        mistake: "a dictionary with more entries fits the one of a `type` head",
        find: 'if (a.kind !== "dictionary" || a.entries.length !== b.entries.length) return false;',
        replace: 'if (a.kind !== "dictionary") return false;',
      },
      {
        name: "polar/entity-of-a-subtype-or-supertype",
        mistake: "an entity of a supertype fits a `type` head",
        find: "return !isKnownType(types, term.type.text) || isSubtype(types, term.type.text, type);",
        replace:
          "return !isKnownType(types, term.type.text) || isSubtype(types, term.type.text, type) || types.has(type);",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/check-tests.ts",
    [load, cases],
    [
      {
        name: "polar/fixture-of-the-first-test",
        mistake: "a fixture that two tests use has its facts in the first only",
        find: "used.add(item.name.text);\n      return fixture.facts;",
        replace:
          "if (used.has(item.name.text)) return [];\n      used.add(item.name.text);\n      return fixture.facts;",
      },
      {
        name: "polar/wildcard-with-fields",
        mistake: "`_: T{field: 1}` in a setup stands for anything of the type",
        find: 'if (pattern.kind === "type-pattern" && pattern.fields === undefined) return { anyOf: pattern.type.text };',
        replace: 'if (pattern.kind === "type-pattern") return { anyOf: pattern.type.text };',
      },
      {
        name: "polar/answers-of-another-variable",
        mistake: "`iff y in […]` is taken for the variable of the assertion",
        find: 'if (resolved.element.kind !== "variable" || resolved.element.name !== variable) {',
        replace: 'if (resolved.element.kind !== "variable") {',
      },
      {
        name: "polar/answers-that-are-no-values",
        mistake: "an answer behind `iff` that is no value is left out without an error",
        find: 'if (value === undefined) refuse(item.span, "an answer is an entity, a string, an integer or a boolean");\n    else values.push(value);',
        replace: "if (value !== undefined) values.push(value);",
      },
      {
        name: "polar/assertion-of-two-variables",
        mistake: "an assertion may have a second variable",
        find: "if (other !== undefined) {",
        replace: "if (other !== undefined && assertion.negated) {",
      },
      {
        name: "polar/facts-of-setups-unchecked",
        mistake: "a fact of a setup may name a role that nothing declares",
        find: "if (report.diagnostics.length > reported) return undefined;\n  const refusal = checkFact(policy, { predicate, args });",
        replace:
          'if (report.diagnostics.length > reported) return undefined;\n  const refusal = checkFact(policy, { predicate, args: args.map((arg) => (typeof arg === "string" ? undefined : arg)) });',
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/check-variables.ts",
    [load, resolve, golden, cases],
    [
      {
        name: "polar/unsafe-variables-of-heads-only",
        mistake: "a variable that occurs once in a body is an error only in a rule whose head has variables",
        find: "for (const variable of inBody) {\n    if (!isAlone(variable)) continue;",
        replace: "for (const variable of inBody) {\n    if (!isAlone(variable) || inHead.length === 0) continue;",
      },
      {
        name: "polar/unused-parameters-unreported",
        mistake: "an unused parameter is warned about only in rules with a body",
        find: "for (const variable of inHead) {\n    if (!isAlone(variable)) continue;",
        replace: "for (const variable of inHead) {\n    if (!isAlone(variable) || rule.body === undefined) continue;",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/walk.ts",
    [resolve, load, cases],
    [
      {
        name: "polar/arguments-of-methods-not-walked",
        mistake: "variables among the arguments of a method are not seen",
        find: "for (const arg of term.args ?? []) walkTerm(arg, visitor);",
        replace: "",
      },
      {
        name: "polar/rest-of-a-pattern-not-walked",
        mistake: "the variable for the rest of a list pattern is not seen",
        find: "for (const item of pattern.items) walkPattern(item, visitor);\n      if (pattern.rest !== undefined) walkTerm(pattern.rest, visitor);",
        replace: "for (const item of pattern.items) walkPattern(item, visitor);",
      },
      {
        name: "polar/action-of-forall-not-walked",
        mistake: "what stands in the second part of `forall` is not seen",
        find: "walkCondition(condition.action, visitor);",
        replace: "",
      },
      {
        name: "polar/computed-member-not-walked",
        mistake: "the variable of a computed member is not seen",
        find: 'if (term.member.kind === "variable" || term.member.kind === "constant") walkTerm(term.member, visitor);',
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/canonical.ts",
    [load],
    [
      {
        name: "polar/exact-matches-are-the-same",
        mistake: "rules that differ in `matches` and `matches!` count as the same",
        find: 'this.text += condition.exact ? " matches!" : " matches";',
        replace: 'this.text += " matches";',
      },
      {
        name: "polar/entities-of-all-types-are-the-same",
        mistake: "rules that differ in the type of an entity count as the same",
        find: `this.text += \` \${term.type.text}{\${JSON.stringify(String(term.id.value))}\`;`,
        replace: `this.text += \` {\${JSON.stringify(String(term.id.value))}\`;`,
      },
      {
        name: "polar/variables-are-the-same",
        mistake: "rules that differ in which variables are equal count as the same",
        find: "if (number === undefined) this.#numbers.set(name, (number = this.#numbers.size));",
        replace: "if (number === undefined) this.#numbers.set(name, (number = 0));",
      },
      {
        name: "polar/arithmetic-is-the-same",
        mistake: "rules that differ in an arithmetic sign count as the same",
        find: `this.text += \` \${term.operator}\`;`,
        replace: 'this.text += " arithmetic";',
      },
      {
        name: "polar/rests-are-the-same",
        mistake: "rules that differ in a `*rest` count as the same",
        find: "if (pattern.rest !== undefined) this.#rest(pattern.rest);",
        replace: "",
      },
    ],
  ),
  // --- loading --------------------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/assemble.ts",
    [load, resolve, expand, cases],
    [
      {
        name: "polar/own-allow-of-two-arguments",
        mistake: "a policy with an own allow rule of two arguments keeps the default rule of three",
        find: '!rules.some((rule) => rule.name.text === "allow")',
        replace: '!rules.some((rule) => rule.name.text === "allow" && rule.params.length === 3)',
      },
      {
        name: "polar/one-rule-too-many",
        mistake: "the limit of rules lets one more pass",
        find: "const surplus = drafts[limit];",
        replace: "const surplus = drafts[limit + 1];",
      },
      {
        name: "polar/names-in-heads-unchecked",
        mistake: "a rule may grant a permission that its type does not declare",
        find: "checkName(rule.name, terms, headKnowledge(inference, rule.params), declared, report);",
        replace:
          "if (rule.body === undefined) checkName(rule.name, terms, headKnowledge(inference, rule.params), declared, report);",
      },
      {
        name: "polar/rules-that-miss-their-types-are-kept",
        mistake: "rules without a body need not fit their types",
        find: 'if (rule.origin === "written") {\n      checkRule',
        replace: 'if (rule.origin === "written" && rule.body !== undefined) {\n      checkRule',
      },
      {
        name: "polar/declares-of-one-argument-too-many",
        mistake: "`declare` takes six arguments",
        find: "if (statement.types.length < 1 || statement.types.length > maxFactArguments) {",
        replace: "if (statement.types.length < 1 || statement.types.length > maxFactArguments + 1) {",
      },
      {
        name: "polar/allow-of-any-arity",
        mistake: "`allow_request` of four arguments is no error",
        find: "const fixed = neverFacts.has(rule.name) ? builtinPredicates.get(rule.name) : undefined;",
        replace: 'const fixed = rule.name === "allow" ? builtinPredicates.get(rule.name) : undefined;',
      },
      {
        name: "polar/flags-in-blocks",
        mistake: "a flag before shorthand is not warned about",
        find: 'for (const item of block.items) if (item.kind === "shorthand") warnFlags(item.flags, report);',
        replace: "",
      },
      {
        name: "polar/shorthand-before-rules",
        mistake: "shorthand rules come before written ones, which a `cut` can tell",
        find: "drafts.push(...expandBlocks(blocks, declarations, constants, report));",
        replace: "drafts.unshift(...expandBlocks(blocks, declarations, constants, report));",
      },
      {
        name: "polar/names-under-not-unchecked",
        mistake: "a rule may ask under `not` for a role that nothing declares",
        find: "for (const site of sites.get(rule) ?? []) checkNameOfCall(site, declared, report);",
        replace:
          "for (const site of sites.get(rule) ?? []) if (!site.negated) checkNameOfCall(site, declared, report);",
      },
      {
        name: "polar/second-head-of-a-name",
        mistake: "of two `type` heads of one name the second is not kept",
        find: "else list.push(type);",
        replace: "else list[0] = type;",
      },
      {
        name: "polar/unknown-predicates-are-facts",
        mistake: "without the option, a call of which nothing is known is taken for a fact of anything",
        find: 'options.undefinedPredicates === "warning";',
        replace: 'options.undefinedPredicates !== "error";',
        tests: [signatures],
      },
      {
        name: "polar/too-many-combinations-unreported",
        mistake: "a predicate whose combinations of types are too many loads without its signatures",
        find: "if (result.overflow !== undefined) {",
        replace: "if (result.overflow !== undefined && lenient) {",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/load.ts",
    [load],
    [
      {
        name: "polar/warnings-of-good-policies-lost",
        mistake: "warnings that say something of the whole policy are left out although all of it could be read",
        find: "const found = broken ? withoutConsequences(",
        replace: "const found = broken || statements.length > 0 ? withoutConsequences(",
      },
      {
        name: "polar/copy-under-another-name",
        mistake: "the same text under a third name is loaded",
        find: "if (sameText === undefined) byText.set(text, source);",
        replace: "if (sameText === undefined && byText.size === 0) byText.set(text, source);",
      },
      {
        name: "polar/error-of-the-last-source-only",
        mistake: "a fault of syntax refuses the policy only if it stands in the last source",
        find: "syntax.push(...diagnostics);",
        replace: "syntax.splice(0, syntax.length, ...diagnostics);",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/consequences.ts",
    [load, "test/diagnostics/ten-mistakes.test.ts"],
    [
      {
        name: "polar/every-missing-name-is-a-consequence",
        mistake: "beside a fault of syntax no missing name is reported, wherever it stands",
        find: "return !mentioned.some((name) => unread.has(name));",
        replace: "return mentioned.every((name) => name.length === 0);",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/goal.ts",
    [resolve, load, cases],
    [
      {
        name: "polar/goals-with-errors-are-asked",
        mistake: "a goal whose names the policy does not know is evaluated",
        find: "return { goal: hasErrors(all) ? undefined : goal, diagnostics: all };",
        replace: "return { goal: hasErrors(diagnostics) ? undefined : goal, diagnostics: all };",
      },
      {
        name: "polar/names-of-goals-unchecked",
        mistake: "a goal may ask for a role that nothing declares",
        find: "if (checkGoalCall(site, predicates, report)) checkNameOfCall(site, policy, report);",
        replace: "checkGoalCall(site, predicates, report);",
      },
      {
        name: "polar/nesting-of-goals",
        mistake: "a goal may be nested as deep as a policy, whatever the limit",
        find: "options.nesting === undefined ? undefined : { nesting: options.nesting },",
        replace: "undefined,",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/report.ts",
    [load, golden],
    [
      {
        name: "polar/one-problem-at-a-place",
        mistake: "of two problems that begin at one place the second is lost, though it may be the error",
        find: `const key = \`\${span.start} \${code} \${message}\`;`,
        replace: `const key = \`\${span.start}\`;`,
      },
    ],
  ),
  // --- text -----------------------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/lexer.ts",
    [lexer, cases],
    [
      {
        name: "polar/comments-reach-beyond-a-carriage-return",
        mistake: "a comment that ends with CR swallows the next line",
        find: "const commentCharacters = /[^\\n\\r\\0",
        replace: "const commentCharacters = /[^\\n\\0",
      },
      {
        name: "polar/names-of-three-parts",
        mistake: "a name of three parts ends with the second",
        find: 'while (text.startsWith("::", at)) {',
        replace: 'if (text.startsWith("::", at)) {',
      },
      {
        name: "polar/isolates-in-strings",
        mistake: "a string may hold an open bidirectional isolate",
        find: 'const stringCharacters = /[^"\\\\\\n\\0\\ud800-\\udfff\\u202a-\\u2069]*/y;',
        replace: 'const stringCharacters = /[^"\\\\\\n\\0\\ud800-\\udfff\\u202a-\\u202e]*/y;',
      },
      {
        name: "polar/escape-of-the-last-character",
        mistake: "what follows an escape that stands for itself is lost",
        find: "copied = escaped === undefined ? at + 1 : at + 2;",
        replace: "copied = at + 2;",
      },
      {
        name: "polar/number-eats-the-member",
        mistake: "`1.5.5` is the number 1.5 and nothing more is said",
        find: "if (end > at) {\n      const number",
        replace: "if (end > at && this.#startsName(at)) {\n      const number",
      },
      {
        name: "polar/source-of-the-limit",
        mistake: "a source of ASCII may be larger than the limit",
        find: "return bytes > limit;",
        replace: "return bytes > limit + 1;",
        tests: [load],
      },
      {
        name: "polar/characters-beyond-ascii-are-short",
        mistake: "a source of characters of three bytes may be larger than the limit",
        find: "else bytes += 3;",
        replace: "else bytes += 2;",
        tests: [load],
      },
      {
        name: "polar/token-as-long-as-the-limit",
        mistake: "a token of the greatest length is refused",
        find: "if (end - start > MAX_TOKEN_LENGTH) {",
        replace: "if (end - start >= MAX_TOKEN_LENGTH) {",
      },
      {
        name: "polar/escape-before-a-line-end",
        mistake: "a backslash before a line end lets the string go on",
        find: "text.charCodeAt(at + 1) !== 10) {",
        replace: "text.charCodeAt(at + 1) !== 11) {",
      },
      {
        name: "polar/nul-in-a-comment",
        mistake: "a comment may hold NUL",
        find: "      this.#checkInside(at);\n    }\n    this.#checkBidirectional(start, at);",
        replace: "    }\n    this.#checkBidirectional(start, at);",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/characters.ts",
    [lexer],
    [
      {
        name: "polar/names-that-look-alike",
        mistake: "a name may hold characters that do not show",
        find: "\\p{Noncharacter_Code_Point}\\p{Default_Ignorable_Code_Point}]/u",
        replace: "\\p{Noncharacter_Code_Point}]/u",
      },
      {
        name: "polar/inner-control-closes-the-outer",
        mistake: "a bidirectional control counts as closed by the closing of another kind",
        find: "else if (open.at(-1)?.close === code) open.pop();",
        replace: "else if (code === 0x202c || code === 0x2069) open.pop();",
      },
      {
        name: "polar/low-half-alone",
        mistake: "the second half of a surrogate pair may stand alone",
        find: "return before < 0xd800 || before > 0xdbff;",
        replace: "return before > 0xdbff;",
      },
      {
        name: "polar/controls-in-messages",
        mistake: "a message shows bidirectional controls as they are",
        find: "(code < 128 ? code < 32 || code === 127 : hidden.test(c)) ? escapeOf(code) : c;",
        replace: "code < 32 ? escapeOf(code) : c;",
        tests: [lexer, parser],
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-literals.ts",
    [parser, cases],
    [
      {
        name: "polar/long-integers-rounded",
        mistake: "integers of sixteen digits are read as Floats and rounded",
        find: "if (digits.length <= 15) return BigInt(Number(digits));",
        replace: "if (digits.length <= 16) return BigInt(Number(digits));",
      },
      {
        name: "polar/smallest-integer-positive",
        mistake: "9223372036854775808 is read without its sign",
        find: "magnitude > (negative ? MAX_INTEGER + 1n : MAX_INTEGER)",
        replace: "magnitude > MAX_INTEGER + 1n",
      },
      {
        name: "polar/leading-zeros-of-long-integers",
        mistake: "an integer with many leading zeros is too large",
        find: 'digits.replace(/^0+/, "")',
        replace: 'digits.replace(/^0/, "")',
      },
      {
        name: "polar/sign-apart",
        mistake: "a sign belongs to a number that does not touch it",
        find: "return isNumber(after) && after.start === c.token.end;",
        replace: "return isNumber(after);",
      },
      {
        name: "polar/sign-of-a-float",
        mistake: "a negative Float is read without its sign",
        find: 'return { kind: "float", value: negative ? -magnitude : magnitude, span };',
        replace: 'return { kind: "float", value: negative && magnitude === Infinity ? -magnitude : magnitude, span };',
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-expressions.ts",
    [parser, printer],
    [
      {
        name: "polar/operators-to-the-right",
        mistake: "`10 - 3 - 2` is `10 - (3 - 2)`",
        find: "top.level >= level; top = pending.at(-1)) {",
        replace: "top.level >= level && !(top.level === SUM && level === SUM); top = pending.at(-1)) {",
      },
      {
        name: "polar/products-to-the-right",
        mistake: "`12 / 3 * 2` is `12 / (3 * 2)`",
        find: "top.level >= level; top = pending.at(-1)) {",
        replace: "top.level >= level && !(top.level === PRODUCT && level === PRODUCT); top = pending.at(-1)) {",
      },
      {
        name: "polar/not-takes-the-whole-conjunction",
        mistake: "`not a and b` is `not (a and b)`",
        find: "const NOT = 3;",
        replace: "const NOT = 1.5;",
      },
      {
        name: "polar/ambiguity-at-the-end",
        mistake: "`a or b and c` is not warned about, `a and b or c` is",
        find: "if (chain.level === OR && isBareAnd(item)) chain.mixed ??= item;",
        replace: "if (chain.level === OR && chain.items.length === 1 && isBareAnd(item)) chain.mixed ??= item;",
      },
      {
        name: "polar/matches-anything-below",
        mistake: "`matches!` asks whether something is of the type or of one below it",
        find: 'const exact = c.next().text === "matches!";',
        replace: 'const exact = c.next().text === "matches!" && c.at("{");',
      },
      {
        name: "polar/assignment-to-a-member",
        mistake: "left of `:=` may stand more than a variable",
        find: '|| left.node.term.kind !== "variable" || left.parens)',
        replace: "|| left.parens)",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-atoms.ts",
    [parser, printer],
    [
      {
        name: "polar/parentheses-are-not-kept",
        mistake: "a tree does not say where parentheses stood, which a `cut` can tell",
        find: '"condition" in node ? { condition: { ...node.condition, parens: true as const } } : node;',
        replace: "node;",
      },
      {
        name: "polar/list-after-the-rest",
        mistake: "`[1, *rest, 2]` is read as `[1, *rest]`",
        find: 'if (!c.at("]")) c.fail("`]`", { help: "`*rest` ends a list" });',
        replace: 'while (!c.at("]") && !c.at("end")) c.next();',
      },
      {
        name: "polar/closed-forall-counts-as-open",
        mistake: "after many `forall` a policy is too deep",
        find: "c.leave();\n  const height = Math.max(condition.height, action.height) + 1;",
        replace: "const height = Math.max(condition.height, action.height) + 1;",
      },
      {
        name: "polar/parts-of-forall-swapped",
        mistake: "the two parts of `forall` change places",
        find: "condition: asCondition(c, condition), action: asCondition(c, action)",
        replace: "condition: asCondition(c, action), action: asCondition(c, condition)",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-patterns.ts",
    [parser, cases],
    [
      {
        name: "polar/names-in-lists-are-types",
        mistake: "a name in a list pattern is a type and not a variable",
        find: 'items.push(parsePattern(c, "part"));',
        replace: 'items.push(parsePattern(c, "head"));',
      },
      {
        name: "polar/names-in-fields-are-types",
        mistake: "a name as a field of a pattern is a type and not a variable",
        find: 'c.take(":") ? parsePattern(c, "part")',
        replace: 'c.take(":") ? parsePattern(c, "head")',
      },
      {
        name: "polar/closed-fields-count-as-open",
        mistake: "after many patterns with fields a policy is too deep",
        find: 'if (!c.take(",") && !c.at("}")) c.expectClose(open, "}", "`,` or `}`");\n  }\n  c.next();\n  c.leave();',
        replace: 'if (!c.take(",") && !c.at("}")) c.expectClose(open, "}", "`,` or `}`");\n  }\n  c.next();',
        tests: [parser],
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-blocks.ts",
    [parser, printer, expand],
    [
      {
        name: "polar/first-supertype-only",
        mistake: "of several supertypes only the first two are read",
        find: 'while (c.take(",")) {\n    if (c.at("{")) break;',
        replace: 'if (c.take(",")) {\n    if (c.at("{")) return names;',
      },
      {
        name: "polar/on-is-forgotten-after-a-keyword",
        mistake: "`global` before a name lets an `on` behind it pass",
        find: 'const on = global === undefined && c.atWord("on") ? parseOn(c) : undefined;',
        replace: 'const on = c.atWord("on") ? parseOn(c) : undefined;',
      },
      {
        name: "polar/ambiguity-in-shorthand",
        mistake: "`and` beside `or` in shorthand is not warned about if it stands at the end",
        find: 'word === "or" ? items.find((item) => item.kind === "short-and" && item.parens === undefined) : undefined;',
        replace:
          'word === "or" ? items.slice(0, 1).find((item) => item.kind === "short-and" && item.parens === undefined) : undefined;',
      },
      {
        name: "polar/missing-end-of-an-item",
        mistake: "an item without its `;` at the end of a line is taken without an error",
        find: 'if (c.at("}") || begins || c.startsLine(c.token)) c.complain(expected, { help: "missing `;`" });',
        replace:
          'if (c.startsLine(c.token)) return;\n  if (c.at("}") || begins) c.complain(expected, { help: "missing `;`" });',
      },
      {
        name: "polar/list-of-names-ends-early",
        mistake: "names behind a missing comma are lost without an error",
        find: 'strings.push(parseString(c, "a name in double quotes"));\n    if (!c.take(",") && !c.at("]")) c.expectClose(open, "]", "`,` or `]`");',
        replace: 'strings.push(parseString(c, "a name in double quotes"));\n    c.take(",");',
      },
      {
        name: "polar/parentheses-of-shorthand",
        mistake: "parentheses in shorthand say nothing: what is in them joins the chain around them",
        find: "const inner = parseShortOr(c);",
        replace: 'const inner = parseShortChain(c, "or", parseShortAtom);',
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-tests.ts",
    [parser, load],
    [
      {
        name: "polar/setup-after-assertions",
        mistake: "a setup behind assertions is taken without an error",
        find: "if (setup.length > 0 || assertions.length > 0) {",
        replace: "if (setup.length > 0) {",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-cursor.ts",
    [parser],
    [
      {
        name: "polar/one-level-too-deep",
        mistake: "the limit of nesting lets one more level pass",
        find: "if (++this.#depth > this.maxNesting)",
        replace: "if (++this.#depth > this.maxNesting + 1)",
      },
      {
        name: "polar/problems-behind-an-earlier-one",
        mistake: "behind a bad character in one statement, faults of all later statements are not reported",
        find: "this.#itemStart = this.previous?.end ?? 0;",
        replace: "",
      },
      {
        name: "polar/recovery-skips-a-statement",
        mistake: "after a fault the statement behind it is not read either",
        find: 'if (kind === ";") return;',
        replace: 'if (kind === ";" && open > 0) return;',
      },
      {
        name: "polar/statements-behind-a-brace",
        mistake: "after a fault inside of braces the statement behind them is lost",
        find: 'if (open === 0 && (this.take(";") !== undefined || this.startsLine(this.token))) return;',
        replace: 'if (open === 0 && this.take(";") !== undefined) return;',
      },
      {
        name: "polar/every-fault-follows-another",
        mistake: "a fault behind a bad character anywhere before it is not reported",
        find: "while ((starts[this.#nextLexicalProblem] ?? Infinity) < this.#itemStart) this.#nextLexicalProblem++;",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/parser-operands.ts",
    [parser, cases],
    [
      {
        name: "polar/values-as-conditions",
        mistake: "`nil` is taken for a condition that holds",
        find: "if (!operand.broken) reportNoCondition(c, term, start, end);",
        replace: 'if (!operand.broken && term.kind !== "nil") reportNoCondition(c, term, start, end);',
      },
    ],
  ),
  // --- text again -----------------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/printer.ts",
    [printer],
    [
      {
        name: "polar/printed-without-parentheses",
        mistake: "`1 - (2 - 3)` is printed as `1 - 2 - 3`",
        find: `\${termAt(term.right, level + 1)}\`;`,
        replace: `\${termAt(term.right, level)}\`;`,
      },
      {
        name: "polar/printed-not-without-parentheses",
        mistake: "`not (a and b)` is printed without its parentheses",
        find: `return { text: \`not \${conditionAt(condition.item, COMPARISON)}\`, level: NOT };`,
        replace: `return { text: \`not \${conditionAt(condition.item, AND)}\`, level: NOT };`,
      },
      {
        name: "polar/printed-string-with-a-backslash",
        mistake: "a backslash in a string is printed as one",
        find: 'value.replace(/["\\\\\\n\\r\\t\\0]/g,',
        replace: 'value.replace(/["\\n\\r\\t\\0]/g,',
      },
      {
        name: "polar/printed-shorthand-without-parentheses",
        mistake: "`(a or b) and c` in shorthand is printed without its parentheses if the tree does not mark them",
        find: `return body.parens || loosest > OR ? \`(\${text})\` : text;`,
        replace: `return body.parens ? \`(\${text})\` : text;`,
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/format.ts",
    [format],
    [
      {
        name: "polar/trees-with-something-missing-are-equal",
        mistake: "a formatted text in which something is missing counts as the same",
        find: "for (const key of Object.keys(left)) if (!sameTree(left[key], right[key])) return false;",
        replace:
          "for (const key of Object.keys(left)) if (right[key] !== undefined && !sameTree(left[key], right[key])) return false;",
        tests: [printer, format],
      },
      {
        name: "polar/unfaithful-text-is-written",
        mistake: "a formatted text is written although it says something else than the policy",
        find: "isFaithful(source, file, text) ? text : source.text",
        replace: "text",
        noEffect:
          "what is laid out says the same for every policy, which tests hold against the net that this is: only a second mistake could show it",
      },
      {
        name: "polar/lost-comments-are-faithful",
        mistake: "a formatted text without the last comment counts as the same",
        find: "return before.length === after.length && before.every((comment, i) => comment === after[i]);",
        replace: "return after.every((comment, i) => comment === before[i]);",
      },
      {
        name: "polar/line-ends-inside-strings",
        mistake: "a policy with one CRLF among its line ends gets CRLF everywhere",
        find: "/\\r\\n/.test(source.text) && !/[^\\r]\\n/.test(source.text)",
        replace: "/\\r\\n/.test(source.text)",
      },
      {
        name: "polar/trees-of-one-kind-are-equal",
        mistake: "a text with an item more counts as the same",
        find: "for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined) return false;",
        replace: "",
        tests: [format, printer],
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/format-expressions.ts",
    [format],
    [
      {
        name: "polar/number-grows-together-with-a-dot",
        mistake: "`1 .a` becomes `1.a`",
        find: 'if (isNumber(term.target) && term.span.start === term.target.span.start) w.layout.text(" ");',
        replace: "",
      },
      {
        name: "polar/comma-behind-the-rest",
        mistake: "a list that is broken into lines gets a comma behind its `*rest`",
        find: "{\n        keepBroken: true,\n        trailingComma: term.rest === undefined,\n      });",
        replace: "{\n        keepBroken: true,\n        trailingComma: true,\n      });",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/format-writer.ts",
    [format],
    [
      {
        name: "polar/held-comments-lost",
        mistake: "of two comments behind one token only the first is kept",
        find: "for (const comment of rest) this.layout.ownComment(comment);",
        replace: "void rest;",
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/layout.ts",
    [format],
    [
      {
        name: "polar/comments-fit-on-the-line",
        mistake: "a group with a comment of its own is laid out on one line",
        find: 'outer.push({ kind: "group", pieces: this.#pieces, broken: this.#broken.pop() === true });',
        replace:
          'outer.push({ kind: "group", pieces: this.#pieces, broken: this.#broken.pop() === true && this.#pieces.length > 4 });',
      },
    ],
  ),
  // --- preludes -------------------------------------------------------------------------------------------------------
  ...mutantsOf(
    "src/polar/preludes.ts",
    [preludes, "test/polar/preludes.test.ts", cases],
    [
      {
        name: "polar/prelude-undeclared-action-by-a-parent",
        mistake: "a role on an ancestor grants an action that the resource does not declare",
        find: "  resource(target, namespace, actions, _) and\n  action in actions and\n",
        replace: "  resource(target, namespace, actions, _) and\n  actions = actions and\n",
      },
      {
        name: "polar/prelude-undeclared-action",
        mistake: "a role grants an action that the resource does not declare",
        find: "  resource(target, _, actions, roles) and\n  action in actions and\n",
        replace: "  resource(target, _, actions, roles) and\n  actions = actions and\n",
      },
      {
        name: "polar/prelude-namespace-of-the-parent",
        mistake: "a role on an ancestor implies roles of whatever namespace its name has",
        find: '  implied.split(":") = [namespace, *rest] and',
        replace: '  implied.split(":") = [_, *rest] and namespace = namespace and',
      },
      {
        name: "polar/prelude-permissions-of-any-namespace",
        mistake: "a role on an ancestor grants permissions of whatever namespace their name has",
        find: '  permission.split(":") = [namespace, *rest] and',
        replace: '  permission.split(":") = [_, *rest] and namespace = namespace and',
      },
      {
        name: "polar/prelude-ancestors-of-one-level",
        mistake: "roles do not reach down two levels",
        find: "resource_role_ancestor(ancestor, child) if parent_child(parent, child) and resource_role_ancestor(ancestor, parent);",
        replace: "resource_role_ancestor(ancestor, child) if parent_child(ancestor, child);",
      },
      {
        name: "polar/prelude-roles-imply-upwards",
        mistake: "in an order of roles, each includes the stronger ones too",
        find: "_role_after(role, included, [role, *weaker]) if included in weaker;",
        replace: "_role_after(role, included, [included, *weaker]) if role in weaker;",
      },
      {
        name: "polar/prelude-role-of-another-organization",
        mistake: "a role in one organization counts for the resources of all of them",
        find: "  user_in_role(user, role, target) and",
        replace: "  user_in_role(user, role, _other) and",
      },
      {
        name: "polar/prelude-check-knows-no-actions",
        mistake: "a role may grant an action that is not declared, and the check says nothing",
        find: "!actions.has(item.value)\n",
        replace: "actions.size === 0\n",
      },
      {
        name: "polar/prelude-check-of-the-first-role",
        mistake: "only the first role of a definition is checked",
        find: "for (const { key: role, value } of fourth.entries) {",
        replace: "for (const { key: role, value } of fourth.entries.slice(0, 1)) {",
      },
    ],
  ),
];
