import { startSite } from './start-site.ts';
import { pagesSuite } from './suite.ts';

pagesSuite(startSite);
