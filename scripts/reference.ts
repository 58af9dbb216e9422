/**
 * Writes docs/reference from the registries of the source, so that the reference cannot say what the product does not do.
 * With --check nothing is written; exit code 1 tells that a page is stale.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checksPage, commandsPage, componentsPage } from './reference-pages.ts'
import { policyPage } from './reference-policy.ts'
import { configurationPage, configurationSchema } from './reference-configuration.ts'
import { emulatorPage, faultsSchema } from './reference-emulator.ts'
import { errorsPage } from './reference-errors.ts'
import { differencePage, solutionLayoutPage } from './reference-solution-files.ts'

/** One page: its file under docs/reference, where its facts stand, and its text. */
export interface Page {
  readonly file: string
  readonly madeFrom: string
  readonly render: () => string
}

const pages: readonly Page[] = [
  componentsPage,
  checksPage,
  policyPage,
  commandsPage,
  configurationPage,
  configurationSchema,
  errorsPage,
  emulatorPage,
  faultsSchema,
  solutionLayoutPage,
  differencePage,
]
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}docs/reference`

process.exitCode = await writePages(process.argv.includes('--check'))

async function writePages(isCheck: boolean): Promise<number> {
  const stale: string[] = []
  for (const page of pages) {
    const path = `${folder}/${page.file}`
    const text = textOf(page)
    if ((await readFile(path, 'utf8').catch(() => '')) === text) continue
    stale.push(relative(root, path))
    if (isCheck) continue
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  if (stale.length === 0) process.stdout.write(`docs/reference: ${pages.length} pages are up to date\n`)
  else if (isCheck) process.stderr.write(`stale: ${stale.join(', ')}. Run \`npm run docs\` and commit the result.\n`)
  else process.stdout.write(`written: ${stale.join(', ')}\n`)
  return isCheck && stale.length > 0 ? 1 : 0
}

/** JSON has no room for a note about where it comes from. */
function textOf(page: Page): string {
  const text = `${page.render().trim()}\n`
  return page.file.endsWith('.json')
    ? text
    : `<!-- Made by \`npm run docs\` from ${page.madeFrom}. Edit that, not this page. -->\n\n${text}`
}
