import { type Mutant, mutantsOf } from "../mutant.js";

const reach = "test/solver/reach.test.ts";
const host = "test/solver/host.test.ts";
const terms = "test/solver/terms.test.ts";
const branches = "test/solver/branches.test.ts";
const control = "test/solver/control.test.ts";
const cases = "test/solver/cases.test.ts";
const operators = "test/solver/operators.test.ts";

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
      },
      {
        name: "solver/subtypes-of-actors-are-no-actors",
        mistake: "a type that extends one with an actor block is no Actor",
        find: 'actor ||= kind === "actor";\n',
        replace: "",
        tests: [branches, control, cases],
      },
      {
        name: "solver/subtypes-of-resources-are-no-resources",
        mistake: "a type without a block that extends one with a resource block is no Resource",
        find: 'resource ||= kind === "actor" || kind === "resource";',
        replace: 'resource ||= kind === "actor";',
        tests: [terms, reach],
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
];
