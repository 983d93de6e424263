/** The people who may log in, with their roles: the user of the settings, and those of USERS_FILE. */
export { hashPassword } from './password.ts';
export { createPeople, type Directory } from './people.ts';
export { loadUsers } from './users-file.ts';
