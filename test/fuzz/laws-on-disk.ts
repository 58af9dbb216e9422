import { errorCode } from '#domain/kernel'
import { memoryTree, openZip, packSolution, unpackSolution } from '#format'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFolder } from '../../src/app/solution-files/open-folder.ts'
import { createWatch } from '../../src/app/solution-files/watch.ts'
import { writeFolder } from '../../src/app/solution-files/write-folder.ts'
import { collect, demandEqual } from './laws.ts'

/** Unpacks into a real folder. Whatever comes of it, nothing beside the target is touched; and a target is whole, or is not there. */
export async function demandInsideOfTarget(zip: Uint8Array): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'drover-fuzz-disk-'))
  const target = join(root, 'a/b/target')
  mkdirSync(join(root, 'a/b'), { recursive: true })
  writeFileSync(join(root, 'a/neighbour'), 'untouched')
  const watch = createWatch(new AbortController().signal, () => {})
  try {
    await writeFolder(target, unpackSolution(openZip(zip)), { use: { isClean: false, inputs: [] }, watch })
    const source = await collect(unpackSolution(openZip(zip)))
    const written = openFolder(target)
    demandEqual(
      written.paths.map((path) => ({ path, bytes: readFileSync(join(target, path)) })),
      source,
      'written to disk',
    )
    demandNothingBeside(root, true)
    return await packsAlike(target, source)
  } catch (error) {
    if (errorCode(error) !== 'unexpected') demandNothingBeside(root, readdirSync(join(root, 'a/b')).includes('target'))
    throw error
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function packsAlike(target: string, source: Parameters<typeof demandEqual>[1]): Promise<string> {
  demandEqual(await collect(packSolution(openFolder(target))), await collect(packSolution(memoryTree(source))), 'packed from disk')
  return 'ok'
}

function demandNothingBeside(root: string, hasTarget: boolean): void {
  const found = [readdirSync(root), readdirSync(join(root, 'a')).sort(), readdirSync(join(root, 'a/b'))]
  const expected = [['a'], ['b', 'neighbour'], hasTarget ? ['target'] : []]
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`law: something lies beside the target: ${JSON.stringify(found)}`)
  if (readFileSync(join(root, 'a/neighbour'), 'utf8') !== 'untouched') throw new Error('law: a neighbour was overwritten')
}
