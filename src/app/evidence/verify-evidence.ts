import { readFile, stat } from 'node:fs/promises'
import type { OfflineCommands, PackVerdict } from '#cli'
import type { PackFinding } from '#domain/evidence'
import { neverProvable } from '#domain/evidence'
import { DroverError, errorMessage } from '#domain/kernel'
import { readAnchor } from './read-anchor.ts'
import { judgeArchive } from './verify-archive.ts'
import { judgeFile } from './verify-pack.ts'

/** Verifies a pack, or an archive of them, with nothing but the files, what was kept outside, and the rules of this version. Throws `file.absent`. */
export const verifyPack: OfflineCommands['verifyPack'] = async ({ pack, anchors, publicKey }) => {
  const heads = (await Promise.all(anchors.map(readAnchor))).flat()
  const pem = publicKey === undefined ? undefined : (await readGiven(publicKey)).toString('utf8')
  const isArchive = await stat(pack).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const findings = isArchive ? await judgeArchive(pack, heads, pem) : await judgeFile(await readGiven(pack), heads, pem)
  return verdictOf(findings)
}

function verdictOf(findings: readonly PackFinding[]): PackVerdict {
  const isBroken = findings.some(({ state }) => state === 'failed')
  const isOpen = findings.some(({ state, subject }) => state === 'open' && subject.startsWith('anchor of'))
  return { verdict: isBroken ? 'failed' : isOpen ? 'open' : 'holds', findings, neverProvable }
}

async function readGiven(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new DroverError('file.absent', `${path} cannot be read: ${errorMessage(error)}.`, {
      hint: 'Name a file that is there.',
      cause: error,
    })
  }
}
