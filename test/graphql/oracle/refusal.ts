import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from "graphql";
import type { Supplied } from "./context.js";
import type { View } from "./data.js";
import { type Field, type Model, type NoneQuestion, type Question, typeNames } from "./model.js";
import type { RandomOperation } from "./operations.js";

/**
 * Whether an operation is refused as a whole before anything of it runs: a `deny: REJECT` that needs no object denies, at a field
 * that only object types lead to. Fields that are left out do not count. GraphQL reference, section 2.5.
 */
export function isRefused(
  model: Model,
  document: DocumentNode,
  { variables, supplied }: RandomOperation,
  view: View,
): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)!;
  return visit(operation.selectionSet, operation.operation === "mutation" ? "Mutation" : "Query");

  function visit({ selections }: SelectionSetNode, parent: string): boolean {
    return selections.some((selection) => {
      if (isLeftOut(selection.directives ?? [])) return false;
      if (selection.kind === Kind.FIELD) return visitField(selection, parent);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)! : selection;
      const on = fragment.typeCondition?.name.value ?? parent;
      return (on === parent || on === "Named") && visit(fragment.selectionSet, parent);
    });
  }

  function visitField(node: FieldNode, parent: string): boolean {
    const name = node.name.value;
    const field = fieldOf(parent, name);
    const no = ({ action, type }: NoneQuestion): boolean => !view.enters(action, type);
    const rejects = (questions: readonly NoneQuestion[]): boolean =>
      questions.some((one) => one.deny === "REJECT" && no(one));
    const id = Number(argumentOf(node, "id"));
    if (rejects(field.none)) return true;
    if (field.arg?.deny === "REJECT" && !view.may(field.arg.action, field.arg.type, id)) return true;
    if (name === "pick") {
      const given: readonly Supplied[] = supplied.get(Number(argumentOf(node, "tag"))) ?? [];
      if (given.some((one) => one.kind === "none" && rejects([one]))) return true;
    }
    const target = field.target;
    if (node.selectionSet === undefined || target === undefined) return false;
    const isObject = typeNames.includes(target.replace("Payload", ""));
    if (field.kind !== "page") return isObject && visit(node.selectionSet, target);
    // Through a connection: its edges and their nodes, or its nodes.
    return visitParts(node.selectionSet, target);
  }

  function visitParts({ selections }: SelectionSetNode, target: string): boolean {
    return selections.some((selection) => {
      if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) return false;
      if (selection.name.value === "edges") return visitParts(selection.selectionSet, target);
      return ["node", "nodes"].includes(selection.name.value) && visit(selection.selectionSet, target);
    });
  }

  function fieldOf(parent: string, name: string): Partial<Field> & { readonly none: readonly NoneQuestion[] } {
    const own = model.types.find((type) => type.name === parent)?.fields.find((field) => field.name === name);
    if (own !== undefined) return own;
    const [, verb = "", type] = /^(get|ask|hide|strict|all|touch|drop|give|must)(Alpha|Beta|Gamma)$/.exec(name) ?? [];
    if (verb === "must") return { none: [], arg: { ...strict, type: type! }, target: `${type}Payload` };
    if (type !== undefined) return { none: [], target: parent === "Mutation" ? `${type}Payload` : type };
    if (name === "item" || name === "rest") return { none: [], target: parent.replace("Payload", "") };
    const [, door] = /^door(\d)$/.exec(name) ?? [];
    return { none: door === undefined ? [] : model.doors[Number(door)]! };
  }

  function argumentOf(node: FieldNode, name: string): unknown {
    const value = node.arguments?.find((one) => one.name.value === name)?.value;
    if (value?.kind === Kind.VARIABLE) return variables[value.name.value];
    return value !== undefined && "value" in value ? value.value : undefined;
  }

  function isLeftOut(directives: readonly DirectiveNode[]): boolean {
    return directives.some((directive) => {
      const value = directive.arguments?.[0]?.value;
      const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : (value as { value: boolean }).value;
      return directive.name.value === "skip" ? given === true : given === false;
    });
  }
}

const strict: Question = { action: "strict", deny: "REJECT" };
