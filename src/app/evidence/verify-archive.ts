import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keyIdOf, verifySignature } from '#adapters/signing'
import type { PackFinding, SignedHead, SignedManifest } from '#domain/evidence'
import { firstManifest, manifestPath, manifestText, packPaths, readSignedManifest } from '#domain/evidence'
import { readZip } from '#format'
import { judgeFile } from './verify-pack.ts'

/**
 * Verifies an archive from its files alone: that each manifest tells the one before, that one of the keys signed it, and that its pack holds by
 * itself and in the ledger that its anchor saw. What is missing at the end cannot be told without a number that somebody kept.
 */
export async function judgeArchive(
  folder: string,
  anchors: readonly SignedHead[],
  pem: string | undefined,
): Promise<readonly PackFinding[]> {
  const findings: PackFinding[] = []
  let before = firstManifest
  let number = 1
  for (; ; number++) {
    const signed = readSignedManifest((await readText(join(folder, manifestPath(number)))) ?? '')
    if (signed === undefined) break
    findings.push(...(await judgeEntry(folder, { signed, before, number, anchors, pem })))
    before = sha256(manifestText(signed.manifest))
  }
  const last = number - 1
  const strays = (await readdir(join(folder, 'manifests')).catch(() => [])).filter((name) => name > `${String(last).padStart(8, '0')}.json`)
  const broken = strays.map((name) =>
    failed(`manifests/${name}`, `It does not follow manifest ${last}: one in between is missing or is none.`),
  )
  if (last === 0 && broken.length === 0) return [failed('archive', 'It holds no manifest.')]
  const end: PackFinding = {
    state: 'open',
    subject: 'end of the archive',
    message: `Manifest ${last} (sha256 ${before}) is the newest here; that none was cut off after it is told by the ledger (\`drover evidence archive\`).`,
  }
  return [...findings, ...broken, end]
}

interface Entry {
  readonly signed: SignedManifest
  /** Sha256 of the manifest before. */
  readonly before: string
  readonly number: number
  readonly anchors: readonly SignedHead[]
  readonly pem: string | undefined
}

async function judgeEntry(folder: string, { signed, before, number, anchors, pem }: Entry): Promise<readonly PackFinding[]> {
  const { manifest } = signed
  const subject = `manifest ${number} (promotion ${manifest.promotionId} of ${manifest.solution})`
  if (manifest.number !== number || manifest.previous !== before) return [failed(subject, 'It does not name the one before it.')]
  const bytes = await readFile(join(folder, manifest.file)).catch(() => undefined)
  if (bytes === undefined || sha256(bytes) !== manifest.sha256)
    return [failed(subject, `${manifest.file} is missing, or is not what it names.`)]
  const findings = await judgeFile(bytes, [manifest.signedHead, ...anchors], pem)
  const wrong = findings.filter(({ state }) => state === 'failed').map((each) => failed(subject, `${each.subject}: ${each.message}`))
  const key = pem ?? (await readPublicKey(bytes)) ?? ''
  if (keyIdOf(key) !== signed.keyId) return [...wrong, open(subject, `Another key signed it than the pack: ${signed.keyId}.`)]
  if (!verifySignature({ publicKey: key, text: manifestText(manifest), signature: signed.signature }))
    return [...wrong, failed(subject, 'Its signature does not hold.')]
  return wrong.length > 0
    ? wrong
    : [
        {
          state: 'proved',
          subject,
          message: `It follows the one before, and its pack holds up to entry ${manifest.signedHead.head.sequence}.`,
        },
      ]
}

async function readPublicKey(pack: Uint8Array): Promise<string | undefined> {
  const file = (await readZip(pack).catch(() => [])).find(({ path }) => path === packPaths.publicKey)
  return file && Buffer.from(file.bytes).toString('utf8')
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

function failed(subject: string, message: string): PackFinding {
  return { state: 'failed', subject, message }
}

function open(subject: string, message: string): PackFinding {
  return { state: 'open', subject, message }
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
