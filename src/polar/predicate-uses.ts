import { mayBeInFact } from "./fact-signatures.js";
import type { Provider } from "./infer.js";
import type { Knowledge } from "./knowledge.js";
import type { Rule } from "./policy.js";
import { nameKinds } from "./predicates.js";

/** A predicate of one arity, while its signatures are being inferred. */
export class PredicateUses {
  readonly #providers: Provider[] = [];
  /** For predicates whose second argument is a name: providers by that name, and those that leave it open. */
  readonly #byName: Map<string, Provider[]> | undefined;
  readonly #open: Provider[] = [];
  readonly #keys = new Set<string>();
  /** By argument: the types that the uses of this predicate say it has. */
  readonly positions: Set<string>[] = [];
  /** Rules of which something else may be inferred when more becomes known of this predicate than is now. */
  readonly readers: Set<Rule> = new Set();

  constructor(named: boolean) {
    this.#byName = named ? new Map() : undefined;
  }

  /** Answers whether it was new. */
  add(args: readonly Knowledge[]): boolean {
    const key = shapeOf(args);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    this.addNew(args);
    return true;
  }

  /** As `add`, of what is not there yet or may be there twice. */
  addNew(args: readonly Knowledge[]): void {
    const provider = { args };
    this.#providers.push(provider);
    const names = args[1]?.strings;
    if (this.#byName === undefined || names === undefined) this.#open.push(provider);
    else {
      for (const name of names) {
        const list = this.#byName.get(name);
        if (list === undefined) this.#byName.set(name, [provider]);
        else list.push(provider);
      }
    }
    for (let i = 0; i < args.length; i++) this.addPosition(i, args[i]?.types);
  }

  /** Whether a call with arguments of exactly these types says nothing new. */
  knows(args: readonly Knowledge[]): boolean {
    return this.#keys.has(shapeOf(args));
  }

  addPosition(index: number, types: ReadonlySet<string> | undefined): boolean {
    const position = (this.positions[index] ??= new Set());
    const before = position.size;
    if (types !== undefined) for (const type of types) if (mayBeInFact(type)) position.add(type);
    return position.size > before;
  }

  providersFor(args: readonly Knowledge[]): readonly Provider[] {
    const names = args[1]?.strings;
    if (this.#byName === undefined || names === undefined || names.size !== 1) return this.#providers;
    const [name] = names;
    const found = this.#byName.get(name as string);
    if (found === undefined) return this.#open;
    return this.#open.length === 0 ? found : [...found, ...this.#open];
  }
}

/** The uses of every predicate. */
export class UsesTable {
  readonly #byName = new Map<string, PredicateUses[]>();

  get(name: string, arity: number): PredicateUses | undefined {
    return this.#byName.get(name)?.[arity];
  }

  of(name: string, arity: number): PredicateUses {
    let byArity = this.#byName.get(name);
    if (byArity === undefined) this.#byName.set(name, (byArity = []));
    return (byArity[arity] ??= new PredicateUses(nameKinds.has(name) && arity > 1));
  }
}

/** A text for the types of arguments, equal for equal ones. */
export function shapeOf(args: readonly Knowledge[]): string {
  let text = "";
  for (const arg of args) text += `${textOf(arg)},`;
  return text;
}

function textOf(known: Knowledge): string {
  if (known.types === undefined) return "?";
  let types = "";
  if (known.types.size === 1) for (const type of known.types) types = type;
  else types = [...known.types].sort().join("|");
  return known.strings === undefined ? types : `${types}=${JSON.stringify([...known.strings].sort())}`;
}
