import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packSample } from '../support/product.ts'

const root = join(import.meta.dirname, '../..')
const bin = join(root, 'bin/drover.mjs')

/** Where a reader has the two versions of the sample as zips. */
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-documents-'))
  for (const version of ['1.0.0.0', '1.1.0.0'])
    writeFileSync(join(folder, `ContosoInspection_${version.replaceAll('.', '_')}.zip`), await packSample(version))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Shown {
  readonly document: string
  readonly command: string
  readonly output: string
}

/** The commands on solution files that a document shows together with what they print, in its order. */
function shownIn(document: string): Shown[] {
  const blocks = [...readFileSync(join(root, document), 'utf8').matchAll(/```console\n([^]*?)```/g)].map((match) => match[1] ?? '')
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((session) => ({ document, command: session.split('\n')[0] ?? '', output: session.slice(session.indexOf('\n') + 1) }))
    .filter(({ command }) => command.includes('drover solution '))
}

/** What is printed may have more where the document has "…": a line of it stands for any lines, and at the end of a line for its rest. */
function patternOf(output: string): RegExp {
  const lines = linesOf(output).map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?'
    const isCut = line.endsWith('…')
    const text = (isCut ? line.slice(0, -1) : line).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return `${text}${isCut ? '.*' : ''}\\n`
  })
  return new RegExp(`^${lines.join('')}$`)
}

function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '')
}

const shown = ['README.md', 'docs/solution-files.md'].flatMap(shownIn)

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
