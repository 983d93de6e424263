import { resolve } from 'node:path';
import { loadPack, noReplies } from '../../replies/index.ts';
import { FileRefused, folderProblem, openYamlFolder } from '../../yaml-files/index.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('replies');

/** Checks the packs in REPLIES_DIR. Problems are warnings, since the program starts without packs. */
export async function checkReplies(replyDir: string): Promise<Finding[]> {
  const dir = resolve(replyDir);
  const problem = await folderProblem(dir);
  if (problem !== null) return [find('warn', noReplies(dir, problem))];
  const refused: string[] = [];
  const folder = openYamlFolder(dir, loadPack, (error) => refused.push(replyProblem(error, dir)));
  await folder.refresh();
  const findings = refused.map((text) => find('warn', text));
  const count = folder.contents().length;
  if (count > 0) findings.push(find('ok', `${count} ${count === 1 ? 'pack' : 'packs'} in ${dir}`));
  else if (refused.length === 0) findings.push(find('ok', `no pack (*.yaml) in ${dir}`));
  return findings;
}

function replyProblem(error: unknown, dir: string): string {
  if (!(error instanceof FileRefused)) return `${dir}: ${(error as Error).message}`;
  const [{ line, reason } = { line: 1, reason: '' }, ...more] = error.problems;
  const others = more.length > 0 ? `, and ${more.length} more` : '';
  return `${error.file}:${line}: ${reason}${others}. \`ultronex replies check\` lists every problem`;
}
