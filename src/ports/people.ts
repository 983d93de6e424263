import type { Principal, Role } from '../domain/principal.ts';

/** The people who may log in at the pages and the API, and the roles of Slack's users. */
export interface People {
  /** Returns the person with this name and password; null: the name or the password is wrong. */
  verify(name: string, password: string): Principal | null | Promise<Principal | null>;
  /** Returns whether there is a person with this name. */
  isKnown(name: string): boolean;
  /** Changes with every change of names, passwords and roles, so that remembered logins are forgotten. */
  generation(): number;
  /** Returns the role of a user of Slack; null: none. */
  roleInSlack(user: string): Role | null;
}
