import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from "graphql";
import type { ConnectionType } from "./guard-table.js";
import { GuardedEdge } from "./guarded-connection.js";
import { awaitItems, itemsOf, type ResultOf } from "./lists.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "./promises.js";

/** One answer of the resolver, read. */
export interface Batch {
  readonly rows: readonly GuardedEdge[];
  readonly hasEdges: boolean;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** How the schema as it was given answers one field. */
interface Reader {
  readonly name: string;
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly parentType: GraphQLObjectType;
  readonly returnType: GraphQLOutputType;
}

interface Readers {
  readonly edges: Reader | undefined;
  readonly nodes: Reader | undefined;
  readonly pageInfo: Reader | undefined;
  readonly totalCount: Reader | undefined;
  readonly hasNextPage: Reader | undefined;
  readonly hasPreviousPage: Reader | undefined;
  readonly node: Reader | undefined;
  readonly cursor: Reader | undefined;
}

/** Connection types belong to one schema. */
const known = new WeakMap<ConnectionType, Readers>();

const nothing: Batch = { rows: [], hasEdges: true, hasNextPage: false, hasPreviousPage: false };

/** Reads connections that the resolver of one field made, by the resolvers of the schema as it was given. */
export class ConnectionReader {
  readonly #call: ResultOf;
  readonly #type: ConnectionType;
  readonly #readers: Readers;

  constructor(call: ResultOf, type: ConnectionType) {
    this.#call = call;
    this.#type = type;
    let readers = known.get(type);
    if (readers === undefined) {
      readers = this.#makeReaders();
      known.set(type, readers);
    }
    this.#readers = readers;
  }

  totalCount(connection: unknown): MaybePromise<unknown> {
    return this.#read(this.#readers.totalCount, connection);
  }

  batch(connection: unknown): MaybePromise<Batch> {
    if (connection === null || connection === undefined) return nothing;
    const edges = this.#read(this.#readers.edges, connection);
    const pageInfo = this.#read(this.#readers.pageInfo, connection);
    if (!isPromiseLike(edges) && !isPromiseLike(pageInfo)) return this.#withFlags(connection, edges, pageInfo);
    return Promise.all([edges, pageInfo]).then((both) => this.#withFlags(connection, ...both));
  }

  #withFlags(connection: unknown, edges: unknown, pageInfo: unknown): MaybePromise<Batch> {
    const hasNextPage = this.#read(this.#readers.hasNextPage, pageInfo);
    const hasPreviousPage = this.#read(this.#readers.hasPreviousPage, pageInfo);
    if (!isPromiseLike(hasNextPage) && !isPromiseLike(hasPreviousPage)) {
      return this.#withRows(connection, edges, hasNextPage === true, hasPreviousPage === true);
    }
    return Promise.all([hasNextPage, hasPreviousPage]).then(([next, previous]) =>
      this.#withRows(connection, edges, next === true, previous === true),
    );
  }

  #withRows(connection: unknown, given: unknown, hasNextPage: boolean, hasPreviousPage: boolean): MaybePromise<Batch> {
    const edges = given === null || given === undefined ? undefined : itemsOf(given);
    if (edges === undefined) {
      const nodes = this.#type.hasNodes ? this.#read(this.#readers.nodes, connection) : undefined;
      return chain(nodes, (found) =>
        chain(awaitItems(itemsOf(found) ?? []), (present) => ({
          rows: present.map((node) => new GuardedEdge(null, node, undefined)),
          hasEdges: false,
          hasNextPage,
          hasPreviousPage,
        })),
      );
    }
    return chain(awaitItems(edges), (present) =>
      chain(this.#rows(present), (rows) => ({ rows, hasEdges: true, hasNextPage, hasPreviousPage })),
    );
  }

  #rows(edges: readonly unknown[]): MaybePromise<readonly GuardedEdge[]> {
    const { node: nodeReader, cursor: cursorReader } = this.#readers;
    const rows: GuardedEdge[] = [];
    let pending: Promise<unknown>[] | undefined;
    for (const edge of edges) {
      if (edge === null || edge === undefined || edge instanceof Error) continue;
      const node = this.#read(nodeReader, edge);
      const cursor = this.#read(cursorReader, edge);
      const at = rows.length;
      if (isPromiseLike(node) || isPromiseLike(cursor)) {
        rows.push(new GuardedEdge(edge, undefined, undefined));
        const both = Promise.all([node, cursor]).then(([actualNode, actualCursor]) => {
          rows[at] = new GuardedEdge(edge, actualNode, actualCursor);
        });
        (pending ??= []).push(both);
      } else rows.push(new GuardedEdge(edge, node, cursor));
    }
    return pending === undefined ? rows : Promise.all(pending).then(() => rows);
  }

  /** What it throws comes as a promise, like everything else that goes wrong. */
  #read(reader: Reader | undefined, source: unknown): MaybePromise<unknown> {
    if (reader === undefined || source === null || source === undefined) return undefined;
    const { context, operation } = this.#call;
    const resolve = reader.resolve ?? operation.session.fieldResolver;
    try {
      if (resolve === defaultFieldResolver && typeof source === "object") {
        const value: unknown = (source as { readonly [property: string]: unknown })[reader.name];
        return typeof value === "function" ? value.call(source, {}, context, this.#info(reader)) : value;
      }
    } catch (error) {
      return Promise.reject(error);
    }
    return attempt(() => resolve(source, {}, context, this.#info(reader)) as MaybePromise<unknown>);
  }

  #info({ name, parentType, returnType }: Reader): ResultOf["info"] {
    return { ...this.#call.info, fieldName: name, parentType, returnType };
  }

  #makeReaders(): Readers {
    const { name, edgeType, pageInfoType } = this.#type;
    const { schema } = this.#call.guard;
    const reader = (typeName: string, field: string): Reader | undefined => {
      const parentType = schema.getType(typeName) as GraphQLObjectType;
      const found = parentType.getFields()[field];
      if (found === undefined) return undefined;
      return { name: field, resolve: found.resolve, parentType, returnType: found.type };
    };
    return {
      edges: reader(name, "edges"),
      nodes: reader(name, "nodes"),
      pageInfo: reader(name, "pageInfo"),
      totalCount: reader(name, "totalCount"),
      hasNextPage: reader(pageInfoType, "hasNextPage"),
      hasPreviousPage: reader(pageInfoType, "hasPreviousPage"),
      node: reader(edgeType, "node"),
      cursor: reader(edgeType, "cursor"),
    };
  }
}
