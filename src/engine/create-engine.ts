import { ConfigError, InputError, LimitError, StoreError } from "../diagnostics/errors.js";
import type { Fact, FactArgument, FactReader, FactStore, Reference, StoredFact } from "../facts/index.js";
import { isReference } from "../facts/index.js";
import { isPlainText } from "../facts/plain-text.js";
import { checkFact } from "../polar/check-fact.js";
import { createHost } from "../solver/create-host.js";
import { defaultLimits, type Limits } from "../solver/limits.js";
import type { CallArgument } from "../solver/machine.js";
import type { Pace } from "../solver/pace.js";
import { type Codes, createRelational, type Relational } from "../solver/relational/index.js";
import { memoryStore } from "../stores/memory/index.js";
import { isReadable, type ObjectTypes, readingPatterns, storedFact, subject, text } from "./arguments.js";
import { FittingFacts } from "./fitting-facts.js";
import { GrantableActions } from "./grantable-actions.js";
import { inPieces, inSlices, type SlicedWork } from "./in-slices.js";
import { describePolicy } from "./metadata.js";
import { objectTypes } from "./objects.js";
import { policySources } from "./policy-loading.js";
import { offerPrepared, type Prepare } from "./prepared.js";
import { loadProgram, type Program } from "./program.js";
import {
  actionsAllowed,
  answersTo,
  beginQuestion,
  checkResourceCount,
  explanationOf,
  filterOf,
  idsAllowed,
  idsOf,
  type Listing,
  mayDo,
  mayDoAll,
  PolicyReplaced,
  type Question,
} from "./questions.js";
import { throwIfAborted } from "./settling.js";
import { type Ground, isSameGround, Slices } from "./slices.js";
import type {
  Engine,
  EngineOptions,
  Logger,
  PolicyInput,
  PolicyMetadata,
  QueryOptions,
  QuestionOptions,
} from "./types.js";
import { createWriter } from "./writing.js";

/**
 * An engine: one policy over one store.
 * @throws PolicyError, StoreError, ConfigError, InputError
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const types = options.types ?? {};
  const logger = options.logger ?? console;
  const limits = limitsFrom(options.limits);
  const host = createHost(types, options.constants);
  const objects = objectTypes(types, (value) => host.reference(value));
  const load = async (input: PolicyInput): Promise<Program> =>
    loadProgram(await policySources(input), { host, limits, logger });

  const program = await load(options.policy === undefined ? "" : options.policy);
  const store = options.store ?? memoryStore();
  await store.open();
  let inForce: InForce;
  try {
    inForce = putInForce(program, store, limits, logger);
  } catch (error) {
    await store.close();
    throw error;
  }
  let closed = false;

  /** What a question needs before it can begin. A store that shares the application's handle may have news. */
  const ready = (): InForce => {
    if (closed) throw new StoreError("engine/closed", "the engine was closed");
    store.catchUp?.();
    return inForce;
  };

  const begin = (question: QuestionOptions, atOnce = false): Question => {
    const force = ready();
    return beginQuestion(
      {
        policy: force.program.policy,
        machine: force.program.machine,
        host,
        limits,
        logger,
        facts: () => {
          const present = ready();
          if (present !== force && !force.isAsReplaced()) throw new PolicyReplaced();
          return force.fitting.tables;
        },
      },
      contextFacts(question, force.program),
      question,
      atOnce,
    );
  };

  /**
   * Asks, and asks anew when the policy was replaced meanwhile and facts have changed after that: what the old policy makes
   * of the new facts was never right.
   */
  const asking = <T>(
    question: QuestionOptions,
    atOnce: boolean,
    ask: (begun: Question) => T | Promise<T>,
  ): T | Promise<T> => {
    const answer = ask(begin(question, atOnce));
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      if (error instanceof PolicyReplaced) return asking(question, atOnce, ask);
      throw error;
    });
  };

  const contextFacts = (question: QuestionOptions, program: Program): readonly StoredFact[] => {
    const { contextFacts: given } = question;
    if (given === undefined) return [];
    if (!Array.isArray(given)) throw new InputError("facts/bad-fact", "contextFacts is an array of facts");
    if (given.length > limits.contextFacts) {
      throw new LimitError("contextFacts", limits.contextFacts, "context facts in one question");
    }
    return given.map((fact: unknown) => {
      const stored = storedFact(fact, objects);
      requireFit(program.policy, stored);
      return stored;
    });
  };

  const actorOf = (value: unknown): CallArgument => subject(value, "the actor", objects);
  const resourceOf = (value: unknown): CallArgument | undefined =>
    value === undefined ? undefined : subject(value, "the resource", objects);

  /** Waits for the revision that the caller asks for, if any. */
  const caughtUp = async (question: QuestionOptions): Promise<void> => {
    ready();
    throwIfAborted(question.signal);
    if (question.atLeast !== undefined) await store.atLeast(question.atLeast);
  };

  /** What the fast path takes: references, and nothing that holds for this question alone. */
  const referenceOf = (value: unknown): Reference | undefined => {
    if (typeof value !== "object" || value === null) return undefined;
    return isReference(value) && !objects.isDeclared(value) ? value : host.reference(value);
  };

  /** The short way: two references, and facts alone to be asked. `undefined` for everything else. */
  const decideReferences = (actor: unknown, action: string, resource: unknown): boolean | undefined => {
    if (!isReadable(actor)) return undefined;
    const { type, id } = actor;
    if (typeof type !== "string" || typeof id !== "string") return undefined;
    if (resource === undefined) return ready().relational.decide(type, id, action, undefined, undefined);
    if (!isReadable(resource)) return undefined;
    const { type: resourceType, id: resourceId } = resource;
    if (typeof resourceType !== "string" || typeof resourceId !== "string") return undefined;
    return ready().relational.decide(type, id, action, resourceType, resourceId);
  };

  const decide: Engine["decide"] = (actor, action, resource, question) => {
    if (question === undefined && typeof action === "string") {
      const answer = decideReferences(actor, action, resource);
      if (answer !== undefined) return answer;
    }
    return decideAnything(actor, action, resource, question ?? noOptions, true);
  };

  /** `atOnce`: a boolean if that is possible, however long it takes. */
  const decideAnything = (
    actor: unknown,
    action: unknown,
    resource: unknown,
    question: QuestionOptions,
    atOnce: boolean,
  ): boolean | Promise<boolean> => {
    if (question.atLeast !== undefined) {
      const { atLeast: _, ...rest } = question;
      return caughtUp(question).then(() => decideAnything(actor, action, resource, rest, false));
    }
    throwIfAborted(question.signal);
    const asker = actorOf(actor);
    const name = text(action, "action");
    const asked = resourceOf(resource);
    const force = ready();
    if (question.contextFacts === undefined) {
      const actorReference = referenceOf(asker);
      const resourceReference = referenceOf(asked);
      if (actorReference !== undefined && (asked === undefined || resourceReference !== undefined)) {
        const { relational } = force;
        const check = (): boolean | undefined => relational.check(actorReference, name, resourceReference);
        const answer = atOnce ? check() : relational.briefly(check);
        if (answer === "lengthy") return checkInPieces(actorReference, name, resourceReference, question);
        if (answer !== undefined) return answer;
      }
    }
    return asking(question, atOnce, (begun) => mayDo(begun, asker, name, asked));
  };

  /** A check that takes long, with turns for other work. */
  const checkInPieces = async (
    actor: Reference,
    action: string,
    resource: Reference | undefined,
    question: QuestionOptions,
  ): Promise<boolean> => {
    const work = slicedWork(question);
    const answer = await inPieces(
      (pace) => ready().relational.walkCheck(actor, action, resource, pace, work.started),
      work,
    );
    return answer ?? asking(question, false, (begun) => mayDo(begun, actor, action, resource));
  };

  /** What answers stand on: the policy, and the facts at their version. */
  const ground = (): Ground => {
    const force = ready();
    const { tables } = force.fitting;
    return [force, tables, tables.version];
  };

  const slicedWork = ({ signal }: QuestionOptions): SlicedWork => ({
    started: Date.now(),
    milliseconds: limits.milliseconds,
    signal,
    ground,
  });

  const authorizeMany: Engine["authorizeMany"] = async (actor, action, resources, question = noOptions) => {
    if (!Array.isArray(resources)) throw new InputError("input/bad-resources", "the resources must be an array");
    checkResourceCount(resources.length, limits);
    await caughtUp(question);
    const asker = actorOf(actor);
    const name = text(action, "action");
    const asked: readonly unknown[] = Array.from(resources);
    const read = (value: unknown, i: number): CallArgument => subject(value, `resource ${i + 1}`, objects);
    const actorReference = question.contextFacts === undefined ? referenceOf(asker) : undefined;
    if (actorReference !== undefined) {
      const decideSome = (some: readonly unknown[], from: number): boolean[] | undefined => {
        const references = some.map((value, i) => referenceOf(read(value, from + i)));
        if (!references.every((reference) => reference !== undefined)) return undefined;
        return ready().relational.checkMany(actorReference, name, references);
      };
      const answers = await inSlices(asked, decideSome, slicedWork(question));
      if (answers !== undefined) return answers;
    }
    const subjects = asked.map(read);
    return asking(question, false, (begun) => mayDoAll(begun, asker, name, subjects));
  };

  const listing = async (
    actor: unknown,
    action: unknown,
    type: unknown,
    question: QuestionOptions = noOptions,
  ): Promise<Listing> => {
    await caughtUp(question);
    const asker = actorOf(actor);
    const name = text(action, "action");
    const typeName = text(type, "type");
    if (question.contextFacts === undefined) {
      const actorReference = referenceOf(asker);
      if (actorReference !== undefined) {
        const ids = ready().relational.listIfShort(actorReference, name, typeName);
        const listed = ids === "lengthy" ? await walk(actorReference, name, typeName, question) : ids;
        if (listed !== undefined) return listed;
      }
    }
    return asking(question, false, (begun) => idsAllowed(begun, asker, name, typeName));
  };

  /** A list that takes long, with turns for other work. */
  const walk = async (
    actor: Reference,
    action: string,
    type: string,
    question: QuestionOptions,
  ): Promise<Listing | undefined> => {
    const work = slicedWork(question);
    const who = { type: actor.type, id: actor.id };
    const slices = new Slices();
    const found = await inPieces(
      (pace) => ready().relational.walk(who, action, type, pace, work.started),
      work,
      slices,
    );
    if (found === undefined || found === "all") return found;
    // The texts of codes never change, so this may see other moments than the walk did.
    return inPieces((pace) => texts(found, pace), { ...work, ground: () => [] }, slices);
  };

  const list: Engine["list"] = async (actor, action, type, question) => {
    // Nothing is waited for as long as nothing has to be: an answer of ten ids takes less than a second promise.
    if (question === undefined && typeof action === "string" && typeof type === "string" && isReadable(actor)) {
      const { type: actorType, id } = actor;
      if (typeof actorType === "string" && typeof id === "string" && isPlainText(id)) {
        const listed = ready().relational.listIfShort({ type: actorType, id }, action, type);
        if (listed !== undefined && listed !== "lengthy") return idsOf(listed, type);
      }
    }
    return idsOf(await listing(actor, action, type, question), type);
  };

  const prepare: Prepare = (actor, action, type) => {
    if (typeof actor !== "object" || actor === null) return undefined;
    const asker = referenceOf(actorOf(actor));
    if (asker === undefined) return undefined;
    const who = { type: asker.type, id: asker.id };
    const force = ready();
    const { tables } = force.fitting;
    const { version } = tables;
    let { relational } = force;
    let may = relational.decider(who, action, type);
    return {
      may: (id) => {
        const present = ready().relational;
        if (present !== relational) {
          relational = present;
          may = present.decider(who, action, type);
        }
        return may(id);
      },
      extent: () => ready().relational.extent(who, action, type),
      steady: () => ready() === force && force.fitting.tables === tables && tables.version === version,
    };
  };
  offerPrepared(decide, prepare);
  offerPrepared(list, prepare);

  const actions: Engine["actions"] = async (actor, resource, question = noOptions) => {
    await caughtUp(question);
    const asker = actorOf(actor);
    const asked = resourceOf(resource);
    if (question.contextFacts === undefined) {
      const actorReference = referenceOf(asker);
      const resourceReference = referenceOf(asked);
      if (actorReference !== undefined && (asked === undefined || resourceReference !== undefined)) {
        const names = ready().relational.actions(actorReference, resourceReference);
        // Names beside "any action" say nothing that it does not.
        if (names !== undefined) return names.includes("*") ? ["*"] : names;
      }
    }
    return asking(question, false, (begun) => actionsAllowed(begun, asker, asked));
  };

  const writer = createWriter({
    objects,
    limits,
    facts: () => ready() && store.tables,
    checkFact: (fact) => requireFit(ready().program.policy, fact),
    // Nothing is awaited between the check and this, so it is the same policy.
    write: (change) => store.write({ ...change, checkedBy: ready().program.policy }),
  });

  let replacing: Promise<void> = Promise.resolve();

  return {
    ...writer,
    types,
    decide,
    authorize: async (actor, action, resource, question) => {
      if (question === undefined && typeof action === "string") {
        const answer = ready().relational.briefly(() => decideReferences(actor, action, resource));
        if (answer !== undefined && answer !== "lengthy") return answer;
      }
      return decideAnything(actor, action, resource, question ?? noOptions, false);
    },
    authorizeMany,
    list,
    actions,
    query: async (goal, question = noOptions) => {
      await caughtUp(question);
      return asking(question, false, (begun) => answersTo(begun, goal, question.bindings ?? {}));
    },
    explain: async (actor, action, resource, question = noOptions) => {
      await caughtUp(question);
      const asker = actorOf(actor);
      const name = text(action, "action");
      const asked = resourceOf(resource);
      return asking(question, false, (begun) => explanationOf(begun, asker, name, asked));
    },
    filter: async (actor, action, type, question) => filterOf(await listing(actor, action, type, question), type),
    within: (transaction) => {
      if (store.within === undefined) {
        throw new StoreError("store/no-transactions", `the ${store.kind} store cannot take part in a transaction`);
      }
      ready();
      const joined = store.within(transaction);
      return createWriter({
        objects,
        limits,
        facts: () => store.tables,
        checkFact: (fact) => requireFit(ready().program.policy, fact),
        write: (change) => joined.write(change),
      });
    },
    get: async (...pattern) => {
      ready();
      return storedFacts(store.tables, pattern, objects);
    },
    setPolicy: (input) => {
      // One after the other, in the order of the calls, however long each takes to load.
      const replaced = replacing.then(async () => {
        ready();
        const next = await load(input);
        ready();
        const successor = putInForce(next, store, limits, logger);
        inForce.replace();
        inForce = successor;
      });
      replacing = replaced.catch(() => {});
      return replaced;
    },
    policyMetadata: () => inForce.metadata(),
    policyGrants: (question) => inForce.grantable().grants(question),
    status: () => ({
      store: store.kind,
      version: store.tables.version,
      facts: store.tables.count,
      policy: inForce.metadata().hash,
    }),
    policySource: () =>
      inForce.program.policy.sources.map((source) => ({ filename: source.name, source: source.text })),
    close: async () => {
      if (closed) return;
      closed = true;
      inForce.fitting.close();
      await store.close();
    },
  };
}

const noOptions: QuestionOptions & QueryOptions = {};

/** Ids between two looks at the clock. */
const piece = 16_384;

/** Writes ids out, a piece at a time. */
function* texts({ codes, texts, size, other }: Codes, pace: Pace): Generator<undefined, string[]> {
  // An array of a million takes a while to come into being.
  if (codes.length > 16 * piece) yield;
  const ids = new Array<string>(codes.length);
  for (let at = 0; at < codes.length; at += piece) {
    const end = Math.min(at + piece, codes.length);
    for (let i = at; i < end; i++) {
      const code = codes[i] as number;
      ids[i] = code < size ? (texts[code] as string) : other;
    }
    if (pace.due()) yield;
  }
  return ids;
}

/** A policy in force: the program, the stored facts that it can use, and its description once somebody asked for it. */
interface InForce {
  readonly program: Program;
  readonly fitting: FittingFacts;
  /** The fast path, over the facts that fit. */
  readonly relational: Relational;
  metadata(): PolicyMetadata;
  grantable(): GrantableActions;
  /** Another policy takes its place in this moment. */
  replace(): void;
  /** Whether the facts are still those of the moment when it was replaced. */
  isAsReplaced(): boolean;
}

function putInForce(program: Program, store: FactStore, limits: Limits, logger: Logger): InForce {
  const { policy } = program;
  const fitting = new FittingFacts(store, policy);
  for (const warning of policy.warnings) {
    if (warning.severity !== "warning") continue;
    logger.warn(`${warning.source}:${warning.line}:${warning.column}: ${warning.message} (${warning.code})`);
  }
  const { count, summary } = fitting.misfits;
  if (count > 0) {
    logger.warn(`${count} stored facts do not fit the policy and have no effect:\n  ${summary.join("\n  ")}`);
  }
  let metadata: PolicyMetadata | undefined;
  let known: GrantableActions | undefined;
  const grantable = (): GrantableActions => (known ??= new GrantableActions(policy));
  let tables = fitting.tables;
  let relational = createRelational(policy, tables, { limits });
  const factsNow = (): Ground => [fitting.tables, fitting.tables.version];
  let factsThen: Ground | undefined;
  return {
    program,
    fitting,
    get relational() {
      const present = fitting.tables;
      if (present !== tables) {
        tables = present;
        relational = createRelational(policy, tables, { limits });
      }
      return relational;
    },
    metadata: () => (metadata ??= describePolicy(policy, fitting.misfits, grantable())),
    grantable,
    replace: () => {
      factsThen = factsNow();
    },
    isAsReplaced: () => factsThen !== undefined && isSameGround(factsThen, factsNow()),
  };
}

/** @throws InputError with the code of `checkFact` */
function requireFit(policy: Program["policy"], fact: StoredFact): void {
  const refusal = checkFact(policy, fact);
  if (refusal === undefined) return;
  const help = refusal.help === undefined ? "" : `; ${refusal.help}`;
  throw new InputError(refusal.code, `${refusal.message}${help}`);
}

function storedFacts(facts: FactReader, pattern: readonly unknown[], objects: ObjectTypes): Fact[] {
  return readingPatterns(pattern, objects).flatMap(({ predicate, args }) =>
    Array.from(facts.match(predicate, args), (found) => [predicate, ...found.map(plainArgument)] as const),
  );
}

/** An Integer as a number where a number can hold it. */
function plainArgument(value: StoredFact["args"][number]): FactArgument {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function limitsFrom(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name)) throw new ConfigError("config/limits", `there is no limit \`${name}\``);
    if (typeof value !== "number" || !(value > 0)) {
      throw new ConfigError("config/limits", `the limit \`${name}\` must be a number above 0`);
    }
  }
  if (limits.termDepth > defaultLimits.termDepth) {
    throw new ConfigError("config/limits", `the limit \`termDepth\` can be no more than ${defaultLimits.termDepth}`);
  }
  return limits;
}
