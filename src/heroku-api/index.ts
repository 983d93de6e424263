/** Heroku’s Platform API v3: requests, failures, and readers of its JSON. For the modules `heroku` and `jobs`. */
export { createChange } from './change.ts';
export { type Dyno, type OneOffDyno, readDynos, readOneOffDyno, readOneOffDynos } from './dynos.ts';
export { AnswerLost, ClientClosed, type FailureKind, failureKinds, HerokuFailed } from './errors.ts';
export { readExitStatus, storeExitStatus } from './exit-status.ts';
export { fieldsOf, listOf, nameOf, numberOf, textOf, timeOf } from './fields.ts';
export { createHold } from './hold.ts';
export { createRequest } from './request.ts';
