/**
 * The user's own YAML files: folders that are followed and read again after a change. A file with an error keeps its last
 * valid version in force.
 */
export { loaderOf, type Refuse } from './by-schema.ts';
export { FileRefused, type Problem } from './file-refused.ts';
export { folderProblem, placeProblem, unreadFolder } from './folder-problem.ts';
export { readYamlFile } from './read-file.ts';
export { byName, readPlaces } from './read-places.ts';
export { type Entry, nodeKind, type YamlReader } from './reader.ts';
export { secretOf, standardKey } from './secret.ts';
export { type WatchFolderOptions, watchYamlFolder } from './watch-folder.ts';
export { openYamlFolder } from './yaml-folder.ts';
