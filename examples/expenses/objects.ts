/*
 * What the policies speak of. Facts name these objects by type and id; a policy in the library's style reads their fields.
 */

/** What is asked of the API, as a web server would see it. */
export class Request {
  readonly method: string;
  readonly path: string;
  /** By name; null while they are not known. */
  readonly arguments: Readonly<Record<string, unknown>> | null;

  constructor(method: string, path: string, args: Readonly<Record<string, unknown>> | null) {
    this.method = method;
    this.path = path;
    this.arguments = args;
  }
}

/** Somebody who asks. */
class Visitor {
  /** Called by the policy, with what a directive of the schema names: an operation such as `GET /whoami`. */
  request(operation: string): Request {
    const [method = "", path = ""] = operation.split(" ");
    return new Request(method, path, null);
  }
}

export class User extends Visitor {
  readonly id: string;
  readonly email: string;
  readonly title: string;
  readonly organizationId: string;

  constructor(row: { readonly id: number; email: string; title: string; organization_id: number }) {
    super();
    this.id = String(row.id);
    this.email = row.email;
    this.title = row.title;
    this.organizationId = String(row.organization_id);
  }
}

/** Whoever sends no header. There is one of them. */
export class Guest extends Visitor {
  readonly id = "guest";
}

export class Organization {
  readonly id: string;
  readonly name: string;

  constructor(row: { readonly id: number; readonly name: string }) {
    this.id = String(row.id);
    this.name = row.name;
  }
}

export class Expense {
  readonly id: string;
  /** Absent when a guest submits it for nobody. */
  readonly userId: string | undefined;
  readonly amount: number;
  readonly description: string;

  constructor(id: string, userId: string | undefined, amount: number, description: string) {
    this.id = id;
    this.userId = userId;
    this.amount = amount;
    this.description = description;
  }
}
