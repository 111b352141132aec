/**
 * The SDL of the directives, to be listed among the type definitions of a schema. `schema/authorize.graphql` holds the
 * same text.
 */
const typeDefs: string = `"""
What a question is about.
"""
enum AuthorizeOn {
  "The object that the field belongs to."
  PARENT
  "The object, or each object, that the field answers."
  RESULT
  "The items of the list or connection: what is not allowed is not there."
  LIST
  "The resource that an argument names."
  ARG
  "No resource: the actor and the action alone."
  NONE
}

"""
How a denial looks.
"""
enum AuthorizeDeny {
  "Null and an error."
  ERROR
  "Null without an error."
  NULL
  "The same answer as for something that does not exist."
  NOT_FOUND
  "The whole operation is refused."
  REJECT
}

"""
Only who may do \`action\` gets here. Repeated directives must all hold.
"""
directive @authorize(
  "The permission that is asked for; the server's read action unless given."
  action: String
  "What the question is about; needed where it is not obvious."
  on: AuthorizeOn
  "Path of the argument that names the resource, such as \`input.id\`."
  arg: String
  "Type of the resource that the argument names."
  type: String
  "How a denial looks here."
  deny: AuthorizeDeny
) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE

"""
Needs no question: for everybody.
"""
directive @public on OBJECT | INTERFACE | FIELD_DEFINITION
`;

export const authorizeDirective: { readonly typeDefs: string } = { typeDefs };

/** What a question is about. GraphQL reference, section 2. */
export type AuthorizeOn = "PARENT" | "RESULT" | "LIST" | "ARG" | "NONE";

/** How a denial looks. GraphQL reference, section 2.5. */
export type AuthorizeDeny = "ERROR" | "NULL" | "NOT_FOUND" | "REJECT";

/** The arguments of one `@authorize`, also as code-first schemas write them into `extensions.directives.authorize`. */
export interface AuthorizeArguments {
  readonly action?: string;
  readonly on?: AuthorizeOn;
  readonly arg?: string;
  readonly type?: string;
  readonly deny?: AuthorizeDeny;
}

/**
 * `extensions` of a code-first type, field, argument, input field or enum value that requires what the directives say.
 *
 * Example: `new GraphQLObjectType({ name: "Repo", extensions: authorize({ action: "view" }), fields })`.
 */
export function authorize(...directives: readonly AuthorizeArguments[]): DirectiveExtensions {
  return { directives: { authorize: directives } };
}

/** `extensions` of a code-first type or field that needs no question. */
export function everybody(): DirectiveExtensions {
  return { directives: { public: {} } };
}

export interface DirectiveExtensions {
  readonly directives: Readonly<Record<string, unknown>>;
  // graphql 17 takes symbols as well.
  readonly [attribute: string | symbol]: unknown;
}
