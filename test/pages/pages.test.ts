import { startPagesServer } from '../fakes/pages-server.ts';
import { pagesSuite } from './suite.ts';

pagesSuite(() => startPagesServer());
