import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packSample } from '../support/product.ts'
import { linesOf, patternOf, shownIn } from '../support/shown-sessions.ts'

const root = join(import.meta.dirname, '../..')
const bin = join(root, 'bin/drover.cjs')

/** Where a reader has the two versions of the sample as zips. */
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-documents-'))
  for (const version of ['1.0.0.0', '1.1.0.0'])
    writeFileSync(join(folder, `ContosoInspection_${version.replaceAll('.', '_')}.zip`), await packSample(version))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const shown = ['README.md', 'docs/solution-files.md'].flatMap(shownIn).filter(({ command }) => command.includes('drover solution '))

describe('what the documents show', () => {
  it('is at least an unpack, a pack and a diff', () => {
    for (const name of ['unpack', 'pack', 'diff'])
      expect(shown.map(({ command }) => command).join('\n')).toContain(`drover solution ${name} `)
  })

  it.each(shown)('$document: $command', ({ command, output }) => {
    const args = command.replace(/^(?:npx )?drover /, '').split(' ')
    const ran = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' })
    expect([ran.status, ran.stderr]).toEqual([0, ''])
    expect(`${linesOf(ran.stdout).join('\n')}\n`).toMatch(patternOf(output))
  })
})
