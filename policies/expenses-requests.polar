# The answers of expenses.polar in the style of Oso's library: rules over objects of the application in place of roles,
# relations and facts. Guests and users are classes, a request is an object with a method, a path and arguments, and an
# expense is compared by its fields. To start the example with it:
#
#   ARCTURUS_POLICY=policies/expenses-requests.polar npm run start:expenses

actor User {}
actor Guest {}
resource Request {}
resource Organization {}
resource Expense {}

# Request layer. It is asked twice. A field of the schema that needs no resource names an operation, such as "GET /whoami";
# the application makes a request out of it whose arguments are not known yet. Then, before it resolves a field, it asks about
# the request with the arguments.
allow(actor: Actor, operation: String) if
  request = actor.request(operation) and
  allow(actor, request.method, request);

# Everybody is greeted.
allow(_: Actor, "GET", _: Request{path: "/"});

allow(_user: User, "GET", request: Request) if request.path = "/whoami";

# The other paths by their parts: "/expenses/2" is the stem "expenses" and the rest ["2"].
allow(actor: Actor, method: String, request: Request) if
  ["", stem, *rest] = request.path.split("/") and
  allow_by_path(actor, method, stem, rest);

# The list of expenses is for everybody; a guest's is empty.
allow_by_path(_: Actor, "GET", "expenses", []);
allow_by_path(_: User, "PUT", "expenses", ["submit"]);

# Which one a user may read is left to the data layer.
allow_by_path(_: User, "GET", "expenses", [_id]);
allow_by_path(_: User, "GET", "organizations", [_id]);

# A request by its arguments: a guest may submit, but not in the name of a user.
allow(_: Guest, "PUT", request: Request{path: "/expenses/submit"}) if
  names_nobody(request.arguments);

names_nobody(nil);
names_nobody(_: {input: {userId: nil}});

# Data layer. An expense that is not saved yet has its fields already.
allow(user: User, "read", expense: Expense) if submitted(user, expense);
allow(user: User, "create", expense: Expense) if submitted(user, expense);

submitted(user, expense) if expense.userId = user.id;

allow(user: User, "read", organization: Organization) if employs(organization, user);

employs(organization, user) if organization.id = user.organizationId;

# The rules below have no annotations, so that a dictionary can stand for an object here.

test "an expense is its submitter's, by the fields of both" {
  assert submitted({id: "1"}, {userId: "1", amount: 17743});
  assert_not submitted({id: "1"}, {userId: "4", amount: 64165});
}

test "an expense that nobody submits is nobody's" {
  assert_not submitted({id: "1"}, {userId: nil});
}

test "an organization employs whoever names it" {
  assert employs({id: "1"}, {id: "3", organizationId: "1"});
  assert_not employs({id: "2"}, {id: "3", organizationId: "1"});
}

test "guests list, users also look and submit" {
  assert allow_by_path(Guest{"guest"}, "GET", "expenses", []);
  assert_not allow_by_path(Guest{"guest"}, "GET", "expenses", ["2"]);
  assert_not allow_by_path(Guest{"guest"}, "GET", "organizations", ["1"]);
  assert allow_by_path(User{"alice"}, "GET", "expenses", ["2"]);
  assert allow_by_path(User{"alice"}, "GET", "organizations", ["1"]);
  assert allow_by_path(User{"alice"}, "PUT", "expenses", ["submit"]);
  assert_not allow_by_path(Guest{"guest"}, "PUT", "expenses", ["submit"]);
}

test "an input names somebody or nobody, and before there are arguments it is not known" {
  assert names_nobody({input: {amount: 100, userId: nil}});
  assert names_nobody(nil);
  assert_not names_nobody({input: {amount: 100, userId: "1"}});
  assert_not names_nobody({id: "2"});
}

test "a path is allowed as a whole, with its method" {
  assert_not allow_by_path(User{"alice"}, "GET", "expenses", ["2", "receipt"]);
  assert_not allow_by_path(User{"alice"}, "DELETE", "expenses", ["2"]);
  assert_not allow_by_path(User{"alice"}, "GET", "users", []);
}
