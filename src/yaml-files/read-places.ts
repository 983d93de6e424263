import { stat } from 'node:fs/promises';
import { FileRefused } from './file-refused.ts';
import { placeProblem } from './folder-problem.ts';
import { type LoadFile, openYamlFolder, readRegular } from './yaml-folder.ts';

export interface Places<T> {
  contents: T[];
  /** One a line: `file:line: reason`, or the place and the reason. */
  problems: string[];
}

/**
 * Reads files, and the files of folders, for a command that checks them.
 * @param remedy for a place that cannot be read
 */
export async function readPlaces<T>(places: readonly string[], load: LoadFile<T>, remedy = ''): Promise<Places<T>> {
  const contents: T[] = [];
  const problems: string[] = [];
  for (const place of places) {
    const report = (error: unknown) => {
      const isRefused = error instanceof FileRefused;
      problems.push(isRefused ? error.message : `${place}: ${placeProblem(error, 'file or folder')}${remedy}`);
    };
    try {
      if (!(await stat(place)).isDirectory()) contents.push(await load(await readRegular(place), place));
      else {
        const folder = openYamlFolder(place, load, report);
        await folder.refresh();
        contents.push(...folder.contents());
      }
    } catch (error) {
      report(error);
    }
  }
  return { contents, problems };
}

/** An entry of a file, whose name has to be the only one of all files. `place`: its file and name, for people. */
interface NamedEntry {
  name: string;
  place: string;
}

/** Returns the entries by their names. The first one keeps a name; `onTaken` is called with the reason for each other. */
export function byName<T extends NamedEntry>(entries: readonly T[], onTaken: (reason: string) => void): Map<string, T> {
  const found = new Map<string, T>();
  for (const entry of entries) {
    const other = found.get(entry.name);
    if (other === undefined) found.set(entry.name, entry);
    else onTaken(`${entry.place}: the name is taken by ${other.place}; choose another one`);
  }
  return found;
}
