import { type Mutant, mutantsOf } from "../mutant.js";

const reach = "test/solver/reach.test.ts";
const host = "test/solver/host.test.ts";
const terms = "test/solver/terms.test.ts";
const branches = "test/solver/branches.test.ts";
const control = "test/solver/control.test.ts";
const cases = "test/solver/cases.test.ts";
const operators = "test/solver/operators.test.ts";
const limits = "test/solver/limits.test.ts";
const small = "test/solver/explain-small.test.ts";
const explain = "test/solver/explain.test.ts";
const predicate = "test/filter/predicate.test.ts";

/** The general evaluator and its host objects; and `src/filter`. What is compiled to look-ups has a list of its own. */
export const solver: readonly Mutant[] = [
  ...mutantsOf(
    "src/solver/properties.ts",
    [reach],
    [
      {
        name: "solver/calls-undeclared-function",
        mistake: "a function among the object's own data is called although the declared `fields` leave it out [S07]",
        find: "Object.hasOwn(object, name) && (info.fields === undefined || info.fields.has(name))",
        replace: "Object.hasOwn(object, name)",
      },
      {
        name: "solver/reads-undeclared-data",
        mistake: "own data is readable although `fields` are declared",
        find: "if (info?.fields === undefined && Object.hasOwn(object, name)) {",
        replace: "if (Object.hasOwn(object, name)) {",
      },
      {
        name: "solver/undeclared-getter-counts",
        mistake: "with declared `fields`, any member of the class chain may be read, its getters too",
        find: 'return typeof member?.value === "function" ? member : undefined;',
        replace: "return member;",
      },
      {
        name: "solver/method-of-the-object-first",
        mistake: "a method is looked up from the object on, so a function of its own replaces that of the class",
        find: "const member = classMember(info, name);\n    if",
        replace: "const member = classMember(info, name) && memberOf(object, name);\n    if",
      },
      {
        name: "solver/undeclared-class-gives-methods",
        mistake: "an object of a class that is not declared has its functions called",
        find: "if (unreachable.has(name) || info === undefined) return missing(name, owner);",
        replace:
          "if (unreachable.has(name)) return missing(name, owner);\n  if (info === undefined) return (object as never)[name];",
      },
      {
        name: "solver/names-of-object-prototype",
        mistake:
          "only three names are out of reach; `toString` or `valueOf` are reachable where a class or an object has its own",
        find: "  ...Object.getOwnPropertyNames(Object.prototype),\n",
        replace: "",
      },
      {
        name: "solver/reads-object-prototype",
        mistake: "a declared field is read from a polluted Object.prototype too",
        find: "p !== null && !isRoot(p); p",
        replace: "p !== null; p",
      },
      {
        name: "solver/foreign-object-prototype",
        mistake: "the Object.prototype of another realm counts as a class of the application",
        find: "return prototype === Object.prototype || (Object.getPrototypeOf(prototype) === null && isForeignRoot(prototype));",
        replace: "return prototype === Object.prototype;",
      },
      {
        name: "solver/class-as-method",
        mistake: "a class that stands in a property is called like a method",
        find: 'if (typeof value !== "function" || isClass(value)) {',
        replace: 'if (typeof value !== "function") {',
      },
      {
        name: "solver/declared-type-of-field-lost",
        mistake: "what a field is declared to hold is not handed on, so a row in it is no entity",
        find: "return { value: dataOnly(value, name, owner), declared: field.type };",
        replace: "return { value: dataOnly(value, name, owner) };",
      },
      {
        name: "solver/loaded-relation-without-type",
        mistake: "the row that a relation carries is not of the related type",
        find: "return { value: loaded, declared: relation.type };",
        replace: "return { value: loaded };",
      },
      {
        name: "solver/relation-by-another-column",
        mistake: "a relation that leads to a column other than the id is taken for one that leads to the id",
        find: "if (relation.to !== key) {",
        replace: "if (target === undefined) {",
      },
      {
        name: "solver/relation-to-many-by-key",
        mistake: "a relation to many that is not loaded is answered with the one entity of the key",
        find: 'if (relation.kind === "one") return',
        replace: "if (relation.from !== undefined) return",
      },
      {
        name: "solver/key-of-relation-empty",
        mistake: "an empty foreign key names an entity with an empty id",
        find: 'if (typeof id === "string" && id !== "") return new Entity(relation.type, id);',
        replace: 'if (typeof id === "string") return new Entity(relation.type, id);',
      },
      {
        name: "solver/id-empty",
        mistake: "an empty id is an id",
        find: 'if (typeof id === "string" && id !== "") return id;',
        replace: 'if (typeof id === "string") return id;',
      },
      {
        name: "solver/id-inexact",
        mistake: "an id beyond 2^53 is taken although it may be that of a neighbour",
        find: 'if (typeof id === "bigint" || (typeof id === "number" && Number.isSafeInteger(id))) return String(id);',
        replace: 'if (typeof id === "bigint" || (typeof id === "number" && Number.isInteger(id))) return String(id);',
      },
      {
        name: "solver/missing-is-nil",
        mistake: "a field that is not optional and not there reads as nil",
        find: "return field.optional ? { value: null } : missing(name, owner);",
        replace: "return { value: null };",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/host-types.ts",
    [reach],
    [
      {
        name: "solver/farthest-declaration-wins",
        mistake: "of two declarations of a field that of the topmost class holds",
        find: ".map((supertype) => all[supertype] as TypeOptions).reverse(), own]",
        replace: ".map((supertype) => all[supertype] as TypeOptions), own].reverse()",
      },
      {
        name: "solver/empty-fields-declare-nothing",
        mistake: "`fields: {}` counts as no declaration, so everything is readable",
        find: "fields: declared ? fields : undefined,",
        replace: "fields: declared && fields.size > 0 ? fields : undefined,",
      },
      {
        name: "solver/fields-not-inherited",
        mistake: "only a type's own `fields` declare what is readable; a subclass without any is wide open",
        find: "if (option.fields !== undefined) declared = true;",
        replace: "if (own.fields !== undefined) declared = true;",
      },
      {
        name: "solver/id-not-inherited",
        mistake: "a subclass does not take over how its superclass says the id is read",
        find: "id = option.id ?? id;",
        replace: 'id = option.id ?? "id";',
      },
      {
        name: "solver/one-supertype",
        mistake: "a class has its nearest declared superclass only as a supertype",
        find: "if (name !== undefined) found.push(name);",
        replace: "if (name !== undefined && found.length === 0) found.push(name);",
      },
      {
        name: "solver/class-object",
        mistake: "the class Object may be declared, and every plain object is of the type",
        find: ' || prototype === Object.prototype) {\n      throw new ConfigError("config/types", `\\`types.${name}.class\\` is',
        replace: ') {\n      throw new ConfigError("config/types", `\\`types.${name}.class\\` is',
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/create-host.ts",
    [reach],
    [
      {
        name: "solver/one-memo-for-all",
        mistake: "all questions share one memo: what was read once is never read again",
        find: "memo: () => new HostMemo(hostTypes, base),",
        replace: "memo: () => base,",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/host-memo.ts",
    [reach, branches, host],
    [
      {
        name: "solver/reads-shared-by-types",
        mistake: "what was read of a row as of one type is what another type of the same row reads",
        find: "`${typeKey(behind.info)}.${name}`",
        replace: "`.${name}`",
      },
      {
        name: "solver/type-of-the-row-not-of-the-value",
        mistake: "the fields are those of the type that the row was last given, not of the value that stands there",
        find: "return this.#types.byName.get(type) ?? anonymousType(type);",
        replace: "return this.#infoOf(object);",
      },
      {
        name: "solver/read-and-call-share-a-key",
        mistake: "a property whose name looks like a call answers what the call answered",
        find: "`${typeKey(behind.info)}(${name.length}:${name},${args",
        replace: "`${typeKey(behind.info)}.${name}(${args",
      },
      {
        name: "solver/call-remembered-by-shown-arguments",
        mistake: 'a call is remembered by its arguments as they print, so 1 and "1" are one',
        find: '(${name.length}:${name},${args.map((arg) => exactKey(arg, undefined)).join(",")})`',
        replace: '(${name.length}:${name},${args.map((arg) => String(arg)).join(",")})`',
      },
      {
        name: "solver/call-remembered-by-first-argument",
        mistake: "a call is remembered by its first argument",
        find: "(${name.length}:${name},${args.map(",
        replace: "(${name.length}:${name},${args.slice(0, 1).map(",
      },
      {
        name: "solver/new-remembered-by-first-argument",
        mistake: "an object that the policy makes is remembered by its first argument",
        find: "`new(${args.map((arg)",
        replace: "`new(${args.slice(0, 1).map((arg)",
      },
      {
        name: "solver/declared-type-takes-any-class",
        mistake: "an object of a foreign class counts as of the type that the field is declared to hold",
        find: "if (info === undefined && declared !== undefined && isPlain(object))",
        replace: "if (info === undefined && declared !== undefined)",
      },
      {
        name: "solver/value-remembered-without-declared-type",
        mistake: "what a plain object is is remembered without the type that was declared where it was met",
        find: "const seen = this.#values.get(declared)?.get(object);",
        replace: "const seen = [...this.#values.values()].find((values) => values.has(object))?.get(object);",
      },
      {
        name: "solver/promise-without-declared-type",
        mistake: "what a promise brings is not of the type that the field is declared to hold",
        find: "settle(attempt(() => this.value(result, declared))),",
        replace: "settle(attempt(() => this.value(result))),",
      },
      {
        name: "solver/array-without-declared-type",
        mistake: "the elements of an array are not of the type that the field is declared to hold",
        find: "return new List(object.map((item: unknown) => this.value(item, declared, depth + 1)));",
        replace: "return new List(object.map((item: unknown) => this.value(item, undefined, depth + 1)));",
      },
      {
        name: "solver/iterable-run-twice",
        mistake: "a generator is run again where it is met again, and is at its end",
        find: '        this.#items.set(object, { kind: "value", value: items });\n        return items;',
        replace: "        return items;",
      },
      {
        name: "solver/failed-iterable-forgotten",
        mistake: "a generator that has failed is empty when it is met again",
        find: "        this.#items.set(object, caught(error));\n        throw error;",
        replace: "        throw error;",
      },
      {
        name: "solver/rejection-is-nil",
        mistake: "a promise that is rejected reads as nil",
        find: '(reason: unknown) => settle(failed("a promise was rejected", reason)),',
        replace: '() => settle({ kind: "value", value: null }),',
      },
      {
        name: "solver/async-iterable-failure-ends-it",
        mistake: "an async generator that fails is taken for one without elements",
        find: "(error: unknown) => this.#items.set(object, caught(error)),",
        replace: '() => this.#items.set(object, { kind: "value", value: [] }),',
      },
      {
        name: "solver/one-type-loaded-per-round",
        mistake: "in a round that collected rows of several types, only the first type is loaded",
        find: "if (queue.length > 0) waits.push(",
        replace: "if (queue.length > 0 && waits.length === 0) waits.push(",
        noEffect: "the others are loaded in the next round: slower, and the answers are the same",
      },
      {
        name: "solver/rows-one-off",
        mistake: "every id of a batch is given the first row",
        find: "(rows as unknown[])[i]",
        replace: "(rows as unknown[])[0 * i]",
      },
      {
        name: "solver/short-load-accepted",
        mistake: "a `load` that answers more rows than ids is believed",
        find: "!(Array.isArray(rows) && rows.length === ids.length)",
        replace: "!(Array.isArray(rows) && rows.length >= ids.length)",
      },
      {
        name: "solver/big-integers-rounded",
        mistake: "an Integer below -2^53 reaches the application as the nearest number",
        find: "value >= BigInt(Number.MIN_SAFE_INTEGER) && value <=",
        replace: "value <=",
      },
      {
        name: "solver/integers-rounded-at-the-edge",
        mistake: "2^53 - 1 reaches the application as a bigint",
        find: "value <= BigInt(Number.MAX_SAFE_INTEGER)",
        replace: "value < BigInt(Number.MAX_SAFE_INTEGER)",
      },
      {
        name: "solver/proto-of-a-dictionary",
        mistake: "`__proto__` in a Dictionary becomes the prototype of what the application is given",
        find: `        Object.defineProperty(object, key, {
          value: this.toHost(item),
          enumerable: true,
          writable: true,
          configurable: true,
        });`,
        replace: "        object[key] = this.toHost(item);",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/host-values.ts",
    [reach],
    [
      {
        name: "solver/entity-key-runs-together",
        mistake: "objects are known by type and id run together, so Docs 1 is found for Doc s1",
        find: "return `${type.length}:${type}${id}`;",
        replace: "return `${type}${id}`;",
      },
      {
        name: "solver/views-are-data",
        mistake: "a view of bytes is an object with data",
        find: " ||\n    ArrayBuffer.isView(object)",
        replace: "",
      },
      {
        name: "solver/errors-are-data",
        mistake: "an error is an object with data",
        find: "    object instanceof Error ||\n",
        replace: "",
      },
      {
        name: "solver/subclass-instances-are-plain",
        mistake: "an object with a prototype of its own is a plain one",
        find: "return prototype === Object.prototype || prototype === null;",
        replace:
          "return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === Object.prototype;",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/keys.ts",
    [terms],
    [
      {
        name: "solver/key-of-text-without-length",
        mistake: "two texts run together in the key of a call",
        find: "return `s${term.length}:${term}`;",
        replace: "return `s${term};`;",
      },
      {
        name: "solver/key-of-entity-without-length-of-id",
        mistake: "an id runs into what follows it in the key of a call",
        find: "${term.type}${term.id.length}:${term.id}`;",
        replace: "${term.type}${term.id};`;",
      },
      {
        name: "solver/key-of-variable-without-type",
        mistake: "a call remembers its variables without what they are restricted to",
        find: '`v${term.slot},${types?.[term.slot]?.key ?? ""};`',
        replace: "`v${term.slot};`",
        tests: [branches],
      },
      {
        name: "solver/key-of-list-without-end",
        mistake: "a list does not end in the key of a call",
        find: "return term.rest === undefined ? `${key}]` : ",
        replace: "return term.rest === undefined ? key : ",
      },
      {
        name: "solver/key-of-rest-like-an-element",
        mistake: "`[1, *x]` and `[1, x]` have one key",
        find: "`${key}*${keyOf(term.rest, types, exact)}]`",
        replace: "`${key}${keyOf(term.rest, types, exact)}]`",
      },
      {
        name: "solver/key-of-dictionary-without-values",
        mistake: "Dictionaries with the same keys have one key, whatever their values",
        find: "key += `${name.length}:${name}${keyOf(value, types, exact)}`;",
        replace: "key += `${name.length}:${name}`;",
      },
      {
        name: "solver/key-of-value-objects-by-identity",
        mistake: "two equal value objects are two answers",
        find: "return exact ? `o${identity(term.object)};` : `o${structureOf(term)}`;",
        replace: "return `o${identity(term.object)};`;",
      },
      {
        name: "solver/too-large-objects-are-one",
        mistake: "all value objects that are too large to compare have one key",
        find: "if (error instanceof LimitError) return `${identity(instance.object)};`;",
        replace: 'if (error instanceof LimitError) return "";',
      },
      {
        name: "solver/float-beyond-integers-as-integer",
        mistake: "1.0 and 1 are two answers",
        find: "if (!exact && Number.isInteger(term)) {",
        replace: "if (exact && Number.isInteger(term)) {",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/structure.ts",
    [terms],
    [
      {
        name: "solver/structure-without-class",
        mistake: "value objects of different classes with equal data are equal",
        find: 'prototype === null || prototype === Object.prototype ? "" : numbered(classes, prototype)',
        replace: '""',
      },
      {
        name: "solver/structure-depends-on-order",
        mistake: "equal data in another order are different",
        find: "Object.keys(value).sort()",
        replace: "Object.keys(value)",
      },
      {
        name: "solver/structure-runs-together",
        mistake: "the texts of a value object run into its other members",
        find: 'case "string":\n        return `s${value.length}:${value}`;',
        replace: 'case "string":\n        return `s${value};`;',
      },
      {
        name: "solver/structure-of-dates",
        mistake: "all dates are equal",
        find: "return `D${value.getTime()};`;",
        replace: "return `D;`;",
      },
      {
        name: "solver/structure-of-iterables",
        mistake: "two Sets with different elements are equal",
        find: " || Symbol.iterator in value || Symbol.asyncIterator in value",
        replace: "",
      },
      {
        name: "solver/structure-of-entities",
        mistake: "an entity within a value object is compared by its data",
        find: "if (known !== undefined) return `e${known.length}:${known}`;",
        replace: 'if (known === "") return `e${known.length}:${known}`;',
      },
      {
        name: "solver/structure-of-absent-members",
        mistake: "a member that is undefined is one that is nil",
        find: 'case "undefined":\n        return "u";',
        replace: 'case "undefined":\n        return "n";',
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/values.ts",
    [terms],
    [
      {
        name: "solver/dictionary-keeps-its-order",
        mistake: "Dictionaries with their keys in another order are two answers",
        find: ".sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))",
        replace: "",
      },
      {
        name: "solver/open-rest-is-ground",
        mistake: "a list whose rest is open counts as one without variables",
        find: "this.ground = rest === undefined && items.every(isGround);",
        replace: "this.ground = items.every(isGround);",
      },
      {
        name: "solver/smallest-integer-refused",
        mistake: "-2^63 is no Integer",
        find: "return value >= minInteger &&",
        replace: "return value > minInteger &&",
        tests: [reach],
      },
      {
        name: "solver/depth-of-the-last-element",
        mistake: "a list is as deep as its last element",
        find: "child.depth > depth) depth = child.depth;",
        replace: "child.depth >= 0) depth = child.depth;",
        tests: [terms, "test/solver/limits.test.ts"],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/types.ts",
    [terms],
    [
      {
        name: "solver/actors-are-no-resources",
        mistake: "`Resource` does not match actors",
        find: 'let resource = actor || info.kind === "resource";',
        replace: 'let resource = info.kind === "resource";',
        noEffect:
          "the front end hands a kind down to subtypes and lists each type among its own ancestors, so this says it twice",
      },
      {
        name: "solver/subtypes-of-actors-are-no-actors",
        mistake: "a type that extends one with an actor block is no Actor",
        find: 'actor ||= kind === "actor";\n',
        replace: "",
        tests: [branches, control, cases],
        noEffect:
          "the front end hands a kind down to subtypes and lists each type among its own ancestors, so this says it twice",
      },
      {
        name: "solver/subtypes-of-resources-are-no-resources",
        mistake: "a type without a block that extends one with a resource block is no Resource",
        find: 'resource ||= kind === "actor" || kind === "resource";',
        replace: 'resource ||= kind === "actor";',
        tests: [terms, reach],
        noEffect:
          "the front end hands a kind down to subtypes and lists each type among its own ancestors, so this says it twice",
      },
      {
        name: "solver/intersection-is-the-second-set",
        mistake: "what two restrictions have in common is the second of them",
        find: "return common.length === b.names.size ? b : typeSet(common);",
        replace: "return b;",
      },
      {
        name: "solver/intersection-is-the-first-set",
        mistake: "what two restrictions have in common is the first of them",
        find: "if (common.length === a.names.size) return a;",
        replace: "if (common.length > 0) return a;",
      },
      {
        name: "solver/key-of-types-runs-together",
        mistake: "two sets of types whose names run together are one",
        find: 'sorted.map((name) => `${name.length}:${name}`).join("")',
        replace: 'sorted.join("")',
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/bindings.ts",
    [terms],
    [
      {
        name: "solver/linked-variable-loses-its-type",
        mistake: "a variable that is linked to another does not hand on what it is restricted to",
        find: "if (set !== undefined && !this.constrain(to, set)) return false;",
        replace: "if (set !== undefined && to === open) return false;",
      },
      {
        name: "solver/nil-is-of-every-type",
        mistake: "a variable that is restricted to a type may become nil or an object of no type",
        find: "if (type === undefined || !set.names.has(type)) return false;\n      }",
        replace: "if (type !== undefined && !set.names.has(type)) return false;\n      }",
      },
      {
        name: "solver/branches-share-types",
        mistake: "what one branch learns of the type of a variable, the next one knows too",
        find: "return new Frame(this.values.slice(), this.types?.slice());",
        replace: "return new Frame(this.values.slice(), this.types);",
      },
      {
        name: "solver/no-occurs-check-in-rest",
        mistake: "a variable unifies with a list whose rest it is",
        find: "    if (value.rest !== undefined) yield value.rest;\n",
        replace: "",
        tests: ["test/solver/lists.test.ts"],
      },
      {
        name: "solver/entities-by-id-alone",
        mistake: "entities unify by their id, whatever their type",
        find: "return b instanceof Entity && a.id === b.id && a.type === b.type;",
        replace: "return b instanceof Entity && a.id === b.id;",
      },
      {
        name: "solver/longer-list-unifies",
        mistake: "a list unifies with a longer one",
        find: "if (b.items.length > shared && a.rest === undefined) return false;",
        replace: "if (b.items.length > shared && a.rest === undefined) return true;",
      },
      {
        name: "solver/first-element-not-compared",
        mistake: "the first elements of two lists are not compared",
        find: "for (let i = 0; i < shared; i++) {",
        replace: "for (let i = 1; i < shared; i++) {",
      },
      {
        name: "solver/last-element-not-compared",
        mistake: "the last elements of two lists are not compared",
        find: "for (let i = 0; i < shared; i++) {",
        replace: "for (let i = 0; i < shared - 1; i++) {",
      },
      {
        name: "solver/rests-of-equal-lists-not-unified",
        mistake: "of two lists with as many elements the rests are not unified",
        find: "return this.unify(a.rest ?? emptyList, b.rest ?? emptyList, depth);",
        replace: "return true;",
      },
      {
        name: "solver/dictionary-with-more-keys",
        mistake: "a Dictionary unifies with one that has more keys",
        find: "if (a.entries.size !== b.entries.size) return false;",
        replace: "",
      },
      {
        name: "solver/numbers-rounded-to-compare",
        mistake: "an Integer and a Float are compared as Floats",
        find: "return number && (a as number) <= (b as number) && (a as number) >= (b as number);",
        replace: "return number && Number(a) === Number(b);",
      },
      {
        name: "solver/nan-is-not-itself",
        mistake: "a variable that holds nan does not equal itself",
        find: 'return typeof a === "number" && typeof b === "number" && this.#sameVariable(left, right);',
        replace: "return false;",
      },
      {
        name: "solver/list-known-without-its-rest",
        mistake: "a list counts as known though its rest is open",
        find: "for (const child of childrenOf(value)) if (!this.isKnown(child, depth + 1)) return false;",
        replace:
          "for (const child of childrenOf(value)) if (child instanceof Variable || !this.isKnown(child, depth + 1)) return child instanceof Variable;",
        tests: [terms, branches],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/operators.ts",
    [operators, terms],
    [
      {
        name: "solver/equal-by-id-alone",
        mistake: "`==` compares entities by their id, whatever their type",
        find: "return left.type === right.type && left.id === right.id;",
        replace: "return left.id === right.id;",
      },
      {
        name: "solver/texts-by-code-unit",
        mistake: "texts are ordered by code unit",
        find: "if (xs !== ys) return xs ? 1 : -1;",
        replace: "",
      },
      {
        name: "solver/float-mod-like-rem",
        mistake: "`mod` of Floats has the sign of the dividend",
        find: "return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;",
        replace: "return rest;",
      },
      {
        name: "solver/at-least-is-more",
        mistake: "`>=` is `>`",
        find: "      return left >= right;",
        replace: "      return left > right;",
      },
      {
        name: "solver/at-most-is-less",
        mistake: "`<=` is `<`",
        find: "      return left <= right;",
        replace: "      return left < right;",
      },
      {
        name: "solver/arithmetic-wraps",
        mistake: "what is beyond 64 bits wraps round",
        find: "if (!fitsInteger(result)) {\n    return fault(",
        replace:
          "if (!fitsInteger(result)) return BigInt.asIntN(64, result);\n  if (b === a + 1n && a === b) {\n    return fault(",
      },
      {
        name: "solver/zero-divisor-as-float",
        mistake: "`rem` by zero is not an error of its own",
        find: 'if ((operator === "mod" || operator === "rem") && b === 0n) {',
        replace: 'if (operator === "mod" && b === 0n) {',
      },
      {
        name: "solver/entities-compared-with-texts",
        mistake: "an entity `==` the text of its id",
        find: "  if (left instanceof Entity || left instanceof Instance || right instanceof Entity || right instanceof Instance) {\n    return false;",
        replace:
          "  if (left instanceof Entity || left instanceof Instance || right instanceof Entity || right instanceof Instance) {\n    return left instanceof Entity && left.id === right;",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/members.ts",
    [operators],
    [
      {
        name: "solver/slice-without-end",
        mistake: "`slice` does not look at its second argument",
        find: "return [Number(from), Number(to)];",
        replace: "return [Number(from)];",
      },
      {
        name: "solver/list-includes-all-but-the-first",
        mistake: "`includes` does not see the first element",
        find: 'position(self, one("includes", args)) >= 0',
        replace: 'position(self, one("includes", args)) > 0',
      },
      {
        name: "solver/second-argument-ignored",
        mistake: "a method of texts takes more arguments than it has",
        find: 'if (args.length !== 1 || typeof value !== "string") {',
        replace: 'if (typeof value !== "string") {',
      },
      {
        name: "solver/starts-with-is-includes",
        mistake: "`startsWith` looks anywhere in the text",
        find: 'self.startsWith(text("startsWith", args))',
        replace: 'self.includes(text("startsWith", args))',
      },
      {
        name: "solver/ends-with-is-includes",
        mistake: "`endsWith` looks anywhere in the text",
        find: 'self.endsWith(text("endsWith", args))',
        replace: 'self.includes(text("endsWith", args))',
      },
      {
        name: "solver/index-counts-from-one",
        mistake: "`indexOf` of a List counts from 1",
        find: 'BigInt(position(self, one("indexOf", args)))',
        replace: 'BigInt(position(self, one("indexOf", args)) + 1)',
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/search.ts",
    [branches, control],
    [
      {
        name: "solver/outer-table-within-not",
        mistake: "a sub-evaluation takes the answers that the one around it has found so far for all there are",
        find: "if (table === undefined || table.level !== this.#levels.length) {",
        replace: "if (table === undefined) {",
      },
      {
        name: "solver/tables-complete-while-pending",
        mistake: "tables count as complete although the application has not answered yet",
        find: "if (known) for (const table of level.tables) table.complete = true;",
        replace: "if (known || target instanceof Table) for (const table of level.tables) table.complete = true;",
      },
      {
        name: "solver/not-goes-on-while-pending",
        mistake: "a `not` holds for the time being while the application has not answered",
        find: "if (known || (target instanceof Table && target.complete)) resume();",
        replace: "resume();",
      },
      {
        name: "solver/first-answer-completes-every-call",
        mistake: "in `authorize`, a call with open arguments counts as complete with its first answer",
        find: "if (this.#first && owner.call.open.length === 0) owner.complete = true;",
        replace: "if (this.#first) owner.complete = true;",
      },
      {
        name: "solver/one-branch-for-all-answers",
        mistake: "all answers of a call go on in one branch",
        find: "const only = table.call.open.length === 0 && this.around.assume === undefined;",
        replace: "const only = this.around.assume === undefined;",
      },
      {
        name: "solver/first-consumer-not-woken",
        mistake: "who asked first is not told of later answers",
        find: "for (let i = owner.consumers.length - 1; i >= 0; i--)",
        replace: "for (let i = owner.consumers.length - 1; i > 0; i--)",
      },
      {
        name: "solver/consumer-takes-one-answer",
        mistake: "a goal that was woken takes one answer, though there are more",
        find: "if (consumer.next < table.answers.length) this.#wake(consumer);",
        replace: "if (consumer.next < table.answers.length - 1) this.#wake(consumer);",
      },
      {
        name: "solver/complete-table-without-last-answer",
        mistake: "the last answer of a complete call is left out",
        find: "this.choose(state, () => next + 1 < answers.length, take);",
        replace: "this.choose(state, () => next + 2 < answers.length, take);",
      },
      {
        name: "solver/complete-table-asked-first-answer",
        mistake: "of several answers of a complete call the first is taken alone",
        find: "if (answers.length === 1) return take(state);",
        replace: "if (answers.length >= 1) return take(state);",
      },
      {
        name: "solver/facts-without-rules",
        mistake: "a predicate with facts does not have its rules tried",
        find: "if (predicate.rules.length > 0) {\n      const scope",
        replace: "if (predicate.rules.length > 0 && predicate.facts === undefined) {\n      const scope",
      },
      {
        name: "solver/last-rule-not-tried",
        mistake: "the last rule of a predicate is not tried after another",
        find: "if (job.next < rules.length) this.#stack.push(job);",
        replace: "if (job.next < rules.length - 1) this.#stack.push(job);",
      },
      {
        name: "solver/cut-cycle-not-seen",
        mistake: "a call that needs its own answer before its cut is decided goes on without it",
        find: "if (known !== undefined && predicate.cuts && !assuming) {",
        replace: "if (known !== undefined && known.complete && predicate.cuts && !assuming) {",
      },
      {
        name: "solver/cut-leaves-sub-evaluations",
        mistake: "a cut leaves a sub-evaluation behind whose barrier it drops",
        find: "while ((this.#levels.at(-1) as Level).base >= height)",
        replace: "while ((this.#levels.at(-1) as Level).base > height)",
        noEffect:
          "what stands left of a cut is worked out before it, so no sub-evaluation is under way where a cut begins to drop",
      },
      {
        name: "solver/call-with-cut-not-whole",
        mistake: "left of a cut, the answers of a call come as they are found and not all in order",
        find: "if ((whole || predicate.cuts) && !assuming) {",
        replace: "if (predicate.cuts && !assuming) {",
      },
      {
        name: "solver/not-shares-its-frame",
        mistake: "what a `not` tries is bound outside of it",
        find: "const frame = state.frame.copy();\n    this.#stack.push(new State(body, frame, probe",
        replace: "const frame = state.frame;\n    this.#stack.push(new State(body, frame, probe",
      },
      {
        name: "solver/choice-shares-its-frame",
        mistake: "the alternatives of a goal are tried in one branch",
        find: "const state = last ? choice.state : choice.state.branch();",
        replace: "const state = choice.state;",
      },
      {
        name: "solver/not-under-assumptions-while-pending",
        mistake: "an explanation takes a `not` for true while the application has not answered",
        find: "if (search.pending === 0 && root.answers.length === 0) this.#stack.push(state);",
        replace: "if (root.answers.length === 0) this.#stack.push(state);",
        tests: [small],
      },
      {
        name: "solver/assumed-under-not",
        mistake: "an explanation of a denial does not look at what stands under a `not`",
        find: "if (search.pending === 0 && root.answers.length === 0) this.#stack.push(state);",
        replace: "this.#stack.push(state);",
        tests: [small],
      },
      {
        name: "solver/one-assumption-less",
        mistake: "an explanation names one fact less than it may",
        find: "return state.missing.length <= (this.around.assume?.most ?? 0);",
        replace: "return state.missing.length < (this.around.assume?.most ?? 0);",
        tests: [small],
      },
      {
        name: "solver/answers-one-too-many",
        mistake: "one answer more than the limit allows",
        find: "if (owner.answers.length > answers) throw",
        replace: "if (owner.answers.length > answers + 1) throw",
      },
      {
        name: "solver/answers-one-too-few",
        mistake: "as many answers as the limit allows are too many",
        find: "if (owner.answers.length > answers) throw",
        replace: "if (owner.answers.length >= answers) throw",
      },
      {
        name: "solver/elements-one-too-many",
        mistake: "a host iterable may have one element more than the limit allows",
        find: 'if (count > answers) throw new LimitError("answers", answers, "elements");',
        replace: 'if (count > answers + 1) throw new LimitError("answers", answers, "elements");',
      },
      {
        name: "solver/depth-of-answers-not-checked",
        mistake: "an answer may be deeper than the limit allows",
        find: "    this.#checkDepth(answer.values);\n",
        replace: "",
        tests: [limits],
      },
      {
        name: "solver/depth-of-calls-not-checked",
        mistake: "an argument may be deeper than the limit allows",
        find: "    this.#checkDepth(call.args);\n",
        replace: "",
        tests: [limits],
      },
      {
        name: "solver/depth-one-less",
        mistake: "a term as deep as the limit allows is too deep",
        find: "&& term.depth > termDepth) {",
        replace: "&& term.depth >= termDepth) {",
        tests: [limits],
      },
      {
        name: "solver/time-from-the-last-round",
        mistake: "the time that the application takes to answer does not count",
        find: "this.#deadline = around.memo.startedAt + around.limits.milliseconds;",
        replace: "this.#deadline = Date.now() + around.limits.milliseconds;",
        tests: [branches],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/machine.ts",
    [branches, control],
    [
      {
        name: "solver/proof-before-a-promise-counts",
        mistake: "a proof counts although a rule before it has still to hear from the application",
        find: '    if (search.pending > 0) return pending(run);\n    return { kind: "done", value: yield* answerSet(',
        replace:
          '    if (search.pending > 0 && root.answers.length === 0) return pending(run);\n    return { kind: "done", value: yield* answerSet(',
      },
      {
        name: "solver/open-argument-twice-is-two",
        mistake: "two open arguments of one name are two variables",
        find: "const slot = named.get(arg.name) ?? frame.fresh();",
        replace: "const slot = frame.fresh();",
      },
      {
        name: "solver/list-with-subtypes",
        mistake: "`list` speaks of the subtypes too",
        find: "const set = arg.exact ? program.types.exactly(arg.type) : program.types.within(arg.type);",
        replace: "const set = program.types.within(arg.type);",
      },
      {
        name: "solver/context-facts-of-one-predicate",
        mistake: "of several context facts of one predicate the last holds",
        find: "    if (facts === undefined) contextFacts.set(key, [args]);\n    else facts.push(args);",
        replace: "    if (facts === undefined || facts.length > 0) contextFacts.set(key, [args]);",
      },
      {
        name: "solver/explained-although-pending",
        mistake: "a denial is explained although the application has not answered",
        find: "        if (search.pending > 0) return pending(run);\n        const answer",
        replace: "        const answer",
        tests: [small],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/steps.ts",
    [branches, terms],
    [
      {
        name: "solver/waiting-goals-ignored",
        mistake: "a goal that waits for ever is skipped",
        find: "if (state.waiting !== undefined) neverBound(search, state, state.waiting);",
        replace: "",
      },
      {
        name: "solver/join-forgets-waiting-goals",
        mistake: "of branches that wait for different things one is kept",
        find: "if (joins === undefined || state.waiting !== undefined) return true;",
        replace: "if (joins === undefined) return true;",
      },
      {
        name: "solver/join-forgets-types",
        mistake: "of branches that restrict a variable to different types one is kept",
        find: "key += exactKey(known(slot), frame.types);",
        replace: "key += exactKey(known(slot), undefined);",
      },
      {
        name: "solver/join-forgets-assumptions",
        mistake:
          "of branches that assume different facts one is kept, so an explanation leaves out what would be enough",
        find: "for (const { predicate, args } of state.missing)",
        replace: "for (const { predicate, args } of state.missing.slice(1))",
        tests: [small],
      },
      {
        name: "solver/join-by-first-variable",
        mistake: "branches that agree on the first variable are one",
        find: "for (const slot of op.live) key",
        replace: "for (const slot of op.live.slice(0, 1)) key",
      },
      {
        name: "solver/not-waits-for-one-variable",
        mistake: "a `not` runs as soon as one of its variables is known",
        find: "if (!op.outer.every((slot) => frame.isKnown(slot))) return wait(state, op);",
        replace: "if (op.outer.length > 0 && !op.outer.some((slot) => frame.isKnown(slot))) return wait(state, op);",
      },
      {
        name: "solver/not-looks-at-its-first-goal",
        mistake: "`not (a and b)` over facts is `not a`",
        find: 'if (inner?.kind === "call" && op.body?.next === undefined && inner.predicate.rules.length === 0) {',
        replace: 'if (inner?.kind === "call" && inner.predicate.rules.length === 0) {',
      },
      {
        name: "solver/not-looks-at-facts-alone",
        mistake: "`not` over a predicate with facts and rules looks at its facts alone",
        find: 'if (inner?.kind === "call" && op.body?.next === undefined && inner.predicate.rules.length === 0) {',
        replace: 'if (inner?.kind === "call" && op.body?.next === undefined && inner.predicate.facts !== undefined) {',
      },
      {
        name: "solver/cut-decided-while-pending",
        mistake: "a cut commits although what is left of it has not been answered",
        find: "return search.pending === scope.pending;",
        replace: "return search.pending >= scope.pending;",
      },
      {
        name: "solver/cut-while-waiting",
        mistake: "a cut runs although a goal before it waits",
        find: 'if (state.waiting !== undefined) {\n    throw new Fault("engine/unbound-variable", "a `cut`',
        replace: 'if (state.waiting?.earlier !== undefined) {\n    throw new Fault("engine/unbound-variable", "a `cut`',
        tests: [control],
      },
      {
        name: "solver/last-branch-not-tried",
        mistake: "the last branch of `or` is not tried",
        find: "() => next + 1 < branches.length,",
        replace: "() => next + 2 < branches.length,",
      },
      {
        name: "solver/leave-keeps-the-scope",
        mistake: "after parentheses with a cut in them, a cut drops no more than one within them may",
        find: "state.scope = state.scope?.outer;",
        replace: "",
      },
      {
        name: "solver/scope-not-entered",
        mistake: "a cut in parentheses drops what lies outside of them",
        find: "state.scope = search.scope(state.scope);",
        replace: "state.scope = { ...search.scope(state.scope), base: state.scope?.base ?? 0 };",
      },
      {
        name: "solver/records-of-any-kind",
        mistake: "a pattern in braces without fields matches a List",
        find: "return target instanceof Dictionary || target instanceof Entity || target instanceof Instance;",
        replace: 'return typeof target === "object" && target !== null;',
      },
      {
        name: "solver/condition-left-out-of-a-proof",
        mistake: "a proof does not name a comparison that it needs",
        find: 'if (!compare(op.operator, left, right)) return false;\n      search.note(state, { kind: "builtin", span: op.span });',
        replace: "if (!compare(op.operator, left, right)) return false;",
        tests: [small],
      },
      {
        name: "solver/negation-left-out-of-a-proof",
        mistake: "a proof does not name what must not hold for it",
        find: '  search.note(state, { kind: "negation", span: op.span });\n',
        replace: "",
        tests: [small],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/waiting.ts",
    [branches, "test/solver/waiting.test.ts"],
    [
      {
        name: "solver/only-the-newest-waits",
        mistake: "of several goals that still wait the newest is kept",
        find: "for (let i = still.length - 1; i >= 0; i--) kept",
        replace: "for (let i = still.length - 1; i >= 0 && kept === undefined; i--) kept",
      },
      {
        name: "solver/not-ready-with-one-variable",
        mistake: "a `not` that waits is woken as soon as one of its variables is known",
        find: "return op.outer.every((slot) => frame.isKnown(slot));",
        replace: "return op.outer.some((slot) => frame.isKnown(slot));",
        noEffect: "it is woken, sees that it is not ready and waits again",
      },
      {
        name: "solver/comparison-ready-with-one-side",
        mistake: "a comparison that waits is woken as soon as its left side is known",
        find: "return !(frame.deref(op.left) instanceof Variable || frame.deref(op.right) instanceof Variable);",
        replace: "return !(frame.deref(op.left) instanceof Variable);",
        noEffect: "it is woken, sees that its right side is not known and waits again",
      },
      {
        name: "solver/waiting-goals-lost",
        mistake: "a goal that waits is forgotten when another becomes ready",
        find: "    else still.push(w.op);",
        replace: "    else if (state.step === undefined) still.push(w.op);",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/state.ts",
    [branches],
    [
      {
        name: "solver/branch-forgets-waiting-goals",
        mistake: "the goals that wait are those of the first branch alone",
        find: "    other.waiting = this.waiting;\n",
        replace: "",
      },
      {
        name: "solver/branch-forgets-disjunctions",
        mistake: "a branch forgets the disjunctions that it is inside of",
        find: "    other.joins = this.joins;\n",
        replace: "",
        tests: ["test/solver/recursion.test.ts::30 disjunctions"],
      },
      {
        name: "solver/branch-forgets-premises",
        mistake: "a proof by the second alternative leaves out what came before",
        find: "    other.premises = this.premises;\n",
        replace: "",
        tests: [small],
      },
      {
        name: "solver/branch-forgets-assumptions",
        mistake: "the facts that an explanation assumes are those of the first branch alone",
        find: "    other.missing = this.missing;\n",
        replace: "",
        tests: [small],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/tables.ts",
    [branches, control],
    [
      {
        name: "solver/answers-without-types",
        mistake: "two open answers of different types are one",
        find: '    let key = "";\n    for (const value of answer.values) key += exactKey(value, answer.types);\n    this.#seen',
        replace:
          '    let key = "";\n    for (const value of answer.values) key += exactKey(value, undefined);\n    this.#seen',
      },
      {
        name: "solver/answers-by-first-variable",
        mistake: "answers that agree on the first variable are one",
        find: '    let key = "";\n    for (const value of answer.values) key += exactKey(value, answer.types);\n    this.#seen',
        replace:
          '    let key = "";\n    for (const value of answer.values.slice(0, 1)) key += exactKey(value, answer.types);\n    this.#seen',
      },
      {
        name: "solver/restricted-answer-covers-open-one",
        mistake: "an answer that is restricted to a type stands for one that is not",
        find: "if (own === undefined) return false;",
        replace: "if (own === undefined) return true;",
      },
      {
        name: "solver/answer-of-one-type-covers-another",
        mistake: "an answer that is restricted to one type stands for those of another",
        find: "for (const name of own.names) if (!set.names.has(name)) return false;",
        replace: "",
      },
      {
        name: "solver/repeated-variable-covers-pairs",
        mistake: "an answer with one variable twice stands for pairs of different values",
        find: "if (known !== undefined) return exactKey(known, special.types) === exactKey(term, special.types);",
        replace: "if (known !== undefined) return true;",
      },
      {
        name: "solver/call-without-types",
        mistake: "a call does not hand on what its variables are restricted to",
        find: "      open.push(slot);\n      const type = frame.typeOf(slot);\n      if (type !== undefined) (types ??= [])[index] = type;",
        replace: "      open.push(slot);",
      },
      {
        name: "solver/answer-without-types",
        mistake: "an answer does not hand back what its variables are restricted to",
        find: "      slots.push(slot);\n      const type = frame.typeOf(slot);\n      if (type !== undefined) (types ??= [])[index] = type;",
        replace: "      slots.push(slot);",
      },
      {
        name: "solver/larger-sets-of-missing-facts",
        mistake: "a smaller set of missing facts does not keep a larger one out",
        find: "if (known.some((other) => other.every((fact) => assumed.includes(fact)))) return false;",
        replace:
          "if (known.some((other) => other.length === assumed.length && other.every((fact) => assumed.includes(fact)))) return false;",
        noEffect: "what is covered is left out once more before the sets are tried",
      },
      {
        name: "solver/missing-facts-of-one-premise",
        mistake: "what an assumed answer needs is not added to what its caller needs",
        find: "    assume(state, { predicate, args: args.map((arg) => renameTerm(arg, rename)) });",
        replace:
          "    if (state.missing.length === 0) assume(state, { predicate, args: args.map((arg) => renameTerm(arg, rename)) });",
        tests: [small],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/calls.ts",
    [branches],
    [
      {
        name: "solver/head-literals-by-kind",
        mistake: "a Float does not meet the Integer of its value in a head",
        find: "return scalarsEqual(a as Exclude<Term, Variable>, b);",
        replace: "return a === b;",
      },
      {
        name: "solver/one-variable-twice-in-a-call",
        mistake: "a call with one variable twice asks with two",
        find: "if (known === undefined) place(arg.slot, variable(i));",
        replace: "if (known === undefined || arg.slot >= 0) place(arg.slot, variable(i));",
        tests: [branches],
      },
      {
        name: "solver/first-head-argument-decides",
        mistake: "a rule whose first argument fits is not looked at further",
        find: "if (filter === undefined) continue;",
        replace: "if (filter === undefined) return true;",
        noEffect: "the head is unified in full afterwards; this only saves the attempt",
      },
      {
        name: "solver/nil-fits-a-typed-head",
        mistake: "nil is tried with a head that wants a type",
        find: "if (type === undefined || !filter.set.names.has(type)) return false;",
        replace: "if (type !== undefined && !filter.set.names.has(type)) return false;",
        noEffect: "the pattern of the head is checked afterwards; this only saves the attempt",
      },
      {
        name: "solver/types-of-a-call-not-entered",
        mistake: "a rule does not know what the caller has restricted a variable to",
        find: "if (type !== undefined) (types ??= [])[slot.slot] = type;",
        replace: "if (type !== undefined && slot.slot < 0) (types ??= [])[slot.slot] = type;",
        tests: [control],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/fact-goals.ts",
    [branches, control],
    [
      {
        name: "solver/half-matched-fact-binds",
        mistake: "under a `not`, a fact that fits only at first binds a variable for those that follow",
        find: "if (unifyFact(search, frame.copy(), args, fact.args)) return true;",
        replace: "if (unifyFact(search, frame, args, fact.args)) return true;",
      },
      {
        name: "solver/not-without-context-facts",
        mistake: "where facts of the context are given, those of the store are not looked at",
        find: 'if (mayFit(frame, args, fact)) yield { args: fact, stored: "context" };\n  }',
        replace: 'if (mayFit(frame, args, fact)) yield { args: fact, stored: "context" };\n    return;\n  }',
      },
      {
        name: "solver/context-facts-by-identity",
        mistake: "a Float does not meet the Integer of a context fact",
        find: 'if (typeof stored !== "object") return scalarsEqual(value, stored);',
        replace: 'if (typeof stored !== "object") return value === stored;',
      },
      {
        name: "solver/floats-meet-no-fact",
        mistake: "a Float does not meet the Integer of a stored fact",
        find: "return fitsInteger(integer) ? integer : impossible;",
        replace: "return integer < 0n ? integer : impossible;",
      },
      {
        name: "solver/facts-of-the-first-type",
        mistake: "of a variable that may be of several types, the facts of the first alone are seen",
        find: "if (names?.size !== 1) return undefined;",
        replace: "if (names === undefined) return undefined;",
      },
      {
        name: "solver/wildcard-fact-of-any-type",
        mistake: "a fact about any User is one about everything",
        find: "if (!frame.constrain(arg, search.around.types.within(stored.anyOf))) return false;",
        replace: "",
      },
      {
        name: "solver/last-fact-not-seen",
        mistake: "the last of several facts that fit is left out",
        find: "      if (!pulled) upcoming = found.next();\n      pulled = false;\n      return upcoming.done !== true;",
        replace:
          "      if (!pulled) upcoming = found.next();\n      pulled = false;\n      return upcoming.done !== true && (upcoming = found.next()).done !== true;",
      },
      {
        name: "solver/fact-left-out-of-a-proof",
        mistake: "the kind of place where a fact lies is told wrongly in a proof",
        find: 'yield { args: fact, stored: "context" };',
        replace: 'yield { args: fact, stored: "store" };',
        tests: [small],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/host-goals.ts",
    [branches],
    [
      {
        name: "solver/open-elements-not-found",
        mistake: "an element with variables is not one that a known value could be",
        find: "return alternatives(search, state, open, (to, candidate) => to.frame.unify(item, candidate));",
        replace: "return false;",
      },
      {
        name: "solver/open-elements-first-only",
        mistake: "of several elements with variables the first is tried",
        find: "if (!frame.isKnown(candidate)) open.push(candidate);",
        replace:
          "if (!frame.isKnown(candidate)) open.splice(0, open.length === 0 ? 0 : 0, ...(open.length === 0 ? [candidate] : []));",
      },
      {
        name: "solver/last-element-not-tried",
        mistake: "the last element is not tried",
        find: "() => next + 1 < items.length,",
        replace: "() => next + 2 < items.length,",
      },
      {
        name: "solver/characters-by-code-unit",
        mistake: "a text is iterated by code unit",
        find: "return oneOf(search, state, op, [...collection]);",
        replace: 'return oneOf(search, state, op, collection.split(""));',
      },
      {
        name: "solver/pending-is-no",
        mistake: "what the application has not answered yet is a no",
        find: "  search.pending++;\n",
        replace: "",
      },
      {
        name: "solver/open-rest-is-empty",
        mistake: "a list whose rest is not known yet is taken for one that ends there",
        find: "return list.rest === undefined ? oneOf(search, state, op, list.items) : wait(state, op);",
        replace: "return oneOf(search, state, op, list.items);",
      },
      {
        name: "solver/missing-key-is-nil",
        mistake: "a key that a Dictionary does not have reads as nil",
        find: "    const value = target.entries.get(key);\n    return value !== undefined && frame.unify(op.out, value);",
        replace: "    const value = target.entries.get(key) ?? null;\n    return frame.unify(op.out, value);",
        tests: [branches, cases],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/compile.ts",
    [branches],
    [
      {
        name: "solver/matches-exactly-takes-subtypes",
        mistake: "`matches!` takes subtypes",
        find: "const set = exact ? types.exactly(pattern.type.text) : types.within(pattern.type.text);",
        replace: "const set = types.within(pattern.type.text);",
        tests: [terms],
      },
      {
        name: "solver/forall-without-its-action",
        mistake: "`forall` does not negate what has to hold",
        find: 'this.#not([condition.condition, { kind: "not", item: action, span: action.span }], span);',
        replace: "this.#not([condition.condition, action], span);",
      },
      {
        name: "solver/parameter-twice",
        mistake: "a head that names a variable twice takes different values",
        find: 'if (name !== slot) this.#emit({ kind: "unify", left: slot, right: name, condition: false, span: param.span });',
        replace:
          'if (name === undefined) this.#emit({ kind: "unify", left: slot, right: name, condition: false, span: param.span });',
      },
      {
        name: "solver/fields-of-a-pattern-first-only",
        mistake: "of the fields of a pattern the first is matched",
        find: "for (const { key, pattern } of fields) {",
        replace: "for (const { key, pattern } of fields.slice(0, 1)) {",
        tests: [branches, cases],
      },
      {
        name: "solver/pattern-items-not-matched",
        mistake: "the items of a list pattern are counted, not matched",
        find: "for (const [i, item] of pattern.items.entries()) this.#pattern(items[i] as Term, item, false);",
        replace:
          "for (const [i, item] of pattern.items.entries()) if (i > 0) this.#pattern(items[i] as Term, item, false);",
      },
      {
        name: "solver/asked-variables-not-live",
        mistake: "branches that differ only in what is asked for are one",
        find: "outside.get(name) === true || this.#asked.has(name)",
        replace: "outside.get(name) === true",
      },
      {
        name: "solver/join-without-outside-variables",
        mistake: "branches that differ in a variable of the rest of the rule are one",
        find: "outside.get(name) === true || this.#asked.has(name)",
        replace: "this.#asked.has(name)",
      },
      {
        name: "solver/not-over-local-variables-only",
        mistake: "a `not` does not wait for variables that occur elsewhere",
        find: "const outer = [...outside.keys()].filter((name) => outside.get(name) === true).map(",
        replace: "const outer = [...outside.keys()].filter((name) => outside.get(name) === undefined).map(",
      },
      {
        name: "solver/cut-in-or-drops-the-rest",
        mistake: "a cut in a branch of `or` drops the other rules too",
        find: 'const scoped = condition.parens === true && hasCut(condition);\n    if (scoped || (condition.kind === "or" && hasCut(condition))) {',
        replace:
          'const scoped = condition.parens === true && condition.kind !== "or" && hasCut(condition);\n    if (scoped) {',
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/specificity.ts",
    [branches],
    [
      {
        name: "solver/fewer-fields-first",
        mistake: "of two patterns that with fewer fields comes first",
        find: "return b.fields.length - a.fields.length;",
        replace: "return a.fields.length - b.fields.length;",
      },
      {
        name: "solver/unions-like-types",
        mistake: "a rule for Actor stands where it was written",
        find: "if (union !== 0) return union;",
        replace: "if (union !== 0) return 0;",
      },
      {
        name: "solver/second-parameter-decides",
        mistake: "the last difference decides the order of rules",
        find: "for (const [i, param] of a.params.entries()) {",
        replace: "for (const [i, param] of [...a.params.entries()].reverse()) {",
      },
      {
        name: "solver/rule-moved-past-its-subtype",
        mistake: "a rule is put before one that must come before it",
        find: "else if (order > 0) break;",
        replace: "",
      },
      {
        name: "solver/supertype-first",
        mistake: "a rule for a supertype comes first when it was written later",
        find: "return types.isSubtype(b.type.text, a.type.text) ? 1 : 0;",
        replace: "return 0;",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/program.ts",
    [branches],
    [
      {
        name: "solver/cut-of-the-first-rule",
        mistake: "a predicate counts as one with a cut only if its first rule has one",
        find: "this.cuts = rules.some((rule) => hasCut(rule.body));",
        replace: "this.cuts = hasCut(rules[0]?.body);",
      },
      {
        name: "solver/rules-as-written",
        mistake: "rules are tried in the order of the text",
        find: "this.#compile = () => bySpecificity(rules, program.types).map(",
        replace: "this.#compile = () => rules.map(",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/answers.ts",
    [terms, control],
    [
      {
        name: "solver/special-cases-listed",
        mistake: "what a more general answer covers is listed beside it",
        find: "if (general.some((other) => other !== answer && covers(other, answer))) continue;",
        replace: "",
      },
      {
        name: "solver/equal-answers-twice",
        mistake: "1 and 1.0 are two answers",
        find: "key += looseKey(value, answer.types);",
        replace: "key += `${typeof value}${looseKey(value, answer.types)}`;",
      },
      {
        name: "solver/answers-by-the-last-variable",
        mistake: "answers that agree on the last variable are one",
        find: "key += looseKey(value, answer.types);",
        replace: "key = looseKey(value, answer.types);",
        tests: [branches],
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/attempts.ts",
    [small],
    [
      {
        name: "solver/missing-facts-not-tried",
        mistake: "the facts that would be enough are named without having been tried",
        find: "return search.pending === 0 && root.answers.length > 0;",
        replace: "return search.pending === 0;",
      },
      {
        name: "solver/error-is-enough",
        mistake: "facts with which the question would end in an error count as enough",
        find: "if (error instanceof EvaluationError || error instanceof LimitError) return false;",
        replace: "if (error instanceof EvaluationError || error instanceof LimitError) return true;",
      },
      {
        name: "solver/larger-sets-named",
        mistake: "a set of missing facts is named although a smaller one is enough",
        find: "return found.some((other) => other.answer.missing.every((missing) => keys.includes(missingKey(missing, undefined))));",
        replace:
          "return found.some((other) => other.answer.missing.length === keys.length && other.answer.missing.every((missing) => keys.includes(missingKey(missing, undefined))));",
      },
      {
        name: "solver/one-common-fact-covers",
        mistake: "a set of missing facts is left out because another shares a fact with it",
        find: "other.answer.missing.every((missing) =>",
        replace: "other.answer.missing.some((missing) =>",
      },
      {
        name: "solver/last-missing-fact-alone-tried",
        mistake: "of several missing facts of one predicate the last alone is tried",
        find: "contextFacts.set(key, [...(contextFacts.get(key) ?? []), args]);",
        replace: "contextFacts.set(key, [args]);",
      },
      {
        name: "solver/no-sets-of-three",
        mistake: "no more than two facts are named together",
        find: "for (let most = 1; most <= mostMissing; most++) {",
        replace: "for (let most = 1; most < mostMissing; most++) {",
      },
      {
        name: "solver/largest-sets-first",
        mistake: "the largest set of missing facts is named first",
        find: "a.missing.length - b.missing.length || holes",
        replace: "b.missing.length - a.missing.length || holes",
      },
      {
        name: "solver/permissions-as-facts",
        mistake: "an explanation says that the permission itself is missing",
        find: 'if (predicate.name === "has_permission" && predicate.rules.length > 0) return false;',
        replace: "",
      },
      {
        name: "solver/entities-of-other-types-told",
        mistake: "a fact is named that nobody could tell, because it is about another type",
        find: 'if (wanted.kind === "entity") return arg instanceof Entity && types.isSubtype(arg.type, wanted.type);',
        replace: 'if (wanted.kind === "entity") return arg instanceof Entity;',
      },
      {
        name: "solver/assumed-premises-hold",
        mistake: "a premise that is itself missing is listed among those that hold",
        find: "return premise.answer.missing.length > 0 ? [] : [goalOf(premise.table, premise.answer)];",
        replace: "return [goalOf(premise.table, premise.answer)];",
      },
    ],
  ),
  ...mutantsOf(
    "src/solver/derivation.ts",
    [small, explain],
    [
      {
        name: "solver/premise-of-a-proof-left-out",
        mistake: "a derivation leaves out the last premise of each rule",
        find: "premises: folded ? [] : premises.map((premise)",
        replace: "premises: folded ? [] : premises.slice(0, Math.max(1, premises.length - 1)).map((premise)",
      },
      {
        name: "solver/premises-in-the-wrong-order",
        mistake: "the premises of a rule are told in the wrong order",
        find: "return list.reverse();",
        replace: "return list;",
      },
      {
        name: "solver/answer-put-in-wrongly",
        mistake: "a derivation says what was asked with the first value in every place",
        find: "answer.values[slot] as Term));",
        replace: "answer.values[0 * slot] as Term));",
      },
      {
        name: "solver/folded-without-saying-so",
        mistake: "a derivation that is too deep leaves out premises without saying so",
        find: "...(folded ? { folded } : {}),",
        replace: "",
      },
    ],
  ),
  ...mutantsOf(
    "src/filter/predicate.ts",
    [predicate],
    [
      {
        name: "filter/type-not-compared",
        mistake: "a reference of another type passes a filter with its id",
        find: "return object.type === type && allowed.has(object.id);",
        replace: "return allowed.has(object.id);",
      },
      {
        name: "filter/inexact-ids-pass",
        mistake: "a number beyond 2^53 passes a filter with the id of a neighbour",
        find: 'if (typeof id === "bigint" || Number.isSafeInteger(id)) return allowed.has(String(id));',
        replace: 'if (typeof id === "bigint" || typeof id === "number") return allowed.has(String(id));',
      },
      {
        name: "filter/whatever-reads-as-an-id",
        mistake: "whatever prints like an id is one",
        find: "  return false;",
        replace: "  return allowed.has(String(id));",
      },
      {
        name: "filter/list-not-copied",
        mistake: "a filter changes with the list that it was made of",
        find: "const allowed = new Set(ids);",
        replace: "const allowed = { has: (id: string) => ids.includes(id) } as ReadonlySet<string>;",
      },
      {
        name: "filter/own-id-beside-the-one-that-is-read",
        mistake: "where the id is read by a function, the id of the object counts too",
        find: "const id = read === undefined ? (object as { readonly id?: unknown }).id : read(object);",
        replace: "const id = read?.(object) ?? (object as { readonly id?: unknown }).id;",
      },
    ],
  ),
];
